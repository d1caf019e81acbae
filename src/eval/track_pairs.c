/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which labelled identity overlaps which found one, and how much over all frames.
 *
 * Most identities never meet, so only those that do are in the table: memory depends on
 * meetings and not on the product of two numbers of identities. A pair is looked up by
 * hashing (open addressing, linear probing), and its place in the list is that of its
 * first meeting, so that sums come out the same every time.
 *
 * `together` is the first step of HOTA: in each frame a pair's share is its overlap over
 * all overlap that either of the two has with anybody.
 */
#include <float.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/status.h"
#include "eval/track_measures.h"

void st_track_pairs_clear(st_track_pairs *pairs)
{
    st_free(pairs->pairs);
    st_free(pairs->slots);
    st_free(pairs->gt_boxes);
    st_free(pairs->found_boxes);
    *pairs = (st_track_pairs){0};
}

/* The slot of a pair, or the free one where it belongs. */
static size_t slot_of(const st_track_pairs *pairs, uint32_t gt, uint32_t found)
{
    uint64_t key = (uint64_t)gt << 32 | found;
    key = (key ^ key >> 31) * 0x9e3779b97f4a7c15ULL;
    size_t slot = (size_t)(key >> 32) & (pairs->n_slots - 1);
    for (;; slot = (slot + 1) & (pairs->n_slots - 1)) {
        uint32_t number = pairs->slots[slot];
        if (number == 0 || (pairs->pairs[number - 1].gt == gt &&
                            pairs->pairs[number - 1].found == found))
            return slot;
    }
}

st_track_pair *st_track_pairs_find(const st_track_pairs *pairs, uint32_t gt,
                                   uint32_t found)
{
    uint32_t number = pairs->n ? pairs->slots[slot_of(pairs, gt, found)] : 0;
    return number ? &pairs->pairs[number - 1] : NULL;
}

/* Room for one more; half of the slots stay free. */
static int grow(st_track_pairs *pairs, stance_error *err)
{
    if (pairs->n < pairs->capacity)
        return 0;
    if (pairs->n >= ST_MAX_TRACK_PAIRS)
        return st_fail(err, STANCE_EINPUT,
                       "more than %d pairs of identities overlap: that is no tracking",
                       ST_MAX_TRACK_PAIRS);
    size_t capacity = pairs->capacity ? 2 * pairs->capacity : 128;
    st_track_pair *list = st_realloc_array(pairs->pairs, capacity, sizeof(*list));
    if (!list)
        return st_fail_memory(err);
    pairs->pairs = list;
    uint32_t *slots = st_alloc_array(2 * capacity, sizeof(*slots));
    if (!slots)
        return st_fail_memory(err);
    st_free(pairs->slots);
    pairs->slots = slots;
    pairs->n_slots = 2 * capacity;
    pairs->capacity = capacity;
    for (size_t i = 0; i < pairs->n; i++)
        slots[slot_of(pairs, list[i].gt, list[i].found)] = (uint32_t)i + 1;
    return 0;
}

static int add(st_track_pairs *pairs, uint32_t gt, uint32_t found, double together,
               bool near, stance_error *err)
{
    st_track_pair *pair = st_track_pairs_find(pairs, gt, found);
    if (!pair) {
        int rc = grow(pairs, err);
        if (rc < 0)
            return rc;
        pair = &pairs->pairs[pairs->n++];
        *pair = (st_track_pair){.gt = gt, .found = found};
        pairs->slots[slot_of(pairs, gt, found)] = (uint32_t)pairs->n;
    }
    pair->together += together;
    pair->near += near;
    return 0;
}

static void sum_overlaps(const st_track_frames *f, double *of_gt, double *of_found)
{
    for (size_t i = 0; i < f->n_gt; i++)
        of_gt[i] = 0;
    for (size_t j = 0; j < f->n_found; j++)
        of_found[j] = 0;
    for (size_t i = 0; i < f->n_gt; i++)
        for (size_t j = 0; j < f->n_found; j++) {
            of_gt[i] += f->overlap[i * f->n_found + j];
            of_found[j] += f->overlap[i * f->n_found + j];
        }
}

static int add_frame(st_track_pairs *pairs, const st_track_frames *f, double iou,
                     double *of_gt, double *of_found, stance_error *err)
{
    int rc = 0;
    sum_overlaps(f, of_gt, of_found);
    for (size_t i = 0; i < f->n_gt; i++)
        pairs->gt_boxes[f->gt_boxes[i].track]++;
    for (size_t j = 0; j < f->n_found; j++)
        pairs->found_boxes[f->found_boxes[j].track]++;
    for (size_t i = 0; i < f->n_gt; i++)
        for (size_t j = 0; j < f->n_found && rc == 0; j++) {
            double overlap = f->overlap[i * f->n_found + j];
            double any = of_found[j] + of_gt[i] - overlap;
            if (overlap > 0)
                rc = add(pairs, f->gt_boxes[i].track, f->found_boxes[j].track,
                         any > DBL_EPSILON ? overlap / any : 0, overlap >= iou, err);
        }
    return rc;
}

int st_track_pairs_fill(st_track_pairs *pairs, st_track_frames *frames, double iou,
                        stance_error *err)
{
    const st_tracks *gt = frames->gt, *found = frames->found;
    double *of_gt = st_alloc_array(gt->most_in_frame + 1, sizeof(double));
    double *of_found = st_alloc_array(found->most_in_frame + 1, sizeof(double));
    pairs->gt_boxes = st_alloc_array(gt->n_ids + 1, sizeof(int64_t));
    pairs->found_boxes = st_alloc_array(found->n_ids + 1, sizeof(int64_t));
    int rc = of_gt && of_found && pairs->gt_boxes && pairs->found_boxes
                 ? 0
                 : st_fail_memory(err);
    if (rc == 0)
        st_track_frames_rewind(frames);
    while (rc == 0 && st_track_frames_next(frames))
        rc = add_frame(pairs, frames, iou, of_gt, of_found, err);
    st_free(of_gt);
    st_free(of_found);
    return rc;
}
