/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_ARGUMENTS_H
#define SERVER_ARGUMENTS_H

#include "serve.h"

/* The command line of a child that runs `stance`. */

typedef struct arguments {
    strings list;   /**< the first is the command */
    char **pointed; /**< as exec wants them, made by arguments_end() */
} arguments;

/** @param argument freed */
void arguments_add(arguments *a, char *argument);
/** What a request set ("name=value" lines), and what the server sets where it did not. */
void arguments_add_options(arguments *a, const char *options,
                           const serve_settings *settings);
/** For a child that is started now, and only then: whether it is to see to the cache of
 * compiled networks, see fill_cache.h. @param kind of work: "job", ... */
void arguments_add_cache(arguments *a, const char *kind, const char *options);
/** True when a request set that. @param options NULL: nothing */
bool arguments_sets(const char *options, const char *name);
/** A whole number that a request set, which was checked then. */
int64_t arguments_number(const char *options, const char *name, int64_t preset);
/** @return ended by NULL, lives until arguments_clear() */
const char *const *arguments_end(arguments *a);
void arguments_clear(arguments *a);

#endif
