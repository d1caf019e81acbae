/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A person's looks: some sixty swept balls around the joints.
 *
 * The measures are those of an adult of 1.75 m and grow with the height; clothes are the
 * limbs' own solids, a little thicker. The face is built on the skull's axes, so that the
 * truth of its five points (figure_face) is where eyes, ears and nose are drawn.
 */
#include "mannequin/figure.h"

#define COUNT(list) ((int)(sizeof(list) / sizeof((list)[0])))

static const rgb skins[] = {{0.96, 0.80, 0.69}, {0.91, 0.72, 0.58}, {0.82, 0.60, 0.45},
                            {0.66, 0.45, 0.32}, {0.48, 0.32, 0.23}, {0.36, 0.24, 0.18}};
static const rgb hairs[] = {{0.10, 0.08, 0.07}, {0.20, 0.13, 0.09}, {0.36, 0.23, 0.13},
                            {0.62, 0.44, 0.24}, {0.45, 0.20, 0.11}, {0.55, 0.54, 0.53}};
static const rgb shirts[] = {{0.78, 0.20, 0.20}, {0.16, 0.38, 0.66}, {0.93, 0.92, 0.88},
                             {0.15, 0.48, 0.38}, {0.90, 0.62, 0.16}, {0.42, 0.26, 0.52},
                             {0.20, 0.22, 0.27}, {0.32, 0.60, 0.72}};
static const rgb trousers[] = {{0.16, 0.20, 0.32}, {0.13, 0.13, 0.14},
                               {0.36, 0.36, 0.38}, {0.45, 0.36, 0.25},
                               {0.24, 0.33, 0.45}, {0.30, 0.20, 0.22}};
static const rgb shoes[] = {
    {0.90, 0.90, 0.90}, {0.12, 0.12, 0.13}, {0.55, 0.15, 0.15}, {0.20, 0.30, 0.50}};
static const rgb eye_colours[] = {
    {0.18, 0.11, 0.07}, {0.20, 0.33, 0.48}, {0.22, 0.34, 0.20}};

static rgb darker(rgb c, double k)
{
    return (rgb){c.r * k, c.g * k, c.b * k};
}

static rgb between(rgb a, rgb b, double w)
{
    return (rgb){a.r + (b.r - a.r) * w, a.g + (b.g - a.g) * w, a.b + (b.b - a.b) * w};
}

look look_random(st_random *r)
{
    look l = {0};
    l.skin = skins[st_random_below(r, COUNT(skins))];
    l.hair = hairs[st_random_below(r, COUNT(hairs))];
    l.shirt = shirts[st_random_below(r, COUNT(shirts))];
    l.trousers = trousers[st_random_below(r, COUNT(trousers))];
    l.shoes = shoes[st_random_below(r, COUNT(shoes))];
    l.eyes = eye_colours[st_random_below(r, COUNT(eye_colours))];
    l.lips = between(darker(l.skin, 0.8), (rgb){0.65, 0.20, 0.22}, 0.5);
    l.style = (hair_style)st_random_below(r, HAIR_STYLES);
    l.long_sleeves = st_random_below(r, 3) == 0;
    l.shorts = st_random_below(r, 3) == 0;
    if (st_random_below(r, 3) == 0) {
        l.stripe = st_random_between(r, 0.03, 0.07);
        l.stripe_colour = between(l.shirt, (rgb){1, 1, 1}, 0.55);
    }
    return l;
}

/* ---- building ---- */

typedef struct builder {
    solid *at;
    size_t n;
} builder;

static solid *add(builder *to, v3 a, v3 b, double ra, double rb, rgb colour)
{
    solid *s = &to->at[to->n++];
    *s = (solid){.a = a, .b = b, .ra = ra, .rb = rb, .flat = 1, .colour = colour};
    return s;
}

static void flatten(solid *s, v3 across, double flat)
{
    s->across = across;
    s->flat = flat;
}

/* A place of the head: left, up and front of its centre, for a head of usual size. */
static v3 on_head(const joints *j, const body *b, double left, double up, double front)
{
    double k = b->head / 0.115;
    return v3_add(j->head, axes_out(&j->skull, (v3){left * k, up * k, front * k}));
}

