/* SPDX-License-Identifier: Apache-2.0 */
/* What people do on their feet in one place. */
#include "mannequin/stage.h"

/* Nobody stands like a statue: breath, weight, a look around. */
static void live(const actor *a, double t, posture *p, double k)
{
    p->hips.x += 0.012 * k * st_swing(t, 5.3, a->phase);
    p->roll += 0.8 * k * st_swing(t, 5.3, a->phase);
    p->spine_pitch += 1.0 * st_swing(t, 3.7, a->phase);
    p->head_yaw += 9 * k * st_swing(t, 6.1, a->phase * 3);
    p->head_pitch += 2.5 * k * st_swing(t, 4.3, a->phase * 5);
}

void act_stand(const actor *a, double t, posture *p)
{
    live(a, t, p, 1);
    for (int side = 0; side < SIDES; side++)
        posture_arm(p, &a->body, side, 9 + 2 * st_swing(t, 4.7, a->phase + 0.3 * side),
                    75, 16 + 5 * st_swing(t, 5.9, a->phase + 0.2 * side), (v3){0, 0, 1});
}

void act_squat(const actor *a, double t, posture *p)
{
    const body *b = &a->body;
    double w = actor_effort(a, t);
    live(a, t, p, 0.4);
    p->hips.y -= 0.42 * (b->thigh + b->shin) / 0.85 * w;
    p->hips.z -= 0.25 * w;
    p->pitch += 36 * w;
    p->spine_pitch += 8 * w;
    p->head_pitch -= 30 * w;
    for (int side = 0; side < SIDES; side++) {
        double out = side == LEFT ? 1 : -1;
        p->ankle[side].x = out * (b->shoulder_half + 0.02);
        p->toes[side] = (v3){out * 0.4, 0, 1};
        p->knee[side] = (v3){out * 0.45, 0.1, 1};
        posture_arm(p, b, side, 12 + 112 * w, 12, 14, (v3){0, 0, 1});
    }
}

void act_jack(const actor *a, double t, posture *p)
{
    const body *b = &a->body;
    double w = actor_effort(a, t), hop = 4 * w * (1 - w) * 0.09;
    double wide = b->hip_half + 0.28 * b->height / 1.75 * w;
    double leg = 0.995 * (b->thigh + b->shin), aside = wide - b->hip_half;
    live(a, t, p, 0.3);
    p->hips.y = b->ankle + sqrt(leg * leg - aside * aside) - 0.012 + hop;
    for (int side = 0; side < SIDES; side++) {
        double out = side == LEFT ? 1 : -1;
        p->ankle[side].x = out * wide;
        p->ankle[side].y = b->ankle + hop;
        p->toes[side] = (v3){out * 0.25, -2.5 * hop, 1};
        posture_arm(p, b, side, 10 + 158 * w, 88, 14 + 14 * w, (v3){0, w, 1 - w});
    }
}

void act_lunge(const actor *a, double t, posture *p)
{
    const body *b = &a->body;
    double u = 0, k = b->height / 1.75;
    const move *m = actor_move(a, t, &u);
    live(a, t, p, 0.4);
    double step = st_ease(u / 0.36) - st_ease((u - 0.64) / 0.36);
    double drop = st_ease((u - 0.2) / 0.3) - st_ease((u - 0.5) / 0.3);
    int front = m ? m->side : LEFT, rear = 1 - front;
    p->ankle[front].z += 0.66 * k * step;
    p->ankle[front].y += 0.11 * 4 * step * (1 - step);
    p->ankle[rear].y += 0.03 * step + 0.09 * drop;
    p->ankle[rear].z += 0.04 * step + 0.03 * drop;
    p->toes[rear].y = -0.45 * step - 1.3 * drop;
    p->hips.z += 0.33 * k * step;
    p->hips.y -= 0.062 * k * step + 0.31 * k * drop;
    p->pitch += 5 * drop;
    for (int side = 0; side < SIDES; side++)
        posture_arm(p, b, side, 44, 100, 100, (v3){-1, -0.5, 0.12}); /* hands on hips */
}

void act_curl(const actor *a, double t, posture *p)
{
    double w = actor_effort(a, t);
    live(a, t, p, 0.5);
    for (int side = 0; side < SIDES; side++) {
        posture_arm(p, &a->body, side, 9 + 9 * w, 60 - 40 * w, 12 + 124 * w,
                    (v3){0.1, 0, 1});
        p->pitch -= 1.2 * w;
    }
}

