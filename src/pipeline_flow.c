/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The three steps of a frame's way, and the threads that take them.
 *
 *     decode thread --decoded--> inference thread --inferred--> caller's thread
 *     st_source_read             stance_runner_run              draw, sinks
 *
 * The queues are bounded: when one is full the stage before waits (files), or the oldest
 * frame is dropped and counted (live input). With flow.threads = 1 the same three steps
 * follow each other on the caller's thread. Frames stay in order because each stage has
 * one thread; sound travels through the same queues between the frames.
 *
 * The subtle thing is how it ends: by the end of the input, by the user (stop), or
 * because a stage failed. Whoever ends it sets `halt` and closes the queues; each stage
 * lets go of what it holds, and st_flow_settle() empties the queues after the threads
 * were joined.
 */
#include "pipeline_flow.h"

#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/status.h"

enum {
    LIVE_QUEUE = 1, /* live: one frame waits, so that the newest is looked at next */
    PROGRESS_EVERY_US = 200000, /* between two calls of on_progress */
    FPS_WINDOW_US = 500000,     /* "lately" for the frames a second that people see */
    PAUSE_STEP_US = 20000,
    MOST_AHEAD = 8, /* frames at inference at once */
};

/* What travels: a frame with (later) its poses, or a packet of sound. */
typedef struct item {
    stance_frame *frame;
    st_packet *packet;
    stance_poses *poses;
    int64_t decoded_us, inference_us;
} item;

static void item_clear(st_flow *p, item *it)
{
    stance_frame_unref(&it->frame);
    if (it->packet)
        it->packet->release(it->packet);
    if (it->poses)
        st_queue_push(p->free_poses,
                      &it->poses); /* has room for all lists: never waits */
    memset(it, 0, sizeof(*it));
}

static bool halted(const st_flow *p)
{
    return atomic_load(p->request->halt);
}

void st_flow_halt(st_flow *p)
{
    atomic_store(p->request->halt, true);
    if (p->decoded)
        st_queue_close(p->decoded);
    if (p->inferred)
        st_queue_close(p->inferred);
}

/* ---- stage 1: decoding ---- */

/* 0 with an item, or STANCE_END, or an error. */
static int decode_one(st_flow *p, item *it)
{
    memset(it, 0, sizeof(*it));
    while (atomic_load(p->request->pause) && !halted(p))
        st_sleep_us(PAUSE_STEP_US);
    if (halted(p))
        return STANCE_END;
    st_source_item read = {0};
    int64_t start_us = st_clock_us();
    int rc = st_source_read(p->source, &read, &p->decode.err);
    int64_t end_us = st_clock_us();
    p->busy_us[0] += end_us - start_us;
    if (rc == STANCE_END)
        p->ended = !halted(p);
    if (rc != 0)
        return halted(p) ? STANCE_END : rc; /* a read that was broken off is no error */
    if (read.frame)
        st_histogram_add(&p->times[STANCE_STAGE_DECODE], end_us - start_us);
    it->frame = read.frame;
    it->packet = read.packet;
    it->decoded_us = end_us;
    return 0;
}

static bool may_drop(const void *queued)
{
    return ((const item *)queued)->frame != NULL;
}

static int push_decoded(st_flow *p, item *it)
{
    if (!p->stream.live)
        return st_queue_push(p->decoded, it);
    item old = {0};
    int rc = st_queue_push_drop(p->decoded, it, may_drop, &old);
    if (rc == ST_QUEUE_DROPPED) {
        p->dropped++;
        item_clear(p, &old);
        rc = 0;
    }
    return rc;
}

static void *decode_thread(void *arg)
{
    st_flow *p = arg;
    item it;
    int rc;
    while ((rc = decode_one(p, &it)) == 0)
        if (push_decoded(p, &it) != 0) {
            item_clear(p, &it);
            break;
        }
    p->decode.rc = rc < 0 ? rc : 0;
    st_queue_close(p->decoded);
    return NULL;
}

/* ---- stage 2: inference ---- */

/* Frames that may be begun before the first is ended; 0: none is begun. */
static size_t n_ahead(const st_flow *p)
{
    return p->runner ? stance_runner_ahead(p->runner) : 0;
}

static int begin_one(st_flow *p, const item *it)
{
    int64_t start_us = st_clock_us();
    if (!it->frame || n_ahead(p) == 0)
        return 0;
    int rc = stance_runner_begin(p->runner, it->frame, &p->infer.err);
    p->busy_us[1] += st_clock_us() - start_us;
    return rc;
}

static int run_runner(st_flow *p, item *it)
{
    if (n_ahead(p) > 0)
        return stance_runner_end(p->runner, it->poses, &p->infer.err);
    return p->stream.stills
               ? stance_runner_still(p->runner, it->frame, it->poses, &p->infer.err)
               : stance_runner_run(p->runner, it->frame, it->poses, &p->infer.err);
}

