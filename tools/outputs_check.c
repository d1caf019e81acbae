/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Outputs that clash: with one another, or with what the run reads.
 *
 * Two names are the same output when their real paths are equal, links resolved as far as
 * the path exists. An output is an input when both are one file by device and inode, so a
 * link or another spelling does not help to overwrite the only copy of a clip. Both are
 * looked up in sorted tables: a folder may hold a hundred thousand pictures.
 */
#define _XOPEN_SOURCE 700 /* stat */

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "jobs.h"

/* One output's name and what else it could be called. */
typedef struct slot {
    char **path;
    const char *input, *place;
    char *real;
} slot;

typedef struct slots {
    slot *at;
    size_t n;
} slots;

static void add_slot(slots *all, char **path, const char *input, const char *place)
{
    if (!*path || strcmp(*path, "-") == 0 || path_is_special(*path))
        return;
    all->at = must_grow(all->at, all->n + 1, sizeof(*all->at));
    all->at[all->n++] = (slot){path, input, place, NULL};
}

static int compare_slots(const void *a, const void *b)
{
    return strcmp(((const slot *)a)->real, ((const slot *)b)->real);
}

static void sort_slots(slots *all)
{
    for (size_t i = 0; i < all->n; i++) {
        free(all->at[i].real);
        all->at[i].real = path_real(*all->at[i].path);
    }
    if (all->n)
        qsort(all->at, all->n, sizeof(*all->at), compare_slots);
}

static bool clash(const slots *all, size_t i)
{
    const slot *s = all->at;
    return (i > 0 && strcmp(s[i].real, s[i - 1].real) == 0) ||
           (i + 1 < all->n && strcmp(s[i].real, s[i + 1].real) == 0);
}

/* Where walk.mov and walk.mp4 would both become walk.json, they become walk.mov.json and
 * walk.mp4.json. */
static void part_clashes(slots *all)
{
    for (size_t i = 0; i < all->n; i++) {
        char **path = all->at[i].path, *name = must_copy(path_name(all->at[i].place));
        if (clash(all, i)) {
            char *folder = path_folder(*path);
            bool pose = is_pose_name(path_name(*path));
            char *full =
                must_format("%s%s%s", name, pose ? ".pose" : "", path_ending(*path));
            free(*path);
            *path = path_join(folder, full);
            free(full);
            free(folder);
        }
        free(name);
    }
}

/* A database that all jobs add to would be lost under another output. */
static int check_events(const slots *all, const char *events, stance_error *err)
{
    if (!events || stance_event_db_is_server(events))
        return 0;
    char *real = path_real(events);
    int rc = 0;
    for (size_t i = 0; i < all->n && rc == 0; i++)
        if (strcmp(all->at[i].real, real) == 0)
            rc = fail(err, STANCE_EINVAL,
                      "%s: would be written twice for %s; expected different names",
                      events, all->at[i].input);
    free(real);
    return rc;
}

static int check_clashes(job_list *jobs, const char *events, stance_error *err)
{
    slots all = {0};
    int rc = 0;
    for (size_t i = 0; i < jobs->n; i++) {
        job *j = &jobs->at[i];
        add_slot(&all, &j->video, j->label, j->places.at[0]);
        add_slot(&all, &j->json, j->label, j->places.at[0]);
        add_slot(&all, &j->truth, j->label, j->places.at[0]);
        add_slot(&all, &j->events_json, j->label, j->places.at[0]);
        add_slot(&all, &j->report, j->label, j->places.at[0]);
        add_slot(&all, &j->plot, j->label, j->places.at[0]);
        add_slot(&all, &j->screenshots, j->label, j->places.at[0]);
        for (size_t k = 0; k < j->pictures.n; k++)
            add_slot(&all, &j->pictures.at[k], j->inputs.at[k], j->places.at[k]);
    }
    sort_slots(&all);
    if (jobs->folders) {
        part_clashes(&all);
        sort_slots(&all);
    }
    rc = check_events(&all, events, err);
    for (size_t i = 1; i < all.n && rc == 0; i++) {
        const slot *a = &all.at[i - 1], *b = &all.at[i];
        if (strcmp(a->real, b->real) == 0)
            rc = strcmp(a->input, b->input) == 0
                     ? fail(err, STANCE_EINVAL,
                            "%s: would be written twice for %s; expected different names",
                            *b->path, b->input)
                     : fail(err, STANCE_EINVAL, "%s: would be written for both %s and %s",
                            *b->path, a->input, b->input);
    }
    for (size_t i = 0; i < all.n; i++)
        free(all.at[i].real);
    free(all.at);
    return rc;
}

