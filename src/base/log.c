/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The library's log: lines go to the one receiver that the program set.
 *
 * The receiver is the library's only changing global. It is set before the first run; the
 * lock keeps lines of different threads apart.
 */
#include "base/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

/* Guards receiver and receiver_user, and is held while the receiver runs, so that lines
 * do not mix. The receiver may not call back into the library's log. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static stance_log_fn receiver;
static void *receiver_user;
static atomic_int most_level = -1;

void stance_log_set(stance_log_fn fn, void *user, stance_log_level most)
{
    pthread_mutex_lock(&lock);
    receiver = fn;
    receiver_user = user;
    atomic_store(&most_level, fn ? (int)most : -1);
    pthread_mutex_unlock(&lock);
}

bool st_log_wants(stance_log_level level)
{
    return (int)level <= atomic_load_explicit(&most_level, memory_order_relaxed);
}

void st_log(stance_log_level level, const char *part, const char *format, ...)
{
    if (!st_log_wants(level))
        return;
    char line[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    pthread_mutex_lock(&lock);
    if (receiver)
        receiver(receiver_user, level, part, line);
    pthread_mutex_unlock(&lock);
}
