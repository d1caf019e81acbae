/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A mask's colour blended into the planes of a frame.
 *
 * Where chroma is halved, a site gets the mean coverage of the pixels it stands for, so
 * that thin lines keep their colour without bleeding. Most of a mask is empty: blocks of
 * 16 zero bytes are passed over by two comparisons.
 */
#include <string.h>

#include "sink/draw_mask.h"

enum { BLOCK = 16, FULL = 256 };

static bool block_is_empty(const uint8_t *at)
{
    uint64_t a, b;
    memcpy(&a, at, sizeof(a));
    memcpy(&b, at + 8, sizeof(b));
    return (a | b) == 0;
}

/* Coverage 0..255 times the strength: 0..256, where 256 takes the colour as it is. */
static inline int weight(int coverage, int strength)
{
    return (coverage * strength) >> 8;
}

static inline uint8_t blend(uint8_t old, int colour, int w)
{
    return (uint8_t)(old + (((colour - old) * w + FULL / 2) >> 8));
}

static void paint_full(const st_mask *mask, uint8_t *plane, ptrdiff_t stride, int colour,
                       int strength)
{
    for (int y = mask->top; y < mask->bottom; y++) {
        const uint8_t *m = mask->data + (size_t)y * mask->stride;
        uint8_t *row = plane + y * stride;
        for (int x = mask->from[y] / BLOCK * BLOCK; x < mask->to[y]; x += BLOCK) {
            if (block_is_empty(m + x))
                continue;
            int n = mask->width - x < BLOCK ? mask->width - x : BLOCK;
            for (int i = 0; i < n; i++)
                row[x + i] = blend(row[x + i], colour, weight(m[x + i], strength));
        }
    }
}

/* One row of a plane with half the columns; `b` is `a` where rows are not halved. */
static void paint_half_row(const st_mask *mask, const uint8_t *a, const uint8_t *b,
                           int from, int to, uint8_t *row, int colour, int strength)
{
    for (int x = from / BLOCK * BLOCK; x < to; x += BLOCK) {
        if (block_is_empty(a + x) && block_is_empty(b + x))
            continue;
        int n =
            (mask->width - x + 1) / 2 < BLOCK / 2 ? (mask->width - x + 1) / 2 : BLOCK / 2;
        for (int i = 0; i < n; i++) {
            int k = x + 2 * i;
            int mean = (a[k] + a[k + 1] + b[k] + b[k + 1] + 2) >> 2;
            row[x / 2 + i] = blend(row[x / 2 + i], colour, weight(mean, strength));
        }
    }
}

/* A site at an odd right edge stands for one column: it is repeated into the padding. */
static void repeat_last_column(st_mask *mask)
{
    for (int y = mask->top; y < mask->bottom; y++) {
        uint8_t *row = mask->data + (size_t)y * mask->stride;
        row[mask->width] = row[mask->width - 1];
    }
}

static void paint_half(st_mask *mask, const stance_frame *frame, int p, int colour,
                       int strength)
{
    int step = frame->format == STANCE_PIX_YUV420P ? 2 : 1;
    if (mask->width & 1)
        repeat_last_column(mask);
    for (int y = mask->top / step * step; y < mask->bottom; y += step) {
        int other = y + step - 1 < mask->height ? y + step - 1 : y;
        int from = mask->from[y] < mask->from[other] ? mask->from[y] : mask->from[other];
        int to = mask->to[y] > mask->to[other] ? mask->to[y] : mask->to[other];
        paint_half_row(mask, mask->data + (size_t)y * mask->stride,
                       mask->data + (size_t)other * mask->stride, from, to,
                       frame->data[p] + y / step * frame->stride[p], colour, strength);
    }
}

static void empty(st_mask *mask)
{
    for (int y = mask->top; y < mask->bottom; y++) {
        if (mask->from[y] < mask->to[y])
            memset(mask->data + (size_t)y * mask->stride + mask->from[y], 0,
                   (size_t)(mask->to[y] - mask->from[y]) + 1);
        mask->from[y] = mask->width;
        mask->to[y] = 0;
    }
    mask->top = mask->height;
    mask->bottom = 0;
}

void st_mask_paint(st_mask *mask, stance_frame *frame, const uint8_t rgb[3],
                   double opacity)
{
    uint8_t colour[3];
    st_colour_from_rgb(frame, rgb, colour);
    int strength = (int)(opacity * (FULL + 2) + 0.5); /* 255 x 258 / 256 = 256 */
    bool halved =
        frame->format == STANCE_PIX_YUV420P || frame->format == STANCE_PIX_YUV422P;
    for (int p = 0; p < stance_pix_planes(frame->format); p++) {
        if (p > 0 && halved)
            paint_half(mask, frame, p, colour[p], strength);
        else
            paint_full(mask, frame->data[p], frame->stride[p], colour[p], strength);
    }
    empty(mask);
}
