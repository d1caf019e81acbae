/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A mask's colour blended into the planes of a frame.
 *
 * Where chroma is halved, a site gets the mean coverage of the pixels it stands for, so
 * that thin lines keep their colour without bleeding. Only blocks that the mask notes as
 * touched are looked at.
 */
#include <string.h>

#include "sink/draw_mask.h"

enum { BLOCK = ST_MASK_BLOCK, FULL = 256 };

/* Weights 0..256 of n pixels from their coverage 0..255; all arithmetic fits 16 bits, so
 * that compilers do eight at a time. */
static inline void weights(const uint8_t *restrict coverage, int n, int strength,
                           uint16_t *restrict w)
{
    for (int i = 0; i < n; i++)
        w[i] = (uint16_t)(coverage[i] + (coverage[i] >> 7));
    if (strength < FULL)
        for (int i = 0; i < n; i++)
            w[i] = (uint16_t)((uint16_t)(w[i] * strength) >> 8);
}

/* 256 takes the colour as it is, 0 leaves the old value as it was. */
static inline void blend(uint8_t *restrict at, int n, uint16_t colour,
                         const uint16_t *restrict w)
{
    for (int i = 0; i < n; i++) {
        uint16_t mixed = (uint16_t)(at[i] * (FULL - w[i]) + colour * w[i] + FULL / 2);
        at[i] = (uint8_t)(mixed >> 8);
    }
}

static void paint_full(const st_mask *mask, uint8_t *plane, ptrdiff_t stride,
                       uint8_t colour, int strength)
{
    uint16_t w[BLOCK];
    for (int y = mask->top; y < mask->bottom; y++) {
        const uint8_t *m = mask->data + (size_t)y * mask->stride;
        uint8_t *row = plane + y * stride;
        size_t b = 0;
        while ((b = st_mask_next_block(mask, y, b)) < mask->n_blocks) {
            int x = (int)b++ * BLOCK;
            weights(m + x, BLOCK, strength, w);
            if (mask->width - x >= BLOCK)
                blend(row + x, BLOCK, colour, w);
            else
                blend(row + x, mask->width - x, colour, w);
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

/* Planes 1 and 2 with half the columns and, with `step` 2, half the rows. */
static void paint_half(st_mask *mask, const stance_frame *frame, int step,
                       const uint8_t colour[3], int strength)
{
    enum { HALF = BLOCK / 2 };
    uint8_t mean[HALF];
    uint16_t w[HALF];
    if (mask->width & 1)
        repeat_last_column(mask);
    for (int y = mask->top / step * step; y < mask->bottom; y += step) {
        const uint8_t *upper = mask->data + (size_t)y * mask->stride;
        const uint8_t *lower = y + step - 1 < mask->height
                                   ? upper + (size_t)(step - 1) * mask->stride
                                   : upper;
        uint8_t *row1 = frame->data[1] + y / step * frame->stride[1];
        uint8_t *row2 = frame->data[2] + y / step * frame->stride[2];
        size_t b = 0;
        while ((b = st_mask_next_block(mask, y, b)) < mask->n_blocks) {
            const uint8_t *m = upper + b * BLOCK, *n = lower + b * BLOCK;
            for (int i = 0; i < HALF; i++)
                mean[i] =
                    (uint8_t)((m[2 * i] + m[2 * i + 1] + n[2 * i] + n[2 * i + 1] + 2) >>
                              2);
            weights(mean, HALF, strength, w);
            int x = (int)b++ * HALF, left = (mask->width + 1) / 2 - x;
            if (left >= HALF) { /* said as a constant, which compilers unroll */
                blend(row1 + x, HALF, colour[1], w);
                blend(row2 + x, HALF, colour[2], w);
            } else {
                blend(row1 + x, left, colour[1], w);
                blend(row2 + x, left, colour[2], w);
            }
        }
    }
}

static void empty(st_mask *mask)
{
    for (int y = mask->top; y < mask->bottom; y++) {
        size_t b = 0;
        while ((b = st_mask_next_block(mask, y, b)) < mask->n_blocks)
            memset(mask->data + (size_t)y * mask->stride + b++ * BLOCK, 0, BLOCK);
    }
    if (mask->top < mask->bottom)
        memset(mask->touched + (size_t)(mask->top / 2) * mask->n_blocks, 0,
               ((size_t)(mask->bottom - 1) / 2 - (size_t)mask->top / 2 + 1) *
                   mask->n_blocks);
    mask->top = mask->height;
    mask->bottom = 0;
}

void st_mask_paint(st_mask *mask, stance_frame *frame, const uint8_t rgb[3],
                   double opacity)
{
    uint8_t colour[3];
    st_colour_from_rgb(frame, rgb, colour);
    int strength = (int)(opacity * FULL + 0.5);
    bool halved =
        frame->format == STANCE_PIX_YUV420P || frame->format == STANCE_PIX_YUV422P;
    int full = halved ? 1 : stance_pix_planes(frame->format);
    for (int p = 0; p < full; p++)
        paint_full(mask, frame->data[p], frame->stride[p], colour[p], strength);
    if (halved)
        paint_half(mask, frame, frame->format == STANCE_PIX_YUV420P ? 2 : 1, colour,
                   strength);
    empty(mask);
}
