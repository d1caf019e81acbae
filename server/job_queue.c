/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The queue of jobs, and the threads that have them done, each by one child at a time.
 *
 * A job is a row in the store and a folder DATA/jobs/ID with its upload and its results.
 * The row comes last and goes first, so that what has no row is nobody's: such folders
 * are swept away when the server starts.
 */
#define _XOPEN_SOURCE 700 /* symlink */

#include "job_queue.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "child.h"
#include "folders.h"
#include "job_work.h"
#include "pictures.h"

enum { MOST_AT_ONCE = 16, SWEEP_S = 5 };

/* A job that runs, and the thread that sees to it. */
typedef struct lane {
    job_queue *jobs;
    pthread_t thread;
    bool started;
    char id[JOB_ID + 1]; /* guarded by the lock; "": none */
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
    lane lanes[MOST_AT_ONCE];
    size_t n_lanes;
    pictures *pictures;
    pthread_t keeper;
    bool kept; /* there is that thread */
    bool closing;
};

/* ---- folders ---- */

static char *folder_of(const job_queue *j, const char *id)
{
    return must_format("%s/%s", j->folder, id);
}

char *job_queue_path(const job_queue *j, const char *id, job_part part)
{
    static const char *const names[] = {"input", "result.jpg", "result.mp4",
                                        "result.json", "result.csv"};
    return part == PART_INPUT && j->uploads
               ? must_format("%s/%s", j->uploads, id)
               : must_format("%s/%s/%s", j->folder, id, names[part]);
}

static void remove_folder(const job_queue *j, const char *id)
{
    char *path = folder_of(j, id), *input = job_queue_path(j, id, PART_INPUT);
    remove(input);
    folder_remove(path);
    free(input);
    free(path);
}

/* @param folder of folders or files that are called by their job's id */
static void sweep(job_queue *j, const char *folder)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    while (dir && (entry = readdir(dir)) != NULL) {
        job_row row = {0};
        stance_error err;
        if (strlen(entry->d_name) == JOB_ID &&
            job_store_get(j->store, entry->d_name, &row, &err) == STANCE_END)
            remove_folder(j, entry->d_name);
        job_row_clear(&row);
    }
    if (dir)
        closedir(dir);
}

/* ---- jobs ---- */

static void note_end(const lane *l, job_row *row, int status, char *error)
{
    bool done = status == 0 || status == 5; /* 5: frames were lost, and it says so */
    bool cancelled = !done && atomic_load(&l->watch.cancel);
    row->frames = atomic_load(&l->watch.frames);
    row->n_frames = atomic_load(&l->watch.n_frames);
    row->ended_us = wall_us();
    row->state = done ? JOB_DONE : cancelled ? JOB_CANCELLED : JOB_FAILED;
    free(row->error);
    row->error = cancelled ? NULL : error;
    if (cancelled)
        free(error);
}

static void run_job(lane *l, job_row *row)
{
    job_queue *j = l->jobs;
    stance_error err;
    char *error, *folder = folder_of(j, row->id);
    char *input = job_queue_path(j, row->id, PART_INPUT);
    row->started_us = wall_us();
    job_store_update(j->store, row, &err);
    int64_t left = room_left(j->room);
    const job_work work = {.settings = j->settings,
                           .input = input,
                           .name = row->name,
                           .folder = folder,
                           .options = row->options,
                           .picture = row->picture,
                           .drawn = job_queue_draws(j),
                           .csv = true,
                           .room = left,
                           .watch = &l->watch};
    int status = 1;
    if (left > 0)
        status = job_work_do(&work, &error);
    else
        error = must_copy("there is no room for results (--max-total)");
    note_end(l, row, status, error);
    pthread_mutex_lock(&j->lock);
    if (j->closing && row->state == JOB_CANCELLED) { /* it waits for the next start */
        row->state = JOB_QUEUED;
        row->started_us = row->ended_us = row->frames = 0;
    } else if (row->state != JOB_DONE) { /* what it has are halves */
        remove_folder(j, row->id);
    } else if (!job_queue_keeps_inputs(j)) {
        remove(input);
    }
    if (job_store_update(j->store, row, &err) != 0) /* it was removed meanwhile */
        folder_remove(folder);
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
        remove_folder(j, row.id);
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
    char *folder = folder_of(j, id);
    int rc = job_store_get(j->store, id, &row, &err);
    if (rc == 0 && row.state == JOB_DONE) {
        const job_work work = {
            .settings = j->settings, .folder = folder, .name = row.name};
        rc = job_work_store_events(&work, row.started_us, row.ended_us, &err);
        if (rc > 0)
            say(STANCE_LOG_INFO, "serve", "events of a job are stored now");
    }
    job_row_clear(&row);
    free(folder);
    return rc;
}

