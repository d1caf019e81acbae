/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_JOB_QUEUE_H
#define SERVER_JOB_QUEUE_H

#include "job_store.h"
#include "room.h"
#include "serve.h"

/*
 * Work that waits, runs and is kept: uploads in folders of their own, children that do
 * the work, results until they are too old.
 */

typedef struct job_queue job_queue;

/** The parts of a job's result. */
typedef enum job_part {
    PART_INPUT,
    PART_PICTURE,
    PART_VIDEO,
    PART_JSON,
    PART_CSV,
    PART_EVENTS,
    PART_REPORT
} job_part;

/** Options of `stance run` that a request may set. */
typedef struct job_options {
    text lines; /**< "name=value", one a line */
} job_options;
/** @return 0; STANCE_EINVAL: not one of them, or not such a value */
int job_options_set(job_options *options, const char *name, const char *value,
                    stance_error *err);
/** "" where none is set; lives as long as they do. */
const char *job_options_lines(const job_options *options);
void job_options_clear(job_options *options);
/** Calls `fn` with the name of each. */
void job_options_each(void (*fn)(void *user, const stance_option *row), void *user);

/** @param settings kept */
int job_queue_open(job_queue **j, const serve_settings *settings, stance_error *err);
/** The server is about to end: break off the pictures that requests wait for. */
void job_queue_hurry(job_queue *j);
void job_queue_close(job_queue **j);
job_store *job_queue_store(const job_queue *j);

/** False: only joints are kept, and nothing is ever drawn. */
bool job_queue_draws(const job_queue *j);
/** Uploads stay as long as their results. */
bool job_queue_keeps_inputs(const job_queue *j);
/** What uploads and results may take. */
room *job_queue_room(const job_queue *j);

/** A new job's id and its empty folder. */
int job_queue_begin(job_queue *j, char id[JOB_ID + 1], stance_error *err);
/** Where its parts are; free(). */
char *job_queue_path(const job_queue *j, const char *id, job_part part);
/** Let a file below --inputs be its upload. @param name room for JOB_NAME bytes: its name
 * @return 0; STANCE_EINVAL: there is none of that name there */
int job_queue_link(job_queue *j, const char *id, const char *path, char *name,
                   stance_error *err);
/** Its upload is there: let it wait. STANCE_AGAIN: too many do. On error it is gone. */
int job_queue_add(job_queue *j, const char *id, const char *name,
                  const job_options *options, stance_error *err);
/** Do a picture now; its folder stays until job_queue_remove(). STANCE_AGAIN: too many
 * others are being done. STANCE_EINPUT: it is none that can be read. */
int job_queue_do_picture(job_queue *j, const char *id, const job_options *options,
                         bool drawn, stance_error *err);
/** The n-th screenshot, from 1, of those in order; free(). NULL: there is none.
 * @param count how many there are; may be NULL */
char *job_queue_screenshot(const job_queue *j, const char *id, size_t n, size_t *count);
/** All of it is gone; one that runs is ended first. */
int job_queue_remove(job_queue *j, const char *id, stance_error *err);
/** STANCE_END: it neither waits nor runs. */
int job_queue_cancel(job_queue *j, const char *id, stance_error *err);
/** As job_store_list(), with how far each is now. */
int job_queue_list(job_queue *j, int64_t before, job_row *rows, double *fps, int most,
                   stance_error *err);
/** As job_store_get(), with how far it is now. */
int job_queue_get(job_queue *j, const char *id, job_row *row, double *fps,
                  stance_error *err);

#endif
