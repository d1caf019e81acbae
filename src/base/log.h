/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_BASE_LOG_H
#define ST_BASE_LOG_H

#include "stance/common.h"

/** Send one line to the log's receiver. Any thread. */
void st_log(stance_log_level level, const char *part, const char *format, ...)
    STANCE_PRINTF(3, 4);

/** True when a line of that level would be sent; to skip costly preparation. */
bool st_log_wants(stance_log_level level);

#endif
