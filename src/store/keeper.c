/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events of live input, while the database comes and goes.
 *
 * A camera is looked at for its joints as well, and for weeks: that a database is away,
 * or its disk full, must not end that. So a thread of its own opens the database, writes,
 * and where that fails closes it and tries again every few seconds. What could not be
 * written stands in a list with room for some thousands; where that is full, what comes
 * is lost, and counted.
 *
 * The subtle thing: a commit may have arrived though its answer did not. The database
 * counts the events of a run; when it is there again, what is counted above what was
 * confirmed is the beginning of the list, which is in order, and is not written twice.
 */
#include "store/keeper.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/status.h"

enum {
    MOST = 4096,        /* events that may wait */
    AGE_US = 500000,    /* between two transactions */
    PAUSE_US = 5000000, /* after a failure */
};

typedef struct kept {
    stance_event event; /* its texts stand below */
    char place[ST_MAX_EVENT_TEXT + 1], label[ST_MAX_EVENT_TEXT + 1];
} kept;

struct st_keeper {
    const char *address;
    pthread_t thread;

    /* the thread's */
    stance_event_db *db;  /* NULL: not open */
    stance_event_run run; /* run 0: not begun */
    int64_t n_stored;     /* of the run, as was confirmed */
    bool away;            /* and that was said */
    stance_error err;     /* of the last try, where that failed */

    pthread_mutex_t lock; /* guards what follows; nothing that waits is called under it */
    pthread_cond_t changed;
    kept *events; /* the thread reads the first ones unlocked: only it removes them */
    size_t n;
    int64_t n_lost;
    bool ending;
};

/* ---- the thread ---- */

/* The first n are stored, or never will be. */
static void forget(st_keeper *k, size_t n)
{
    pthread_mutex_lock(&k->lock);
    k->n -= n;
    memmove(k->events, k->events + n, k->n * sizeof(*k->events));
    pthread_mutex_unlock(&k->lock);
}

/* What of the list was stored though nobody said so. A run that was deleted meanwhile is
 * begun anew. */
static int look(st_keeper *k, size_t n, stance_error *err)
{
    stance_event_db *db = NULL;
    stance_event_query query;
    stance_event_runs *runs = NULL;
    stance_event_query_defaults(&query);
    query.run = k->run.run;
    int rc = stance_event_db_open(&db, k->address, STANCE_EVENT_DB_READ, err);
    if (rc == 0)
        rc = stance_event_db_runs(db, &query, &runs, err);
    if (rc == 0 && runs->n == 0) {
        k->run.run = k->n_stored = 0;
    } else if (rc == 0) {
        int64_t more = runs->runs[0].events - k->n_stored;
        if (more > 0 && more <= (int64_t)n)
            forget(k, (size_t)more);
        k->n_stored = runs->runs[0].events;
    }
    stance_event_runs_free(&runs);
    stance_event_db_close(&db, NULL);
    return rc;
}

/* @param n set to how many of the list are still to be written */
static int open_database(st_keeper *k, size_t *n, stance_error *err)
{
    int rc = 0;
    if (!k->db)
        rc = stance_event_db_open(&k->db, k->address, STANCE_EVENT_DB_WRITE, err);
    if (rc == 0 && k->away && k->run.run > 0) {
        rc = look(k, *n, err);
        pthread_mutex_lock(&k->lock);
        *n = k->n < *n ? k->n : *n;
        pthread_mutex_unlock(&k->lock);
    }
    if (rc == 0 && k->run.run == 0)
        rc = stance_event_db_begin(k->db, &k->run, &k->run.run, err);
    return rc;
}

static int write_events(st_keeper *k, size_t n, int64_t *n_added, stance_error *err)
{
    int rc = 0;
    *n_added = 0;
    for (size_t i = 0; i < n && rc == 0; i++) {
        stance_event e = k->events[i].event;
        e.place = k->events[i].place;
        e.label = k->events[i].label;
        rc = stance_event_db_add(k->db, k->run.run, &e, err);
        *n_added += rc == 0;
        if (rc == STANCE_EINVAL) { /* what no database takes must not keep up the rest */
            st_log(STANCE_LOG_WARN, "events", "left out: %s", err->message);
            rc = 0;
        }
    }
    return rc == 0 ? stance_event_db_flush(k->db, err) : rc;
}

