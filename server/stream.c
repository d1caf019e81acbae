/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A live source's life: when a child runs, and what follows when it ends.
 *
 *     starting --a row--> running --ended by itself--> lost --a pause--> starting
 *        |                   |                          |
 *        +---- pause --------+---------- pause ---------+--> paused --start--> starting
 *
 * Pauses between trials grow from half a second to three seconds, and are short again
 * after a while of success. What failed for a reason that stays (an option, a network)
 * is not tried again until somebody starts it.
 */
#define _XOPEN_SOURCE 700 /* mkfifo */

#include "stream_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "steady.h"

enum {
    SHORTEST_US = 500000,
    LONGEST_US = 3000000,  /* so that a source is seen again soon after it is back */
    SUCCESS_US = 10000000, /* who ran for so long was no failure */
};

const char *stream_state_name(stream_state state)
{
    static const char *const names[] = {"starting", "running", "lost", "paused",
                                        "failed"};
    return names[state];
}

/* ---- gaps ---- */

/* The thread for them begins with the first: most streams have none. */
static void store_gap(stream *s, int64_t from_us, int64_t until_us)
{
    const char *address = s->settings->events;
    if (!address || s->source.kind == STREAM_PUSHED)
        return;
    if (!s->gaps) {
        s->gaps = stream_gaps_new(address, s->source.shown, s->first_wall_us);
        s->gaps_started =
            pthread_create(&s->gaps_thread, NULL, stream_gaps_work, s->gaps) == 0;
    }
    if (s->gaps_started)
        stream_gaps_add(s->gaps, from_us, until_us);
    else
        say(STANCE_LOG_WARN, "serve", "%s: a gap was not stored: no thread",
            s->source.shown);
}

void stream_note_row(stream *s)
{
    int64_t now_wall_us = wall_us();
    pthread_mutex_lock(&s->lock);
    bool begins = s->facts.state != STREAM_RUNNING;
    bool gap = begins && s->last_wall_us > 0 && s->retry_us > 0;
    int64_t seen_wall_us = s->last_wall_us;
    pthread_mutex_unlock(&s->lock);
    if (gap) {
        say(STANCE_LOG_INFO, "serve", "%s: is back after %.1f s", s->source.shown,
            (double)(now_wall_us - seen_wall_us) / 1e6);
        /* before the state says that it is back: who reads that finds the event */
        store_gap(s, seen_wall_us, now_wall_us);
    }
    pthread_mutex_lock(&s->lock);
    if (begins) {
        s->facts.gaps += gap;
        s->facts.state = STREAM_RUNNING;
        s->retry_us = 0;
        free(s->facts.error);
        s->facts.error = NULL;
    }
    if (s->first_wall_us == 0)
        s->first_wall_us = now_wall_us;
    s->last_row_us = steady_us(); /* storing may have taken its time */
    s->last_wall_us = now_wall_us;
    pthread_mutex_unlock(&s->lock);
}

/* ---- the thread ---- */

static bool is_final(const stream *s, const stream_verdict *v)
{
    bool own = s->source.kind == STREAM_DRAWN || s->source.kind == STREAM_FILE;
    return v->status == 1 || v->status == 3 ||
           (own && v->rows == 0 && s->last_wall_us == 0);
}

/* Locked. */
static void set_state(stream *s, stream_state state)
{
    s->facts.state = state;
    pthread_cond_broadcast(&s->changed);
}

/* The child has ended by itself. Locked. */
static void judge(stream *s, stream_verdict *v, int64_t *pause_us)
{
    free(s->facts.error);
    s->facts.error = v->error ? v->error : must_copy("the source has ended");
    v->error = NULL;
    if (is_final(s, v)) {
        say(STANCE_LOG_WARN, "serve", "%s: %s", s->source.shown, s->facts.error);
        set_state(s, STREAM_FAILED);
        return;
    }
    bool long_enough = v->rows > 0 && v->ran_us > SUCCESS_US;
    *pause_us = *pause_us == 0 || long_enough ? SHORTEST_US
                : *pause_us < LONGEST_US / 2  ? 2 * *pause_us
                                              : LONGEST_US;
    say(STANCE_LOG_WARN, "serve", "%s: lost, tried again in %.1f s: %s", s->source.shown,
        (double)*pause_us / 1e6, s->facts.error);
    s->retry_us = steady_us() + *pause_us;
    set_state(s, STREAM_LOST);
}

