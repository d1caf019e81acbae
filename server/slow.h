/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_SLOW_H
#define SERVER_SLOW_H

#include "tools.h"

/* Clients that send a body byte by byte would hold a thread each for as long as they
 * like: whoever sends less than a thousand bytes a second, after the first twenty
 * seconds, is not waited for. Threads: any. */

typedef struct slow_watch slow_watch;

/** @return NULL: there is no thread for it */
slow_watch *slow_watch_new(void);
/** Nobody is watched any more. */
void slow_watch_free(slow_watch **watch);

/** From now on a body is awaited there. @param fd below 0: nothing is done */
void slow_watch_begin(slow_watch *watch, int fd);
/** Not any more; before the socket is closed. @return true: it was given up */
bool slow_watch_end(slow_watch *watch, int fd);

#endif
