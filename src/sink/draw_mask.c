/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shapes as coverage: for each pixel near a shape, its distance from the edge says how
 * much of the pixel is covered, which is what makes edges smooth.
 *
 * Lines are met row by row, and in each row only the columns that the line can reach are
 * looked at, so that the cost follows the line's length and not the box around it. Which
 * blocks of pixels were touched is noted, so that painting finds them at once.
 */
#include "sink/draw_mask.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"

int st_mask_fit(st_mask *mask, int width, int height)
{
    if (mask->data && mask->width == width && mask->height == height)
        return 0;
    st_mask_clear(mask);
    mask->n_blocks = (size_t)width / ST_MASK_BLOCK + 1;
    mask->stride = mask->n_blocks * ST_MASK_BLOCK;
    mask->data = st_alloc_array(mask->stride, (size_t)height);
    mask->touched = st_alloc_array(mask->n_blocks, ((size_t)height + 1) / 2);
    if (!mask->data || !mask->touched) {
        st_mask_clear(mask);
        return STANCE_ENOMEM;
    }
    mask->width = width;
    mask->height = mask->top = height;
    return 0;
}

void st_mask_clear(st_mask *mask)
{
    st_free(mask->data);
    st_free(mask->touched);
    *mask = (st_mask){0};
}

size_t st_mask_next_block(const st_mask *mask, int y, size_t at)
{
    const uint8_t *row = mask->touched + (size_t)(y / 2) * mask->n_blocks;
    const uint8_t *found =
        at < mask->n_blocks ? memchr(row + at, 1, mask->n_blocks - at) : NULL;
    return found ? (size_t)(found - row) : mask->n_blocks;
}

/* Columns [from, to) of row y, at least one, are going to be touched. */
static uint8_t *touch(st_mask *mask, int y, int from, int to)
{
    size_t first = (size_t)from / ST_MASK_BLOCK, last = (size_t)(to - 1) / ST_MASK_BLOCK;
    memset(mask->touched + (size_t)(y / 2) * mask->n_blocks + first, 1, last - first + 1);
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
        a = a < 0 ? 0 : a;
        b = b > 1 ? 1 : b;
    }
    if (a > b)
        return false;
    double xa = x0 + a * (x1 - x0), xb = x0 + b * (x1 - x0);
    *from = (xa < xb ? xa : xb) - reach;
    *to = (xa < xb ? xb : xa) + reach;
    return true;
}

/* One row of a line: positions count from the line's first end, (ux, uy) is its direction
 * over its length. Without branches, so that compilers do several pixels at a time (with
 * the flags that CMakeLists.txt gives this file). The edge falls off with the distance's
 * square, which over one pixel is near enough. */
static void cover_row(uint8_t *restrict row, int n, float px, float py, float dx,
                      float dy, float ux, float uy, float outside2, float steepness)
{
    for (int i = 0; i < n; i++) {
        float x = px + (float)i;
        float t = x * ux + py * uy;
        t = t < 0 ? 0 : t;
        t = t > 1 ? 1 : t;
        float ex = x - t * dx, ey = py - t * dy;
        float value = (outside2 - (ex * ex + ey * ey)) * steepness + 0.5f;
        value = value < 0 ? 0 : value;
        value = value > 255 ? 255 : value;
        uint8_t covered = (uint8_t)(int)value;
        row[i] = covered > row[i] ? covered : row[i];
    }
}

void st_mask_line(st_mask *mask, double x0, double y0, double x1, double y1,
                  double radius)
{
    double reach = radius + 0.5, inside = fmax(radius - 0.5, 0);
    int top = clamp_to(floor(fmin(y0, y1) - reach), 0, mask->height);
    int bottom = clamp_to(ceil(fmax(y0, y1) + reach), 0, mask->height);
    double dx = x1 - x0, dy = y1 - y0, length2 = dx * dx + dy * dy;
    double scale = length2 > 1e-12 ? 1 / length2 : 0;
    float outside2 = (float)(reach * reach);
    float steepness = (float)(255 / (reach * reach - inside * inside));
    for (int y = top; y < bottom; y++) {
        double left, right, yc = y + 0.5;
        if (!row_span(x0, y0, x1, y1, yc, reach, &left, &right))
            continue;
        int from = clamp_to(floor(left), 0, mask->width);
        int to = clamp_to(ceil(right), 0, mask->width);
        if (from < to)
            cover_row(touch(mask, y, from, to) + from, to - from,
                      (float)(from + 0.5 - x0), (float)(yc - y0), (float)dx, (float)dy,
                      (float)(dx * scale), (float)(dy * scale), outside2, steepness);
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
