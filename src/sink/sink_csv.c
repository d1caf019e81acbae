/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables (docs/output.md), last stage of the flow: a row for each person of each frame
 * with three columns a point (wide), or a row for each point (long). RFC 4180, but for
 * its line ends: LF, as other text here.
 *
 * A cell is empty where nothing is known. A frame without people keeps one row with its
 * number and time, so that no frame is missing.
 */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "pose/poses.h"
#include "sink/loss.h"
#include "sink/sink.h"
#include "sink/sink_json_file.h"

typedef struct csv_sink {
    st_sink_json_file out;
    const stance_stream *stream;
    bool wide, files; /* files: there is a column for them */
    bool begun;       /* the row at hand has a cell */
    st_loss loss;
} csv_sink;

/* ---- cells ---- */

static void put_text(csv_sink *s, const char *text)
{
    FILE *file = s->out.file;
    bool plain = !text[strcspn(text, ",\"\r\n")];
    if (s->begun)
        fputc(',', file);
    s->begun = true;
    if (plain) {
        fputs(text, file);
        return;
    }
    fputc('"', file);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', file);
        fputc(*text, file);
    }
    fputc('"', file);
}

static void put_number(csv_sink *s, double value, int decimals)
{
    char text[ST_NUMBER_SIZE];
    st_number_text(text, value, decimals);
    put_text(s, text);
}

static void put_empty(csv_sink *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        put_text(s, "");
}

static void end_row(csv_sink *s)
{
    fputc('\n', s->out.file);
    s->begun = false;
}

static double unit(float score)
{
    return !(score > 0) ? 0 : score > 1 ? 1 : (double)score;
}

/* ---- columns ---- */

static const char *const long_columns[] = {
    "keypoint", "x",       "y",          "keypoint_score", "z",     "world_x",
    "world_y",  "world_z", "visibility", "raw_x",          "raw_y", "swapped",
};

enum { N_LONG = sizeof(long_columns) / sizeof(*long_columns) };

static void put_header(csv_sink *s)
{
    static const char *const person[] = {"id",    "score", "box_x",
                                         "box_y", "box_w", "box_h"};
    static const char *const place[] = {"interpolated", "position_x", "position_y",
                                        "position_z"};
    const stance_skeleton *skeleton = s->stream->skeleton;
    put_text(s, "frame_index");
    put_text(s, "timestamp_ms");
    if (s->files)
        put_text(s, "file");
    for (size_t i = 0; i < 6; i++)
        put_text(s, person[i]);
    for (size_t i = 0; i < 4 && !s->wide; i++)
        put_text(s, place[i]);
    for (size_t i = 0; i < N_LONG && !s->wide; i++)
        put_text(s, long_columns[i]);
    for (size_t k = 0; k < skeleton->n_keypoints && s->wide; k++) {
        static const char *const parts[] = {"_x", "_y", "_score"};
        for (int i = 0; i < 3; i++) {
            char name[128];
            snprintf(name, sizeof(name), "%.100s%s", skeleton->names[k], parts[i]);
            put_text(s, name);
        }
    }
    for (size_t i = 0; i < s->stream->n_measures; i++) {
        const stance_measure *m = &s->stream->measures[i];
        char name[128];
        snprintf(name, sizeof(name), "%.40s.%.80s", m->analysis, m->name);
        put_text(s, name);
    }
    end_row(s);
}

static void put_frame(csv_sink *s, const stance_frame *frame)
{
    put_number(s, (double)frame->index, 0);
    put_number(s, s->stream->stills ? (double)NAN : (double)frame->pts_us / 1000, 3);
    if (s->files)
        put_text(s, frame->file ? frame->file : "");
}

static void put_person(csv_sink *s, const stance_pose *pose)
{
    put_number(s, pose->id > 0 ? (double)pose->id : (double)NAN, 0);
    put_number(s, unit(pose->score), 4);
    for (int i = 0; i < 4; i++)
        put_number(s, (double)pose->box[i], 2);
    if (s->wide)
        return;
    const float *at = pose->position;
    bool known = at[0] != 0 || at[1] != 0 || at[2] != 0;
    put_text(s, pose->interpolated ? "1" : "");
    for (int i = 0; i < 3; i++)
        put_number(s, known ? (double)at[i] : (double)NAN, 3);
}

static void put_place(csv_sink *s, const stance_keypoint *point)
{
    bool given = stance_keypoint_given(point);
    put_number(s, given ? (double)point->x : (double)NAN, 2);
    put_number(s, given ? (double)point->y : (double)NAN, 2);
    put_number(s, given ? unit(point->score) : (double)NAN, 4);
}

