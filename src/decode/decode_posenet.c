/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PoseNet: a heatmap for each joint, the way from each cell to the joint nearby, and from
 * each joint to its neighbours in a tree of the body.
 *
 * The surest joint that belongs to nobody yet begins a person; from there the others are
 * reached along the tree, each step corrected where it lands. Joints that fall on those
 * of a person already found are the same ones, and do not count for the new one.
 *
 * Source: Papandreou et al., "PersonLab" (2018), as in the PoseNet demos (multi-pose
 * decoding: local maxima of radius 1, radius of 20 pixels for the same joint, two steps
 * of correction); checked against an independent version in tests/reference/.
 */
#include <math.h>

#include "base/status.h"
#include "decode/maps.h"

enum {
    N_POINTS = 17,
    N_EDGES = 16,
    RADIUS = 20, /* pixels of the input: joints of one kind nearer than that are one */
    STEPS = 2,
    MOST_ROOTS = 16384,
    MOST_PEOPLE = 512,
};

static const float least_root = 0.2F;

/* Parent and child; the channels of an edge's way are counted in this order. */
static const uint8_t edges[N_EDGES][2] = {
    {0, 1},   {1, 3},   {0, 2}, {2, 4}, {0, 5},  {5, 7},  {7, 9},   {5, 11},
    {11, 13}, {13, 15}, {0, 6}, {6, 8}, {8, 10}, {6, 12}, {12, 14}, {14, 16}};

typedef struct place {
    float x, y; /* pixels of the input, from the middle of the first cell */
    float score;
} place;

typedef struct root {
    int kind;
    place at;
} root;

typedef struct work {
    float stride; /* pixels of the input from one cell to the next */
    st_maps heatmaps, offsets, forth, back;
    root roots[MOST_ROOTS];
    size_t n_roots;
    place people[MOST_PEOPLE][N_POINTS];
    float scores[MOST_PEOPLE];
    size_t n_people;
} work;

static bool same_size(const st_maps *a, const st_maps *b)
{
    return a->width == b->width && a->height == b->height;
}

/* The input's sides are a multiple of the stride, and one more. */
static bool find_stride(const st_maps *m, const st_decode_about *about, float *stride)
{
    *stride = m->width > 1    ? (float)(about->width - 1) / (float)(m->width - 1)
              : m->height > 1 ? (float)(about->height - 1) / (float)(m->height - 1)
                              : (float)about->width;
    *stride = roundf(*stride);
    return *stride >= 1;
}

/* Displacements are in one output, forwards first, or in one for each direction. */
static bool find_maps(const st_output *o, size_t n, const st_decode_about *about, work *w)
{
    if ((n != 3 && n != 4) || !st_maps_of(&o[0], N_POINTS, &w->heatmaps) ||
        !st_maps_of(&o[1], 2 * N_POINTS, &w->offsets))
        return false;
    if (n == 3) {
        if (!st_maps_of(&o[2], 4 * N_EDGES, &w->forth))
            return false;
        w->back = st_maps_from(&w->forth, 2 * N_EDGES, 2 * N_EDGES);
    } else if (!st_maps_of(&o[2], 2 * N_EDGES, &w->forth) ||
               !st_maps_of(&o[3], 2 * N_EDGES, &w->back))
        return false;
    return same_size(&w->offsets, &w->heatmaps) && same_size(&w->forth, &w->heatmaps) &&
           same_size(&w->back, &w->heatmaps) &&
           find_stride(&w->heatmaps, about, &w->stride);
}

static int check(const st_output *outputs, size_t n_outputs, const st_decode_about *about,
                 stance_error *err)
{
    const stance_skeleton *skeleton = about->skeleton;
    work w;
    if (!find_maps(outputs, n_outputs, about, &w))
        return st_decode_fail_shapes(
            err, outputs, n_outputs,
            "outputs of one size: %d heatmaps, %d offsets, and %d displacements, or %d "
            "forwards and %d backwards",
            N_POINTS, 2 * N_POINTS, 4 * N_EDGES, 2 * N_EDGES, 2 * N_EDGES);
    if (skeleton->n_keypoints != N_POINTS)
        return st_fail(err, STANCE_EMODEL,
                       "expected a skeleton of %d points, found %s with %zu", N_POINTS,
                       skeleton->name, skeleton->n_keypoints);
    return 0;
}

static float sigmoid(float x)
{
    return 1 / (1 + expf(-x));
}

/* The joint that a cell points to. */
static place refined(const work *w, int kind, float x, float y)
{
    float cx = x / w->stride, cy = y / w->stride;
    float column = fminf(fmaxf(roundf(cx), 0), (float)w->heatmaps.width - 1);
    float row = fminf(fmaxf(roundf(cy), 0), (float)w->heatmaps.height - 1);
    return (place){column * w->stride +
                       st_maps_nearest(&w->offsets, kind + N_POINTS, column, row),
                   row * w->stride + st_maps_nearest(&w->offsets, kind, column, row),
                   sigmoid(st_maps_nearest(&w->heatmaps, kind, column, row))};
}

/* ---- where people begin ---- */

static bool is_summit(const st_maps *m, int kind, int x, int y, float value)
{
    for (int cy = y > 0 ? y - 1 : 0; cy <= y + 1 && cy < m->height; cy++)
        for (int cx = x > 0 ? x - 1 : 0; cx <= x + 1 && cx < m->width; cx++)
            if (st_maps_at(m, kind, cx, cy) > value)
                return false;
    return true;
}

