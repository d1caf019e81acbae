/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A client of the API: upload, wait, download, remove.
 */
#define _XOPEN_SOURCE 700 /* nanosleep */

#include "client.h"

#include <curl/curl.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "client_reply.h"
#include "job_queue.h"

enum { CONNECT_S = 20, NAP_MS = 200, MOST_REPLY = 1 << 20 };

typedef struct connection {
    const client_work *work;
    CURL *curl;
    struct curl_slist *headers;
    char *base; /* the server's address without a slash at its end */
} connection;

/* ---- one request ---- */

typedef struct sink {
    text *body; /* NULL: into the file */
    FILE *file;
    bool failed;
    char name[256]; /* what the server calls the file; "": it does not say */
} sink;

static size_t on_bytes(char *bytes, size_t size, size_t n, void *user)
{
    sink *s = user;
    (void)size; /* always 1 */
    if (s->body && s->body->n + n > MOST_REPLY)
        return 0;
    if (s->body)
        text_add_bytes(s->body, bytes, n);
    else if (fwrite(bytes, 1, n, s->file) != n)
        s->failed = true;
    return s->failed ? 0 : n;
}

/* Content-Disposition: attachment; filename="walk_000h00m10.000s.jpg" */
static size_t on_header(char *bytes, size_t size, size_t n, void *user)
{
    static const char field[] = "Content-Disposition:", before[] = "filename=\"";
    sink *s = user;
    (void)size; /* always 1 */
    char *line = must_format("%.*s", (int)n, bytes);
    const char *start =
        strncasecmp(line, field, strlen(field)) == 0 ? strstr(line, before) : NULL;
    if (start) {
        start += strlen(before);
        snprintf(s->name, sizeof(s->name), "%.*s", (int)strcspn(start, "\"\r\n"), start);
    }
    free(line);
    return n;
}

static int on_transfer(void *user, curl_off_t down, curl_off_t down_now, curl_off_t up,
                       curl_off_t up_now)
{
    const client_work *w = user;
    (void)down;
    (void)down_now;
    (void)up;
    (void)up_now;
    return w->is_stopped(w->user);
}

/* @param upload NULL: nothing is sent @param status the server's
 * @return 0, STANCE_EINTERRUPTED, STANCE_EINPUT (it cannot be reached) or STANCE_EOUTPUT
 */
static int ask(connection *c, const char *method, const char *path, FILE *upload,
               int64_t length, sink *to, long *status, stance_error *err)
{
    char *url = must_format("%s%s", c->base, path), why[CURL_ERROR_SIZE] = "";
    CURL *curl = c->curl;
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    if (c->work->ca_file)
        curl_easy_setopt(curl, CURLOPT_CAINFO, c->work->ca_file);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, c->headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, to);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, to);
    if (c->work->is_stopped) {
        curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_transfer);
        curl_easy_setopt(curl, CURLOPT_XFERINFODATA, (void *)c->work);
    }
    if (upload) {
        curl_easy_setopt(curl, CURLOPT_POST, 1L);
        curl_easy_setopt(curl, CURLOPT_READDATA, upload);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
    } else {
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    }
    CURLcode code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status);
    free(url);
    if (code == CURLE_OK)
        return 0;
    if (code == CURLE_ABORTED_BY_CALLBACK)
        return fail(err, STANCE_EINTERRUPTED, "interrupted");
    if (to->failed)
        return fail(err, STANCE_EOUTPUT, "cannot be written: %s", strerror(errno));
    return fail(err, STANCE_EINPUT, "%s: %s", c->work->server,
                *why ? why : curl_easy_strerror(code));
}

/* The same for short answers; a refusal is an error in the server's words. */
static int ask_shortly(connection *c, const char *method, const char *path, FILE *upload,
                       int64_t length, client_reply *reply, stance_error *err)
{
    text body = {0};
    sink to = {.body = &body};
    long status = 0;
    int rc = ask(c, method, path, upload, length, &to, &status, err);
    *reply = client_reply_read(body.data ? body.data : "");
    free(body.data);
    if (rc == 0 && status >= 400)
        rc = fail(err, status == 400 ? STANCE_EINVAL : STANCE_EINPUT, "%s: %s (%ld)",
                  c->work->server, *reply->detail ? reply->detail : "refused", status);
    return rc;
}

/* ---- what is sent ---- */

typedef struct query {
    connection *connection;
    const run_settings *defaults;
    text text;
} query;