static void add_face(builder *to, const joints *j, const body *b, const look *l)
{
    double k = b->head / 0.115;
    rgb brow = between(l->hair, darker(l->skin, 0.5), 0.25), white = {0.93, 0.93, 0.92};
    for (int side = -1; side <= 1; side += 2) {
        add(to, on_head(j, b, side * 0.029, -0.002, 0.074),
            on_head(j, b, side * 0.035, -0.002, 0.072), 0.0100 * k, 0.0092 * k, white);
        v3 iris = on_head(j, b, side * 0.031, -0.002, 0.0798);
        add(to, iris, iris, 0.0064 * k, 0.0064 * k, l->eyes);
        add(to, on_head(j, b, side * 0.017, 0.019, 0.083),
            on_head(j, b, side * 0.047, 0.019, 0.073), 0.0055 * k, 0.0045 * k, brow);
        add(to, on_head(j, b, side * 0.075, -0.022, -0.004),
            on_head(j, b, side * 0.080, 0.010, -0.010), 0.012 * k, 0.016 * k,
            darker(l->skin, 0.94));
        add(to, on_head(j, b, side * 0.006, -0.062, 0.074),
            on_head(j, b, side * 0.020, -0.060, 0.068), 0.0075 * k, 0.005 * k, l->lips);
    }
    add(to, on_head(j, b, 0, 0.002, 0.080), on_head(j, b, 0, -0.030, 0.094), 0.009 * k,
        0.0135 * k, darker(l->skin, 0.97));
}

static void add_hair(builder *to, const joints *j, const body *b, const look *l)
{
    double k = b->head / 0.115;
    solid *top = add(to, on_head(j, b, 0, 0.040, -0.010), on_head(j, b, 0, 0.0, -0.036),
                     0.093 * k, 0.080 * k, l->hair);
    flatten(top, j->skull.left, 0.90);
    rgb dark = darker(l->hair, 0.92);
    if (l->style == HAIR_LONG) {
        solid *back = add(to, on_head(j, b, 0, 0.0, -0.040),
                          on_head(j, b, 0, -0.150, -0.062), 0.078 * k, 0.062 * k, dark);
        flatten(back, j->skull.front, 0.7);
    } else if (l->style == HAIR_BUN) {
        v3 bun = on_head(j, b, 0, 0.062, -0.112);
        add(to, bun, bun, 0.040 * k, 0.040 * k, dark);
    } else if (l->style == HAIR_TAIL) {
        v3 knot = on_head(j, b, 0, 0.030, -0.118);
        v3 tip = v3_along(on_head(j, b, 0, -0.110, -0.135), (v3){0, -1, 0}, 0.03);
        add(to, knot, tip, 0.030 * k, 0.014 * k, dark);
    }
}

static void add_head(builder *to, const joints *j, const body *b, const look *l)
{
    double k = b->head / 0.115;
    v3 nape = v3_along(j->chest, j->ribs.up, b->neck * 0.3);
    add(to, nape, on_head(j, b, 0, -0.050, -0.018), 0.054 * b->thick, 0.050 * k,
        darker(l->skin, 0.95));
    solid *skull = add(to, on_head(j, b, 0, 0.028, -0.002),
                       on_head(j, b, 0, -0.062, 0.022), 0.087 * k, 0.052 * k, l->skin);
    flatten(skull, j->skull.left, 0.90);
    skull->casts = true;
    add_face(to, j, b, l);
    add_hair(to, j, b, l);
}

