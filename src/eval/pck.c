/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PCK: the share of labelled points that were found near enough, in sizes of the person.
 *
 * Unlike average precision it asks only about labelled people, so it also fits labels
 * that leave people out. The one subtle thing is which pose is whose: see
 * stance_eval_pck_of().
 */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "eval/eval_data.h"

typedef struct work {
    const st_eval_data *data;
    const stance_eval_pck_settings *settings;
    stance_eval_pck *pck;
    int from, to, other_from; /* points whose distance is the size; -1: none */
    double *sizes;            /* of the scene's people; NAN: not scored */
    double *costs;            /* poses x people: mean distance in sizes */
    bool *used;               /* poses */
} work;

static const double *truth_of(const work *w, const st_eval_person *person)
{
    return w->data->people_points + 3 * w->data->skeleton->n_keypoints * person->number;
}

static const double *pose_of(const work *w, const st_eval_found *found)
{
    return w->data->found_points + 3 * w->data->skeleton->n_keypoints * found->number;
}

static bool is_given(const double *point)
{
    return point[0] != 0 || point[1] != 0 || point[2] != 0;
}

static double distance(const double *a, const double *b)
{
    return sqrt((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]));
}

/* ---- sizes ---- */

static void choose_points(work *w)
{
    const stance_skeleton *skeleton = w->data->skeleton;
    w->from = w->to = w->other_from = -1;
    if (w->settings->size == STANCE_EVAL_TORSO) {
        w->from = stance_skeleton_point(skeleton, "left_shoulder");
        w->to = stance_skeleton_point(skeleton, "right_hip");
    } else if (w->settings->size == STANCE_EVAL_HEAD) {
        w->from = stance_skeleton_point(skeleton, "upper_neck");
        w->other_from = stance_skeleton_point(skeleton, "neck");
        w->to = stance_skeleton_point(skeleton, "head_top");
        if (w->from < 0)
            w->from = w->other_from;
    }
}

/* NAN: not labelled. */
static double size_of(const work *w, const st_eval_person *person)
{
    const double *truth = truth_of(w, person), *box = person->box;
    double size = NAN;
    if (w->settings->size == STANCE_EVAL_BOX)
        size = isnan(box[0]) ? NAN : fmax(box[2], box[3]);
    else if (w->settings->size == STANCE_EVAL_HEAD && !isnan(person->head))
        size = person->head;
    else if (w->from >= 0 && w->to >= 0 && truth[3 * w->from + 2] > 0 &&
             truth[3 * w->to + 2] > 0)
        size = distance(truth + 3 * w->from, truth + 3 * w->to);
    return size > 0 ? size : NAN;
}

/* ---- one image ---- */

static double cost_of(const work *w, const st_eval_person *person, double size,
                      const st_eval_found *found)
{
    const double *truth = truth_of(w, person), *pose = pose_of(w, found);
    double sum = 0;
    size_t n = 0;
    for (size_t k = 0; k < w->data->skeleton->n_keypoints; k++, truth += 3, pose += 3) {
        if (!(truth[2] > 0))
            continue;
        sum += is_given(pose) ? fmin(1, distance(truth, pose) / size) : 1;
        n++;
    }
    return n > 0 ? sum / (double)n : 1;
}

/* @param found NULL: nobody found this person */
static void score(work *w, const st_eval_person *person, double size,
                  const st_eval_found *found)
{
    const double *truth = truth_of(w, person), *pose = found ? pose_of(w, found) : NULL;
    for (size_t k = 0; k < w->pck->n_keypoints; k++) {
        if (!(truth[3 * k + 2] > 0))
            continue;
        w->pck->labelled[k]++;
        if (pose && is_given(pose + 3 * k) &&
            distance(truth + 3 * k, pose + 3 * k) <= w->pck->threshold * size)
            w->pck->right[k]++;
    }
    w->pck->n_people++;
    w->pck->n_matched += found != NULL;
}

static void measure_scene(work *w, const st_eval_scene *scene)
{
    for (size_t g = 0; g < scene->n_people; g++) {
        const st_eval_person *person = &scene->people[g];
        w->sizes[g] = st_eval_counts(person) ? size_of(w, person) : NAN;
        w->pck->n_sizeless += st_eval_counts(person) && isnan(w->sizes[g]);
        for (size_t d = 0; d < scene->n_found; d++)
            w->costs[d * scene->n_people + g] =
                isnan(w->sizes[g]) ? 1
                                   : cost_of(w, person, w->sizes[g], &scene->found[d]);
    }
    memset(w->used, 0, scene->n_found * sizeof(*w->used));
}

