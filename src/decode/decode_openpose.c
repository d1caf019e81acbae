/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenPose: heatmaps with a peak for each joint of anybody, and fields along the limbs
 * that say which of them belong together.
 *
 * 1. Peaks of each heatmap, placed on a grid four times as fine.
 * 2. For each limb, each pair of its two kinds of joint: ten places on the line between
 *    them ask the field whether it points along; pairs that most of the ten agree to are
 *    taken, best first, each joint once.
 * 3. Limb by limb the pairs are put together to people. Ears to shoulders only complete
 *    those who are there.
 *
 * Source: Cao et al., "Realtime Multi-Person 2D Pose Estimation using Part Affinity
 * Fields" (2017); the limits are those of lightweight-human-pose-estimation (Osokin,
 * 2018), checked against an independent version in tests/reference/.
 */
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "decode/maps.h"

enum {
    MOST_POINTS = 25,
    MOST_LIMBS = 26,
    MOST_PEAKS = 640, /* of one kind of joint; threads have small stacks */
    MOST_PAIRS = 4096,
    MOST_PEOPLE = 640,
    N_PLACES = 10,
    FINE = 4,
};

static const float least_peak = 0.1F, least_field = 0.05F;
static const float least_agree = 0.8F; /* share of the places */
static const float least_mean = 0.2F;  /* of a person's scores, by joints */

/* What one model's maps are; heatmaps are one more than points: the background. */
typedef struct layout {
    const char *skeleton;
    int n_points, n_limbs;
    int first_ear_limb, end_ear_limb; /* these only complete people */
    uint8_t limbs[MOST_LIMBS][2];     /* the joints of each limb */
    uint8_t fields[MOST_LIMBS];       /* the first of the two maps of its field */
} layout;

/* As published with OpenPose (POSE_BODY_PART_PAIRS, POSE_MAP_INDEX). */
static const layout layouts[] = {
    {.skeleton = "openpose18",
     .n_points = 18,
     .n_limbs = 19,
     .first_ear_limb = 17,
     .end_ear_limb = 19,
     .limbs = {{1, 2},
               {1, 5},
               {2, 3},
               {3, 4},
               {5, 6},
               {6, 7},
               {1, 8},
               {8, 9},
               {9, 10},
               {1, 11},
               {11, 12},
               {12, 13},
               {1, 0},
               {0, 14},
               {14, 16},
               {0, 15},
               {15, 17},
               {2, 16},
               {5, 17}},
     .fields = {12, 20, 14, 16, 22, 24, 0, 2, 4, 6, 8, 10, 28, 30, 34, 32, 36, 18, 26}},
    {.skeleton = "mpi15",
     .n_points = 15,
     .n_limbs = 14,
     .limbs = {{0, 1},
               {1, 2},
               {2, 3},
               {3, 4},
               {1, 5},
               {5, 6},
               {6, 7},
               {1, 14},
               {14, 8},
               {8, 9},
               {9, 10},
               {14, 11},
               {11, 12},
               {12, 13}},
     .fields = {0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26}},
    {.skeleton = "body25",
     .n_points = 25,
     .n_limbs = 26,
     .first_ear_limb = 18,
     .end_ear_limb = 20,
     .limbs = {{1, 8},   {1, 2},   {1, 5},   {2, 3},   {3, 4},   {5, 6},   {6, 7},
               {8, 9},   {9, 10},  {10, 11}, {8, 12},  {12, 13}, {13, 14}, {1, 0},
               {0, 15},  {15, 17}, {0, 16},  {16, 18}, {2, 17},  {5, 18},  {14, 19},
               {19, 20}, {14, 21}, {11, 22}, {22, 23}, {11, 24}},
     .fields = {0,  14, 22, 16, 18, 24, 26, 6,  2,  4,  8,  10, 12,
                30, 32, 36, 34, 38, 20, 28, 40, 42, 44, 46, 48, 50}},
};

typedef struct pair {
    int16_t a, b;
    float score;
} pair;

/* Numbers of peaks, -1 where there is none. */
typedef struct person {
    int16_t peaks[MOST_POINTS];
    int n;
    float sum;
} person;

typedef struct work {
    const layout *is;
    st_maps heatmaps, fields;
    st_peak peaks[MOST_POINTS][MOST_PEAKS];
    size_t n_peaks[MOST_POINTS];
    pair pairs[MOST_PAIRS];
    person people[MOST_PEOPLE];
    size_t n_people;
} work;

