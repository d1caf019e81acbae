/* SPDX-License-Identifier: Apache-2.0 */
/* What people do on the floor, and how they get there. */
#include "mannequin/stage.h"

/* Toes on the floor behind, face down, shoulders at a height: the trunk and the legs rise
 * by their own angles. The shoulders' place in z is returned. */
static double face_down(posture *p, const body *b, double hips_y, double shoulder_y)
{
    double legs = 0.997 * (b->thigh + b->shin), trunk = b->waist + b->trunk;
    double ankle_y = b->foot * 0.72;
    double leg_deg = st_asin_deg((hips_y - ankle_y) / legs);
    double trunk_deg = st_asin_deg((shoulder_y - hips_y) / trunk);
    p->hips = (v3){0, hips_y,
                   -0.45 * b->height / 1.75 + legs * st_cos_deg(leg_deg) -
                       (b->thigh + b->shin) * 0.5};
    p->pitch = 90 - trunk_deg;
    p->spine_pitch = 0;
    for (int side = 0; side < SIDES; side++) {
        double out = side == LEFT ? 1 : -1;
        p->ankle[side] = (v3){out * (b->hip_half + 0.01), ankle_y,
                              p->hips.z - legs * st_cos_deg(leg_deg)};
        p->toes[side] = (v3){0, -1, 0.28};
        p->knee[side] = (v3){0, -1, 0.1};
    }
    return p->hips.z + trunk * st_cos_deg(trunk_deg);
}

/* Hips on the straight line from ankles to shoulders. */
static double straight_hips(const body *b, double shoulder_y)
{
    double legs = 0.997 * (b->thigh + b->shin), trunk = b->waist + b->trunk;
    double ankle_y = b->foot * 0.72;
    return ankle_y + (shoulder_y - ankle_y) * legs / (legs + trunk);
}

void act_push_up(const actor *a, double t, posture *p)
{
    const body *b = &a->body;
    double w = actor_effort(a, t), wrist = 0.045;
    double high = 0.975 * (b->upper_arm + b->forearm) + wrist, low = 0.235;
    posture top = *p;
    double hands_z = face_down(&top, b, straight_hips(b, high), high);
    double y = high + (low - high) * w;
    face_down(p, b, straight_hips(b, y), y);
    p->head_pitch = -22 + 6 * w;
    for (int side = 0; side < SIDES; side++) {
        double out = side == LEFT ? 1 : -1;
        v3 place = {out * (b->shoulder_half + 0.05), wrist, hands_z};
        posture_plant_hand(p, b, side, place, (v3){out * 0.8, 0.5, -1},
                           (v3){-out * 0.15, -0.1, 1});
    }
}

void act_plank(const actor *a, double t, posture *p)
{
    const body *b = &a->body;
    double y = 0.985 * b->upper_arm + 0.045 + 0.003 * st_swing(t, 2.9, a->phase);
    double hips = straight_hips(b, y);
    if (a->form == PLANK_HIGH)
        hips += 0.20;
    else if (a->form == PLANK_LOW)
        hips -= 0.10;
    hips += 0.006 * st_swing(t, 1.3, a->phase);
    double z = face_down(p, b, hips, y);
    p->head_pitch = -8 - (a->form == PLANK_LOW ? 14 : 0);
    for (int side = 0; side < SIDES; side++) {
        double out = side == LEFT ? 1 : -1;
        v3 place = {out * (b->shoulder_half - 0.03), 0.045, z + b->forearm};
        posture_plant_hand(p, b, side, place, (v3){out * 0.1, -1, -0.2},
                           (v3){-out * 0.2, 0, 1});
    }
}

/* On the back with bent knees, up to about upright and down again: the chest leads, the
 * pelvis rolls after it. Arms crossed on the chest, or hands beside the head. */
