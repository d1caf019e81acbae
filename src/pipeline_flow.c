/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The three steps of a frame's way, and the threads that take them.
 *
 *     decode thread --decoded--> inference thread --inferred--> caller's thread
 *     st_source_read             pipeline_infer.c,              pipeline_deliver.c
 *                                pipeline_fast.c
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
    PAUSE_STEP_US = 20000,
};

void st_item_clear(st_flow *p, st_item *it)
{
    stance_frame_unref(&it->frame);
    if (it->packet)
        it->packet->release(it->packet);
    if (it->poses)
        st_queue_push(p->free_poses,
                      &it->poses); /* has room for all lists: never waits */
    memset(it, 0, sizeof(*it));
}

bool st_flow_halted(const st_flow *p)
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
    if (p->opening)
        st_calm_close(p->opening->calm);
}

/* ---- stage 1: decoding ---- */

/* 0 with an item, or STANCE_END, or an error. */
static int decode_one(st_flow *p, st_item *it)
{
    memset(it, 0, sizeof(*it));
    while (atomic_load(p->request->pause) && !st_flow_halted(p))
        st_sleep_us(PAUSE_STEP_US);
    if (st_flow_halted(p))
        return STANCE_END;
    st_source_item read = {0};
    int64_t start_us = st_clock_us();
    int rc = st_source_read(p->source, &read, &p->decode.err);
    int64_t end_us = st_clock_us(), work_us = end_us - start_us - read.waited_us;
    p->busy_us[0] += work_us > 0 ? work_us : 0;
    if (rc == STANCE_END)
        p->ended = !st_flow_halted(p);
    if (rc != 0)
        return st_flow_halted(p) ? STANCE_END
                                 : rc; /* a read that was broken off is no error */
    if (read.frame)
        st_histogram_add(&p->times[STANCE_STAGE_DECODE], work_us > 0 ? work_us : 0);
    it->frame = read.frame;
    it->packet = read.packet;
    it->since_us = read.arrived_us ? read.arrived_us : end_us;
    return 0;
}

static bool may_drop(const void *queued)
{
    return ((const st_item *)queued)->frame != NULL;
}

static int push_decoded(st_flow *p, st_item *it)
{
    if (!p->stream.live)
        return st_queue_push(p->decoded, it);
    st_item old = {0};
    int rc = st_queue_push_drop(p->decoded, it, may_drop, &old);
    if (rc == ST_QUEUE_DROPPED) {
        atomic_fetch_add(&p->dropped, 1);
        st_item_clear(p, &old);
        rc = 0;
    }
    return rc;
}

static void *decode_thread(void *arg)
{
    st_flow *p = arg;
    st_item it;
    int rc;
    while ((rc = decode_one(p, &it)) == 0)
        if (push_decoded(p, &it) != 0) {
            st_item_clear(p, &it);
            break;
        }
    p->decode.rc = rc < 0 ? rc : 0;
    st_queue_close(p->decoded);
    return NULL;
}

/* ---- the flow ---- */

/* Deliver what is inferred. @return 0, STANCE_END or an error; whose it is, is noted */
static int deliver_inferred(st_flow *p)
{
    st_item it;
    int rc;
    while ((rc = st_flow_inferred(p, &it)) == 0) {
        rc = st_flow_deliver(p, &it);
        if (rc == STANCE_END && st_flow_tell_end(p) < 0)
            rc = STANCE_EOUTPUT;
        if (rc != 0) {
            p->deliver.rc = rc < 0 ? rc : 0;
            return rc;
        }
    }
    if (rc == STANCE_AGAIN)
        return 0;
    p->infer.rc = rc;
    return rc;
}

static void run_on_one_thread(st_flow *p)
{
    st_item it;
    int rc;
    while ((rc = decode_one(p, &it)) == 0) {
        rc = p->infer.rc = st_flow_infer(p, &it);
        if (rc == 0)
            rc = deliver_inferred(p);
        if (rc != 0)
            return;
    }
    p->decode.rc = rc < 0 ? rc : 0;
    p->infer.rc = st_flow_infer_rest(p);
    if (p->infer.rc != 0 || deliver_inferred(p) != 0)
        return;
    rc = st_flow_deliver_rest(p);
    p->deliver.rc = rc < 0 ? rc : 0;
}

static void run_on_threads(st_flow *p)
{
    p->inferer_runs = pthread_create(&p->inferer, NULL, st_flow_infer_thread, p) == 0;
    if (!p->inferer_runs) {
        p->infer.rc = st_fail(&p->infer.err, STANCE_ENOMEM, "no thread could be started");
        st_flow_halt(p);
        return;
    }
    st_item it;
    int rc = 0;
    while (rc == 0 && st_queue_pop(p->inferred, &it) == 0)
        rc = st_flow_deliver(p, &it);
    if (rc == 0)
        rc = st_flow_deliver_rest(p);
    else if (rc == STANCE_END && st_flow_tell_end(p) < 0)
        rc = STANCE_EOUTPUT;
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
    st_fast_close(&p->fast);
    st_item_clear(p, &p->one);
    st_queue *queues[] = {p->decoded, p->inferred};
    st_item it;
    for (int i = 0; i < 2; i++)
        while (queues[i] && st_queue_try_pop(queues[i], &it) == 0)
            st_item_clear(p, &it);
    for (; p->n_waiting > 0; p->n_waiting--)
        st_item_clear(
            p, &p->waiting[(p->first_waiting + p->n_waiting - 1) % p->waiting_capacity]);
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

int st_flow_open(st_flow *p, stance_error *err)
{
    const stance_flow_settings *flow = &p->request->settings->flow;
    size_t capacity = (size_t)flow->queue;
    size_t span = st_fast_most() / 2; /* what is more has no pixels, as a rule */
    bool leaves_out = p->opening && p->opening->calm;
    size_t decoded = leaves_out && capacity < span ? span : capacity;
    p->decoded = st_queue_new(p->stream.live ? LIVE_QUEUE : decoded, sizeof(st_item));
    p->inferred = st_queue_new(p->stream.live ? LIVE_QUEUE : capacity, sizeof(st_item));
    return p->decoded && p->inferred ? 0 : st_fail_memory(err);
}

/* A list of poses for every item that can hold one at a time: inferred, waiting for what
 * comes after, one at inference, one at the sinks. */
int st_flow_open_poses(st_flow *p, stance_error *err)
{
    const stance_flow_settings *flow = &p->request->settings->flow;
    p->n_lists = (size_t)flow->queue + 2 + st_people_most(p->people) +
                 (flow->fast ? st_fast_most() : 0);
    p->free_poses = st_queue_new(p->n_lists, sizeof(stance_poses *));
    p->lists = st_alloc_array(p->n_lists, sizeof(*p->lists));
    if (!p->free_poses || !p->lists)
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
    st_free(p->waiting);
    st_queue_free(&p->free_poses);
    st_queue_free(&p->inferred);
    st_queue_free(&p->decoded);
}
