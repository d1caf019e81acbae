/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the camera's axes (x right, y down, z away) to those of biomechanics and animation
 * (x right, y up, z towards the camera): half a turn about x, so that left stays left.
 */
#include "sink/body_place.h"

static bool known(const float at[3])
{
    return at[0] != 0 || at[1] != 0 || at[2] != 0;
}

st_body_place st_body_place_of(const stance_stream *stream, const stance_pose *pose)
{
    st_body_place place = {.height = stream->height};
    for (size_t k = 0; k < stream->skeleton->n_keypoints; k++)
        place.metres |= known(pose->keypoints[k].world);
    place.before_camera = place.metres && known(pose->position);
    return place;
}

bool st_body_place_point(const st_body_place *place, const stance_pose *pose,
                         const stance_keypoint *point, double out[3])
{
    bool there = place->metres ? known(point->world) &&
                                     (!place->before_camera || known(pose->position))
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