void act_sit_up(const actor *a, double t, posture *p)
{
    const body *b = &a->body;
    double w = actor_effort(a, t), k = b->height / 1.75;
    p->hips = (v3){0, 0.118 * b->thick, 0};
    p->pitch = -90 + 62 * w;
    p->spine_pitch = 32 * w * (2 - w) + 0.8 * st_swing(t, 3.1, a->phase);
    p->head_pitch = 8 + 6 * w;
    for (int side = 0; side < SIDES; side++) {
        double out = side == LEFT ? 1 : -1;
        p->ankle[side] = (v3){out * 0.14 * k, b->ankle, 0.55 * k};
        p->knee[side] = (v3){out * 0.12, 1, 0.3};
        p->toes[side] = (v3){out * 0.15, 0, 1};
        if (a->form == SIT_UP_CROSSED) {
            double over = side == a->side ? 0.045 : 0; /* one arm lies on the other */
            p->wrist[side] = (v3){-out * 0.23 * k, (over - 0.11) * k, 0.13 * k + over};
            p->elbow[side] = (v3){out * 0.3, -1, 0.5};
            p->hand[side] = (v3){-out, 0.45, 0.05};
        } else {
            p->wrist[side] = (v3){-out * 0.05 * k, 0.15 * k, 0.02};
            p->elbow[side] = (v3){out, 0.1, 0.45};
            p->hand[side] = (v3){-out * 0.25, 1, -0.25};
        }
    }
}

/* On the back, head away from where it faced. */
static posture on_back(const body *b, double hips_z, double knees_up)
{
    posture p = posture_stand(b);
    p.hips = (v3){0, 0.118 * b->thick, hips_z};
    p.pitch = -90;
    p.head_pitch = 8;
    double leg = 0.99 * (b->thigh + b->shin);
    for (int side = 0; side < SIDES; side++) {
        double out = side == LEFT ? 1 : -1;
        p.ankle[side] = (v3){out * 0.15, 0.075, hips_z + leg * (1 - 0.16 * knees_up)};
        p.knee[side] = (v3){out * 0.2, 1, 0};
        p.toes[side] = (v3){out * 0.35, 1, 0.15};
        posture_arm(&p, b, side, 24, 92, 12, (v3){0, 0.3, 1});
        p.wrist[side].z -= 0.03;
    }
    return p;
}

void act_lie_down(const actor *a, double t, posture *p)
{
    const body *b = &a->body;
    double k = b->height / 1.75, hips_z = -0.42 * k;
    posture crouch = *p, seated = *p, lying = on_back(b, hips_z, 0.15);
    crouch.hips = (v3){0, 0.36 * k, -0.22 * k};
    crouch.pitch = 34;
    for (int side = 0; side < SIDES; side++) {
        double out = side == LEFT ? 1 : -1;
        crouch.knee[side] = (v3){out * 0.5, 0.2, 1};
        posture_arm(&crouch, b, side, 62, 20, 18, (v3){0, 0, 1});
        seated.ankle[side] = (v3){out * 0.13, b->ankle, 0.16 * k};
        seated.knee[side] = (v3){out * 0.25, 1, 0.3};
        seated.toes[side] = (v3){out * 0.3, 0.25, 1};
    }
    seated.hips = (v3){0, 0.13 * k, hips_z};
    seated.pitch = -22;
    seated.spine_pitch = 4;
    for (int side = 0; side < SIDES; side++) {
        double out = side == LEFT ? 1 : -1;
        posture_plant_hand(&seated, b, side, (v3){out * 0.30, 0.05, hips_z - 0.28 * k},
                           (v3){out, 0, -0.6}, (v3){out * 0.5, 0, -1});
    }
    double u = t - a->from_s;
    *p = posture_mix(p, &crouch, st_ease(u / 1.6));
    *p = posture_mix(p, &seated, st_ease((u - 1.4) / 1.6));
    *p = posture_mix(p, &lying, st_ease((u - 3.4) / (LIE_DOWN_S - 3.4)));
    double breath = st_ease((u - 3.4) / 2) * 0.004 * st_swing(t, 3.6, a->phase);
    p->hips.y += breath;
}