/* Kept in order, best first; when it is full the weakest goes. */
static void add_root(work *w, root r)
{
    size_t at = w->n_roots < MOST_ROOTS ? w->n_roots : MOST_ROOTS - 1;
    if (w->n_roots == MOST_ROOTS && w->roots[at].at.score >= r.at.score)
        return;
    while (at > 0 && w->roots[at - 1].at.score < r.at.score) {
        w->roots[at] = w->roots[at - 1];
        at--;
    }
    w->roots[at] = r;
    if (w->n_roots < MOST_ROOTS)
        w->n_roots++;
}

static void find_roots(work *w)
{
    w->n_roots = 0;
    for (int kind = 0; kind < N_POINTS; kind++)
        for (int y = 0; y < w->heatmaps.height; y++)
            for (int x = 0; x < w->heatmaps.width; x++) {
                float value = st_maps_at(&w->heatmaps, kind, x, y);
                if (!(sigmoid(value) > least_root) ||
                    !is_summit(&w->heatmaps, kind, x, y, value))
                    continue;
                place at = refined(w, kind, (float)x * w->stride, (float)y * w->stride);
                if (isfinite(at.x) && isfinite(at.y))
                    add_root(w, (root){kind, at});
            }
}

/* True when somebody has this joint there already. */
static bool is_taken(const work *w, int kind, place at)
{
    for (size_t i = 0; i < w->n_people; i++) {
        float dx = w->people[i][kind].x - at.x, dy = w->people[i][kind].y - at.y;
        if (dx * dx + dy * dy <= RADIUS * RADIUS)
            return true;
    }
    return false;
}

/* ---- along the tree ---- */

/* From a joint to its neighbour. @param forward from parent to child */
static place step(const work *w, int edge, bool forward, place from)
{
    int to = edges[edge][forward ? 1 : 0];
    const st_maps *ways = forward ? &w->forth : &w->back;
    double cx = from.x / w->stride, cy = from.y / w->stride;
    float x = from.x + st_maps_nearest(ways, edge + N_EDGES, cx, cy);
    float y = from.y + st_maps_nearest(ways, edge, cx, cy);
    place at = {x, y, 0};
    for (int i = 0; i < STEPS && isfinite(at.x) && isfinite(at.y); i++)
        at = refined(w, to, at.x, at.y);
    return at;
}

static void follow_tree(const work *w, const root *r, place points[N_POINTS])
{
    bool known[N_POINTS] = {false};
    points[r->kind] = r->at;
    known[r->kind] = true;
    for (int edge = N_EDGES - 1; edge >= 0; edge--) { /* towards the nose */
        int parent = edges[edge][0], child = edges[edge][1];
        if (known[child] && !known[parent]) {
            points[parent] = step(w, edge, false, points[child]);
            known[parent] = true;
        }
    }
    for (int edge = 0; edge < N_EDGES; edge++) { /* and from there everywhere */
        int parent = edges[edge][0], child = edges[edge][1];
        if (known[parent] && !known[child]) {
            points[child] = step(w, edge, true, points[parent]);
            known[child] = true;
        }
    }
}

/* ---- results ---- */

/* What a network answers may be no number. */
static bool is_given(const place *p)
{
    return isfinite(p->x) && isfinite(p->y) && p->score >= 0;
}

static void add_person(work *w, const root *r)
{
    place *points = w->people[w->n_people];
    float sum = 0;
    follow_tree(w, r, points);
    for (int k = 0; k < N_POINTS; k++)
        if (is_given(&points[k]) && !is_taken(w, k, points[k]))
            sum += points[k].score;
    w->scores[w->n_people++] = sum / N_POINTS;
}

/* Pixels count from the middle of the first. */
static void fill_pose(const work *w, size_t n, const st_decode_about *about,
                      stance_pose *pose)
{
    float wide = (float)about->width, high = (float)about->height;
    pose->score = w->scores[n];
    for (int k = 0; k < N_POINTS; k++) {
        const place *p = &w->people[n][k];
        if (!is_given(p))
            continue;
        pose->keypoints[k].x = (p->x + 0.5F) / wide;
        pose->keypoints[k].y = (p->y + 0.5F) / high;
        pose->keypoints[k].score = p->score;
    }
}

static int run(const st_output *outputs, size_t n_outputs, const st_decode_about *about,
               stance_poses *poses)
{
    work w;
    size_t order[MOST_PEOPLE];
    w.n_people = 0;
    if (!find_maps(outputs, n_outputs, about, &w))
        return stance_poses_reset(poses, about->skeleton, 0);
    find_roots(&w);
    for (size_t i = 0; i < w.n_roots && w.n_people < MOST_PEOPLE; i++)
        if (!is_taken(&w, w.roots[i].kind, w.roots[i].at))
            add_person(&w, &w.roots[i]);
    for (size_t i = 0; i < w.n_people; i++) {
        size_t at = i;
        while (at > 0 && w.scores[order[at - 1]] < w.scores[i]) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
    int rc = stance_poses_reset(poses, about->skeleton, w.n_people);
    for (size_t i = 0; i < w.n_people && rc == 0; i++)
        fill_pose(&w, order[i], about, &poses->people[i]);
    return rc;
}

const st_decoder_class st_decoder_posenet = {
    .name = "posenet",
    .help = "PoseNet: heatmaps, offsets and displacements; several people, 17 points",
    .several = true,
    .min_score = 0.05,
    .check = check,
    .run = run,
};
