/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_TRACK_WINDOW_H
#define ST_TRACK_WINDOW_H

#include "stance/pose.h"

/*
 * The last few frames' people, oldest first: what looks ahead (filling gaps, smoothing
 * without delay) works on frames that wait here. A ring; poses are somebody else's.
 */

enum { ST_WINDOW_MOST = 1024 }; /**< frames at most */

typedef struct st_window_frame {
    stance_poses *poses;
    int64_t pts_us, index;
    bool cut;             /**< a new shot begins here: nobody is carried across */
    stance_poses forward; /**< for smoothing: the points after the pass forward */
} st_window_frame;

typedef struct st_window {
    st_window_frame *frames;
    size_t capacity, first, n;
} st_window;

/** @return 0 or STANCE_ENOMEM */
int st_window_open(st_window *window, size_t capacity);
void st_window_close(st_window *window);

/** The i-th, 0 being the oldest. */
st_window_frame *st_window_at(const st_window *window, size_t i);
/** One more behind the newest; there must be room. `forward` keeps its storage. */
st_window_frame *st_window_push(st_window *window, stance_poses *poses, int64_t pts_us,
                                int64_t index, bool cut);
/** The oldest leaves; its memory is good until the next push. */
st_window_frame *st_window_pop(st_window *window);

/**
 * Fill in who is missing in frames between the newest and an older one, and points that
 * are missing of people who are there: along a line, marked as interpolated.
 *
 * @param most_us gaps that last longer stay
 * @return 0 or STANCE_ENOMEM
 */
int st_fill_gaps(st_window *window, int64_t most_us);

#endif
