/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Marker trajectories for OpenSim and its like (docs/output.md), last stage of the flow:
 * a file for each person, a row a frame, three columns a point; metres with y up where
 * poses have them.
 *
 * The third line says how many rows there are and at which rate. It has a fixed width,
 * and is written over at the end.
 *
 * Source: OpenSim, "Marker (.trc) Files".
 */
#include <math.h>
#include <string.h>

#include "base/log.h"
#include "base/number.h"
#include "sink/body_place.h"
#include "sink/loss.h"
#include "sink/person_files.h"
#include "sink/sink.h"

/* PLACE: no number that st_number_text() writes is wider. */
enum { PLACE = 24, TIME_DECIMALS = 6, METRE_DECIMALS = 6, PIXEL_DECIMALS = 3 };

typedef struct trc_person {
    st_person_file base;
    st_body_place place;
    long values_at; /* where the third line begins */
    int64_t first_index;
} trc_person;

typedef struct trc_sink {
    const stance_stream *stream;
    st_person_files files;
    st_person_writer writer;
    st_loss loss;
    bool said_pixels;
} trc_sink;

/* ---- the header ---- */

static void put_padded(FILE *file, double value, int decimals, char end)
{
    char text[ST_NUMBER_SIZE];
    st_number_text(text, value, decimals);
    fprintf(file, "%-*s%c", PLACE, text, end);
}

/* Rows a second: the stream's own rate where the times agree with it. */
static double rate_of(const trc_sink *s, const trc_person *p)
{
    const stance_stream *stream = s->stream;
    double usual = stream->fps_num > 0 ? (double)stream->fps_num / stream->fps_den : 0;
    double span_s = (double)(p->base.last_us - p->base.first_us) / 1e6;
    if (p->base.n_rows < 2 || span_s <= 0)
        return usual;
    double rate = (double)(p->base.n_rows - 1) / span_s;
    return fabs(rate - usual) < 1e-3 * usual ? usual : rate;
}

static void put_values(const trc_sink *s, const trc_person *p)
{
    FILE *file = p->base.file;
    double rate = rate_of(s, p);
    put_padded(file, rate, 5, '\t');
    put_padded(file, rate, 5, '\t');
    put_padded(file, (double)p->base.n_rows, 0, '\t');
    put_padded(file, (double)s->stream->skeleton->n_keypoints, 0, '\t');
    fputs(p->place.metres ? "m\t" : "px\t", file); /* never another one */
    put_padded(file, rate, 5, '\t');
    put_padded(file, (double)p->first_index + 1, 0, '\t');
    put_padded(file, (double)p->base.n_rows, 0, '\n');
}

static int header(void *sink, st_person_file *person, const stance_pose *pose)
{
    trc_sink *s = sink;
    trc_person *p = (trc_person *)(void *)person;
    FILE *file = person->file;
    const stance_skeleton *skeleton = s->stream->skeleton;
    p->place = st_body_place_of(s->stream, pose);
    if (!p->place.metres && !s->said_pixels) {
        s->said_pixels = true;
        st_log(STANCE_LOG_WARN, "sink",
               "%s: the poses have no places in metres: written in pixels, y up, z 0",
               s->files.target);
    }
    fprintf(file, "PathFileType\t4\t(X/Y/Z)\t%s\n", st_path_name(s->files.target));
    fputs("DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\t"
          "OrigDataStartFrame\tOrigNumFrames\n",
          file);
    p->values_at = ftell(file);
    put_values(s, p);
    fputs("Frame#\tTime", file);
    for (size_t k = 0; k < skeleton->n_keypoints; k++)
        fprintf(file, "\t%s\t\t", skeleton->names[k]);
    fputs("\n\t", file);
    for (size_t k = 1; k <= skeleton->n_keypoints; k++)
        fprintf(file, "\tX%zu\tY%zu\tZ%zu", k, k, k);
    fputs("\n\n", file);
    p->first_index = -1;
    return 0;
}

static int finish(void *sink, st_person_file *person)
{
    const trc_person *p = (const trc_person *)(const void *)person;
    if (fseek(person->file, p->values_at, SEEK_SET) != 0)
        return -1;
    put_values(sink, p);
    return ferror(person->file) ? -1 : 0;
}

/* ---- rows ---- */

static void put_number(FILE *file, double value, int decimals)
{
    char text[ST_NUMBER_SIZE];
    st_number_text(text, value, decimals);
    fputs(text, file);
}

static int row(void *sink, st_person_file *person, const stance_pose *pose,
               st_frame_mark mark)
{
    const trc_sink *s = sink;
    trc_person *p = (trc_person *)(void *)person;
    FILE *file = person->file;
    int decimals = p->place.metres ? METRE_DECIMALS : PIXEL_DECIMALS;
    if (p->first_index < 0)
        p->first_index = mark.index;
    put_number(file, (double)mark.index + 1, 0);
    fputc('\t', file);
    put_number(file, (double)mark.pts_us / 1e6, TIME_DECIMALS);
    for (size_t k = 0; k < s->stream->skeleton->n_keypoints; k++) {
        double at[3];
        bool there =
            pose && st_body_place_point(&p->place, pose, &pose->keypoints[k], at);
        for (int i = 0; i < 3; i++) {
            fputc('\t', file);
            if (there)
                put_number(file, at[i], decimals);
        }
    }
    fputc('\n', file);
    return 0;
}

/* ---- the sink ---- */

static int open_sink(void *self, const char *target, const stance_settings *settings,
                     stance_error *err)
{
    (void)settings;
    trc_sink *s = self;
    s->writer = (st_person_writer){header, row, finish, s};
    s->loss = (st_loss){.format = "TRC",
                        .holds = ST_HOLDS_POINTS | ST_HOLDS_WORLD | ST_HOLDS_POSITION |
                                 ST_HOLDS_TIMES | ST_HOLDS_IDS};
    return st_person_files_open(&s->files, target, sizeof(trc_person), err);
}

static int begin(void *self, const stance_stream *stream, stance_error *err)
{
    trc_sink *s = self;
    s->stream = stream;
    return st_person_files_begin(&s->files, stream, err);
}

static int on_frame(void *self, const stance_result *result, stance_error *err)
{
    trc_sink *s = self;
    st_loss_look(&s->loss, s->stream, result);
    return st_person_files_frame(&s->files, &s->writer, result, err);
}

static int end(void *self, const stance_summary *summary, stance_error *err)
{
    trc_sink *s = self;
    (void)summary;
    st_loss_say(&s->loss, s->files.target);
    return st_person_files_commit(&s->files, &s->writer, err);
}

static void close_sink(void *self)
{
    st_person_files_close(&((trc_sink *)self)->files);
}

const stance_sink_class st_sink_trc = {
    .name = "trc",
    .help = "marker trajectories for OpenSim, a file for each person",
    .size = sizeof(trc_sink),
    .only_poses = true,
    .open = open_sink,
    .begin = begin,
    .frame = on_frame,
    .end = end,
    .close = close_sink,
};
