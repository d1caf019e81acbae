/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shadows on the floor: solids are thrown onto a grid of the floor as the light does it,
 * which is then made soft, and the floor in the picture is darkened by it.
 */
#include "mannequin/room.h"

/* Where the light throws a place onto the floor. */
static v3 thrown(v3 p)
{
    return v3_along(p, room_light, -p.y / room_light.y);
}

static void find_extent(shadow *s, const solid *solids, size_t n)
{
    double x0 = 1e9, x1 = -1e9, z0 = 1e9, z1 = -1e9;
    for (size_t i = 0; i < n; i++)
        for (int end = 0; solids[i].casts && end < 2; end++) {
            v3 p = thrown(end ? solids[i].b : solids[i].a);
            double r = 0.35;
            x0 = p.x - r < x0 ? p.x - r : x0;
            x1 = p.x + r > x1 ? p.x + r : x1;
            z0 = p.z - r < z0 ? p.z - r : z0;
            z1 = p.z + r > z1 ? p.z + r : z1;
        }
    double longer = x1 - x0 > z1 - z0 ? x1 - x0 : z1 - z0;
    s->cell = longer / (SHADOW_SIDE - 8) > 0.022 ? longer / (SHADOW_SIDE - 8) : 0.022;
    /* Cells keep their places when people move, or edges would crawl. */
    s->x = st_floor(x0 / s->cell - 3) * s->cell;
    s->z = st_floor(z0 / s->cell - 3) * s->cell;
    s->nx = x1 > x0 ? (int)st_clamp((x1 - s->x) / s->cell + 4, 0, SHADOW_SIDE) : 0;
    s->nz = z1 > z0 ? (int)st_clamp((z1 - s->z) / s->cell + 4, 0, SHADOW_SIDE) : 0;
}

/* The higher a limb, the paler its shadow. */
static void throw_solid(shadow *s, const solid *of)
{
    v3 a = thrown(of->a), b = thrown(of->b), ab = v3_sub(b, a);
    double length2 = v3_dot(ab, ab), reach = of->ra > of->rb ? of->ra : of->rb;
    double x0 = (a.x < b.x ? a.x : b.x) - reach, x1 = (a.x > b.x ? a.x : b.x) + reach;
    double z0 = (a.z < b.z ? a.z : b.z) - reach, z1 = (a.z > b.z ? a.z : b.z) + reach;
    int i0 = (int)st_clamp((x0 - s->x) / s->cell, 0, s->nx);
    int i1 = (int)st_clamp((x1 - s->x) / s->cell + 1, 0, s->nx);
    int k0 = (int)st_clamp((z0 - s->z) / s->cell, 0, s->nz);
    int k1 = (int)st_clamp((z1 - s->z) / s->cell + 1, 0, s->nz);
    for (int k = k0; k < k1; k++)
        for (int i = i0; i < i1; i++) {
            v3 p = {s->x + (i + 0.5) * s->cell, 0, s->z + (k + 0.5) * s->cell};
            v3 ap = v3_sub(p, a);
            double w = length2 > 1e-9 ? st_clamp(v3_dot(ap, ab) / length2, 0, 1) : 0;
            v3 off = v3_along(ap, ab, -w);
            double r = of->ra + (of->rb - of->ra) * w;
            if (v3_dot(off, off) > r * r)
                continue;
            double height = of->a.y + (of->b.y - of->a.y) * w;
            float dark = (float)(0.62 / (1 + 1.1 * (height > 0 ? height : 0)));
            if (dark > s->cells[k][i])
                s->cells[k][i] = dark;
        }
}

/* Mean of five cells along rows, written across: twice gives both directions. */
static void blur_across(float from[SHADOW_SIDE][SHADOW_SIDE],
                        float to[SHADOW_SIDE][SHADOW_SIDE], int n, int rows)
{
    for (int k = 0; k < rows; k++)
        for (int i = 0; i < n; i++) {
            const float *row = from[k];
            float sum = row[i];
            sum += i > 0 ? row[i - 1] : 0;
            sum += i > 1 ? row[i - 2] : 0;
            sum += i + 1 < n ? row[i + 1] : 0;
            sum += i + 2 < n ? row[i + 2] : 0;
            to[i][k] = sum * 0.2F;
        }
}

