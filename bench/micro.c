/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Single steps of a frame's way, each alone: for `make bench-micro`.
 *
 *     micro [SECONDS]
 *
 * Each step is done again and again for SECONDS (0.3); the median of the times of single
 * calls is printed, in microseconds. Of the crop, the plain version that the tests
 * compare with stands beside it. Decoders of networks' outputs are bench/decode.py.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/assignment.h"
#include "base/clock.h"
#include "frame/frame.h"
#include "frame/sample.h"
#include "pose/poses.h"
#include "sink/draw.h"
#include "track/cut.h"

enum { MOST = 100000, INPUT = 192 };

static double seconds = 0.3;
static double times[MOST];

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median microseconds of one call. */
static double measure(void (*step)(void *), void *user)
{
    int64_t end_us = st_clock_us() + (int64_t)(seconds * 1e6);
    size_t n = 0;
    for (int warm = 0; warm < 3; warm++)
        step(user);
    while (n < MOST && (n < 3 || st_clock_us() < end_us)) {
        /* Short steps several times for one look at the clock. */
        int64_t start_us = st_clock_us(), now_us;
        int calls = 0;
        do {
            step(user);
            calls++;
            now_us = st_clock_us();
        } while (now_us - start_us < 100);
        times[n++] = (double)(now_us - start_us) / calls;
    }
    qsort(times, n, sizeof(*times), by_size);
    return times[n / 2];
}

static void *must(void *pointer)
{
    if (!pointer) {
        fprintf(stderr, "micro: no memory\n");
        exit(1);
    }
    return pointer;
}

static stance_frame *make_frame(int width, int height)
{
    stance_frame *frame = must(stance_frame_new(width, height, STANCE_PIX_YUV420P));
    unsigned noise = 1;
    for (int p = 0; p < 3; p++) {
        int w, h;
        stance_pix_plane_size(frame->format, p, width, height, &w, &h);
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++) {
                noise = noise * 1664525U + 1013904223U;
                frame->data[p][y * frame->stride[p] + x] = (uint8_t)(noise >> 24);
            }
    }
    return frame;
}

/* ---- crop ---- */

typedef struct crop {
    st_sample_spec spec;
    st_sampler *sampler;
    const stance_frame *frame;
    st_affine map;
    float tensor[INPUT * INPUT * 3];
} crop;

static void crop_fast(void *user)
{
    crop *c = user;
    st_sampler_run(c->sampler, c->frame, &c->map, NULL, c->tensor);
}

static void crop_plain(void *user)
{
    crop *c = user;
    st_sample_plain(&c->spec, c->frame, &c->map, NULL, c->tensor);
}

static void bench_crop(int width, int height, double side, double turn)
{
    static const struct {
        const char *name;
        st_sample_layout layout;
        st_sample_type type;
    } kinds[] = {{"bytes, mixed", ST_SAMPLE_NHWC, ST_SAMPLE_U8},
                 {"floats, planes", ST_SAMPLE_NCHW, ST_SAMPLE_F32}};
    stance_frame *frame = make_frame(width, height);
    crop *c = must(malloc(sizeof(*c)));
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        st_view view = {(width - side) / 2, (height - side) / 2, side, side, turn};
        *c = (crop){.spec = {.width = INPUT,
                             .height = INPUT,
                             .layout = kinds[i].layout,
                             .type = kinds[i].type,
                             .scale = {1, 1, 1}},
                    .frame = frame,
                    .map = st_affine_view(&view, INPUT, INPUT)};
        c->sampler = must(st_sampler_new(&c->spec));
        double fast = measure(crop_fast, c), plain = measure(crop_plain, c);
        printf("crop %4.0f of %4d x %4d%s, %-14s %8.1f   plain %8.1f   %5.1f x\n", side,
               width, height, turn != 0 ? ", turned" : "        ", kinds[i].name, fast,
               plain, plain / fast);
        st_sampler_free(&c->sampler);
    }
    free(c);
    stance_frame_unref(&frame);
}

/* ---- overlay ---- */

