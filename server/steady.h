/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_STEADY_H
#define SERVER_STEADY_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* Waiting with an end, by the clock that nobody sets (steady_us()). */

/** A condition variable for steady_wait(); pthread_cond_destroy() ends it. */
void steady_init(pthread_cond_t *changed);
/** Locked; may return early, as pthread_cond_wait() does. @return false: that time has
 * come */
bool steady_wait(pthread_cond_t *changed, pthread_mutex_t *lock, int64_t until_us);

#endif
