/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The second step of a frame's way: who is in it, as far as the network can tell.
 *
 * Several frames are on their way at once (see stance_runner_begin). Where a new shot
 * begins, the runner forgets where people were, so that nobody is looked for in the room
 * of the shot before.
 *
 * In place of a network there may be the truth of drawn people, or what the network said
 * when the same input was looked at before (--follow longest).
 */
#include "pipeline_flow.h"

#include <string.h>

#include "base/clock.h"
#include "base/status.h"

/* Frames that may be begun before the first is ended; 0: none is begun. */
static size_t n_ahead(const st_flow *p)
{
    return p->runner && !p->looked ? stance_runner_ahead(p->runner) : 0;
}

static void note_cut(st_flow *p, st_item *it)
{
    int64_t start_us = st_clock_us();
    if (it->frame && it->frame->data[0] && p->finds_cuts)
        it->cut = st_cut_here(&p->cut, it->frame);
    p->busy_us[1] += st_clock_us() - start_us;
}

int st_flow_begin_look(st_flow *p, st_item *it)
{
    int64_t start_us = st_clock_us();
    if (!it->frame || n_ahead(p) == 0)
        return 0;
    stance_moment moment = p->stream.stills ? STANCE_MOMENT_STILL
                           : it->cut        ? STANCE_MOMENT_CUT
                                            : STANCE_MOMENT_NEXT;
    int rc = stance_runner_begin(p->runner, it->frame, moment, &p->infer.err);
    p->busy_us[1] += st_clock_us() - start_us;
    return rc;
}

/* Frames that were begun may be let go only after this, if they are not ended. */
void st_flow_drop_looks(st_flow *p)
{
    if (p->runner)
        stance_runner_reset(p->runner);
}

static int run_runner(st_flow *p, st_item *it)
{
    if (n_ahead(p) > 0)
        return stance_runner_end(p->runner, it->poses, &p->infer.err);
    if (it->cut)
        stance_runner_reset(p->runner);
    return p->stream.stills
               ? stance_runner_still(p->runner, it->frame, it->poses, &p->infer.err)
               : stance_runner_run(p->runner, it->frame, it->poses, &p->infer.err);
}

/* What the network takes for all people at once is each one's time too. */
static void tell_times(stance_poses *poses, int64_t inference_us)
{
    for (size_t i = 0; i < poses->n; i++)
        if (poses->people[i].inference_us == 0)
            poses->people[i].inference_us = inference_us;
}

static int infer_one(st_flow *p, st_item *it)
{
    int rc = run_runner(p, it);
    stance_runner_times t = stance_runner_last_times(p->runner);
    st_histogram_add(&p->times[STANCE_STAGE_PREPROCESS], t.preprocess_us);
    st_histogram_add(&p->times[STANCE_STAGE_INFERENCE], t.inference_us);
    st_histogram_add(&p->times[STANCE_STAGE_POSTPROCESS], t.postprocess_us);
    it->inference_us = t.inference_us;
    tell_times(it->poses, t.inference_us);
    if (t.people_seen > p->people_seen)
        p->people_seen = t.people_seen;
    return rc;
}

int st_flow_take_poses(st_flow *p, st_item *it)
{
    return it->poses || st_queue_pop(p->free_poses, &it->poses) == 0 ? 0 : STANCE_END;
}

int st_flow_end_look(st_flow *p, st_item *it)
{
    if (!it->frame)
        return 0;
    if (st_flow_take_poses(p, it) != 0)
        return STANCE_END;
    int64_t start_us = st_clock_us();
    int rc;
    /* There is more than one frame, and more than one thread. */
    if (p->runner && p->n_looked++ == 1 && p->request->settings->flow.threads != 1)
        stance_runner_widen(p->runner);
    if (p->spool && p->looked)
        rc = st_spool_read(p->spool, it->frame->index, it->poses, &p->infer.err);
    else if (p->runner)
        rc = infer_one(p, it);
    else if ((rc = st_source_truth(p->source, it->frame->index, it->poses)) < 0)
        rc = st_fail_memory(&p->infer.err);
    if (rc == 0 && p->spool && !p->looked)
        rc = st_spool_write(p->spool, it->frame->index, it->poses, &p->infer.err);
    p->busy_us[1] += st_clock_us() - start_us;
    return rc;
}