/* Until the wish or the clock says that a child is to run. Locked. @return false: end */
static bool wait_for_turn(stream *s)
{
    while (s->wish != WISH_END) {
        bool due = s->facts.state == STREAM_STARTING ||
                   (s->facts.state == STREAM_LOST && steady_us() >= s->retry_us);
        if (s->wish == WISH_PAUSE)
            set_state(s, STREAM_PAUSED);
        else if (s->restart || due)
            return true;
        int64_t until =
            s->facts.state == STREAM_LOST ? s->retry_us : steady_us() + 1000000;
        steady_wait(&s->changed, &s->lock, until);
    }
    return false;
}

static void *live(void *user)
{
    stream *s = user;
    int64_t pause_us = 0;
    pthread_mutex_lock(&s->lock);
    while (wait_for_turn(s)) {
        if (s->restart &&
            s->facts.state != STREAM_LOST) /* it was wanted, and is no gap */
            s->retry_us = 0;
        s->restart = false;
        s->last_row_us = 0;
        set_state(s, STREAM_STARTING);
        pthread_mutex_unlock(&s->lock);
        stream_verdict v = stream_run_child(s);
        pthread_mutex_lock(&s->lock);
        if (s->wish == WISH_RUN && !s->restart)
            judge(s, &v, &pause_us);
        free(v.error);
    }
    pthread_mutex_unlock(&s->lock);
    feed_end(s->rows);
    feed_end(s->pictures);
    if (s->gaps)
        stream_gaps_end(s->gaps, s->facts.frames);
    pthread_mutex_lock(&s->lock);
    s->ended = true;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

/* ---- opening ---- */

static int open_folder(stream *s, stance_error *err)
{
    char *data = folder_of_data(s->settings->data);
    s->folder = must_format("%s/live/%s", data, s->id);
    free(data);
    if (!s->drawn)
        return 0;
    int rc = folder_make_all(s->folder, err);
    s->fifo = must_format("%s/live.mjpeg", s->folder);
    if (rc == 0 && mkfifo(s->fifo, 0600) != 0)
        rc =
            fail(err, STANCE_EOUTPUT, "%s: cannot be made: %s", s->fifo, strerror(errno));
    return rc;
}

void stream_source_clear(stream_source *source)
{
    free(source->address);
    free(source->shown);
    *source = (stream_source){0};
}

int stream_open(stream **out, const serve_settings *settings, stream_source source,
                const char *options, bool drawn, stance_error *err)
{
    stream *s = must_alloc(1, sizeof(*s));
    *out = NULL;
    *s = (stream){.settings = settings, .source = source, .drawn = drawn, .wake = -1};
    s->options = must_copy(options);
    s->rows = feed_new();
    s->pictures = feed_new();
    s->facts = (stream_facts){.since_us = wall_us()};
    pthread_mutex_init(&s->lock, NULL);
    steady_init(&s->changed);
    int rc = random_id(s->id, err);
    if (rc == 0)
        rc = open_folder(s, err);
    if (rc == 0 && (s->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) < 0)
        rc = fail(err, STANCE_ENOMEM, "a stream could not be begun: %s", strerror(errno));
    if (rc == 0) {
        s->started = pthread_create(&s->thread, NULL, live, s) == 0;
        if (!s->started)
            rc = fail(err, STANCE_ENOMEM, "a stream could not be begun: no thread");
    }
    *out = s;
    if (rc < 0)
        stream_close(out);
    return rc;
}

/* @param options NULL: as before */
static void wish(stream *s, stream_wish what, const char *options)
{
    const uint64_t one = 1;
    pthread_mutex_lock(&s->lock);
    bool runs = s->wish == WISH_RUN && !s->restart &&
                (s->facts.state == STREAM_RUNNING || s->facts.state == STREAM_STARTING);
    bool other = options && strcmp(options, s->options) != 0;
    if (s->wish != WISH_END)
        s->wish = what;
    if (options) {
        free(s->options);
        s->options = must_copy(options);
    }
    s->restart |= what == WISH_RUN && (!runs || other);
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    if (s->wake >= 0 && write(s->wake, &one, sizeof(one)) < 0)
        return; /* it is awake */
}

void stream_end(stream *s)
{
    wish(s, WISH_END, NULL);
}

void stream_wait(stream *s)
{
    pthread_mutex_lock(&s->lock);
    while (!s->ended)
        pthread_cond_wait(&s->changed, &s->lock);
    pthread_mutex_unlock(&s->lock);
}

void stream_close(stream **out)
{
    stream *s = *out;
    *out = NULL;
    if (!s)
        return;
    stream_end(s);
    if (s->started)
        pthread_join(s->thread, NULL);
    if (s->gaps_started)
        pthread_join(s->gaps_thread, NULL);
    stream_gaps_free(s->gaps);
    if (s->fifo)
        folder_remove(s->folder);
    feed_free(s->rows);
    feed_free(s->pictures);
    if (s->wake >= 0)
        close(s->wake);
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->lock);
    stream_source_clear(&s->source);
    stream_facts_clear(&s->facts);
    free(s->pushed);
    free(s->options);
    free(s->fifo);
    free(s->folder);
    free(s);
}

