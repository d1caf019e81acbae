/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Average precision and recall of keypoints, to the last rule as COCO's own program.
 *
 * For each category: the poses of an image are matched to its people, surest first, at
 * ten thresholds and in three ranges of size; then all poses of all images are sorted by
 * score, and precision is read off at 101 recalls. A pose is right, wrong, or ignored
 * (matched to somebody who does not count, or unmatched and of another size) at each
 * threshold: ten bits each.
 *
 * The subtle things are order and equality: sorting is stable everywhere, a better or
 * equal match replaces an earlier one, people who do not count come last and are only
 * looked at by poses that found nobody else, a crowd may be matched any number of times.
 *
 * Source: pycocotools, COCOeval.evaluateImg, accumulate and summarize.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/status.h"
#include "eval/eval_data.h"

enum { N_THRESHOLDS = 10, N_RECALLS = 101, N_RANGES = 3 };

static const double ranges[N_RANGES][2] = {
    {0, 1e5 * 1e5}, {32 * 32, 96 * 96}, {96 * 96, 1e5 * 1e5}};

/* What became of a pose; a bit for each threshold. */
typedef struct outcome {
    double score;
    size_t number; /* in the order of images: equal scores keep it */
    uint16_t right, ignored;
} outcome;

typedef struct range_state {
    outcome *outcomes; /* room for every pose */
    size_t n, n_people;
    double precision[N_THRESHOLDS], recall[N_THRESHOLDS]; /* sums over categories */
    size_t n_categories;
} range_state;

typedef struct work {
    const st_eval_data *data;
    double *oks;     /* of the scene: poses x people */
    size_t *order;   /* its people, those who do not count last */
    bool *ignored;   /* people, by order */
    uint16_t *taken; /* people, by order: a bit for each threshold */
    double *rc, *pr; /* recall and precision after each pose */
    range_state range[N_RANGES];
} work;

/* As numpy.linspace(0.5, 0.95, 10) and (0, 1, 101) make them. */
static double threshold_at(size_t t)
{
    return t == N_THRESHOLDS - 1 ? 0.95
                                 : (double)t * ((0.95 - 0.5) / (N_THRESHOLDS - 1)) + 0.5;
}

static double recall_at(size_t r)
{
    return r == N_RECALLS - 1 ? 1 : (double)r * (1.0 / (N_RECALLS - 1));
}

static size_t n_looked_at(const st_eval_scene *scene)
{
    return scene->n_found < ST_EVAL_MOST_FOUND ? scene->n_found : ST_EVAL_MOST_FOUND;
}

static bool outside(double area, size_t range)
{
    return area < ranges[range][0] || area > ranges[range][1];
}

/* ---- one image ---- */

/* @return how many people count */
static size_t put_in_order(work *w, const st_eval_scene *scene, size_t range)
{
    size_t n = 0, n_count = 0;
    for (int ignored = 0; ignored < 2; ignored++)
        for (size_t i = 0; i < scene->n_people; i++) {
            const st_eval_person *person = &scene->people[i];
            bool ignore = !st_eval_counts(person) || outside(person->area, range);
            if (ignore != (bool)ignored)
                continue;
            w->order[n] = i;
            w->ignored[n] = ignore;
            w->taken[n++] = 0;
            n_count += !ignore;
        }
    return n_count;
}

/* The person for one pose at one threshold; n_people: nobody. */
static size_t best_person(const work *w, const st_eval_scene *scene, size_t d, size_t t)
{
    const double *oks = w->oks + d * scene->n_people;
    double best = fmin(threshold_at(t), 1 - 1e-10);
    size_t none = scene->n_people, found = none;
    for (size_t g = 0; g < scene->n_people; g++) {
        const st_eval_person *person = &scene->people[w->order[g]];
        if ((w->taken[g] >> t & 1) && !person->crowd)
            continue;
        if (found != none && !w->ignored[found] && w->ignored[g])
            break;
        if (oks[w->order[g]] < best)
            continue;
        best = oks[w->order[g]];
        found = g;
    }
    return found;
}

static void match(work *w, const st_eval_scene *scene, size_t range)
{
    range_state *state = &w->range[range];
    outcome *outcomes = state->outcomes + state->n;
    size_t n = n_looked_at(scene);
    state->n_people += put_in_order(w, scene, range);
    for (size_t d = 0; d < n; d++) {
        outcome *o = &outcomes[d];
        *o = (outcome){.score = scene->found[d].score, .number = state->n + d};
        for (size_t t = 0; t < N_THRESHOLDS; t++) {
            uint16_t bit = (uint16_t)(1U << t);
            size_t g = best_person(w, scene, d, t);
            bool matched = g < scene->n_people;
            if (matched)
                w->taken[g] |= bit;
            if (matched && w->ignored[g])
                o->ignored |= bit;
            /* pycocotools keeps the id of who was found, and takes 0 for nobody. */
            if (matched && scene->people[w->order[g]].id != 0)
                o->right |= bit;
            else if (outside(scene->found[d].area, range))
                o->ignored |= bit;
        }
    }
    state->n += n;
}

