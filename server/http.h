/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_HTTP_H
#define SERVER_HTTP_H

#include "tools.h"

/*
 * Requests and replies; the only part that knows the HTTP library.
 *
 * Everything that is asked of every request is asked here: the Host header, the Origin of
 * what changes something, the token, limits. Handlers only see what passed.
 */

enum { HTTP_THREADS = 160 /* requests that are answered side by side */ };

/** The cookie that stands for the token. */
#define HTTP_SESSION "stance_session"

typedef struct http_server http_server;

typedef struct http_request {
    const char *method, *path; /**< path decoded, without the query */
    const char *type;          /**< Content-Type; "" when not given */
    const char *accept;        /**< Accept; "" when not given */
    const char *last_event;    /**< Last-Event-ID; "" when not given */
    int64_t length;            /**< of the body; -1: not told */
    bool chunked;              /**< the reply is sent in pieces */
    int watched;               /**< socket of a reply of unknown length */
    void *user;                /**< the server's */
    void *inner;
} http_request;

/** Replies exactly once. */
typedef void (*http_handler)(http_request *r);

/** A WebSocket. */
typedef struct http_socket http_socket;

/** What WebSockets are for. Sessions are whatever accept() returns. */
typedef struct http_sockets {
    /** Whether it may be one. NULL: no, and a problem is replied */
    void *(*accept)(http_request *r);
    /** From now on http_socket_send() may be called. @return false: end it */
    bool (*open)(void *session, http_socket *socket);
    /** @return false: end it */
    bool (*message)(void *session, const char *bytes, size_t n);
    /** The last call; nobody may send any more when it returns. */
    void (*close)(void *session);
} http_sockets;

typedef struct http_settings {
    const char *bind;                  /**< ADDRESS:PORT; port 0: any */
    const char *public_host;           /**< NULL: none */
    const char *token;                 /**< NULL: none is asked for */
    bool (*is_open)(const char *path); /**< which asks for none */
    const char *certificate, *key;     /**< for TLS, see tls_settings; NULL: without */
    int64_t max_body;                  /**< bytes */
    int64_t max_per_client; /**< requests at once of an address; 0: any number */
    http_handler handler;
    http_sockets sockets;
    void *user;
} http_settings;

int http_open(http_server **s, const http_settings *settings, stance_error *err);
int http_port(const http_server *s);
void http_close(http_server **s);

/** True when the address is this machine's alone. */
bool http_is_loopback(const char *bind);

/* ---- what was asked ---- */

/** A parameter of the query, decoded; free(). NULL: not given. */
char *http_query(const http_request *r, const char *name);
/** How much the client wants a type of reply, by its Accept header: 0, not at all, to 1.
 */
double http_wants(const http_request *r, const char *type);
/** True when a reply may be compressed. */
bool http_takes_gzip(const http_request *r);
/** All others as they came, each behind a '&'; free(). @param without NULL at the end */
char *http_query_rest(const http_request *r, const char *const *without);
/** One that is a number. @return false: it is given and is none of that range */
bool http_query_number(const http_request *r, const char *name, int64_t least,
                       int64_t most, int64_t preset, int64_t *number);
/** All of them, in order; free() each name and value. Where there are more than `most`,
 * the last name is none that could be meant, so that it is refused. @return how many */
size_t http_queries(const http_request *r, char **names, char **values, size_t most);

/**
 * Store the body, or the first file of a form, in a file.
 *
 * @param room bytes that there are for it
 * @param name room for `size` bytes: what the client calls the file; "" where it does not
 * @return 0; STANCE_EINVAL (no file in it), STANCE_EOUTPUT (cannot be written),
 * STANCE_END (more than allowed, or it broke off)
 */
int http_store_body(http_request *r, const char *path, int64_t room, char *name,
                    size_t size, stance_error *err);

/* ---- replies ---- */

/** @param location header of that name; NULL: none */
void http_reply_json(http_request *r, int status, const json_text *json,
                     const char *location);
void http_reply_text(http_request *r, int status, const char *type, const char *body);
void http_reply_bytes(http_request *r, int status, const char *type, const char *bytes,
                      size_t n);
/** A file of the web app. */
typedef struct http_page {
    const char *type, *tag, *bytes;
    size_t n;
    bool gzip;  /**< that is how it is compressed */
    bool stays; /**< what has this address never changes */
} http_page;

/** The same for it, with what it may do in a browser; nothing where the client has it. */
void http_reply_page(http_request *r, const http_page *page);
/** A problem document (RFC 9457): what is wrong, and what to do. */
void http_problem(http_request *r, int status, const char *title, const char *format, ...)
    STANCE_PRINTF(4, 5);
/** The same, for a method that the address does not take. @param methods that it does */
void http_refuse_method(http_request *r, const char *methods);
/** A cookie that stands for the token from now on, as long as the server runs; or its
 * end. For who was let in. */
void http_reply_session(http_request *r, bool begins);
/** A whole file, or the part asked for. @param download name it is saved under */
void http_reply_file(http_request *r, const char *path, const char *type,
                     const char *download);
/** A body that goes on until one side has enough: begin, then send; false: the client is
 * gone. */
void http_begin(http_request *r, const char *type);
bool http_send(http_request *r, const char *bytes, size_t n);
/** The same for a file of unknown length, sent in pieces that have an end.
 * @param download name it is saved under */
void http_begin_file(http_request *r, const char *type, const char *download);
/** @param whole false: the client is to know that some is missing */
void http_end_file(http_request *r, bool whole);
/** The same with server-sent events. @param id NULL: none */
void http_begin_events(http_request *r);
bool http_send_event(http_request *r, const char *event, const char *id,
                     const char *data);

/** From now on little waits on its way to the client: who is slow gets the next of what
 * is sent instead of an older one. Call it before http_begin(). */
void http_keep_short(http_request *r);

/** Have it noticed within a minute when the other end of a socket is gone. */
void http_notice_gone(int fd);

/* ---- WebSockets: any thread ---- */

/** Send a message of text. @return false: the other end is gone */
bool http_socket_send(http_socket *socket, const char *message, size_t n);
/** Ask the other end to close it. */
void http_socket_end(http_socket *socket);

#endif
