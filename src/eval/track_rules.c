/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What counts, by the rules of the benchmarks: before anything is measured.
 *
 * Labels of MOT16, 17 and 20 say of each box what it is. Pedestrians count. A result that
 * fits best on somebody who is hard to tell from one (on a vehicle, static, a
 * reflection, ...) is neither right nor wrong and is taken out; for that all labels are
 * looked at, also those of confidence 0, which do not count themselves.
 *
 * Source: TrackEval 1.3, datasets/mot_challenge_2d_box.py.
 */
#include <float.h>
#include <math.h>

#include "base/status.h"
#include "eval/track_frames.h"

enum {
    PEDESTRIAN = 1,
    PERSON_ON_VEHICLE = 2,
    VEHICLE_WITHOUT_MOTOR = 6,
    STATIC_PERSON = 7,
    DISTRACTOR = 8,
    REFLECTION = 12,
    LAST_CLASS = 13,
};

const char *stance_track_benchmark_name(int benchmark)
{
    static const char *const names[] = {
        [STANCE_TRACK_AUTO] = "auto",   [STANCE_TRACK_PLAIN] = "plain",
        [STANCE_TRACK_MOT15] = "mot15", [STANCE_TRACK_MOT16] = "mot16",
        [STANCE_TRACK_MOT17] = "mot17", [STANCE_TRACK_MOT20] = "mot20"};
    return benchmark >= STANCE_TRACK_AUTO && benchmark <= STANCE_TRACK_MOT20
               ? names[benchmark]
               : NULL;
}

static bool is_hard(int class_id, int benchmark)
{
    return class_id == PERSON_ON_VEHICLE || class_id == STATIC_PERSON ||
           class_id == DISTRACTOR || class_id == REFLECTION ||
           (class_id == VEHICLE_WITHOUT_MOTOR && benchmark == STANCE_TRACK_MOT20);
}

/* ---- classes ---- */

static int check_gt(const st_tracks *gt, const char *name, int benchmark,
                    stance_error *err)
{
    const char *rules = stance_track_benchmark_name(benchmark);
    if (!gt->is_text)
        return st_fail(err, STANCE_EINPUT,
                       "%s: expected MOTChallenge's text, found JSON, which has no "
                       "classes as %s needs them",
                       name, rules);
    for (size_t i = 0; i < gt->n; i++) {
        const st_track_box *box = &gt->boxes[i];
        if (box->class_id == ST_TRACK_NO_CLASS)
            return st_fail(err, STANCE_EINPUT,
                           "%s:%u: expected a class in column 8, as %s needs it, found "
                           "fewer columns",
                           name, box->line, rules);
        if (box->class_id < PEDESTRIAN || box->class_id > LAST_CLASS)
            return st_fail(err, STANCE_EINPUT,
                           "%s:%u: expected a class from 1 to %d, as in %s, found %d",
                           name, box->line, LAST_CLASS, rules, box->class_id);
    }
    return 0;
}

static int check_found(const st_tracks *found, const char *name, stance_error *err)
{
    for (size_t i = 0; i < found->n; i++)
        if (found->boxes[i].class_id > PEDESTRIAN)
            return st_fail(err, STANCE_EINPUT,
                           "%s:%u: expected pedestrians only (class 1 or -1), found "
                           "class %d",
                           name, found->boxes[i].line, found->boxes[i].class_id);
    return 0;
}

/* ---- leaving out ---- */

static void leave_out_in_frame(st_track_frames *f, int benchmark)
{
    for (size_t i = 0; i < f->n_gt * f->n_found; i++)
        f->cost[i] = f->overlap[i] < 0.5 - DBL_EPSILON ? 0 : -f->overlap[i];
    st_track_frames_assign(f, INFINITY);
    for (size_t i = 0; i < f->n_gt; i++) {
        int j = f->found_of_gt[i];
        if (j >= 0 && f->cost[i * f->n_found + (size_t)j] < -DBL_EPSILON &&
            is_hard(f->gt_boxes[i].class_id, benchmark))
            f->found_boxes[j].left_out = true;
    }
}

static int leave_out_found(const st_tracks *gt, const st_tracks *found, int benchmark,
                           stance_error *err)
{
    st_track_frames frames = {0};
    int rc = st_track_frames_open(&frames, gt, found, err);
    while (rc == 0 && st_track_frames_next(&frames))
        if (frames.n_gt > 0 && frames.n_found > 0)
            leave_out_in_frame(&frames, benchmark);
    st_track_frames_close(&frames);
    return rc;
}

static void leave_out_gt(st_tracks *gt, int benchmark)
{
    for (size_t i = 0; i < gt->n; i++) {
        st_track_box *box = &gt->boxes[i];
        double confidence = box->confidence;
        if (benchmark != STANCE_TRACK_PLAIN)
            confidence = trunc(confidence);
        box->left_out = confidence == 0 ||
                        (benchmark >= STANCE_TRACK_MOT16 && box->class_id != PEDESTRIAN);
    }
}

int st_tracks_apply_rules(st_tracks *gt, const char *gt_name, st_tracks *found,
                          const char *found_name, int *benchmark, int64_t *gt_left_out,
                          int64_t *left_out, stance_error *err)
{
    int rc = 0;
    if (*benchmark == STANCE_TRACK_AUTO)
        *benchmark = gt->has_classes ? STANCE_TRACK_MOT17 : STANCE_TRACK_PLAIN;
    bool classes = *benchmark >= STANCE_TRACK_MOT16;
    if (*benchmark != STANCE_TRACK_PLAIN)
        rc = check_found(found, found_name, err);
    if (rc == 0 && classes)
        rc = check_gt(gt, gt_name, *benchmark, err);
    if (rc == 0 && classes)
        rc = leave_out_found(gt, found, *benchmark, err);
    if (rc == 0)
        leave_out_gt(gt, *benchmark);
    if (rc == 0)
        rc = st_tracks_compact(gt, gt_left_out, err);
    return rc == 0 ? st_tracks_compact(found, left_out, err) : rc;
}
