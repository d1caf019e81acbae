/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SINK_BODY_PLACE_H
#define ST_SINK_BODY_PLACE_H

#include "stance/run.h"

/*
 * Where points are for programs of biomechanics and animation: x right, y up, z towards
 * the camera; in metres where poses have them, else in pixels of the picture with z 0.
 */
typedef struct st_body_place {
    const stance_skeleton *skeleton;
    bool metres;
    bool before_camera; /* metres from the camera, not from the hips */
    int height;         /* of the picture in pixels; 0: not known */
} st_body_place;

/** What a person's file is in, by the pose that is seen first. */
st_body_place st_body_place_of(const stance_stream *stream, const stance_pose *pose);

/** A point of the pose; false: it has no such place, and `out` stays as it is. */
bool st_body_place_point(const st_body_place *place, const stance_pose *pose,
                         const stance_keypoint *point, double out[3]);

#endif
