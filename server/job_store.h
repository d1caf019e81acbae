/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_JOB_STORE_H
#define SERVER_JOB_STORE_H

#include "folders.h"

/* The list of jobs, which survives a restart: one table in an SQLite file. Every call is
 * a transaction of its own; any thread may call. */

typedef enum job_state {
    JOB_QUEUED,
    JOB_RUNNING,
    JOB_DONE,
    JOB_FAILED,
    JOB_CANCELLED
} job_state;

const char *job_state_name(job_state state);

enum { JOB_ID = RANDOM_ID, JOB_NAME = 200 };

typedef struct job_row {
    int64_t number;      /**< rises with each job */
    char id[JOB_ID + 1]; /**< random, cannot be guessed */
    job_state state;
    bool picture;
    char name[JOB_NAME + 1];                  /**< what the client calls its file */
    char *options;                            /**< "name=value" lines; owned */
    char *error;                              /**< NULL: none; owned */
    int64_t created_us, started_us, ended_us; /**< since 1970; 0: not yet */
    int64_t frames, n_frames;                 /**< done, and in all (-1: not known) */
} job_row;

void job_row_clear(job_row *row);

typedef struct job_store job_store;

/** Jobs that ran when the server ended wait again. */
int job_store_open(job_store **store, const char *path, stance_error *err);
void job_store_close(job_store **store);

/** @param most jobs that may wait; STANCE_AGAIN: so many do
 * @param row number is filled */
int job_store_add(job_store *store, job_row *row, int64_t most, stance_error *err);
/** The oldest that waits is running now. STANCE_END: none. */
int job_store_take(job_store *store, job_row *row, stance_error *err);
/** Number and id stay, all else is written. STANCE_END: it is gone. */
int job_store_update(job_store *store, const job_row *row, stance_error *err);
/** A waiting job is cancelled. STANCE_END: it does not wait. */
int job_store_cancel(job_store *store, const char *id, int64_t now_us, stance_error *err);
/** STANCE_END: there is none. */
int job_store_get(job_store *store, const char *id, job_row *row, stance_error *err);
int job_store_remove(job_store *store, const char *id, stance_error *err);
/** Newest first, those numbered below `before` (0: all). @return how many, or an error */
int job_store_list(job_store *store, int64_t before, job_row *rows, int most,
                   stance_error *err);
/** One that ended before then. STANCE_END: none. */
int job_store_old(job_store *store, int64_t before_us, job_row *row, stance_error *err);
/** How many are in each state. */
int job_store_count(job_store *store, int64_t counts[JOB_CANCELLED + 1],
                    stance_error *err);

#endif
