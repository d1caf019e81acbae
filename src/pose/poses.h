/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_POSE_POSES_H
#define ST_POSE_POSES_H

#include "stance/pose.h"

/** Make points absent: nothing is known of them. */
void st_keypoints_clear(stance_keypoint *points, size_t n);

/** One more person at the end of a list, all points absent.
 * @param skeleton of all in the list
 * @return 0, STANCE_EINVAL (more than STANCE_PEOPLE_MAX) or STANCE_ENOMEM; the list then
 * is as it was */
int st_poses_append(stance_poses *poses, const stance_skeleton *skeleton);

/** The person of that identity, or NULL. */
stance_pose *st_poses_find(const stance_poses *poses, int64_t id);

/** True when the point's place in metres is known: it is given, and that of some point of
 * the person is not 0, 0, 0, which is the middle of the hips where others have places. */
bool st_pose_knows_world(const stance_skeleton *skeleton, const stance_pose *pose,
                         const stance_keypoint *point);

/** Keep those people for whom `keep` is true, in their order. Storage stays. */
void st_poses_sift(stance_poses *poses, bool (*keep)(void *user, const stance_pose *pose),
                   void *user);

#endif
