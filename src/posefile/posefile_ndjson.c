/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stance's JSON as a stream of lines (docs/output.md): a header, a frame a line, and a
 * summary. A line is read as soon as it is there.
 *
 * A stream that was broken off has no summary, and may end inside a line: what is there
 * before is read, and is not complete.
 */
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/status.h"
#include "posefile/pose_json.h"

typedef struct reader {
    st_text line, place;
    bool cut; /* the line is the last one, and its end is missing */
    bool ended;
} reader;

static bool looks(const char *text, size_t n)
{
    const char *end = memchr(text, '\n', n);
    size_t first = end ? (size_t)(end - text) : n;
    return n > 0 && text[0] == '{' && memmem(text, first, "\"stance/", 8) &&
           !memmem(text, first, "\"frames\"", 8);
}

/* The next line that is not empty, parsed. */
static int take_line(stance_posefile *file, st_json **json, stance_error *err)
{
    reader *r = file->self;
    int64_t number;
    int rc;
    *json = NULL;
    r->cut = false;
    do {
        number = file->reader.line;
        rc = st_reader_line(&file->reader, &r->line, ST_MAX_JSON_VALUE, err);
    } while (rc == 0 && strspn(r->line.text, " \t\r") == r->line.length);
    if (rc != 0)
        return rc;
    r->place.length = 0;
    st_text_printf(&r->place, "line %lld", (long long)number);
    rc = r->place.failed
             ? st_fail_memory(err)
             : st_json_parse_part(r->line.text, r->line.length, file->reader.name,
                                  r->place.text, number, STANCE_EINPUT, json, err);
    const st_reader *from = &file->reader;
    r->cut = rc == STANCE_EINPUT && (from->at == 0 || from->buffer[from->at - 1] != '\n');
    if (rc == 0 && st_json_type_of(st_json_root(*json)) != ST_JSON_OBJECT) {
        rc = st_json_fail(*json, st_json_root(*json), err, "expected an object");
        st_json_close(json);
    }
    return rc;
}

static int open_ndjson(stance_posefile *file, stance_error *err)
{
    const st_json_value *meta, *names;
    st_json *json;
    int rc = take_line(file, &json, err);
    if (rc == STANCE_END)
        return st_fail(err, STANCE_EINPUT,
                       "%s: expected a first line with the schema, "
                       "found an empty file",
                       file->reader.name);
    if (rc < 0)
        return rc;
    const st_json_value *root = st_json_root(json);
    rc = st_pose_json_schema(json, st_json_member(root, "schema"), err);
    if (rc == 0)
        rc = st_json_get_object(json, root, "meta", true, &meta, err);
    if (rc == 0)
        rc = st_pose_json_meta(file, json, meta, err);
    if (rc == 0)
        rc = st_json_get_array(json, root, "keypoint_format", true, 0,
                               STANCE_KEYPOINTS_MAX, &names, err);
    if (rc == 0)
        rc = st_pose_json_format(file, json, names, err);
    st_json_close(&json);
    return rc;
}

static int next_ndjson(stance_posefile *file, stance_error *err)
{
    reader *r = file->self;
    st_json *json;
    if (r->ended)
        return STANCE_END;
    stance_error why = {0};
    int rc = take_line(file, &json, &why);
    if (rc < 0 && r->cut) {
        rc = STANCE_END;
        st_log(STANCE_LOG_WARN, "posefile",
               "%s: was cut off inside its last line: it is read up to there",
               file->reader.name);
    } else if (rc < 0 && err) {
        *err = why;
    }
    if (rc == STANCE_END) {
        r->ended = file->summed_up = true;
        file->summary.frames_in = file->summary.frames_out = file->n_frames;
        return STANCE_END;
    }
    if (rc < 0)
        return rc;
    const st_json_value *root = st_json_root(json);
    const st_json_value *summary = st_json_member(root, "summary");
    if (summary) {
        r->ended = true;
        rc = st_pose_json_summary(file, json, summary, err);
    } else {
        rc = st_pose_json_frame(file, json, root, err);
    }
    st_json_close(&json);
    return rc == 0 && r->ended ? STANCE_END : rc;
}

static void close_ndjson(stance_posefile *file)
{
    reader *r = file->self;
    st_text_clear(&r->line);
    st_text_clear(&r->place);
}

const st_posefile_class st_posefile_ndjson = {
    .name = "ndjson",
    .help = "stance's own JSON as a stream: a header, a frame a line, a summary",
    .endings = ".ndjson .jsonl",
    .size = sizeof(reader),
    .looks = looks,
    .open = open_ndjson,
    .next = next_ndjson,
    .close = close_ndjson,
};