static void add_option(void *user, const stance_option *row)
{
    enum { MOST = 4096 };
    query *q = user;
    char value[MOST], preset[MOST];
    const run_settings *s = q->connection->work->settings;
    if (stance_options_get(run_groups(), s, row->name, value, sizeof(value)) < 0 ||
        stance_options_get(run_groups(), q->defaults, row->name, preset, sizeof(preset)) <
            0 ||
        strcmp(value, preset) == 0)
        return;
    char *escaped = curl_easy_escape(q->connection->curl, value, 0);
    text_addf(&q->text, "%c%s=%s", q->text.data && strchr(q->text.data, '?') ? '&' : '?',
              row->name, escaped ? escaped : "");
    curl_free(escaped);
}

static int send_input(connection *c, client_reply *reply, stance_error *err)
{
    const client_work *w = c->work;
    run_settings defaults = {0};
    query q = {.connection = c, .defaults = &defaults};
    FILE *file = fopen(w->input, "rb");
    long n = -1;
    if (file && fseek(file, 0, SEEK_END) == 0)
        n = ftell(file);
    if (!file || n < 0 || fseek(file, 0, SEEK_SET) != 0) {
        int rc = fail(err, STANCE_EINPUT, "%s: %s", w->input, strerror(errno));
        if (file)
            fclose(file);
        return rc;
    }
    char *name = curl_easy_escape(c->curl, base_name(w->input), 0);
    text_addf(&q.text, "/api/jobs?name=%s", name ? name : "");
    curl_free(name);
    int rc = stance_options_defaults(run_groups(), &defaults);
    if (rc == 0) {
        job_options_each(add_option, &q);
        if (w->screenshots && isnan(w->settings->library.screenshots.every_s))
            text_addf(&q.text, "&every-s=%g", STANCE_SCREENSHOTS_EVERY_S);
        rc = ask_shortly(c, "POST", q.text.data, file, n, reply, err);
    }
    stance_options_clear(run_groups(), &defaults);
    free(q.text.data);
    fclose(file);
    return rc;
}

/* ---- what comes back ---- */

static int wait_for(connection *c, const char *job, client_reply *reply,
                    stance_error *err)
{
    const client_work *w = c->work;
    int rc = 0;
    while (rc == 0 && (strcmp(reply->state, "queued") == 0 ||
                       strcmp(reply->state, "running") == 0)) {
        nap_ms(NAP_MS);
        if (w->is_stopped && w->is_stopped(w->user))
            return fail(err, STANCE_EINTERRUPTED, "interrupted");
        rc = ask_shortly(c, "GET", job, NULL, 0, reply, err);
        stance_progress progress = {.frames = reply->frames,
                                    .n_frames = reply->n_frames,
                                    .fps = reply->fps,
                                    .duration_us = -1};
        if (rc == 0 && w->on_progress)
            w->on_progress(w->user, &progress);
    }
    if (rc == 0 && strcmp(reply->state, "done") != 0)
        rc = fail(err, STANCE_EINPUT, "%s: %s: %s", w->input, reply->state,
                  *reply->error ? reply->error : "by somebody else");
    return rc;
}

/* One part of the results. @param to its file is closed, but for standard output; NULL:
 * it could not be opened @param path for errors */
static int fetch_into(connection *c, const char *job, const char *part, const char *path,
                      sink *to, stance_error *err)
{
    char *from = must_format("%s/%s", job, part);
    long status = 0;
    int rc = to->file ? 0
                      : fail(err, STANCE_EOUTPUT, "%s: cannot be written: %s", path,
                             strerror(errno));
    if (rc == 0)
        rc = ask(c, "GET", from, NULL, 0, to, &status, err);
    bool written =
        to->file && (to->file == stdout ? fflush(stdout) : fclose(to->file)) == 0;
    if (rc == 0 && status != 200)
        rc = fail(err, STANCE_EINPUT, "%s: no %s came back (%ld)", c->work->server, part,
                  status);
    if (rc == 0 && !written)
        rc =
            fail(err, STANCE_EOUTPUT, "%s: cannot be written: %s", path, strerror(errno));
    free(from);
    return rc;
}

/* A name that leads nowhere else. */
static bool is_plain_name(const char *name)
{
    return *name && *name != '.' && !strpbrk(name, "/\\");
}

