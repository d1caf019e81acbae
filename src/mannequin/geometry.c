/* SPDX-License-Identifier: Apache-2.0 */
/* Angles and random numbers that are the same on every machine; see geometry.h. */
#include "mannequin/geometry.h"

static const double pi = 3.14159265358979323846;

/* sin of -90 to 90 degrees, in radians: the series, to 1e-13. */
static double sin_quarter(double x)
{
    double x2 = x * x, term = x, sum = x;
    for (int n = 3; n <= 19; n += 2) {
        term = -term * x2 / (double)((n - 1) * n);
        sum += term;
    }
    return sum;
}

double st_sin_deg(double deg)
{
    deg -= 360 * floor(deg / 360 + 0.5); /* -180 to 180 */
    if (deg > 90)
        deg = 180 - deg;
    else if (deg < -90)
        deg = -180 - deg;
    return sin_quarter(deg * (pi / 180));
}

double st_cos_deg(double deg)
{
    return st_sin_deg(deg + 90);
}

/* Halving the angle three times leaves a small number for the series. */
static double atan_deg(double x)
{
    for (int i = 0; i < 3; i++)
        x = x / (1 + sqrt(1 + x * x));
    double x2 = x * x, power = x, sum = x;
    for (int n = 3; n <= 21; n += 2) {
        power = -power * x2;
        sum += power / (double)n;
    }
    return 8 * sum * (180 / pi);
}

double st_asin_deg(double x)
{
    x = st_clamp(x, -1, 1);
    double rest = 1 - x * x;
    if (rest < 1e-15)
        return x < 0 ? -90 : 90;
    return atan_deg(x / sqrt(rest));
}

/* Two axes turned in their plane, `from` towards `to`. */
static void turn_pair(v3 *from, v3 *to, double deg)
{
    double s = st_sin_deg(deg), c = st_cos_deg(deg);
    v3 f = *from, t = *to;
    *from = v3_along(v3_scale(f, c), t, s);
    *to = v3_along(v3_scale(t, c), f, -s);
}

axes axes_turn(const axes *a, double yaw_deg, double pitch_deg, double roll_deg)
{
    axes out = *a;
    turn_pair(&out.front, &out.left, yaw_deg);
    turn_pair(&out.up, &out.front, pitch_deg);
    turn_pair(&out.up, &out.left, roll_deg);
    return out;
}

st_random st_random_of(uint64_t seed, uint64_t use)
{
    st_random r = {seed * UINT64_C(0x9e3779b97f4a7c15) + use};
    r.state = st_random_next(&r) ^ use;
    return r;
}

uint64_t st_random_next(st_random *r)
{
    uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

double st_random_between(st_random *r, double low, double high)
{
    double unit = (double)(st_random_next(r) >> 11) * (1.0 / 9007199254740992.0);
    return low + (high - low) * unit;
}

int st_random_below(st_random *r, int n)
{
    return (int)(st_random_next(r) % (uint64_t)n);
}