/* ---- for requests ---- */

const char *stream_id(const stream *s)
{
    return s->id;
}

const stream_source *stream_get_source(const stream *s)
{
    return &s->source;
}

feed *stream_rows(stream *s)
{
    return s->rows;
}

feed *stream_pictures(stream *s)
{
    return s->pictures;
}

void stream_pause(stream *s)
{
    wish(s, WISH_PAUSE, NULL);
}

void stream_start(stream *s, const char *options)
{
    wish(s, WISH_RUN, options);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void stream_get_facts(stream *s, stream_facts *facts)
{
    double sorted[N_LATENCIES];
    pthread_mutex_lock(&s->lock);
    size_t n = s->n_latencies < N_LATENCIES ? s->n_latencies : N_LATENCIES;
    memcpy(sorted, s->latencies, n * sizeof(*sorted));
    *facts = s->facts;
    facts->error = s->facts.error ? must_copy(s->facts.error) : NULL;
    facts->options = must_copy(s->options);
    double wait_s = (double)(s->retry_us - steady_us()) / 1e6;
    facts->retry_s = s->facts.state == STREAM_LOST && wait_s > 0 ? wait_s : 0;
    if (s->facts.state != STREAM_RUNNING)
        facts->fps = 0;
    pthread_mutex_unlock(&s->lock);
    qsort(sorted, n, sizeof(*sorted), compare);
    facts->latency_ms = n ? sorted[n / 2] : -1;
    facts->latency_most_ms = n ? sorted[n - 1] : -1;
}

void stream_facts_clear(stream_facts *facts)
{
    free(facts->error);
    free(facts->options);
    *facts = (stream_facts){0};
}

bool stream_push(stream *s, const char *jpeg, size_t n)
{
    const uint64_t one = 1;
    char *copy = must_alloc(n, 1);
    memcpy(copy, jpeg, n);
    pthread_mutex_lock(&s->lock);
    bool takes = s->source.kind == STREAM_PUSHED && s->wish != WISH_END &&
                 s->facts.state != STREAM_FAILED;
    if (takes) {
        free(s->pushed);
        s->facts.dropped += s->pushed != NULL;
        s->pushed = copy;
        s->n_pushed = n;
        s->pushed_number = s->next_number++;
        copy = NULL;
    }
    pthread_mutex_unlock(&s->lock);
    free(copy);
    if (takes && write(s->wake, &one, sizeof(one)) < 0)
        return true; /* it is awake */
    return takes;
}
