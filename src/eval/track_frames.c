/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frame by frame through two tables of boxes, with the overlap of each two boxes.
 *
 * Overlaps are computed anew in each pass and not kept: memory depends on the fullest
 * frame. The order of operations is that of TrackEval, so that an overlap which meets a
 * threshold there meets it here.
 */
#include "eval/track_frames.h"

#include <float.h>
#include <math.h>

#include "base/assignment.h"
#include "base/memory.h"
#include "base/status.h"

int st_track_frames_open(st_track_frames *frames, const st_tracks *gt,
                         const st_tracks *found, stance_error *err)
{
    size_t rows = gt->most_in_frame, cols = found->most_in_frame;
    *frames = (st_track_frames){.gt = gt, .found = found};
    frames->overlap = st_alloc_array(rows * cols + 1, sizeof(double));
    frames->cost = st_alloc_array(rows * cols + 1, sizeof(double));
    frames->found_of_gt = st_alloc_array(rows + 1, sizeof(int));
    frames->scratch = st_alloc(st_assign_scratch(rows, cols));
    return frames->overlap && frames->cost && frames->found_of_gt && frames->scratch
               ? 0
               : st_fail_memory(err);
}

void st_track_frames_close(st_track_frames *frames)
{
    st_free(frames->overlap);
    st_free(frames->cost);
    st_free(frames->found_of_gt);
    st_free(frames->scratch);
    *frames = (st_track_frames){0};
}

void st_track_frames_rewind(st_track_frames *frames)
{
    frames->next_gt = frames->next_found = 0;
}

/* Intersection over union; boxes without an area overlap nothing. */
static double overlap(const double *a, const double *b)
{
    double a_right = a[0] + a[2], a_bottom = a[1] + a[3];
    double b_right = b[0] + b[2], b_bottom = b[1] + b[3];
    double width = fmin(a_right, b_right) - fmax(a[0], b[0]);
    double height = fmin(a_bottom, b_bottom) - fmax(a[1], b[1]);
    double both = fmax(width, 0) * fmax(height, 0);
    double a_area = (a_right - a[0]) * (a_bottom - a[1]);
    double b_area = (b_right - b[0]) * (b_bottom - b[1]);
    double any = a_area + b_area - both;
    if (a_area <= DBL_EPSILON || b_area <= DBL_EPSILON || any <= DBL_EPSILON)
        return 0;
    return both / any;
}

static size_t count_of(const st_tracks *tracks, size_t from, int frame)
{
    size_t n = 0;
    while (from + n < tracks->n && tracks->boxes[from + n].frame == frame)
        n++;
    return n;
}

bool st_track_frames_next(st_track_frames *frames)
{
    const st_tracks *gt = frames->gt, *found = frames->found;
    bool more_gt = frames->next_gt < gt->n, more_found = frames->next_found < found->n;
    if (!more_gt && !more_found)
        return false;
    int gt_frame = more_gt ? gt->boxes[frames->next_gt].frame : INT32_MAX;
    int found_frame = more_found ? found->boxes[frames->next_found].frame : INT32_MAX;
    int frame = gt_frame < found_frame ? gt_frame : found_frame;
    frames->gt_boxes = more_gt ? &gt->boxes[frames->next_gt] : NULL;
    frames->found_boxes = more_found ? &found->boxes[frames->next_found] : NULL;
    frames->n_gt = count_of(gt, frames->next_gt, frame);
    frames->n_found = count_of(found, frames->next_found, frame);
    frames->next_gt += frames->n_gt;
    frames->next_found += frames->n_found;
    for (size_t i = 0; i < frames->n_gt; i++)
        for (size_t j = 0; j < frames->n_found; j++)
            frames->overlap[i * frames->n_found + j] =
                overlap(frames->gt_boxes[i].box, frames->found_boxes[j].box);
    return true;
}

void st_track_frames_assign(st_track_frames *frames, double forbidden_from)
{
    st_assign(frames->cost, frames->n_gt, frames->n_found, forbidden_from,
              frames->found_of_gt, frames->scratch);
}
