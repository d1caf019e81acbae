/* SPDX-License-Identifier: Apache-2.0 */
/*
 * WebSockets, by wslay: the HTTP library agrees on one with the client, and then its
 * thread stays here, with the connection's own socket, until it ends. (The library would
 * read a frame of any length before its size could be refused.)
 *
 * What comes in is read by that thread, what goes out is sent by any other; a lock is
 * held for both, but never while one waits for the client. Who says nothing is asked for
 * a sign of life, and who gives none is gone.
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <wslay/wslay.h>

#include "http_private.h"

enum {
    KEY = 24, /* letters of 16 bytes in base64 */
    LARGEST = 16 * 1024 * 1024,
    SLICE_MS = 1000,
    QUIET_S = 10,   /* then it is asked for a sign of life */
    SILENT_S = 30,  /* then it is gone */
    GOODBYE_S = 2,  /* for its answer to ours */
    SENDING_S = 10, /* for reading what is sent to it */
    SENDING_MS = 200,
    TURN_BYTES = 256 * 1024,
    TURN_MS = 1, /* for others, after a turn that was full */
    MOST_PARTS = 4096,
    MOST_UNSENT = 64,
    PARTING_MS = 500,
    PARTING_READS = 64,
};

struct http_socket {
    void *session;
    const http_sockets *calls;
    int fd;
    /* Guards all below; streams' locks may be taken while it is held. */
    pthread_mutex_t lock;
    wslay_event_context_ptr context;
    int quiet_s;
    int64_t ends_us; /* on the steady clock, whatever comes; 0: not yet known */
    size_t room;     /* bytes that may still be read in this turn */
    int parts;       /* of a message, so far */
    bool floods, over;
};

/* ---- what wslay asks for ---- */

static ssize_t on_read(wslay_event_context_ptr context, uint8_t *bytes, size_t n,
                       int flags, void *user)
{
    http_socket *w = user;
    (void)flags;
    if (w->room == 0 || w->floods) {
        wslay_event_set_error(context, w->floods ? WSLAY_ERR_CALLBACK_FAILURE
                                                 : WSLAY_ERR_WOULDBLOCK);
        return -1;
    }
    n = n < w->room ? n : w->room;
    ssize_t got = recv(w->fd, bytes, n, MSG_DONTWAIT);
    if (got > 0) {
        w->room -= (size_t)got;
        return got;
    }
    bool later = got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
    wslay_event_set_error(context,
                          later ? WSLAY_ERR_WOULDBLOCK : WSLAY_ERR_CALLBACK_FAILURE);
    return -1;
}

static ssize_t on_write(wslay_event_context_ptr context, const uint8_t *bytes, size_t n,
                        int flags, void *user)
{
    const http_socket *w = user;
    ssize_t sent =
        send(w->fd, bytes, n,
             MSG_DONTWAIT | MSG_NOSIGNAL | (flags & WSLAY_MSG_MORE ? MSG_MORE : 0));
    if (sent >= 0)
        return sent;
    bool later = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    wslay_event_set_error(context,
                          later ? WSLAY_ERR_WOULDBLOCK : WSLAY_ERR_CALLBACK_FAILURE);
    return -1;
}

/* Each costs memory, however small it is: answers that nobody takes, and the parts of a
 * message that never ends. */
static void on_frame(wslay_event_context_ptr context,
                     const struct wslay_event_on_frame_recv_start_arg *frame, void *user)
{
    http_socket *w = user;
    if (!wslay_is_ctrl_frame(frame->opcode))
        w->parts = frame->opcode == WSLAY_CONTINUATION_FRAME ? w->parts + 1 : 1;
    w->floods |=
        w->parts > MOST_PARTS || wslay_event_get_queued_msg_count(context) > MOST_UNSENT;
}

static void on_message(wslay_event_context_ptr context,
                       const struct wslay_event_on_msg_recv_arg *message, void *user)
{
    const http_socket *w = user;
    if (!wslay_is_ctrl_frame(message->opcode) &&
        !w->calls->message(w->session, (const char *)message->msg, message->msg_length))
        wslay_event_queue_close(context, WSLAY_CODE_UNSUPPORTED_DATA, NULL, 0);
}

/* ---- from any thread ---- */

/* Locked. */
static void end_soon(http_socket *w)
{
    if (w->ends_us == 0)
        w->ends_us = steady_us() + GOODBYE_S * 1000000LL;
}

bool http_socket_send(http_socket *w, const char *message, size_t n)
{
    const struct wslay_event_msg whole = {WSLAY_TEXT_FRAME, (const uint8_t *)message, n};
    int left_ms = SENDING_S * 1000;
    pthread_mutex_lock(&w->lock);
    bool good = !w->over && wslay_event_queue_msg(w->context, &whole) == 0 &&
                wslay_event_send(w->context) == 0;
    while (good && wslay_event_want_write(w->context)) {
        struct pollfd room = {.fd = w->fd, .events = POLLOUT};
        pthread_mutex_unlock(&w->lock);
        left_ms -= poll(&room, 1, SENDING_MS) == 0 ? SENDING_MS : 0;
        pthread_mutex_lock(&w->lock);
        good = !w->over && w->ends_us == 0 && left_ms > 0 &&
               wslay_event_send(w->context) == 0;
    }
    if (!good)
        end_soon(w);
    pthread_mutex_unlock(&w->lock);
    return good;
}

void http_socket_end(http_socket *w)
{
    pthread_mutex_lock(&w->lock);
    if (!w->over) {
        wslay_event_queue_close(w->context, WSLAY_CODE_GOING_AWAY, NULL, 0);
        wslay_event_send(w->context);
        end_soon(w);
    }
    pthread_mutex_unlock(&w->lock);
}

