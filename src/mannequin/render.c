/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Solids into a picture: a ray for each pixel that may see the solid, the nearest one
 * counts.
 *
 * Edges are smooth without drawing more than one ray a pixel. Near its outline a solid's
 * surface turns away from the eye; how far says how far the outline is, and what it
 * covers of the pixel. Solids grow by half a pixel for that, so that the outline lies
 * where it should. What lies behind a half-covered pixel shows through, in whatever order
 * they are drawn.
 */
#include "mannequin/render.h"

void layer_wipe(layer *l)
{
    for (int y = l->box[1]; y < l->box[3]; y++)
        for (int x = l->box[0]; x < l->box[2]; x++)
            l->dots[(size_t)y * l->width + x] = (dot){0, 0, 0, 0, 1e9F};
    l->box[0] = l->width;
    l->box[1] = l->height;
    l->box[2] = l->box[3] = 0;
}

static void widen(layer *l, const int box[4])
{
    l->box[0] = box[0] < l->box[0] ? box[0] : l->box[0];
    l->box[1] = box[1] < l->box[1] ? box[1] : l->box[1];
    l->box[2] = box[2] > l->box[2] ? box[2] : l->box[2];
    l->box[3] = box[3] > l->box[3] ? box[3] : l->box[3];
}

/* A dot that covers a share of its pixel, over or under what is there. */
static void lay(dot *at, float y, float u, float v, float cover, float depth)
{
    if (depth < at->depth) {
        float rest = 1 - cover;
        at->y = y * cover + at->y * rest;
        at->u = u * cover + at->u * rest;
        at->v = v * cover + at->v * rest;
        at->cover = cover + at->cover * rest;
        if (cover > 0.5F || at->depth > 1e8F)
            at->depth = depth;
    } else if (at->cover < 1) {
        float before = at->cover, rest = (1 - before) * cover;
        at->y += y * rest;
        at->u += u * rest;
        at->v += v * rest;
        at->cover += rest;
        if (before < 0.5F && cover > 0.5F) /* an edge alone hides nothing that follows */
            at->depth = depth;
    }
}

typedef struct paint {
    yuv colour, stripe;
    double stripe_m, length; /**< stripes' width, the solid's length, metres */
    v3 light, up;            /**< in view */
} paint;

static double brightness(const paint *p, v3 n)
{
    double to_light = v3_dot(n, p->light), up = v3_dot(n, p->up);
    return 0.47 + 0.10 * up + 0.50 * (to_light > 0 ? to_light : 0);
}

static bool on_stripe(const paint *p, double along)
{
    if (p->stripe_m <= 0 || along <= 0 || along >= 1)
        return false;
    double at = along * p->length / (2 * p->stripe_m);
    return at - st_floor(at) < 0.42;
}

static void draw_pixel(dot *at, const shape *s, const paint *p, v3 ray, double focal)
{
    double t, along;
    v3 n;
    if (!shape_hit(s, shape_stretch(s, ray), &t, &along, &n))
        return;
    n = v3_unit(shape_stretch(s, n));
    double facing = -v3_dot(n, ray) / v3_length(ray);
    double cover = 1;
    if (facing < 0.9) {
        double radius = s->ra + (s->rb - s->ra) * along;
        double inside = facing > 0 ? 1 - sqrt(1 - facing * facing) : 0;
        cover = radius * inside * focal / t;
        cover = cover > 1 ? 1 : cover;
    }
    double k = brightness(p, n);
    const yuv *c = on_stripe(p, along) ? &p->stripe : &p->colour;
    float bright = (float)k;
    lay(at, 16 + (c->y - 16) * bright, c->u * bright, c->v * bright, (float)cover,
        (float)t);
}

void layer_draw(layer *l, const view *w, const solid *of)
{
    shape s;
    double extent[4];
    if (!shape_of(of, w, 0.5, &s))
        return;
    shape_extent(&s, w, extent);
    const int box[4] = {(int)extent[0], (int)extent[1],
                        (int)st_clamp(st_floor(extent[2]) + 1, 0, w->width),
                        (int)st_clamp(st_floor(extent[3]) + 1, 0, w->height)};
    if (box[0] >= box[2] || box[1] >= box[3])
        return;
    widen(l, box);
    paint p = {
        .colour = yuv_of(of->colour),
        .stripe = yuv_of(of->stripe_colour),
        .stripe_m = of->stripe,
        .length = v3_length(v3_sub(of->b, of->a)),
        .light = v3_unit(view_turn(w, room_light)),
        .up = view_turn(w, (v3){0, 1, 0}),
    };
    for (int y = box[1]; y < box[3]; y++)
        for (int x = box[0]; x < box[2]; x++)
            draw_pixel(&l->dots[(size_t)y * l->width + x], &s, &p,
                       view_ray(w, x + 0.5, y + 0.5), w->focal);
}

static uint8_t over(float under, float value, float cover)
{
    float sum = under * (1 - cover) + value + 0.5F;
    return (uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
}

/* The mean of the up to four dots that share a chroma sample. */
static dot mean_of_four(const layer *l, int x, int y)
{
    dot sum = {0};
    float n = 0;
    for (int dy = 0; dy < 2 && y + dy < l->height; dy++)
        for (int dx = 0; dx < 2 && x + dx < l->width; dx++) {
            const dot *d = &l->dots[(size_t)(y + dy) * l->width + x + dx];
            sum.u += d->u;
            sum.v += d->v;
            sum.cover += d->cover;
            n += 1;
        }
    return (dot){.u = sum.u / n, .v = sum.v / n, .cover = sum.cover / n};
}

void layer_put(const layer *l, stance_frame *frame)
{
    for (int y = l->box[1]; y < l->box[3]; y++) {
        const dot *row = &l->dots[(size_t)y * l->width];
        uint8_t *luma = frame->data[0] + y * frame->stride[0];
        for (int x = l->box[0]; x < l->box[2]; x++)
            if (row[x].cover > 0)
                luma[x] = over(luma[x], row[x].y, row[x].cover);
    }
    for (int y = l->box[1] & ~1; y < l->box[3]; y += 2) {
        uint8_t *u = frame->data[1] + y / 2 * frame->stride[1];
        uint8_t *v = frame->data[2] + y / 2 * frame->stride[2];
        for (int x = l->box[0] & ~1; x < l->box[2]; x += 2) {
            dot d = mean_of_four(l, x, y);
            if (d.cover <= 0)
                continue;
            int c = x / 2;
            u[c] = over(u[c], d.u + 128 * d.cover, d.cover);
            v[c] = over(v[c], d.v + 128 * d.cover, d.cover);
        }
    }
}

void grain_make(int8_t *grain, st_random *r)
{
    for (int i = 0; i < GRAIN_SIZE; i++) { /* the sum of four: about normal */
        double sum = 0;
        for (int k = 0; k < 4; k++)
            sum += st_random_between(r, -1, 1);
        grain[i] = (int8_t)st_floor(sum * 1.1 + 0.5);
    }
}

void grain_add(const int8_t *grain, uint64_t seed, stance_frame *frame)
{
    st_random r = st_random_of(seed, 77);
    for (int y = 0; y < frame->height; y++) {
        uint8_t *row = frame->data[0] + y * frame->stride[0];
        for (int from = 0; from < frame->width; from += 1024) {
            int n = frame->width - from < 1024 ? frame->width - from : 1024;
            const int8_t *noise = grain + st_random_next(&r) % (GRAIN_SIZE - 1024);
            for (int x = 0; x < n; x++) {
                int sum = row[from + x] + noise[x];
                row[from + x] = (uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
            }
        }
    }
}
