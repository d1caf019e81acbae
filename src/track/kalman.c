/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kalman filter on a box, with constant speed and the real time between frames.
 *
 * Noise is the same for the four numbers of a box and tells nothing of one about another,
 * so that the filter falls into four small ones of place and speed, solved by hand. All
 * noise is a part of the box's size: near people move more pixels than far ones. What
 * pushes the speed is white noise of the acceleration over the time that has passed, not
 * an amount for each frame: at 5 frames a second a box may go farther from one frame to
 * the next than at 50, and a gap in the times only makes it less sure.
 *
 * Sizes lose their speed within about half a second: somebody who comes nearer does not
 * grow for ever while hidden.
 *
 * Source: R. E. Kalman, "A new approach to linear filtering and prediction problems"
 * (1960); the model with white noise of the acceleration is that of Bar-Shalom, Li,
 * Kirubarajan, "Estimation with applications to tracking and navigation", 6.2.2.
 */
#include "track/kalman.h"

#include <math.h>

/* Parts of the box's size: a metre is about 0.8 of somebody upright. */
static const double found_place = 0.1, found_shape = 0.2;       /* of what is found */
static const double first_speed = 1.0, first_shape_speed = 0.4; /* a second */
static const double push = 0.8, shape_push = 0.25; /* a second, within a second */
static const double shape_rest_s = 0.5;            /* until most of its speed is gone */
static const double least_size = 1;                /* pixels */

static double of_place(int axis, double place, double shape)
{
    return axis < ST_AXIS_WIDTH ? place : shape;
}

static double square(double x)
{
    return x * x;
}

static void measure(const float box[4], double z[4])
{
    z[ST_AXIS_WIDTH] = (double)box[2];
    z[ST_AXIS_HEIGHT] = (double)box[3];
    z[ST_AXIS_X] = (double)box[0] + z[ST_AXIS_WIDTH] / 2;
    z[ST_AXIS_Y] = (double)box[1] + z[ST_AXIS_HEIGHT] / 2;
}

static double noise(const st_kalman *k, int axis)
{
    return square(of_place(axis, found_place, found_shape) * k->size);
}

static void take_size(st_kalman *k)
{
    for (int i = ST_AXIS_WIDTH; i <= ST_AXIS_HEIGHT; i++)
        k->axis[i].at = fmax(k->axis[i].at, least_size);
    k->size = (k->axis[ST_AXIS_WIDTH].at + k->axis[ST_AXIS_HEIGHT].at) / 2;
}

void st_kalman_begin(st_kalman *k, const float box[4])
{
    double z[4];
    measure(box, z);
    k->size = fmax((z[ST_AXIS_WIDTH] + z[ST_AXIS_HEIGHT]) / 2, least_size);
    for (int i = 0; i < 4; i++)
        k->axis[i] = (st_axis){
            .at = z[i],
            .var_at = noise(k, i),
            .var_speed = square(of_place(i, first_speed, first_shape_speed) * k->size)};
    take_size(k);
}

void st_kalman_predict(st_kalman *k, double dt_s)
{
    for (int i = 0; i < 4; i++) {
        st_axis *a = &k->axis[i];
        double q = square(of_place(i, push, shape_push) * k->size);
        if (i >= ST_AXIS_WIDTH) {
            double rest = exp(-dt_s / shape_rest_s);
            a->at += a->speed * shape_rest_s * (1 - rest);
            a->speed *= rest;
        } else {
            a->at += a->speed * dt_s;
        }
        a->var_at +=
            dt_s * (2 * a->covar + dt_s * a->var_speed) + q * dt_s * dt_s * dt_s / 3;
        a->covar += dt_s * a->var_speed + q * dt_s * dt_s / 2;
        a->var_speed += q * dt_s;
    }
    take_size(k);
}

void st_kalman_update(st_kalman *k, const float box[4])
{
    double z[4];
    measure(box, z);
    for (int i = 0; i < 4; i++) {
        st_axis *a = &k->axis[i];
        double whole = a->var_at + noise(k, i), off = z[i] - a->at;
        double gain = a->var_at / whole, gain_speed = a->covar / whole;
        a->at += gain * off;
        a->speed += gain_speed * off;
        a->var_speed -= gain_speed * a->covar;
        a->covar -= gain * a->covar;
        a->var_at -= gain * a->var_at;
    }
    take_size(k);
}

void st_kalman_box(const st_kalman *k, float box[4])
{
    double w = k->axis[ST_AXIS_WIDTH].at, h = k->axis[ST_AXIS_HEIGHT].at;
    box[0] = (float)(k->axis[ST_AXIS_X].at - w / 2);
    box[1] = (float)(k->axis[ST_AXIS_Y].at - h / 2);
    box[2] = (float)w;
    box[3] = (float)h;
}

void st_kalman_distance(const st_kalman *k, const float box[4], double *place,
                        double *shape)
{
    double z[4], d[4];
    measure(box, z);
    for (int i = 0; i < 4; i++)
        d[i] = square(z[i] - k->axis[i].at) / (k->axis[i].var_at + noise(k, i));
    *place = d[ST_AXIS_X] + d[ST_AXIS_Y];
    *shape = d[ST_AXIS_WIDTH] + d[ST_AXIS_HEIGHT];
}

double st_kalman_doubt(const st_kalman *k)
{
    return sqrt((k->axis[ST_AXIS_X].var_at + k->axis[ST_AXIS_Y].var_at) / 2);
}

double st_kalman_vagueness(const st_kalman *k)
{
    double found = square(found_place * k->size);
    return (k->axis[ST_AXIS_X].var_at + k->axis[ST_AXIS_Y].var_at) / (2 * found) + 1;
}
