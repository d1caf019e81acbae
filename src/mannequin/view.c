/* SPDX-License-Identifier: Apache-2.0 */
/* Cameras, and solids made ready for their rays. */
#include "mannequin/view.h"

static const struct {
    double yaw_deg, eye_y, target_y, nearer;
} cameras[] = {
    [STANCE_CAMERA_FRONT] = {0, 1.35, 0.97, 1},
    [STANCE_CAMERA_SIDE] = {90, 1.35, 0.97, 1},
    [STANCE_CAMERA_OBLIQUE] = {38, 1.55, 0.95, 1},
    [STANCE_CAMERA_HIGH] = {24, 3.05, 0.85, 0.95},
};

double view_yaw(int camera)
{
    return cameras[camera].yaw_deg;
}

double view_focal(int width, int height)
{
    return 1.37 * (width < height ? width : height);
}

view view_of(int camera, int width, int height, double distance, double moving_s)
{
    double yaw = cameras[camera].yaw_deg, eye_y = cameras[camera].eye_y;
    distance *= cameras[camera].nearer;
    if (moving_s >= 0) {
        yaw += 9 * st_sin_deg(360 * moving_s / 12);
        eye_y += 0.10 * st_sin_deg(360 * moving_s / 8.5);
        distance *= 1 + 0.05 * st_sin_deg(360 * moving_s / 7);
    }
    v3 target = {0, cameras[camera].target_y, 0};
    view w = {
        .eye = {distance * st_sin_deg(yaw), eye_y, distance * st_cos_deg(yaw)},
        .focal = view_focal(width, height),
        .width = width,
        .height = height,
    };
    w.ahead = v3_unit(v3_sub(target, w.eye));
    w.right = v3_unit(v3_cross(w.ahead, (v3){0, 1, 0}));
    w.down = v3_cross(w.ahead, w.right);
    return w;
}

enum { NEAREST_CM = 15 }; /* what is nearer to the eye is not drawn */

bool shape_of(const solid *s, const view *w, double grow, shape *out)
{
    *out = (shape){.a = view_from_room(w, s->a), .b = view_from_room(w, s->b)};
    double nearest = NEAREST_CM / 100.0 + (s->ra > s->rb ? s->ra : s->rb);
    if (out->a.z < nearest || out->b.z < nearest)
        return false;
    out->ra = s->ra + grow * out->a.z / w->focal;
    out->rb = s->rb + grow * out->b.z / w->focal;
    if (s->flat < 1) {
        out->across = view_turn(w, s->across);
        out->stretch = 1 / s->flat - 1;
    }
    out->sa = shape_stretch(out, out->a);
    out->ba = v3_sub(shape_stretch(out, out->b), out->sa);
    out->rr = out->ra - out->rb;
    out->m0 = v3_dot(out->ba, out->ba);
    out->d2 = out->m0 - out->rr * out->rr;
    out->m1 = -v3_dot(out->ba, out->sa);
    out->m5 = v3_dot(out->sa, out->sa);
    v3 end = v3_add(out->sa, out->ba);
    out->m7 = v3_dot(end, end);
    out->k0 = out->d2 * out->m5 - out->m1 * out->m1 + 2 * out->m1 * out->rr * out->ra -
              out->m0 * out->ra * out->ra;
    if (out->d2 < 1e-9) { /* one ball holds the other */
        out->ball = true;
        if (out->rb > out->ra) {
            out->ra = out->rb;
            out->a = out->b;
            out->sa = end;
            out->m5 = out->m7;
        }
        out->b = out->a;
    }
    return true;
}

/* Where the outline of a ball begins and ends along one side of the picture, in units of
 * the focal length. */
static void ball_span(double c, double z, double r, double *low, double *high)
{
    double root = r * sqrt(c * c + z * z - r * r), below = z * z - r * r;
    double l = (c * z - root) / below, h = (c * z + root) / below;
    *low = l < *low ? l : *low;
    *high = h > *high ? h : *high;
}

void shape_extent(const shape *s, const view *w, double box[4])
{
    double low_x = 1e9, low_y = 1e9, high_x = -1e9, high_y = -1e9;
    ball_span(s->a.x, s->a.z, s->ra, &low_x, &high_x);
    ball_span(s->a.y, s->a.z, s->ra, &low_y, &high_y);
    if (!s->ball) {
        ball_span(s->b.x, s->b.z, s->rb, &low_x, &high_x);
        ball_span(s->b.y, s->b.z, s->rb, &low_y, &high_y);
    }
    box[0] = st_clamp(0.5 * w->width + w->focal * low_x, 0, w->width);
    box[1] = st_clamp(0.5 * w->height + w->focal * low_y, 0, w->height);
    box[2] = st_clamp(0.5 * w->width + w->focal * high_x, 0, w->width);
    box[3] = st_clamp(0.5 * w->height + w->focal * high_y, 0, w->height);
}
