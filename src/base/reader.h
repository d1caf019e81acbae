/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_BASE_READER_H
#define ST_BASE_READER_H

#include "base/memory.h"

/*
 * A file, pipe or standard input read from its beginning on, a piece at a time. Lines are
 * counted, for errors. Zero-initialise; st_reader_close() in any case.
 */
typedef struct st_reader {
    const char *name; /* for errors; kept */
    int fd;
    bool owned;               /* fd is closed with the reader */
    bool seekable;            /* a regular file: st_reader_go() can be used */
    bool (*stop)(void *user); /* true: reading ends here; NULL: never */
    void *user;
    char *buffer;
    size_t at, end; /* what was read and is not yet used */
    int64_t before; /* bytes of the file before buffer[0] */
    int64_t line;   /* of the next byte, from 1 */
    bool ended;     /* nothing comes after `end` */
    int error;      /* errno of a read that failed, which then looks like the end */
    bool stopped;   /* likewise: broken off */
} st_reader;

/**
 * @param path "-": standard input; kept as the name
 * @return 0, STANCE_EINPUT or STANCE_ENOMEM
 */
int st_reader_open(st_reader *reader, const char *path, bool (*stop)(void *user),
                   void *user, stance_error *err);
void st_reader_close(st_reader *reader);

/** Read more behind what was used up; false: there is no more. */
bool st_reader_fill(st_reader *reader);

/** The next byte, which stays; -1: the end. */
static inline int st_reader_peek(st_reader *reader)
{
    if (reader->at == reader->end && !st_reader_fill(reader))
        return -1;
    return (unsigned char)reader->buffer[reader->at];
}

/** Go over the byte that st_reader_peek() showed. */
static inline void st_reader_pass(st_reader *reader)
{
    reader->line += reader->buffer[reader->at++] == '\n';
}

/**
 * The next line without its end (LF, or CR LF).
 *
 * @param most longer lines are an error
 * @return 0, STANCE_END, STANCE_EINPUT, STANCE_EINTERRUPTED or STANCE_ENOMEM
 */
int st_reader_line(st_reader *reader, st_text *line, size_t most, stance_error *err);

/** Where the next byte is, for st_reader_go(). */
static inline int64_t st_reader_place(const st_reader *reader)
{
    return reader->before + (int64_t)reader->at;
}
/** Go on from a place where that line is. @return 0 or STANCE_EINPUT */
int st_reader_go(st_reader *reader, int64_t place, int64_t line, stance_error *err);

/** What is wrong where the end came: 0 when it is the file's own, else STANCE_EINPUT or
 * STANCE_EINTERRUPTED. */
int st_reader_check(const st_reader *reader, stance_error *err);

#endif
