/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SINK_MARKUP_H
#define ST_SINK_MARKUP_H

#include "base/memory.h"

/* Text and numbers in HTML and SVG. */

/** Add what somebody typed, so that it is text and nothing else, in elements as well as
 * in quoted attributes; what is not UTF-8, or no character of XML, becomes U+FFFD. */
void st_markup_text(st_text *text, const char *bytes);
/** Add a number with at most `decimals` decimals; what is not known: an en dash. */
void st_markup_number(st_text *text, double value, int decimals);
/** Add a name such as "left_knee" as people write it: "Left knee". */
void st_markup_name(st_text *text, const char *name);

#endif