/* Items, of which each may be a frame. Of live input none waits here behind those that
 * are looked at: it would not be the newest any more. */
size_t st_flow_most_begun(const st_flow *p)
{
    size_t n = p->stream.live ? (n_ahead(p) + 1) / 2 : n_ahead(p);
    return n < 1 ? 1 : n < ST_MOST_BEGUN ? n : ST_MOST_BEGUN;
}

/* ---- one item after the other ---- */

int st_flow_infer(st_flow *p, st_item *it)
{
    note_cut(p, it);
    if (p->fast)
        return st_fast_push(p->fast, it);
    int rc = st_flow_begin_look(p, it);
    if (rc == 0)
        rc = st_flow_end_look(p, it);
    if (rc == 0) {
        p->one = *it;
        return 0;
    }
    st_flow_drop_looks(p);
    st_item_clear(p, it);
    return rc;
}

int st_flow_inferred(st_flow *p, st_item *it)
{
    if (p->fast)
        return st_fast_pop(p->fast, it);
    *it = p->one;
    p->one = (st_item){0};
    return it->frame || it->packet ? 0 : STANCE_AGAIN;
}

int st_flow_infer_rest(st_flow *p)
{
    return p->fast ? st_fast_finish(p->fast) : 0;
}

/* ---- as a thread ---- */

static int push_inferred(st_flow *p)
{
    st_item it;
    int rc;
    while ((rc = st_flow_inferred(p, &it)) == 0)
        if ((rc = st_queue_push(p->inferred, &it)) != 0) {
            st_item_clear(p, &it);
            return rc;
        }
    return rc == STANCE_AGAIN ? 0 : rc;
}

static int infer_fast(st_flow *p)
{
    st_item it;
    int rc = 0;
    while (rc == 0 && st_queue_pop(p->decoded, &it) == 0) {
        rc = st_flow_infer(p, &it);
        if (rc == 0)
            rc = push_inferred(p);
    }
    if (rc == 0)
        rc = st_flow_infer_rest(p);
    return rc == 0 ? push_inferred(p) : rc;
}

/* Several frames are on their way at once. */
static int infer_all(st_flow *p)
{
    st_item begun[ST_MOST_BEGUN], it;
    size_t n = 0;
    int rc = 0;
    while (rc == 0) {
        /* Waits only while nothing else is to be done. */
        while (rc == 0 && n < st_flow_most_begun(p) &&
               (n == 0 ? st_queue_pop(p->decoded, &it)
                       : st_queue_try_pop(p->decoded, &it)) == 0) {
            note_cut(p, &it);
            rc = st_flow_begin_look(p, &it);
            begun[n++] = it;
        }
        if (n == 0 || rc != 0)
            break;
        rc = st_flow_end_look(p, &begun[0]);
        if (rc == 0)
            rc = st_queue_push(p->inferred, &begun[0]);
        if (rc != 0)
            break;
        memmove(&begun[0], &begun[1], --n * sizeof(*begun));
    }
    if (n > 0)
        st_flow_drop_looks(p);
    for (size_t i = 0; i < n; i++)
        st_item_clear(p, &begun[i]);
    return rc;
}

void *st_flow_infer_thread(void *arg)
{
    st_flow *p = arg;
    int rc = p->fast ? infer_fast(p) : infer_all(p);
    p->infer.rc = rc < 0 ? rc : 0;
    if (rc < 0)
        st_flow_halt(p);
    st_queue_close(p->inferred);
    return NULL;
}
