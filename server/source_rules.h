/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_SOURCE_RULES_H
#define SERVER_SOURCE_RULES_H

#include "stream.h"

/* Which live sources may be looked at, and how. */

/**
 * What a request names: drawn people, a file below --inputs, and what --allow-source
 * allows.
 *
 * @param source returned, then stream_open()'s
 * @return 0 or STANCE_EINVAL, in words that say what to do
 */
int source_rules_ask(const serve_settings *settings, const char *given,
                     stream_source *source, stance_error *err);

/** What the operator names: anything. */
int source_rules_trust(const char *given, stream_source *source, stance_error *err);

/** An address that a server of an HTTP source sends on to. A stream_may_ask.
 * @param user the settings; NULL: the operator named the source */
int source_rules_redirect(void *user, const char *url, stance_error *err);

/** True when the address fits the pattern: the same scheme and port, host and path by '*'
 * and '?'. A host of digits, dots and those is one by number, and '*' then ends at a dot,
 * but for the last. Without a path any will do. */
bool source_rules_fits(const char *pattern, const char *address);

#endif
