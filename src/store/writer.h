/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_STORE_WRITER_H
#define ST_STORE_WRITER_H

#include "base/limits.h"
#include "store/store.h"

/*
 * The one who writes to an open database: a thread, a bounded queue before it, and the
 * batch it collects. One caller at a time.
 */
typedef struct st_writer st_writer;

/** How a writer works; st_writer_defaults. For tests. */
typedef struct st_writer_settings {
    size_t queue;        /* commands that may wait */
    int64_t age_us;      /* of the oldest event when a batch is written */
    int64_t patience_us; /* how long what may pass is waited for */
    int64_t nap_us;      /* between two tries */
} st_writer_settings;
extern const st_writer_settings st_writer_defaults;

/** @param store kept; nobody else may use it until st_writer_close() */
int st_writer_open(st_writer **writer, const st_store *store,
                   const st_writer_settings *settings, stance_error *err);
int st_writer_begin_run(st_writer *writer, const stance_event_run *info, int64_t *run,
                        stance_error *err);
int st_writer_add(st_writer *writer, int64_t run, const stance_event *event,
                  stance_error *err);
int st_writer_end_run(st_writer *writer, const stance_event_run *info, stance_error *err);
int st_writer_flush(st_writer *writer, stance_error *err);
/** Write what is pending, end the thread. Sets *writer to NULL. */
int st_writer_close(st_writer **writer, stance_error *err);

/* ---- batch.c: what is written together ---- */

enum { ST_BATCH_EVENTS = 4096, ST_BATCH_WORDS = 128, ST_BATCH_RUNS = 16 };

/** Kind, place and label, and their number in the database. */
typedef struct st_word {
    int kind;
    int64_t what; /* 0: not yet known */
    char place[ST_MAX_EVENT_TEXT + 1], label[ST_MAX_EVENT_TEXT + 1];
} st_word;

/** A run with events in the batch, or lately. */
typedef struct st_batch_run {
    int64_t run;
    int64_t began_us; /* where `stored` is known */
    int64_t stored;   /* events that were committed; -1: not known */
    int64_t pending;  /* in this batch */
} st_batch_run;

typedef struct st_batch {
    size_t n, n_words, n_runs;
    st_event_record events[ST_BATCH_EVENTS];
    unsigned short word_of[ST_BATCH_EVENTS]; /* place in `words` */
    st_word words[ST_BATCH_WORDS];
    st_batch_run runs[ST_BATCH_RUNS];
} st_batch;

/** @return false: there is no room for this one before the batch is written */
bool st_batch_add(st_batch *batch, int64_t run, const stance_event *event);
/** Write and empty it, in one transaction; on an error it is as it was, and the caller
 * ends the transaction. */
int st_batch_write(st_batch *batch, const st_store *store, stance_error *err);
/** After an error whose commit may have arrived: was it? Then the batch is emptied. */
int st_batch_look(st_batch *batch, const st_store *store, stance_error *err);

#endif
