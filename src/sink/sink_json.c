/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stance's own JSON (docs/output.md, docs/schema/stance-1.schema.json), last stage of the
 * flow: each frame is written when it arrives and nothing is kept. The truth of drawn
 * people is written in the same form, by the same functions.
 *
 * What is known only at the end belongs to the beginning of the document: the number of
 * frames and the duration. In a file their places are left blank behind a null and are
 * written over at the end; on a pipe the nulls stay, and the summary has the numbers.
 *
 * File names are bytes, JSON is UTF-8: what is not UTF-8 in a name becomes U+FFFD.
 */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "sink/sink.h"
#include "sink/sink_json_file.h"
#include "sink/utf8.h"

enum { PLACE = 24 }; /* bytes for a number known later */

typedef struct json_sink {
    st_sink_json_file out;
    bool truth; /* what is written is the source's own truth, not what was found */
    const stance_skeleton *skeleton;
    const stance_stream *stream;
    long count_at, duration_at; /* where the places begin */
    int64_t frames;
    st_text text; /* scratch for names */
} json_sink;

static int json_open(void *self, const char *target, const stance_settings *settings,
                     stance_error *err)
{
    (void)settings;
    json_sink *s = self;
    return st_sink_json_open(&s->out, target, err);
}

static int truth_open(void *self, const char *target, const stance_settings *settings,
                      stance_error *err)
{
    json_sink *s = self;
    s->truth = true;
    return json_open(self, target, settings, err);
}

static bool is_single(const json_sink *s)
{
    return s->stream->single && !s->truth;
}

/* A member whose number is known only at the end. */
static void write_place(json_sink *s, const char *name, long *at)
{
    st_json_write_null(&s->out.w, name);
    if (!s->out.seekable)
        return;
    *at = ftell(s->out.file) - (long)strlen("null");
    fprintf(s->out.file, "%*s", PLACE - (int)strlen("null"), "");
}

/* The comma that the writer put behind the place moves up to the number. */
static void fill_place(const json_sink *s, long at, const char *number)
{
    if (fseek(s->out.file, at, SEEK_SET) == 0)
        fprintf(s->out.file, "%s,%*s", number, PLACE - (int)strlen(number), "");
}

/* Milliseconds of a time with at most 3 decimals, whatever the locale. */
static void format_ms(int64_t us, char *text, size_t size)
{
    int n = snprintf(text, size, "%lld", (long long)(us / 1000));
    int thousandths = (int)(us % 1000);
    if (thousandths == 0 || n < 0)
        return;
    n += snprintf(text + n, size - (size_t)n, ".%03d", thousandths);
    while (text[n - 1] == '0')
        text[--n] = '\0';
}

static void write_ms(st_json_writer *w, const char *name, int64_t us)
{
    st_json_write_number(w, name, (double)us / 1000, 3);
}

static void write_name(json_sink *s, const char *member, const char *bytes)
{
    s->text.length = 0;
    st_utf8_clean(&s->text, bytes);
    st_json_write_text(&s->out.w, member, s->text.text);
}

static void write_meta(json_sink *s)
{
    const stance_stream *stream = s->stream;
    st_json_writer *w = &s->out.w;
    bool has_fps = !stream->stills && stream->fps_num > 0 && stream->fps_den > 0;
    st_json_begin_object(w, "meta", false);
    st_json_write_number(
        w, "fps", has_fps ? (double)stream->fps_num / stream->fps_den : (double)NAN, 3);
    st_json_write_int(w, "width", stream->width);
    st_json_write_int(w, "height", stream->height);
    write_place(s, "frame_count", &s->count_at);
    if (stream->stills)
        st_json_write_null(w, "duration_ms");
    else
        write_place(s, "duration_ms", &s->duration_at);
    if (stream->stills)
        st_json_write_null(w, "start_ms");
    else
        write_ms(w, "start_ms", stream->start_us);
    st_json_write_int(w, "rotation_applied", stream->rotation_deg);
    write_name(s, "source", stream->source);
    write_name(s, "model", s->truth ? STANCE_MODEL_TRUTH : stream->model);
    st_json_write_text(w, "skeleton", s->skeleton->name);
    st_json_write_text(w, "mode", is_single(s) ? "single" : "multi");
    st_json_end_object(w);
}

/* Every write ends here. */
static int check(const json_sink *s, stance_error *err)
{
    return s->text.failed ? st_fail_memory(err) : st_sink_json_check(&s->out, err);
}