static void add_trunk(builder *to, const joints *j, const body *b, const look *l)
{
    double t = b->thick;
    v3 low = v3_along(j->hips, j->pelvis.up, 0.01);
    solid *seat = add(to, v3_along(low, j->pelvis.left, b->hip_half * 0.62),
                      v3_along(low, j->pelvis.left, -b->hip_half * 0.62), 0.112 * t,
                      0.112 * t, l->trousers);
    flatten(seat, j->pelvis.front, 0.92);
    solid *belly = add(to, v3_along(j->hips, j->pelvis.up, 0.055), j->waist, 0.148 * t,
                       0.138 * t, l->shirt);
    flatten(belly, j->pelvis.front, 0.74);
    v3 top = v3_along(j->chest, j->ribs.up, -0.115);
    double broad = b->shoulder_half / 0.175;
    solid *ribs = add(to, j->waist, top, 0.136 * t, 0.158 * broad, l->shirt);
    flatten(ribs, j->ribs.front, 0.70);
    v3 yoke = v3_along(j->chest, j->ribs.up, -0.040);
    solid *bar = add(to, v3_along(yoke, j->ribs.left, b->shoulder_half * 0.82),
                     v3_along(yoke, j->ribs.left, -b->shoulder_half * 0.82), 0.060 * t,
                     0.060 * t, l->shirt);
    for (int side = -1; side <= 1; side += 2)
        add(to, v3_along(j->chest, j->ribs.up, 0.030),
            v3_along(v3_along(j->chest, j->ribs.up, -0.012), j->ribs.left,
                     side * b->shoulder_half * 0.78),
            0.052 * t, 0.050 * t, l->shirt);
    for (solid *s = seat; s <= bar; s++) {
        s->casts = true;
        if (s == belly || s == ribs) {
            s->stripe = l->stripe;
            s->stripe_colour = l->stripe_colour;
        }
    }
}

static void add_arm(builder *to, const joints *j, const body *b, const look *l, int side)
{
    double t = b->thick;
    v3 shoulder = j->shoulder[side], elbow = j->elbow[side], wrist = j->wrist[side];
    rgb lower = l->long_sleeves ? l->shirt : l->skin;
    v3 under = v3_along(shoulder, j->ribs.up, -0.012);
    add(to, under, elbow, 0.048 * t, 0.041 * t, lower)->casts = true;
    add(to, under, v3_mix(shoulder, elbow, l->long_sleeves ? 1 : 0.55), 0.056 * t,
        l->long_sleeves ? 0.046 * t : 0.053 * t, l->shirt);
    add(to, elbow, wrist, 0.043 * t, (l->long_sleeves ? 0.035 : 0.029) * t, lower)
        ->casts = true;
    v3 knuckles = v3_mix(wrist, j->fingers[side], 0.62);
    solid *palm = add(to, v3_mix(wrist, j->fingers[side], 0.15), knuckles, 0.029 * t,
                      0.037 * t, l->skin);
    flatten(palm, j->palm[side], 0.62);
    v3 tips = v3_along(j->fingers[side], v3_sub(j->fingers[side], wrist), 0.45);
    flatten(add(to, knuckles, tips, 0.034 * t, 0.020 * t, l->skin), j->palm[side], 0.5);
    v3 along = v3_unit(v3_sub(j->fingers[side], wrist));
    v3 thumb = v3_scale(v3_cross(along, j->palm[side]), side == LEFT ? 1 : -1);
    v3 root = v3_along(v3_mix(wrist, j->fingers[side], 0.3), thumb, 0.022);
    add(to, root, v3_along(v3_along(root, along, 0.05), thumb, 0.022), 0.014 * t,
        0.010 * t, l->skin);
}

