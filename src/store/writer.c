/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The thread that writes events.
 *
 * Who finds events never waits for a disk or a server: they go into a bounded queue, and
 * this thread writes them together, when the oldest is half a second old or the batch is
 * full. What has to be answered (a run's number, a flush) is answered through a second
 * queue of one.
 *
 * What may pass (a server that restarts, another program's long transaction) is tried
 * again for a while; meanwhile the queue fills, and then who adds waits. What does not
 * pass is kept as the error of all calls from then on; what comes is then taken and
 * dropped, so that nobody waits for ever. `failed` is set once, after `err` was filled:
 * who sees it may read that.
 */
#include "store/writer.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/queue.h"
#include "base/status.h"

enum { IDLE_NAP_US = 4000 }; /* while something is pending and nothing comes */

const st_writer_settings st_writer_defaults = {
    .queue = 4096, .age_us = 500000, .patience_us = 30000000, .nap_us = 250000};

typedef enum command_kind { ADD, BEGIN, END, FLUSH } command_kind;

typedef struct command {
    command_kind kind;
    int64_t run;
    const stance_event_run *info; /* BEGIN, END: the caller waits meanwhile */
    stance_event event;           /* ADD; its texts stand below */
    char place[ST_MAX_EVENT_TEXT + 1], label[ST_MAX_EVENT_TEXT + 1];
} command;

struct st_writer {
    const st_store *store;
    st_writer_settings settings;
    st_queue *commands;
    st_queue *answers; /* int64_t: a run's number, or an error's code */
    pthread_t thread;
    bool started;
    atomic_bool failed;
    stance_error err;
    command now; /* scratch of the thread, as is what follows */
    st_batch batch;
    int64_t oldest_us; /* when the batch's first event came */
};

/* ---- the thread ---- */

typedef int (*work_fn)(st_writer *w, const command *c, int64_t *answer,
                       stance_error *err);

static void log_trouble(const st_writer *w, int tries, int rc, const stance_error *err)
{
    if (rc < 0 && tries == 0)
        st_log(STANCE_LOG_WARN, "events", "%s; trying again", err->message);
    if (rc == 0 && tries > 0)
        st_log(STANCE_LOG_INFO, "events", "%s: is there again", w->store->shown);
}

/* Do it, and what may pass once more, until patience ends. */
static int persist(st_writer *w, work_fn work, const command *c, int64_t *answer)
{
    const st_store *store = w->store;
    stance_error err;
    int64_t since_us = st_clock_us();
    for (int tries = 0;; tries++) {
        int rc = 0;
        if (tries > 0 && store->class->again)
            rc = store->class->again(store->self, &err);
        if (tries > 0 && rc == 0)
            rc = st_batch_look(&w->batch, store, &err);
        if (rc == 0)
            rc = work(w, c, answer, &err);
        bool may_pass = rc < 0 && store->class->may_pass(store->self);
        if (rc == 0 || may_pass)
            log_trouble(w, tries, rc, &err);
        if (rc == 0)
            return 0;
        st_store_rollback(store);
        if (!may_pass || st_clock_us() - since_us > w->settings.patience_us) {
            w->err = err;
            atomic_store(&w->failed, true);
            return rc;
        }
        st_sleep_us(w->settings.nap_us);
    }
}

static int write_batch(st_writer *w, const command *c, int64_t *answer, stance_error *err)
{
    (void)c;
    (void)answer;
    return st_batch_write(&w->batch, w->store, err);
}

static int begin_run(st_writer *w, const command *c, int64_t *answer, stance_error *err)
{
    const stance_event_run *info = c->info;
    const st_cell values[] = {
        st_cell_text(info->source),   st_cell_text(info->model),
        st_cell_text(info->settings), st_cell_known(info->clock_us),
        st_cell_int(info->began_us),
    };
    *answer = 0;
    int rc = st_store_int(w->store,
                          "INSERT INTO stance_run (source, model, settings, clock_us, "
                          "began_us) VALUES ($1, $2, $3, $4, $5) RETURNING run",
                          values, 5, answer, err);
    if (rc == 0 && *answer <= 0)
        rc = st_fail(err, STANCE_EOUTPUT, "%s: the run got no number", w->store->shown);
    return rc;
}

static int end_run(st_writer *w, const command *c, int64_t *answer, stance_error *err)
{
    (void)answer;
    const st_cell values[] = {
        st_cell_int(c->info->ended_us),
        st_cell_int(c->info->complete),
        st_cell_known(c->info->frames),
        st_cell_int(c->info->run),
    };
    return st_store_run(w->store,
                        "UPDATE stance_run SET ended_us = $1, complete = $2, frames = $3 "
                        "WHERE run = $4",
                        values, 4, NULL, NULL, err);
}

static void add_event(st_writer *w, command *c)
{
    c->event.place = c->place;
    c->event.label = c->label;
    if (!st_batch_add(&w->batch, c->run, &c->event) &&
        persist(w, write_batch, NULL, NULL) == 0)
        st_batch_add(&w->batch, c->run, &c->event);
    if (w->batch.n == 1)
        w->oldest_us = st_clock_us();
}

/* Everything but an event is done after what came before it, and answered. */
static void answer(st_writer *w, const command *c)
{
    int64_t result = 0;
    int rc = persist(w, write_batch, NULL, NULL);
    if (rc == 0 && c->kind == BEGIN)
        rc = persist(w, begin_run, c, &result);
    if (rc == 0 && c->kind == END)
        rc = persist(w, end_run, c, &result);
    if (rc < 0)
        result = rc;
    st_queue_push(w->answers, &result);
}

/* The next command; STANCE_AGAIN when the batch has to be written first. */
static int next(st_writer *w)
{
    if (w->batch.n == 0)
        return st_queue_pop(w->commands, &w->now);
    for (;;) {
        if (st_clock_us() - w->oldest_us >= w->settings.age_us)
            return STANCE_AGAIN;
        int rc = st_queue_try_pop(w->commands, &w->now);
        if (rc != STANCE_AGAIN)
            return rc;
        st_sleep_us(IDLE_NAP_US);
    }
}

static void drop(st_writer *w)
{
    int64_t code = w->err.code;
    if (w->now.kind != ADD)
        st_queue_push(w->answers, &code);
    w->batch.n = 0;
}

static void *write_on(void *user)
{
    st_writer *w = user;
    for (int rc; (rc = next(w)) != STANCE_END;) {
        if (rc == STANCE_AGAIN)
            persist(w, write_batch, NULL, NULL);
        else if (atomic_load(&w->failed))
            drop(w);
        else if (w->now.kind == ADD)
            add_event(w, &w->now);
        else
            answer(w, &w->now);
        if (atomic_load(&w->failed))
            w->batch.n = 0;
    }
    if (!atomic_load(&w->failed))
        persist(w, write_batch, NULL, NULL);
    return NULL;
}

/* ---- the caller's side ---- */

static int tell(const st_writer *w, stance_error *err)
{
    if (!atomic_load(&w->failed))
        return 0;
    return st_fail(err, w->err.code, "%s", w->err.message);
}

/* Hand in what has to be answered. @return the answer, or an error */
static int64_t ask(st_writer *w, const command *c, stance_error *err)
{
    int64_t result = 0;
    st_queue_push(w->commands, c);
    st_queue_pop(w->answers, &result);
    int rc = tell(w, err);
    return rc < 0 ? rc : result;
}

int st_writer_open(st_writer **writer, const st_store *store,
                   const st_writer_settings *settings, stance_error *err)
{
    st_writer *w = *writer = st_alloc(sizeof(*w));
    if (!w)
        return st_fail_memory(err);
    w->store = store;
    w->settings = *settings;
    w->commands = st_queue_new(settings->queue, sizeof(command));
    w->answers = st_queue_new(1, sizeof(int64_t));
    if (w->commands && w->answers)
        w->started = pthread_create(&w->thread, NULL, write_on, w) == 0;
    if (w->started)
        return 0;
    st_writer_close(writer, NULL);
    return st_fail_memory(err);
}

int st_writer_begin_run(st_writer *w, const stance_event_run *info, int64_t *run,
                        stance_error *err)
{
    const command c = {.kind = BEGIN, .info = info};
    int64_t result = ask(w, &c, err);
    *run = result > 0 ? result : 0;
    return result < 0 ? (int)result : 0;
}

int st_writer_end_run(st_writer *w, const stance_event_run *info, stance_error *err)
{
    const command c = {.kind = END, .info = info};
    return (int)ask(w, &c, err);
}

int st_writer_flush(st_writer *w, stance_error *err)
{
    const command c = {.kind = FLUSH};
    return (int)ask(w, &c, err);
}

int st_writer_add(st_writer *w, int64_t run, const stance_event *event, stance_error *err)
{
    command c = {.kind = ADD, .run = run, .event = *event};
    int rc = tell(w, err);
    if (rc < 0)
        return rc;
    snprintf(c.place, sizeof(c.place), "%s", event->place ? event->place : "");
    snprintf(c.label, sizeof(c.label), "%s", event->label ? event->label : "");
    st_queue_push(w->commands, &c);
    return 0;
}

int st_writer_close(st_writer **writer, stance_error *err)
{
    st_writer *w = *writer;
    int rc = 0;
    if (!w)
        return 0;
    if (w->started) {
        st_queue_close(w->commands);
        pthread_join(w->thread, NULL);
        rc = tell(w, err);
    }
    st_queue_free(&w->commands);
    st_queue_free(&w->answers);
    st_free(w);
    *writer = NULL;
    return rc;
}
