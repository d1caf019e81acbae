/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_JOB_WORK_H
#define SERVER_JOB_WORK_H

#include <stdatomic.h>

#include "arguments.h"
#include "room.h"
#include "serve.h"

/* The work on one upload, by children. */

/** What people did, in the folder of a job that asked for it. */
#define REPORT_FILE "result.html"

/** How far it is, and whether it is to go on; any thread may look and cancel. */
typedef struct job_watch {
    atomic_bool cancel;
    _Atomic int64_t frames, n_frames; /**< n_frames -1: not known */
    _Atomic double fps;
} job_watch;

void job_watch_init(job_watch *watch);

typedef struct job_work {
    const serve_settings *settings;
    const char *input;   /**< the upload */
    const char *name;    /**< what the client calls it */
    const char *folder;  /**< results are put here */
    const char *options; /**< "name=value" lines */
    bool picture;
    bool drawn; /**< the annotated picture or video is wanted */
    bool csv;
    room *room;       /**< that all jobs have */
    job_watch *watch; /**< NULL: nobody looks */
} job_work;

/** The command line of the child that does it; watch and room do not matter.
 * arguments_clear() */
arguments job_work_arguments(const job_work *work);

/**
 * Do it.
 *
 * @param error what went wrong, free(); NULL: nothing
 * @return exit status of `stance run` (5: done, but frames were lost), -1: it was ended
 */
int job_work_do(const job_work *work, char **error);

/**
 * Store the events that it left in its folder, if there are; job_work_do() tries first.
 *
 * @param stored set: whether there were any, and they are stored now
 * @return 0; STANCE_AGAIN: the database is away, they stay there for another time; other
 * errors: they are lost
 */
int job_work_store_events(const job_work *work, int64_t began_us, int64_t ended_us,
                          bool *stored, stance_error *err);

#endif
