/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stance's JSON (docs/output.md), of any size: the elements of "frames" one at a time.
 *
 * "meta" and "keypoint_format" are needed before the first frame. Where another program
 * has put them behind the frames (in order of name, say), a file is read twice: once over
 * the frames, once for them. A pipe cannot be.
 */
#include <string.h>

#include "base/log.h"
#include "base/status.h"
#include "posefile/pose_json.h"
#include "json/json_stream.h"

typedef struct reader {
    st_json_stream stream;
    st_text name, place;
    bool has_schema, has_meta, has_format;
    int64_t frames_at, frames_line; /* where "frames" begins */
    bool ended;
} reader;

static bool looks(const char *text, size_t n)
{
    size_t i = 0;
    while (i < n && strchr(" \t\r\n", text[i]))
        i++;
    if (i == n || text[i] != '{')
        return false;
    /* A document in lines of its own has no "frames" in the first of them. */
    const char *end = memchr(text + i, '\n', n - i);
    size_t first = end ? (size_t)(end - text) : 0;
    while (first > 0 && strchr(" \t\r", text[first - 1]))
        first--;
    bool lines =
        first > i + 1 && text[first - 1] == '}' && !memmem(text, first, "\"frames\"", 8);
    return !lines &&
           (memmem(text, n, "\"frames\"", 8) || memmem(text, n, "\"stance/", 8));
}

/* A member that stands before the frames, or behind. */
static int take_member(stance_posefile *file, stance_error *err)
{
    reader *r = file->self;
    const char *name = r->name.text;
    bool known = strcmp(name, "schema") == 0 || strcmp(name, "meta") == 0 ||
                 strcmp(name, "keypoint_format") == 0 || strcmp(name, "summary") == 0;
    if (strcmp(name, "events") == 0)
        st_log(STANCE_LOG_INFO, "posefile", "%s: its events are not read: left out",
               file->reader.name);
    bool head = known && strcmp(name, "summary") != 0;
    if (head && r->ended) /* it was read before the frames were */
        return st_json_stream_pass(&r->stream, err);
    if (!known)
        return st_json_stream_pass(&r->stream, err);
    if ((*name == 'm' && r->has_meta) || (*name == 'k' && r->has_format))
        return st_posefile_fail(file, err, "expected \"%s\" once, found it twice", name);
    st_json *json;
    int rc = st_json_stream_take(&r->stream, name, &json, err);
    if (rc < 0)
        return rc;
    const st_json_value *root = st_json_root(json);
    if (*name == 's' && name[1] == 'c') {
        rc = st_pose_json_schema(json, root, err);
        r->has_schema = true;
    } else if (*name == 'm') {
        rc = st_pose_json_meta(file, json, root, err);
        r->has_meta = true;
    } else if (*name == 'k') {
        rc = st_pose_json_format(file, json, root, err);
        r->has_format = true;
    } else if (r->ended) {
        rc = st_pose_json_summary(file, json, root, err);
    }
    st_json_close(&json);
    return rc;
}

static int fail_missing(const stance_posefile *file, stance_error *err)
{
    const reader *r = file->self;
    const char *what = !r->has_schema ? "schema"
                       : !r->has_meta ? "meta"
                                      : "keypoint_format";
    if (!file->reader.seekable && r->frames_line)
        return st_posefile_fail(file, err,
                                "expected \"%s\" before the frames (a pipe cannot be "
                                "read twice; a file can)",
                                what);
    return st_fail(err, STANCE_EINPUT,
                   "%s: expected stance's JSON with a member \"%s\", found none",
                   file->reader.name, what);
}

/* To the first frame, with all that is needed before it. */
static int open_stance(stance_posefile *file, stance_error *err)
{
    reader *r = file->self;
    r->stream.reader = &file->reader;
    int rc = st_json_stream_enter(&r->stream, '{', err);
    while (rc == 0 && (rc = st_json_stream_member(&r->stream, &r->name, err)) == 0) {
        if (strcmp(r->name.text, "frames") != 0) {
            rc = take_member(file, err);
            continue;
        }
        st_json_stream_peek(&r->stream);
        r->frames_at = st_reader_place(&file->reader);
        r->frames_line = file->reader.line;
        if (r->has_schema && r->has_meta && r->has_format)
            return st_json_stream_enter(&r->stream, '[', err);
        if (!file->reader.seekable)
            return fail_missing(file, err);
        rc = st_json_stream_pass(&r->stream, err);
    }
    if (rc < 0)
        return rc;
    if (!r->has_schema || !r->has_meta || !r->has_format)
        return fail_missing(file, err);
    if (!r->frames_line)
        return st_fail(err, STANCE_EINPUT,
                       "%s: expected stance's JSON with a member \"frames\", found none",
                       file->reader.name);
    r->stream.depth = 1;
    r->stream.begun[0] = true;
    rc = st_reader_go(&file->reader, r->frames_at, r->frames_line, err);
    return rc == 0 ? st_json_stream_enter(&r->stream, '[', err) : rc;
}

/* Behind the frames: the summary, and whatever else there is. */
static int end_stance(stance_posefile *file, stance_error *err)
{
    reader *r = file->self;
    int rc;
    r->ended = true;
    while ((rc = st_json_stream_member(&r->stream, &r->name, err)) == 0) {
        rc = take_member(file, err);
        if (rc < 0)
            return rc;
    }
    if (rc == STANCE_END)
        rc = st_json_stream_end(&r->stream, err);
    return rc < 0 ? rc : STANCE_END;
}

static int next_stance(stance_posefile *file, stance_error *err)
{
    reader *r = file->self;
    st_json *json;
    if (r->ended)
        return STANCE_END;
    int rc = st_json_stream_element(&r->stream, err);
    if (rc == STANCE_END)
        return end_stance(file, err);
    if (rc < 0)
        return rc;
    r->place.length = 0;
    st_text_printf(&r->place, "frames[%lld]", (long long)file->n_frames);
    rc = r->place.failed ? st_fail_memory(err)
                         : st_json_stream_take(&r->stream, r->place.text, &json, err);
    if (rc < 0)
        return rc;
    rc = st_pose_json_frame(file, json, st_json_root(json), err);
    st_json_close(&json);
    return rc;
}

static void close_stance(stance_posefile *file)
{
    reader *r = file->self;
    st_json_stream_clear(&r->stream);
    st_text_clear(&r->name);
    st_text_clear(&r->place);
}

const st_posefile_class st_posefile_stance = {
    .name = "stance",
    .help = "stance's own JSON",
    .endings = ".stance",
    .size = sizeof(reader),
    .looks = looks,
    .open = open_stance,
    .next = next_stance,
    .close = close_stance,
};
