/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MOTChallenge's lines (docs/output.md), last stage of the flow: a box and an id for each
 * person, no points. Tools that measure tracking read it.
 *
 * Frames count from 1 there. Where nobody is followed, all ids are -1, as in files of
 * detections; where people are, who has no id is left out. A file that is converted shows
 * only on its way which it is: with the first id, rows of people without one are taken
 * back.
 *
 * Source: https://motchallenge.net/instructions/
 */
#include <errno.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/number.h"
#include "base/status.h"
#include "sink/loss.h"
#include "sink/sink.h"
#include "sink/sink_json_file.h"

typedef struct mot_sink {
    st_sink_json_file out;
    const stance_stream *stream;
    bool has_ids;
    int64_t n_strangers; /* people without an id, in the file or left out of it */
    st_loss loss;
} mot_sink;

static int open_sink(void *self, const char *target, const stance_settings *settings,
                     stance_error *err)
{
    (void)settings;
    mot_sink *s = self;
    s->loss = (st_loss){.format = "MOTChallenge's form",
                        .holds = ST_HOLDS_IDS | ST_HOLDS_PEOPLE | ST_HOLDS_SCORES};
    return st_sink_json_open(&s->out, target, err);
}

static int begin(void *self, const stance_stream *stream, stance_error *err)
{
    (void)err;
    mot_sink *s = self;
    s->stream = stream;
    s->has_ids = stream->followed;
    return 0;
}

static void put_number(FILE *file, double value, int decimals)
{
    char text[ST_NUMBER_SIZE];
    st_number_text(text, isfinite(value) ? value : 0, decimals);
    fputs(text, file);
    fputc(',', file);
}

/* The first id: all that is in the file is of people without one. */
static int take_back(mot_sink *s, stance_error *err)
{
    s->has_ids = true;
    if (s->n_strangers == 0)
        return 0;
    if (!s->out.seekable)
        return st_fail(err, STANCE_EINVAL,
                       "%s: people without an id came before those with one, and what is "
                       "written there cannot be taken back: expected a file",
                       s->out.name);
    if (fflush(s->out.file) != 0 || ftruncate(fileno(s->out.file), 0) != 0)
        return st_fail(err, STANCE_EOUTPUT, "%s: could not be written: %s", s->out.name,
                       strerror(errno));
    rewind(s->out.file);
    return 0;
}

static int on_frame(void *self, const stance_result *result, stance_error *err)
{
    mot_sink *s = self;
    FILE *file = s->out.file;
    errno = 0;
    for (size_t i = 0; i < result->poses->n && !s->has_ids; i++) {
        int rc = result->poses->people[i].id > 0 ? take_back(s, err) : 0;
        if (rc < 0)
            return rc;
    }
    for (size_t i = 0; i < result->poses->n; i++) {
        const stance_pose *pose = &result->poses->people[i];
        s->n_strangers += pose->id <= 0;
        if (s->has_ids && pose->id <= 0)
            continue;
        put_number(file, (double)result->frame->index + 1, 0);
        put_number(file, pose->id > 0 ? (double)pose->id : -1, 0);
        for (int k = 0; k < 4; k++)
            put_number(file, (double)pose->box[k], 2);
        put_number(file, (double)pose->score, 4);
        fputs("-1,-1,-1\n", file);
    }
    st_loss_look(&s->loss, s->stream, result);
    return st_sink_json_check(&s->out, err);
}

static int end(void *self, const stance_summary *summary, stance_error *err)
{
    mot_sink *s = self;
    (void)summary;
    st_loss_say(&s->loss, s->out.name);
    if (s->has_ids && s->n_strangers > 0 && !s->stream->followed)
        st_log(STANCE_LOG_INFO, "sink",
               "%s: others have ids: %lld people without one are left out", s->out.name,
               (long long)s->n_strangers);
    return st_sink_json_commit(&s->out, err);
}

static void close_sink(void *self)
{
    st_sink_json_close(&((mot_sink *)self)->out);
}

const stance_sink_class st_sink_mot = {
    .name = "mot",
    .help = "boxes and ids as MOTChallenge has them, to a file or standard output",
    .size = sizeof(mot_sink),
    .only_poses = true,
    .open = open_sink,
    .begin = begin,
    .frame = on_frame,
    .end = end,
    .close = close_sink,
};
