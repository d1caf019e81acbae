/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_EVAL_TRACK_FRAMES_H
#define ST_EVAL_TRACK_FRAMES_H

#include "eval/tracks.h"

/** Labelled and found boxes frame by frame, with their overlaps. Only frames that have
 * any box come up. */
typedef struct st_track_frames {
    const st_tracks *gt, *found;
    size_t next_gt, next_found;
    /* of this frame: */
    st_track_box *gt_boxes, *found_boxes;
    size_t n_gt, n_found;
    double *overlap; /* n_gt x n_found, 0 to 1 */
    /* for measures to work with: */
    double *cost;     /* as large as overlap */
    int *found_of_gt; /* n_gt */
    void *scratch;    /* for st_assign() of such a table */
} st_track_frames;

/** @param frames zeros; st_track_frames_close() in any case. @param gt, found kept */
int st_track_frames_open(st_track_frames *frames, const st_tracks *gt,
                         const st_tracks *found, stance_error *err);
void st_track_frames_close(st_track_frames *frames);

/** To the first frame again. */
void st_track_frames_rewind(st_track_frames *frames);
/** @return false past the end */
bool st_track_frames_next(st_track_frames *frames);

/** Pair boxes so that their `cost` is least; fills found_of_gt. */
void st_track_frames_assign(st_track_frames *frames, double forbidden_from);

#endif