void shadow_make(shadow *s, const solid *solids, size_t n)
{
    find_extent(s, solids, n);
    for (int k = 0; k < s->nz; k++)
        for (int i = 0; i < s->nx; i++)
            s->cells[k][i] = 0;
    for (size_t i = 0; i < n; i++)
        if (solids[i].casts)
            throw_solid(s, &solids[i]);
    for (int pass = 0; pass < 2; pass++) {
        blur_across(s->cells, s->work, s->nx, s->nz);
        blur_across(s->work, s->cells, s->nz, s->nx);
    }
}

static float shadow_at(const shadow *s, double x, double z)
{
    double gx = (x - s->x) / s->cell - 0.5, gz = (z - s->z) / s->cell - 0.5;
    if (gx < 0 || gz < 0 || gx >= s->nx - 1 || gz >= s->nz - 1)
        return 0;
    int i = (int)gx, k = (int)gz;
    float wx = (float)(gx - i), wz = (float)(gz - k);
    const float *near = s->cells[k], *far = s->cells[k + 1];
    float a = near[i] + (near[i + 1] - near[i]) * wx;
    float b = far[i] + (far[i + 1] - far[i]) * wx;
    return a + (b - a) * wz;
}

/* The camera is level: all rays of a row meet the floor at one depth, so that the place
 * on the floor goes evenly along the row. @return false: the row does not see the floor
 */
static bool floor_row(const view *w, int y, v3 *from, v3 *step)
{
    v3 d = room_ray(w, 0.5, y + 0.5);
    if (d.y >= -1e-6)
        return false;
    double t = -w->eye.y / d.y;
    *from = v3_along(w->eye, d, t);
    *step = v3_scale(w->right, t / w->focal);
    return true;
}

/* The part of a row whose value from + x step lies in [low, high]. */
static void cut_span(double from, double step, double low, double high, int *x0, int *x1)
{
    if (fabs(step) < 1e-12) {
        if (from < low || from > high)
            *x1 = *x0;
        return;
    }
    double a = (low - from) / step, b = (high - from) / step;
    double first = a < b ? a : b, last = a < b ? b : a;
    if (first > *x0)
        *x0 = (int)st_clamp(st_floor(first), 0, *x1);
    if (last < *x1)
        *x1 = (int)st_clamp(st_floor(last) + 1, *x0, *x1);
}

void shadow_draw(const shadow *s, const view *w, stance_frame *frame)
{
    for (int y = 0; y < frame->height; y++) {
        v3 from, step;
        int x0 = 0, x1 = frame->width;
        if (!floor_row(w, y, &from, &step))
            continue;
        cut_span(from.x, step.x, s->x, s->x + s->nx * s->cell, &x0, &x1);
        cut_span(from.z, step.z, s->z, s->z + s->nz * s->cell, &x0, &x1);
        uint8_t *luma = frame->data[0] + y * frame->stride[0];
        uint8_t *u = frame->data[1] + y / 2 * frame->stride[1];
        uint8_t *v = frame->data[2] + y / 2 * frame->stride[2];
        for (int x = x0; x < x1; x++) {
            float dark = shadow_at(s, from.x + step.x * x, from.z + step.z * x);
            if (dark <= 0)
                continue;
            luma[x] = (uint8_t)(16.5F + (float)(luma[x] - 16) * (1 - dark));
            if ((x | y) % 2 == 0) {
                int c = x / 2;
                u[c] = (uint8_t)(128.5F + (float)(u[c] - 128) * (1 - dark));
                v[c] = (uint8_t)(128.5F + (float)(v[c] - 128) * (1 - dark));
            }
        }
    }
}
