/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_HTTP_PRIVATE_H
#define SERVER_HTTP_PRIVATE_H

#include <civetweb.h>

#include "clients.h"
#include "http.h"
#include "slow.h"
#include "tls.h"

/* What the files http*.c share. */

struct http_server {
    http_settings settings;
    struct mg_context *context;
    tls_front *tls; /* NULL: none */
    clients *clients;
    slow_watch *slow;     /* NULL: nobody is hurried */
    int port, usual_port; /* what clients see */
    char *address;        /* without the port */
    char *session;        /* what the cookie of who knows the token says */
};

/** What was asked, without the reply's ways. */
http_request http_request_of(const http_server *s, struct mg_connection *conn);
/** False: refused, and replied. Else http_leave() at its end. */
bool http_may_come_in(const http_server *s, http_request *r);
void http_leave(const http_server *s, const struct mg_connection *conn);
/** As http_problem(), with further headers, each with its end of line. */
void http_refuse(http_request *r, int status, const char *title, const char *headers,
                 const char *detail);
/** The header that says under which name a reply is saved; free(). */
char *http_disposition(const char *name);
/** The words of a status. */
const char *http_reason(int status);
/** A header of the request; "": not given. */
const char *http_header(const http_request *r, const char *name);
/** Everything of a reply before its body, which http_send() sends.
 * @param headers more of them, each with its end of line; "": none */
void http_begin_sized(http_request *r, int status, const char *type, const char *headers,
                      int64_t n);
/** The connection's own socket; -1: not found. */
int http_fd(const http_request *r);
/** http_socket.c */
void http_open_sockets(http_server *s);

static inline struct mg_connection *conn_of(const http_request *r)
{
    return r->inner;
}

#endif