static int json_begin(void *self, const stance_stream *stream, stance_error *err)
{
    json_sink *s = self;
    s->stream = stream;
    s->skeleton = s->truth ? stance_skeleton_find("coco17") : stream->skeleton;
    errno = 0;
    st_json_begin_object(&s->out.w, NULL, false);
    st_json_write_text(&s->out.w, "schema", "stance/1");
    write_meta(s);
    st_json_begin_array(&s->out.w, "keypoint_format", true);
    for (size_t k = 0; k < s->skeleton->n_keypoints; k++)
        st_json_write_text(&s->out.w, NULL, s->skeleton->names[k]);
    st_json_end_array(&s->out.w);
    st_json_begin_array(&s->out.w, "frames", false);
    return check(s, err);
}

static double unit(float score)
{
    return !(score > 0) ? 0 : score > 1 ? 1 : score;
}

/* Three numbers; metres to the millimetre. All 0: not known. */
static void write_place_3d(st_json_writer *w, const char *name, const float at[3])
{
    bool finite = isfinite(at[0]) && isfinite(at[1]) && isfinite(at[2]);
    if (!finite || (at[0] == 0 && at[1] == 0 && at[2] == 0))
        return;
    st_json_begin_array(w, name, true);
    for (int i = 0; i < 3; i++)
        st_json_write_number(w, NULL, at[i], 3);
    st_json_end_array(w);
}

static void write_visibility(st_json_writer *w, stance_visibility visibility)
{
    static const char *const names[] = {
        [STANCE_VISIBLE] = "visible",
        [STANCE_HIDDEN_BY_SELF] = "hidden-by-self",
        [STANCE_HIDDEN_BY_OTHERS] = "hidden-by-others",
        [STANCE_OUTSIDE] = "outside",
    };
    if (visibility != STANCE_VISIBILITY_UNKNOWN)
        st_json_write_text(w, "visibility", names[visibility]);
}

static void write_keypoints(st_json_writer *w, const stance_skeleton *skeleton,
                            const stance_pose *pose)
{
    st_json_begin_array(w, "keypoints", true);
    for (size_t k = 0; k < skeleton->n_keypoints; k++) {
        const stance_keypoint *point = &pose->keypoints[k];
        bool given =
            stance_keypoint_given(point) && isfinite(point->x) && isfinite(point->y);
        st_json_begin_object(w, NULL, true);
        st_json_write_text(w, "name", skeleton->names[k]);
        st_json_write_number(w, "x", given ? point->x : NAN, 2);
        st_json_write_number(w, "y", given ? point->y : NAN, 2);
        if (given && isfinite(point->z))
            st_json_write_number(w, "z", point->z, 4);
        st_json_write_number(w, "score", given ? unit(point->score) : 0, 4);
        write_place_3d(w, "world", point->world);
        write_visibility(w, point->visibility);
        if (given && isfinite(point->raw[0]) && isfinite(point->raw[1])) {
            st_json_begin_array(w, "raw", true);
            st_json_write_number(w, NULL, point->raw[0], 2);
            st_json_write_number(w, NULL, point->raw[1], 2);
            st_json_end_array(w);
        }
        if (point->interpolated)
            st_json_write_bool(w, "interpolated", true);
        if (point->swapped)
            st_json_write_bool(w, "swapped", true);
        st_json_end_object(w);
    }
    st_json_end_array(w);
}

static void write_single(json_sink *s, const stance_poses *poses)
{
    if (poses->n > 0) {
        st_json_write_number(&s->out.w, "pose_score", unit(poses->people[0].score), 4);
        if (poses->people[0].id > 0)
            st_json_write_int(&s->out.w, "id", poses->people[0].id);
        write_keypoints(&s->out.w, s->skeleton, &poses->people[0]);
        return;
    }
    st_json_write_null(&s->out.w, "pose_score");
    st_json_begin_array(&s->out.w, "keypoints", true);
    st_json_end_array(&s->out.w);
}

static void write_people(json_sink *s, const stance_poses *poses)
{
    st_json_writer *w = &s->out.w;
    st_json_begin_array(w, "people", true);
    for (size_t i = 0; i < poses->n; i++) {
        const stance_pose *pose = &poses->people[i];
        st_json_begin_object(w, NULL, true);
        if (pose->id > 0)
            st_json_write_int(w, "id", pose->id);
        else
            st_json_write_null(w, "id");
        st_json_write_number(w, "score", unit(pose->score), 4);
        st_json_begin_array(w, "box", true);
        for (int k = 0; k < 4; k++)
            st_json_write_number(w, NULL, isfinite(pose->box[k]) ? pose->box[k] : 0, 2);
        st_json_end_array(w);
        if (pose->interpolated)
            st_json_write_bool(w, "interpolated", true);
        write_place_3d(w, "position", pose->position);
        write_keypoints(w, s->skeleton, pose);
        st_json_end_object(w);
    }
    st_json_end_array(w);
}

