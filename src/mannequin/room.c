/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plain room: boards on the floor, painted walls with a skirting and a picture, a
 * ceiling. Each ray ends at the nearest of the planes that it leaves the room through.
 *
 * Chroma is drawn for every second pixel of every second row, as the frame stores it.
 */
#include "mannequin/room.h"

const v3 room_light = {-0.36, 0.83, 0.42};

yuv yuv_of(rgb c)
{
    double y = 0.2126 * c.r + 0.7152 * c.g + 0.0722 * c.b;
    return (yuv){(float)(16 + 219 * y), (float)(224 * (c.b - y) / 1.8556),
                 (float)(224 * (c.r - y) / 1.5748)};
}

static rgb mixed(rgb a, rgb b, double w)
{
    return (rgb){a.r + (b.r - a.r) * w, a.g + (b.g - a.g) * w, a.b + (b.b - a.b) * w};
}

static rgb scaled(rgb c, double k)
{
    return (rgb){c.r * k, c.g * k, c.b * k};
}

room room_random(st_random *r, double size)
{
    static const rgb floors[] = {{0.62, 0.48, 0.35},
                                 {0.52, 0.42, 0.34},
                                 {0.58, 0.57, 0.55},
                                 {0.70, 0.60, 0.47},
                                 {0.40, 0.36, 0.34}};
    static const rgb walls[] = {{0.83, 0.81, 0.76},
                                {0.70, 0.77, 0.80},
                                {0.80, 0.76, 0.68},
                                {0.72, 0.78, 0.71},
                                {0.78, 0.73, 0.76}};
    rgb floor = floors[st_random_below(r, 5)], wall = walls[st_random_below(r, 5)];
    room out = {
        .floor = floor,
        .seam = scaled(floor, 0.72),
        .skirting = {0.88, 0.87, 0.84},
        .ceiling = {0.90, 0.90, 0.88},
        .half_x = size + st_random_between(r, 0.8, 1.4),
        .front = size + 2.5,
        .back = size + st_random_between(r, 0.3, 0.9),
        .height = st_random_between(r, 2.9, 3.3),
        .plank = st_random_between(r, 0.13, 0.20),
        .pattern = (uint32_t)st_random_next(r),
        .frame = {0.25, 0.20, 0.17},
        .picture = {st_random_between(r, 0.3, 0.7), st_random_between(r, 0.4, 0.7),
                    st_random_between(r, 0.4, 0.7)},
    };
    static const double shades[4] = {1, 0.93, 0.90, 0.96};
    for (int i = 0; i < 4; i++)
        out.wall[i] = scaled(wall, shades[i]);
    return out;
}

/* 0 to 1 for a whole number. */
static double hashed(uint32_t x)
{
    x ^= x >> 16;
    x *= 0x7feb352dU;
    x ^= x >> 15;
    x *= 0x846ca68bU;
    x ^= x >> 16;
    return (double)x / 4294967296.0;
}

static double light_at(v3 p)
{
    double d2 = (p.x + 0.8) * (p.x + 0.8) + (p.z - 0.4) * (p.z - 0.4);
    return 0.80 + 0.26 / (1 + 0.09 * d2);
}

static rgb floor_at(const room *r, v3 p, double blur)
{
    double row = floor(p.z / r->plank), along = p.x / 1.3 + hashed((uint32_t)(int)row);
    double board = floor(along);
    uint32_t id =
        r->pattern + (uint32_t)(int)row * 7919U + (uint32_t)(int)board * 104729U;
    rgb c = scaled(r->floor, 0.93 + 0.14 * hashed(id));
    double grain = st_sin_deg(p.x * 700 + 300 * hashed(id + 1) + p.z * 4200);
    c = scaled(c, 1 + 0.018 * grain / (1 + blur * 60));
    double edge = fabs(p.z / r->plank - row - 0.5) * r->plank; /* from its middle */
    double joint = st_clamp((edge - r->plank / 2 + 0.006 + blur) / (0.006 + blur), 0, 1);
    c = mixed(c, r->seam, joint * 0.006 / (0.006 + blur));
    return scaled(c, light_at(p));
}

/* `across` along the wall from its middle, `y` above the floor. */
static rgb wall_at(const room *r, int which, double across, v3 p)
{
    double dx = fabs(fabs(across) - 1.35), dy = fabs(p.y - 1.75);
    if (p.y < 0.10)
        return scaled(r->skirting, p.y < 0.012 ? 0.55 : light_at(p) * 0.95);
    if (dx < 0.34 && dy < 0.25)
        return dx < 0.305 && dy < 0.215
                   ? scaled(mixed(r->picture, r->wall[0], 0.25 + 0.5 * (p.y - 1.5)), 0.85)
                   : r->frame;
    double corner = st_clamp((p.y - 0.1) / 0.5, 0, 1);
    return scaled(r->wall[which],
                  light_at(p) * (0.90 + 0.10 * corner) * (1 - 0.04 * p.y / r->height));
}

