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
    int64_t known_us; /**< for how long they have been known when they were last seen */
    int64_t hits;
    size_t missed;   /**< frames in a row in which they were not found */
    int person;      /**< their number in the last frame; -1: not found there */
    size_t n_points; /**< how many of the points below; 0: they have none */
    double held[4];  /**< the motion's x, y, width, height when the points were seen */
    size_t slot;     /**< place of the points in the tracker's store */
} st_followed;

/** A pose of the frame as the tracker sees it. */
typedef struct st_seen {
    float box[4];
    float score;
    const stance_keypoint *points;
    int who;     /**< the followed that it is; -1: nobody so far */
    bool usable; /**< has a place */
} st_seen;

/**
 * How alike a followed and a pose are, 0 (cannot be) to 1.
 *
 * @param points   n_points as they were last seen
 * @param skeleton of these and the pose's points; NULL: there are none
 * @param share    of the points in it, 0 to 1
 */
double st_track_likeness(const st_followed *who, const stance_keypoint *points,
                         const st_seen *pose, const stance_skeleton *skeleton,
                         double share);

/** The same by the overlap of boxes alone. */
double st_track_overlap(const st_followed *who, const st_seen *pose);

/** The place of a pose: its box, else what its points span. False: it has none. */
bool st_track_place(const stance_pose *pose, size_t n_points, float box[4]);

#endif
