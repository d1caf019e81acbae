/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Boxes of people: kept in a heap whose root is the weakest while they come in, so that
 * tables of thousands of rows cost little; sorted once, then sifted.
 */
#include "decode/boxes.h"

#include <math.h>

#include "pose/box.h"

static bool is_weaker(const st_box *a, const st_box *b)
{
    return a->score < b->score || (a->score == b->score && a->row > b->row);
}

static void swap(st_box *a, st_box *b)
{
    st_box kept = *a;
    *a = *b;
    *b = kept;
}

/* Down to where both below it are stronger. */
static void sink(st_box *heap, size_t n, size_t i)
{
    for (size_t low; (low = 2 * i + 1) < n; i = low) {
        if (low + 1 < n && is_weaker(&heap[low + 1], &heap[low]))
            low++;
        if (!is_weaker(&heap[low], &heap[i]))
            return;
        swap(&heap[low], &heap[i]);
    }
}

void st_boxes_add(st_boxes *boxes, const st_box *box, float least)
{
    if (!(box->score >= least) || !(box->x1 > box->x0) || !(box->y1 > box->y0) ||
        !isfinite(box->x1 - box->x0) || !isfinite(box->y1 - box->y0))
        return;
    st_box taken = *box;
    taken.score = fminf(taken.score, 1);
    if (boxes->n == ST_BOXES_MOST) {
        if (is_weaker(&boxes->at[0], &taken)) {
            boxes->at[0] = taken;
            sink(boxes->at, boxes->n, 0);
        }
        return;
    }
    size_t i = boxes->n++;
    boxes->at[i] = taken;
    while (i > 0 && is_weaker(&boxes->at[i], &boxes->at[(i - 1) / 2])) {
        swap(&boxes->at[i], &boxes->at[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
}

void st_boxes_sort(st_boxes *boxes)
{
    for (size_t n = boxes->n; n > 1;) {
        swap(&boxes->at[0], &boxes->at[--n]); /* the weakest goes behind */
        sink(boxes->at, n, 0);
    }
}

static void as_sides(const st_box *box, float more, float sides[4])
{
    sides[0] = box->x0;
    sides[1] = box->y0;
    sides[2] = box->x1 - box->x0 + more;
    sides[3] = box->y1 - box->y0 + more;
}

void st_boxes_drop_doubles(st_boxes *boxes, float most, st_overlap how)
{
    float more = how == ST_OVERLAP_PIXELS ? 1 : 0;
    size_t kept = 0;
    for (size_t i = 0; i < boxes->n && kept < STANCE_PEOPLE_MAX; i++) {
        bool covered = false;
        float one[4], other[4];
        as_sides(&boxes->at[i], more, one);
        for (size_t k = 0; k < kept && !covered; k++) {
            as_sides(&boxes->at[k], more, other);
            covered = st_box_overlap(other, one) > (double)most;
        }
        if (!covered)
            boxes->at[kept++] = boxes->at[i];
    }
    boxes->n = kept;
}
