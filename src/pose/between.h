/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_POSE_BETWEEN_H
#define ST_POSE_BETWEEN_H

#include "stance/pose.h"

/*
 * Poses and points filled in between two others: on the line between both, as sure as the
 * less sure one, and marked as interpolated.
 */

/** @param share of the way from a (0) to b (1) */
void st_point_between(stance_keypoint *point, const stance_keypoint *a,
                      const stance_keypoint *b, double share);

/** Points that one of the two lacks stay as they are. The identity is a's. */
void st_pose_between(stance_pose *pose, const stance_pose *a, const stance_pose *b,
                     size_t n_points, double share);

#endif