static int end_one(st_flow *p, item *it)
{
    if (!it->frame)
        return 0;
    if (st_queue_pop(p->free_poses, &it->poses) != 0)
        return STANCE_END;
    int64_t start_us = st_clock_us();
    if (!p->runner) {
        if (st_source_truth(p->source, it->frame->index, it->poses) < 0)
            return st_fail_memory(&p->infer.err);
        p->busy_us[1] += st_clock_us() - start_us;
        return 0;
    }
    int rc = run_runner(p, it);
    p->busy_us[1] += st_clock_us() - start_us;
    stance_runner_times t = stance_runner_last_times(p->runner);
    st_histogram_add(&p->times[STANCE_STAGE_PREPROCESS], t.preprocess_us);
    st_histogram_add(&p->times[STANCE_STAGE_INFERENCE], t.inference_us);
    st_histogram_add(&p->times[STANCE_STAGE_POSTPROCESS], t.postprocess_us);
    it->inference_us = t.inference_us;
    if (t.people_seen > p->people_seen)
        p->people_seen = t.people_seen;
    return rc;
}

static void *infer_thread(void *arg)
{
    st_flow *p = arg;
    item begun[MOST_AHEAD], it;
    size_t n = 0, most = n_ahead(p) > 1 ? n_ahead(p) : 1;
    int rc = 0;
    most = most < MOST_AHEAD ? most : MOST_AHEAD;
    while (rc == 0) {
        /* Waits only while nothing else is to be done. */
        while (rc == 0 && n < most &&
               (n == 0 ? st_queue_pop(p->decoded, &it)
                       : st_queue_try_pop(p->decoded, &it)) == 0) {
            begun[n++] = it;
            rc = begin_one(p, &it);
        }
        if (n == 0 || rc != 0)
            break;
        rc = end_one(p, &begun[0]);
        if (rc == 0)
            rc = st_queue_push(p->inferred, &begun[0]);
        if (rc != 0)
            break;
        memmove(&begun[0], &begun[1], --n * sizeof(*begun));
    }
    for (size_t i = 0; i < n; i++)
        item_clear(p, &begun[i]);
    p->infer.rc = rc < 0 ? rc : 0;
    if (rc < 0)
        st_flow_halt(p);
    st_queue_close(p->inferred);
    return NULL;
}

/* ---- stage 3: drawing and sinks ---- */

/* A copy of the frame with the poses drawn on it. The frame itself may still be looked at
 * by the decoder, which predicts later frames from it. */
static stance_frame *annotate(st_flow *p, const item *it)
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
                         .people = p->stream.single ? -1 : (int)it->poses->n};
    if (st_draw_poses(p->draw, picture, it->poses, &text) < 0)
        stance_frame_unref(&picture);
    return picture;
}

/* Frames a second lately, and word to whoever watches. */
static void tell_progress(st_flow *p, const item *it)
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
    };
    p->request->on_progress(p->request->progress_user, &progress);
}

/* A sink that holds the run (a window that was paused) is asked again with the same
 * frame, so that stopping is seen meanwhile. */
static int give_frame(st_flow *p, const st_opened_sink *sink, const stance_result *result)
{
    int rc = 0;
    if (!sink->class->frame)
        return 0;
    do
        rc = sink->class->frame(sink->self, result, &p->deliver.err);
    while (rc == STANCE_AGAIN && !halted(p));
    return rc == STANCE_AGAIN ? 0 : rc;
}

/* Is there a sink that wants this frame's picture? Each is asked, whatever the others
 * say. */
static bool picture_wanted(const st_flow *p, const stance_frame *frame)
{
    bool wanted = false;
    for (size_t i = 0; i < p->n_sinks; i++) {
        const stance_sink_class *class = p->sinks[i].class;
        if (class->wants_picture)
            wanted |= !class->wants || class->wants(p->sinks[i].self, frame);
    }
    return wanted;
}

