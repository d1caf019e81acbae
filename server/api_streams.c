/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /api/streams and /video_feed: live sources, what is seen in them, and how they are.
 *
 * All viewers of a source get the same pictures, which were encoded once. Whoever is slow
 * gets fewer of them, never older ones.
 */
#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "source_rules.h"

enum { WAIT_MS = 500, AGAIN_MS = 5000, MOST = 64 };

static const char *const own[] = {"source", NULL};

/* ---- as JSON ---- */

static void add_options(json_text *j, const char *options)
{
    json_open(j, "options", '{');
    for (const char *line = options; *line;) {
        size_t n = strcspn(line, "\n"), key = strcspn(line, "=");
        char *name = must_format("%.*s", (int)key, line);
        char *value = must_format("%.*s", (int)(n - key - 1), line + key + 1);
        json_string(j, name, value);
        free(name);
        free(value);
        line += n + (line[n] == '\n');
    }
    json_close(j, '{');
}

static void add_milliseconds(json_text *j, const char *key, double ms)
{
    if (ms < 0)
        json_string(j, key, NULL);
    else
        json_number(j, key, ms, 1);
}

const char *api_stream_kind(int kind)
{
    static const char *const kinds[] = {"drawn",  "file",   "camera", "http",
                                        "stream", "pushed", NULL};
    return kinds[kind];
}

static void add_stream(json_text *j, stream *s)
{
    const stream_source *source = stream_get_source(s);
    stream_facts facts;
    stream_get_facts(s, &facts);
    json_open(j, NULL, '{');
    json_string(j, "id", stream_id(s));
    json_string(j, "state", stream_state_name(facts.state));
    json_string(j, "kind", api_stream_kind(source->kind));
    json_string(j, "source", source->shown);
    add_options(j, facts.options);
    api_add_time(j, "created", facts.since_us);
    json_int(j, "frames", facts.frames);
    json_int(j, "dropped", facts.dropped);
    json_number(j, "fps", facts.fps, 1);
    add_milliseconds(j, "latency_ms", facts.latency_ms);
    add_milliseconds(j, "latency_most_ms", facts.latency_most_ms);
    json_int(j, "gaps", facts.gaps);
    if (facts.state == STREAM_LOST)
        json_number(j, "retry_s", facts.retry_s, 1);
    json_string(j, "error", facts.error);
    json_close(j, '{');
    stream_facts_clear(&facts);
}

static void reply_stream(http_request *r, int status, stream *s)
{
    json_text j = {0};
    char *location = must_format("/api/streams/%s", stream_id(s));
    add_stream(&j, s);
    http_reply_json(r, status, &j, status == 201 ? location : NULL);
    free(location);
    free(j.text.data);
}

/* ---- handling one ---- */

static stream_list *list_of(const http_request *r)
{
    return ((server *)r->user)->streams;
}

/* @return held; NULL: there is none, and that is replied */
static stream *find(http_request *r, const char *id)
{
    stream *s = stream_list_get(list_of(r), id);
    if (!s)
        http_problem(r, 404, "No such stream",
                     "there is no stream of that id (any more)");
    return s;
}

static const char *const with_an_end[] = {"start",   "end", "max-frames", "fast",
                                          "every-s", "crf", "preset",     NULL};

bool api_is_live_option(const char *name)
{
    return !api_is_one_of(name, with_an_end);
}

bool api_fits_live(http_request *r)
{
    for (size_t i = 0; with_an_end[i]; i++) {
        char *given = http_query(r, with_an_end[i]);
        bool found = given != NULL;
        free(given);
        if (found) {
            http_problem(r, 400, "Option", "%s: not with a live source", with_an_end[i]);
            return false;
        }
    }
    return true;
}

stream *api_open_stream(http_request *r, stream_source source, const job_options *options,
                        bool drawn)
{
    const server *serv = r->user;
    const char *lines = job_options_lines(options);
    stream *s = NULL;
    stance_error err;
    int rc = run_check_stream(serv->checks, lines, &source, drawn, &err);
    if (rc == 0)
        rc = stream_list_reserve(serv->streams);
    if (rc == 0) {
        rc = stream_open(&s, serv->settings, source, lines, drawn, &err);
        stream_list_fill(serv->streams, s);
    } else {
        stream_source_clear(&source);
    }
    if (rc == STANCE_AGAIN)
        http_problem(
            r, 429, "Busy",
            "as many streams as this server takes are looked at; end one, or try "
            "again later");
    else if (rc < 0)
        api_reply_error(r, &err);
    return s;
}

void api_post_stream(http_request *r, const char *no_id)
{
    (void)no_id;
    const server *serv = r->user;
    job_options options = {0};
    stream_source source = {0};
    stance_error err;
    int rc = 0;
    char *given = http_query(r, "source");
    if (!api_fits_live(r) || !api_read_options(r, &options, own))
        goto out;
    if (given)
        rc = source_rules_ask(serv->settings, given, &source, &err);
    else
        rc = fail(
            &err, STANCE_EINVAL,
            "source: expected mannequin:SCENE, camera:N, an address, or a file below "
            "--inputs");
    if (rc < 0) {
        stream_source_clear(&source);
        api_reply_error(r, &err);
        goto out;
    }
    stream *s = api_open_stream(r, source, &options, true);
    if (s) {
        reply_stream(r, 201, s);
        stream_list_let_go(list_of(r), s);
    }
out:
    job_options_clear(&options);
    free(given);
}