/* ---- from beginning to end ---- */

/* What came, and what is to be said to it. Locked.
 * @param quiet nothing happened for a second
 * @return false: it is over */
static bool go_on(http_socket *w, bool came, bool quiet)
{
    wslay_event_context_ptr context = w->context;
    const struct wslay_event_msg ping = {WSLAY_PING, NULL, 0};
    w->quiet_s = quiet ? w->quiet_s + 1 : came ? 0 : w->quiet_s;
    if (quiet && w->quiet_s % QUIET_S == 0)
        wslay_event_queue_msg(context, &ping);
    w->room = TURN_BYTES;
    bool good = !came || wslay_event_recv(context) == 0;
    if (w->floods)
        wslay_event_queue_close(context, WSLAY_CODE_POLICY_VIOLATION, NULL, 0);
    good &= wslay_event_send(context) == 0; /* also why it is not */
    if (!wslay_event_want_read(context) || wslay_event_get_close_sent(context))
        end_soon(w);
    return good && w->quiet_s < SILENT_S &&
           (w->ends_us == 0 || steady_us() < w->ends_us) &&
           (wslay_event_want_read(context) || wslay_event_want_write(context));
}

static short waits_for(http_socket *w)
{
    pthread_mutex_lock(&w->lock);
    int events = (wslay_event_want_read(w->context) ? POLLIN : 0) |
                 (wslay_event_want_write(w->context) ? POLLOUT : 0);
    pthread_mutex_unlock(&w->lock);
    return (short)events;
}

static void converse(http_socket *w)
{
    bool goes_on = true;
    while (goes_on) {
        struct pollfd p = {.fd = w->fd, .events = waits_for(w)};
        int n = poll(&p, 1, SLICE_MS);
        bool gone = n < 0 ? errno != EINTR : n > 0 && !(p.revents & (POLLIN | POLLOUT));
        pthread_mutex_lock(&w->lock);
        goes_on = !gone && go_on(w, n > 0 && p.revents & POLLIN, n == 0);
        w->over = !goes_on;
        bool full = w->room == 0;
        pthread_mutex_unlock(&w->lock);
        if (full)
            poll(NULL, 0, TURN_MS);
    }
}

/* What is still on its way to the other end would be lost if the socket were closed with
 * something unread in it. */
static void part(int fd)
{
    char unread[4096]; /* on a stack of 100 KB, which the library has under it as well */
    struct pollfd more = {.fd = fd, .events = POLLIN};
    int reads = PARTING_READS;
    shutdown(fd, SHUT_WR);
    while (reads-- > 0 && poll(&more, 1, PARTING_MS) > 0 &&
           recv(fd, unread, sizeof(unread), MSG_DONTWAIT) > 0)
        ;
    shutdown(fd, SHUT_RDWR); /* the library finds nothing to read */
}

static void socket_free(http_socket *w)
{
    w->calls->close(w->session);
    wslay_event_context_free(w->context);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

/* @return NULL: it cannot be, and the session is closed */
static http_socket *socket_new(const http_server *s, const http_request *r, void *session)
{
    static const struct wslay_event_callbacks calls = {
        .recv_callback = on_read,
        .on_frame_recv_start_callback = on_frame,
        .send_callback = on_write,
        .on_msg_recv_callback = on_message};
    http_socket *w = must_alloc(1, sizeof(*w));
    *w = (http_socket){
        .session = session, .calls = &s->settings.sockets, .fd = http_fd(r)};
    pthread_mutex_init(&w->lock, NULL);
    if (w->fd < 0 || wslay_event_context_server_init(&w->context, &calls, w) != 0) {
        socket_free(w);
        return NULL;
    }
    wslay_event_config_set_max_recv_msg_length(w->context, LARGEST);
    return w;
}

/* ---- the HTTP library's calls, in their order ---- */

static int on_connect(const struct mg_connection *conn, void *user)
{
    const http_server *s = user;
    /* The reply of a refusal is written to it. */
    http_request r = http_request_of(s, (struct mg_connection *)conn);
    /* The library gives up behind this call where it is longer, and says so to nobody. */
    if (strlen(http_header(&r, "Sec-WebSocket-Key")) != KEY) {
        http_problem(&r, 400, "WebSocket", "Sec-WebSocket-Key: expected %d letters", KEY);
        return 1;
    }
    if (!http_may_come_in(s, &r))
        return 1;
    void *session = s->settings.sockets.accept(&r);
    if (!session) {
        http_leave(s, conn);
        return 1;
    }
    http_socket *w = socket_new(s, &r, session);
    if (!w) {
        http_problem(&r, 503, "WebSocket", "this server cannot have one more now");
        http_leave(s, conn);
        return 1;
    }
    mg_set_user_connection_data(conn, w);
    return 0;
}

/* The other end knows that it is a WebSocket. */
static void on_ready(struct mg_connection *conn, void *user)
{
    http_socket *w = mg_get_user_connection_data(conn);
    (void)user;
    if (!w->calls->open(w->session, w))
        http_socket_end(w);
    converse(w);
    part(w->fd);
}

static int on_more(struct mg_connection *conn, int bits, char *bytes, size_t n,
                   void *user)
{
    (void)conn, (void)bits, (void)bytes, (void)n, (void)user;
    return 0;
}

static void on_close(const struct mg_connection *conn, void *user)
{
    const http_server *s = user;
    http_socket *w = mg_get_user_connection_data(conn);
    if (!w)
        return;
    mg_set_user_connection_data(conn, NULL);
    socket_free(w);
    http_leave(s, conn);
}

void http_open_sockets(http_server *s)
{
    mg_set_websocket_handler(s->context, "/", on_connect, on_ready, on_more, on_close, s);
}
