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

struct stance_tracker {
    stance_track_settings settings;
    double match;
    double typical; /* score of those who are followed; 0: there was nobody yet */
    double spread;  /* variance of these scores */
    double low, high, start; /* the settings', or by the typical score */
    int64_t last_id;
    bool began; /* there was a frame */
    int64_t last_us, clock_us;
    double dt_s;             /* from the last frame to this one */
    st_followed *people;     /* room for `room`, n of them; the others keep their slots */
    stance_track *list;      /* what others see */
    stance_keypoint *points; /* room x n_points, by slot */
    const stance_skeleton *skeleton; /* of the points; NULL: there are none */
    size_t n, room, n_list;
    st_seen *seen; /* the frame's poses */
    size_t seen_room;
    int *rows, *columns; /* people and poses of a stage: room, seen_room */
    st_assignment assignment;
};

/** Where the points of somebody lie; NULL where nobody has points. */
stance_keypoint *st_track_points(const stance_tracker *t, const st_followed *who);

/** Write down that somebody was seen, once their motion knows. */
void st_track_count(stance_tracker *t, st_followed *who, st_seen *seen, int64_t pts_us);

/** Set low, high and start before people are looked for. */
void st_track_take_scores(stance_tracker *t, size_t n_poses);

/** Take in the scores of those who were found again. */
void st_track_learn_scores(stance_tracker *t);

/** Find the people among the frame's poses. @return 0 or STANCE_ENOMEM */
int st_track_match(stance_tracker *t, size_t n_poses, int64_t pts_us);

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