void api_list_streams(http_request *r, const char *no_id)
{
    (void)no_id;
    stream *all[MOST];
    json_text j = {0};
    size_t n = stream_list_all(list_of(r), all, MOST);
    json_open(&j, NULL, '{');
    json_open(&j, "streams", '[');
    for (size_t i = 0; i < n; i++) {
        add_stream(&j, all[i]);
        stream_list_let_go(list_of(r), all[i]);
    }
    json_close(&j, '[');
    json_close(&j, '{');
    http_reply_json(r, 200, &j, NULL);
    free(j.text.data);
}

void api_get_stream(http_request *r, const char *id)
{
    stream *s = find(r, id);
    if (!s)
        return;
    reply_stream(r, 200, s);
    stream_list_let_go(list_of(r), s);
}

void api_pause_stream(http_request *r, const char *id)
{
    stream *s = find(r, id);
    if (!s)
        return;
    stream_pause(s);
    reply_stream(r, 200, s);
    stream_list_let_go(list_of(r), s);
}

/* With options: with those from now on. */
void api_start_stream(http_request *r, const char *id)
{
    static const char *const none[] = {NULL};
    const server *serv = r->user;
    job_options options = {0};
    stance_error err;
    stream *s = find(r, id);
    if (!s)
        return;
    if (api_fits_live(r) && api_read_options(r, &options, none)) {
        if (run_check_stream(serv->checks, job_options_lines(&options),
                             stream_get_source(s), true, &err) < 0) {
            api_reply_error(r, &err);
        } else {
            stream_start(s, options.lines.data);
            reply_stream(r, 200, s);
        }
    }
    job_options_clear(&options);
    stream_list_let_go(list_of(r), s);
}

void api_delete_stream(http_request *r, const char *id)
{
    stream *s = find(r, id);
    if (!s)
        return;
    stream_list_remove(list_of(r), s);
    stream_list_let_go(list_of(r), s);
    http_reply_text(r, 204, "application/json", "");
}

/* ---- what is seen ---- */

/* @param item NULL: a sign of life */
static bool send_picture(http_request *r, const feed_item *item)
{
    size_t n;
    if (!item)
        return http_send(r, "\r\n", 2);
    const char *bytes = feed_bytes(item, &n);
    char *head = must_format("--frame\r\nContent-Type: image/jpeg\r\n"
                             "Content-Length: %zu\r\n\r\n",
                             n);
    bool sent = http_send(r, head, strlen(head)) && http_send(r, bytes, n) &&
                http_send(r, "\r\n", 2);
    free(head);
    return sent;
}

static bool send_row(http_request *r, const feed_item *item)
{
    size_t n;
    if (!item)
        return http_send(r, ":\n\n", 3);
    return http_send_event(r, "joints", NULL, feed_bytes(item, &n));
}

static bool has_failed(stream *s)
{
    stream_facts facts;
    stream_get_facts(s, &facts);
    bool failed = facts.state == STREAM_FAILED;
    stream_facts_clear(&facts);
    return failed;
}

/* Send the newest as it comes, and once in a while the last one again, or a sign of life
 * where there is none, so that a viewer who is gone is noticed. */
static void follow(http_request *r, stream *s, feed *f,
                   bool (*send)(http_request *, const feed_item *))
{
    const server *serv = r->user;
    feed_item *last = NULL;
    int quiet_ms = 0;
    bool goes_on = true;
    while (goes_on && !atomic_load(&serv->ending)) {
        feed_item *item = feed_next(f, last ? feed_number(last) : 0, WAIT_MS);
        if (item) {
            feed_let_go(last);
            last = item;
            quiet_ms = 0;
            goes_on = send(r, item);
        } else if (feed_has_ended(f) || has_failed(s)) {
            break;
        } else if ((quiet_ms += WAIT_MS) >= AGAIN_MS) {
            quiet_ms = 0;
            goes_on = send(r, last);
        }
    }
    feed_let_go(last);
}

static void send_pictures(http_request *r, stream *s)
{
    if (!api_begin_stream(r))
        return;
    http_keep_short(r);
    http_begin(r, "multipart/x-mixed-replace; boundary=frame");
    follow(r, s, stream_pictures(s), send_picture);
    api_end_stream(r);
}

void api_stream_video(http_request *r, const char *id)
{
    stream *s = find(r, id);
    if (!s)
        return;
    send_pictures(r, s);
    stream_list_let_go(list_of(r), s);
}

/* Of the oldest stream, which needs no id. */
void api_video_feed(http_request *r, const char *no_id)
{
    (void)no_id;
    stream *s;
    if (stream_list_all(list_of(r), &s, 1) == 0) {
        http_problem(r, 404, "No stream",
                     "nothing is looked at live; POST /api/streams begins with it");
        return;
    }
    send_pictures(r, s);
    stream_list_let_go(list_of(r), s);
}

void api_stream_joints(http_request *r, const char *id)
{
    stream *s = find(r, id);
    if (!s)
        return;
    if (api_begin_stream(r)) {
        http_keep_short(r);
        http_begin_events(r);
        follow(r, s, stream_rows(s), send_row);
        api_end_stream(r);
    }
    stream_list_let_go(list_of(r), s);
}

void api_stream_picture(http_request *r, const char *id)
{
    stream *s = find(r, id);
    size_t n;
    if (!s)
        return;
    feed_item *item = feed_next(stream_pictures(s), 0, WAIT_MS);
    const char *bytes = item ? feed_bytes(item, &n) : NULL;
    if (bytes)
        http_reply_bytes(r, 200, "image/jpeg", bytes, n);
    else
        http_problem(r, 409, "Nothing yet", "no picture has come from it yet");
    feed_let_go(item);
    stream_list_let_go(list_of(r), s);
}
