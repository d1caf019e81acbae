/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a body is placed: what falls, activities and postures are told by.
 *
 * The floor is not known; the lowest joint that is seen stands for it. Where neither a
 * knee nor an ankle is seen the lowest one is a hip or a hand, which says nothing of the
 * floor: there are no heights then.
 */
#include "analyse/placing.h"

#include <math.h>

static double lowest(const st_body *b)
{
    double y = -INFINITY;
    for (int spot = ST_EAR; spot < ST_SPOTS; spot++)
        if (st_body_has(b, spot))
            y = fmax(y, b->at[spot][1]);
    return y;
}

/* Ankles and shoulders far apart and about level, with arms that reach down. */
static bool is_on_arms(const st_look *look, const st_placing *p)
{
    const st_body *b = look->body;
    double y[ST_SPOTS], x[ST_SPOTS];
    for (int spot = ST_SHOULDER; spot < ST_HEEL; spot += 2) {
        x[spot] = st_either(b->at[spot][0], b->at[spot + 1][0]);
        y[spot] = st_either(b->at[spot][1], b->at[spot + 1][1]);
    }
    double line = hypot(x[ST_ANKLE] - x[ST_SHOULDER], y[ST_ANKLE] - y[ST_SHOULDER]);
    bool carried = fmax(y[ST_WRIST], y[ST_ELBOW]) - y[ST_SHOULDER] > 0.18 * look->leg;
    bool level = fabs(y[ST_ANKLE] - y[ST_SHOULDER]) < 0.62 * line && p->trunk_deg > 45;
    return carried && level && line > 0.9 * look->leg && p->knee_deg < 75;
}

st_placing st_placing_of(const st_look *look)
{
    const st_body *b = look->body;
    st_placing p = {.neck = NAN, .hips = NAN, .floor_y = NAN};
    for (int spot = ST_KNEE; spot < ST_HEEL; spot++)
        p.feet |= st_body_has(b, spot);
    if (p.feet) {
        p.floor_y = lowest(b);
        p.neck = (p.floor_y - b->at[ST_NECK][1]) / look->leg;
        p.hips = (p.floor_y - b->at[ST_HIPS][1]) / look->leg;
    }
    double feet_x = st_either(b->at[ST_ANKLE][0], b->at[ST_ANKLE + 1][0]);
    p.feet_y = st_either(b->at[ST_ANKLE][1], b->at[ST_ANKLE + 1][1]);
    p.length =
        hypot(feet_x - b->at[ST_NECK][0], p.feet_y - b->at[ST_NECK][1]) / look->leg;
    double up = st_body_direction_deg(b, ST_HIPS, ST_NECK);
    p.trunk_deg = fabs(up - 90);
    if (p.trunk_deg > 180)
        p.trunk_deg = 360 - p.trunk_deg;
    p.knee_deg = 180 - st_either(st_body_corner_deg(b, ST_HIP, ST_KNEE, ST_ANKLE, false),
                                 st_body_corner_deg(b, ST_HIP + 1, ST_KNEE + 1,
                                                    ST_ANKLE + 1, false));
    p.on_arms = is_on_arms(look, &p);
    for (int i = 0; i < 2; i++)
        p.middle[i] = (b->at[ST_NECK][i] + b->at[ST_HIPS][i]) / 2;
    return p;
}

double st_knee_gap(const st_look *look)
{
    const st_body *b = look->body;
    double knees = b->at[ST_KNEE][1] - b->at[ST_KNEE + 1][1];
    double ankles = b->at[ST_ANKLE][1] - b->at[ST_ANKLE + 1][1];
    return fabs(knees - ankles) / look->leg;
}
