/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_EVAL_TRACK_MEASURES_H
#define ST_EVAL_TRACK_MEASURES_H

#include "eval/track_frames.h"

/* The measures of tracks. Each goes through all frames by itself, and adds up what
 * several sequences gave. */

/** The CLEAR measures as TrackEval has them (track_clear.c). @param n_frames of the
 * sequence */
int st_track_clear(st_track_frames *frames, double iou, int64_t n_frames,
                   stance_track_clear *out, stance_error *err);
void st_track_clear_combine(const stance_track_figures *all, size_t n,
                            stance_track_clear *out);

/** The same as motmetrics has them (track_motmetrics.c). */
int st_track_motmetrics(st_track_frames *frames, double iou, stance_track_motmetrics *out,
                        stance_error *err);
void st_track_motmetrics_combine(const stance_track_figures *all, size_t n,
                                 stance_track_motmetrics *out);

/* ---- pairs of identities (track_pairs.c) ---- */

/** A labelled and a found identity whose boxes overlap in some frame. */
typedef struct st_track_pair {
    uint32_t gt, found;
    uint32_t near;                         /* frames in which they overlap enough */
    uint32_t matched[STANCE_TRACK_ALPHAS]; /* for HOTA */
    double together; /* of HOTA: sum of their parts of all overlap in a frame */
} st_track_pair;

typedef struct st_track_pairs {
    st_track_pair *pairs; /* in the order in which they were first seen */
    size_t n, capacity;
    uint32_t *slots; /* open addressing; number + 1, 0: free */
    size_t n_slots;
    int64_t *gt_boxes, *found_boxes; /* of each identity */
} st_track_pairs;

/** Go through all frames. @param pairs zeros; st_track_pairs_clear() in any case */
int st_track_pairs_fill(st_track_pairs *pairs, st_track_frames *frames, double iou,
                        stance_error *err);
void st_track_pairs_clear(st_track_pairs *pairs);
/** NULL: they overlap nowhere. */
st_track_pair *st_track_pairs_find(const st_track_pairs *pairs, uint32_t gt,
                                   uint32_t found);

/* ---- measures of pairs ---- */

/** IDF1 (track_identity.c). */
int st_track_identity(const st_track_pairs *pairs, const st_track_frames *frames,
                      stance_track_identity *out, stance_error *err);
void st_track_identity_combine(const stance_track_figures *all, size_t n,
                               stance_track_identity *out);

/** HOTA (track_hota.c). Sets `matched` of the pairs. */
void st_track_hota(st_track_pairs *pairs, st_track_frames *frames,
                   stance_track_hota *out);
void st_track_hota_combine(const stance_track_figures *all, size_t n,
                           stance_track_hota *out);

#endif
