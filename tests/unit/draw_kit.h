/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DRAW_KIT_H
#define DRAW_KIT_H

#include <math.h>

#include "sink/draw.h"
#include "test.h"

/* What tests of drawing share: a pose, and a frame drawn on. */

static inline void make_poses(stance_poses *poses)
{
    stance_poses_init(poses);
    assert_int_equal(stance_poses_reset(poses, stance_skeleton_find("coco17"), 1), 0);
}

static inline void put(stance_poses *poses, int k, float x, float y, float score)
{
    poses->people[0].keypoints[k] =
        (stance_keypoint){.x = x, .y = y, .z = NAN, .score = score};
}

static inline void draw_once(const stance_draw_settings *settings, stance_frame *frame,
                             const stance_poses *poses, const st_draw_text *text)
{
    st_draw *draw = st_draw_new(settings);
    assert_non_null(draw);
    assert_int_equal(st_draw_poses(draw, frame, poses, text), 0);
    st_draw_free(&draw);
}

#endif
