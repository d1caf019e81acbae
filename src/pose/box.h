/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_POSE_BOX_H
#define ST_POSE_BOX_H

#include <stdbool.h>

/* How much two boxes have in common. A box is x, y, width, height, as in stance_pose. */

/** True for a box of numbers that are no farther off than ST_MAX_PLACE, with a size. */
bool st_box_is_one(const float box[4]);

/** What both have, in square pixels; 0 where they do not meet. */
double st_box_common(const float a[4], const float b[4]);

/** Intersection over union, 0 to 1; 0 where neither has a size. */
double st_box_overlap(const float a[4], const float b[4]);

#endif
