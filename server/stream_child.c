/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A child that looks at a live source, and all that goes in and out of it.
 *
 *     pushed pictures --> its standard input (also what is fetched by HTTP)
 *     its standard output --> rows          a FIFO --> annotated pictures
 *     its standard error  --> progress, errors
 *
 * One thread waits for all of it together, so that nobody who is slow elsewhere makes the
 * child wait. It is asked to end by the signal of Ctrl-C, so that what it has to write is
 * written; who does not listen is ended.
 */
#define _GNU_SOURCE /* F_SETPIPE_SZ */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "child_says.h"
#include "source_rules.h"
#include "stream_private.h"

enum {
    MEGA = 1000000,
    NAP_MS = 200,
    LONGEST_ROW = 8 * MEGA,
    LARGEST_PICTURE = 64 * MEGA,
    PIPE_BYTES = 1 << 20, /* a whole picture */
    STALLED_US = 5000000, /* without a picture, of a source that had many a second */
    STALLED_SLOW_US = 30000000, /* of one that had few, or none yet */
    PATIENCE_US = 5000000,      /* for a child that was asked to end */
    N_NUMBERS = 256,            /* pictures on their way through a child, and far more */
    MOST_WARNINGS = 20,         /* of one child, that are passed on */
};

typedef struct pump {
    stream *s;
    child c;
    int fifo;
    pieces rows, pictures;
    stream_fetch *fetch;
    char *error;
    int64_t n_rows, began_us, asked_us; /* asked_us 0: it was not asked to end */
    int64_t frames_before, dropped_before;
    char *writing; /* a pushed picture, with its header */
    size_t n_writing, n_written;
    int64_t numbers[N_NUMBERS]; /* of those that were written */
    int64_t n_pictures;
    int n_warnings;
} pump;

/* ---- its command line ---- */

arguments stream_arguments(const serve_settings *settings, const stream_source *source,
                           const char *pictures, const char *options)
{
    bool piped = source->kind == STREAM_PUSHED || source->kind == STREAM_HTTP;
    bool own = source->kind == STREAM_CAMERA || source->kind == STREAM_DRAWN;
    arguments a = {0};
    arguments_add(&a, must_copy("run"));
    arguments_add(&a, must_format("--input=%s", piped ? "-" : source->address));
    arguments_add(&a, must_copy("--live=yes"));
    if (source->kind == STREAM_FILE || source->kind == STREAM_DRAWN)
        arguments_add(&a, must_copy("--loop"));
    if (source->kind == STREAM_PUSHED)
        arguments_add(&a, must_copy("--input-format=mpjpeg"));
    if (!own)
        arguments_add(&a, must_copy("--untrusted"));
    arguments_add(&a, must_copy("--json=-"));
    arguments_add(&a, must_copy("--format=ndjson"));
    if (pictures)
        arguments_add(&a, must_format("--output=%s", pictures));
    if (settings->events && source->kind != STREAM_PUSHED)
        arguments_add(&a, must_format("--events=%s", settings->events));
    arguments_add(&a, must_copy("--offline"));
    arguments_add(&a, must_copy("--log-format=json"));
    arguments_add(&a, must_copy("--progress=json"));
    arguments_add_options(&a, options, settings);
    return a;
}

static unsigned wants_of(const stream *s)
{
    stream_kind kind = s->source.kind;
    bool piped = kind == STREAM_PUSHED || kind == STREAM_HTTP;
    bool store = s->settings->events && kind != STREAM_PUSHED &&
                 stance_event_db_is_server(s->settings->events);
    return CHILD_OUTPUT | (piped ? CHILD_INPUT : 0) |
           (kind == STREAM_RTSP || store ? CHILD_NETWORK : 0) |
           (kind == STREAM_DRAWN ? CHILD_TRUSTED : 0);
}

