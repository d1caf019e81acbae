/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Round numbers along the axes of charts: 1, 2, 5, 10, ...; of angles 15, 30, 45, 90, as
 * people think of them; of time whole seconds, minutes and hours.
 */
#include "sink/chart_axis.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

double st_chart_step(double range, int most, const char *unit)
{
    static const double angles[] = {1, 2, 5, 10, 15, 30, 45, 90, 180};
    static const double parts[] = {1, 2, 5, 10};
    double least = range / most;
    if (!(least > 0) || !isfinite(least))
        return 1;
    for (size_t i = 0; i < sizeof(angles) / sizeof(*angles); i++)
        if (strcmp(unit, "deg") == 0 && least > 0.5 && least <= angles[i])
            return angles[i];
    double ten = pow(10, floor(log10(least)));
    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
        if (least <= parts[i] * ten * (1 + 1e-9))
            return parts[i] * ten;
    return 10 * ten;
}

int64_t st_chart_time_step(int64_t range_us, int most)
{
    static const int64_t tenths[] = {1,     2,     5,     10,     20,     50,     100,
                                     150,   300,   600,   1200,   3000,   6000,   9000,
                                     18000, 36000, 72000, 144000, 216000, 432000, 864000};
    for (size_t i = 0; i < sizeof(tenths) / sizeof(*tenths); i++)
        if (range_us <= tenths[i] * 100000 * most)
            return tenths[i] * 100000;
    int64_t day_us = INT64_C(86400000000);
    return (range_us / most / day_us + 1) * day_us;
}

void st_chart_time(char *text, int64_t us, int64_t step_us)
{
    int64_t tenths = (us < 0 ? -us : us) / 100000, s = tenths / 10;
    int n = snprintf(text, ST_CHART_TIME_SIZE, us < 0 && tenths > 0 ? "-" : "");
    if (s >= 3600)
        n += snprintf(text + n, (size_t)(ST_CHART_TIME_SIZE - n), "%lld:%02d:%02d",
                      (long long)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
    else
        n += snprintf(text + n, (size_t)(ST_CHART_TIME_SIZE - n), "%d:%02d",
                      (int)(s / 60), (int)(s % 60));
    if (step_us % 1000000 != 0)
        snprintf(text + n, (size_t)(ST_CHART_TIME_SIZE - n), ".%d", (int)(tenths % 10));
}
