/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From postures to joints.
 *
 * The trunk is two stiff segments (pelvis to waist, waist to shoulders); arms and legs
 * have two bones each, whose middle joint follows from the end's place and a direction to
 * point to. An end out of reach is brought as near as the bones allow.
 */
#include "mannequin/body.h"

#include <stddef.h>

static const axes upright = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};

body body_random(st_random *r)
{
    double height = st_random_between(r, 1.58, 1.90), k = height / 1.75;
    double legs = k * st_random_between(r, 0.975, 1.025);
    double wide = k * st_random_between(r, 0.93, 1.07);
    double hips = k * st_random_between(r, 0.95, 1.08);
    double thick = k * st_random_between(r, 0.92, 1.12);
    return (body){
        .height = height,
        .ankle = 0.08 * k,
        .shin = 0.42 * legs,
        .thigh = 0.43 * legs,
        .hip_half = 0.095 * hips,
        .waist = 0.14 * k,
        .trunk = 0.32 * k,
        .shoulder_half = 0.175 * wide,
        .upper_arm = 0.29 * k,
        .forearm = 0.25 * k,
        .hand = 0.10 * k,
        .neck = 0.075 * k,
        .head = 0.115 * k,
        .foot = 0.21 * k,
        .thick = thick,
    };
}

posture posture_stand(const body *b)
{
    posture p = {.hips = {0, body_hips(b) * 0.997, 0}};
    for (int side = 0; side < SIDES; side++) {
        double out = side == LEFT ? 1 : -1;
        p.ankle[side] = (v3){out * (b->hip_half + 0.015), b->ankle, 0};
        p.knee[side] = (v3){out * 0.12, 0, 1};
        p.toes[side] = (v3){out * 0.22, 0, 1};
        posture_arm(&p, b, side, 9, 75, 14, (v3){0, 0, 1});
    }
    return p;
}

/* A posture is nothing but doubles: see the struct. */
_Static_assert(sizeof(posture) % sizeof(double) == 0, "a posture holds doubles only");

posture posture_mix(const posture *a, const posture *b, double w)
{
    posture out;
    const double *from = (const double *)a, *to = (const double *)b;
    double *mixed = (double *)&out;
    for (size_t i = 0; i < sizeof(posture) / sizeof(double); i++)
        mixed[i] = from[i] + (to[i] - from[i]) * w;
    return out;
}

void posture_arm(posture *p, const body *b, int side, double raise_deg,
                 double outward_deg, double bend_deg, v3 towards)
{
    double out = side == LEFT ? 1 : -1, s = st_sin_deg(raise_deg);
    v3 upper = {out * s * st_sin_deg(outward_deg), -st_cos_deg(raise_deg),
                s * st_cos_deg(outward_deg)};
    v3 bend = v3_square_to((v3){out * towards.x, towards.y, towards.z}, upper);
    v3 lower =
        v3_along(v3_scale(upper, st_cos_deg(bend_deg)), bend, st_sin_deg(bend_deg));
    p->wrist[side] = v3_along(v3_scale(upper, b->upper_arm), lower, b->forearm);
    p->elbow[side] = v3_scale(bend, -1);
    p->hand[side] = lower;
}

/* ---- solving ---- */

typedef struct trunk {
    axes pelvis, ribs;
    v3 waist, chest, shoulder[SIDES];
} trunk;

static trunk solve_trunk(const posture *p, const body *b)
{
    trunk t;
    t.pelvis = axes_turn(&upright, p->yaw, p->pitch, p->roll);
    t.ribs = axes_turn(&t.pelvis, p->spine_yaw, p->spine_pitch, p->spine_roll);
    t.waist = v3_along(p->hips, t.pelvis.up, b->waist);
    t.chest = v3_along(t.waist, t.ribs.up, b->trunk);
    t.shoulder[LEFT] = v3_along(t.chest, t.ribs.left, b->shoulder_half);
    t.shoulder[RIGHT] = v3_along(t.chest, t.ribs.left, -b->shoulder_half);
    return t;
}

void posture_plant_hand(posture *p, const body *b, int side, v3 place, v3 elbow,
                        v3 fingers)
{
    trunk t = solve_trunk(p, b);
    p->wrist[side] = axes_in(&t.ribs, v3_sub(place, t.shoulder[side]));
    p->elbow[side] = axes_in(&t.ribs, elbow);
    p->hand[side] = axes_in(&t.ribs, fingers);
}

/* Two bones from `root` towards `*end`, which is moved where it is out of reach. */
static v3 solve_limb(v3 root, v3 *end, v3 pole, double upper, double lower)
{
    v3 line = v3_sub(*end, root);
    double reach = v3_length(line);
    v3 along = reach > 1e-9 ? v3_scale(line, 1 / reach) : (v3){0, -1, 0};
    double longest = (upper + lower) * 0.9995;
    double shortest = fabs(upper - lower) + 0.05 * lower;
    reach = st_clamp(reach, shortest, longest);
    double x = (reach * reach + upper * upper - lower * lower) / (2 * reach);
    double rest = upper * upper - x * x, aside = rest > 0 ? sqrt(rest) : 0;
    *end = v3_along(root, along, reach);
    return v3_along(v3_along(root, along, x), v3_square_to(pole, along), aside);
}

static v3 placed(v3 v, const axes *space, v3 at)
{
    return v3_add(at, axes_out(space, v));
}

static axes axes_placed(const axes *a, const axes *space)
{
    return (axes){axes_out(space, a->left), axes_out(space, a->up),
                  axes_out(space, a->front)};
}

void posture_solve(const posture *p, const body *b, v3 at, double yaw_deg, joints *out)
{
    axes space = axes_turn(&upright, yaw_deg, 0, 0);
    trunk t = solve_trunk(p, b);
    out->pelvis = axes_placed(&t.pelvis, &space);
    out->ribs = axes_placed(&t.ribs, &space);
    out->skull = axes_turn(&out->ribs, p->head_yaw, p->head_pitch, p->head_roll);
    out->hips = placed(p->hips, &space, at);
    out->waist = placed(t.waist, &space, at);
    out->chest = placed(t.chest, &space, at);
    v3 nape = v3_along(out->chest, out->ribs.up, b->neck);
    out->head = v3_along(v3_along(nape, out->skull.up, b->head), out->skull.front, 0.012);
    for (int side = 0; side < SIDES; side++) {
        double outward = side == LEFT ? 1 : -1;
        out->shoulder[side] = placed(t.shoulder[side], &space, at);
        out->wrist[side] =
            v3_add(out->shoulder[side], axes_out(&out->ribs, p->wrist[side]));
        out->elbow[side] =
            solve_limb(out->shoulder[side], &out->wrist[side],
                       axes_out(&out->ribs, p->elbow[side]), b->upper_arm, b->forearm);
        v3 fingers = v3_unit(axes_out(&out->ribs, p->hand[side]));
        v3 forearm = v3_unit(v3_sub(out->wrist[side], out->elbow[side]));
        out->fingers[side] = v3_along(out->wrist[side], fingers, b->hand);
        out->palm[side] = v3_unit(
            v3_add(v3_cross(forearm, out->ribs.left), v3_scale(out->ribs.front, 0.2)));
        out->hip[side] = v3_along(out->hips, out->pelvis.left, outward * b->hip_half);
        out->ankle[side] = placed(p->ankle[side], &space, at);
        out->knee[side] = solve_limb(out->hip[side], &out->ankle[side],
                                     axes_out(&space, p->knee[side]), b->thigh, b->shin);
        out->toes[side] =
            v3_along(out->ankle[side], v3_unit(axes_out(&space, p->toes[side])), b->foot);
    }
}
