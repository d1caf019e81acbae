/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The queue of jobs; job_lanes.c has the threads that do them.
 *
 * A job is a row in the store and a folder DATA/jobs/ID with its upload and its results.
 * The row comes last and goes first, so that what has no row is nobody's: such folders
 * are swept away when the server starts.
 */
#define _XOPEN_SOURCE 700 /* symlink */

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "folders.h"
#include "job_queue_private.h"
#include "steady.h"

/* ---- folders ---- */

char *job_queue_folder(const job_queue *j, const char *id)
{
    return must_format("%s/%s", j->folder, id);
}

char *job_queue_path(const job_queue *j, const char *id, job_part part)
{
    static const char *const names[] = {"input",       "result.jpg", "result.mp4",
                                        "result.json", "result.csv", "result.events.json",
                                        REPORT_FILE};
    return part == PART_INPUT && j->uploads
               ? must_format("%s/%s", j->uploads, id)
               : must_format("%s/%s/%s", j->folder, id, names[part]);
}

void job_queue_remove_folder(const job_queue *j, const char *id)
{
    char *path = job_queue_folder(j, id), *input = job_queue_path(j, id, PART_INPUT);
    remove(input);
    folder_remove(path);
    if (j->room)
        room_changed(j->room);
    free(input);
    free(path);
}

void job_queue_remove_leftovers(const job_queue *j, const job_row *row)
{
    char *input = job_queue_path(j, row->id, PART_INPUT);
    if (row->state == JOB_FAILED || row->state == JOB_CANCELLED)
        job_queue_remove_folder(j, row->id); /* what it has are halves */
    else if (row->state == JOB_DONE && !job_queue_keeps_inputs(j))
        remove(input);
    free(input);
}

/* @param folder of folders or files that are called by their job's id */
static void sweep(job_queue *j, const char *folder)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    while (dir && (entry = readdir(dir)) != NULL) {
        job_row row = {0};
        stance_error err;
        int rc = strlen(entry->d_name) == JOB_ID
                     ? job_store_get(j->store, entry->d_name, &row, &err)
                     : STANCE_EINVAL;
        if (rc == STANCE_END)
            job_queue_remove_folder(j, entry->d_name);
        else if (rc == 0)
            job_queue_remove_leftovers(j, &row);
        job_row_clear(&row);
    }
    if (dir)
        closedir(dir);
}

/* ---- for requests ---- */

int job_queue_begin(job_queue *j, char id[JOB_ID + 1], stance_error *err)
{
    if (random_id(id, err) < 0)
        return STANCE_EOUTPUT;
    char *folder = job_queue_folder(j, id);
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
        job_queue_remove_folder(j, id);
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
                  : status == 4 ? STANCE_EOUTPUT
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

/* Locked. Until nobody works on it any more. */
static void end_lanes_of(job_queue *j, const char *id)
{
    for (lane *l; (l = lane_of(j, id)) != NULL;) {
        l->told = true;
        atomic_store(&l->watch.cancel, true);
        pthread_cond_wait(&j->changed, &j->lock);
    }
}

int job_queue_cancel(job_queue *j, const char *id, stance_error *err)
{
    pthread_mutex_lock(&j->lock);
    int rc = job_store_cancel(j->store, id, wall_us(), err);
    if (rc == 0) {
        end_lanes_of(j, id);
        job_queue_remove_folder(j, id);
    }
    pthread_mutex_unlock(&j->lock);
    return rc;
}

int job_queue_remove(job_queue *j, const char *id, stance_error *err)
{
    pthread_mutex_lock(&j->lock);
    end_lanes_of(j, id);
    int rc = job_store_remove(j->store, id, err);
    job_queue_remove_folder(j, id);
    pthread_mutex_unlock(&j->lock);
    return rc;
}

/* Locked. How far it is now. */
static double look_at(job_queue *j, job_row *row)
{
    const lane *l = lane_of(j, row->id);
    if (!l)
        return 0;
    row->frames = atomic_load(&l->watch.frames);
    row->n_frames = atomic_load(&l->watch.n_frames);
    return atomic_load(&l->watch.fps);
}

int job_queue_get(job_queue *j, const char *id, job_row *row, double *fps,
                  stance_error *err)
{
    pthread_mutex_lock(&j->lock);
    int rc = job_store_get(j->store, id, row, err);
    *fps = rc == 0 ? look_at(j, row) : 0;
    pthread_mutex_unlock(&j->lock);
    return rc;
}

int job_queue_list(job_queue *j, int64_t before, job_row *rows, double *fps, int most,
                   stance_error *err)
{
    pthread_mutex_lock(&j->lock);
    int n = job_store_list(j->store, before, rows, most, err);
    for (int i = 0; i < n; i++)
        fps[i] = look_at(j, &rows[i]);
    pthread_mutex_unlock(&j->lock);
    return n;
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
    steady_init(&j->changed);
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
    job_lanes_start(j, (size_t)settings->jobs_at_once);
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
    job_lanes_stop(j);
    pictures_free(&j->pictures);
    room_free(&j->room);
    job_store_close(&j->store);
    pthread_cond_destroy(&j->changed);
    pthread_mutex_destroy(&j->lock);
    free(j->uploads);
    free(j->folder);
    free(j);
}
