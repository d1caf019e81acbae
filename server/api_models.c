/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /api/models: networks that are here or can be had, and having one.
 *
 * A download is the store's own (`stance models fetch`): of known networks only, from the
 * address in their card, and checked against its sum.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"

enum { TELL_US = 200000 };

const char *api_model_state(int state)
{
    static const char *const states[] = {"absent", "present", "altered", "unpinned",
                                         NULL};
    return states[state];
}

enum { FINDS_ONE, FINDS_SEVERAL, FINDS_BOXES };

const char *api_model_finds(int finds)
{
    static const char *const words[] = {
        [FINDS_ONE] = "one", [FINDS_SEVERAL] = "several", [FINDS_BOXES] = "boxes", NULL};
    return words[finds];
}

static void add_model(json_text *j, const stance_store_model *m)
{
    int finds = m->boxes ? FINDS_BOXES : m->several ? FINDS_SEVERAL : FINDS_ONE;
    int64_t bytes = 0;
    for (size_t i = 0; i < m->n_files; i++)
        bytes = bytes < 0 || m->files[i].bytes < 0 ? -1 : bytes + m->files[i].bytes;
    json_open(j, NULL, '{');
    json_string(j, "name", m->name);
    json_string(j, "title", m->title);
    json_string(j, "state", api_model_state(m->state));
    json_string(j, "finds", api_model_finds(finds));
    json_string(j, "skeleton", m->skeleton);
    json_string(j, "licence", m->licence);
    json_string(j, "licence_url", m->licence_url);
    if (bytes > 0)
        json_int(j, "bytes", bytes);
    else
        json_string(j, "bytes", NULL);
    if (isnan(m->ap))
        json_string(j, "ap", NULL);
    else
        json_number(j, "ap", m->ap, 3);
    json_close(j, '{');
}

void api_models(http_request *r, const char *id)
{
    (void)id;
    stance_store *store;
    stance_error err;
    json_text j = {0};
    int rc = stance_store_open(&store, &err);
    if (rc < 0) {
        api_reply_error(r, &err);
        return;
    }
    json_open(&j, NULL, '{');
    json_open(&j, "models", '[');
    for (size_t i = 0; i < stance_store_count(store); i++) {
        const stance_store_model *model;
        if (stance_store_at(store, i, &model) == 0)
            add_model(&j, model);
    }
    json_close(&j, '[');
    json_close(&j, '{');
    http_reply_json(r, 200, &j, NULL);
    free(j.text.data);
    stance_store_close(&store);
}

/* ---- having one ---- */

typedef struct transfer {
    http_request *r;
    int64_t told_us;
} transfer;

static bool on_progress(void *user, const char *file, int64_t done, int64_t total)
{
    transfer *t = user;
    const server *serv = t->r->user;
    int64_t now_us = steady_us();
    if (atomic_load(&serv->ending))
        return false;
    if (now_us - t->told_us < TELL_US && done != total)
        return true;
    t->told_us = now_us;
    json_text j = {0};
    json_open(&j, NULL, '{');
    json_string(&j, "file", file);
    json_int(&j, "bytes", done);
    if (total >= 0)
        json_int(&j, "total", total);
    else
        json_string(&j, "total", NULL);
    json_close(&j, '{');
    bool goes_on = http_send_event(t->r, "progress", NULL, j.text.data);
    free(j.text.data);
    return goes_on;
}

static void fetch(http_request *r, stance_store *store, const char *name)
{
    transfer t = {.r = r};
    stance_error err;
    json_text j = {0};
    http_begin_events(r);
    int rc = stance_store_fetch(store, name, on_progress, &t, &err);
    json_open(&j, NULL, '{');
    json_string(&j, "name", name);
    json_string(&j, "error", rc < 0 ? err.message : NULL);
    json_close(&j, '{');
    http_send_event(r, "end", NULL, j.text.data);
    free(j.text.data);
}

/* "/api/models/NAME/fetch"; free(). */
static char *name_of(const http_request *r)
{
    const char *start = r->path + strlen("/api/models/"), *end = strrchr(r->path, '/');
    return must_format("%.*s", (int)(end - start), start);
}

void api_fetch_model(http_request *r, const char *id)
{
    (void)id;
    server *s = r->user;
    const stance_store_model *model;
    stance_store *store = NULL;
    stance_error err;
    char *name = name_of(r);
    if (!s->settings->fetch) {
        http_problem(r, 403, "Not here", "this server fetches no networks (--no-fetch)");
    } else if (stance_store_open(&store, &err) < 0) {
        api_reply_error(r, &err);
    } else if (stance_store_find(store, name, &model, &err) < 0) {
        http_problem(r, 404, "No such network", "%s", err.message);
    } else if (atomic_exchange(&s->fetching, true)) {
        http_problem(r, 429, "Busy", "another network is being fetched");
    } else {
        fetch(r, store, name);
        atomic_store(&s->fetching, false);
    }
    stance_store_close(&store);
    free(name);
}
