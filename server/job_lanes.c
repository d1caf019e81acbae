/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The threads of the queue: some have jobs done, each by one child at a time; one keeps
 * house.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "folders.h"
#include "job_queue_private.h"
#include "steady.h"

enum { SWEEP_US = 5000000 };

/* Locked. */
static void wait_a_while(job_queue *j)
{
    steady_wait(&j->changed, &j->lock, steady_us() + SWEEP_US);
}

/* Locked. */
static void note_end(const lane *l, job_row *row, int status, char *error)
{
    bool done = status == 0 || status == 5; /* 5: frames were lost, and it says so */
    bool cancelled = l->told || (!done && atomic_load(&l->watch.cancel));
    row->frames = atomic_load(&l->watch.frames);
    row->n_frames = atomic_load(&l->watch.n_frames);
    row->ended_us = wall_us();
    row->state = cancelled ? JOB_CANCELLED : done ? JOB_DONE : JOB_FAILED;
    free(row->error);
    row->error = cancelled ? NULL : error;
    if (cancelled)
        free(error);
}

/* Locked. The list may be on a disk that is full for a while. */
static void settle(job_queue *j, const job_row *row)
{
    stance_error err;
    bool said = false;
    int rc;
    while ((rc = job_store_update(j->store, row, &err)) < 0 && !j->closing) {
        if (!said)
            say_error("serve", &err);
        said = true;
        wait_a_while(j);
    }
    if (rc == 0)
        job_queue_remove_leftovers(j, row);
    else if (rc == STANCE_END) /* it was removed meanwhile */
        job_queue_remove_folder(j, row->id);
}

static void run_job(lane *l, job_row *row)
{
    job_queue *j = l->jobs;
    char *error, *folder = job_queue_folder(j, row->id);
    char *input = job_queue_path(j, row->id, PART_INPUT);
    const job_work work = {.settings = j->settings,
                           .input = input,
                           .name = row->name,
                           .folder = folder,
                           .options = row->options,
                           .picture = row->picture,
                           .drawn = job_queue_draws(j),
                           .csv = true,
                           .room = j->room,
                           .watch = &l->watch};
    int status = 1;
    if (room_left(j->room) > 0)
        status = job_work_do(&work, &error);
    else
        error = must_copy("there is no room for results (--max-total)");
    pthread_mutex_lock(&j->lock);
    note_end(l, row, status, error);
    if (row->state == JOB_CANCELLED && !l->told) { /* it waits for the next start */
        row->state = JOB_QUEUED;
        row->started_us = row->ended_us = row->frames = 0;
    }
    settle(j, row);
    l->id[0] = '\0';
    pthread_cond_broadcast(&j->changed);
    pthread_mutex_unlock(&j->lock);
    free(input);
    free(folder);
}

/* @return false: there is none that is too old, or it cannot be removed */
static bool remove_oldest(job_queue *j)
{
    job_row row = {0};
    stance_error err;
    int64_t keep_us = j->settings->keep_s * 1000000;
    if (keep_us <= 0)
        return false;
    pthread_mutex_lock(&j->lock);
    int rc = job_store_old(j->store, wall_us() - keep_us, &row, &err);
    if (rc == 0)
        rc = job_store_remove(j->store, row.id, &err);
    if (rc == 0)
        job_queue_remove_folder(j, row.id);
    pthread_mutex_unlock(&j->lock);
    if (rc < 0)
        say_error("serve", &err);
    job_row_clear(&row);
    return rc == 0;
}

/* What a job that is done has left because the database was away. */
static int store_events_of(job_queue *j, const char *id)
{
    job_row row = {0};
    stance_error err;
    char *folder = job_queue_folder(j, id);
    int rc = job_store_get(j->store, id, &row, &err);
    if (rc == 0 && row.state == JOB_DONE) {
        const job_work work = {
            .settings = j->settings, .folder = folder, .name = row.name};
        bool stored;
        rc = job_work_store_events(&work, row.started_us, row.ended_us, &stored, &err);
        if (stored)
            say(STANCE_LOG_INFO, "serve", "events of a job are stored now");
    }
    job_row_clear(&row);
    free(folder);
    return rc;
}

static bool is_closing(job_queue *j)
{
    pthread_mutex_lock(&j->lock);
    bool closing = j->closing;
    pthread_mutex_unlock(&j->lock);
    return closing;
}

static void store_late_events(job_queue *j)
{
    DIR *dir = j->settings->events ? opendir(j->folder) : NULL;
    struct dirent *entry;
    int rc = 0;
    while (dir && rc != STANCE_AGAIN && !is_closing(j) && (entry = readdir(dir)) != NULL)
        if (strlen(entry->d_name) == JOB_ID)
            rc = store_events_of(j, entry->d_name);
    if (dir)
        closedir(dir);
}

/* A thread of its own: the others may be busy for hours. */
static void *keep_house(void *user)
{
    job_queue *j = user;
    pthread_mutex_lock(&j->lock);
    while (!j->closing) {
        const int64_t until = steady_us() + SWEEP_US;
        while (!j->closing && steady_wait(&j->changed, &j->lock, until))
            ;
        pthread_mutex_unlock(&j->lock);
        pictures_sweep(j->pictures);
        store_late_events(j);
        while (remove_oldest(j))
            ;
        pthread_mutex_lock(&j->lock);
    }
    pthread_mutex_unlock(&j->lock);
    return NULL;
}

static void *work(void *user)
{
    lane *l = user;
    job_queue *j = l->jobs;
    pthread_mutex_lock(&j->lock);
    while (!j->closing) {
        job_row row = {0};
        stance_error err;
        int rc = job_store_take(j->store, &row, &err);
        if (rc == 0) {
            job_watch_init(&l->watch);
            memcpy(l->id, row.id, sizeof(l->id));
            l->told = false;
            row.started_us = wall_us();
            job_store_update(j->store, &row, &err);
            pthread_mutex_unlock(&j->lock);
            run_job(l, &row);
            pthread_mutex_lock(&j->lock);
            job_row_clear(&row);
            continue;
        }
        if (rc < 0)
            say_error("serve", &err);
        wait_a_while(j);
    }
    pthread_mutex_unlock(&j->lock);
    return NULL;
}

/* ---- beginning and end ---- */

void job_lanes_start(job_queue *j, size_t n)
{
    for (; j->n_lanes < n && j->n_lanes < JOBS_AT_ONCE; j->n_lanes++) {
        lane *l = &j->lanes[j->n_lanes];
        l->jobs = j;
        l->started = pthread_create(&l->thread, NULL, work, l) == 0;
    }
    j->kept = pthread_create(&j->keeper, NULL, keep_house, j) == 0;
}

void job_lanes_stop(job_queue *j)
{
    pthread_mutex_lock(&j->lock);
    j->closing = true;
    for (size_t i = 0; i < j->n_lanes; i++)
        atomic_store(&j->lanes[i].watch.cancel, true);
    pthread_cond_broadcast(&j->changed);
    pthread_mutex_unlock(&j->lock);
    for (size_t i = 0; i < j->n_lanes; i++)
        if (j->lanes[i].started)
            pthread_join(j->lanes[i].thread, NULL);
    if (j->kept)
        pthread_join(j->keeper, NULL);
}
