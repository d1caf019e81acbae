/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_STREAM_GAPS_H
#define SERVER_STREAM_GAPS_H

#include "serve.h"

/* The times at which a live source was lost, on their way to the events database, which
 * may be away just then. */

typedef struct stream_gaps stream_gaps;

/** @param events address of the database @param shown the source's; both are kept
 * @param first_wall_us when it was first seen */
stream_gaps *stream_gaps_new(const char *events, const char *shown,
                             int64_t first_wall_us);
/** What a thread for it does until stream_gaps_end(). */
void *stream_gaps_work(void *gaps);
/** Returns when it is stored, or after a moment, and then it is stored later. */
void stream_gaps_add(stream_gaps *g, int64_t from_us, int64_t until_us);
/** Ask the thread to end, which tries once more; does not wait. @param frames that were
 * looked at */
void stream_gaps_end(stream_gaps *g, int64_t frames);
/** The thread is gone. */
void stream_gaps_free(stream_gaps *g);

#endif
