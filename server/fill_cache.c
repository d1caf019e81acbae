/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which kinds of work's networks were seen to of late: a few, the oldest is forgotten
 * first.
 */
#include "fill_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "tools.h"

enum { MOST = 64, AGAIN_US = 600000000 };

static struct {
    char *what;
    int64_t at_us; /* steady clock */
} seen[MOST];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards them */

bool fill_cache_is_due(const char *what)
{
    int64_t now_us = steady_us();
    size_t place = 0;
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < MOST; i++) {
        if (seen[i].what && strcmp(seen[i].what, what) == 0) {
            place = i;
            break;
        }
        if (seen[i].at_us < seen[place].at_us)
            place = i;
    }
    bool same = seen[place].what && strcmp(seen[place].what, what) == 0;
    bool due = !same || now_us - seen[place].at_us > AGAIN_US;
    if (due) {
        free(seen[place].what);
        seen[place].what = must_copy(what);
        seen[place].at_us = now_us;
    }
    pthread_mutex_unlock(&lock);
    return due;
}
