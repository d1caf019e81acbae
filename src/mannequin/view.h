/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_MANNEQUIN_VIEW_H
#define ST_MANNEQUIN_VIEW_H

#include "mannequin/figure.h"
#include "stance/mannequin.h"

/* The camera, and how its rays meet solids. */

typedef struct view {
    v3 eye;
    v3 right, down, ahead; /**< unit vectors; right is level */
    double focal;          /**< pixels */
    int width, height;
} view;

/**
 * Where a camera stands.
 *
 * @param distance   to the middle of the scene, metres
 * @param moving_s   seconds that it has moved; below 0: it stands
 */
view view_of(int camera, int width, int height, double distance, double moving_s);

/** The yaw that faces the camera, degrees. */
double view_yaw(int camera);

/** Pixels from one metre at a metre's distance. */
double view_focal(int width, int height);

static inline v3 view_from_room(const view *w, v3 place)
{
    v3 d = v3_sub(place, w->eye);
    return (v3){v3_dot(d, w->right), v3_dot(d, w->down), v3_dot(d, w->ahead)};
}

static inline v3 view_turn(const view *w, v3 direction)
{
    return (v3){v3_dot(direction, w->right), v3_dot(direction, w->down),
                v3_dot(direction, w->ahead)};
}

/** The ray through a place of the picture; its z is 1. */
static inline v3 view_ray(const view *w, double x, double y)
{
    return (v3){(x - 0.5 * w->width) / w->focal, (y - 0.5 * w->height) / w->focal, 1};
}

/** Pixels of a place in view; its z is above 0. */
static inline double view_x(const view *w, v3 place)
{
    return 0.5 * w->width + w->focal * place.x / place.z;
}

static inline double view_y(const view *w, v3 place)
{
    return 0.5 * w->height + w->focal * place.y / place.z;
}

/** A solid made ready for rays from the eye. */
typedef struct shape {
    v3 a, b; /**< ends in view, before they are stretched */
    double ra, rb;
    v3 across;      /**< in view */
    double stretch; /**< along `across`, until the solid is round: 1 / flat - 1 */
    bool ball;
    v3 sa, ba;                         /**< the stretched end, and the way to the other */
    double rr, m0, m1, m5, m7, d2, k0; /**< see shape_hit() */
} shape;

/** @param grow added to both radii, in pixels. @return false: behind the camera */
bool shape_of(const solid *s, const view *w, double grow, shape *out);

/** What the shape covers of the picture at most, cut at its edges: x0, y0, x1, y1. */
void shape_extent(const shape *s, const view *w, double box[4]);

static inline v3 shape_stretch(const shape *s, v3 v)
{
    return v3_along(v, s->across, s->stretch * v3_dot(s->across, v));
}

/**
 * Where the ray `d`, as shape_stretch() gave it, first meets the shape.
 *
 * @param t    how often d goes into the way there: the depth, as z was 1
 * @param y    place along the axis, 0 to 1
 * @param normal outwards, still stretched, of any length
 *
 * Source: the surface of a swept ball is a cone between two balls that touch it (Quilez,
 * "rounded cone - intersection"), here for rays that are not of length 1 and start at 0.
 */
static inline bool shape_hit(const shape *s, v3 d, double *t, double *y, v3 *normal)
{
    double q = v3_dot(d, d), m3 = -v3_dot(d, s->sa);
    if (s->ball) {
        double h = m3 * m3 - q * (s->m5 - s->ra * s->ra);
        if (h < 0)
            return false;
        *t = (-m3 - sqrt(h)) / q;
        *y = 0;
        *normal = v3_sub(v3_scale(d, *t), s->sa);
        return true;
    }
    double m2 = v3_dot(s->ba, d);
    double k2 = s->d2 * q - m2 * m2;
    double k1 = s->d2 * m3 - s->m1 * m2 + m2 * s->rr * s->ra;
    double h = k1 * k1 - s->k0 * k2;
    if (h < 0) /* both balls lie within the cone: nothing is met */
        return false;
    double at = (-sqrt(h) - k1) / k2;
    double place = s->m1 - s->ra * s->rr + at * m2;
    if (place > 0 && place < s->d2 && k2 > 0) {
        *t = at;
        *y = place / s->d2;
        v3 from_a = v3_sub(v3_scale(d, at), s->sa);
        *normal = v3_along(v3_scale(from_a, s->d2), s->ba, -place);
        return true;
    }
    double m6 = m3 - m2; /* of the other ball */
    double h1 = m3 * m3 - q * (s->m5 - s->ra * s->ra);
    double h2 = m6 * m6 - q * (s->m7 - s->rb * s->rb);
    bool first = h1 >= 0, second = h2 >= 0;
    double t1 = first ? (-m3 - sqrt(h1)) / q : 0, t2 = second ? (-m6 - sqrt(h2)) / q : 0;
    if (!first && !second)
        return false;
    if (first && (!second || t1 <= t2)) {
        *t = t1;
        *y = 0;
        *normal = v3_sub(v3_scale(d, t1), s->sa);
    } else {
        *t = t2;
        *y = 1;
        *normal = v3_sub(v3_scale(d, t2), v3_add(s->sa, s->ba));
    }
    return true;
}

#endif
