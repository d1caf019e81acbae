/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_ANALYSE_PLACING_H
#define ST_ANALYSE_PLACING_H

#include "analyse/analyse.h"

/** How a body is placed, as falls, activities and postures ask for it. All NAN where not
 * known; heights in lengths of a leg. */
typedef struct st_placing {
    double neck, hips; /**< height above the lowest joint that is seen */
    double floor_y;    /**< of that joint, pixels */
    double feet_y;     /**< of the ankles; NAN where neither is seen */
    double length;     /**< from the neck to the ankles, legs: about 1.6 stretched out */
    double trunk_deg;  /**< from upright: 0 upright, 90 lying, 180 head down */
    double knee_deg;   /**< how far knees are bent: 0 straight */
    double middle[2];  /**< of the trunk, pixels */
    bool on_arms;      /**< a long body off the floor, carried by its arms */
    bool feet;         /**< a knee or an ankle is seen: heights are above the floor */
} st_placing;

st_placing st_placing_of(const st_look *look);

/** How much higher one knee is than the other, against their ankles, in legs: near 0 in a
 * squat, from wherever it is seen; ST_LUNGE and more in a lunge, where one knee goes to
 * the floor. NAN: not known */
double st_knee_gap(const st_look *look);

#define ST_LUNGE 0.2

#endif