/* All into the folder, under the server's names, which say the time. */
static int fetch_screenshots(connection *c, const char *job, int64_t n, stance_error *err)
{
    const char *folder = c->work->screenshots;
    char *beside = must_format("%s/screenshot.part", folder);
    int rc = 0;
    for (int64_t i = 1; i <= n && rc == 0; i++) {
        char *part = must_format("screenshots/%lld", (long long)i), *path = NULL;
        sink to = {.file = fopen(beside, "wb")};
        rc = fetch_into(c, job, part, beside, &to, err);
        if (rc == 0 && !is_plain_name(to.name))
            rc = fail(err, STANCE_EINPUT,
                      "%s: expected a name of a screenshot, found '%s'", c->work->server,
                      to.name);
        if (rc == 0)
            path = must_format("%s/%s", folder, to.name);
        if (rc == 0 && rename(beside, path) != 0)
            rc = fail(err, STANCE_EOUTPUT, "%s: cannot be written: %s", path,
                      strerror(errno));
        free(path);
        free(part);
    }
    if (rc == 0)
        say(STANCE_LOG_INFO, "run", "%s: %lld screenshots", folder, (long long)n);
    else
        remove(beside);
    free(beside);
    return rc;
}

static int fetch(connection *c, const char *job, const char *part, const char *path,
                 stance_error *err)
{
    bool standard = strcmp(path, "-") == 0;
    char *beside = must_format("%s.part", path);
    sink to = {.file = standard ? stdout : fopen(beside, "wb")};
    int rc = fetch_into(c, job, part, path, &to, err);
    if (rc == 0 && !standard && rename(beside, path) != 0)
        rc =
            fail(err, STANCE_EOUTPUT, "%s: cannot be written: %s", path, strerror(errno));
    if (rc < 0 && !standard)
        remove(beside);
    free(beside);
    return rc;
}

/* Also where something went wrong, or the user does not want to wait. */
static void remove_job(connection *c, const char *job)
{
    client_work quiet = *c->work;
    connection again = *c;
    client_reply reply;
    stance_error err;
    quiet.is_stopped = NULL;
    again.work = &quiet;
    if (ask_shortly(&again, "DELETE", job, NULL, 0, &reply, &err) < 0)
        say(STANCE_LOG_WARN, "run", "the job is left on the server: %s", err.message);
}

static int do_work(connection *c, stance_summary *summary, stance_error *err)
{
    const client_work *w = c->work;
    client_reply reply;
    int rc = send_input(c, &reply, err);
    if (rc < 0)
        return rc;
    char *job = must_format("/api/jobs/%s", reply.id);
    rc = wait_for(c, job, &reply, err);
    if (rc == 0 && w->joints)
        rc = fetch(c, job, w->form, w->joints, err);
    if (rc == 0 && w->drawn)
        rc = fetch(c, job, w->picture ? "picture" : "video", w->drawn, err);
    if (rc == 0 && w->report)
        rc = fetch(c, job, "report", w->report, err);
    if (rc == 0 && w->screenshots)
        rc = fetch_screenshots(c, job, reply.screenshots, err);
    remove_job(c, job);
    free(job);
    summary->frames_in = summary->frames_out = reply.frames;
    summary->complete = rc == 0;
    if (rc == 0 && *reply.error)
        rc = fail(err, STANCE_ELOST, "%s: %s", w->input, reply.error);
    return rc;
}

/* ---- the connection ---- */

static int add_token(connection *c, stance_error *err)
{
    const char *path = c->work->token_file;
    char *token = path ? first_line(path) : NULL;
    if (!path)
        return 0;
    if (!token)
        return fail(err, STANCE_EINVAL, "--server-token-file %s: expected a token", path);
    char *header = must_format("Authorization: Bearer %s", token);
    free(token);
    c->headers = curl_slist_append(c->headers, header);
    free(header);
    return 0;
}

static void add_headers(connection *c)
{
    c->headers = curl_slist_append(c->headers, "Content-Type: application/octet-stream");
    c->headers = curl_slist_append(c->headers, "Expect:");
}

int client_do(const client_work *work, stance_summary *summary, stance_error *err)
{
    connection c = {.work = work, .base = must_copy(work->server)};
    size_t n = strlen(c.base);
    while (n > 0 && c.base[n - 1] == '/')
        c.base[--n] = '\0';
    *summary = (stance_summary){0};
    c.curl = curl_easy_init();
    add_headers(&c);
    int rc = c.curl ? add_token(&c, err)
                    : fail(err, STANCE_ENOMEM, "no connection can be made");
    if (rc == 0)
        rc = do_work(&c, summary, err);
    curl_slist_free_all(c.headers);
    curl_easy_cleanup(c.curl);
    free(c.base);
    return rc;
}