void act_wave(const actor *a, double t, posture *p)
{
    act_stand(a, t, p);
    posture up = *p;
    double to_and_fro = st_swing(t, 0.8, a->phase);
    posture_arm(&up, &a->body, a->side, 98, 82, 88 - 24 * to_and_fro, (v3){-0.1, 1, 0.2});
    double w = actor_part(a, t, 0.7, 0.7);
    *p = posture_mix(p, &up, w);
}

void act_tree(const actor *a, double t, posture *p)
{
    const body *b = &a->body;
    int stand = a->side, lift = 1 - stand;
    double out = stand == LEFT ? 1 : -1, w = actor_part(a, t, 1.5, 1.5);
    live(a, t, p, 0.5);
    posture tree = *p;
    v3 foot = tree.ankle[stand];
    tree.hips.x = foot.x - out * 0.055 + 0.008 * st_swing(t, 2.1, a->phase);
    tree.hips.y -= 0.004;
    tree.roll = out * 2 + st_swing(t, 2.1, a->phase);
    tree.spine_roll = -out * 2;
    tree.ankle[lift] = (v3){foot.x - out * 0.085, b->ankle + b->shin + 0.05, 0.03};
    tree.knee[lift] = (v3){-out, -0.2, 0.22};
    tree.toes[lift] = (v3){out * 0.1, -1, 0.1};
    v3 above = {tree.hips.x, tree.hips.y + b->waist + b->trunk + 0.455 * b->height / 1.75,
                0.03};
    for (int side = 0; side < SIDES; side++) {
        double s = side == LEFT ? 1 : -1;
        v3 place = {above.x + s * 0.03, above.y, above.z};
        posture_plant_hand(&tree, b, side, place, (v3){s, 0.15, -0.1}, (v3){0, 1, 0});
    }
    *p = posture_mix(p, &tree, w);
}

void act_sit(const actor *a, double t, posture *p)
{
    const body *b = &a->body;
    double w = actor_part(a, t, 1.7, 1.6), bow = 4 * w * (1 - w);
    live(a, t, p, 0.6);
    posture down = *p;
    down.hips = (v3){0, 0.565, -0.40};
    down.pitch = -3;
    for (int side = 0; side < SIDES; side++) {
        double out = side == LEFT ? 1 : -1;
        down.ankle[side].z += 0.06;
        down.ankle[side].x += out * 0.03;
        posture_plant_hand(&down, b, side,
                           (v3){out * 0.15, 0.565 + 0.10, -0.40 + b->thigh * 0.66},
                           (v3){out * 0.9, 0, -0.6}, (v3){-out * 0.2, -0.25, 1});
    }
    *p = posture_mix(p, &down, w);
    p->pitch += 34 * bow;
    p->head_pitch -= 16 * bow;
}

void act_tie_shoes(const actor *a, double t, posture *p)
{
    const body *b = &a->body;
    int front = a->side, rear = 1 - front;
    double out = front == LEFT ? 1 : -1, w = actor_part(a, t, 1.5, 1.4);
    double k = b->height / 1.75;
    live(a, t, p, 0.4);
    posture down = *p;
    down.hips = (v3){0, 0.40 * k, -0.10};
    down.pitch = 42;
    down.spine_pitch = 34;
    down.head_pitch = 4;
    down.ankle[front] = (v3){out * 0.11, b->ankle, 0.22 * k};
    down.ankle[rear] = (v3){-out * 0.12, b->ankle + 0.05, -0.42 * k};
    down.toes[rear] = (v3){0, -1.2, 1};
    down.knee[rear] = (v3){-out * 0.1, -1, 0.6};
    for (int side = 0; side < SIDES; side++) {
        double s = side == LEFT ? 1 : -1, busy = 0.02 * st_swing(t, 0.9, 0.5 * side);
        v3 place = {out * 0.11 + s * (0.045 + busy), b->ankle + 0.07 + fabs(busy),
                    0.30 * k};
        posture_plant_hand(&down, b, side, place, (v3){s, 0.3, -0.4},
                           (v3){-s * 0.3, -0.8, 0.5});
    }
    *p = posture_mix(p, &down, w);
}
