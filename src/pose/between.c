/* SPDX-License-Identifier: Apache-2.0 */
#include "pose/between.h"

#include <math.h>

static float between(float a, float b, double share)
{
    return (float)((double)a + ((double)b - (double)a) * share);
}

void st_point_between(stance_keypoint *point, const stance_keypoint *a,
                      const stance_keypoint *b, double share)
{
    point->x = between(a->x, b->x, share);
    point->y = between(a->y, b->y, share);
    point->z = between(a->z, b->z, share);
    for (int i = 0; i < 3; i++)
        point->world[i] = between(a->world[i], b->world[i], share);
    point->score = fminf(a->score, b->score);
    point->interpolated = true;
}

void st_pose_between(stance_pose *pose, const stance_pose *a, const stance_pose *b,
                     size_t n_points, double share)
{
    pose->id = a->id;
    pose->score = fminf(a->score, b->score);
    pose->interpolated = true;
    for (int i = 0; i < 4; i++)
        pose->box[i] = between(a->box[i], b->box[i], share);
    for (int i = 0; i < 3; i++)
        pose->position[i] = between(a->position[i], b->position[i], share);
    for (size_t k = 0; k < n_points; k++)
        if (stance_keypoint_given(&a->keypoints[k]) &&
            stance_keypoint_given(&b->keypoints[k]))
            st_point_between(&pose->keypoints[k], &a->keypoints[k], &b->keypoints[k],
                             share);
}
