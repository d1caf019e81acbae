/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_TRACK_TRACK_H
#define ST_TRACK_TRACK_H

#include "stance/option.h"
#include "stance/track.h"
#include "track/assignment.h"
#include "track/kalman.h"

/* What the tracker's own files share. */

extern const stance_option st_track_options[];

/** Somebody who is followed. */
typedef struct st_followed {
    int64_t id;       /**< 0: not yet sure that it is somebody */
    st_kalman motion; /**< as of the last frame */
    int64_t first_us, last_us;
    int64_t clock_us; /**< last seen, by the tracker's own clock, which never goes back */
    int64_t known_us; /**< from when they were first seen to clock_us */
    int64_t hits;
    double evidence; /**< scores of the frames they were in, added up */
    size_t missed;   /**< frames in a row in which they were not found */
    int person;      /**< their number in the last frame; -1: not found there */
    size_t n_points; /**< how many points are known of them */
    double held[4];  /**< the motion's x, y, width, height when the points were seen */
    size_t slot;     /**< place of the points in the tracker's store */
} st_followed;

/** A pose of the frame as the tracker sees it. */
typedef struct st_seen {
    float box[4];
    float score;
    const stance_keypoint *points; /**< NULL: none */
    bool usable;                   /**< has a place */
    bool taken;                    /**< somebody was found */
} st_seen;

/** The place of a pose: its box, else what its points span. False: it has none. */
bool st_track_place(const stance_pose *pose, size_t n_points, float box[4]);

/*
 * How unlike a followed and a pose are: 0 and up, INFINITY: cannot be. As a likeness from
 * 0 to 1, the first is exp(-x), the others 1 - x.
 */

/**
 * By all that is known.
 *
 * @param points   as they were last seen, who->n_points of them
 * @param skeleton of these and the pose's points; NULL: there are none
 * @param share    how much points count beside boxes, 0 to 1
 */
double st_track_unlike(const st_followed *who, const stance_keypoint *points,
                       const st_seen *pose, const stance_skeleton *skeleton,
                       double share);

/** By the overlap of boxes alone. */
double st_track_by_overlap(const st_followed *who, const st_seen *pose);

/** By whether somebody, or a jerk of the camera, can have come so far in dt_s seconds. */
double st_track_by_reach(const st_followed *who, const st_seen *pose, double dt_s);

#endif
