/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_SLOW_H
#define SERVER_SLOW_H

#include "tools.h"

/* Clients that send a body byte by byte, or read a reply so, would hold a thread each for
 * as long as they like: whoever sends or takes less than a thousand bytes a second, after
 * the first twenty seconds, is not waited for. Threads: any. */

typedef struct slow_watch slow_watch;

/** @return NULL: there is no thread for it */
slow_watch *slow_watch_new(void);
/** Nobody is watched any more. */
void slow_watch_free(slow_watch **watch);

typedef enum slow_kind { SLOW_BODY, SLOW_REPLY } slow_kind;

/** From now on a body is awaited there, or a reply is sent. @param fd below 0: nothing is
 * done */
void slow_watch_begin(slow_watch *watch, int fd, slow_kind kind);
/** Not any more; before the socket is closed. @return true: it was given up */
bool slow_watch_end(slow_watch *watch, int fd);

#endif