static const layout *find_layout(const char *skeleton)
{
    for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++)
        if (strcmp(layouts[i].skeleton, skeleton) == 0)
            return &layouts[i];
    return NULL;
}

static bool find_maps(const st_output *outputs, size_t n, const layout *is,
                      st_maps *heatmaps, st_maps *fields)
{
    int n_heatmaps = is->n_points + 1, n_fields = 2 * is->n_limbs;
    st_maps both;
    if (n == 1 && st_maps_of(&outputs[0], n_heatmaps + n_fields, &both)) {
        *heatmaps = st_maps_from(&both, 0, n_heatmaps);
        *fields = st_maps_from(&both, n_heatmaps, n_fields);
        return true;
    }
    return n == 2 && st_maps_of(&outputs[0], n_heatmaps, heatmaps) &&
           st_maps_of(&outputs[1], n_fields, fields) &&
           heatmaps->width == fields->width && heatmaps->height == fields->height;
}

static int check(const st_output *outputs, size_t n_outputs, const st_decode_about *about,
                 stance_error *err)
{
    const stance_skeleton *skeleton = about->skeleton;
    const layout *is = find_layout(skeleton->name);
    st_maps heatmaps, fields;
    if (!is || (size_t)is->n_points != skeleton->n_keypoints)
        return st_fail(err, STANCE_EMODEL,
                       "expected the skeleton openpose18, mpi15 or body25, found %s with "
                       "%zu points",
                       skeleton->name, skeleton->n_keypoints);
    if (!find_maps(outputs, n_outputs, is, &heatmaps, &fields))
        return st_decode_fail_shapes(
            err, outputs, n_outputs,
            "%d heatmaps and %d fields of one size, in two outputs or in one of %d maps",
            is->n_points + 1, 2 * is->n_limbs, is->n_points + 1 + 2 * is->n_limbs);
    return 0;
}

/* ---- pairs ---- */

/* How well the field agrees to a limb from a to b; 0: it does not. */
static float agreement(const work *w, int limb, const st_peak *a, const st_peak *b)
{
    double dx = (double)b->x - a->x, dy = (double)b->y - a->y,
           n = sqrt(dx * dx + dy * dy);
    const float enough = least_agree * N_PLACES;
    if (n < 1e-6)
        return 0;
    int agreed = 0;
    double sum = 0;
    for (int i = 0; i < N_PLACES && (float)(agreed + N_PLACES - i) > enough; i++) {
        double x = a->x + dx * i / (N_PLACES - 1), y = a->y + dy * i / (N_PLACES - 1);
        float way[2];
        st_maps_cubic_two(&w->fields, w->is->fields[limb], x, y, way);
        double along = (way[0] * dx + way[1] * dy) / n;
        if (along > least_field) {
            agreed++;
            sum += along;
        }
    }
    return (float)agreed > enough ? (float)(sum / agreed) : 0;
}

/* A pair in its place, best first. @return the new number */
static size_t insert_pair(pair *pairs, size_t n, pair p)
{
    size_t at = n < MOST_PAIRS ? n : MOST_PAIRS - 1;
    if (n == MOST_PAIRS && pairs[at].score >= p.score)
        return n;
    while (at > 0 && pairs[at - 1].score < p.score) {
        pairs[at] = pairs[at - 1];
        at--;
    }
    pairs[at] = p;
    return n < MOST_PAIRS ? n + 1 : n;
}

/* The pairs of one limb that stay, each joint in one of them. */
static size_t find_pairs(work *w, int limb)
{
    int ka = w->is->limbs[limb][0], kb = w->is->limbs[limb][1];
    bool used_a[MOST_PEAKS] = {false}, used_b[MOST_PEAKS] = {false};
    size_t n = 0, kept = 0;
    for (size_t a = 0; a < w->n_peaks[ka]; a++)
        for (size_t b = 0; b < w->n_peaks[kb]; b++) {
            float score = agreement(w, limb, &w->peaks[ka][a], &w->peaks[kb][b]);
            if (score > 0)
                n = insert_pair(w->pairs, n, (pair){(int16_t)a, (int16_t)b, score});
        }
    for (size_t i = 0; i < n; i++) {
        pair p = w->pairs[i];
        if (used_a[p.a] || used_b[p.b])
            continue;
        used_a[p.a] = used_b[p.b] = true;
        w->pairs[kept++] = p;
    }
    return kept;
}