/* ---- outputs that are inputs ---- */

typedef struct file_id {
    dev_t dev;
    ino_t ino;
} file_id;

typedef struct file_ids {
    file_id *at;
    size_t n;
} file_ids;

static int compare_ids(const void *a, const void *b)
{
    const file_id *x = a, *y = b;
    if (x->dev != y->dev)
        return x->dev < y->dev ? -1 : 1;
    return x->ino == y->ino ? 0 : x->ino < y->ino ? -1 : 1;
}

static bool id_of(const char *path, file_id *id)
{
    struct stat st;
    if (!path || stat(path, &st) != 0 || !S_ISREG(st.st_mode))
        return false;
    *id = (file_id){st.st_dev, st.st_ino};
    return true;
}

static void add_id(file_ids *ids, const char *path)
{
    file_id id;
    if (!id_of(path, &id))
        return;
    ids->at = must_grow(ids->at, ids->n + 1, sizeof(*ids->at));
    ids->at[ids->n++] = id;
}

static int check_one(const file_ids *ids, const char *path, stance_error *err)
{
    file_id id;
    if (ids->n && id_of(path, &id) &&
        bsearch(&id, ids->at, ids->n, sizeof(*ids->at), compare_ids))
        return fail(err, STANCE_EINVAL,
                    "%s: is read by this run and cannot also be written; name another "
                    "output",
                    path);
    return 0;
}

static int check_inputs(const job_list *jobs, const run_settings *s, stance_error *err)
{
    file_ids ids = {0};
    const stance_model_settings *model = &s->library.model;
    const char *const others[] = {model->model, model->card, model->replay};
    for (size_t i = 0; i < jobs->n; i++)
        for (size_t k = 0; k < jobs->at[i].inputs.n; k++)
            add_id(&ids, jobs->at[i].inputs.at[k]);
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
        add_id(&ids, others[i]);
    for (size_t i = 0; i < s->configs.n; i++)
        add_id(&ids, s->configs.at[i]);
    if (ids.n)
        qsort(ids.at, ids.n, sizeof(*ids.at), compare_ids);
    int rc = check_one(&ids, s->own.stats_json, err);
    if (rc == 0)
        rc = check_one(&ids, s->own.events, err);
    if (rc == 0)
        rc = check_one(&ids, model->record, err);
    for (size_t i = 0; i < jobs->n && rc == 0; i++) {
        const job *j = &jobs->at[i];
        rc = check_one(&ids, j->video, err);
        if (rc == 0)
            rc = check_one(&ids, j->json, err);
        if (rc == 0)
            rc = check_one(&ids, j->truth, err);
        if (rc == 0)
            rc = check_one(&ids, j->events_json, err);
        if (rc == 0)
            rc = check_one(&ids, j->report, err);
        if (rc == 0)
            rc = check_one(&ids, j->plot, err);
        for (size_t k = 0; k < j->pictures.n && rc == 0; k++)
            rc = check_one(&ids, j->pictures.at[k], err);
    }
    free(ids.at);
    return rc;
}

int outputs_check(job_list *jobs, const run_settings *s, stance_error *err)
{
    int rc = check_clashes(jobs, s->own.events, err);
    return rc < 0 ? rc : check_inputs(jobs, s, err);
}