typedef struct overlay {
    stance_frame *from, *onto;
    st_draw *draw;
    stance_poses poses;
} overlay;

static void copy_pixels(void *user)
{
    overlay *o = user;
    st_frame_copy_pixels(o->onto, o->from);
}

static void draw(void *user)
{
    overlay *o = user;
    st_draw_text text = {.latency_ms = 2, .fps = 300, .people = (int)o->poses.n};
    if (st_draw_poses(o->draw, o->onto, &o->poses, &text) < 0)
        must(NULL);
}

static void stand(stance_poses *poses, size_t n, int width, int height)
{
    const stance_skeleton *coco = stance_skeleton_find("coco17");
    if (stance_poses_reset(poses, coco, n) < 0)
        must(NULL);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < coco->n_keypoints; k++) {
            double x = (0.5 + (double)i) / (double)n;
            double wide = 0.1 * height * ((k % 2) ? 1 : -1);
            poses->people[i].keypoints[k].x = (float)(x * width + wide);
            poses->people[i].keypoints[k].y = (float)((0.2 + 0.035 * (double)k) * height);
            poses->people[i].keypoints[k].score = 0.9F;
            poses->people[i].id = (int64_t)i + 1;
        }
}

static void bench_overlay(int width, int height)
{
    stance_settings settings;
    overlay o = {make_frame(width, height), make_frame(width, height), NULL, {0}};
    if (stance_settings_defaults(&settings) < 0)
        must(NULL);
    o.draw = must(st_draw_new(&settings.draw));
    stance_poses_init(&o.poses);
    printf("copy %4d x %4d %48.1f\n", width, height, measure(copy_pixels, &o));
    static const size_t people[] = {0, 1, 10, 50};
    for (size_t i = 0; i < sizeof(people) / sizeof(people[0]); i++) {
        stand(&o.poses, people[i], width, height);
        printf("draw %2zu on %4d x %4d %42.1f\n", people[i], width, height,
               measure(draw, &o));
    }
    stance_poses_clear(&o.poses);
    st_draw_free(&o.draw);
    stance_settings_clear(&settings);
    stance_frame_unref(&o.from);
    stance_frame_unref(&o.onto);
}

/* ---- assignment, cuts ---- */

typedef struct pairs {
    double *cost;
    size_t n;
    int *column;
    void *scratch;
} pairs;

static void assign(void *user)
{
    pairs *p = user;
    st_assign(p->cost, p->n, p->n, 1e9, p->column, p->scratch);
}

static void bench_assignment(size_t n)
{
    pairs p = {must(calloc(n * n, sizeof(double))), n, must(calloc(n, sizeof(int))),
               must(malloc(st_assign_scratch(n, n)))};
    unsigned noise = 1;
    for (size_t i = 0; i < n * n; i++) {
        noise = noise * 1664525U + 1013904223U;
        p.cost[i] = noise / 4294967296.0;
    }
    printf("assign %3zu to %3zu %47.1f\n", n, n, measure(assign, &p));
    free(p.cost);
    free(p.column);
    free(p.scratch);
}

typedef struct film {
    st_cut cut;
    stance_frame *frame;
} film;

static void look_for_cut(void *user)
{
    film *f = user;
    st_cut_here(&f->cut, f->frame);
}

static void bench_cut(int width, int height)
{
    static film f;
    f.frame = make_frame(width, height);
    printf("cut, %4d x %4d %48.1f\n", width, height, measure(look_for_cut, &f));
    stance_frame_unref(&f.frame);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        seconds = atof(argv[1]);
    printf("microseconds, medians\n");
    bench_crop(640, 480, 300, 0);
    bench_crop(1280, 720, 600, 0);
    bench_crop(1920, 1080, 1920, 0);
    bench_crop(1280, 720, 600, 0.4);
    bench_overlay(1280, 720);
    bench_overlay(1920, 1080);
    bench_assignment(10);
    bench_assignment(50);
    bench_assignment(100);
    bench_cut(1280, 720);
    return 0;
}
