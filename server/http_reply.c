/* SPDX-License-Identifier: Apache-2.0 */
/* What is sent back: status line, headers, bodies, problem documents, events. */
#include "http_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const char *http_reason(int status)
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

static const char no_page[] = "default-src 'none'; frame-ancestors 'none'";
static const char own_page[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: "
    "data:; "
    "media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

/* Status line and the headers that all replies have; the empty line is the caller's.
 * @param policy what a browser may do with it */
static void begin(http_request *r, int status, const char *type, const char *cache,
                  const char *policy)
{
    mg_printf(conn_of(r),
              "HTTP/1.1 %d %s\r\n"
              "%s%s%s"
              "Cache-Control: %s\r\n"
              "X-Content-Type-Options: nosniff\r\n"
              "Content-Security-Policy: %s\r\n"
              "Cross-Origin-Resource-Policy: same-origin\r\n"
              "Referrer-Policy: no-referrer\r\n",
              status, http_reason(status), type ? "Content-Type: " : "", type ? type : "",
              type ? "\r\n" : "", cache, policy);
}

static void begin_reply(http_request *r, int status, const char *type)
{
    begin(r, status, type, "no-store", no_page);
}

/* @param headers each with its end @param n of the body */
static void end_head(http_request *r, int status, const char *headers, int64_t n)
{
    /* What is left of a body would be read as the next request. */
    bool whole = r->length <= 0 && !*http_header(r, "Transfer-Encoding");
    if (!whole)
        mg_disable_connection_keep_alive(conn_of(r));
    mg_printf(conn_of(r), "%s%s", headers, whole ? "" : "Connection: close\r\n");
    if (status != 204 && status != 304) /* which have no body by themselves */
        mg_printf(conn_of(r), "Content-Length: %" PRId64 "\r\n", n);
    mg_printf(conn_of(r), "\r\n");
}

void http_begin_sized(http_request *r, int status, const char *type, const char *headers,
                      int64_t n)
{
    begin_reply(r, status, type);
    end_head(r, status, headers, n);
}

void http_reply_page(http_request *r, const http_page *page)
{
    bool has_it = strstr(http_header(r, "If-None-Match"), page->tag) != NULL;
    int status = has_it ? 304 : 200;
    char *headers = must_format("ETag: \"%s%s\"\r\nVary: Accept-Encoding\r\n%s",
                                page->tag, page->gzip ? ".gz" : "",
                                page->gzip ? "Content-Encoding: gzip\r\n" : "");
    begin(r, status, page->type,
          page->stays ? "public, max-age=31536000, immutable" : "no-cache", own_page);
    end_head(r, status, headers, (int64_t)page->n);
    if (!has_it && strcmp(r->method, "HEAD") != 0)
        mg_write(conn_of(r), page->bytes, page->n);
    free(headers);
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

void http_refuse(http_request *r, int status, const char *title, const char *headers,
                 const char *detail)
{
    json_text j = {0};
    json_open(&j, NULL, '{');
    json_string(&j, "type", "about:blank");
    json_string(&j, "title", title);
    json_int(&j, "status", status);
    json_string(&j, "detail", detail);
    json_close(&j, '{');
    reply(r, status, "application/problem+json", headers, j.text.data, j.text.n);
    free(j.text.data);
}

void http_refuse_method(http_request *r, const char *methods)
{
    char *headers = must_format("Allow: %s\r\n", methods);
    char *detail = must_format("%s takes %s, not %s", r->path, methods, r->method);
    http_refuse(r, 405, "Not this way", headers, detail);
    free(detail);
    free(headers);
}

void http_problem(http_request *r, int status, const char *title, const char *format, ...)
{
    char detail[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(detail, sizeof(detail), format, args);
    va_end(args);
    http_refuse(r, status, title,
                status == 401   ? "WWW-Authenticate: Bearer\r\n"
                : status == 429 ? "Retry-After: 5\r\n"
                                : "",
                detail);
}

/* The name twice: in plain characters for who knows no others, and as it is (RFC 8187).
 */
char *http_disposition(const char *name)
{
    static const char kept[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "0123456789!#$&+-.^_`|~";
    text made = {0};
    char *plain = must_copy(name);
    bool same = true;
    for (char *c = plain; *c; c++)
        if ((unsigned char)*c < 0x20 || (unsigned char)*c > 0x7e || strchr("\"\\/", *c)) {
            *c = '_';
            same = false;
        }
    text_addf(&made, "Content-Disposition: attachment; filename=\"%s\"%s", plain,
              same ? "" : "; filename*=UTF-8''");
    for (const char *c = name; *c && !same; c++)
        if (strchr(kept, *c))
            text_addf(&made, "%c", *c);
        else
            text_addf(&made, "%%%02X", (unsigned char)*c);
    text_addf(&made, "\r\n");
    free(plain);
    return made.data;
}

/* The end of the connection is the end of the body. */
void http_begin(http_request *r, const char *type)
{
    mg_disable_connection_keep_alive(conn_of(r));
    begin_reply(r, 200, type);
    mg_printf(conn_of(r), "Connection: close\r\n\r\n");
}

void http_begin_file(http_request *r, const char *type, const char *download)
{
    const http_server *s = mg_get_user_data(mg_get_context(conn_of(r)));
    const struct mg_request_info *info = mg_get_request_info(conn_of(r));
    char *disposition = http_disposition(download);
    r->watched = http_fd(r);
    slow_watch_begin(s->slow, r->watched, SLOW_REPLY);
    r->chunked = info->http_version && strcmp(info->http_version, "1.0") != 0;
    mg_disable_connection_keep_alive(conn_of(r));
    begin_reply(r, 200, type);
    mg_printf(conn_of(r), "%s%sConnection: close\r\n\r\n", disposition,
              r->chunked ? "Transfer-Encoding: chunked\r\n" : "");
    free(disposition);
}

bool http_send(http_request *r, const char *bytes, size_t n)
{
    if (strcmp(r->method, "HEAD") == 0)
        return false;
    if (r->chunked) /* an empty piece would be the last */
        return n == 0 || mg_send_chunk(conn_of(r), bytes, (unsigned)n) > 0;
    return mg_write(conn_of(r), bytes, n) == (int)n;
}

void http_end_file(http_request *r, bool whole)
{
    static const char last[] = "0\r\n\r\n";
    const http_server *s = mg_get_user_data(mg_get_context(conn_of(r)));
    if (whole && r->chunked && strcmp(r->method, "HEAD") != 0)
        mg_write(conn_of(r), last, sizeof(last) - 1);
    slow_watch_end(s->slow, r->watched);
}

void http_begin_events(http_request *r)
{
    http_begin(r, "text/event-stream");
}

bool http_send_event(http_request *r, const char *event, const char *id, const char *data)
{
    char *line = id ? must_format("event: %s\nid: %s\ndata: %s\n\n", event, id, data)
                    : must_format("event: %s\ndata: %s\n\n", event, data);
    bool sent = http_send(r, line, strlen(line));
    free(line);
    return sent;
}
