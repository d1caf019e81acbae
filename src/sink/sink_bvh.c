/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Motion for animation programs (docs/output.md), last stage of the flow: a file for each
 * person, with a skeleton that hangs together and its turns frame by frame.
 *
 * Bones are as long as they were on average, which is known at the end: the hierarchy has
 * a fixed width and is written over then. Where a frame says nothing of a joint, it stays
 * as it was: the form has no way to leave it out.
 */
#include <math.h>
#include <string.h>

#include "base/log.h"
#include "base/number.h"
#include "pose/bvh_body.h"
#include "sink/body_place.h"
#include "sink/loss.h"
#include "sink/person_files.h"
#include "sink/sink.h"

/* PLACE: no number that st_number_text() writes is wider. */
enum { PLACE = 24, PLACE_DECIMALS = 6, TURN_DECIMALS = 4 };

typedef struct bvh_person {
    st_person_file base;
    st_body_place place;
    st_bvh_stand stand;
    int64_t last_us, least_step_us, most_step_us; /* between rows */
    double length_sum[ST_BVH_PLACES];
    int64_t n_lengths[ST_BVH_PLACES];
} bvh_person;

typedef struct bvh_sink {
    const stance_stream *stream;
    st_person_files files;
    st_person_writer writer;
    st_loss loss;
    bool said_pixels, said_rate;
} bvh_sink;

/* ---- the header ---- */

static void put_padded(FILE *file, double value, int decimals)
{
    char text[ST_NUMBER_SIZE];
    st_number_text(text, value, decimals);
    fprintf(file, " %-*s", PLACE, text);
}

static void put_indent(FILE *file, int depth)
{
    for (int i = 0; i < depth; i++)
        fputc('\t', file);
}

static void put_offset(FILE *file, int depth, const bvh_person *p, int place)
{
    const double *rest = st_bvh_parts[place].rest;
    double length =
        p->n_lengths[place] > 0 ? p->length_sum[place] / (double)p->n_lengths[place] : 0;
    put_indent(file, depth);
    fputs("OFFSET", file);
    for (int i = 0; i < 3; i++)
        put_padded(file, rest[i] * length, PLACE_DECIMALS);
    fputc('\n', file);
}

/* A joint and all below it; depth is that of the table, which is known and small. */
static void put_joint(FILE *file, const bvh_person *p, int joint, int depth)
{
    const st_bvh_part *part = &st_bvh_parts[joint];
    put_indent(file, depth);
    fprintf(file, "%s %s\n", part->parent < 0 ? "ROOT" : "JOINT", part->name);
    put_indent(file, depth);
    fputs("{\n", file);
    put_offset(file, depth + 1, p, joint);
    put_indent(file, depth + 1);
    fprintf(file, "CHANNELS %s Zrotation Xrotation Yrotation\n",
            part->parent < 0 ? "6 Xposition Yposition Zposition" : "3");
    for (int child = joint + 1; child < ST_BVH_JOINTS; child++)
        if (st_bvh_parts[child].parent == joint)
            put_joint(file, p, child, depth + 1); // NOLINT(misc-no-recursion)
    if (part->end >= 0) {
        put_indent(file, depth + 1);
        fputs("End Site\n", file);
        put_indent(file, depth + 1);
        fputs("{\n", file);
        if (part->end == joint) { /* the bone ends here */
            put_indent(file, depth + 2);
            fputs("OFFSET 0 0 0\n", file);
        } else {
            put_offset(file, depth + 2, p, part->end);
        }
        put_indent(file, depth + 1);
        fputs("}\n", file);
    }
    put_indent(file, depth);
    fputs("}\n", file);
}

static double frame_time_s(const bvh_sink *s, const bvh_person *p)
{
    const stance_stream *stream = s->stream;
    double usual = stream->fps_num > 0 ? (double)stream->fps_den / stream->fps_num : 0;
    double span_s = (double)(p->base.last_us - p->base.first_us) / 1e6;
    if (p->base.n_rows < 2 || span_s <= 0)
        return usual > 0 ? usual : 1;
    double time_s = span_s / (double)(p->base.n_rows - 1);
    return fabs(time_s - usual) < 1e-3 * usual ? usual : time_s;
}

static void put_header(const bvh_sink *s, const bvh_person *p)
{
    FILE *file = p->base.file;
    fputs("HIERARCHY\n", file);
    put_joint(file, p, ST_BVH_HIPS, 0);
    fputs("MOTION\nFrames:", file);
    put_padded(file, (double)p->base.n_rows, 0);
    fputs("\nFrame Time:", file);
    put_padded(file, frame_time_s(s, p), 8);
    fputc('\n', file);
}

