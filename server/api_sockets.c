/* SPDX-License-Identifier: Apache-2.0 */
/*
 * WebSockets: joints of a stream as they come, and pictures that a browser sends, whose
 * joints come back.
 *
 * Messages from the client arrive on a thread of the HTTP library; what goes to it is
 * sent by a thread for each socket, which takes the newest row whenever it is ready for
 * one.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"

enum { WAIT_MS = 200, LARGEST = 16 * 1024 * 1024 };

typedef struct session {
    server *serv;
    stream *s;   /* held */
    bool pushes; /* it sends pictures, and is the stream's only owner */
    http_socket *socket;
    pthread_t thread;
    bool started;
    atomic_bool closing;
} session;

static void *send_rows(void *user)
{
    session *w = user;
    int64_t last = 0;
    bool goes_on = true;
    while (goes_on && !atomic_load(&w->closing) && !atomic_load(&w->serv->ending)) {
        feed_item *item = feed_next(stream_rows(w->s), last, WAIT_MS);
        size_t n;
        if (item) {
            const char *row = feed_bytes(item, &n);
            last = feed_number(item);
            goes_on = http_socket_send(w->socket, row, n);
        }
        stream_facts facts;
        stream_get_facts(w->s, &facts);
        if (!item && (feed_has_ended(stream_rows(w->s)) || facts.state == STREAM_FAILED))
            goes_on = false;
        stream_facts_clear(&facts);
        feed_let_go(item);
    }
    if (!atomic_load(&w->closing))
        http_socket_end(w->socket);
    return NULL;
}

static stream *open_pushed(http_request *r)
{
    static const char *const none[] = {NULL};
    job_options options = {0};
    stream *s = NULL;
    if (api_fits_live(r) && api_read_options(r, &options, none))
        s = api_open_stream(
            r, (stream_source){.kind = STREAM_PUSHED, .shown = must_copy("pushed")},
            &options, false);
    job_options_clear(&options);
    return s;
}

/* "/api/streams/ID/joints" */
static stream *find_followed(http_request *r)
{
    server *serv = r->user;
    char id[JOB_ID + 1];
    stream *s = NULL;
    if (api_fits_path("/api/streams/{id}/joints", r->path, id))
        s = stream_list_get(serv->streams, id);
    if (!s)
        http_problem(r, 404, "Not there",
                     "there is no WebSocket at this address; /api/streams/ID/joints and "
                     "/api/push are");
    return s;
}

void api_push(http_request *r, const char *id)
{
    (void)id;
    http_problem(
        r, 400, "WebSocket",
        "expected a WebSocket, whose messages are JPEGs; send single pictures to "
        "/api/pose");
}

void *api_socket_accept(http_request *r)
{
    bool pushes = strcmp(r->path, "/api/push") == 0;
    if (!api_begin_stream(r))
        return NULL;
    http_keep_short(r);
    stream *s = pushes ? open_pushed(r) : find_followed(r);
    if (!s) {
        api_end_stream(r);
        return NULL;
    }
    session *w = must_alloc(1, sizeof(*w));
    *w = (session){.serv = r->user, .s = s, .pushes = pushes};
    atomic_init(&w->closing, false);
    return w;
}

bool api_socket_open(void *user, http_socket *socket)
{
    session *w = user;
    w->socket = socket;
    w->started = pthread_create(&w->thread, NULL, send_rows, w) == 0;
    return w->started;
}

bool api_socket_message(void *user, const char *bytes, size_t n)
{
    const session *w = user;
    bool jpeg = n > 4 && n <= LARGEST && (unsigned char)bytes[0] == 0xff &&
                (unsigned char)bytes[1] == 0xd8;
    return !w->pushes || (jpeg && stream_push(w->s, bytes, n));
}

void api_socket_close(void *user)
{
    session *w = user;
    atomic_store(&w->closing, true);
    if (w->started)
        pthread_join(w->thread, NULL);
    if (w->pushes)
        stream_list_remove(w->serv->streams, w->s);
    stream_list_let_go(w->serv->streams, w->s);
    atomic_fetch_sub(&w->serv->n_streams, 1);
    free(w);
}
