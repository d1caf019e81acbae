/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where `stance events` writes: standard output, or a file by way of NAME.part.
 *
 * Who reads a pipe may have had enough (`| head`): that is no error, and who follows
 * notices it even while nothing happens.
 */
#define _XOPEN_SOURCE 700 /* poll */

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "events.h"
#include "jobs.h"

static int fail_write(const events_out *out, stance_error *err)
{
    return fail(err, STANCE_EOUTPUT, "%s: cannot be written: %s",
                out->path ? out->path : "standard output", strerror(errno));
}

int events_out_open(events_out *out, const char *path, stance_error *err)
{
    *out = (events_out){.file = stdout};
    if (!path || strcmp(path, "-") == 0)
        return 0;
    out->in_place = path_is_special(path);
    out->path = must_copy(path);
    out->part = must_format("%s%s", path, out->in_place ? "" : ".part");
    out->file = fopen(out->part, "wb");
    return out->file ? 0 : fail_write(out, err);
}

int events_out_write(events_out *out, text *t, stance_error *err)
{
    errno = 0;
    if (t->n > 0)
        fwrite(t->data, 1, t->n, out->file);
    t->n = 0;
    if (fflush(out->file) == 0 && !ferror(out->file))
        return 0;
    return !out->path && errno == EPIPE ? STANCE_END : fail_write(out, err);
}

bool events_out_is_closed(const events_out *out)
{
    struct pollfd look = {.fd = STDOUT_FILENO};
    return !out->path && poll(&look, 1, 0) == 1 && (look.revents & (POLLERR | POLLNVAL));
}

int events_out_commit(events_out *out, stance_error *err)
{
    if (!out->path)
        return 0;
    FILE *file = out->file;
    out->file = NULL;
    if (fclose(file) != 0 || (!out->in_place && rename(out->part, out->path) != 0))
        return fail_write(out, err);
    free(out->part);
    out->part = NULL;
    return 0;
}

void events_out_close(events_out *out)
{
    if (out->path && out->file)
        fclose(out->file);
    if (out->part && !out->in_place)
        remove(out->part);
    free(out->path);
    free(out->part);
    *out = (events_out){0};
}
