/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files are kept compressed, and unpacked for the few clients that want them plain. Names
 * below /assets/ have their content's sum in them, so whoever has such a file need never
 * ask again.
 */
#include "page.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static const char index_path[] = "/index.html";

/* Addresses of the app itself, which finds out what to show from the rest of them. */
static const char *const views[] = {"/",       "/picture", "/video", "/live",
                                    "/events", "/models",  "/help",  NULL};

static bool is_view(const char *path)
{
    for (const char *const *v = views; *v; v++) {
        size_t n = strlen(*v);
        if (strcmp(path, *v) == 0 ||
            (n > 1 && strncmp(path, *v, n) == 0 && path[n] == '/'))
            return true;
    }
    return false;
}

static const page_file *find(const char *path)
{
    const char *wanted = is_view(path) ? index_path : path;
    for (const page_file *f = page_files; f->path; f++)
        if (strcmp(f->path, wanted) == 0)
            return f;
    return NULL;
}

bool page_is_at(const char *path)
{
    return is_view(path) || find(path);
}

/* @return free() */
static char *unpack(const page_file *f)
{
    enum { GZIP = 16 + MAX_WBITS };
    char *plain = must_alloc(f->n_plain + 1, 1);
    z_stream z = {.next_in = (Bytef *)(uintptr_t)f->bytes,
                  .avail_in = (uInt)f->n,
                  .next_out = (Bytef *)plain,
                  .avail_out = (uInt)f->n_plain};
    if (inflateInit2(&z, GZIP) == Z_OK) {
        inflate(&z, Z_FINISH);
        inflateEnd(&z);
    }
    return plain;
}

bool page_reply(http_request *r)
{
    const page_file *f = find(r->path);
    if (!f && !is_view(r->path))
        return false;
    if (!f) {
        http_problem(r, 404, "No page",
                     "this program was built without its page, as Node.js was not there: "
                     "run 'make setup' and build it again. The API is described at "
                     "/api/openapi.json");
        return true;
    }
    bool packed = http_takes_gzip(r);
    char *plain = packed ? NULL : unpack(f);
    http_reply_page(r, &(http_page){.type = f->type,
                                    .tag = f->tag,
                                    .bytes = plain ? plain : (const char *)f->bytes,
                                    .n = plain ? f->n_plain : f->n,
                                    .gzip = packed,
                                    .stays = strncmp(f->path, "/assets/", 8) == 0});
    free(plain);
    return true;
}
