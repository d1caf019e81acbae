/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks side by side: a ring of jobs, and threads that take them.
 *
 * Whoever waits for a job does one meanwhile, in the first slot; the other slots are
 * threads, each of which crops, infers and decodes one job from its beginning to its end.
 * While there is something to do nobody has to be woken.
 *
 *     waits --taken--> a thread looks --> seen --in order--> done --> ended by the caller
 *       ^                                  |
 *       +---- it looked at the wrong place +
 *
 * Jobs are seen in any order. They become done in the order in which they were begun,
 * because what a frame has to be looked at follows from the pose before it: a job that
 * guessed wrong waits again, now with what is right.
 */
#include "base/log.h"
#include "base/memory.h"
#include "base/status.h"
#include "model/model.h"
#include "model/runner_private.h"

/* ---- the ring, locked ---- */

static st_job *job_at(stance_runner *runner, size_t n)
{
    return &runner->jobs[(runner->first + n) % ST_MOST_JOBS];
}

static st_job *take(stance_runner *runner)
{
    bool behind_cut = false;
    for (size_t i = runner->n_done; i < runner->n_jobs && !runner->dropping; i++) {
        st_job *job = job_at(runner, i);
        if (job->state == ST_JOB_WAITS) {
            job->target = st_runner_likely(runner, job, i == runner->n_done, behind_cut);
            job->state = ST_JOB_TAKEN;
            return job;
        }
        behind_cut |= job->moment == STANCE_MOMENT_CUT;
    }
    return NULL;
}

static void settle(stance_runner *runner)
{
    for (; runner->n_done < runner->n_jobs && !runner->dropping; runner->n_done++) {
        st_job *job = job_at(runner, runner->n_done);
        if (job->state != ST_JOB_SEEN)
            return;
        if (!st_runner_settle(runner, job)) {
            job->state = ST_JOB_WAITS;
            pthread_cond_signal(&runner->more);
            return;
        }
        job->state = ST_JOB_DONE;
    }
}

static void do_job(st_slot *slot, st_job *job)
{
    stance_runner *runner = slot->runner;
    pthread_mutex_unlock(&runner->lock);
    int rc = st_runner_do(slot, job, &job->err);
    pthread_mutex_lock(&runner->lock);
    job->rc = rc;
    job->state = ST_JOB_SEEN;
    settle(runner);
    pthread_cond_broadcast(&runner->done);
}

/* ---- threads ---- */

static void *work(void *arg)
{
    st_slot *slot = arg;
    stance_runner *runner = slot->runner;
    stance_error err;
    if (st_slot_open(slot, runner, &err) < 0) {
        st_log(STANCE_LOG_WARN, "model", "%s: one look less at once: %s",
               runner->model->card->name, err.message);
        return NULL;
    }
    atomic_fetch_add(&runner->n_open, 1);
    pthread_mutex_lock(&runner->lock);
    while (!runner->closing) {
        st_job *job = take(runner);
        if (job)
            do_job(slot, job);
        else
            pthread_cond_wait(&runner->more, &runner->lock);
    }
    pthread_mutex_unlock(&runner->lock);
    return NULL;
}

void stance_runner_widen(stance_runner *runner)
{
    for (size_t i = 1; i < runner->model->n_slots && !runner->widened; i++) {
        st_slot *slot = &runner->slots[i];
        slot->runner = runner;
        slot->running = pthread_create(&slot->thread, NULL, work, slot) == 0;
    }
    runner->widened = true;
}

void st_work_open(stance_runner *runner)
{
    runner->slots[0].runner = runner;
    atomic_init(&runner->n_open, 1);
    pthread_mutex_init(&runner->lock, NULL);
    pthread_cond_init(&runner->more, NULL);
    pthread_cond_init(&runner->done, NULL);
}

void st_work_close(stance_runner *runner)
{
    st_work_drop(runner);
    pthread_mutex_lock(&runner->lock);
    runner->closing = true;
    pthread_cond_broadcast(&runner->more);
    pthread_mutex_unlock(&runner->lock);
    for (size_t i = 0; i < ST_MOST_SLOTS; i++) {
        if (runner->slots[i].running)
            pthread_join(runner->slots[i].thread, NULL);
        st_slot_close(&runner->slots[i]);
    }
    for (size_t i = 0; i < ST_MOST_JOBS; i++) {
        stance_poses_clear(&runner->jobs[i].seen);
        stance_poses_clear(&runner->jobs[i].own);
    }
    pthread_cond_destroy(&runner->done);
    pthread_cond_destroy(&runner->more);
    pthread_mutex_destroy(&runner->lock);
}

/* ---- in and out ---- */

/* One waits behind each that is looked at, so that nobody who is done with one has to
 * wait for the caller. */
size_t st_work_room(const stance_runner *runner)
{
    size_t n = atomic_load(&runner->n_open);
    return n > 1 ? 2 * n : 1;
}

int st_work_begin(stance_runner *runner, const stance_frame *frame,
                  const double region[4], stance_moment moment, const st_view *place,
                  stance_error *err)
{
    size_t room = st_work_room(runner);
    if (runner->n_jobs >= room)
        return st_fail(err, STANCE_EINVAL, "expected at most %zu frames on their way",
                       room);
    pthread_mutex_lock(&runner->lock);
    st_job *job = job_at(runner, runner->n_jobs++);
    job->frame = frame;
    for (int i = 0; i < 4; i++)
        job->region[i] = region[i];
    job->moment = moment;
    job->place = place;
    job->times = (stance_runner_times){0};
    job->state = ST_JOB_WAITS;
    pthread_cond_signal(&runner->more);
    pthread_mutex_unlock(&runner->lock);
    return 0;
}

static void swap(stance_poses *a, stance_poses *b)
{
    stance_poses c = *a;
    *a = *b;
    *b = c;
}

static void add_times(stance_runner_times *to, const stance_runner_times *times)
{
    to->preprocess_us += times->preprocess_us;
    to->inference_us += times->inference_us;
    to->postprocess_us += times->postprocess_us;
    to->inferences += times->inferences;
}

int st_work_end(stance_runner *runner, stance_poses *out, stance_error *err)
{
    if (runner->n_jobs == 0)
        return st_fail(err, STANCE_EINVAL, "expected a frame on its way, found none");
    pthread_mutex_lock(&runner->lock);
    st_job *job = job_at(runner, 0);
    while (job->state != ST_JOB_DONE) {
        st_job *other = take(runner);
        if (other)
            do_job(&runner->slots[0], other);
        else
            pthread_cond_wait(&runner->done, &runner->lock);
    }
    swap(out, &job->seen);
    swap(&runner->raw, &job->own);
    runner->from_us = job->from_us;
    runner->until_us = job->until_us;
    add_times(&runner->times, &job->times);
    int rc = job->rc;
    if (rc < 0 && err)
        *err = job->err;
    runner->first = (runner->first + 1) % ST_MOST_JOBS;
    runner->n_jobs--;
    runner->n_done--;
    pthread_mutex_unlock(&runner->lock);
    if (rc < 0)
        st_work_drop(runner);
    return rc;
}

void st_work_drop(stance_runner *runner)
{
    pthread_mutex_lock(&runner->lock);
    runner->dropping = true;
    for (size_t i = 0; i < runner->n_jobs; i++)
        while (job_at(runner, i)->state == ST_JOB_TAKEN)
            pthread_cond_wait(&runner->done, &runner->lock);
    runner->n_jobs = runner->n_done = runner->first = 0;
    runner->dropping = false;
    pthread_mutex_unlock(&runner->lock);
}