static int start(pump *p, stance_error *err)
{
    stream *s = p->s;
    const child_limits limits = {.memory_bytes = s->settings->max_memory_mb * MEGA};
    pthread_mutex_lock(&s->lock);
    char *options = must_copy(s->options);
    pthread_mutex_unlock(&s->lock);
    arguments a = stream_arguments(s->settings, &s->source, s->fifo, options);
    arguments_add_cache(&a, "stream", options);
    free(options);
    if (s->fifo) {
        p->fifo = open(s->fifo, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        fcntl(p->fifo, F_SETPIPE_SZ, PIPE_BYTES);
    }
    int rc = child_start(&p->c, arguments_end(&a), &limits, wants_of(s), err);
    arguments_clear(&a);
    if (rc == 0 && s->source.kind == STREAM_HTTP) {
        p->fetch = stream_fetch_start(s->source.address, source_rules_redirect,
                                      s->source.trusted ? NULL : (void *)s->settings,
                                      p->c.input);
        p->c.input = -1;
    }
    return rc;
}

/* ---- what comes out ---- */

static void hear(pump *p, const char *line)
{
    stream *s = p->s;
    child_says says = child_says_read(line);
    if (says.progress) {
        pthread_mutex_lock(&s->lock);
        s->facts.frames = p->frames_before + says.frames;
        s->facts.dropped = p->dropped_before + says.dropped;
        s->facts.fps = says.fps;
        if (says.latency_ms >= 0)
            s->latencies[s->n_latencies++ % N_LATENCIES] = says.latency_ms;
        pthread_mutex_unlock(&s->lock);
    }
    if (says.error[0]) {
        free(p->error);
        p->error = must_copy(says.error);
    }
    if (says.warning[0] && p->n_warnings++ < MOST_WARNINGS) {
        /* What is looked at is a stranger's, and its address may hold a password. */
        char *warning = must_copy(says.warning);
        if (s->source.address)
            warning = replaced(warning, s->source.address, s->source.shown);
        say(STANCE_LOG_WARN, "serve", "%s: %s", s->source.shown, warning);
        free(warning);
    }
}

/* Of pictures that were pushed the sender's own number counts. */
static char *renumber(const pump *p, char *row)
{
    static const char start[] = "{\"frame_index\":";
    char *end;
    int64_t n = strtoll(row + sizeof(start) - 1, &end, 10);
    if (p->s->source.kind != STREAM_PUSHED || n < 0 || n >= p->n_pictures)
        return row;
    char *changed = must_format("%s%" PRId64 "%s", start, p->numbers[n % N_NUMBERS], end);
    free(row);
    return changed;
}

static void take_rows(pump *p)
{
    char *row;
    while ((row = pieces_line(&p->rows)) != NULL) {
        if (strncmp(row, "{\"frame_index\":", 15) != 0) {
            free(row); /* the header, or the summary */
            continue;
        }
        row = renumber(p, row);
        p->n_rows++;
        feed_put(p->s->rows, row, strlen(row));
        stream_note_row(p->s);
    }
}

static void take_pictures(pump *p)
{
    char *jpeg;
    size_t n;
    while ((jpeg = pieces_jpeg(&p->pictures, &n)) != NULL)
        feed_put(p->s->pictures, jpeg, n);
}

/* ---- what goes in ---- */

/* The next pushed picture, as a part of a multipart stream: its length is known before
 * it, so that nobody has to wait for the next one to see where it ends. */
static void take_pushed(pump *p)
{
    stream *s = p->s;
    pthread_mutex_lock(&s->lock);
    char *jpeg = s->pushed;
    size_t n = s->n_pushed;
    if (jpeg)
        p->numbers[p->n_pictures++ % N_NUMBERS] = s->pushed_number;
    s->pushed = NULL;
    pthread_mutex_unlock(&s->lock);
    if (!jpeg)
        return;
    text part = {0};
    text_addf(&part, "--next\r\nContent-Type: image/jpeg\r\nContent-Length: %zu\r\n\r\n",
              n);
    text_add_bytes(&part, jpeg, n);
    text_add(&part, "\r\n");
    free(jpeg);
    p->writing = part.data;
    p->n_writing = part.n;
    p->n_written = 0;
}

static void write_on(pump *p)
{
    ssize_t n = write(p->c.input, p->writing + p->n_written, p->n_writing - p->n_written);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    p->n_written = n < 0 ? p->n_writing : p->n_written + (size_t)n;
    if (p->n_written < p->n_writing)
        return;
    free(p->writing);
    p->writing = NULL;
    if (n < 0) { /* it takes no more */
        close(p->c.input);
        p->c.input = -1;
    }
}

/* ---- its end ---- */

static bool is_unwanted(stream *s)
{
    pthread_mutex_lock(&s->lock);
    bool unwanted = s->wish != WISH_RUN || s->restart;
    pthread_mutex_unlock(&s->lock);
    return unwanted;
}

static bool is_stalled(stream *s, const pump *p)
{
    pthread_mutex_lock(&s->lock);
    bool seen = s->last_row_us > p->began_us;
    int64_t n = arguments_number(s->options, "every", 1);
    int64_t since_us = seen ? s->last_row_us : p->began_us;
    int64_t most_us = seen && s->facts.fps >= 2 ? STALLED_US : STALLED_SLOW_US;
    pthread_mutex_unlock(&s->lock);
    return s->source.kind != STREAM_PUSHED &&
           (steady_us() - since_us) / (n > 1 ? n : 1) > most_us;
}

static void end_if_due(pump *p)
{
    if (p->asked_us == 0 && is_unwanted(p->s)) {
        p->asked_us = steady_us();
        kill(p->c.pid, SIGINT);
    } else if (p->asked_us == 0 && is_stalled(p->s, p)) {
        free(p->error);
        p->error = must_copy("no more pictures came");
        p->asked_us = 1; /* long ago */
    }
    if (p->asked_us > 0 && steady_us() - p->asked_us > PATIENCE_US)
        child_kill(&p->c);
}

/* ---- the loop ---- */

/* Wait for what comes first. @return false: the child is gone */
static bool turn(pump *p)
{
    enum { LINES, ROWS, PICTURES, WAKE, INPUT, N };
    uint64_t n;
    if (!p->writing && p->c.input >= 0)
        take_pushed(p);
    struct pollfd wait[N] = {
        [LINES] = {.fd = p->c.lines, .events = POLLIN},
        [ROWS] = {.fd = p->c.output, .events = POLLIN},
        [PICTURES] = {.fd = p->fifo, .events = POLLIN},
        [WAKE] = {.fd = p->s->wake, .events = POLLIN},
        [INPUT] = {.fd = p->writing ? p->c.input : -1, .events = POLLOUT},
    };
    int ready = poll(wait, N, NAP_MS);
    if (wait[WAKE].revents && read(p->s->wake, &n, sizeof(n)) < 0)
        wait[WAKE].revents = 0;
    if (wait[PICTURES].revents & POLLIN) {
        pieces_read(&p->pictures, p->fifo);
        take_pictures(p);
    }
    if (wait[ROWS].revents) {
        if (!pieces_read(&p->rows, p->c.output)) {
            close(p->c.output);
            p->c.output = -1;
        }
        take_rows(p);
    }
    if (wait[INPUT].revents)
        write_on(p);
    end_if_due(p);
    if (!wait[LINES].revents)
        return ready != 0 || !child_is_dead(&p->c);
    bool more = pieces_read(&p->c.said, p->c.lines);
    for (char *line; (line = pieces_line(&p->c.said)) != NULL; free(line))
        hear(p, line);
    return more;
}

stream_verdict stream_run_child(stream *s)
{
    pump p = {.s = s,
              .fifo = -1,
              .rows = {.most = LONGEST_ROW},
              .pictures = {.most = LARGEST_PICTURE},
              .began_us = steady_us()};
    stream_verdict v = {.status = -1};
    const char *why = NULL;
    stance_error err;
    pthread_mutex_lock(&s->lock);
    p.frames_before = s->facts.frames;
    p.dropped_before = s->facts.dropped;
    pthread_mutex_unlock(&s->lock);
    if (start(&p, &err) < 0) {
        v.error = must_copy(err.message);
    } else {
        while (turn(&p))
            ;
        char *fetch_error = p.fetch ? stream_fetch_end(p.fetch) : NULL;
        v.status = child_end(&p.c, &why);
        v.error = fetch_error ? fetch_error
                  : p.error   ? must_copy(p.error)
                  : why       ? must_copy(why)
                              : NULL;
        if (s->source.address) /* which may hold a password */
            v.error = replaced(v.error, s->source.address, s->source.shown);
        if (fetch_error)
            v.status = 2; /* also where the child found nothing to complain about */
    }
    if (p.fifo >= 0)
        close(p.fifo);
    v.rows = p.n_rows;
    v.ran_us = steady_us() - p.began_us;
    pieces_clear(&p.rows);
    pieces_clear(&p.pictures);
    free(p.writing);
    free(p.error);
    return v;
}