/* ---- people ---- */

static void add_point(const work *w, person *who, int kind, int16_t peak,
                      float pair_score)
{
    if (who->peaks[kind] < 0)
        who->n++;
    who->peaks[kind] = peak;
    who->sum += w->peaks[kind][peak].score + pair_score;
}

static void start_person(work *w, int limb, const pair *p)
{
    if (w->n_people == MOST_PEOPLE)
        return;
    person *who = &w->people[w->n_people++];
    for (int k = 0; k < w->is->n_points; k++)
        who->peaks[k] = -1;
    who->n = 0;
    who->sum = 0;
    add_point(w, who, w->is->limbs[limb][0], p->a, p->score);
    add_point(w, who, w->is->limbs[limb][1], p->b, 0);
}

static void join_pair(work *w, int limb, const pair *p)
{
    int ka = w->is->limbs[limb][0], kb = w->is->limbs[limb][1];
    bool completes = limb >= w->is->first_ear_limb && limb < w->is->end_ear_limb;
    bool joined = false;
    for (size_t i = 0; i < w->n_people; i++) {
        person *who = &w->people[i];
        if (completes) { /* completes, and is no proof of anybody */
            if (who->peaks[ka] == p->a && who->peaks[kb] < 0)
                who->peaks[kb] = p->b;
            else if (who->peaks[kb] == p->b && who->peaks[ka] < 0)
                who->peaks[ka] = p->a;
        } else if (who->peaks[ka] == p->a) {
            add_point(w, who, kb, p->b, p->score);
            joined = true;
        }
    }
    if (!joined && !completes)
        start_person(w, limb, p);
}

static bool is_somebody(const person *who)
{
    return who->n >= 3 && who->sum / (float)who->n >= least_mean;
}

/* ---- results ---- */

/* All that could be seen of somebody: the joints, and the limbs that join them. */
static float score_of(const work *w, const person *who)
{
    float score = who->sum / (float)(w->is->n_points + w->is->n_points - 1);
    return score < 0 ? 0 : score > 1 ? 1 : score;
}

static int by_score(const work *w, size_t *order)
{
    int n = 0;
    for (size_t i = 0; i < w->n_people; i++) {
        if (!is_somebody(&w->people[i]))
            continue;
        int at = n++;
        while (at > 0 && w->people[order[at - 1]].sum < w->people[i].sum) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
    return n;
}

static void fill_pose(const work *w, const person *who, stance_pose *pose)
{
    pose->score = score_of(w, who);
    for (int k = 0; k < w->is->n_points; k++) {
        if (who->peaks[k] < 0)
            continue;
        const st_peak *peak = &w->peaks[k][who->peaks[k]];
        pose->keypoints[k].x = (peak->x + 0.5F) / (float)w->heatmaps.width;
        pose->keypoints[k].y = (peak->y + 0.5F) / (float)w->heatmaps.height;
        pose->keypoints[k].score = peak->score > 1 ? 1 : peak->score;
    }
}

static int run(const st_output *outputs, size_t n_outputs, const st_decode_about *about,
               stance_poses *poses)
{
    work w;
    size_t order[MOST_PEOPLE];
    w.n_people = 0;
    w.is = find_layout(about->skeleton->name);
    if (!w.is || !find_maps(outputs, n_outputs, w.is, &w.heatmaps, &w.fields))
        return stance_poses_reset(poses, about->skeleton, 0);
    for (int k = 0; k < w.is->n_points; k++)
        w.n_peaks[k] =
            st_maps_peaks(&w.heatmaps, k, least_peak, FINE, w.peaks[k], MOST_PEAKS);
    for (int limb = 0; limb < w.is->n_limbs; limb++) {
        size_t n = find_pairs(&w, limb);
        for (size_t i = 0; i < n; i++)
            join_pair(&w, limb, &w.pairs[i]);
    }
    int n = by_score(&w, order);
    int rc = stance_poses_reset(poses, about->skeleton, (size_t)n);
    for (int i = 0; i < n && rc == 0; i++)
        fill_pose(&w, &w.people[order[i]], &poses->people[i]);
    return rc;
}

const st_decoder_class st_decoder_openpose = {
    .name = "openpose",
    .help = "OpenPose: heatmaps and part affinity fields; several people",
    .several = true,
    .check = check,
    .run = run,
};
