/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_OPENING_H
#define ST_OPENING_H

#include <pthread.h>

#include "source/source.h"

/*
 * An input that is being opened, maybe on a thread of its own while the one before it
 * still runs: finding out what a file is and decoding its first frame takes as long as
 * looking at some frames.
 */

typedef struct st_opening {
    st_source *source; /* NULL until it was opened */
    stance_stream stream;
    st_source_request request; /* kept by the source */
    st_calm *calm;             /* NULL: every frame is decoded */
    int rc;
    stance_error err;
    pthread_t thread;
    bool runs; /* the thread does, or was not yet joined */
} st_opening;

/** Open now. @param request its `calm` is made here, where `leaves_out` @return 0 or an
 * error, with nothing to close */
int st_opening_do(st_opening **opening, const st_source_request *request,
                  stance_error *err);

/** Begin to open. NULL where that is of no use: it is no plain file, whose bytes are
 * nobody else's and wait; or there is no thread. */
st_opening *st_opening_begin(const st_source_request *request);

/** Wait for what was begun. @return false: it is another input, or it failed; close it
 * and open it again, which says what is wrong at the right time */
bool st_opening_is(st_opening *opening, const st_source_request *request);

void st_opening_close(st_opening **opening);

#endif
