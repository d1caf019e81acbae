/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Overlap of boxes: for decoders that drop doubles, for people who are looked for again,
 * and for the tracker. Computed in double, so that boxes at the far end of a large
 * picture are compared as well as those at its corner.
 */
#include "pose/box.h"

#include <math.h>

#include "base/limits.h"

bool st_box_is_one(const float box[4])
{
    return fabs((double)box[0]) <= ST_MAX_PLACE && fabs((double)box[1]) <= ST_MAX_PLACE &&
           box[2] > 0 && box[3] > 0 && (double)box[2] <= ST_MAX_PLACE &&
           (double)box[3] <= ST_MAX_PLACE;
}

static double common_side(double a, double a_size, double b, double b_size)
{
    double end = a + a_size < b + b_size ? a + a_size : b + b_size;
    double start = a > b ? a : b;
    return end > start ? end - start : 0;
}

double st_box_common(const float a[4], const float b[4])
{
    double wide = common_side((double)a[0], (double)a[2], (double)b[0], (double)b[2]);
    return wide > 0 ? wide * common_side((double)a[1], (double)a[3], (double)b[1],
                                         (double)b[3])
                    : 0;
}

double st_box_overlap(const float a[4], const float b[4])
{
    double common = st_box_common(a, b);
    double either = (double)a[2] * (double)a[3] + (double)b[2] * (double)b[3] - common;
    return common > 0 && either > 0 ? common / either : 0;
}
