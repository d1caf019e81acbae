/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_STREAM_PRIVATE_H
#define SERVER_STREAM_PRIVATE_H

#include <pthread.h>

#include "stream.h"
#include "stream_gaps.h"

/* What stream.c, which decides when a child is to run, and stream_child.c, which runs
 * one, share. */

enum { N_LATENCIES = 64 };

typedef enum stream_wish { WISH_RUN, WISH_PAUSE, WISH_END } stream_wish;

struct stream {
    const serve_settings *settings;
    stream_source source;
    bool drawn;
    char id[RANDOM_ID + 1];
    char *folder, *fifo; /* FIFO of annotated pictures; NULL: they are not wanted */
    feed *rows, *pictures;
    stream_gaps *gaps; /* NULL: there was none yet. The thread's, as is what follows */
    pthread_t gaps_thread;
    bool gaps_started;
    pthread_t thread;
    bool started;
    int wake; /* eventfd: a picture was pushed, or the wish has changed */

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    stream_wish wish;
    bool ended;
    bool restart; /* with new options, or at once */
    char *options;
    stream_facts facts;
    double latencies[N_LATENCIES];
    size_t n_latencies;
    int64_t retry_us; /* steady clock */
    int64_t last_row_us,
        last_wall_us;      /* when a row came; steady and wall clock; 0: none */
    int64_t first_wall_us; /* of the first row of all */
    char *pushed;          /* the newest picture; NULL: none waits */
    size_t n_pushed;
    int64_t pushed_number, next_number; /* pictures pushed, from 0 */
};

/** How a child ended. */
typedef struct stream_verdict {
    int status;   /**< exit status, -1: it was ended or crashed */
    char *error;  /**< free(); NULL: it said nothing */
    int64_t rows; /**< that it wrote */
    int64_t ran_us;
} stream_verdict;

/** Run a child until it ends, or the wish is another. */
stream_verdict stream_run_child(stream *s);
/** A row has come. Called by stream_run_child(). */
void stream_note_row(stream *s);

/* stream_fetch.c: an HTTP source, read into a pipe */

typedef struct stream_fetch stream_fetch;
/** @param fd closed at the end */
stream_fetch *stream_fetch_start(const char *url, stream_may_ask may_ask, void *user,
                                 int fd);
/** End it. @return what went wrong, free(); NULL: nothing */
char *stream_fetch_end(stream_fetch *f);

#endif