static int header(void *sink, st_person_file *person, const stance_pose *pose)
{
    bvh_sink *s = sink;
    bvh_person *p = (bvh_person *)(void *)person;
    p->place = st_body_place_of(s->stream, pose);
    if (!p->place.metres && !s->said_pixels) {
        s->said_pixels = true;
        st_log(STANCE_LOG_WARN, "sink",
               "%s: the poses have no places in metres: the motion is flat, in pixels "
               "of the picture",
               s->files.target);
    }
    put_header(s, p);
    return 0;
}

static int finish(void *sink, st_person_file *person)
{
    bvh_sink *s = sink;
    const bvh_person *p = (const bvh_person *)(const void *)person;
    if (p->most_step_us > p->least_step_us + p->least_step_us / 10 && !s->said_rate) {
        s->said_rate = true;
        st_log(STANCE_LOG_INFO, "sink",
               "%s: BVH has one rate for all frames, and these come at different ones: "
               "their average is written",
               s->files.target);
    }
    if (fseek(person->file, 0, SEEK_SET) != 0)
        return -1;
    put_header(s, p);
    return ferror(person->file) ? -1 : 0;
}

/* ---- rows ---- */

/* A pose at the moment, for st_bvh_find_places(). */
typedef struct source {
    const stance_skeleton *skeleton;
    const stance_pose *pose;
    const st_body_place *place;
} source;

static bool point_of(void *user, const char *name, double out[3])
{
    const source *from = user;
    int k = stance_skeleton_point(from->skeleton, name);
    return k >= 0 &&
           st_body_place_point(from->place, from->pose, &from->pose->keypoints[k], out);
}

static void look_at(const bvh_sink *s, bvh_person *p, const stance_pose *pose)
{
    source from = {s->stream->skeleton, pose, &p->place};
    st_bvh_places places;
    st_bvh_find_places(&places, point_of, &from);
    st_bvh_make_stand(&p->stand, &places);
    for (int i = 0; i < ST_BVH_PLACES; i++) {
        double length = st_bvh_length(&places, i);
        if (!isfinite(length))
            continue;
        p->length_sum[i] += length;
        p->n_lengths[i]++;
    }
}

static void put_number(FILE *file, double value, int decimals, bool first)
{
    char text[ST_NUMBER_SIZE];
    st_number_text(text, value, decimals);
    if (!first)
        fputc(' ', file);
    fputs(text, file);
}

static int row(void *sink, st_person_file *person, const stance_pose *pose,
               st_frame_mark mark)
{
    bvh_person *p = (bvh_person *)(void *)person;
    int64_t step_us = mark.pts_us - p->last_us;
    if (person->n_rows > 0 && (p->least_step_us == 0 || step_us < p->least_step_us))
        p->least_step_us = step_us;
    if (person->n_rows > 0 && step_us > p->most_step_us)
        p->most_step_us = step_us;
    p->last_us = mark.pts_us;
    if (pose)
        look_at(sink, p, pose);
    for (int i = 0; i < 3; i++)
        put_number(person->file, p->stand.at[i], PLACE_DECIMALS, i == 0);
    for (int j = 0; j < ST_BVH_JOINTS; j++)
        for (int i = 0; i < 3; i++)
            put_number(person->file, p->stand.turn_deg[j][i], TURN_DECIMALS, false);
    fputc('\n', person->file);
    return 0;
}

/* ---- the sink ---- */

static int open_sink(void *self, const char *target, const stance_settings *settings,
                     stance_error *err)
{
    (void)settings;
    bvh_sink *s = self;
    s->writer = (st_person_writer){header, row, finish, s};
    s->loss = (st_loss){.format = "BVH",
                        .holds = ST_HOLDS_POINTS | ST_HOLDS_WORLD | ST_HOLDS_POSITION |
                                 ST_HOLDS_TIMES | ST_HOLDS_IDS};
    return st_person_files_open(&s->files, target, sizeof(bvh_person), err);
}

static int begin(void *self, const stance_stream *stream, stance_error *err)
{
    bvh_sink *s = self;
    s->stream = stream;
    return st_person_files_begin(&s->files, stream, err);
}

static int on_frame(void *self, const stance_result *result, stance_error *err)
{
    bvh_sink *s = self;
    st_loss_look(&s->loss, s->stream, result);
    return st_person_files_frame(&s->files, &s->writer, result, err);
}

static int end(void *self, const stance_summary *summary, stance_error *err)
{
    bvh_sink *s = self;
    (void)summary;
    st_loss_say(&s->loss, s->files.target);
    return st_person_files_commit(&s->files, &s->writer, err);
}

static void close_sink(void *self)
{
    st_person_files_close(&((bvh_sink *)self)->files);
}

const stance_sink_class st_sink_bvh = {
    .name = "bvh",
    .help = "motion for animation programs, a file for each person",
    .size = sizeof(bvh_sink),
    .only_poses = true,
    .open = open_sink,
    .begin = begin,
    .frame = on_frame,
    .end = end,
    .close = close_sink,
};