static rgb room_at(const room *r, const view *w, v3 d)
{
    double least = 1e9;
    int which = -1;
    const double planes[6] = {
        d.y < 0 ? -w->eye.y / d.y : 1e9,
        d.y > 0 ? (r->height - w->eye.y) / d.y : 1e9,
        d.z < 0 ? (-r->back - w->eye.z) / d.z : 1e9,
        d.x > 0 ? (r->half_x - w->eye.x) / d.x : 1e9,
        d.z > 0 ? (r->front - w->eye.z) / d.z : 1e9,
        d.x < 0 ? (-r->half_x - w->eye.x) / d.x : 1e9,
    };
    for (int i = 0; i < 6; i++)
        if (planes[i] > 0 && planes[i] < least) {
            least = planes[i];
            which = i;
        }
    v3 p = v3_along(w->eye, d, least);
    switch (which) {
    case 0:
        return floor_at(r, p, least * least / (w->focal * w->eye.y));
    case 2:
        return wall_at(r, 0, p.x, p);
    case 3:
        return wall_at(r, 1, p.z, p);
    case 4:
        return wall_at(r, 2, p.x, p);
    case 5:
        return wall_at(r, 3, p.z, p);
    default:
        return scaled(r->ceiling, 0.92);
    }
}

static v3 ray_in_room(const view *w, double x, double y)
{
    v3 d = view_ray(w, x, y);
    return v3_along(v3_along(v3_scale(w->right, d.x), w->down, d.y), w->ahead, 1);
}

static void put_pixel(stance_frame *frame, int x, int y, yuv c)
{
    frame->data[0][y * frame->stride[0] + x] = (uint8_t)(c.y + 0.5F);
    if ((x | y) % 2 == 0) {
        frame->data[1][y / 2 * frame->stride[1] + x / 2] = (uint8_t)(c.u + 128.5F);
        frame->data[2][y / 2 * frame->stride[2] + x / 2] = (uint8_t)(c.v + 128.5F);
    }
}

void room_draw(const room *r, const view *w, bool smooth, stance_frame *frame)
{
    /* Where the camera stands the room is drawn once: four rays a pixel make its edges
     * smooth. */
    static const double fine[4][2] = {
        {0.25, 0.25}, {0.75, 0.25}, {0.25, 0.75}, {0.75, 0.75}};
    static const double coarse[1][2] = {{0.5, 0.5}};
    int n = smooth ? 4 : 1;
    for (int y = 0; y < frame->height; y++)
        for (int x = 0; x < frame->width; x++) {
            yuv sum = {0, 0, 0};
            for (int i = 0; i < n; i++) {
                const double *at = smooth ? fine[i] : coarse[i];
                yuv c = yuv_of(room_at(r, w, ray_in_room(w, x + at[0], y + at[1])));
                sum = (yuv){sum.y + c.y, sum.u + c.u, sum.v + c.v};
            }
            float k = 1 / (float)n;
            put_pixel(frame, x, y, (yuv){sum.y * k, sum.u * k, sum.v * k});
        }
}

/* ---- a picture in place of the room ---- */

/* Mean of the picture's pixels that one pixel of the frame covers. */
static rgb mean_of(const uint8_t *picture, int width, const int from[2], const int to[2])
{
    int64_t sum[3] = {0}, n = 0;
    for (int y = from[1]; y < to[1]; y++)
        for (int x = from[0]; x < to[0]; x++, n++)
            for (int c = 0; c < 3; c++)
                sum[c] +=
                    picture[((size_t)y * (size_t)width + (size_t)x) * 3 + (size_t)c];
    double k = 1 / (255.0 * (double)n);
    return (rgb){(double)sum[0] * k, (double)sum[1] * k, (double)sum[2] * k};
}

void backdrop_draw(const uint8_t *picture, int width, int height, stance_frame *frame)
{
    int64_t wide = (int64_t)width * frame->height, high = (int64_t)height * frame->width;
    int used_x = wide > high ? (int)(high / frame->height) : width;
    int used_y = wide > high ? height : (int)(wide / frame->width);
    int left = (width - used_x) / 2, top = (height - used_y) / 2;
    for (int y = 0; y < frame->height; y++)
        for (int x = 0; x < frame->width; x++) {
            int from[2] = {left + (int)((int64_t)x * used_x / frame->width),
                           top + (int)((int64_t)y * used_y / frame->height)};
            int to[2] = {left + (int)((int64_t)(x + 1) * used_x / frame->width),
                         top + (int)((int64_t)(y + 1) * used_y / frame->height)};
            for (int i = 0; i < 2; i++)
                to[i] = to[i] > from[i] ? to[i] : from[i] + 1;
            put_pixel(frame, x, y, yuv_of(mean_of(picture, width, from, to)));
        }
}

/* ---- shadows ---- */

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
    s->x = floor(x0 / s->cell - 3) * s->cell;
    s->z = floor(z0 / s->cell - 3) * s->cell;
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
    v3 d = ray_in_room(w, 0.5, y + 0.5);
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
        *x0 = (int)st_clamp(floor(first), 0, *x1);
    if (last < *x1)
        *x1 = (int)st_clamp(floor(last) + 1, *x0, *x1);
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
                u[x / 2] = (uint8_t)(128.5F + (float)(u[x / 2] - 128) * (1 - dark));
                v[x / 2] = (uint8_t)(128.5F + (float)(v[x / 2] - 128) * (1 - dark));
            }
        }
    }
}
