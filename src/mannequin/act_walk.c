/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walking along a path: each foot is put down once a cycle and stays there until it is
 * lifted, so that no foot slides.
 */
#include "mannequin/stage.h"

static const double pi = 3.14159265358979323846;

double path_lap(const path *p)
{
    return 2 * (2 * p->half + pi * p->radius);
}

/* Where a path is after `s` metres, and the yaw that walking there has. */
static v3 path_at(const path *p, double s, double *yaw_deg)
{
    v3 ahead = {st_sin_deg(p->yaw_deg), 0, st_cos_deg(p->yaw_deg)};
    v3 left = {st_cos_deg(p->yaw_deg), 0, -st_sin_deg(p->yaw_deg)};
    *yaw_deg = p->yaw_deg;
    if (p->radius <= 0)
        return v3_along(p->middle, ahead, s - p->half);
    double straight = 2 * p->half, arc = pi * p->radius, lap = path_lap(p);
    s -= lap * floor(s / lap);
    double sign = 1;
    if (s >= straight + arc) { /* the way back is the way there, turned round */
        s -= straight + arc;
        sign = -1;
        *yaw_deg += 180;
    }
    double x = s - p->half, z = -p->radius; /* along ahead, along left */
    if (s > straight) {
        double deg = (s - straight) / p->radius * (180 / pi);
        x = p->half + p->radius * st_sin_deg(deg);
        z = -p->radius * st_cos_deg(deg);
        *yaw_deg += deg;
    }
    return v3_along(v3_along(p->middle, ahead, sign * x), left, sign * z);
}

static v3 footprint(const actor *a, double s, int side, double height)
{
    double yaw, out = side == LEFT ? 0.075 : -0.075;
    v3 at = path_at(&a->path, s, &yaw);
    return (v3){at.x + out * st_cos_deg(yaw), height, at.z - out * st_sin_deg(yaw)};
}

/* The foot's share of a cycle that it stands. */
static const double stance = 0.60;

static void place_foot(const actor *a, double s, double cycle, int side, posture *p)
{
    const body *b = &a->body;
    double offset = side == LEFT ? 0 : 0.5, phase = s / cycle + offset;
    double n = floor(phase), u = phase - n, yaw;
    double here = (n + stance / 2 - offset) * cycle;
    v3 from = footprint(a, here, side, b->ankle);
    path_at(&a->path, s, &yaw);
    v3 ahead = {st_sin_deg(yaw), 0, st_cos_deg(yaw)};
    double off = st_ease((u - 0.34) / (stance - 0.34)), pitch = -1.1 * off;
    v3 heel_off = v3_add(v3_scale(ahead, 0.05 * off), (v3){0, 0.075 * off, 0});
    v3 at = v3_add(from, heel_off);
    if (u >= stance) {
        double w = (u - stance) / (1 - stance);
        v3 to = footprint(a, here + cycle, side, b->ankle + 0.02);
        at = v3_mix(at, to, st_ease(w));
        at.y += 0.055 * 4 * w * (1 - w);
        pitch = -1.1 * (1 - st_ease(w * 1.5)) + 0.35 * st_ease((w - 0.4) / 0.6);
    } else if (u < 0.10) {
        pitch = 0.35 * (1 - u / 0.10);
        at.y += 0.02 * (1 - u / 0.10);
    }
    v3 left = {st_cos_deg(yaw), 0, -st_sin_deg(yaw)};
    p->ankle[side] = at;
    p->toes[side] =
        v3_along(v3_add(ahead, (v3){0, pitch, 0}), left, side == LEFT ? 0.10 : -0.10);
    p->knee[side] = v3_along(ahead, left, side == LEFT ? 0.06 : -0.06);
}

void act_walk(const actor *a, double t, posture *p)
{
    const body *b = &a->body;
    double s = a->path.start + a->path.pace * t, cycle = 0.60 * b->height, yaw;
    v3 at = path_at(&a->path, s, &yaw);
    double turn = 360 * s / cycle, fore = st_cos_deg(turn + 8); /* left foot ahead: 1 */
    double sway = 0.018 * st_sin_deg(turn - 18);
    p->hips = (v3){at.x + sway * st_cos_deg(yaw),
                   body_hips(b) * (0.968 + 0.018 * st_cos_deg(2 * turn - 216)),
                   at.z - sway * st_sin_deg(yaw)};
    p->yaw = yaw - 5 * fore;
    p->pitch = 3;
    p->roll = 2 * st_sin_deg(turn - 18);
    p->spine_yaw = 10 * fore;
    p->head_yaw = -5 * fore + 6 * st_sin_deg(360 * (t / 5.1 + a->phase));
    for (int side = 0; side < SIDES; side++) {
        double swing = side == LEFT ? -fore : fore; /* arms go against the legs */
        posture_arm(p, b, side, fabs(3 + 23 * swing), 3 + 23 * swing >= 0 ? 18 : 162,
                    22 + 12 * swing, (v3){-0.15, 0, 1});
        place_foot(a, s, cycle, side, p);
    }
}
