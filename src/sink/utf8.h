/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SINK_UTF8_H
#define ST_SINK_UTF8_H

#include "base/memory.h"

/** Add bytes that ought to be UTF-8; what is not becomes U+FFFD, once a wrong byte. */
void st_utf8_clean(st_text *text, const char *bytes);

#endif
