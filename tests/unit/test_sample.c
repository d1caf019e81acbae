/* SPDX-License-Identifier: Apache-2.0 */
/* Sampling: the fast way equals the plain way, and both mean the right pixels and
 * colours. */
#include "test.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "frame/frame.h"
#include "frame/sample.h"

static void fill(stance_frame *frame, bool smooth)
{
    for (int p = 0; p < stance_pix_planes(frame->format); p++) {
        int w, h;
        stance_pix_plane_size(frame->format, p, frame->width, frame->height, &w, &h);
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++)
                frame->data[p][y * frame->stride[p] + x] =
                    smooth ? (uint8_t)(255.0 * (x + y + 1) / (w + h)) : (uint8_t)rand();
    }
}

/* The whole w x h source, aspect kept, centred in width x height, the rest padding. */
static st_affine letterbox(double w, double h, int width, int height)
{
    double scale = fmax(w / width, h / height);
    st_view view = {(w - scale * width) / 2, (h - scale * height) / 2, scale * width,
                    scale * height, 0};
    return st_affine_view(&view, width, height);
}

static void fast_equals_plain(void **state)
{
    (void)state;
    static const int sizes[][2] = {{640, 480}, {33, 71},   {1, 1},
                                   {2, 3},     {321, 241}, {16, 16}};
    static const double crops[][4] = {{0, 0, 1, 1},
                                      {-0.5, -0.25, 2, 1.5},
                                      {0.2, 0.3, 0.4, 0.2},
                                      {0.9, 0.9, 0.5, 0.5},
                                      {3, 3, 1, 1}};
    uint8_t a[48 * 40 * 3], b[48 * 40 * 3];
    float c[48 * 40 * 3], d[48 * 40 * 3];
    for (int format = 0; format < STANCE_PIX_COUNT; format++)
        for (size_t i = 0; i < COUNT(sizes); i++)
            for (size_t k = 0; k < COUNT(crops); k++)
                for (int variant = 0; variant < 32; variant++) {
                    stance_frame *f =
                        stance_frame_new(sizes[i][0], sizes[i][1], (stance_pix)format);
                    fill(f, false);
                    int halvings = (int)k % 3; /* some were decoded smaller */
                    st_frame_shrunk(f, (f->width << halvings) - halvings % 2,
                                    f->height << halvings, halvings);
                    f->colour.full_range = variant & 1;
                    f->colour.matrix = variant & 2 ? 9 : 2;
                    f->colour.location = (uint8_t)variant;
                    st_sample_spec spec = {.width = 48,
                                           .height = 40,
                                           .layout = variant & 4 ? ST_SAMPLE_NCHW
                                                                 : ST_SAMPLE_NHWC,
                                           .bgr = variant & 1,
                                           .mean = {1, 2, 3},
                                           .scale = {0.5f, 2, 3},
                                           .pad = {10, 20, 30},
                                           .edge = variant & 8};
                    double turn = variant & 16 ? 0.4 + 1.7 * variant : 0;
                    st_affine map = st_affine_view(
                        &(st_view){crops[k][0] * f->width, crops[k][1] * f->height,
                                   crops[k][2] * f->width, crops[k][3] * f->height, turn},
                        48, 40);
                    double bounds[4] = {f->width * 0.1, 0, f->width * 0.7,
                                        f->height * 2.0};
                    const double *limit = variant & 2 ? bounds : NULL;
                    st_sampler *s = st_sampler_new(&spec);
                    st_sampler_run(s, f, &map, limit, a);
                    st_sample_plain(&spec, f, &map, limit, b);
                    for (size_t n = 0; n < sizeof(a); n++)
                        if (abs(a[n] - b[n]) > 1)
                            fail_msg("%s %dx%d value %zu is %d, plain %d",
                                     stance_pix_name(f->format), f->width, f->height, n,
                                     a[n], b[n]);
                    st_sampler_free(&s);
                    spec.type = ST_SAMPLE_F32;
                    s = st_sampler_new(&spec);
                    st_sampler_run(s, f, &map, limit, c);
                    st_sample_plain(&spec, f, &map, limit, d);
                    for (size_t n = 0; n < COUNT(c); n++)
                        assert_near(c[n], d[n], 0.01);
                    st_sampler_free(&s);
                    stance_frame_unref(&f);
                }
}

