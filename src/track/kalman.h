/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_TRACK_KALMAN_H
#define ST_TRACK_KALMAN_H

/* Where a box is, how fast it moves, and how sure that is. */

/** One of a box's four numbers. */
typedef struct st_axis {
    double at, speed; /**< pixels, pixels a second */
    double var_at, covar, var_speed;
} st_axis;

enum { ST_AXIS_X, ST_AXIS_Y, ST_AXIS_WIDTH, ST_AXIS_HEIGHT };

typedef struct st_kalman {
    st_axis axis[4]; /**< x, y of the middle, width, height */
    double size;     /**< what noise is a part of: half of width + height, pixels */
} st_kalman;

/** Begin with a box that stands still, as far as is known. */
void st_kalman_begin(st_kalman *k, const float box[4]);

/** Let time pass. @param dt_s seconds, >= 0 */
void st_kalman_predict(st_kalman *k, double dt_s);

/** Take in a box that was found. */
void st_kalman_update(st_kalman *k, const float box[4]);

/** The box as it is thought to be now; sizes are above 0. */
void st_kalman_box(const st_kalman *k, float box[4]);

/** How unlikely it is that this box is found here: squared distances in standard
 * deviations, in *place of its middle and in *shape of its width and height. */
void st_kalman_distance(const st_kalman *k, const float box[4], double *place,
                        double *shape);

/** How far off its middle may be: the standard deviation of x and y in pixels. */
double st_kalman_doubt(const st_kalman *k);

/** How much larger the area is in which a box is looked for than that of somebody whose
 * place is known: at least 1. */
double st_kalman_vagueness(const st_kalman *k);

#endif
