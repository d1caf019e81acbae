/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_PIECES_H
#define SERVER_PIECES_H

#include "tools.h"

/* What a child writes into a pipe, cut into the lines or the pictures that it is made of.
 * Bytes come as they come, and from a process that may write anything. */

typedef struct pieces {
    text bytes;
    size_t most; /**< a piece that is longer is dropped; a line comes out in parts */
} pieces;

/** Read once from a pipe. @return false: it has ended, or failed */
bool pieces_read(pieces *p, int fd);
/** The next line, without its end; free(). NULL: none is whole yet. */
char *pieces_line(pieces *p);
/** The next JPEG; free(). What is none is dropped. @param n its bytes @return NULL: none
 * is whole yet */
char *pieces_jpeg(pieces *p, size_t *n);
void pieces_clear(pieces *p);

#endif
