/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is asked of every request.
 *
 * A page of another site may send requests to a server on this machine; it cannot set the
 * Host header, and its browser tells its Origin with all that changes something. So the
 * Host must be the bound address (or --public-host), and an Origin, where there is one,
 * must be the same. Tokens are compared in a time that does not depend on them.
 */
#define _XOPEN_SOURCE 700 /* strcasecmp */

#include "http_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "folders.h"

const char *http_header(const http_request *r, const char *name)
{
    const char *value = mg_get_header(conn_of(r), name);
    return value ? value : "";
}

/* Bound to all of the machine's addresses, any of them may be named: who tricks a browser
 * into coming here names a host of theirs, not a number. */
static bool is_any_number(const http_server *s, const char *host, const char *port)
{
    const char *rest = host + strspn(host, "0123456789.");
    return strcmp(s->address, "0.0.0.0") == 0 && rest > host &&
           (strcmp(rest, port) == 0 || (!*rest && s->port == s->usual_port));
}

/* "HOST[:PORT]" is this server. */
static bool is_this_host(const http_server *s, const char *host)
{
    bool own = http_is_loopback(s->settings.bind);
    const char *names[] = {s->address, s->settings.public_host, own ? "localhost" : NULL,
                           own ? "127.0.0.1" : NULL, own ? "[::1]" : NULL};
    char *port = must_format(":%d", s->port);
    bool found = is_any_number(s, host, port);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !found; i++) {
        size_t n = names[i] ? strlen(names[i]) : 0;
        if (n == 0 || strncasecmp(host, names[i], n) != 0)
            continue;
        const char *rest = host + n;
        found =
            strcmp(rest, port) == 0 || (!*rest && (s->port == s->usual_port || i == 1));
    }
    free(port);
    return found;
}

static bool changes_something(const char *method)
{
    return strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0;
}

static bool is_own_origin(const http_server *s, const char *origin)
{
    const char *host = strstr(origin, "://");
    return host && is_this_host(s, host + 3);
}

static bool same_token(const char *given, const char *token)
{
    size_t n = strlen(token), n_given = strlen(given);
    unsigned differs = n != n_given;
    for (size_t i = 0; i < n; i++)
        differs |= (unsigned char)token[i] ^ (unsigned char)(i < n_given ? given[i] : 0);
    return differs == 0;
}

/* A browser cannot say the token where it loads a picture, follows events or opens a
 * WebSocket; it sends the cookie that http_reply_session() gave it. */
static bool knows_token(const http_server *s, const http_request *r)
{
    const char *given = http_header(r, "Authorization");
    char cookie[2 * RANDOM_ID + 2] = "";
    if (!s->settings.token)
        return true;
    if (strncasecmp(given, "Bearer ", 7) == 0)
        return same_token(given + 7, s->settings.token);
    mg_get_cookie(http_header(r, "Cookie"), HTTP_SESSION, cookie, sizeof(cookie));
    return same_token(cookie, s->session);
}

void http_reply_session(http_request *r, bool begins)
{
    const http_server *s = mg_get_user_data(mg_get_context(conn_of(r)));
    char *headers = must_format(
        "Set-Cookie: " HTTP_SESSION "=%s; Path=/; HttpOnly; SameSite=Strict%s%s\r\n",
        begins ? s->session : "", s->settings.certificate ? "; Secure" : "",
        begins ? "" : "; Max-Age=0");
    http_begin_sized(r, 204, NULL, headers, 0);
    free(headers);
}

static bool is_welcome(const http_server *s, http_request *r)
{
    const char *origin = http_header(r, "Origin");
    if (!is_this_host(s, http_header(r, "Host"))) {
        http_problem(r, 421, "Another host",
                     "the Host header names another server; use the address that it is "
                     "bound to, or start it with --public-host");
        return false;
    }
    bool asks = changes_something(r->method) || *http_header(r, "Upgrade");
    if (*origin && asks && !is_own_origin(s, origin)) {
        http_problem(r, 403, "Another site",
                     "pages of other sites may not use this server");
        return false;
    }
    if (!s->settings.is_open(r->path) && !knows_token(s, r)) {
        http_problem(r, 401, "A token is needed",
                     "send the header 'Authorization: Bearer TOKEN' with the token that "
                     "the server was started with; a page sends it once, with POST to "
                     "/api/session, and has a cookie from then on");
        return false;
    }
    if (r->length > s->settings.max_body) {
        http_problem(r, 413, "Too large", "expected at most %" PRId64 " bytes",
                     s->settings.max_body);
        return false;
    }
    return true;
}

bool http_may_come_in(const http_server *s, http_request *r)
{
    const char *address = mg_get_request_info(conn_of(r))->remote_addr;
    if (!clients_enter(s->clients, address)) {
        http_problem(
            r, 429, "Busy",
            "as many requests as one client may have at once are being answered; "
            "try again when they are");
        return false;
    }
    bool welcome = is_welcome(s, r);
    if (!welcome)
        clients_leave(s->clients, address);
    return welcome;
}

void http_leave(const http_server *s, const struct mg_connection *conn)
{
    clients_leave(s->clients, mg_get_request_info(conn)->remote_addr);
}
