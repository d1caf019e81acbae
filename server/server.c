/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server as a whole: what it is started with, and in which order it ends.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <malloc.h> /* M_ARENA_MAX */
#endif

#include "api.h"
#include "child.h"
#include "folders.h"
#include "page.h"
#include "run_options.h"
#include "source_rules.h"

enum { MEGA = 1000000, LEAST_TOKEN = 16, HEAPS = 4 };

static int read_token(const char *path, char **token, stance_error *err)
{
    *token = NULL;
    if (!path)
        return 0;
    *token = first_line(path);
    return *token && strlen(*token) >= LEAST_TOKEN
               ? 0
               : fail(err, STANCE_EINVAL,
                      "--token-file %s: expected a line of at least %d characters", path,
                      LEAST_TOKEN);
}

/* Whoever can reach the server can use it: other machines need a token. */
static int check_open_address(const serve_settings *s, stance_error *err)
{
    if (s->token_file || !s->auth || http_is_loopback(s->bind))
        return 0;
    return fail(
        err, STANCE_EINVAL,
        "--bind %s can be reached from other machines: expected --token-file FILE, "
        "or --no-auth to let everybody in",
        s->bind);
}

/* Those that the operator names. What was left by a server that was killed goes. */
static int begin_streams(server *s, stance_error *err)
{
    char *data = folder_of_data(s->settings->data), *left = must_format("%s/live", data);
    folder_remove(left);
    free(left);
    free(data);
    s->streams = stream_list_new(s->settings->streams);
    int rc = 0;
    for (const char *line = s->settings->sources; line && *line && rc == 0;) {
        size_t n = strcspn(line, "\n");
        char *given = must_format("%.*s", (int)n, line);
        stream_source source;
        stream *one = NULL;
        rc = source_rules_trust(given, &source, err);
        if (rc == 0)
            rc = stream_open(&one, s->settings, source, "", true, err);
        if (rc == 0 && stream_list_add(s->streams, one) != 0)
            rc = fail(err, STANCE_EINVAL, "--source: more than --streams %d allows",
                      (int)s->settings->streams);
        else if (rc == 0)
            stream_list_let_go(s->streams, one);
        free(given);
        line += n + (line[n] == '\n');
    }
    return rc;
}

/* Before anything in it is touched. */
static int hold_data(server *s, stance_error *err)
{
    char *data = folder_of_data(s->settings->data);
    int rc = folder_hold(data, &s->data, err);
    free(data);
    return rc;
}

/* A database that is new has tables from the start, and an older one is brought up to
 * date. One may be there only to be read; a server may come later. A file stays
 * open: children that add to it can make no files beside it, and its log and that one's
 * index are removed by the last one to close it. */
static int open_events(server *s, stance_error *err)
{
    const char *address = s->settings->events;
    stance_event_db *db = NULL;
    stance_error why;
    if (!address)
        return 0;
    bool remote = stance_event_db_is_server(address);
    if (stance_event_db_open(&s->events, address, STANCE_EVENT_DB_WRITE, err) == 0) {
        if (remote)
            stance_event_db_close(&s->events, NULL);
        return 0;
    }
    if (!remote && stance_event_db_open(&db, address, STANCE_EVENT_DB_READ, &why) < 0)
        return err->code;
    stance_event_db_close(&db, NULL);
    say(STANCE_LOG_WARN, "serve", "events are not stored for now: %s", err->message);
    return 0;
}

/* Two hundred threads that mostly wait would have eight heaps for each core, which grow
 * to what they held once and stay so. */
static void share_heaps(void)
{
#ifdef M_ARENA_MAX
    mallopt(M_ARENA_MAX, HEAPS);
#endif
}

/* It holds nothing of anybody's, and asks for the token itself. */
static bool is_open(const char *path)
{
    return strcmp(path, "/healthz") == 0 || page_is_at(path);
}

int server_open(server **out, const serve_settings *settings, stance_error *err)
{
    server *s = must_alloc(1, sizeof(*s));
    text fence = {0};
    *out = NULL;
    s->settings = settings;
    s->data = -1;
    s->started_us = (int64_t)time(NULL) * 1000000;
    atomic_init(&s->ending, false);
    atomic_init(&s->n_streams, 0);
    atomic_init(&s->fetching, false);
    share_heaps();
    run_groups(); /* fills its table, which is done before there are threads */
    int rc = check_open_address(settings, err);
    if (rc == 0)
        rc = read_token(settings->token_file, &s->token, err);
    if (rc == 0 && settings->keep_inputs && settings->store == SERVE_STORE_KEYPOINTS)
        rc = fail(err, STANCE_EINVAL,
                  "--keep-inputs: not with --store keypoints, which keeps no picture");
    if (rc == 0)
        rc = hold_data(s, err);
    s->checks = run_checks_new(settings);
    if (rc == 0)
        rc = job_queue_open(&s->jobs, settings, err);
    if (rc == 0)
        rc = open_events(s, err);
    if (rc == 0)
        rc = begin_streams(s, err);
    if (rc == 0) {
        child_describe_fence(&fence);
        say(STANCE_LOG_INFO, "serve", "files are looked at by processes with %s",
            fence.data);
        free(fence.data);
        const http_settings http = {.bind = settings->bind,
                                    .public_host = settings->public_host,
                                    .token = s->token,
                                    .is_open = is_open,
                                    .certificate = settings->tls_certificate,
                                    .key = settings->tls_key,
                                    .max_body = settings->max_upload_mb * MEGA,
                                    .max_per_client = settings->max_per_client,
                                    .handler = api_answer,
                                    .sockets = {.accept = api_socket_accept,
                                                .open = api_socket_open,
                                                .message = api_socket_message,
                                                .close = api_socket_close},
                                    .user = s};
        rc = http_open(&s->http, &http, err);
    }
    if (rc < 0) {
        server_close(&s);
        return rc;
    }
    int host = (int)(strrchr(settings->bind, ':') - settings->bind);
    s->address = must_format("%s://%.*s:%d", settings->tls_certificate ? "https" : "http",
                             host, settings->bind, http_port(s->http));
    *out = s;
    return 0;
}

const char *server_address(const server *s)
{
    return s->address;
}

void server_close(server **out)
{
    server *s = *out;
    *out = NULL;
    if (!s)
        return;
    atomic_store(&s->ending, true);
    job_queue_hurry(s->jobs);
    http_close(&s->http);
    stream_list_free(&s->streams);
    job_queue_close(&s->jobs);
    stance_event_db_close(&s->events, NULL);
    run_checks_free(&s->checks);
    if (s->data >= 0)
        close(s->data);
    free(s->token);
    free(s->address);
    free(s);
}
