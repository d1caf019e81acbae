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

enum { MOST_AHEAD = 8 /* frames at inference at once */ };

/* Frames that may be begun before the first is ended; 0: none is begun. */
static size_t n_ahead(const st_flow *p)
{
    return p->runner && !p->looked ? stance_runner_ahead(p->runner) : 0;
}

static int begin_one(st_flow *p, st_item *it)
{
    int64_t start_us = st_clock_us();
    if (!it->frame)
        return 0;
    if (p->finds_cuts)
        it->cut = st_cut_here(&p->cut, it->frame);
    if (n_ahead(p) == 0)
        return 0;
    stance_moment moment = p->stream.stills ? STANCE_MOMENT_STILL
                           : it->cut        ? STANCE_MOMENT_CUT
                                            : STANCE_MOMENT_NEXT;
    int rc = stance_runner_begin(p->runner, it->frame, moment, &p->infer.err);
    p->busy_us[1] += st_clock_us() - start_us;
    return rc;
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

static int end_one(st_flow *p, st_item *it)
{
    if (!it->frame)
        return 0;
    if (st_queue_pop(p->free_poses, &it->poses) != 0)
        return STANCE_END;
    int64_t start_us = st_clock_us();
    int rc;
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

int st_flow_infer(st_flow *p, st_item *it)
{
    int rc = begin_one(p, it);
    return rc == 0 ? end_one(p, it) : rc;
}

/* Items, of which each may be a frame. */
static size_t most_begun(const st_flow *p)
{
    size_t n = n_ahead(p);
    return n < 1 ? 1 : n < MOST_AHEAD ? n : MOST_AHEAD;
}

void *st_flow_infer_thread(void *arg)
{
    st_flow *p = arg;
    st_item begun[MOST_AHEAD], it;
    size_t n = 0;
    int64_t n_frames = 0;
    int rc = 0;
    while (rc == 0) {
        /* Waits only while nothing else is to be done. */
        while (rc == 0 && n < most_begun(p) &&
               (n == 0 ? st_queue_pop(p->decoded, &it)
                       : st_queue_try_pop(p->decoded, &it)) == 0) {
            rc = begin_one(p, &it);
            begun[n++] = it;
        }
        if (n == 0 || rc != 0)
            break;
        if (p->runner && begun[0].frame && n_frames++ == 1) /* it is not only one */
            stance_runner_widen(p->runner);
        rc = end_one(p, &begun[0]);
        if (rc == 0)
            rc = st_queue_push(p->inferred, &begun[0]);
        if (rc != 0)
            break;
        memmove(&begun[0], &begun[1], --n * sizeof(*begun));
    }
    for (size_t i = 0; i < n; i++)
        st_item_clear(p, &begun[i]);
    p->infer.rc = rc < 0 ? rc : 0;
    if (rc < 0)
        st_flow_halt(p);
    st_queue_close(p->inferred);
    return NULL;
}
