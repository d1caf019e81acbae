/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_ANALYSE_KNOWN_DISTANCE_H
#define ST_ANALYSE_KNOWN_DISTANCE_H

#include "stance/common.h"

/** Pixels a metre from "X,Y X,Y METRES": two points of the picture in pixels and what
 * lies between them. @return 0 or STANCE_EINVAL */
int st_known_distance(const char *text, double *pixels_per_m, stance_error *err);

#endif
