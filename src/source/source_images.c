/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pictures: one, or several as one run.
 *
 * Each for itself (stills, without times), or, with --sequence, the frames of a clip. A
 * picture that cannot be decoded is counted as lost and the rest go on; only when there
 * is none at all the source fails.
 */
#include <math.h>

#include "base/log.h"
#include "base/status.h"
#include "source/av_still.h"
#include "source/picker.h"

typedef struct source_images {
    const st_source_request *request;
    st_picker picker;
    size_t next;         /* input to be read next */
    stance_frame *first; /* decoded at opening, not yet handed on */
    bool stills;
    int turned_deg, sar[2];
    int64_t lost, end_us;
    stance_error first_error;
} source_images;

static bool takes(const st_source_request *request)
{
    for (size_t i = 0; i < request->n_inputs; i++)
        if (stance_input_guess(request->inputs[i]) != STANCE_INPUT_PICTURE)
            return false;
    return true;
}

static int64_t time_of(const source_images *s, size_t i)
{
    double fps = s->request->settings->sequence_fps;
    return s->stills ? 0 : (int64_t)llround((double)i * 1e6 / fps);
}

/* The next picture that can be read. @return 0, STANCE_END or STANCE_ENOMEM */
static int next_picture(source_images *s, stance_frame **frame, stance_error *err)
{
    *frame = NULL;
    while (s->next < s->request->n_inputs) {
        size_t i = s->next++;
        const char *path = s->request->inputs[i];
        stance_error why = {0};
        int rc = st_av_still_read(path, s->request->settings->rotate_deg, &s->turned_deg,
                                  s->sar, frame, &why);
        if (rc == STANCE_ENOMEM) {
            if (err)
                *err = why;
            return rc;
        }
        if (rc == 0) {
            (*frame)->index = (int64_t)i;
            (*frame)->file =
                s->request->n_inputs == 1 ? st_source_name(s->request) : path;
            (*frame)->pts_us = time_of(s, i);
            (*frame)->duration_us = s->stills ? 0 : time_of(s, i + 1) - time_of(s, i);
            return 0;
        }
        s->lost++;
        if (s->first_error.code == 0)
            s->first_error = why;
        if (s->request->n_inputs > 1)
            st_log(STANCE_LOG_WARN, "source", "left out: %s", why.message);
    }
    return STANCE_END;
}

static int open_source(void *self, const st_source_request *request,
                       stance_stream *stream, stance_error *err)
{
    source_images *s = self;
    double fps = request->settings->sequence_fps;
    s->request = request;
    s->picker.settings = request->settings;
    if (request->settings->loop)
        return st_fail(err, STANCE_EINVAL, "%s: --loop: expected a clip in a file",
                       request->inputs[0]);
    s->stills = isnan(fps);
    int rc = next_picture(s, &s->first, err);
    if (rc == STANCE_END) {
        if (err)
            *err = s->first_error;
        return s->first_error.code;
    }
    if (rc < 0)
        return rc;
    stream->width = s->first->width;
    stream->height = s->first->height;
    stream->format = s->first->format;
    stream->colour = s->first->colour;
    stream->rotation_deg = s->turned_deg;
    stream->sar_num = s->sar[0];
    stream->sar_den = s->sar[0] > 0 ? s->sar[1] : 1;
    stream->stills = s->stills;
    stream->n_frames = (int64_t)request->n_inputs;
    if (!s->stills) {
        stream->fps_num = (int)lround(fps * 1000);
        stream->fps_den = 1000;
        stream->duration_us = time_of(s, request->n_inputs);
    }
    return 0;
}

static int read_item(void *self, st_source_item *item, stance_error *err)
{
    source_images *s = self;
    while (!st_picker_full(&s->picker) && !atomic_load(s->request->stop)) {
        stance_frame *frame = s->first;
        int rc = frame ? 0 : next_picture(s, &frame, err);
        s->first = NULL;
        if (rc != 0)
            return rc;
        st_pick pick = st_picker_next(&s->picker, frame->pts_us);
        if (pick == ST_PICK_GIVE) {
            s->end_us = frame->pts_us + frame->duration_us;
            item->frame = frame;
            return 0;
        }
        stance_frame_unref(&frame);
        if (pick == ST_PICK_END)
            break;
    }
    return STANCE_END;
}

static void counts(void *self, st_source_counts *counts)
{
    const source_images *s = self;
    *counts = (st_source_counts){
        .frames_in = s->picker.n_seen + s->lost,
        .skipped = s->picker.n_seen - s->picker.n_given,
        .lost = s->lost,
        .decode_errors = s->lost,
        .end_us = s->end_us,
    };
}

static void close_source(void *self)
{
    source_images *s = self;
    stance_frame_unref(&s->first);
}

const st_source_class st_source_images = {
    .name = "images",
    .help = "pictures: one, or several as one run",
    .size = sizeof(source_images),
    .takes = takes,
    .open = open_source,
    .read = read_item,
    .counts = counts,
    .close = close_source,
};