static void add_leg(builder *to, const joints *j, const body *b, const look *l, int side)
{
    double t = b->thick;
    v3 hip = j->hip[side], knee = j->knee[side], ankle = j->ankle[side];
    if (l->shorts) {
        add(to, hip, v3_mix(hip, knee, 0.72), 0.096 * t, 0.086 * t, l->trousers)->casts =
            true;
        add(to, v3_mix(hip, knee, 0.5), knee, 0.070 * t, 0.056 * t, l->skin);
        add(to, knee, ankle, 0.056 * t, 0.040 * t, l->skin)->casts = true;
        v3 calf = v3_along(v3_mix(knee, ankle, 0.28),
                           v3_square_to(v3_sub(knee, v3_mix(hip, ankle, 0.5)),
                                        v3_unit(v3_sub(ankle, knee))),
                           -0.016);
        add(to, calf, v3_mix(knee, ankle, 0.7), 0.052 * t, 0.040 * t, l->skin);
    } else {
        add(to, hip, knee, 0.094 * t, 0.065 * t, l->trousers)->casts = true;
        add(to, knee, v3_mix(knee, ankle, 0.93), 0.065 * t, 0.054 * t, l->trousers)
            ->casts = true;
    }
    v3 front = v3_unit(v3_sub(j->toes[side], ankle));
    v3 up = v3_square_to(v3_sub(knee, ankle), front);
    double k = b->foot / 0.21;
    v3 heel = v3_along(v3_along(ankle, up, -0.036 * k), front, -0.035 * k);
    v3 tip = v3_along(v3_along(ankle, up, -0.046 * k), front, 0.155 * k);
    add(to, ankle, heel, 0.044 * t, 0.041 * k, l->shoes);
    add(to, ankle, v3_along(tip, front, -0.05 * k), 0.044 * k, 0.036 * k, l->shoes);
    add(to, heel, tip, 0.041 * k, 0.033 * k, l->shoes)->casts = true;
    v3 sole = v3_scale(up, -0.022 * k);
    rgb rubber = between(l->shoes, (rgb){0.95, 0.95, 0.93}, 0.75);
    flatten(add(to, v3_add(heel, sole), v3_add(tip, v3_scale(sole, 0.65)), 0.044 * k,
                0.036 * k, rubber),
            up, 0.45);
}

size_t figure_solids(const joints *j, const body *b, const look *l, solid *solids)
{
    builder to = {solids, 0};
    add_trunk(&to, j, b, l);
    for (int side = 0; side < SIDES; side++) {
        add_leg(&to, j, b, l, side);
        add_arm(&to, j, b, l, side);
    }
    add_head(&to, j, b, l);
    return to.n;
}

void figure_face(const joints *j, const body *b, v3 out[5])
{
    out[0] = on_head(j, b, 0, -0.030, 0.106);
    out[1] = on_head(j, b, 0.031, -0.002, 0.086);
    out[2] = on_head(j, b, -0.031, -0.002, 0.086);
    out[3] = on_head(j, b, 0.084, -0.006, -0.006);
    out[4] = on_head(j, b, -0.084, -0.006, -0.006);
}

static solid *add_thing(builder *to, v3 a, v3 b, double radius, rgb colour)
{
    solid *s = add(to, a, b, radius, radius, colour);
    s->thing = s->casts = true;
    return s;
}

size_t figure_weights(const joints *j, solid *solids, size_t n)
{
    builder to = {solids, n};
    const rgb iron = {0.16, 0.16, 0.18}, steel = {0.55, 0.56, 0.58};
    for (int side = 0; side < SIDES; side++) {
        v3 fingers = v3_unit(v3_sub(j->fingers[side], j->wrist[side]));
        v3 across = v3_unit(v3_cross(fingers, j->palm[side]));
        v3 grip =
            v3_along(v3_mix(j->wrist[side], j->fingers[side], 0.8), j->palm[side], 0.02);
        add_thing(&to, v3_along(grip, across, -0.09), v3_along(grip, across, 0.09), 0.013,
                  steel);
        for (int end = -1; end <= 1; end += 2)
            add_thing(&to, v3_along(grip, across, end * 0.075),
                      v3_along(grip, across, end * 0.115), 0.040, iron);
    }
    return to.n;
}

size_t figure_seat(v3 at, double yaw_deg, solid *solids, size_t n)
{
    static const axes upright = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    builder to = {solids, n};
    const rgb wood = {0.58, 0.42, 0.27}, legs = {0.30, 0.24, 0.20};
    axes space = axes_turn(&upright, yaw_deg, 0, 0);
    v3 middle = v3_add(at, axes_out(&space, (v3){0, 0.42, -0.43}));
    solid *seat = add_thing(&to, v3_along(middle, space.left, 0.06),
                            v3_along(middle, space.left, -0.06), 0.165, wood);
    flatten(seat, upright.up, 0.16);
    for (int i = 0; i < 4; i++) {
        v3 top = {i & 1 ? 0.12 : -0.12, -0.02, i & 2 ? 0.09 : -0.09};
        v3 foot = {top.x * 1.35, -0.405, top.z * 1.35};
        add_thing(&to, v3_add(middle, axes_out(&space, top)),
                  v3_add(middle, axes_out(&space, foot)), 0.016, legs);
    }
    return to.n;
}
