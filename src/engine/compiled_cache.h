/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_ENGINE_COMPILED_CACHE_H
#define ST_ENGINE_COMPILED_CACHE_H

#include "stance/common.h"

/* Compiled networks kept between runs: one checked file each, safe for several processes.
 */

/** The file for a network compiled a certain way: DIR/HASH.blob; NULL: out of memory.
 * st_free(). */
char *st_compiled_cache_path(const char *dir, const char *const *keys, size_t n_keys);

/**
 * Read a compiled network.
 *
 * @param blob returned, st_free(); NULL when there is none or it is damaged (never an
 * error)
 */
void st_compiled_cache_read(const char *path, char **blob, size_t *n);

/**
 * Let `write` make a compiled network, then put it under its name at once.
 * What goes wrong is only logged: the next start is slower, nothing is lost.
 *
 * @param write writes the network to the path it is given; returns false when it could
 * not
 */
void st_compiled_cache_write(const char *path,
                             bool (*write)(void *user, const char *path), void *user);

#endif
