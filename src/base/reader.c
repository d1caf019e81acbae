/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading files of any size, and pipes, with memory for one piece of them.
 *
 * Before each piece it is asked whether to stop: a file may be read over once before its
 * first frame is known. A pipe may have nothing to give for hours: it is waited for in
 * short steps.
 */
#include "base/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/status.h"

enum { BUFFER = 1 << 18, WAIT_MS = 100 };

int st_reader_open(st_reader *r, const char *path, bool (*stop)(void *user), void *user,
                   stance_error *err)
{
    bool standard = strcmp(path, "-") == 0;
    struct stat info;
    *r = (st_reader){.name = standard ? "standard input" : path,
                     .fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC),
                     .owned = !standard,
                     .stop = stop,
                     .user = user,
                     .line = 1};
    if (r->fd < 0 || fstat(r->fd, &info) != 0)
        return st_fail(err, STANCE_EINPUT, "%s: %s", r->name, strerror(errno));
    if (S_ISDIR(info.st_mode))
        return st_fail(err, STANCE_EINPUT, "%s: expected a file, found a folder",
                       r->name);
    r->seekable = S_ISREG(info.st_mode) && !standard;
    r->buffer = st_alloc_array(BUFFER, 1);
    return r->buffer ? 0 : st_fail_memory(err);
}

void st_reader_close(st_reader *r)
{
    if (r->owned && r->fd >= 0)
        close(r->fd);
    st_free(r->buffer);
    *r = (st_reader){.fd = -1};
}

/* False: reading ends here. */
static bool wait_for_more(st_reader *r)
{
    struct pollfd wait = {.fd = r->fd, .events = POLLIN};
    while (r->stop) {
        if (r->stop(r->user)) {
            r->stopped = true;
            return false;
        }
        if (r->seekable)
            break;
        int n = poll(&wait, 1, WAIT_MS);
        if (n > 0 || (n < 0 && errno != EINTR)) /* an error is read()'s to tell */
            break;
    }
    return true;
}

bool st_reader_fill(st_reader *r)
{
    ssize_t n;
    if (r->ended || r->at < r->end)
        return r->at < r->end;
    r->before += (int64_t)r->end;
    r->at = r->end = 0;
    if (!wait_for_more(r)) {
        r->ended = true;
        return false;
    }
    do
        n = read(r->fd, r->buffer, BUFFER);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        r->error = errno;
    r->ended = n <= 0;
    r->end = n > 0 ? (size_t)n : 0;
    return n > 0;
}

int st_reader_check(const st_reader *r, stance_error *err)
{
    if (r->stopped)
        return st_fail(err, STANCE_EINTERRUPTED, "%s: interrupted", r->name);
    return r->error ? st_fail(err, STANCE_EINPUT, "%s: %s", r->name, strerror(r->error))
                    : 0;
}

int st_reader_line(st_reader *r, st_text *line, size_t most, stance_error *err)
{
    line->length = 0;
    if (st_reader_peek(r) < 0) {
        int rc = st_reader_check(r, err);
        return rc < 0 ? rc : STANCE_END;
    }
    const char *end = NULL;
    while (!end && st_reader_fill(r)) {
        const char *from = r->buffer + r->at;
        end = memchr(from, '\n', r->end - r->at);
        size_t n = end ? (size_t)(end - from) : r->end - r->at;
        if (line->length + n > most)
            return st_fail(err, STANCE_EINPUT,
                           "%s:%lld: expected a line of at most %zu bytes", r->name,
                           (long long)r->line, most);
        st_text_add_bytes(line, from, n);
        r->at += n + (end != NULL);
    }
    int rc = st_reader_check(r, err);
    r->line++;
    if (line->failed)
        return st_fail_memory(err);
    if (line->length > 0 && line->text[line->length - 1] == '\r')
        line->text[--line->length] = '\0';
    return rc;
}

int st_reader_go(st_reader *r, int64_t place, int64_t line, stance_error *err)
{
    if (lseek(r->fd, (off_t)place, SEEK_SET) < 0)
        return st_fail(err, STANCE_EINPUT, "%s: %s", r->name, strerror(errno));
    r->before = place;
    r->at = r->end = 0;
    r->line = line;
    r->ended = false;
    return 0;
}
