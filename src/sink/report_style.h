/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SINK_REPORT_STYLE_H
#define ST_SINK_REPORT_STYLE_H

#include <stddef.h>

/** The style of a report, in parts, ended by NULL. */
extern const char *const st_report_style[];

#endif
