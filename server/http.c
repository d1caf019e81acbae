/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP by civetweb, and what is asked of every request.
 *
 * A page of another site may send requests to a server on this machine; it cannot set the
 * Host header, and its browser tells its Origin with all that changes something. So the
 * Host must be the bound address (or --public-host), and an Origin, where there is one,
 * must be the same. Tokens are compared in a time that does not depend on them.
 */
#define _XOPEN_SOURCE 700 /* strcasecmp */

#include "http_private.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MOST_QUERY = 8192 };

/* ---- replies ---- */

static const char *reason(int status)
{
    static const struct {
        int status;
        const char *text;
    } rows[] = {{200, "OK"},
                {201, "Created"},
                {202, "Accepted"},
                {204, "No Content"},
                {206, "Partial Content"},
                {304, "Not Modified"},
                {400, "Bad Request"},
                {401, "Unauthorized"},
                {403, "Forbidden"},
                {404, "Not Found"},
                {405, "Method Not Allowed"},
                {406, "Not Acceptable"},
                {408, "Request Timeout"},
                {409, "Conflict"},
                {411, "Length Required"},
                {413, "Content Too Large"},
                {415, "Unsupported Media Type"},
                {416, "Range Not Satisfiable"},
                {421, "Misdirected Request"},
                {422, "Unprocessable Content"},
                {429, "Too Many Requests"},
                {500, "Internal Server Error"},
                {503, "Service Unavailable"},
                {507, "Insufficient Storage"}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].status == status)
            return rows[i].text;
    return "Unknown";
}

/* Status line and the headers that all replies have; the empty line is the caller's. */
static void begin_reply(http_request *r, int status, const char *type)
{
    mg_printf(conn_of(r),
              "HTTP/1.1 %d %s\r\n"
              "Content-Type: %s\r\n"
              "Cache-Control: no-store\r\n"
              "X-Content-Type-Options: nosniff\r\n"
              "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
              "Cross-Origin-Resource-Policy: same-origin\r\n"
              "Referrer-Policy: no-referrer\r\n",
              status, reason(status), type);
}

void http_begin_sized(http_request *r, int status, const char *type, const char *headers,
                      int64_t n)
{
    /* What is left of a body would be read as the next request. */
    bool whole = r->length <= 0 && !*http_header(r, "Transfer-Encoding");
    if (!whole)
        mg_disable_connection_keep_alive(conn_of(r));
    begin_reply(r, status, type);
    mg_printf(conn_of(r), "%s%s", headers, whole ? "" : "Connection: close\r\n");
    if (status != 204 && status != 304) /* which have no body by themselves */
        mg_printf(conn_of(r), "Content-Length: %" PRId64 "\r\n", n);
    mg_printf(conn_of(r), "\r\n");
}

static void reply(http_request *r, int status, const char *type, const char *headers,
                  const char *body, size_t n)
{
    http_begin_sized(r, status, type, headers, (int64_t)n);
    if (strcmp(r->method, "HEAD") != 0)
        mg_write(conn_of(r), body, n);
}

void http_reply_bytes(http_request *r, int status, const char *type, const char *bytes,
                      size_t n)
{
    reply(r, status, type, "", bytes, n);
}

void http_reply_text(http_request *r, int status, const char *type, const char *body)
{
    reply(r, status, type, "", body, strlen(body));
}

void http_reply_json(http_request *r, int status, const json_text *json,
                     const char *location)
{
    char *headers = location ? must_format("Location: %s\r\n", location) : must_copy("");
    char *body = must_format("%s\n", json->text.data ? json->text.data : "null");
    reply(r, status, "application/json", headers, body, strlen(body));
    free(body);
    free(headers);
}

