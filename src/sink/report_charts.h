/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SINK_REPORT_CHARTS_H
#define ST_SINK_REPORT_CHARTS_H

#include "sink/report_data.h"

/** True for a measure that counts: whole numbers without a unit. */
bool st_report_counts(const stance_measure *measure);

/**
 * The charts of a person, one after the other: what is done, then counts, then curves,
 * of left and right together.
 *
 * @param fn a return other than 0 ends it, and is returned
 */
int st_report_charts(const st_report_data *data, const st_person_series *person,
                     int (*fn)(void *user, const st_chart *chart), void *user);

#endif
