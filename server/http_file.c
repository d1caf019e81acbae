/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replies that are files: whole, in part, or not at all where the client has them.
 *
 * The library can do that as well, but promises a byte too much where a part is asked for
 * that goes beyond the end.
 */
#define _XOPEN_SOURCE 700 /* fseeko */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "http_private.h"
#include "range.h"

enum { CHUNK = 64 * 1024 };

/* ---- replying ---- */

static void send_part(http_request *r, FILE *file, int64_t first, int64_t n)
{
    const http_server *s = mg_get_user_data(mg_get_context(conn_of(r)));
    char *chunk = must_alloc(CHUNK, 1);
    int fd = n > CHUNK ? http_fd(r) : -1; /* less goes into the system's buffer at once */
    slow_watch_begin(s->slow, fd, SLOW_REPLY);
    if (fseeko(file, first, SEEK_SET) != 0)
        n = 0;
    while (n > 0) {
        size_t got = fread(chunk, 1, n < CHUNK ? (size_t)n : CHUNK, file);
        if (got == 0 || !http_send(r, chunk, got))
            break; /* it was removed, or the client is gone */
        n -= (int64_t)got;
    }
    if (n > 0)
        mg_disable_connection_keep_alive(conn_of(r));
    slow_watch_end(s->slow, fd);
    free(chunk);
}

static bool names_tag(const char *header, const char *tag)
{
    return strcmp(header, "*") == 0 || strstr(header, tag) != NULL;
}

static void reply_open_file(http_request *r, FILE *file, const struct stat *st,
                            const char *type, const char *download)
{
    int64_t size = st->st_size, first, last;
    char *tag = must_format("\"%" PRIx64 ".%" PRIx64 ".%lx\"", (int64_t)st->st_mtime,
                            size, st->st_mtim.tv_nsec);
    const char *if_range = http_header(r, "If-Range"), *range = http_header(r, "Range");
    bool body = strcmp(r->method, "HEAD") != 0;
    /* Of another method it means nothing (RFC 9110, 14.2); or the client has parts of
     * another file. */
    if (!body || (*if_range && strcmp(if_range, tag) != 0))
        range = "";
    range_kind part = range_read(range, size, &first, &last);
    char *name = http_disposition(download);
    text headers = {0};
    text_addf(&headers, "ETag: %s\r\nAccept-Ranges: bytes\r\n", tag);
    int status = part == RANGE_PART ? 206 : 200;
    if (*http_header(r, "If-None-Match") &&
        names_tag(http_header(r, "If-None-Match"), tag)) {
        status = 304;
        body = false;
        first = 0;
        last = -1;
    } else if (part == RANGE_OUTSIDE) {
        status = 416;
        text_addf(&headers, "Content-Range: bytes */%" PRId64 "\r\n", size);
    } else if (part == RANGE_PART) {
        text_addf(&headers,
                  "Content-Range: bytes %" PRId64 "-%" PRId64 "/%" PRId64 "\r\n", first,
                  last, size);
    }
    if (status == 416) {
        char *detail =
            must_format("there are %" PRId64 " bytes, found '%s'", size, range);
        http_refuse(r, status, "Behind the end", headers.data, detail);
        free(detail);
    } else {
        text_addf(&headers, "%s", name);
        http_begin_sized(r, status, type, headers.data, last - first + 1);
        if (body)
            send_part(r, file, first, last - first + 1);
    }
    free(headers.data);
    free(name);
    free(tag);
}

void http_reply_file(http_request *r, const char *path, const char *type,
                     const char *download)
{
    struct stat st;
    FILE *file = fopen(path, "rb");
    if (!file || fstat(fileno(file), &st) != 0 || !S_ISREG(st.st_mode))
        http_problem(r, 404, "Not there", "there is no such result (any more)");
    else
        reply_open_file(r, file, &st, type, download);
    if (file)
        fclose(file);
}