static void store_late_events(job_queue *j)
{
    DIR *dir = j->settings->events ? opendir(j->folder) : NULL;
    struct dirent *entry;
    int rc = 0;
    while (dir && rc != STANCE_AGAIN && (entry = readdir(dir)) != NULL)
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
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += SWEEP_S;
        while (!j->closing &&
               pthread_cond_timedwait(&j->changed, &j->lock, &until) != ETIMEDOUT)
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
            pthread_mutex_unlock(&j->lock);
            run_job(l, &row);
            pthread_mutex_lock(&j->lock);
            job_row_clear(&row);
            continue;
        }
        if (rc < 0)
            say_error("serve", &err);
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += SWEEP_S;
        pthread_cond_timedwait(&j->changed, &j->lock, &until);
    }
    pthread_mutex_unlock(&j->lock);
    return NULL;
}

/* ---- for requests ---- */

int job_queue_begin(job_queue *j, char id[JOB_ID + 1], stance_error *err)
{
    if (random_id(id, err) < 0)
        return STANCE_EOUTPUT;
    char *folder = folder_of(j, id);
    int rc = folder_make(folder, err);
    free(folder);
    return rc;
}

int job_queue_link(job_queue *j, const char *id, const char *path, char *name,
                   stance_error *err)
{
    const char *inputs = j->settings->inputs;
    if (!inputs)
        return fail(err, STANCE_EINVAL, "path: the server was started without --inputs");
    char *real = file_below(inputs, path), *input = NULL;
    int rc = 0;
    if (!real) {
        rc = fail(err, STANCE_EINVAL, "path: there is no such file below --inputs");
    } else {
        input = job_queue_path(j, id, PART_INPUT);
        snprintf(name, JOB_NAME, "%s", strrchr(real, '/') + 1);
        if (symlink(real, input) != 0)
            rc = fail(err, STANCE_EOUTPUT, "the job cannot be stored: %s",
                      strerror(errno));
    }
    free(input);
    free(real);
    return rc;
}

char *job_queue_screenshot(const job_queue *j, const char *id, size_t n, size_t *count)
{
    char *folder = must_format("%s/%s/screenshots", j->folder, id);
    char *path = folder_nth(folder, n, count); /* they are named by their time */
    free(folder);
    return path;
}

static bool is_picture(const job_queue *j, const char *id)
{
    char *input = job_queue_path(j, id, PART_INPUT);
    bool picture = stance_input_guess(input) == STANCE_INPUT_PICTURE;
    free(input);
    return picture;
}

int job_queue_add(job_queue *j, const char *id, const char *name,
                  const job_options *options, stance_error *err)
{
    job_row row = {.picture = is_picture(j, id),
                   .created_us = wall_us(),
                   .n_frames = -1,
                   .options = must_copy(job_options_lines(options))};
    memcpy(row.id, id, sizeof(row.id));
    snprintf(row.name, sizeof(row.name), "%s", name);
    one_line(row.name);
    int rc = job_store_add(j->store, &row, j->settings->queue, err);
    if (rc != 0)
        remove_folder(j, id);
    job_row_clear(&row);
    pthread_mutex_lock(&j->lock);
    pthread_cond_broadcast(&j->changed);
    pthread_mutex_unlock(&j->lock);
    return rc;
}

int job_queue_do_picture(job_queue *j, const char *id, const job_options *options,
                         bool drawn, stance_error *err)
{
    char *error, *input = job_queue_path(j, id, PART_INPUT);
    char *json = job_queue_path(j, id, PART_JSON);
    char *picture = drawn ? job_queue_path(j, id, PART_PICTURE) : NULL;
    int status = pictures_do(j->pictures, input, json, picture,
                             job_options_lines(options), &error);
    error = child_hide(error, input);
    int rc = 0;
    if (status == PICTURES_BUSY)
        rc = STANCE_AGAIN;
    else if (status != 0)
        rc = fail(err,
                  status == 1   ? STANCE_EINVAL
                  : status == 3 ? STANCE_EMODEL
                                : STANCE_EINPUT,
                  "%s", error ? error : "it failed without a word");
    free(error);
    free(picture);
    free(json);
    free(input);
    return rc;
}