static int deliver_frame(st_flow *p, const item *it)
{
    stance_frame *picture = NULL;
    int64_t start_us = st_clock_us();
    if (p->wants_picture && picture_wanted(p, it->frame)) {
        picture = annotate(p, it);
        if (!picture)
            return st_fail_memory(&p->deliver.err);
        st_histogram_add(&p->times[STANCE_STAGE_DRAW], st_clock_us() - start_us);
    }
    int64_t drawn_us = st_clock_us();
    stance_result result = {.frame = it->frame, .picture = picture, .poses = it->poses};
    int rc = 0;
    if (p->wants_truth) {
        if (st_source_truth(p->source, it->frame->index, &p->truth) < 0)
            rc = st_fail_memory(&p->deliver.err);
        result.truth = &p->truth;
    }
    for (size_t i = 0; i < p->n_sinks && rc == 0; i++)
        rc = give_frame(p, &p->sinks[i], &result);
    int64_t end_us = st_clock_us();
    st_histogram_add(&p->times[STANCE_STAGE_ENCODE], end_us - drawn_us);
    st_histogram_add(&p->latency, end_us - it->decoded_us);
    p->busy_us[2] += end_us - start_us;
    stance_frame_unref(&picture);
    if (rc < 0)
        return rc;
    p->frames_out++;
    if (it->poses->n > p->people_most)
        p->people_most = it->poses->n;
    tell_progress(p, it);
    int64_t most = p->request->settings->source.max_frames;
    if (p->stream.live && most > 0 && p->frames_out >= most)
        return STANCE_END;
    return rc; /* STANCE_END: the user ended the run at a sink */
}

static int deliver_one(st_flow *p, const item *it)
{
    int rc = 0;
    if (it->frame)
        return deliver_frame(p, it);
    for (size_t i = 0; i < p->n_sinks && rc == 0; i++)
        if (p->sinks[i].class->audio)
            rc = p->sinks[i].class->audio(p->sinks[i].self, it->packet, &p->deliver.err);
    return rc;
}

/* ---- the flow ---- */

static void run_on_one_thread(st_flow *p)
{
    item it;
    int rc;
    while ((rc = decode_one(p, &it)) == 0) {
        rc = begin_one(p, &it);
        if (rc == 0)
            rc = end_one(p, &it);
        p->infer.rc = rc;
        if (rc == 0)
            rc = deliver_one(p, &it);
        if (p->infer.rc == 0)
            p->deliver.rc = rc < 0 ? rc : 0;
        item_clear(p, &it);
        if (rc != 0)
            return;
    }
    p->decode.rc = rc < 0 ? rc : 0;
}

static void run_on_threads(st_flow *p)
{
    p->inferer_runs = pthread_create(&p->inferer, NULL, infer_thread, p) == 0;
    if (!p->inferer_runs) {
        p->infer.rc = st_fail(&p->infer.err, STANCE_ENOMEM, "no thread could be started");
        st_flow_halt(p);
        return;
    }
    item it;
    int rc = 0;
    while (rc == 0 && st_queue_pop(p->inferred, &it) == 0) {
        rc = deliver_one(p, &it);
        item_clear(p, &it);
    }
    p->deliver.rc = rc < 0 ? rc : 0;
    if (rc != 0)
        st_flow_halt(p);
}

void st_flow_settle(st_flow *p)
{
    if (p->decoder_runs)
        pthread_join(p->decoder, NULL);
    if (p->inferer_runs)
        pthread_join(p->inferer, NULL);
    p->decoder_runs = p->inferer_runs = false;
    st_queue *queues[] = {p->decoded, p->inferred};
    item it;
    for (int i = 0; i < 2; i++)
        while (queues[i] && st_queue_try_pop(queues[i], &it) == 0)
            item_clear(p, &it);
}

bool st_flow_start_decoding(st_flow *p)
{
    p->decoder_runs = pthread_create(&p->decoder, NULL, decode_thread, p) == 0;
    return p->decoder_runs;
}

void st_flow_run(st_flow *p)
{
    p->fps_since_us = p->last_progress_us = st_clock_us();
    if (p->decoder_runs)
        run_on_threads(p);
    else
        run_on_one_thread(p);
    st_flow_settle(p);
}

/* Queues, and lists of poses for every item that can hold one at a time. */
int st_flow_open(st_flow *p, stance_error *err)
{
    size_t capacity = (size_t)p->request->settings->flow.queue;
    p->decoded = st_queue_new(p->stream.live ? LIVE_QUEUE : capacity, sizeof(item));
    p->inferred = st_queue_new(p->stream.live ? LIVE_QUEUE : capacity, sizeof(item));
    p->n_lists = capacity + 2; /* inferred, one at inference, one at the sinks */
    p->free_poses = st_queue_new(p->n_lists, sizeof(stance_poses *));
    p->lists = st_alloc_array(p->n_lists, sizeof(*p->lists));
    if (!p->decoded || !p->inferred || !p->free_poses || !p->lists)
        return st_fail_memory(err);
    for (size_t i = 0; i < p->n_lists; i++) {
        stance_poses *list = &p->lists[i];
        st_queue_push(p->free_poses, &list);
    }
    return 0;
}

void st_flow_close(st_flow *p)
{
    for (size_t i = 0; p->lists && i < p->n_lists; i++)
        stance_poses_clear(&p->lists[i]);
    st_free(p->lists);
    st_queue_free(&p->free_poses);
    st_queue_free(&p->inferred);
    st_queue_free(&p->decoded);
}
