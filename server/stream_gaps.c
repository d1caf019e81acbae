/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gaps of a live source, as events.
 *
 * The database gets a run for the stream itself, with the times at which nothing was
 * seen; what people do is in those of its children. Gaps are rare, and often come when
 * the database is away as well (a network, a power cut). So it is opened for each, by a
 * thread that nobody waits for, and what could not be stored is tried again: a handle
 * that was kept would have failed for good by then, and a pump that waited for it would
 * show no joints.
 */
#include "stream_gaps.h"

#include <stdlib.h>
#include <string.h>

#include "steady.h"
#include "tools.h"

enum {
    MOST = 256,         /* gaps that may wait */
    MOMENT_US = 500000, /* so that who sees that a source is back finds its gap */
    PAUSE_US = 5000000, /* after a failure */
};

typedef struct gap {
    int64_t from_us, until_us; /* wall clock */
} gap;

struct stream_gaps {
    const char *events, *shown;
    stance_event_run run; /* the thread's. run 0: not begun */

    pthread_mutex_t lock; /* guards what follows; the database is not used under it */
    pthread_cond_t changed;
    gap at[MOST]; /* the oldest first */
    size_t n;
    bool away;
    bool ending;
    int64_t frames;
};

stream_gaps *stream_gaps_new(const char *events, const char *shown, int64_t first_wall_us)
{
    stream_gaps *g = must_alloc(1, sizeof(*g));
    *g = (stream_gaps){.events = events, .shown = shown};
    g->run = (stance_event_run){.source = shown,
                                .clock_us = first_wall_us,
                                .began_us = first_wall_us,
                                .ended_us = -1,
                                .frames = -1};
    pthread_mutex_init(&g->lock, NULL);
    steady_init(&g->changed);
    return g;
}

void stream_gaps_free(stream_gaps *g)
{
    if (!g)
        return;
    pthread_cond_destroy(&g->changed);
    pthread_mutex_destroy(&g->lock);
    free(g);
}

/* ---- the thread ---- */

/* @param n 0: nothing but the run's end, where `ends` */
static int store(stream_gaps *g, const gap *gaps, size_t n, bool ends, stance_error *err)
{
    stance_event_db *db = NULL;
    int rc = stance_event_db_open(&db, g->events, STANCE_EVENT_DB_WRITE, err);
    if (rc < 0)
        return rc;
    if (g->run.run == 0)
        rc = stance_event_db_begin(db, &g->run, &g->run.run, err);
    for (size_t i = 0; i < n && rc == 0; i++) {
        /* clocks are set, also backwards */
        int64_t start_us = gaps[i].from_us - g->run.began_us;
        int64_t end_us = gaps[i].until_us - g->run.began_us;
        stance_event e =
            stance_event_at(STANCE_EVENT_GAP, 0, start_us > 0 ? start_us : 0);
        e.end_us = end_us > e.start_us ? end_us : e.start_us;
        e.clock_us = gaps[i].from_us;
        rc = stance_event_db_add(db, g->run.run, &e, err);
    }
    if (rc == 0)
        rc = stance_event_db_flush(db, err);
    if (rc == 0 && ends) {
        g->run.ended_us = wall_us();
        g->run.frames = g->frames;
        g->run.complete = true;
        rc = stance_event_db_end(db, &g->run, err);
    }
    if (rc < 0)
        g->run.run = 0; /* it may be the run that is gone: another is begun */
    stance_event_db_close(&db, NULL);
    return rc;
}

/* Locked; not while it stores. */
static void try_to_store(stream_gaps *g, bool ends)
{
    gap gaps[MOST];
    stance_error err;
    size_t n = g->n;
    bool was_away = g->away;
    if (n == 0 && g->run.run == 0)
        return;
    memcpy(gaps, g->at, n * sizeof(*gaps));
    pthread_mutex_unlock(&g->lock);
    int rc = store(g, gaps, n, ends, &err);
    if (rc < 0 && (!was_away || ends))
        say(STANCE_LOG_WARN, "serve", "%s: a gap was not stored%s: %s", g->shown,
            ends ? "" : ", and is tried again", err.message);
    else if (rc == 0 && was_away)
        say(STANCE_LOG_INFO, "serve", "%s: %zu gaps were stored", g->shown, n);
    pthread_mutex_lock(&g->lock);
    g->away = rc < 0;
    if (rc == 0) {
        g->n -= n;
        memmove(g->at, g->at + n, g->n * sizeof(*g->at));
    }
    pthread_cond_broadcast(&g->changed);
}

void *stream_gaps_work(void *user)
{
    stream_gaps *g = user;
    pthread_mutex_lock(&g->lock);
    while (!g->ending) {
        if (g->n == 0)
            pthread_cond_wait(&g->changed, &g->lock);
        else
            try_to_store(g, false);
        int64_t again_us = steady_us() + PAUSE_US;
        while (g->away && !g->ending && steady_us() < again_us)
            steady_wait(&g->changed, &g->lock, again_us);
    }
    try_to_store(g, true);
    pthread_mutex_unlock(&g->lock);
    return NULL;
}

/* ---- the stream's side ---- */

void stream_gaps_add(stream_gaps *g, int64_t from_us, int64_t until_us)
{
    int64_t latest_us = steady_us() + MOMENT_US;
    pthread_mutex_lock(&g->lock);
    bool full = g->n == MOST;
    if (!full)
        g->at[g->n++] = (gap){from_us, until_us};
    pthread_cond_broadcast(&g->changed);
    while (!full && g->n > 0 && !g->away && steady_us() < latest_us)
        steady_wait(&g->changed, &g->lock, latest_us);
    pthread_mutex_unlock(&g->lock);
    if (full)
        say(STANCE_LOG_WARN, "serve", "%s: a gap was not stored: %d wait already",
            g->shown, MOST);
}

void stream_gaps_end(stream_gaps *g, int64_t frames)
{
    pthread_mutex_lock(&g->lock);
    g->ending = true;
    g->frames = frames;
    pthread_cond_broadcast(&g->changed);
    pthread_mutex_unlock(&g->lock);
}
