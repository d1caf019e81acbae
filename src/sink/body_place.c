/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the camera's axes (x right, y down, z away) to those of biomechanics and animation
 * (x right, y up, z towards the camera): half a turn about x, so that left stays left.
 */
#include "sink/body_place.h"

#include "pose/poses.h"

static bool has_position(const stance_pose *pose)
{
    return pose->position[0] != 0 || pose->position[1] != 0 || pose->position[2] != 0;
}

st_body_place st_body_place_of(const stance_stream *stream, const stance_pose *pose)
{
    st_body_place place = {.skeleton = stream->skeleton, .height = stream->height};
    for (size_t k = 0; k < stream->skeleton->n_keypoints; k++)
        place.metres |= st_pose_knows_world(stream->skeleton, pose, &pose->keypoints[k]);
    place.before_camera = place.metres && has_position(pose);
    return place;
}

bool st_body_place_point(const st_body_place *place, const stance_pose *pose,
                         const stance_keypoint *point, double out[3])
{
    bool there = place->metres ? st_pose_knows_world(place->skeleton, pose, point) &&
                                     (!place->before_camera || has_position(pose))
                               : stance_keypoint_given(point);
    if (!there)
        return false;
    if (!place->metres) {
        out[0] = (double)point->x;
        out[1] = place->height - (double)point->y;
        out[2] = 0;
        return true;
    }
    for (int i = 0; i < 3; i++) {
        double at = (double)point->world[i];
        if (place->before_camera)
            at += (double)pose->position[i];
        out[i] = i == 0 ? at : -at;
    }
    return true;
}