/* ---- falling ---- */

static void fall_back(const body *b, posture *mid, posture *end)
{
    double k = b->height / 1.75;
    mid->hips = (v3){0, 0.56 * k, -0.34 * k};
    mid->pitch = -34;
    mid->spine_pitch = 20;
    mid->head_pitch = 18;
    for (int side = 0; side < SIDES; side++)
        posture_arm(mid, b, side, 70, 55, 35, (v3){0, 0, 1});
    *end = on_back(b, -0.66 * k, 0.8);
    posture_arm(end, b, LEFT, 62, 90, 40, (v3){0, 1, 0.1});
    posture_arm(end, b, RIGHT, 38, 90, 25, (v3){0, 0.2, 1});
}

static void fall_front(const body *b, posture *mid, posture *end)
{
    double k = b->height / 1.75;
    mid->hips = (v3){0, 0.58 * k, 0.20 * k};
    mid->pitch = 48;
    mid->head_pitch = -20;
    end->hips = (v3){0, 0.115 * b->thick, 0.58 * k};
    end->pitch = 91;
    end->head_yaw = 62;
    end->head_pitch = -6;
    for (int side = 0; side < SIDES; side++) {
        double out = side == LEFT ? 1 : -1;
        posture_arm(mid, b, side, 92, 15, 30, (v3){0, 1, 0.5});
        end->ankle[side] = (v3){out * 0.15, 0.07, -0.25 * k};
        end->toes[side] = (v3){out * 0.4, -0.25, -1};
        end->knee[side] = (v3){out * 0.3, -1, 0};
        posture_arm(end, b, side, 112, 92, 78, (v3){0, 1, 0.05});
    }
}

static void fall_aside(const body *b, double out, posture *mid, posture *end)
{
    double k = b->height / 1.75;
    int low = out > 0 ? LEFT : RIGHT, high = 1 - low;
    mid->hips = (v3){out * 0.26 * k, 0.56 * k, -0.06};
    mid->roll = out * 36;
    mid->head_roll = -out * 12;
    end->hips = (v3){out * 0.60 * k, 0.155 * b->thick, 0};
    end->roll = out * 88;
    end->head_roll = out * 14;
    end->pitch = 4;
    posture_arm(mid, b, low, 80, 80, 20, (v3){0, 0, 1});
    posture_arm(mid, b, high, 50, 40, 40, (v3){0, 0, 1});
    posture_arm(end, b, low, 96, 5, 50, (v3){0, 1, 0});
    posture_arm(end, b, high, 62, 12, 52, (v3){-1, 0, 0.3});
    end->ankle[low] = (v3){-out * 0.13 * k, 0.075, 0.06};
    end->ankle[high] = (v3){-out * 0.08 * k, 0.13, 0.20};
    for (int side = 0; side < SIDES; side++) {
        end->knee[side] = (v3){0, 0.15, 1};
        end->toes[side] = (v3){-out * 0.7, 0, 0.7};
    }
}

void act_fall(const actor *a, double t, posture *p)
{
    act_stand(a, t < a->from_s ? t : a->from_s, p);
    posture mid = *p, end = *p;
    if (a->form == 0)
        fall_back(&a->body, &mid, &end);
    else if (a->form == 1)
        fall_front(&a->body, &mid, &end);
    else
        fall_aside(&a->body, a->form == 2 ? 1 : -1, &mid, &end);
    double u = st_clamp((t - a->from_s) / (a->until_s - a->from_s), 0, 1), w = u * u;
    if (w < 0.42)
        *p = posture_mix(p, &mid, w / 0.42);
    else
        *p = posture_mix(&mid, &end, (w - 0.42) / 0.58);
    if (t > a->until_s) /* breath */
        p->hips.y += 0.004 * (1 + st_swing(t - a->until_s, 3.3, -0.25));
}
