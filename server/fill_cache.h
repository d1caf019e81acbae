/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_FILL_CACHE_H
#define SERVER_FILL_CACHE_H

#include <stdbool.h>

/**
 * Whether a child for this kind of work with these options is to see to it that its
 * network is in the cache of compiled ones, before it looks at anything: true when it is
 * asked for the first time, and again every ten minutes, because another network may be
 * the best that is here by then. It takes some tenths of a second where it is there
 * already. Threads: any.
 */
bool fill_cache_is_due(const char *what);

#endif
