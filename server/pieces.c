/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines and JPEGs out of a stream of bytes.
 *
 * A JPEG is a row of segments that say how long they are, up to the pixels, in which a
 * byte 0xff stands for itself only when a 0 follows: so its end can be found without
 * decoding anything.
 */
#include "pieces.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 64 * 1024 };

/* Straight into the text: threads that answer requests have small stacks. */
bool pieces_read(pieces *p, int fd)
{
    text *t = &p->bytes;
    if (t->capacity < t->n + CHUNK + 1) {
        t->capacity = 2 * (t->n + CHUNK + 1);
        t->data = must_grow(t->data, t->capacity, 1);
    }
    ssize_t n = read(fd, t->data + t->n, CHUNK);
    int error = errno;
    t->n += n > 0 ? (size_t)n : 0;
    t->data[t->n] = '\0';
    return n < 0 ? error == EINTR || error == EAGAIN : n > 0;
}

void pieces_clear(pieces *p)
{
    free(p->bytes.data);
    *p = (pieces){.most = p->most};
}

/* @param skip bytes behind the piece that belong to nothing */
static char *take(pieces *p, size_t n, size_t skip)
{
    char *piece = must_alloc(n + 1, 1);
    memcpy(piece, p->bytes.data, n);
    piece[n] = '\0';
    p->bytes.n -= n + skip;
    memmove(p->bytes.data, p->bytes.data + n + skip, p->bytes.n);
    return piece;
}

char *pieces_line(pieces *p)
{
    char *end = p->bytes.n ? memchr(p->bytes.data, '\n', p->bytes.n) : NULL;
    if (end)
        return take(p, (size_t)(end - p->bytes.data), 1);
    return p->bytes.n >= p->most ? take(p, p->most, 0) : NULL;
}

/* ---- JPEG ---- */

enum { SOI = 0xd8, EOI = 0xd9, SOS = 0xda, UNKNOWN = 0, NONE = -1 };

/* Where the pixels' bytes that begin at `at` end: at the next marker. */
static size_t behind_pixels(const unsigned char *b, size_t at, size_t n)
{
    while (at + 1 < n &&
           (b[at] != 0xff || b[at + 1] == 0 || (b[at + 1] >= 0xd0 && b[at + 1] <= 0xd7)))
        at++;
    return at;
}

/* Bytes of the JPEG that begins here; UNKNOWN: its end is not there yet; NONE: none does.
 */
static int64_t jpeg_length(const unsigned char *b, size_t n)
{
    size_t at = 2;
    if ((n > 0 && b[0] != 0xff) || (n > 1 && b[1] != SOI))
        return NONE;
    while (at + 2 <= n) {
        if (b[at] != 0xff)
            return NONE;
        if (b[at + 1] == 0xff) { /* filled up */
            at++;
            continue;
        }
        if (b[at + 1] == EOI)
            return (int64_t)at + 2;
        if (b[at + 1] == SOI || b[at + 1] < 0xc0)
            return NONE;
        if (at + 4 > n)
            return UNKNOWN;
        size_t length = (size_t)b[at + 2] << 8 | b[at + 3];
        bool pixels = b[at + 1] == SOS;
        at += 2 + length;
        if (length < 2)
            return NONE;
        if (pixels)
            at = behind_pixels(b, at, n);
    }
    return UNKNOWN;
}

/* Drop what cannot begin a picture. */
static void drop_to_start(pieces *p)
{
    size_t at = 1;
    while (at < p->bytes.n &&
           ((unsigned char)p->bytes.data[at] != 0xff ||
            (at + 1 < p->bytes.n && (unsigned char)p->bytes.data[at + 1] != SOI)))
        at++;
    p->bytes.n -= at;
    memmove(p->bytes.data, p->bytes.data + at, p->bytes.n);
}

char *pieces_jpeg(pieces *p, size_t *n)
{
    while (p->bytes.n > 0) {
        int64_t length = jpeg_length((const unsigned char *)p->bytes.data, p->bytes.n);
        if (length > 0) {
            *n = (size_t)length;
            return take(p, (size_t)length, 0);
        }
        if (length == UNKNOWN && p->bytes.n < p->most)
            return NULL;
        drop_to_start(p);
    }
    return NULL;
}
