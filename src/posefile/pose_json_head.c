/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands around the frames in stance's JSON: schema, meta, keypoint_format, summary.
 *
 * Members that are not known are passed over: later versions may have more.
 */
#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "base/status.h"
#include "posefile/pose_json.h"

static const double most_ms = (double)ST_MAX_TIME_US / 1000;

int st_pose_json_schema(const st_json *json, const st_json_value *value,
                        stance_error *err)
{
    const char *name = value ? st_json_as_text(value) : NULL;
    return name && strcmp(name, "stance/1") == 0
               ? 0
               : st_json_fail(json, value ? value : st_json_root(json), err,
                              "expected the schema \"stance/1\", found %s%s%s",
                              name ? "\"" : "", name ? name : "none", name ? "\"" : "");
}

static int get_ms(const st_json *json, const st_json_value *object, const char *member,
                  int64_t *us, stance_error *err)
{
    double ms = NAN;
    int rc = st_json_get_number(json, object, member, false, -most_ms, most_ms, &ms, err);
    if (rc == 0 && !isnan(ms))
        *us = llround(ms * 1000);
    return rc;
}

/* A text of ours, at most as long as a path, that the stream points to. */
static int get_name(const st_json *json, const st_json_value *meta, const char *member,
                    char **own, const char **out, stance_error *err)
{
    const st_json_value *value = st_json_member(meta, member);
    const char *text = value ? st_json_as_text(value) : NULL;
    if (value && (!text || strlen(text) > ST_MAX_PATH))
        return st_json_fail(json, value, err, "expected a text of at most %d bytes",
                            ST_MAX_PATH);
    st_free(*own);
    *own = st_strdup(text);
    if (text && !*own)
        return st_fail_memory(err);
    *out = *own;
    return 0;
}

static int get_mode(const st_json *json, const st_json_value *meta, bool *single,
                    stance_error *err)
{
    const char *mode = NULL;
    int rc = st_json_get_text(json, meta, "mode", true, &mode, err);
    if (rc < 0)
        return rc;
    *single = strcmp(mode, "single") == 0;
    return *single || strcmp(mode, "multi") == 0
               ? 0
               : st_json_fail(json, meta, err,
                              "mode: expected \"single\" or \"multi\", found \"%s\"",
                              mode);
}

static int get_size(stance_posefile *file, const st_json *json, const st_json_value *meta,
                    stance_error *err)
{
    int64_t width = file->settings.width, height = file->settings.height, turned = 0;
    int rc =
        st_json_get_int(json, meta, "width", false, 1, ST_MAX_FRAME_SIDE, &width, err);
    if (rc == 0)
        rc = st_json_get_int(json, meta, "height", false, 1, ST_MAX_FRAME_SIDE, &height,
                             err);
    if (rc == 0)
        rc = st_json_get_int(json, meta, "rotation_applied", false, 0, 270, &turned, err);
    file->stream.width = (int)width;
    file->stream.height = (int)height;
    file->stream.rotation_deg = (int)turned;
    return rc;
}

int st_pose_json_meta(stance_posefile *file, const st_json *json,
                      const st_json_value *meta, stance_error *err)
{
    stance_stream *s = &file->stream;
    double fps = file->settings.fps;
    if (st_json_type_of(meta) != ST_JSON_OBJECT)
        return st_json_fail(json, meta, err, "expected an object");
    s->start_us = INT64_MIN;
    int rc = get_size(file, json, meta, err);
    if (rc == 0)
        rc = st_json_get_number(json, meta, "fps", false, 1e-5, 1e5, &fps, err);
    if (rc == 0)
        rc = st_json_get_int(json, meta, "frame_count", false, 0, ST_MAX_INDEX,
                             &s->n_frames, err);
    if (rc == 0)
        rc = get_ms(json, meta, "duration_ms", &s->duration_us, err);
    if (rc == 0)
        rc = get_ms(json, meta, "start_ms", &s->start_us, err);
    if (rc == 0)
        rc = get_name(json, meta, "source", &file->source, &s->source, err);
    if (rc == 0)
        rc = get_name(json, meta, "model", &file->model, &s->model, err);
    if (rc == 0)
        rc = get_mode(json, meta, &s->single, err);
    s->stills = s->start_us == INT64_MIN; /* pictures have no times */
    s->start_us = s->stills ? 0 : s->start_us;
    s->source = s->source ? s->source : file->path;
    st_posefile_set_fps(s, s->stills ? 0 : fps);
    return rc;
}

int st_pose_json_format(stance_posefile *file, const st_json *json,
                        const st_json_value *list, stance_error *err)
{
    const char *names[STANCE_KEYPOINTS_MAX];
    if (st_json_type_of(list) != ST_JSON_ARRAY ||
        st_json_count(list) > STANCE_KEYPOINTS_MAX)
        return st_json_fail(json, list, err, "expected an array of at most %d names",
                            STANCE_KEYPOINTS_MAX);
    size_t n = st_json_count(list);
    int rc = 0;
    for (size_t k = 0; k < n && rc == 0; k++)
        rc = st_json_at_text(json, list, k, &names[k], err);
    if (rc == 0)
        rc = st_skeleton_make(&file->skeleton, n > 0 ? "own" : "box", names, n,
                              &file->stream.skeleton);
    if (rc == STANCE_EINVAL)
        return st_json_fail(json, list, err, "expected names that are all different");
    return rc == STANCE_ENOMEM ? st_fail_memory(err) : rc;
}

int st_pose_json_summary(stance_posefile *file, const st_json *json,
                         const st_json_value *summary, stance_error *err)
{
    stance_summary s = {.people_most = file->summary.people_most};
    const struct {
        const char *name;
        int64_t *number;
    } members[] = {
        {"frames_in", &s.frames_in},
        {"frames_out", &s.frames_out},
        {"dropped", &s.dropped},
        {"skipped", &s.skipped},
        {"lost", &s.lost},
        {"decode_errors", &s.decode_errors},
        {"interpolated", &s.interpolated},
        {"repaired_times", &s.repaired_times},
        {"people_seen", &s.people_seen},
    };
    int rc = 0;
    if (st_json_type_of(summary) != ST_JSON_OBJECT)
        return st_json_fail(json, summary, err, "expected an object");
    for (size_t i = 0; i < sizeof(members) / sizeof(*members) && rc == 0; i++)
        rc = st_json_get_int(json, summary, members[i].name, false, 0, ST_MAX_INDEX,
                             members[i].number, err);
    if (rc == 0)
        rc = get_ms(json, summary, "duration_ms", &s.duration_us, err);
    if (rc == 0)
        rc = st_json_get_bool(json, summary, "complete", true, &s.complete, err);
    if (rc == 0 && s.frames_out != file->n_frames)
        rc = st_json_fail(json, summary, err,
                          "frames_out: expected %lld, the number of frames, found %lld",
                          (long long)file->n_frames, (long long)s.frames_out);
    file->summary = s;
    file->summed_up = rc == 0;
    return rc;
}