static lane *lane_of(job_queue *j, const char *id)
{
    for (size_t i = 0; i < j->n_lanes; i++)
        if (strcmp(j->lanes[i].id, id) == 0)
            return &j->lanes[i];
    return NULL;
}

int job_queue_cancel(job_queue *j, const char *id, stance_error *err)
{
    pthread_mutex_lock(&j->lock);
    lane *l = lane_of(j, id);
    if (l)
        atomic_store(&l->watch.cancel, true);
    int rc = l ? 0 : job_store_cancel(j->store, id, wall_us(), err);
    if (!l && rc == 0)
        remove_folder(j, id);
    pthread_mutex_unlock(&j->lock);
    return rc;
}

int job_queue_remove(job_queue *j, const char *id, stance_error *err)
{
    pthread_mutex_lock(&j->lock);
    for (lane *l; (l = lane_of(j, id)) != NULL;) {
        atomic_store(&l->watch.cancel, true);
        pthread_cond_wait(&j->changed, &j->lock);
    }
    int rc = job_store_remove(j->store, id, err);
    remove_folder(j, id);
    pthread_mutex_unlock(&j->lock);
    return rc;
}

int job_queue_get(job_queue *j, const char *id, job_row *row, double *fps,
                  stance_error *err)
{
    pthread_mutex_lock(&j->lock);
    int rc = job_store_get(j->store, id, row, err);
    const lane *l = rc == 0 ? lane_of(j, id) : NULL;
    *fps = 0;
    if (l) {
        row->frames = atomic_load(&l->watch.frames);
        row->n_frames = atomic_load(&l->watch.n_frames);
        *fps = atomic_load(&l->watch.fps);
    }
    pthread_mutex_unlock(&j->lock);
    return rc;
}

bool job_queue_draws(const job_queue *j)
{
    return j->settings->store != SERVE_STORE_KEYPOINTS;
}

bool job_queue_keeps_inputs(const job_queue *j)
{
    return j->settings->keep_inputs;
}

room *job_queue_room(const job_queue *j)
{
    return j->room;
}

job_store *job_queue_store(const job_queue *j)
{
    return j->store;
}

/* ---- opening ---- */

int job_queue_open(job_queue **out, const serve_settings *settings, stance_error *err)
{
    job_queue *j = must_alloc(1, sizeof(*j));
    *out = NULL;
    memset(j, 0, sizeof(*j));
    j->settings = settings;
    pthread_mutex_init(&j->lock, NULL);
    pthread_cond_init(&j->changed, NULL);
    char *data = folder_of_data(settings->data);
    char *list = must_format("%s/jobs.db", data);
    j->folder = must_format("%s/jobs", data);
    int rc = folder_make_all(j->folder, err);
    if (rc == 0 && !job_queue_draws(j))
        rc = folder_in_memory(data, &j->uploads, err);
    if (rc == 0)
        rc = job_store_open(&j->store, list, err);
    free(list);
    free(data);
    if (rc < 0) {
        job_queue_close(&j);
        return rc;
    }
    j->pictures = pictures_new(settings);
    sweep(j, j->folder);
    if (j->uploads)
        sweep(j, j->uploads);
    j->room = room_new(settings, j->folder, j->uploads);
    for (; j->n_lanes < (size_t)settings->jobs_at_once && j->n_lanes < MOST_AT_ONCE;
         j->n_lanes++) {
        lane *l = &j->lanes[j->n_lanes];
        l->jobs = j;
        l->started = pthread_create(&l->thread, NULL, work, l) == 0;
    }
    j->kept = pthread_create(&j->keeper, NULL, keep_house, j) == 0;
    *out = j;
    return 0;
}

void job_queue_hurry(job_queue *j)
{
    if (j)
        pictures_hurry(j->pictures);
}

void job_queue_close(job_queue **out)
{
    job_queue *j = *out;
    *out = NULL;
    if (!j)
        return;
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
    pictures_free(&j->pictures);
    room_free(&j->room);
    job_store_close(&j->store);
    pthread_cond_destroy(&j->changed);
    pthread_mutex_destroy(&j->lock);
    free(j->uploads);
    free(j->folder);
    free(j);
}
