/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A frame of stance's JSON (docs/output.md) back to poses, each member checked.
 *
 * The single form has no box, and one person at most, whose members stand in the frame
 * itself. Points are matched by their order, and their names have to agree with it.
 */
#include "posefile/pose_json.h"

#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "base/status.h"

/* One frame being read: what the functions below share. */
typedef struct reading {
    stance_posefile *file;
    const st_json *json;
    stance_error *err;
} reading;

/* Numbers of an array member; absent: they keep their values. */
static int get_floats(const reading *r, const st_json_value *object, const char *member,
                      bool required, size_t n, float *out)
{
    const st_json_value *list;
    int rc = st_json_get_array(r->json, object, member, required, n, n, &list, r->err);
    for (size_t i = 0; i < n && rc == 0 && list; i++) {
        double value = 0;
        rc = st_json_at_number(r->json, list, i, -ST_MAX_PLACE, ST_MAX_PLACE, &value,
                               r->err);
        out[i] = (float)value;
    }
    return rc;
}

static int get_float(const reading *r, const st_json_value *object, const char *member,
                     bool required, double min, double max, float *out)
{
    double value = NAN;
    int rc =
        st_json_get_number(r->json, object, member, required, min, max, &value, r->err);
    if (rc == 0 && !isnan(value))
        *out = (float)value;
    return rc;
}

static int get_visibility(const reading *r, const st_json_value *object,
                          stance_visibility *visibility)
{
    static const char *const names[] = {
        [STANCE_VISIBILITY_UNKNOWN] = "unknown",
        [STANCE_VISIBLE] = "visible",
        [STANCE_HIDDEN_BY_SELF] = "hidden-by-self",
        [STANCE_HIDDEN_BY_OTHERS] = "hidden-by-others",
        [STANCE_OUTSIDE] = "outside",
    };
    const char *name = NULL;
    int rc = st_json_get_text(r->json, object, "visibility", false, &name, r->err);
    for (size_t i = 0; rc == 0 && name && i < sizeof(names) / sizeof(*names); i++)
        if (strcmp(name, names[i]) == 0) {
            *visibility = (stance_visibility)i;
            return 0;
        }
    return rc == 0 && name ? st_json_fail(r->json, object, r->err,
                                          "visibility: expected visible, hidden-by-self, "
                                          "hidden-by-others or outside, found \"%s\"",
                                          name)
                           : rc;
}

static int take_keypoint(const reading *r, const st_json_value *object, const char *name,
                         stance_keypoint *point)
{
    const char *found = NULL;
    if (st_json_type_of(object) != ST_JSON_OBJECT)
        return st_json_fail(r->json, object, r->err, "expected an object");
    int rc = st_json_get_text(r->json, object, "name", true, &found, r->err);
    if (rc == 0 && strcmp(found, name) != 0)
        return st_json_fail(r->json, object, r->err,
                            "name: expected \"%s\" as in keypoint_format, found \"%s\"",
                            name, found);
    if (rc == 0)
        rc = get_float(r, object, "x", false, -ST_MAX_PLACE, ST_MAX_PLACE, &point->x);
    if (rc == 0)
        rc = get_float(r, object, "y", false, -ST_MAX_PLACE, ST_MAX_PLACE, &point->y);
    if (rc == 0 && isnan(point->x) != isnan(point->y))
        rc = st_json_fail(r->json, object, r->err,
                          "expected x and y, or null for both, found one of them");
    if (rc == 0)
        rc = get_float(r, object, "z", false, -ST_MAX_PLACE, ST_MAX_PLACE, &point->z);
    if (rc == 0)
        rc = get_float(r, object, "score", true, 0, 1, &point->score);
    if (rc == 0)
        rc = get_floats(r, object, "world", false, 3, point->world);
    if (rc == 0)
        rc = get_visibility(r, object, &point->visibility);
    if (rc == 0)
        rc = get_floats(r, object, "raw", false, 2, point->raw);
    if (rc == 0)
        rc = st_json_get_bool(r->json, object, "interpolated", false,
                              &point->interpolated, r->err);
    return rc == 0 ? st_json_get_bool(r->json, object, "swapped", false, &point->swapped,
                                      r->err)
                   : rc;
}

