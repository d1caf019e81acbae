/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SINK_CHART_AXIS_H
#define ST_SINK_CHART_AXIS_H

#include "stance/common.h"

/* Round numbers along the axes of charts. */

enum { ST_CHART_TIME_SIZE = 32 };

/** The smallest round step with which a range has at most `most` of them. @param unit
 * "deg": also parts of a turn */
double st_chart_step(double range, int most, const char *unit);
/** Likewise of time: 0.1 s to whole days. */
int64_t st_chart_time_step(int64_t range_us, int most);
/** "0:07", "1:02:03", and with steps of less than a second "0:07.5". @param text
 * ST_CHART_TIME_SIZE bytes */
void st_chart_time(char *text, int64_t us, int64_t step_us);

#endif
