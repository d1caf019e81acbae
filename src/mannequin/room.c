/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plain room: boards on the floor, painted walls with a skirting and pictures, a
 * ceiling. Each ray ends at the nearest of the planes that it leaves the room through.
 *
 * Where the camera stands the room is drawn once, with four rays a pixel. Where it moves
 * there is one ray for every 16th pixel; between two that end on the same plane, places
 * are taken from a straight line.
 */
#include "mannequin/room.h"

const v3 room_light = {-0.36, 0.83, 0.42};

yuv yuv_of(rgb c)
{
    double y = 0.2126 * c.r + 0.7152 * c.g + 0.0722 * c.b;
    return (yuv){(float)(16 + 219 * y), (float)(224 * (c.b - y) / 1.8556),
                 (float)(224 * (c.r - y) / 1.5748)};
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
    /* Initializers are evaluated in no order: whatever is drawn by lot has a statement.
     */
    yuv floor = yuv_of(floors[st_random_below(r, 5)]);
    yuv wall = yuv_of(walls[st_random_below(r, 5)]);
    double wide = st_random_between(r, 0.8, 1.4), deep = st_random_between(r, 0.3, 0.9);
    double height = st_random_between(r, 2.9, 3.3);
    double plank = st_random_between(r, 0.13, 0.20);
    room out = {
        .floor = floor,
        .wall = wall,
        .skirting = yuv_of((rgb){0.84, 0.83, 0.80}),
        .ceiling = yuv_of((rgb){0.83, 0.83, 0.81}),
        .half_x = size + wide,
        .front = size + 2.5,
        .back = size + deep,
        .height = height,
        .plank = plank,
        .per_plank = 1 / plank,
        .pattern = (uint32_t)st_random_next(r),
        .frame = yuv_of((rgb){0.25, 0.20, 0.17}),
    };
    double red = st_random_between(r, 0.25, 0.6), green = st_random_between(r, 0.35, 0.6);
    double blue = st_random_between(r, 0.35, 0.6);
    out.picture = yuv_of((rgb){red, green, blue});
    static const double shades[4] = {1, 0.93, 0.90, 0.96};
    for (int i = 0; i < 4; i++)
        out.wall_shade[i] = shades[i];
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

enum { FLOOR, CEILING, WALLS };

/* Where a ray ends: the plane, the place on it, and how bright it is there. */
typedef struct spot {
    int plane;
    double a, b; /* along the plane: floor x and z, walls across and up */
    double light;
    double soft, per_soft; /* width that a joint of the floor is drawn with; 1 / soft */
    double fade;           /* what is left of the grain so far away */
} spot;

static double light_at(v3 p)
{
    double d2 = (p.x + 0.8) * (p.x + 0.8) + (p.z - 0.4) * (p.z - 0.4);
    return 0.80 + 0.26 / (1 + 0.09 * d2);
}

static spot spot_at(const room *r, const view *w, v3 d)
{
    double x = d.x > 0   ? (r->half_x - w->eye.x) / d.x
               : d.x < 0 ? (-r->half_x - w->eye.x) / d.x
                         : 1e9;
    double y = d.y > 0 ? (r->height - w->eye.y) / d.y : d.y < 0 ? -w->eye.y / d.y : 1e9;
    double z = d.z > 0   ? (r->front - w->eye.z) / d.z
               : d.z < 0 ? (-r->back - w->eye.z) / d.z
                         : 1e9;
    x = x > 0 ? x : 1e9; /* a wall between the room and the eye is not there */
    y = y > 0 ? y : 1e9;
    z = z > 0 ? z : 1e9;
    double t = x < y ? x : y;
    t = z < t ? z : t;
    v3 p = v3_along(w->eye, d, t);
    spot s = {.light = light_at(p)};
    if (t == y) {
        s.plane = d.y < 0 ? FLOOR : CEILING;
        s.a = p.x;
        s.b = p.z;
        double covers = t * t / (w->focal * w->eye.y); /* metres a pixel, along */
        s.soft = 0.006 + covers;
        s.per_soft = 1 / s.soft;
        s.fade = 0.016 / (1 + covers * 60);
    } else {
        s.plane = WALLS + (t == z ? (d.z < 0 ? 0 : 2) : (d.x > 0 ? 1 : 3));
        s.a = t == z ? p.x : p.z;
        s.b = p.y;
    }
    return s;
}

/* How bright the floor is: boards of different shades, some grain, dark joints. */
static inline double floor_at(const room *r, const spot *s)
{
    double down = s->b * r->per_plank, row = st_floor(down);
    double along = s->a * 0.77 + hashed((uint32_t)(int)row), board = st_floor(along);
    uint32_t id =
        r->pattern + (uint32_t)(int)row * 7919U + (uint32_t)(int)board * 104729U;
    double shade = hashed(id), grain = s->b * 90 + (along - board) * 2 + shade * 37;
    grain = fabs(grain - st_floor(grain) - 0.5) * 4 - 1; /* -1 to 1, up and down */
    double bright = 0.93 + 0.14 * shade + s->fade * grain;
    double edge = fabs(down - row - 0.5) * r->plank; /* from its middle */
    double joint = (edge - r->plank * 0.5 + s->soft) * s->per_soft;
    return joint > 0 ? bright * (1 - 0.28 * 0.006 * joint * s->per_soft) : bright;
}

/* What is to be seen there, and how bright. */
static inline const yuv *paint_at(const room *r, const spot *s, double *bright)
{
    *bright = 1;
    if (s->plane == CEILING)
        return &r->ceiling;
    *bright = s->light;
    if (s->plane == FLOOR) {
        *bright *= floor_at(r, s);
        return &r->floor;
    }
    if (s->b < 0.10) {
        *bright = s->b < 0.012 ? 0.55 : s->light * 0.95;
        return &r->skirting;
    }
    double dx = fabs(fabs(s->a) - 1.35), dy = fabs(s->b - 1.75);
    if (dx < 0.34 && dy < 0.25) {
        bool inside = dx < 0.305 && dy < 0.215;
        *bright = inside ? 0.85 + 0.4 * (s->b - 1.5) : 1;
        return inside ? &r->picture : &r->frame;
    }
    double corner = s->b < 0.6 ? (s->b - 0.1) * 2 : 1;
    *bright *=
        r->wall_shade[s->plane - WALLS] * (0.90 + 0.10 * corner) * (1 - 0.013 * s->b);
    return &r->wall;
}

v3 room_ray(const view *w, double x, double y)
{
    v3 d = view_ray(w, x, y);
    return v3_along(v3_along(v3_scale(w->right, d.x), w->down, d.y), w->ahead, 1);
}

static void put_chroma(stance_frame *frame, int x, int y, yuv c)
{
    int cx = x / 2, cy = y / 2;
    frame->data[1][cy * frame->stride[1] + cx] = (uint8_t)(c.u + 128.5F);
    frame->data[2][cy * frame->stride[2] + cx] = (uint8_t)(c.v + 128.5F);
}

static void put_pixel(stance_frame *frame, int x, int y, yuv c)
{
    frame->data[0][y * frame->stride[0] + x] = (uint8_t)(c.y + 0.5F);
    if ((x | y) % 2 == 0)
        put_chroma(frame, x, y, c);
}

static inline yuv colour_of(const room *r, const spot *s)
{
    double bright;
    const yuv *c = paint_at(r, s, &bright);
    float k = (float)bright;
    return (yuv){16 + (c->y - 16) * k, c->u * k, c->v * k};
}

static void draw_smooth(const room *r, const view *w, stance_frame *frame)
{
    for (int y = 0; y < frame->height; y++)
        for (int x = 0; x < frame->width; x++) {
            yuv sum = {0, 0, 0};
            for (int i = 0; i < 4; i++) {
                v3 d = room_ray(w, x + 0.25 + 0.5 * (i & 1), y + 0.25 + 0.25 * (i & 2));
                spot s = spot_at(r, w, d);
                yuv c = colour_of(r, &s);
                sum = (yuv){sum.y + c.y, sum.u + c.u, sum.v + c.v};
            }
            put_pixel(frame, x, y, (yuv){sum.y / 4, sum.u / 4, sum.v / 4});
        }
}

/* A part of a row between two spots of one plane. */
static void draw_between(const room *r, const spot *from, const spot *to, int x, int n,
                         int y, stance_frame *frame)
{
    double k = 1 / (double)n, a = (to->a - from->a) * k, b = (to->b - from->b) * k;
    double light = (to->light - from->light) * k;
    uint8_t *luma = frame->data[0] + y * frame->stride[0] + x;
    spot s = *from;
    for (int i = 0; i < n; i++) {
        double at = i + 0.5;
        s.a = from->a + a * at;
        s.b = from->b + b * at;
        s.light = from->light + light * at;
        yuv c = colour_of(r, &s);
        luma[i] = (uint8_t)(int)(c.y + 0.5F);
        if (((x + i) | y) % 2 == 0)
            put_chroma(frame, x + i, y, c);
    }
}

static void draw_fast(const room *r, const view *w, stance_frame *frame)
{
    enum { STEP = 16 };
    for (int y = 0; y < frame->height; y++) {
        spot from = spot_at(r, w, room_ray(w, 0, y + 0.5));
        for (int x = 0; x < frame->width; x += STEP) {
            int n = frame->width - x < STEP ? frame->width - x : STEP;
            spot to = spot_at(r, w, room_ray(w, x + n, y + 0.5));
            if (from.plane == to.plane)
                draw_between(r, &from, &to, x, n, y, frame);
            for (int i = 0; from.plane != to.plane && i < n; i++) {
                spot s = spot_at(r, w, room_ray(w, x + i + 0.5, y + 0.5));
                put_pixel(frame, x + i, y, colour_of(r, &s));
            }
            from = to;
        }
    }
}

void room_draw(const room *r, const view *w, bool smooth, stance_frame *frame)
{
    if (smooth)
        draw_smooth(r, w, frame);
    else
        draw_fast(r, w, frame);
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
