/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_MANNEQUIN_GEOMETRY_H
#define ST_MANNEQUIN_GEOMETRY_H

#include <math.h>
#include <stdint.h>

/*
 * Vectors, turned axes, and numbers from a seed for the drawn people.
 *
 * A clip must have the same bytes everywhere. So nothing here calls a function of libm
 * that libraries round differently: only sqrt and floor, which IEEE 754 defines to the
 * last bit. The build forbids fused multiply-add for this folder.
 */

/** Metres. Room: x right, y up, z towards the front camera; view: x right, y down, z
 * away. */
typedef struct v3 {
    double x, y, z;
} v3;

static inline v3 v3_add(v3 a, v3 b)
{
    return (v3){a.x + b.x, a.y + b.y, a.z + b.z};
}

static inline v3 v3_sub(v3 a, v3 b)
{
    return (v3){a.x - b.x, a.y - b.y, a.z - b.z};
}

static inline v3 v3_scale(v3 a, double k)
{
    return (v3){a.x * k, a.y * k, a.z * k};
}

/** a + b k */
static inline v3 v3_along(v3 a, v3 b, double k)
{
    return (v3){a.x + b.x * k, a.y + b.y * k, a.z + b.z * k};
}

static inline double v3_dot(v3 a, v3 b)
{
    return a.x * b.x + a.y * b.y + a.z * b.z;
}

static inline v3 v3_cross(v3 a, v3 b)
{
    return (v3){a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}

static inline double v3_length(v3 a)
{
    return sqrt(v3_dot(a, a));
}

/** Of length 1; the null vector becomes (0, 1, 0). */
static inline v3 v3_unit(v3 a)
{
    double n = v3_length(a);
    return n > 1e-12 ? v3_scale(a, 1 / n) : (v3){0, 1, 0};
}

static inline v3 v3_mix(v3 a, v3 b, double w)
{
    return v3_along(v3_scale(a, 1 - w), b, w);
}

/** The part of `a` that is square to the unit vector `n`, made a unit vector. */
static inline v3 v3_square_to(v3 a, v3 n)
{
    return v3_unit(v3_along(a, n, -v3_dot(a, n)));
}

/** Right-handed, of length 1: where a body's own left, up and front point to. */
typedef struct axes {
    v3 left, up, front;
} axes;

/** A vector given in a body's own axes. */
static inline v3 axes_out(const axes *a, v3 v)
{
    return v3_along(v3_along(v3_scale(a->left, v.x), a->up, v.y), a->front, v.z);
}

/** A vector of the room in a body's own axes. */
static inline v3 axes_in(const axes *a, v3 v)
{
    return (v3){v3_dot(a->left, v), v3_dot(a->up, v), v3_dot(a->front, v)};
}

/**
 * Turn a body in its own axes: first to its left, then forwards, then to its own left
 * side, in degrees.
 */
axes axes_turn(const axes *a, double yaw_deg, double pitch_deg, double roll_deg);

double st_sin_deg(double deg);
double st_cos_deg(double deg);

/** To and fro between -1 and 1, once in a period. @param phase in periods */
static inline double st_swing(double t, double period_s, double phase)
{
    return st_sin_deg(360 * (t / period_s + phase));
}

/** -90 to 90; `x` beyond -1 to 1 is clamped. */
double st_asin_deg(double x);

static inline double st_clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

/** floor() of what is small, without a call where the machine has no instruction. */
static inline double st_floor(double x)
{
    int64_t n = (int64_t)x;
    return (double)(n - (x < (double)n));
}

/** 0 to 1, slow at both ends; clamped. */
static inline double st_ease(double u)
{
    u = st_clamp(u, 0, 1);
    return u * u * (3 - 2 * u);
}

/** Numbers from a seed: splitmix64. */
typedef struct st_random {
    uint64_t state;
} st_random;

/** @param use keeps what is drawn for different uses apart */
st_random st_random_of(uint64_t seed, uint64_t use);
uint64_t st_random_next(st_random *r);
double st_random_between(st_random *r, double low, double high);
/** 0 to n - 1 */
int st_random_below(st_random *r, int n);

#endif