static int json_frame(void *self, const stance_result *result, stance_error *err)
{
    json_sink *s = self;
    const stance_frame *frame = result->frame;
    errno = 0;
    st_json_begin_object(&s->out.w, NULL, true);
    st_json_write_int(&s->out.w, "frame_index", frame->index);
    if (s->stream->stills)
        st_json_write_null(&s->out.w, "timestamp_ms");
    else
        write_ms(&s->out.w, "timestamp_ms", frame->pts_us);
    if (frame->file)
        write_name(s, "file", frame->file);
    const stance_poses *poses = s->truth ? result->truth : result->poses;
    bool filled = is_single(s) && poses->n > 0 && poses->people[0].interpolated;
    if (result->interpolated || filled)
        st_json_write_bool(&s->out.w, "interpolated", true);
    if (is_single(s))
        write_single(s, poses);
    else
        write_people(s, poses);
    st_json_end_object(&s->out.w);
    s->frames++;
    return check(s, err);
}

static void write_events(json_sink *s)
{
    st_json_writer *w = &s->out.w;
    st_json_begin_array(w, "events", false);
    for (size_t i = 0; i < s->stream->n_events; i++) {
        const stance_event *e = &s->stream->events[i];
        st_json_begin_object(w, NULL, true);
        st_json_write_text(w, "kind", stance_event_kind_name(e->kind));
        st_json_write_int(w, "id", e->id);
        if (e->label)
            st_json_write_text(w, "label", e->label);
        write_ms(w, "start_ms", e->start_us);
        if (e->turn_us >= 0)
            write_ms(w, "turn_ms", e->turn_us);
        write_ms(w, "end_ms", e->end_us);
        st_json_end_object(w);
    }
    st_json_end_array(w);
}

static void write_summary(json_sink *s, const stance_summary *summary)
{
    st_json_writer *w = &s->out.w;
    st_json_begin_object(w, "summary", false);
    st_json_write_int(w, "frames_in", summary->frames_in);
    st_json_write_int(w, "frames_out", summary->frames_out);
    st_json_write_int(w, "dropped", summary->dropped);
    st_json_write_int(w, "skipped", summary->skipped);
    st_json_write_int(w, "lost", summary->lost);
    st_json_write_int(w, "decode_errors", summary->decode_errors);
    st_json_write_int(w, "interpolated", summary->interpolated);
    st_json_write_int(w, "repaired_times", summary->repaired_times);
    if (summary->people_seen > 0)
        st_json_write_int(w, "people_seen", summary->people_seen);
    if (s->stream->stills)
        st_json_write_null(w, "duration_ms");
    else
        write_ms(w, "duration_ms", summary->duration_us);
    st_json_write_bool(w, "complete", summary->complete);
    st_json_end_object(w);
}

static int json_end(void *self, const stance_summary *summary, stance_error *err)
{
    json_sink *s = self;
    errno = 0;
    st_json_end_array(&s->out.w);
    if (s->truth)
        write_events(s);
    write_summary(s, summary);
    st_json_end_object(&s->out.w);
    if (s->out.seekable) {
        char number[PLACE];
        snprintf(number, sizeof(number), "%lld", (long long)s->frames);
        fill_place(s, s->count_at, number);
        format_ms(summary->duration_us, number, sizeof(number));
        if (s->duration_at > 0)
            fill_place(s, s->duration_at, number);
    }
    return st_sink_json_commit(&s->out, err);
}

static void json_close(void *self)
{
    json_sink *s = self;
    st_sink_json_close(&s->out);
    st_text_clear(&s->text);
}

const stance_sink_class st_sink_json = {
    .name = "json",
    .help = "poses as JSON (stance/1), to a file or, with -, to standard output",
    .size = sizeof(json_sink),
    .open = json_open,
    .begin = json_begin,
    .frame = json_frame,
    .end = json_end,
    .close = json_close,
};

const stance_sink_class st_sink_truth = {
    .name = "truth",
    .help = "what is true of drawn people, in the same form, with what happens",
    .size = sizeof(json_sink),
    .wants_truth = true,
    .open = truth_open,
    .begin = json_begin,
    .frame = json_frame,
    .end = json_end,
    .close = json_close,
};
