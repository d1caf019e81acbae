/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --max-total.
 *
 * Its default is meant for a disk. A folder in memory, as uploads are with --store
 * keypoints, or a small disk holds less: then it is half of what is free, where what lies
 * there already counts as free, so that a server that is started again has the same room.
 */
#define _XOPEN_SOURCE 700 /* statvfs */

#include "room.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/statvfs.h>

#include "folders.h"

enum {
    MEGA = 1000000,
    OLD_US = 1000000, /* a count serves for so long, */
    REST = 20,        /* and for so many times as it took */
};

struct room {
    char *results, *uploads; /* uploads NULL: with the results */
    int64_t most;            /* bytes; 0: any number */
    int64_t max_upload;
    pthread_mutex_t lock; /* guards what follows */
    int64_t promised;     /* bytes of uploads that are being sent */
    /* What lies there, as counted at that time and then added to. Counting looks at every
     * file, and results may be many thousands. */
    int64_t there, counted_us, took_us;
    bool changed;
};

/* Half of what a folder's file system could give to it; INT64_MAX: not known. */
static int64_t half_of(const char *folder)
{
    struct statvfs st;
    if (statvfs(folder, &st) != 0)
        return INT64_MAX;
    double free_bytes = (double)st.f_bavail * (double)st.f_frsize;
    return (int64_t)((free_bytes + (double)folder_bytes(folder)) / 2);
}

static void fit(room *r, const char *folder)
{
    int64_t half = half_of(folder);
    if (half >= r->most)
        return;
    r->most = half > 0 ? half : 1; /* 0 would be any number */
    say(STANCE_LOG_INFO, "serve",
        "uploads and results may take %.0f MB together, half of what is free in %s; "
        "--max-total sets it",
        (double)r->most / MEGA, folder);
}

room *room_new(const serve_settings *settings, const char *results, const char *uploads)
{
    room *r = must_alloc(1, sizeof(*r));
    *r = (room){.changed = true,
                .results = must_copy(results),
                .uploads = uploads ? must_copy(uploads) : NULL,
                .most = settings->max_total_mb * MEGA,
                .max_upload = settings->max_upload_mb * MEGA};
    pthread_mutex_init(&r->lock, NULL);
    if (!settings->max_total_given) {
        fit(r, results);
        if (uploads)
            fit(r, uploads);
    }
    return r;
}

void room_free(room **out)
{
    room *r = *out;
    *out = NULL;
    if (!r)
        return;
    pthread_mutex_destroy(&r->lock);
    free(r->results);
    free(r->uploads);
    free(r);
}

/* Locked. */
static void count(room *r)
{
    int64_t began_us = steady_us();
    r->there = folder_bytes(r->results) + (r->uploads ? folder_bytes(r->uploads) : 0);
    r->counted_us = steady_us();
    r->took_us = r->counted_us - began_us;
    r->changed = false;
}

/* Locked. @param least_us a count that is younger serves */
static int64_t left(room *r, int64_t least_us)
{
    if (r->most <= 0)
        return INT64_MAX;
    const int64_t rest_us = REST * r->took_us, age_us = steady_us() - r->counted_us;
    if (r->changed || (age_us > least_us && age_us > rest_us))
        count(r);
    return r->most - r->promised - r->there;
}

int64_t room_left(room *r)
{
    pthread_mutex_lock(&r->lock);
    int64_t bytes = left(r, OLD_US);
    pthread_mutex_unlock(&r->lock);
    return bytes;
}

int room_take(room *r, int64_t length, int64_t *taken, stance_error *err)
{
    pthread_mutex_lock(&r->lock);
    int64_t bytes = left(r, OLD_US);
    if (bytes <= length || bytes <= 0) /* nobody is refused by an old count */
        bytes = left(r, 0);
    *taken = length >= 0 ? length : bytes < r->max_upload ? bytes : r->max_upload;
    bool fits = bytes > 0 && *taken <= bytes;
    *taken = fits ? *taken : 0;
    r->promised += *taken;
    pthread_mutex_unlock(&r->lock);
    if (fits)
        return 0;
    return fail(err, STANCE_EOUTPUT,
                "uploads and results take as much room as they may (%.0f MB); delete "
                "jobs, or try again when old ones are gone",
                (double)r->most / MEGA);
}

void room_give(room *r, int64_t taken)
{
    pthread_mutex_lock(&r->lock);
    r->promised -= taken;
    r->there += taken; /* it lies there now, or that is found out soon */
    pthread_mutex_unlock(&r->lock);
}

void room_changed(room *r)
{
    pthread_mutex_lock(&r->lock);
    r->changed = true;
    pthread_mutex_unlock(&r->lock);
}
