/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A histogram with buckets that grow by 2 %, so that the median and the 95th percentile
 * of any number of frames cost a few kilobytes.
 */
#include "base/histogram.h"

#include <math.h>

static const double bucket_growth = 1.02;

void st_histogram_add(st_histogram *histogram, int64_t us)
{
    if (us < 0)
        us = 0;
    histogram->n++;
    histogram->total_us += us;
    int i = us < 1 ? 0 : (int)(log((double)us) / log(bucket_growth)) + 1;
    histogram->bucket[i < ST_HISTOGRAM_BUCKETS ? i : ST_HISTOGRAM_BUCKETS - 1]++;
}

double st_histogram_percentile(const st_histogram *histogram, double share)
{
    if (histogram->n == 0)
        return 0;
    int64_t rank = (int64_t)ceil(share * (double)histogram->n);
    int64_t seen = 0;
    for (int i = 0; i < ST_HISTOGRAM_BUCKETS; i++) {
        seen += histogram->bucket[i];
        if (seen >= rank && histogram->bucket[i] > 0)
            return i == 0 ? 0 : pow(bucket_growth, i - 0.5);
    }
    return 0;
}
