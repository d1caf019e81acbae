/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_BASE_LOW_PASS_H
#define ST_BASE_LOW_PASS_H

#include <stddef.h>

/*
 * Filters of numbers that come at uneven times: a Butterworth low-pass, and the slope of
 * what came last.
 */

/** A Butterworth low-pass of second order. */
typedef struct st_low_pass {
    double s1, s2;
} st_low_pass;

/** As if the value had been the same for ever. */
st_low_pass st_low_pass_at_rest(double value);

/**
 * What makes a step of that length. Steps too long for the cutoff leave hardly anything
 * out.
 */
double st_low_pass_gain(double cutoff_hz, double step_s);

/** The next value; one of NAN stands for "not known until now", and the filter begins
 * anew. With even steps this is scipy.signal.lfilter(*butter(2, cutoff, fs=1/step), x)
 * from rest. */
double st_low_pass_step(st_low_pass *filter, double value, double gain);

enum { ST_SLOPE_MOST = 7 /* values that count */ };

/** The slope of a series at its last value. Zero-initialise. */
typedef struct st_slope {
    double t[ST_SLOPE_MOST], value[ST_SLOPE_MOST]; /* the newest last */
    int n;
} st_slope;

/**
 * One more value.
 *
 * @param t_s   later than the one before; else the series begins anew
 * @param value NAN: the series begins anew
 * @param span_s values older than this do not count, but three always do
 * @return the slope a second of the parabola that fits best, at its end; NAN with fewer
 * than three values. With even times it is scipy.signal.savgol_filter(..., polyorder=2,
 * deriv=1) at the last place of its window.
 */
double st_slope_add(st_slope *slope, double t_s, double value, double span_s);

#endif
