/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_POSEFILE_POSE_JSON_H
#define ST_POSEFILE_POSE_JSON_H

#include "posefile/posefile.h"
#include "json/json.h"

/* The parts of stance's JSON, as values of one document or of a line each. */

/** That "schema" is ours. @param value may be NULL: it is not there */
int st_pose_json_schema(const st_json *json, const st_json_value *value,
                        stance_error *err);
/** "meta": fills file->stream but for the points. */
int st_pose_json_meta(stance_posefile *file, const st_json *json,
                      const st_json_value *meta, stance_error *err);
/** "keypoint_format", after "meta": fills file->stream.skeleton. */
int st_pose_json_format(stance_posefile *file, const st_json *json,
                        const st_json_value *names, stance_error *err);
/** An element of "frames". */
int st_pose_json_frame(stance_posefile *file, const st_json *json,
                       const st_json_value *frame, stance_error *err);
/** "summary". */
int st_pose_json_summary(stance_posefile *file, const st_json *json,
                         const st_json_value *summary, stance_error *err);

#endif
