/* SPDX-License-Identifier: Apache-2.0 */
/*
 * IDF1: the share of boxes whose identity is right, where each found identity is one
 * labelled person's at most, for the whole sequence.
 *
 * Identities are paired so that the most boxes are right. Those that never overlap enough
 * need not be looked at together: the pairs fall into knots that have nothing in common,
 * and each knot is a small table to be assigned by itself.
 *
 * Source: Ristani et al., "Performance measures and a data set for multi-target,
 * multi-camera tracking" (2016); the figures are TrackEval's, and motmetrics' too.
 */
#include <math.h>
#include <stdlib.h>

#include "base/assignment.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/status.h"
#include "eval/track_measures.h"

enum { NOT_YET = UINT32_MAX };

/* A pair, by the knot that it belongs to. */
typedef struct link {
    uint32_t knot;
    uint32_t gt, found, near;
} link;

typedef struct knots {
    uint32_t *above; /* of each identity, the labelled ones first: one of its knot */
    uint32_t *place; /* of each identity in its knot's table; NOT_YET */
    link *links;     /* by knot */
    size_t n;
    double *cost;
    size_t n_cost;
    int *found_of_gt;
    void *scratch;
} knots;

/* ---- knots ---- */

static uint32_t top_of(uint32_t *above, uint32_t i)
{
    while (above[i] != i) {
        above[i] = above[above[i]];
        i = above[i];
    }
    return i;
}

static int compare_link(const void *a, const void *b)
{
    const link *x = a, *y = b;
    if (x->knot != y->knot)
        return x->knot < y->knot ? -1 : 1;
    if (x->gt != y->gt)
        return x->gt < y->gt ? -1 : 1;
    return x->found < y->found ? -1 : x->found > y->found;
}

static int find_knots(knots *k, const st_track_pairs *pairs, size_t n_gt, size_t n_found,
                      stance_error *err)
{
    k->above = st_alloc_array(n_gt + n_found + 1, sizeof(*k->above));
    k->place = st_alloc_array(n_gt + n_found + 1, sizeof(*k->place));
    k->links = st_alloc_array(pairs->n + 1, sizeof(*k->links));
    if (!k->above || !k->place || !k->links)
        return st_fail_memory(err);
    for (size_t i = 0; i < n_gt + n_found; i++) {
        k->above[i] = (uint32_t)i;
        k->place[i] = NOT_YET;
    }
    for (size_t i = 0; i < pairs->n; i++) {
        const st_track_pair *p = &pairs->pairs[i];
        uint32_t found = (uint32_t)n_gt + p->found;
        if (p->near == 0)
            continue;
        k->above[top_of(k->above, found)] = top_of(k->above, p->gt);
        k->links[k->n++] = (link){.gt = p->gt, .found = found, .near = p->near};
    }
    for (size_t i = 0; i < k->n; i++)
        k->links[i].knot = top_of(k->above, k->links[i].gt);
    if (k->n > 0)
        qsort(k->links, k->n, sizeof(*k->links), compare_link);
    return 0;
}

/* ---- one knot's table ---- */

static int make_room(knots *k, size_t rows, size_t cols, stance_error *err)
{
    if (rows * cols > ST_MAX_TRACK_TABLE)
        return st_fail(err, STANCE_EINPUT,
                       "%zu labelled and %zu found identities overlap one another: "
                       "expected at most %d pairs",
                       rows, cols, ST_MAX_TRACK_TABLE);
    st_free(k->cost);
    st_free(k->found_of_gt);
    st_free(k->scratch);
    k->cost = st_alloc_array(rows * cols, sizeof(double));
    k->found_of_gt = st_alloc_array(rows, sizeof(int));
    k->scratch = st_alloc(st_assign_scratch(rows, cols));
    return k->cost && k->found_of_gt && k->scratch ? 0 : st_fail_memory(err);
}

static void number_places(knots *k, const link *links, size_t n, size_t *rows,
                          size_t *cols)
{
    *rows = *cols = 0;
    for (size_t i = 0; i < n; i++) {
        if (k->place[links[i].gt] == NOT_YET)
            k->place[links[i].gt] = (uint32_t)(*rows)++;
        if (k->place[links[i].found] == NOT_YET)
            k->place[links[i].found] = (uint32_t)(*cols)++;
    }
}

/* @param right more boxes of a right identity */
static int assign_knot(knots *k, const link *links, size_t n, int64_t *right,
                       stance_error *err)
{
    size_t rows, cols;
    if (n == 1) {
        *right += links->near;
        return 0;
    }
    number_places(k, links, n, &rows, &cols);
    int rc = make_room(k, rows, cols, err);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < n; i++)
        k->cost[k->place[links[i].gt] * cols + k->place[links[i].found]] =
            -(double)links[i].near;
    st_assign(k->cost, rows, cols, INFINITY, k->found_of_gt, k->scratch);
    for (size_t i = 0; i < rows; i++)
        if (k->found_of_gt[i] >= 0)
            *right -= (int64_t)k->cost[i * cols + (size_t)k->found_of_gt[i]];
    return 0;
}

/* ---- figures ---- */

static void set_shares(stance_track_identity *id)
{
    double tp = (double)id->idtp, fp = (double)id->idfp, fn = (double)id->idfn;
    id->idr = tp / fmax(1, tp + fn);
    id->idp = tp / fmax(1, tp + fp);
    id->idf1 = tp / fmax(1, tp + 0.5 * fp + 0.5 * fn);
}

int st_track_identity(const st_track_pairs *pairs, const st_track_frames *frames,
                      stance_track_identity *out, stance_error *err)
{
    knots k = {0};
    *out = (stance_track_identity){0};
    int rc = find_knots(&k, pairs, frames->gt->n_ids, frames->found->n_ids, err);
    for (size_t i = 0, end; rc == 0 && i < k.n; i = end) {
        for (end = i + 1; end < k.n && k.links[end].knot == k.links[i].knot;)
            end++;
        rc = assign_knot(&k, k.links + i, end - i, &out->idtp, err);
    }
    out->idfn = (int64_t)frames->gt->n - out->idtp;
    out->idfp = (int64_t)frames->found->n - out->idtp;
    set_shares(out);
    st_free(k.above);
    st_free(k.place);
    st_free(k.links);
    st_free(k.cost);
    st_free(k.found_of_gt);
    st_free(k.scratch);
    return rc;
}

void st_track_identity_combine(const stance_track_figures *all, size_t n,
                               stance_track_identity *out)
{
    *out = (stance_track_identity){0};
    for (size_t i = 0; i < n; i++) {
        out->idtp += all[i].identity.idtp;
        out->idfp += all[i].identity.idfp;
        out->idfn += all[i].identity.idfn;
    }
    set_shares(out);
}
