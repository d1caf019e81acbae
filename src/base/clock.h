/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_BASE_CLOCK_H
#define ST_BASE_CLOCK_H

#include <stdint.h>

/** Microseconds of a clock that only goes forward; the start is arbitrary. Any thread. */
int64_t st_clock_us(void);

/** Microseconds since 1970 UTC, as the machine's clock is set. Any thread. */
int64_t st_clock_wall_us(void);

/** Microseconds that all threads of the process have computed. Any thread. */
int64_t st_clock_cpu_us(void);

/** Sleep; may return early on a signal. */
void st_sleep_us(int64_t us);

#endif
