/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The third step of a frame's way: who is who, then drawing and the sinks.
 *
 * Frames, and packets of sound between them, wait here for as long as people.c looks
 * ahead; both leave in the order in which they came.
 */
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/status.h"
#include "pipeline_flow.h"

enum {
    PROGRESS_EVERY_US = 200000, /* between two calls of on_progress */
    FPS_WINDOW_US = 500000,     /* "lately" for the frames a second that people see */
};

/* A copy of the frame with the poses drawn on it. The frame itself may still be looked at
 * by the decoder, which predicts later frames from it. */
static stance_frame *annotate(st_flow *p, const st_item *it, const float *analysis)
{
    const stance_frame *f = it->frame;
    bool usual = f->width == p->stream.width && f->height == p->stream.height &&
                 f->format == p->stream.format;
    stance_frame *picture = usual ? st_frame_pool_get(p->pictures)
                                  : stance_frame_new(f->width, f->height, f->format);
    if (!picture)
        return NULL;
    st_frame_copy_props(picture, f);
    if (p->request->settings->draw.background != STANCE_BACKGROUND_BLACK)
        st_frame_copy_pixels(picture, f);
    st_draw_text text = {.latency_ms = (double)it->inference_us / 1000.0,
                         .fps = p->fps,
                         .people = p->stream.single ? -1 : (int)it->poses->n,
                         .places = p->places,
                         .n_places = p->n_places,
                         .measures = p->stream.measures,
                         .n_measures = p->stream.n_measures,
                         .analysis = analysis};
    if (st_draw_poses(p->draw, picture, it->poses, &text) < 0)
        stance_frame_unref(&picture);
    return picture;
}

/* Frames a second lately, and word to whoever watches. */
static void tell_progress(st_flow *p, const st_item *it)
{
    int64_t now_us = st_clock_us();
    p->fps_frames++;
    if (now_us - p->fps_since_us >= FPS_WINDOW_US) {
        p->fps = (double)p->fps_frames * 1e6 / (double)(now_us - p->fps_since_us);
        p->fps_since_us = now_us;
        p->fps_frames = 0;
    }
    if (!p->request->on_progress || now_us - p->last_progress_us < PROGRESS_EVERY_US)
        return;
    p->last_progress_us = now_us;
    stance_progress progress = {
        .frames = p->frames_out,
        .n_frames = p->stream.n_frames,
        .fps = p->fps,
        .pts_us = it->frame->pts_us,
        .duration_us = p->stream.duration_us,
        .dropped = atomic_load(&p->dropped),
        .latency_us = p->stream.live ? now_us - it->since_us : -1,
    };
    p->request->on_progress(p->request->progress_user, &progress);
}

static bool is_halted(const void *flow)
{
    return st_flow_halted(flow);
}

/* Everything that a frame's result is made of, to each sink. */
static int give_result(st_flow *p, const st_item *it, stance_result *result,
                       const stance_event *events, size_t n_events)
{
    int rc = st_outputs_events(&p->outputs, events, n_events, &p->deliver.err);
    if (rc == 0 && p->outputs.wants_truth) {
        if (st_source_truth(p->source, it->frame->index, &p->truth) < 0)
            rc = st_fail_memory(&p->deliver.err);
        result->truth = &p->truth;
    }
    return rc == 0 ? st_outputs_frame(&p->outputs, result, is_halted, p, &p->deliver.err)
                   : rc;
}

