/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Turning pictures upright, plane by plane.
 *
 * Phones store pictures as the sensor sees them and say beside it how to turn them.
 * Turning happens once, right after decoding, so that everybody later may rely on upright
 * pixels. Work goes in small square blocks, so that both the rows read and the columns
 * written stay in the cache.
 */
#include "frame/frame.h"

#include <string.h>

enum { BLOCK = 32 };

typedef struct plane {
    uint8_t *data;
    ptrdiff_t stride;
    int w, h;
} plane;

/* to(x, y) = from(sx, sy) with sx = ax x + bx y + cx, sy = ay x + by y + cy */
typedef struct turn_map {
    int ax, bx, cx, ay, by, cy;
} turn_map;

static turn_map map_for(int turn_deg, bool mirror, int from_w, int from_h)
{
    turn_map m;
    switch (turn_deg) {
    case 90: /* the left column becomes the top row */
        m = (turn_map){0, 1, 0, -1, 0, from_h - 1};
        break;
    case 180:
        m = (turn_map){-1, 0, from_w - 1, 0, -1, from_h - 1};
        break;
    case 270: /* the right column becomes the top row */
        m = (turn_map){0, -1, from_w - 1, 1, 0, 0};
        break;
    default:
        m = (turn_map){1, 0, 0, 0, 1, 0};
    }
    if (mirror) {
        m.ax = -m.ax;
        m.bx = -m.bx;
        m.cx = from_w - 1 - m.cx;
    }
    return m;
}

static void turn_plane(const plane *to, const plane *from, const turn_map *m)
{
    ptrdiff_t step = m->ax + m->ay * from->stride;
    for (int y0 = 0; y0 < to->h; y0 += BLOCK) {
        int y1 = y0 + BLOCK < to->h ? y0 + BLOCK : to->h;
        for (int x0 = 0; x0 < to->w; x0 += BLOCK) {
            int x1 = x0 + BLOCK < to->w ? x0 + BLOCK : to->w;
            for (int y = y0; y < y1; y++) {
                const uint8_t *in = from->data + (m->ax * x0 + m->bx * y + m->cx) +
                                    (m->ay * x0 + m->by * y + m->cy) * from->stride;
                uint8_t *out = to->data + y * to->stride;
                for (int x = x0; x < x1; x++, in += step)
                    out[x] = *in;
            }
        }
    }
}

/* 4:2:2 stands on its side after a quarter turn: chroma (w/2 x h) is repeated along x
 * first, so that it becomes full size. */
static void turn_wide_chroma(const plane *to, const plane *from, const turn_map *m)
{
    for (int y = 0; y < to->h; y++)
        for (int x = 0; x < to->w; x++) {
            int sx = m->ax * x + m->bx * y + m->cx, sy = m->ay * x + m->by * y + m->cy;
            to->data[y * to->stride + x] = from->data[sy * from->stride + sx / 2];
        }
}

stance_pix st_frame_turned_format(stance_pix format, int turn_deg)
{
    bool quarter = turn_deg == 90 || turn_deg == 270;
    return quarter && format == STANCE_PIX_YUV422P ? STANCE_PIX_YUV444P : format;
}

void st_frame_turn(stance_frame *to, const stance_frame *from, int turn_deg, bool mirror)
{
    for (int p = 0; p < stance_pix_planes(from->format); p++) {
        plane a = {from->data[p], from->stride[p], 0, 0};
        plane b = {to->data[p], to->stride[p], 0, 0};
        stance_pix_plane_size(from->format, p, from->width, from->height, &a.w, &a.h);
        stance_pix_plane_size(to->format, p, to->width, to->height, &b.w, &b.h);
        bool widened = p > 0 && to->format != from->format;
        turn_map m = map_for(turn_deg, mirror, widened ? from->width : a.w, a.h);
        if (widened)
            turn_wide_chroma(&b, &a, &m);
        else
            turn_plane(&b, &a, &m);
    }
}
