/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_BASE_HISTOGRAM_H
#define ST_BASE_HISTOGRAM_H

#include <stdint.h>

/* Times of one stage: count, sum, and percentiles within 2 %, in memory that never grows.
 */

enum { ST_HISTOGRAM_BUCKETS = 1100 }; /* 1.02^1100 us is more than half an hour */

typedef struct st_histogram {
    int64_t n, total_us;
    uint32_t bucket[ST_HISTOGRAM_BUCKETS];
} st_histogram;

/** Add one time; below 0 counts as 0. */
void st_histogram_add(st_histogram *histogram, int64_t us);

/** The time in microseconds below which a share (0 to 1) of the times lies; 0 when empty.
 */
double st_histogram_percentile(const st_histogram *histogram, double share);

#endif
