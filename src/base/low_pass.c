/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Filters of numbers that come at uneven times.
 *
 * The low-pass is the bilinear transform with the cutoff pre-warped, in a form whose
 * state does not depend on the step, so that steps may differ. The slope is that of a
 * parabola through the last values by least squares: a straight line would tell the slope
 * of some frames ago.
 *
 * Source: Zavalishin, "The Art of VA Filter Design" (the form of the steps); Savitzky and
 * Golay, Analytical Chemistry 36 (1964) (the slope).
 */
#include "base/low_pass.h"

#include <math.h>
#include <string.h>

static const double PI = 3.14159265358979323846;

st_low_pass st_low_pass_at_rest(double value)
{
    return (st_low_pass){0, value};
}

double st_low_pass_gain(double cutoff_hz, double step_s)
{
    return tan(PI * fmin(0.4, cutoff_hz * step_s));
}

double st_low_pass_step(st_low_pass *f, double value, double gain)
{
    if (!isfinite(f->s2))
        *f = st_low_pass_at_rest(value);
    double v1 = (f->s1 + gain * (value - f->s2)) / (1 + gain * (gain + sqrt(2)));
    double v2 = f->s2 + gain * v1;
    f->s1 = 2 * v1 - f->s1;
    f->s2 = 2 * v2 - f->s2;
    return v2;
}

/* Least squares of value = a + b t + c t^2, t from the last: b. Times are scaled so that
 * the sums are of one size. */
static double fit(const st_slope *s)
{
    double last = s->t[s->n - 1], unit = last - s->t[0];
    double m[5] = {0}, r[3] = {0}; /* sums of t^k, of value t^k */
    for (int i = 0; i < s->n; i++) {
        double t = (s->t[i] - last) / unit, power = 1;
        for (int k = 0; k < 5; k++, power *= t) {
            m[k] += power;
            if (k < 3)
                r[k] += power * s->value[i];
        }
    }
    double whole = m[0] * (m[2] * m[4] - m[3] * m[3]) -
                   m[1] * (m[1] * m[4] - m[3] * m[2]) +
                   m[2] * (m[1] * m[3] - m[2] * m[2]);
    double slope = m[0] * (r[1] * m[4] - m[3] * r[2]) -
                   r[0] * (m[1] * m[4] - m[3] * m[2]) +
                   m[2] * (m[1] * r[2] - r[1] * m[2]);
    return slope / whole / unit;
}

static void drop_first(st_slope *s)
{
    s->n--;
    memmove(s->t, s->t + 1, (size_t)s->n * sizeof(*s->t));
    memmove(s->value, s->value + 1, (size_t)s->n * sizeof(*s->value));
}

double st_slope_add(st_slope *s, double t_s, double value, double span_s)
{
    if (!isfinite(value) || (s->n > 0 && !(t_s > s->t[s->n - 1])))
        s->n = 0;
    if (!isfinite(value))
        return NAN;
    if (s->n == ST_SLOPE_MOST)
        drop_first(s);
    s->t[s->n] = t_s;
    s->value[s->n++] = value;
    while (s->n > 3 && t_s - s->t[0] > span_s)
        drop_first(s);
    return s->n < 3 ? (double)NAN : fit(s);
}