/* Try to have the first n events stored. */
static int store(st_keeper *k, size_t n)
{
    int64_t n_added = 0;
    int rc = open_database(k, &n, &k->err);
    if (rc == 0)
        rc = write_events(k, n, &n_added, &k->err);
    if (rc == 0) {
        forget(k, n);
        k->n_stored += n_added;
        if (k->away)
            st_log(STANCE_LOG_INFO, "events", "are stored again");
    } else {
        stance_event_db_close(&k->db, NULL);
        if (!k->away)
            st_log(STANCE_LOG_WARN, "events", "kept until they can be stored: %s",
                   k->err.message);
    }
    k->away = rc < 0;
    return rc;
}

/* Until there is something to be done, which is not before `due_us`. @return false: all
 * ends */
static bool wait_for_work(st_keeper *k, int64_t due_us, size_t *n)
{
    pthread_mutex_lock(&k->lock);
    while (!k->ending) {
        bool wanted = k->n > 0 || k->run.run == 0;
        int64_t left_us = due_us - st_clock_us();
        if (wanted && left_us <= 0)
            break;
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        int64_t us = until.tv_nsec / 1000 + (left_us > 0 ? left_us : 0);
        until.tv_sec += us / 1000000;
        until.tv_nsec = us % 1000000 * 1000;
        if (wanted)
            pthread_cond_timedwait(&k->changed, &k->lock, &until);
        else
            pthread_cond_wait(&k->changed, &k->lock);
    }
    *n = k->n;
    bool goes_on = !k->ending;
    pthread_mutex_unlock(&k->lock);
    return goes_on;
}

static void *keep(void *user)
{
    st_keeper *k = user;
    int64_t due_us = 0;
    size_t n;
    while (wait_for_work(k, due_us, &n))
        due_us = store(k, n) < 0 ? st_clock_us() + PAUSE_US : st_clock_us() + AGE_US;
    store(k, n);
    return NULL;
}

/* ---- the caller's side ---- */

static void release(st_keeper *k)
{
    stance_event_db_close(&k->db, NULL);
    pthread_cond_destroy(&k->changed);
    pthread_mutex_destroy(&k->lock);
    st_free(k->events);
    st_free(k);
}

int st_keeper_open(st_keeper **keeper, stance_event_db *db, const char *address,
                   const stance_event_run *run, stance_error *err)
{
    pthread_condattr_t how;
    st_keeper *k = *keeper = st_alloc(sizeof(*k));
    if (!k) {
        stance_event_db_close(&db, NULL);
        return st_fail_memory(err);
    }
    *k = (st_keeper){.address = address, .db = db, .run = *run};
    k->run.run = 0;
    pthread_mutex_init(&k->lock, NULL);
    pthread_condattr_init(&how);
    pthread_condattr_setclock(&how, CLOCK_MONOTONIC);
    pthread_cond_init(&k->changed, &how);
    pthread_condattr_destroy(&how);
    k->events = st_alloc_array(MOST, sizeof(*k->events));
    if (k->events && pthread_create(&k->thread, NULL, keep, k) == 0)
        return 0;
    release(k);
    *keeper = NULL;
    return st_fail_memory(err);
}

void st_keeper_add(st_keeper *k, const stance_event *event)
{
    pthread_mutex_lock(&k->lock);
    if (k->n < MOST) {
        kept *at = &k->events[k->n++];
        at->event = *event;
        snprintf(at->place, sizeof(at->place), "%s", event->place ? event->place : "");
        snprintf(at->label, sizeof(at->label), "%s", event->label ? event->label : "");
    } else {
        k->n_lost++;
    }
    pthread_cond_signal(&k->changed);
    pthread_mutex_unlock(&k->lock);
}

int st_keeper_close(st_keeper **keeper, const stance_event_run *run, stance_error *err)
{
    st_keeper *k = *keeper;
    *keeper = NULL;
    if (!k)
        return 0;
    pthread_mutex_lock(&k->lock);
    k->ending = true;
    pthread_cond_signal(&k->changed);
    pthread_mutex_unlock(&k->lock);
    pthread_join(k->thread, NULL);
    int rc = k->away ? k->err.code : 0;
    if (rc == 0) {
        k->run.ended_us = st_clock_wall_us();
        k->run.frames = run->frames;
        k->run.complete = run->complete;
        rc = stance_event_db_end(k->db, &k->run, &k->err);
    }
    int64_t n_lost = k->n_lost + (int64_t)k->n;
    if (n_lost > 0)
        rc = st_fail(err, STANCE_EOUTPUT, "%lld events could not be stored: %s",
                     (long long)n_lost, k->err.message);
    else if (rc < 0)
        rc = st_fail(err, rc, "%s", k->err.message);
    release(k);
    return rc;
}
