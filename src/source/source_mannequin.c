/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Drawn people as an input: "mannequin:squats?people=2".
 *
 * A clip of known length whose frames are drawn when they are asked for; those left out
 * by an option are not drawn. Treated as live (--live yes), frames come when their time
 * has come, as from a camera.
 */
#include "base/clock.h"
#include "base/memory.h"
#include "base/status.h"
#include "source/av_still.h"
#include "source/picker.h"
#include "stance/mannequin.h"

typedef struct source_mannequin {
    const st_source_request *request;
    st_picker picker;
    stance_mannequin *mannequin;
    const stance_mannequin_info *info;
    st_frame_pool *pool;
    int64_t next, end_us;
    bool live;
    int64_t began_us; /* live: when the first frame was given */
} source_mannequin;

static bool takes(const st_source_request *request)
{
    return request->n_inputs == 1 && stance_input_is_drawn(request->inputs[0]);
}

static int read_background(source_mannequin *s, stance_error *err)
{
    stance_frame *picture = NULL;
    int turned, sar[2];
    int rc = st_av_still_read(s->info->background, -1, &turned, sar, &picture, err);
    if (rc == 0 && stance_mannequin_set_background(s->mannequin, picture) < 0)
        rc = st_fail_memory(err);
    stance_frame_unref(&picture);
    return rc;
}

static int open_source(void *self, const st_source_request *request,
                       stance_stream *stream, stance_error *err)
{
    source_mannequin *s = self;
    s->request = request;
    s->picker.settings = request->settings;
    int rc = stance_mannequin_open(&s->mannequin, request->inputs[0], err);
    if (rc < 0)
        return rc;
    s->info = stance_mannequin_get_info(s->mannequin);
    if (request->settings->rotate_deg > 0)
        return st_fail(err, STANCE_EINVAL,
                       "%s: --rotate %d: drawn people are upright; size=480x640 gives a "
                       "portrait",
                       request->inputs[0], request->settings->rotate_deg);
    if (s->info->background)
        rc = read_background(s, err);
    if (rc < 0)
        return rc;
    s->pool = st_frame_pool_new(s->info->width, s->info->height, STANCE_PIX_YUV420P);
    if (!s->pool)
        return st_fail_memory(err);
    s->live = request->settings->live == STANCE_LIVE_YES;
    stream->width = s->info->width;
    stream->height = s->info->height;
    stream->format = STANCE_PIX_YUV420P;
    stream->colour = (stance_colour){.primaries = 1, .transfer = 1, .matrix = 1};
    stream->sar_num = 1;
    stream->fps_num = s->info->fps_num;
    stream->fps_den = s->info->fps_den;
    stream->time_num = s->info->fps_den;
    stream->time_den = s->info->fps_num;
    stream->live = s->live;
    if (request->settings->loop)
        return 0;
    stream->n_frames = s->info->n_frames;
    stream->duration_us = stance_mannequin_time(s->mannequin, s->info->n_frames);
    return 0;
}

/* The number of the next frame of the scene, which begins again with --loop; -1: it is
 * over. */
static int64_t next_in_scene(source_mannequin *s)
{
    bool loop = s->request->settings->loop;
    bool over = s->next >= s->info->n_frames && !loop;
    return over ? -1 : s->next++ % s->info->n_frames;
}

static int read_item(void *self, st_source_item *item, stance_error *err)
{
    source_mannequin *s = self;
    int64_t n;
    while (!st_picker_full(&s->picker) && !atomic_load(s->request->stop) &&
           (n = next_in_scene(s)) >= 0) {
        int64_t shown_us = stance_mannequin_time(s->mannequin, s->next - 1);
        st_pick pick = st_picker_next(&s->picker, stance_mannequin_time(s->mannequin, n));
        if (pick == ST_PICK_END && (!s->request->settings->loop || s->end_us == 0))
            break;
        if (pick != ST_PICK_GIVE)
            continue;
        stance_frame *frame = st_frame_pool_get(s->pool);
        if (!frame)
            return st_fail_memory(err);
        stance_mannequin_draw(s->mannequin, n, frame);
        frame->index = s->next - 1;
        frame->pts_us = shown_us;
        if (s->live && s->began_us == 0)
            s->began_us = st_clock_us() - shown_us;
        if (s->live)
            st_source_wait(s->request, s->began_us + shown_us);
        s->end_us = frame->pts_us + frame->duration_us;
        item->frame = frame;
        return 0;
    }
    return STANCE_END;
}

static void counts(void *self, st_source_counts *counts)
{
    const source_mannequin *s = self;
    *counts = (st_source_counts){
        .frames_in = s->picker.n_seen,
        .skipped = s->picker.n_seen - s->picker.n_given,
        .end_us = s->end_us,
    };
}

static int truth(void *self, int64_t index, stance_poses *poses)
{
    const source_mannequin *s = self;
    return stance_mannequin_truth(s->mannequin, index % s->info->n_frames, poses);
}

static const stance_event *events(void *self, size_t *n)
{
    const source_mannequin *s = self;
    if (s->request->settings->loop)
        return NULL; /* without end */
    return stance_mannequin_events(s->mannequin, n);
}

static void close_source(void *self)
{
    source_mannequin *s = self;
    st_frame_pool_free(&s->pool);
    stance_mannequin_close(&s->mannequin);
}

const st_source_class st_source_mannequin = {
    .name = "mannequin",
    .help = "drawn people, with exact truth",
    .size = sizeof(source_mannequin),
    .takes = takes,
    .open = open_source,
    .read = read_item,
    .counts = counts,
    .truth = truth,
    .events = events,
    .close = close_source,
};
