/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_JOB_QUEUE_PRIVATE_H
#define SERVER_JOB_QUEUE_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "job_queue.h"
#include "job_work.h"
#include "pictures.h"

/* What the queue (job_queue.c) and its threads (job_lanes.c) share. */

enum { JOBS_AT_ONCE = 16 };

/* A job that runs, and the thread that sees to it. */
typedef struct lane {
    job_queue *jobs;
    pthread_t thread;
    bool started;
    char id[JOB_ID + 1]; /* guarded by the lock; "": none */
    bool told;           /* likewise: the job is to be cancelled, and not only ended */
    job_watch watch;
} lane;

struct job_queue {
    const serve_settings *settings;
    char *folder;  /* of the folders */
    char *uploads; /* folder of uploads that are kept in memory; NULL: with the results */
    job_store *store;
    room *room;
    /* Guards the lanes' ids and closing; the store may be asked under it. */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    lane lanes[JOBS_AT_ONCE];
    size_t n_lanes;
    pictures *pictures;
    pthread_t keeper;
    bool kept; /* there is that thread */
    bool closing;
};

/** free() */
char *job_queue_folder(const job_queue *j, const char *id);
void job_queue_remove_folder(const job_queue *j, const char *id);
/** What a job leaves that is not to stay: after the list says how it ended, so that who
 * is killed in between finds it when the server begins again. */
void job_queue_remove_leftovers(const job_queue *j, const job_row *row);

/** Threads that work, and one that keeps house. */
void job_lanes_start(job_queue *j, size_t n);
/** What runs is ended, and waits for the next start. */
void job_lanes_stop(job_queue *j);

#endif
