/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PEOPLE_KIT_H
#define PEOPLE_KIT_H

/* People for tests of what happens to them over time. */

#include <math.h>

#include "pose/poses.h"

static const int64_t FRAME_US = 33333; /* 30 a second */

/** One more person with a box, and all points in its middle. */
static inline stance_pose *kit_person(stance_poses *poses, int64_t id, double x, double y,
                                      double w, double h)
{
    const stance_skeleton *coco = stance_skeleton_find("coco17");
    assert_int_equal(st_poses_append(poses, coco), 0);
    stance_pose *pose = &poses->people[poses->n - 1];
    pose->id = id;
    pose->score = 0.9f;
    pose->box[0] = (float)x;
    pose->box[1] = (float)y;
    pose->box[2] = (float)w;
    pose->box[3] = (float)h;
    for (size_t k = 0; k < coco->n_keypoints; k++) {
        pose->keypoints[k].x = (float)(x + w / 2);
        pose->keypoints[k].y = (float)(y + h / 2);
        pose->keypoints[k].score = 0.8f;
    }
    return pose;
}

/** Noise of about one standard deviation, the same in every run. */
static inline double kit_noise(uint32_t *seed)
{
    double sum = 0;
    for (int i = 0; i < 12; i++) {
        *seed = *seed * 1664525u + 1013904223u;
        sum += (double)(*seed >> 8) / (1 << 24);
    }
    return sum - 6;
}

#endif