/* The nearest pair that is left; poses are sorted by score, so that of equal ones the
 * surer counts. */
static bool take_pair(work *w, const st_eval_scene *scene)
{
    double best = 1;
    size_t pose = 0, who = 0;
    for (size_t d = 0; d < scene->n_found; d++)
        for (size_t g = 0; g < scene->n_people && !w->used[d]; g++) {
            double cost = w->costs[d * scene->n_people + g];
            if (isnan(w->sizes[g]) || !(cost < best))
                continue;
            best = cost;
            pose = d;
            who = g;
        }
    if (!(best < 1))
        return false;
    score(w, &scene->people[who], w->sizes[who], &scene->found[pose]);
    w->used[pose] = true;
    w->sizes[who] = NAN;
    return true;
}

static void add_scene(work *w, const st_eval_scene *scene)
{
    measure_scene(w, scene);
    while (take_pair(w, scene))
        ;
    for (size_t g = 0; g < scene->n_people; g++)
        if (!isnan(w->sizes[g]))
            score(w, &scene->people[g], w->sizes[g], NULL);
}

/* ---- all ---- */

/* Networks differ in the points they give. What none of the poses has is no error of
 * theirs; poses that have nothing at all excuse nothing. */
static void choose_counted(work *w)
{
    stance_eval_pck *pck = w->pck;
    bool any = false;
    for (size_t i = 0; i < w->data->n_found; i++)
        for (size_t k = 0; k < pck->n_keypoints; k++)
            pck->counted[k] |= is_given(pose_of(w, &w->data->found[i]) + 3 * k);
    for (size_t k = 0; k < pck->n_keypoints; k++)
        any |= pck->counted[k];
    for (size_t k = 0; k < pck->n_keypoints; k++) {
        const char *name = w->data->skeleton->names[k];
        if (!any)
            pck->counted[k] = true;
        if (w->settings->size == STANCE_EVAL_HEAD &&
            (strcmp(name, "pelvis") == 0 || strcmp(name, "thorax") == 0))
            pck->counted[k] = false;
    }
}

static void sum_up(stance_eval_pck *pck)
{
    size_t labelled = 0, right = 0, n_joints = 0;
    double shares = 0;
    for (size_t k = 0; k < pck->n_keypoints; k++)
        if (pck->counted[k] && pck->labelled[k] > 0) {
            labelled += pck->labelled[k];
            right += pck->right[k];
            shares += (double)pck->right[k] / (double)pck->labelled[k];
            n_joints++;
        }
    pck->share = labelled > 0 ? (double)right / (double)labelled : -1;
    pck->joint_mean = n_joints > 0 ? shares / (double)n_joints : -1;
}

static int make_room(work *w, stance_error *err)
{
    size_t most_people = 1, most_found = 1, most_pairs = 1;
    for (st_eval_scene s = {0}; st_eval_next(w->data, &s);) {
        most_people = s.n_people > most_people ? s.n_people : most_people;
        most_found = s.n_found > most_found ? s.n_found : most_found;
        size_t pairs = s.n_people * s.n_found;
        most_pairs = pairs > most_pairs ? pairs : most_pairs;
    }
    w->sizes = st_alloc_array(most_people, sizeof(*w->sizes));
    w->used = st_alloc_array(most_found, sizeof(*w->used));
    w->costs = st_alloc_array(most_pairs, sizeof(*w->costs));
    return w->sizes && w->used && w->costs ? 0 : st_fail_memory(err);
}

int st_eval_pck(const st_eval_data *data, const stance_eval_pck_settings *settings,
                stance_eval_pck *pck, stance_error *err)
{
    work w = {.data = data, .settings = settings, .pck = pck};
    *pck = (stance_eval_pck){.threshold = settings->threshold,
                             .n_keypoints = data->skeleton->n_keypoints};
    int rc = make_room(&w, err);
    choose_points(&w);
    for (st_eval_scene scene = {0}; rc == 0 && st_eval_next(data, &scene);)
        add_scene(&w, &scene);
    if (rc == 0) {
        choose_counted(&w);
        sum_up(pck);
    }
    st_free(w.sizes);
    st_free(w.used);
    st_free(w.costs);
    return rc;
}