static int take_keypoints(const reading *r, const st_json_value *object,
                          stance_pose *pose)
{
    const stance_skeleton *skeleton = r->file->stream.skeleton;
    size_t n = skeleton->n_keypoints;
    const st_json_value *list;
    int rc = st_json_get_array(r->json, object, "keypoints", true, n, n, &list, r->err);
    for (size_t k = 0; k < n && rc == 0; k++)
        rc = take_keypoint(r, st_json_at(list, k), skeleton->names[k],
                           &pose->keypoints[k]);
    return rc;
}

/* @param score name of the member */
static int take_person(const reading *r, const st_json_value *object, const char *score)
{
    stance_pose *pose;
    int rc = st_posefile_add_person(r->file, &pose, r->err);
    if (rc == 0)
        rc = st_json_get_int(r->json, object, "id", false, 1, ST_MAX_INDEX, &pose->id,
                             r->err);
    if (rc == 0)
        rc = get_float(r, object, score, true, 0, 1, &pose->score);
    if (rc == 0)
        rc = get_floats(r, object, "position", false, 3, pose->position);
    return rc == 0 ? take_keypoints(r, object, pose) : rc;
}

static int take_people(const reading *r, const st_json_value *frame)
{
    const st_json_value *list;
    int rc = st_json_get_array(r->json, frame, "people", true, 0, STANCE_PEOPLE_MAX,
                               &list, r->err);
    for (size_t i = 0; rc == 0 && i < st_json_count(list); i++) {
        const st_json_value *one = st_json_at(list, i);
        if (st_json_type_of(one) != ST_JSON_OBJECT)
            return st_json_fail(r->json, one, r->err, "expected an object");
        rc = take_person(r, one, "score");
        stance_pose *pose = rc == 0 ? &r->file->poses.people[i] : NULL;
        if (rc == 0)
            rc = get_floats(r, one, "box", true, 4, pose->box);
        if (rc == 0)
            rc = st_json_get_bool(r->json, one, "interpolated", false,
                                  &pose->interpolated, r->err);
    }
    return rc;
}

static int take_single(const reading *r, const st_json_value *frame)
{
    stance_posefile *file = r->file;
    const st_json_value *list;
    if (!st_json_member(frame, "pose_score"))
        return st_json_get_array(r->json, frame, "keypoints", true, 0, 0, &list, r->err);
    int rc = take_person(r, frame, "pose_score");
    if (rc == 0) {
        file->poses.people[0].interpolated = file->interpolated;
        st_posefile_box_of_points(file->stream.skeleton, &file->poses.people[0]);
    }
    return rc;
}

static int take_file_name(const reading *r, const st_json_value *frame)
{
    stance_posefile *file = r->file;
    const char *name = NULL;
    int rc = st_json_get_text(r->json, frame, "file", false, &name, r->err);
    if (rc < 0 || !name)
        return rc;
    file->file_name.length = 0;
    st_text_add(&file->file_name, name);
    file->frame.file = file->file_name.text;
    return file->file_name.failed ? st_fail_memory(r->err) : 0;
}

int st_pose_json_frame(stance_posefile *file, const st_json *json,
                       const st_json_value *frame, stance_error *err)
{
    const reading r = {file, json, err};
    const double most_ms = (double)ST_MAX_TIME_US / 1000;
    int64_t index = 0;
    double ms = 0;
    if (st_json_type_of(frame) != ST_JSON_OBJECT)
        return st_json_fail(json, frame, err, "expected an object");
    int rc =
        st_json_get_int(json, frame, "frame_index", true, 0, ST_MAX_INDEX, &index, err);
    if (rc == 0 && !file->stream.stills)
        rc = st_json_get_number(json, frame, "timestamp_ms", true, -most_ms, most_ms, &ms,
                                err);
    if (rc < 0)
        return rc;
    st_posefile_begin_frame(file, index, llround(ms * 1000));
    rc = take_file_name(&r, frame);
    if (rc == 0)
        rc = st_json_get_bool(json, frame, "interpolated", false, &file->interpolated,
                              err);
    if (rc < 0)
        return rc;
    return file->stream.single ? take_single(&r, frame) : take_people(&r, frame);
}