/* A plane whose samples are the means of 2^n x 2^n of another's. */
static void shrink_plane(const stance_frame *from, stance_frame *to, int plane, int n)
{
    int width, height;
    st_frame_plane_size(to, plane, &width, &height);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            int sum = 0;
            for (int j = 0; j < 1 << n; j++)
                for (int i = 0; i < 1 << n; i++)
                    sum += from->data[plane][((y << n) + j) * from->stride[plane] +
                                             (x << n) + i];
            to->data[plane][y * to->stride[plane] + x] =
                (uint8_t)((sum + (1 << 2 * n) / 2) >> 2 * n);
        }
}

/* What was decoded smaller lies where it lay, luma and chroma, however that is sited. */
static void shrunk_frames_mean_the_same(void **state)
{
    (void)state;
    st_sample_spec spec = {.width = 48, .height = 40};
    const st_view views[] = {
        {0, 0, 80, 64, 0}, {20, 16, 30, 25, 0}, {16, 12, 48, 40, 0.5}};
    uint8_t whole[48 * 40 * 3], shrunk[48 * 40 * 3];
    for (int format = 0; format < STANCE_PIX_COUNT; format++)
        for (int n = 1; n <= 2; n++)
            for (size_t v = 0; v < COUNT(views); v++) {
                stance_frame *f = stance_frame_new(80, 64, (stance_pix)format);
                stance_frame *small =
                    stance_frame_new(80 >> n, 64 >> n, (stance_pix)format);
                fill(f, true);
                f->colour.location = small->colour.location = (uint8_t)(v + 1);
                for (int p = 0; p < stance_pix_planes(f->format); p++)
                    shrink_plane(f, small, p, n);
                st_frame_shrunk(small, 80, 64, n);
                assert_int_equal(st_frame_halvings(small), n);
                st_affine map = st_affine_view(&views[v], 48, 40);
                st_sample_plain(&spec, f, &map, NULL, whole);
                st_sample_plain(&spec, small, &map, NULL, shrunk);
                /* At the very edge there is no mean to be had. Whole numbers, three of
                 * them for each colour, leave 3 of doubt; half a pixel astray makes 4 and
                 * more. */
                for (int y = 4; y < 36; y++)
                    for (int i = 4 * 3; i < 44 * 3; i++)
                        assert_near(whole[y * 48 * 3 + i], shrunk[y * 48 * 3 + i], 3);
                stance_frame_unref(&f);
                stance_frame_unref(&small);
            }
}

/* One input pixel a source pixel: the picture itself. */
static void identity_gives_the_picture(void **state)
{
    (void)state;
    for (int format = 0; format < STANCE_PIX_COUNT; format++) {
        bool halved = format == STANCE_PIX_YUV420P || format == STANCE_PIX_YUV422P;
        stance_frame *f = stance_frame_new(64, 48, (stance_pix)format);
        fill(f, true);
        f->colour.full_range = true;
        uint8_t in[64 * 48 * 3], out[64 * 48 * 3];
        st_sample_spec spec = {.width = 64, .height = 48};
        st_affine map = letterbox(64, 48, 64, 48);
        st_sample_plain(&spec, f, &map, NULL, in);
        stance_frame_to_rgb(f, out, 64 * 3);
        /* Chroma between its samples is interpolated here and repeated there. */
        for (size_t i = 0; i < sizeof(in); i++)
            assert_near(in[i], out[i], halved ? 8 : 0);
        stance_frame_unref(&f);
    }
}

static void a_letterbox_pads_evenly(void **state)
{
    (void)state;
    stance_frame *f = stance_frame_new(40, 20, STANCE_PIX_GBRP);
    for (int p = 0; p < 3; p++)
        memset(f->data[p], 200, (size_t)f->stride[p] * 20);
    uint8_t out[20 * 20 * 3];
    st_sample_spec spec = {.width = 20, .height = 20, .pad = {1, 2, 3}};
    st_affine map = letterbox(40, 20, 20, 20);
    st_sampler *s = st_sampler_new(&spec);
    st_sampler_run(s, f, &map, NULL, out);
    for (int y = 0; y < 20; y++)
        for (int k = 0; k < 3; k++)
            assert_int_equal(out[(y * 20 + 7) * 3 + k], y >= 5 && y < 15 ? 200 : k + 1);
    double x, y;
    st_affine_apply(&map, 0, 5, &x, &y); /* back: the corner of the picture */
    assert_near(x, 0, 1e-9);
    assert_near(y, 0, 1e-9);
    st_sampler_free(&s);
    stance_frame_unref(&f);
}