static int deliver_frame(st_flow *p, const st_item *it)
{
    st_people_frame out;
    stance_result result = {.frame = it->frame, .poses = it->poses};
    stance_frame *picture = NULL;
    int64_t start_us = st_clock_us();
    int rc =
        st_people_resize(p->people, it->frame->width, it->frame->height, &p->deliver.err);
    if (rc == 0)
        rc = st_people_pop(p->people, &out, &p->deliver.err);
    if (rc < 0)
        return rc;
    result.interpolated = out.filled || it->filled;
    result.analysis = out.analysis;
    if (st_outputs_want_picture(&p->outputs, it->frame)) {
        int64_t draw_us = st_clock_us();
        picture = annotate(p, it, out.analysis);
        if (!picture)
            return st_fail_memory(&p->deliver.err);
        st_histogram_add(&p->times[STANCE_STAGE_DRAW], st_clock_us() - draw_us);
    }
    int64_t drawn_us = st_clock_us();
    result.picture = picture;
    rc = give_result(p, it, &result, out.events, out.n_events);
    int64_t end_us = st_clock_us();
    st_histogram_add(&p->times[STANCE_STAGE_ENCODE], end_us - drawn_us);
    st_histogram_add(&p->latency, end_us - it->since_us);
    p->busy_us[2] += end_us - start_us;
    stance_frame_unref(&picture);
    if (rc < 0)
        return rc;
    p->frames_out++;
    p->interpolated += result.interpolated;
    if (it->poses->n > p->people_most)
        p->people_most = it->poses->n;
    tell_progress(p, it);
    int64_t most = p->request->settings->source.max_frames;
    if (p->stream.live && most > 0 && p->frames_out >= most)
        return STANCE_END;
    return rc; /* STANCE_END: the user ended the run at a sink */
}

/* ---- waiting for what comes next ---- */

/* A ring that grows: sound between the frames has no bound of its own. */
static st_item *waiting_at(const st_flow *p, size_t i)
{
    return &p->waiting[(p->first_waiting + i) % p->waiting_capacity];
}

static int wait_in_line(st_flow *p, st_item *it)
{
    if (p->n_waiting == p->waiting_capacity) {
        size_t capacity = p->waiting_capacity ? 2 * p->waiting_capacity : 16;
        st_item *more = st_alloc_array(capacity, sizeof(*more));
        if (!more) {
            st_item_clear(p, it);
            return st_fail_memory(&p->deliver.err);
        }
        for (size_t i = 0; i < p->n_waiting; i++)
            more[i] = *waiting_at(p, i);
        st_free(p->waiting);
        p->waiting = more;
        p->waiting_capacity = capacity;
        p->first_waiting = 0;
    }
    *waiting_at(p, p->n_waiting++) = *it;
    return 0;
}

/* Deliver from the head of the line as much as can be. */
static int deliver_ready(st_flow *p)
{
    int rc = 0;
    while (rc == 0 && p->n_waiting > 0) {
        st_item *it = waiting_at(p, 0);
        if (it->frame && !st_people_ready(p->people))
            return 0;
        rc = it->frame ? deliver_frame(p, it)
                       : st_outputs_audio(&p->outputs, it->packet, &p->deliver.err);
        st_item_clear(p, it);
        p->first_waiting = (p->first_waiting + 1) % p->waiting_capacity;
        p->n_waiting--;
    }
    return rc;
}

int st_flow_deliver(st_flow *p, st_item *it)
{
    int64_t start_us = st_clock_us();
    int rc = wait_in_line(p, it);
    if (rc == 0 && it->frame)
        rc = st_people_push(p->people, it->poses, it->frame->pts_us, it->frame->index,
                            it->cut, &p->deliver.err);
    p->busy_us[2] += st_clock_us() - start_us;
    return rc == 0 ? deliver_ready(p) : rc;
}

int st_flow_deliver_rest(st_flow *p)
{
    int rc = st_people_finish(p->people, &p->deliver.err);
    if (rc == 0)
        rc = deliver_ready(p);
    return rc < 0 ? rc : st_flow_tell_end(p);
}

int st_flow_tell_end(st_flow *p)
{
    const stance_event *events;
    size_t n_events;
    int rc = st_people_end(p->people, &events, &n_events, &p->deliver.err);
    return rc == 0 ? st_outputs_events(&p->outputs, events, n_events, &p->deliver.err)
                   : rc;
}
