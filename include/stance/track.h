/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STANCE_TRACK_H
#define STANCE_TRACK_H

#include "stance/common.h"
#include "stance/pose.h"

/*
 * Who is who: the same person has the same id from frame to frame.
 *
 * A tracker is told the people of each frame and writes their ids. It goes by where
 * people are, how they move and, where there are keypoints, how they hold themselves; it
 * sees no picture. Ids count from 1 and are never used again by the same tracker.
 *
 * Threads: a tracker is used by one thread at a time.
 */

#ifdef __cplusplus
extern "C" {
#endif

typedef enum stance_tracker_kind {
    STANCE_TRACKER_BYTE, /**< sure poses first, then the unsure ones; boxes and points */
    STANCE_TRACKER_SORT, /**< all poses at once, by boxes alone */
    STANCE_TRACKER_OFF,  /**< all ids are 0 */
} stance_tracker_kind;

/** How people are followed. stance_track_settings_defaults() fills it. */
typedef struct stance_track_settings {
    int tracker;       /**< stance_tracker_kind */
    double max_lost_s; /**< somebody unseen for longer comes back as somebody new: seconds
                          of the stream */
    double high;  /**< poses from this score on find their people first: 0 to 1; NAN: by
                     the scores of those who are followed */
    double low;   /**< poses below this score are nobody: 0 to 1 */
    double start; /**< an unknown pose of this score is somebody new at once, a weaker one
                     when the scores of its frames add up to it: 0 to 1; NAN: by the
                     scores of those who are followed */
    double match; /**< how alike somebody and a pose have to be, 0 (anything near) to 1
                     (the very same); with sort the overlap of boxes; NAN: by the tracker
                   */
    double pose;  /**< how much keypoints count beside boxes, 0 to 1 */
    void *reserved[4];
} stance_track_settings;

/** Fill with the defaults; nothing has to be freed. @return 0 or STANCE_ENOMEM */
STANCE_API int stance_track_settings_defaults(stance_track_settings *settings);

typedef struct stance_tracker stance_tracker;

/**
 * @param tracker  returned, stance_tracker_close()
 * @param settings borrowed
 * @return 0, STANCE_EINVAL (a number out of range, said in `err`) or STANCE_ENOMEM
 */
STANCE_API int stance_tracker_open(stance_tracker **tracker,
                                   const stance_track_settings *settings,
                                   stance_error *err);

/** Free it and set it to NULL; NULL inside is fine. */
STANCE_API void stance_tracker_close(stance_tracker **tracker);

/**
 * Tell who is who in one frame.
 *
 * Every frame is told, also one without people: time goes on. Frames come in the order of
 * their times; where times stand still or go back, no time has passed.
 *
 * @param poses  the frame's people, whose `id` is written: from 1; 0 where nobody is sure
 *               that it is somebody (a low score, seen for the first time), or where a
 *               pose has neither a box nor points. Boxes are used, and points, where
 *               given, too. Borrowed; nothing but the ids is changed.
 * @param pts_us the frame's time in microseconds
 * @return 0 or STANCE_ENOMEM (all ids are 0 then; the tracker can be used on)
 *
 * Source: A. Bewley et al., "Simple online and realtime tracking" (2016); Y. Zhang et
 * al., "ByteTrack: multi-object tracking by associating every detection box" (2022).
 */
STANCE_API int stance_tracker_update(stance_tracker *tracker, stance_poses *poses,
                                     int64_t pts_us, stance_error *err);

/** A cut in a film: nobody who was there before is anybody who comes now. Ids go on
 * counting. */
STANCE_API void stance_tracker_cut(stance_tracker *tracker);

/** Somebody who is followed. */
typedef struct stance_track {
    int64_t id;
    float box[4];     /**< x, y, width, height in source pixels: in the last frame; where
                         they are thought to be while they are lost */
    float speed[2];   /**< of the box's middle: pixels a second, right and down */
    int64_t first_us; /**< time of the first frame they were in */
    int64_t last_us;  /**< time of the last frame they were in */
    int64_t hits;     /**< frames they were in */
    int person;       /**< their number in the last frame's list; -1: they are lost */
} stance_track;

/**
 * All who are followed, the lost ones too, in the order of their ids.
 *
 * @param tracks set to the list, which stays until the next call that changes the tracker
 * @return how many: at most STANCE_PEOPLE_MAX
 */
STANCE_API size_t stance_tracker_tracks(const stance_tracker *tracker,
                                        const stance_track **tracks);

#ifdef __cplusplus
}
#endif
#endif
