/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_ANALYSE_PLACE_H
#define ST_ANALYSE_PLACE_H

#include "stance/common.h"

/* Zones (polygons) and lines in the picture, as people write them. */

enum { ST_PLACES_MOST = 32, ST_PLACE_POINTS = 64, ST_PLACE_NAME = 40 };

typedef struct st_place {
    char name[ST_PLACE_NAME];
    size_t n;
    double points[ST_PLACE_POINTS][2]; /**< pixels */
    bool edge[ST_PLACE_POINTS]; /**< the side from that point to the next one lies on the
                                   picture's edge or beyond: no border of a zone */
} st_place;

typedef struct st_places {
    size_t n;
    st_place at[ST_PLACES_MOST];
} st_places;

/**
 * Read places: "[NAME=]X,Y X,Y X,Y;NAME=..." with pixels, or percent of the picture
 * ("50%,100%"). Without a name, a zone is "zone1", a line "line1", and so on.
 *
 * @param option "zone" or "line", for names and errors
 * @param least  points that one needs: 3 for a zone; a line has 2
 * @param text   NULL: none
 * @param width  of the picture; 0: not known yet, only the form is checked; -1: not
 * known, percent is an error
 * @return 0 or STANCE_EINVAL
 */
int st_places_read(st_places *places, const char *option, size_t least, const char *text,
                   int width, int height, stance_error *err);

/** How far inside a zone a point is, in pixels; below 0: outside. Whoever the picture's
 * edge cuts off is not outside for that. */
double st_place_depth(const st_place *zone, double x, double y);

/** How far to the right of a line a point is, looking from its first point to its second
 * one; below 0: to the left. The line goes on beyond its ends. */
double st_place_side(const st_place *line, double x, double y);

/** Whether the way from one point to another crosses the line between its ends. */
bool st_place_crossed(const st_place *line, const double from[2], const double to[2]);

#endif