static void put_point(csv_sink *s, const stance_pose *pose, size_t k)
{
    static const char *const names[] = {
        [STANCE_VISIBILITY_UNKNOWN] = "",
        [STANCE_VISIBLE] = "visible",
        [STANCE_HIDDEN_BY_SELF] = "hidden-by-self",
        [STANCE_HIDDEN_BY_OTHERS] = "hidden-by-others",
        [STANCE_OUTSIDE] = "outside",
    };
    const stance_skeleton *skeleton = s->stream->skeleton;
    const stance_keypoint *point = &pose->keypoints[k];
    bool known = st_pose_knows_world(skeleton, pose, point);
    put_text(s, skeleton->names[k]);
    put_place(s, point);
    put_number(s, (double)point->z, 4);
    for (int i = 0; i < 3; i++)
        put_number(s, known ? (double)point->world[i] : (double)NAN, 3);
    put_text(s, names[point->visibility]);
    put_number(s, (double)point->raw[0], 2);
    put_number(s, (double)point->raw[1], 2);
    put_text(s, point->swapped ? "1" : "");
}

/* @param values of the person; NULL: nothing is known */
static void put_analysis(csv_sink *s, const float *values)
{
    for (size_t i = 0; i < s->stream->n_measures; i++) {
        const stance_measure *m = &s->stream->measures[i];
        double value = values ? (double)values[i] : (double)NAN;
        if (m->words)
            put_text(s, isfinite(value) ? m->words[(int)value] : "");
        else
            put_number(s, value, m->decimals);
    }
}

/* ---- the sink ---- */

static int open_long(void *self, const char *target, const stance_settings *settings,
                     stance_error *err)
{
    (void)settings;
    csv_sink *s = self;
    s->loss = (st_loss){.format = "this table", .holds = ST_HOLDS_ALL};
    return st_sink_json_open(&s->out, target, err);
}

static int open_wide(void *self, const char *target, const stance_settings *settings,
                     stance_error *err)
{
    csv_sink *s = self;
    s->wide = true;
    int rc = open_long(self, target, settings, err);
    s->loss = (st_loss){.format = "a wide table (csv-long has)",
                        .holds = ST_HOLDS_POINTS | ST_HOLDS_SCORES | ST_HOLDS_IDS |
                                 ST_HOLDS_PEOPLE | ST_HOLDS_TIMES | ST_HOLDS_FILES};
    return rc;
}

static int begin(void *self, const stance_stream *stream, stance_error *err)
{
    csv_sink *s = self;
    s->stream = stream;
    s->files = stream->stills;
    errno = 0;
    put_header(s);
    return st_sink_json_check(&s->out, err);
}

static int on_frame(void *self, const stance_result *result, stance_error *err)
{
    csv_sink *s = self;
    const stance_skeleton *skeleton = s->stream->skeleton;
    size_t n_points = skeleton->n_keypoints;
    /* A person without points has a row in the long form, too. */
    size_t n_rows = s->wide || n_points == 0 ? 1 : n_points;
    errno = 0;
    for (size_t i = 0; i < result->poses->n; i++) {
        const stance_pose *pose = &result->poses->people[i];
        for (size_t row = 0; row < n_rows; row++) {
            put_frame(s, result->frame);
            put_person(s, pose);
            for (size_t k = 0; k < n_points && s->wide; k++)
                put_place(s, &pose->keypoints[k]);
            if (!s->wide && n_points > 0)
                put_point(s, pose, row);
            else if (!s->wide)
                put_empty(s, N_LONG);
            put_analysis(s, result->analysis
                                ? result->analysis + i * s->stream->n_measures
                                : NULL);
            end_row(s);
        }
    }
    if (result->poses->n == 0) {
        put_frame(s, result->frame);
        put_empty(s, s->wide ? 6 + 3 * n_points : 10 + N_LONG);
        put_analysis(s, NULL);
        end_row(s);
    }
    st_loss_look(&s->loss, s->stream, result);
    return st_sink_json_check(&s->out, err);
}

static int end(void *self, const stance_summary *summary, stance_error *err)
{
    csv_sink *s = self;
    (void)summary;
    st_loss_say(&s->loss, s->out.name);
    return st_sink_json_commit(&s->out, err);
}

static void close_sink(void *self)
{
    st_sink_json_close(&((csv_sink *)self)->out);
}

const stance_sink_class st_sink_csv = {
    .name = "csv",
    .help = "a table with a row for each person of each frame",
    .size = sizeof(csv_sink),
    .only_poses = true,
    .open = open_wide,
    .begin = begin,
    .frame = on_frame,
    .end = end,
    .close = close_sink,
};

const stance_sink_class st_sink_csv_long = {
    .name = "csv-long",
    .help = "a table with a row for each keypoint, with all that is known of it",
    .size = sizeof(csv_sink),
    .only_poses = true,
    .open = open_long,
    .begin = begin,
    .frame = on_frame,
    .end = end,
    .close = close_sink,
};
