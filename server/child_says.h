/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_CHILD_SAYS_H
#define SERVER_CHILD_SAYS_H

#include <stdbool.h>
#include <stdint.h>

/** A line of a child's standard error (--log-format json --progress json), read. */
typedef struct child_says {
    bool progress;            /**< how far it is: */
    int64_t frames, n_frames; /**< n_frames -1: not known */
    double fps;
    bool done;  /**< a worker has done what it had */
    int status; /**< with this exit status of a run */
    int64_t dropped;
    double latency_ms;  /**< -1: not told */
    char error[1024];   /**< what went wrong; "": nothing */
    char warning[1024]; /**< what is to be known; "": nothing */
} child_says;

/** What is no such line says nothing. */
child_says child_says_read(const char *line);

#endif
