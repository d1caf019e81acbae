/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bodies of requests into files: as they are, or the first file of a form.
 *
 * No more is written than is allowed; what broke off is not kept.
 */
#define _XOPEN_SOURCE 700 /* strncasecmp */

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http_private.h"

enum { CHUNK = 64 * 1024 };

typedef struct upload {
    FILE *file;
    const char *path;
    char *name;
    size_t size;
    int64_t n, most;
    bool found, done, broke_off, too_long, failed;
    char *other; /* a field that is none */
} upload;

static void take_bytes(upload *u, const char *bytes, size_t n)
{
    u->n += (int64_t)n;
    u->too_long |= u->n > u->most;
    if (!u->too_long && !u->failed && fwrite(bytes, 1, n, u->file) != n)
        u->failed = true;
}

static int on_field(const char *key, const char *file_name, char *path, size_t path_size,
                    void *user)
{
    upload *u = user;
    (void)path;
    (void)path_size;
    if (u->found || !file_name || !*file_name) {
        if (!u->other)
            u->other = must_copy(key ? key : "");
        return MG_FORM_FIELD_STORAGE_SKIP;
    }
    u->found = true;
    snprintf(u->name, u->size, "%s", base_name(file_name));
    return MG_FORM_FIELD_STORAGE_GET;
}

static int on_bytes(const char *key, const char *value, size_t n, void *user)
{
    (void)key;
    upload *u = user;
    take_bytes(u, value, n);
    return u->too_long || u->failed ? MG_FORM_FIELD_HANDLE_ABORT
                                    : MG_FORM_FIELD_HANDLE_GET;
}

static void read_plain(http_request *r, upload *u)
{
    char *bytes = must_alloc(CHUNK, 1);
    int n = 1;
    u->found = true;
    while (!u->too_long && !u->failed && (n = mg_read(conn_of(r), bytes, CHUNK)) > 0)
        take_bytes(u, bytes, (size_t)n);
    u->broke_off = n < 0;
    u->done = n == 0 && u->n > 0 && (r->length < 0 || u->n == r->length);
    free(bytes);
}

int http_store_body(http_request *r, const char *path, int64_t room, char *name,
                    size_t size, stance_error *err)
{
    const http_server *s = mg_get_user_data(mg_get_context(conn_of(r)));
    const int64_t most = s->settings.max_body;
    upload u = {
        .path = path, .name = name, .size = size, .most = room < most ? room : most};
    name[0] = '\0';
    u.file = fopen(path, "wbx");
    if (!u.file)
        return fail(err, STANCE_EOUTPUT, "the upload cannot be stored: %s",
                    strerror(errno));
    int fd = http_fd(r);
    slow_watch_begin(s->slow, fd, SLOW_BODY);
    if (strncasecmp(r->type, "multipart/form-data", 19) == 0) {
        struct mg_form_data_handler handler = {on_field, on_bytes, NULL, &u};
        u.done = mg_handle_form_request(conn_of(r), &handler) > 0;
    } else {
        read_plain(r, &u);
    }
    bool slow = slow_watch_end(s->slow, fd);
    u.failed |= fclose(u.file) != 0;
    int rc = 0;
    if (u.too_long && u.most < most)
        rc = fail(err, STANCE_EOUTPUT,
                  "there is room for %" PRId64 " bytes, which is "
                  "less than the upload has",
                  u.most);
    else if (u.too_long)
        rc = fail(err, STANCE_END, "expected at most %" PRId64 " bytes", u.most);
    else if (slow && !u.done)
        rc = fail(err, STANCE_EINVAL,
                  "the upload came too slowly (%" PRId64 " bytes so far)", u.n);
    else if (u.failed)
        rc =
            fail(err, STANCE_EOUTPUT, "the upload cannot be stored: %s", strerror(errno));
    else if (!u.broke_off && (!u.found || u.n == 0))
        rc = fail(err, STANCE_EINVAL, "expected a file, found none");
    else if (u.other)
        rc = fail(
            err, STANCE_EINVAL,
            "expected a form with one file, found the field '%.60s' as well; options "
            "are parameters of the address",
            u.other);
    else if (!u.done)
        rc =
            fail(err, STANCE_EINVAL, "the upload broke off after %" PRId64 " bytes", u.n);
    free(u.other);
    if (rc != 0)
        remove(path);
    else
        r->length = 0; /* all was read */
    return rc;
}
