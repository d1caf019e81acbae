/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Zones and lines: reading them, and where a point is beside them.
 */
#include "analyse/place.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/status.h"

static int fail_place(const char *option, size_t least, const char *text, size_t n,
                      stance_error *err)
{
    return st_fail(err, STANCE_EINVAL,
                   "--%s: expected %s, such as %s, in pixels or percent, found '%.*s'",
                   option, least == 2 ? "two points" : "three points or more",
                   least == 2 ? "door=10,400 200,400" : "till=10%,50% 40%,50% 40%,100%",
                   (int)n, text);
}

/* A number at *at, maybe with a percent sign, up to `end`. */
static bool read_coordinate(const char **at, char end, int side, double *out)
{
    char *behind;
    errno = 0;
    double value = strtod(*at, &behind);
    if (behind == *at || errno || !isfinite(value) || fabs(value) > ST_MAX_PLACE)
        return false;
    if (*behind == '%') {
        value *= side / 100.0;
        behind++;
    }
    if (*behind != end && !(end == ' ' && (*behind == ';' || *behind == '\0')))
        return false;
    *at = *behind == ',' ? behind + 1 : behind;
    *out = value;
    return true;
}

static bool read_points(st_place *place, const char **at, int width, int height)
{
    for (;;) {
        *at += strspn(*at, " ");
        if (**at == ';' || **at == '\0')
            return true;
        double *point = place->points[place->n];
        if (place->n == ST_PLACE_POINTS || !read_coordinate(at, ',', width, &point[0]) ||
            !read_coordinate(at, ' ', height, &point[1]))
            return false;
        place->n++;
    }
}

/* The name in front of '=', or one by number. */
static bool read_name(st_place *place, const char **at, const char *option, size_t number)
{
    *at += strspn(*at, " ");
    size_t n = strcspn(*at, "=;");
    if ((*at)[n] != '=') {
        snprintf(place->name, sizeof(place->name), "%s%zu", option, number);
        return true;
    }
    if (n == 0 || n >= sizeof(place->name))
        return false;
    memcpy(place->name, *at, n);
    place->name[n] = '\0';
    *at += n + 1;
    return true;
}

static void find_edges(st_place *place, int width, int height)
{
    for (size_t i = 0; i < place->n; i++) {
        const double *a = place->points[i], *b = place->points[(i + 1) % place->n];
        place->edge[i] =
            width > 0 &&
            ((a[0] <= 0 && b[0] <= 0) || (a[1] <= 0 && b[1] <= 0) ||
             (a[0] >= width && b[0] >= width) || (a[1] >= height && b[1] >= height));
    }
}

static bool is_named(const st_places *places, const char *name)
{
    for (size_t i = 0; i < places->n; i++)
        if (strcmp(places->at[i].name, name) == 0)
            return true;
    return false;
}

int st_places_read(st_places *places, const char *option, size_t least, const char *text,
                   int width, int height, stance_error *err)
{
    const char *at = text ? text : "";
    places->n = 0;
    if (width < 0 && strchr(at, '%'))
        return st_fail(err, STANCE_EINVAL,
                       "--%s: in percent, and the picture's size is not known; --size "
                       "gives it",
                       option);
    while (*at) {
        const char *begin = at;
        size_t n = strcspn(begin, ";");
        if (places->n == ST_PLACES_MOST)
            return st_fail(err, STANCE_EINVAL, "--%s: expected at most %d", option,
                           ST_PLACES_MOST);
        st_place *place = &places->at[places->n];
        place->n = 0;
        if (!read_name(place, &at, option, places->n + 1) ||
            !read_points(place, &at, width, height) || place->n < least ||
            (least == 2 && place->n > 2))
            return fail_place(option, least, begin, n, err);
        if (is_named(places, place->name))
            return st_fail(err, STANCE_EINVAL, "--%s: '%s' stands there twice", option,
                           place->name);
        find_edges(place, width, height);
        places->n++;
        at += *at == ';';
    }
    return 0;
}

static double distance_to_side(const double a[2], const double b[2], double x, double y)
{
    double dx = b[0] - a[0], dy = b[1] - a[1], length = dx * dx + dy * dy;
    double t = length > 0 ? ((x - a[0]) * dx + (y - a[1]) * dy) / length : 0;
    t = fmin(1, fmax(0, t));
    return hypot(x - (a[0] + t * dx), y - (a[1] + t * dy));
}

double st_place_depth(const st_place *zone, double x, double y)
{
    bool inside = false;
    double nearest = INFINITY;
    for (size_t i = 0; i < zone->n; i++) {
        const double *a = zone->points[i], *b = zone->points[(i + 1) % zone->n];
        if (!zone->edge[i])
            nearest = fmin(nearest, distance_to_side(a, b, x, y));
        if ((a[1] > y) != (b[1] > y) &&
            x < a[0] + (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]))
            inside = !inside;
    }
    if (isinf(nearest)) /* the whole picture */
        nearest = 1e9;
    return inside ? nearest : -nearest;
}

double st_place_side(const st_place *line, double x, double y)
{
    const double *a = line->points[0], *b = line->points[1];
    double dx = b[0] - a[0], dy = b[1] - a[1], length = hypot(dx, dy);
    return length > 0 ? (dx * (y - a[1]) - dy * (x - a[0])) / length : 0;
}

bool st_place_crossed(const st_place *line, const double from[2], const double to[2])
{
    const st_place way = {.n = 2, .points = {{from[0], from[1]}, {to[0], to[1]}}};
    double a = st_place_side(line, from[0], from[1]);
    double b = st_place_side(line, to[0], to[1]);
    double c = st_place_side(&way, line->points[0][0], line->points[0][1]);
    double d = st_place_side(&way, line->points[1][0], line->points[1][1]);
    return a * b < 0 && c * d <= 0;
}