void http_problem(http_request *r, int status, const char *title, const char *format, ...)
{
    char detail[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(detail, sizeof(detail), format, args);
    va_end(args);
    json_text j = {0};
    json_open(&j, NULL, '{');
    json_string(&j, "type", "about:blank");
    json_string(&j, "title", title);
    json_int(&j, "status", status);
    json_string(&j, "detail", detail);
    json_close(&j, '{');
    const char *headers = status == 401   ? "WWW-Authenticate: Bearer\r\n"
                          : status == 429 ? "Retry-After: 5\r\n"
                                          : "";
    reply(r, status, "application/problem+json", headers, j.text.data, j.text.n);
    free(j.text.data);
}

/* The end of the connection is the end of the body. */
void http_begin(http_request *r, const char *type, const char *download)
{
    mg_disable_connection_keep_alive(conn_of(r));
    begin_reply(r, 200, type);
    if (download)
        mg_printf(conn_of(r), "Content-Disposition: attachment; filename=\"%s\"\r\n",
                  download);
    mg_printf(conn_of(r), "Connection: close\r\n\r\n");
}

bool http_send(http_request *r, const char *bytes, size_t n)
{
    if (strcmp(r->method, "HEAD") == 0)
        return false;
    return mg_write(conn_of(r), bytes, n) == (int)n;
}

void http_begin_events(http_request *r)
{
    http_begin(r, "text/event-stream", NULL);
}

bool http_send_event(http_request *r, const char *event, const char *id, const char *data)
{
    char *line = id ? must_format("event: %s\nid: %s\ndata: %s\n\n", event, id, data)
                    : must_format("event: %s\ndata: %s\n\n", event, data);
    bool sent = http_send(r, line, strlen(line));
    free(line);
    return sent;
}

/* ---- what was asked ---- */

static const char *query_of(const http_request *r)
{
    const char *query = mg_get_request_info(conn_of(r))->query_string;
    return query ? query : "";
}

static char *decode(const char *from, size_t n)
{
    char *to = must_alloc(n + 1, 1);
    if (mg_url_decode(from, (int)n, to, (int)n + 1, 1) < 0)
        to[0] = '\0';
    return to;
}

size_t http_queries(const http_request *r, char **names, char **values, size_t most)
{
    size_t n = 0;
    for (const char *at = query_of(r); *at && n < most;) {
        size_t whole = strcspn(at, "&"), key = strcspn(at, "=&");
        names[n] = decode(at, key);
        values[n++] = key < whole ? decode(at + key + 1, whole - key - 1) : must_copy("");
        at += whole + (at[whole] == '&');
    }
    return n;
}

char *http_query(const http_request *r, const char *name)
{
    char value[MOST_QUERY];
    const char *query = query_of(r);
    int n = mg_get_var(query, strlen(query), name, value, sizeof(value));
    return n >= 0 ? must_copy(value) : NULL;
}

char *http_query_rest(const http_request *r, const char *const *without)
{
    text rest = {0};
    for (const char *at = query_of(r); *at;) {
        size_t whole = strcspn(at, "&"), key = strcspn(at, "=&");
        bool left_out = false;
        for (size_t i = 0; without[i]; i++)
            left_out |= strlen(without[i]) == key && strncmp(at, without[i], key) == 0;
        if (!left_out && whole > 0)
            text_addf(&rest, "&%.*s", (int)whole, at);
        at += whole + (at[whole] == '&');
    }
    return rest.data ? rest.data : must_copy("");
}

bool http_query_number(const http_request *r, const char *name, int64_t least,
                       int64_t most, int64_t preset, int64_t *number)
{
    char *given = http_query(r, name), *end = NULL;
    *number = preset;
    if (given)
        *number = strtoll(given, &end, 10);
    bool good = !given || (*given && !*end && *number >= least && *number <= most);
    free(given);
    return good;
}

/* ---- what is asked of every request ---- */

static const char *header(const struct mg_connection *conn, const char *name)
{
    const char *value = mg_get_header(conn, name);
    return value ? value : "";
}

const char *http_header(const http_request *r, const char *name)
{
    return header(conn_of(r), name);
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
    const char *names[] = {s->address, s->settings.public_host,
                           http_is_loopback(s->settings.bind) ? "localhost" : NULL};
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

static bool is_welcome(const http_server *s, http_request *r)
{
    const struct mg_connection *conn = conn_of(r);
    const char *origin = header(conn, "Origin"), *given = header(conn, "Authorization");
    if (!is_this_host(s, header(conn, "Host"))) {
        http_problem(r, 421, "Another host",
                     "the Host header names another server; use the address that it is "
                     "bound to, or start it with --public-host");
        return false;
    }
    bool asks = changes_something(r->method) || *header(conn, "Upgrade");
    if (*origin && asks && !is_own_origin(s, origin)) {
        http_problem(r, 403, "Another site",
                     "pages of other sites may not use this server");
        return false;
    }
    if (s->settings.token && (strncasecmp(given, "Bearer ", 7) != 0 ||
                              !same_token(given + 7, s->settings.token))) {
        http_problem(r, 401, "A token is needed",
                     "send the header 'Authorization: Bearer TOKEN' with the token that "
                     "the server was started with");
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

http_request http_request_of(const http_server *s, struct mg_connection *conn)
{
    const struct mg_request_info *info = mg_get_request_info(conn);
    return (http_request){.method = info->request_method,
                          .path = info->local_uri,
                          .type = header(conn, "Content-Type"),
                          .accept = header(conn, "Accept"),
                          .last_event = header(conn, "Last-Event-ID"),
                          .length = info->content_length,
                          .user = s->settings.user,
                          .inner = conn};
}

static int on_request(struct mg_connection *conn, void *user)
{
    const http_server *s = user;
    http_request r = http_request_of(s, conn);
    if (http_may_come_in(s, &r)) {
        s->settings.handler(&r);
        http_leave(s, conn);
    }
    return 1;
}

/* What civetweb itself refuses is told in the same form. */
static int on_error(struct mg_connection *conn, int status, const char *message)
{
    const struct mg_request_info *info = mg_get_request_info(conn);
    http_request r = {.method =
                          info && info->request_method ? info->request_method : "GET",
                      .inner = conn,
                      .length = 1};
    http_problem(&r, status, reason(status), "%s",
                 message && *message ? message : reason(status));
    return 0;
}

static int on_log(const struct mg_connection *conn, const char *message)
{
    (void)conn;
    say(STANCE_LOG_DEBUG, "serve", "%s", message);
    return 1;
}

/* ---- opening ---- */

bool http_is_loopback(const char *bind)
{
    return strncmp(bind, "127.", 4) == 0 || strncmp(bind, "[::1]", 5) == 0 ||
           strncmp(bind, "localhost:", 10) == 0;
}

/* What clients reach: the server itself, or TLS in front of it. */
static int open_port(http_server *s, stance_error *err)
{
    struct mg_server_port port[1] = {{0}};
    const http_settings *settings = &s->settings;
    mg_get_server_ports(s->context, 1, port);
    s->port = port[0].port;
    s->usual_port = 80;
    if (!settings->certificate)
        return 0;
    const tls_settings tls = {.bind = settings->bind,
                              .certificate = settings->certificate,
                              .key = settings->key,
                              .inner_port = s->port,
                              .clients = s->clients};
    int rc = tls_open(&s->tls, &tls, err);
    if (rc == 0)
        s->port = tls_port(s->tls);
    s->usual_port = 443;
    return rc;
}

int http_open(http_server **out, const http_settings *settings, stance_error *err)
{
    const char *colon = strrchr(settings->bind, ':');
    *out = NULL;
    if (!colon || colon == settings->bind)
        return fail(err, STANCE_EINVAL, "--bind: expected ADDRESS:PORT, found '%s'",
                    settings->bind);
    http_server *s = must_alloc(1, sizeof(*s));
    *s = (http_server){.settings = *settings};
    s->clients = clients_new(settings->max_per_client);
    s->slow = slow_watch_new();
    s->address = must_copy(settings->bind);
    s->address[colon - settings->bind] = '\0';
    char threads[16];
    snprintf(threads, sizeof(threads), "%d", HTTP_THREADS);
    const char *options[] = {"listening_ports",
                             settings->certificate ? "127.0.0.1:0" : settings->bind,
                             "num_threads",
                             threads,
                             "connection_queue",
                             "256",
                             "request_timeout_ms",
                             "20000",
                             "enable_keep_alive",
                             "yes",
                             "keep_alive_timeout_ms",
                             "5000",
                             "max_request_size",
                             "16384",
                             "tcp_nodelay",
                             "1",
                             "enable_directory_listing",
                             "no",
                             NULL};
    char why[256] = "";
    struct mg_callbacks callbacks = {.log_message = on_log, .http_error = on_error};
    struct mg_init_data init = {
        .callbacks = &callbacks, .user_data = s, .configuration_options = options};
    struct mg_error_data error = {.text = why, .text_buffer_size = sizeof(why)};
    mg_init_library(0);
    s->context = mg_start2(&init, &error);
    if (!s->context) {
        fail(err, STANCE_EOUTPUT, "--bind %s: cannot be had: %s", settings->bind, why);
        http_close(&s);
        return STANCE_EOUTPUT;
    }
    int rc = open_port(s, err);
    if (rc < 0) {
        http_close(&s);
        return rc;
    }
    mg_set_request_handler(s->context, "/", on_request, s);
    http_open_sockets(s);
    *out = s;
    return 0;
}

int http_port(const http_server *s)
{
    return s->port;
}

void http_close(http_server **out)
{
    http_server *s = *out;
    *out = NULL;
    if (!s)
        return;
    tls_close(&s->tls);
    if (s->context)
        mg_stop(s->context);
    mg_exit_library();
    slow_watch_free(&s->slow);
    clients_free(s->clients);
    free(s->address);
    free(s);
}