/* An edge in the luma stays where it is to a fraction of a pixel. */
static void positions_are_pixel_centres(void **state)
{
    (void)state;
    stance_frame *f = stance_frame_new(16, 16, STANCE_PIX_GRAY8);
    f->colour.full_range = true;
    for (int y = 0; y < 16; y++)
        for (int x = 0; x < 16; x++)
            f->data[0][y * f->stride[0] + x] = (uint8_t)(10 * x);
    uint8_t out[32 * 32 * 3];
    st_sample_spec spec = {.width = 32, .height = 32};
    st_affine map = st_affine_view(&(st_view){0, 0, 16, 16, 0}, 32, 32);
    st_sample_plain(&spec, f, &map, NULL, out);
    /* Input pixel 9's centre is at 4.75, a quarter of a pixel right of pixel 4's centre.
     */
    assert_int_equal(out[9 * 3], 43);
    assert_int_equal(out[10 * 3], 48);
    stance_frame_unref(&f);
}

/* Looked at with a quarter turn clockwise, what was at the right is on top. */
static void a_turned_view_turns(void **state)
{
    (void)state;
    st_view view = {10, 20, 40, 40, asin(1)};
    st_affine map = st_affine_view(&view, 80, 80);
    static const double places[][4] = {
        {40, 40, 30, 40}, {0, 0, 50, 20}, {80, 0, 50, 60}, {40, 80, 10, 40}};
    for (size_t i = 0; i < COUNT(places); i++) {
        double x, y;
        st_affine_apply(&map, places[i][0], places[i][1], &x, &y);
        assert_near(x, places[i][2], 1e-9);
        assert_near(y, places[i][3], 1e-9);
    }
}

/* Not a test of speed: prints what a person who works on it wants to know. */
static void time_of_a_1080p_frame(void **state)
{
    (void)state;
    stance_frame *f = stance_frame_new(1920, 1080, STANCE_PIX_YUV420P);
    fill(f, true);
    static uint8_t out[192 * 192 * 3];
    st_sample_spec spec = {.width = 192, .height = 192};
    st_affine map = letterbox(1920, 1080, 192, 192);
    st_sampler *s = st_sampler_new(&spec);
    int64_t start = st_clock_us();
    for (int i = 0; i < 50; i++)
        st_sampler_run(s, f, &map, NULL, out);
    print_message("192x192 from 1080p: %.3f ms\n",
                  (double)(st_clock_us() - start) / 50000);
    map = st_affine_view(&(st_view){600, 100, 800, 800, 0}, 192, 192);
    start = st_clock_us();
    for (int i = 0; i < 50; i++)
        st_sampler_run(s, f, &map, NULL, out);
    print_message("192x192 from a crop of 800x800: %.3f ms\n",
                  (double)(st_clock_us() - start) / 50000);
    map = st_affine_view(&(st_view){600, 100, 800, 800, 0.5}, 192, 192);
    start = st_clock_us();
    for (int i = 0; i < 50; i++)
        st_sampler_run(s, f, &map, NULL, out);
    print_message("the same, turned: %.3f ms\n", (double)(st_clock_us() - start) / 50000);
    start = st_clock_us();
    for (int i = 0; i < 50; i++)
        st_sample_plain(&spec, f, &map, NULL, out);
    print_message("the plain way: %.3f ms\n", (double)(st_clock_us() - start) / 50000);
    st_sampler_free(&s);
    stance_frame_unref(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fast_equals_plain),
        cmocka_unit_test(shrunk_frames_mean_the_same),
        cmocka_unit_test(identity_gives_the_picture),
        cmocka_unit_test(a_letterbox_pads_evenly),
        cmocka_unit_test(a_turned_view_turns),
        cmocka_unit_test(positions_are_pixel_centres),
        cmocka_unit_test(time_of_a_1080p_frame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
