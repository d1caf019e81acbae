/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_BASE_STATUS_H
#define ST_BASE_STATUS_H

#include "stance/common.h"

/**
 * Say what went wrong and return `code`, so that a failing function can write
 * `return st_fail(err, STANCE_EINPUT, "%s: expected a video, found %s", path, what);`
 *
 * @param err  filled with code and message; may be NULL
 * @param code a negative STANCE_ code
 */
int st_fail(stance_error *err, int code, const char *format, ...) STANCE_PRINTF(3, 4);

/** st_fail() with STANCE_ENOMEM. */
int st_fail_memory(stance_error *err);

/** Put "context: " in front of a message that is already in `err`. Returns err->code. */
int st_fail_prefix(stance_error *err, const char *format, ...) STANCE_PRINTF(2, 3);

#endif
