/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shapes as coverage: for each pixel near a shape, its distance from the edge says how
 * much of the pixel is covered, which is what makes edges smooth.
 *
 * Lines are met row by row, and in each row only the columns that the line can reach are
 * looked at, so that the cost follows the line's length and not the box around it.
 */
#include "sink/draw_mask.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"

enum { PAD = 32 }; /* zeroed bytes behind a row, so that painting may read in blocks */

static void forget_rows(st_mask *mask)
{
    for (int y = 0; y < mask->height; y++) {
        mask->from[y] = mask->width;
        mask->to[y] = 0;
    }
    mask->top = mask->height;
    mask->bottom = 0;
}

int st_mask_fit(st_mask *mask, int width, int height)
{
    if (mask->data && mask->width == width && mask->height == height)
        return 0;
    st_mask_clear(mask);
    mask->stride = ((size_t)width + PAD) / 16 * 16;
    mask->data = st_alloc_array(mask->stride, (size_t)height);
    mask->from = st_alloc_array((size_t)height, sizeof(int));
    mask->to = st_alloc_array((size_t)height, sizeof(int));
    if (!mask->data || !mask->from || !mask->to) {
        st_mask_clear(mask);
        return STANCE_ENOMEM;
    }
    mask->width = width;
    mask->height = height;
    forget_rows(mask);
    return 0;
}

void st_mask_clear(st_mask *mask)
{
    st_free(mask->data);
    st_free(mask->from);
    st_free(mask->to);
    *mask = (st_mask){0};
}

/* Columns [from, to) of row y are going to be touched. */
static uint8_t *touch(st_mask *mask, int y, int from, int to)
{
    if (from < mask->from[y])
        mask->from[y] = from;
    if (to > mask->to[y])
        mask->to[y] = to;
    if (y < mask->top)
        mask->top = y;
    if (y >= mask->bottom)
        mask->bottom = y + 1;
    return mask->data + (size_t)y * mask->stride;
}

static int clamp_to(double value, int low, int high)
{
    return value <= low ? low : value >= high ? high : (int)value;
}

static void cover(uint8_t *at, float coverage)
{
    if (coverage <= 0)
        return;
    uint8_t value = coverage >= 1 ? 255 : (uint8_t)(coverage * 255 + 0.5f);
    if (value > *at)
        *at = value;
}

/* Part of the line (0 to 1) whose distance from height y is at most `reach`, as columns.
 */
static bool row_span(double x0, double y0, double x1, double y1, double y, double reach,
                     double *from, double *to)
{
    double dy = y1 - y0, a = 0, b = 1;
    if (fabs(dy) > 1e-9) {
        a = (y - reach - y0) / dy;
        b = (y + reach - y0) / dy;
        if (a > b) {
            double t = a;
            a = b;
            b = t;
        }
        a = fmax(a, 0);
        b = fmin(b, 1);
    }
    if (a > b)
        return false;
    double xa = x0 + a * (x1 - x0), xb = x0 + b * (x1 - x0);
    *from = fmin(xa, xb) - reach;
    *to = fmax(xa, xb) + reach;
    return true;
}

void st_mask_line(st_mask *mask, double x0, double y0, double x1, double y1,
                  double radius)
{
    double reach = radius + 0.5;
    int top = clamp_to(floor(fmin(y0, y1) - reach), 0, mask->height);
    int bottom = clamp_to(ceil(fmax(y0, y1) + reach), 0, mask->height);
    double dx = x1 - x0, dy = y1 - y0, length2 = dx * dx + dy * dy;
    double scale = length2 > 1e-12 ? 1 / length2 : 0;
    float inside2 = radius > 0.5 ? (float)((radius - 0.5) * (radius - 0.5)) : 0;
    float outside2 = (float)(reach * reach);
    for (int y = top; y < bottom; y++) {
        double left, right, yc = y + 0.5;
        if (!row_span(x0, y0, x1, y1, yc, reach, &left, &right))
            continue;
        int from = clamp_to(floor(left), 0, mask->width);
        int to = clamp_to(ceil(right), 0, mask->width);
        if (from >= to)
            continue;
        uint8_t *row = touch(mask, y, from, to);
        for (int x = from; x < to; x++) {
            double px = x + 0.5 - x0, py = yc - y0;
            double t = (px * dx + py * dy) * scale;
            t = t < 0 ? 0 : t > 1 ? 1 : t;
            float ex = (float)(px - t * dx), ey = (float)(py - t * dy);
            float d2 = ex * ex + ey * ey;
            if (d2 < inside2)
                row[x] = 255;
            else if (d2 < outside2)
                cover(&row[x], (float)reach - sqrtf(d2));
        }
    }
}

void st_mask_box(st_mask *mask, double x, double y, double w, double h, double radius)
{
    double cx = x + w / 2, cy = y + h / 2;
    double half_w = w / 2 - radius, half_h = h / 2 - radius;
    int top = clamp_to(floor(y), 0, mask->height);
    int bottom = clamp_to(ceil(y + h), 0, mask->height);
    int from = clamp_to(floor(x), 0, mask->width);
    int to = clamp_to(ceil(x + w), 0, mask->width);
    for (int row_y = top; row_y < bottom && from < to; row_y++) {
        uint8_t *row = touch(mask, row_y, from, to);
        float ey = (float)fmax(fabs(row_y + 0.5 - cy) - half_h, 0);
        for (int col = from; col < to; col++) {
            float ex = (float)fmax(fabs(col + 0.5 - cx) - half_w, 0);
            cover(&row[col], (float)radius + 0.5f - sqrtf(ex * ex + ey * ey));
        }
    }
}

void st_mask_bits(st_mask *mask, int x, int y, int w, int h, const uint8_t *bits)
{
    int from = x < 0 ? 0 : x, to = x + w > mask->width ? mask->width : x + w;
    for (int i = 0; i < h; i++) {
        if (y + i < 0 || y + i >= mask->height || from >= to)
            continue;
        uint8_t *row = touch(mask, y + i, from, to);
        const uint8_t *in = bits + (size_t)i * (size_t)w;
        for (int col = from; col < to; col++)
            if (in[col - x] > row[col])
                row[col] = in[col - x];
    }
}
