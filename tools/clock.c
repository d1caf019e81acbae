/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time for the program's rooms: what it is, and waiting.
 */
#define _XOPEN_SOURCE 700 /* clock_gettime, nanosleep */

#include <time.h>

#include "tools.h"

int64_t wall_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t steady_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

double seconds_since(int64_t began_us)
{
    return (double)(steady_us() - began_us) / 1e6;
}

void nap_ms(int ms)
{
    struct timespec span = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
    nanosleep(&span, NULL);
}