static void add_scene(work *w, const st_eval_scene *scene)
{
    for (size_t d = 0; d < n_looked_at(scene); d++)
        for (size_t g = 0; g < scene->n_people; g++)
            w->oks[d * scene->n_people + g] =
                st_eval_oks(w->data, &scene->found[d], &scene->people[g]);
    for (size_t range = 0; range < N_RANGES; range++)
        match(w, scene, range);
}

/* ---- one category ---- */

static int by_score(const void *a, const void *b)
{
    const outcome *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

/* Precision, averaged over recalls, of one threshold; recall at the end. */
static void read_off(work *w, range_state *state, size_t t)
{
    double right = 0, wrong = 0, sum = 0;
    size_t n = state->n, at = 0;
    for (size_t i = 0; i < n; i++) {
        const outcome *o = &state->outcomes[i];
        bool ignored = o->ignored >> t & 1, is_right = o->right >> t & 1;
        right += !ignored && is_right;
        wrong += !ignored && !is_right;
        w->rc[i] = right / (double)state->n_people;
        w->pr[i] = right / (wrong + right + DBL_EPSILON);
    }
    for (size_t i = n; i-- > 1;)
        w->pr[i - 1] = fmax(w->pr[i - 1], w->pr[i]);
    for (size_t r = 0; r < N_RECALLS; r++) {
        while (at < n && w->rc[at] < recall_at(r))
            at++;
        sum += at < n ? w->pr[at] : 0;
    }
    state->precision[t] += sum / N_RECALLS;
    state->recall[t] += n > 0 ? w->rc[n - 1] : 0;
}

static void end_category(work *w)
{
    for (size_t range = 0; range < N_RANGES; range++) {
        range_state *state = &w->range[range];
        if (state->n > 0)
            qsort(state->outcomes, state->n, sizeof(*state->outcomes), by_score);
        for (size_t t = 0; t < N_THRESHOLDS && state->n_people > 0; t++)
            read_off(w, state, t);
        state->n_categories += state->n_people > 0;
        state->n = state->n_people = 0;
    }
}

/* ---- all ---- */

/* Mean over thresholds from..to-1 and categories; -1: nobody is to be found. */
static double mean(const range_state *state, const double *sums, size_t from, size_t to)
{
    double sum = 0;
    for (size_t t = from; t < to; t++)
        sum += sums[t];
    return state->n_categories > 0 ? sum / (double)((to - from) * state->n_categories)
                                   : -1;
}

static void sum_up(const work *w, double *figures)
{
    static const size_t spans[5][3] = {
        {0, 0, N_THRESHOLDS},
        {0, 0, 1},
        {0, 5, 6},
        {1, 0, N_THRESHOLDS},
        {2, 0, N_THRESHOLDS}}; /* range, thresholds from, to */
    for (size_t i = 0; i < 5; i++) {
        const range_state *state = &w->range[spans[i][0]];
        figures[i] = mean(state, state->precision, spans[i][1], spans[i][2]);
        figures[5 + i] = mean(state, state->recall, spans[i][1], spans[i][2]);
    }
}

static int make_room(work *w, stance_error *err)
{
    size_t most = 1, n_found = w->data->n_found + 1;
    for (st_eval_scene scene = {0}; st_eval_next(w->data, &scene);)
        most = scene.n_people > most ? scene.n_people : most;
    w->oks = st_alloc_array(most, ST_EVAL_MOST_FOUND * sizeof(*w->oks));
    w->order = st_alloc_array(most, sizeof(*w->order));
    w->ignored = st_alloc_array(most, sizeof(*w->ignored));
    w->taken = st_alloc_array(most, sizeof(*w->taken));
    w->rc = st_alloc_array(n_found, sizeof(*w->rc));
    w->pr = st_alloc_array(n_found, sizeof(*w->pr));
    bool ok = w->oks && w->order && w->ignored && w->taken && w->rc && w->pr;
    for (size_t i = 0; i < N_RANGES; i++) {
        w->range[i].outcomes = st_alloc_array(n_found, sizeof(outcome));
        ok = ok && w->range[i].outcomes;
    }
    return ok ? 0 : st_fail_memory(err);
}

int st_eval_ap(const st_eval_data *data, double figures[STANCE_EVAL_AP_COUNT],
               stance_error *err)
{
    work w = {.data = data};
    int rc = make_room(&w, err);
    st_eval_scene scene = {0};
    bool any = false;
    int64_t category = 0;
    while (rc == 0 && st_eval_next(data, &scene)) {
        if (any && scene.category_id != category)
            end_category(&w);
        any = true;
        category = scene.category_id;
        add_scene(&w, &scene);
    }
    if (rc == 0) {
        end_category(&w);
        sum_up(&w, figures);
    }
    for (size_t i = 0; i < N_RANGES; i++)
        st_free(w.range[i].outcomes);
    st_free(w.oks);
    st_free(w.order);
    st_free(w.ignored);
    st_free(w.taken);
    st_free(w.rc);
    st_free(w.pr);
    return rc;
}

const char *stance_eval_ap_name(size_t n)
{
    static const char *const names[STANCE_EVAL_AP_COUNT] = {
        "AP", "AP50", "AP75", "APm", "APl", "AR", "AR50", "AR75", "ARm", "ARl"};
    return n < STANCE_EVAL_AP_COUNT ? names[n] : NULL;
}
