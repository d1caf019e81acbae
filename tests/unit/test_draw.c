/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Drawing: the right colours at the right pixels of every plane layout, nothing changed
 * elsewhere, text that is never clipped, and no memory taken after the first frame.
 */
#include "test.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "draw_kit.h"

static const uint8_t GREEN[3] = {0, 255, 0}, CYAN[3] = {0, 255, 255}, BLACK[3] = {0};

enum { NOSE = 0, LEFT_EYE = 1, LEFT_SHOULDER = 5, RIGHT_SHOULDER = 6 };

/* A grey frame; all planes hold what the colour's components are. */
static stance_frame *make_frame(int w, int h, stance_pix format, uint8_t grey)
{
    stance_frame *frame = stance_frame_new(w, h, format);
    assert_non_null(frame);
    frame->colour = (stance_colour){1, 1, 1, 0, format == STANCE_PIX_GBRP};
    uint8_t own[3];
    st_colour_from_rgb(frame, (const uint8_t[3]){grey, grey, grey}, own);
    for (int p = 0; p < stance_pix_planes(format); p++) {
        int pw, ph;
        stance_pix_plane_size(format, p, w, h, &pw, &ph);
        for (int y = 0; y < ph; y++)
            memset(frame->data[p] + y * frame->stride[p], own[p], (size_t)pw);
    }
    return frame;
}

static void get_rgb(const stance_frame *frame, int x, int y, uint8_t out[3])
{
    size_t stride = (size_t)frame->width * 3;
    uint8_t *rgb = calloc((size_t)frame->height, stride);
    assert_non_null(rgb);
    stance_frame_to_rgb(frame, rgb, (ptrdiff_t)stride);
    memcpy(out, rgb + (size_t)y * stride + 3 * (size_t)x, 3);
    free(rgb);
}

static void check_near(const stance_frame *frame, int x, int y, const uint8_t expected[3],
                       int tolerance)
{
    uint8_t found[3];
    get_rgb(frame, x, y, found);
    for (int i = 0; i < 3; i++)
        if (abs(found[i] - expected[i]) > tolerance)
            fail_msg("%s %dx%d: pixel %d,%d is %d,%d,%d, expected %d,%d,%d",
                     stance_pix_name(frame->format), frame->width, frame->height, x, y,
                     found[0], found[1], found[2], expected[0], expected[1], expected[2]);
}

static void check_rgb(const stance_frame *frame, int x, int y, const uint8_t expected[3])
{
    check_near(frame, x, y, expected, 6);
}

/* Bones here are two pixels wide: where chroma is halved a site has other pixels too. */
static void check_bone(const stance_frame *frame, int x, int y)
{
    check_near(frame, x, y, CYAN, frame->format >= STANCE_PIX_YUV444P ? 6 : 70);
}

/* Luma (or the first plane) that is not `from` any more, as a box; false: none. */
static bool changed_box(const stance_frame *frame, uint8_t from, int box[4])
{
    box[0] = box[1] = INT32_MAX;
    box[2] = box[3] = -1;
    for (int y = 0; y < frame->height; y++)
        for (int x = 0; x < frame->width; x++)
            if (frame->data[0][y * frame->stride[0] + x] != from) {
                box[0] = x < box[0] ? x : box[0];
                box[1] = y < box[1] ? y : box[1];
                box[2] = x > box[2] ? x : box[2];
                box[3] = y > box[3] ? y : box[3];
            }
    return box[2] >= 0;
}

static const stance_draw_settings usual = {
    .threshold = 0.2, .overlay = STANCE_OVERLAY_SKELETON | STANCE_OVERLAY_POINTS};

static void colours_in_every_layout(void **state)
{
    (void)state;
    static const int sizes[][2] = {{640, 480}, {641, 479}, {401, 720}};
    for (int f = STANCE_PIX_YUV420P; f < STANCE_PIX_COUNT; f++)
        for (size_t i = 0; i < COUNT(sizes); i++) {
            stance_frame *frame = make_frame(sizes[i][0], sizes[i][1], f, 128);
            stance_poses poses;
            make_poses(&poses);
            put(&poses, LEFT_SHOULDER, 300.5f, 100.5f, 0.9f);
            put(&poses, RIGHT_SHOULDER, 100.5f, 100.5f, 0.9f);
            draw_once(&usual, frame, &poses, NULL);
            check_rgb(frame, 300, 100, GREEN);
            check_rgb(frame, 100, 100, GREEN);
            check_bone(frame, 200, 100);
            check_rgb(frame, 200, 120, (const uint8_t[3]){128, 128, 128});
            check_rgb(frame, 320, 100, (const uint8_t[3]){128, 128, 128});
            stance_poses_clear(&poses);
            stance_frame_unref(&frame);
        }
}

static void grey_pictures_are_drawn_on(void **state)
{
    (void)state;
    stance_frame *frame = make_frame(320, 240, STANCE_PIX_GRAY8, 0);
    uint8_t expected[3], from = frame->data[0][0];
    st_colour_from_rgb(frame, GREEN, expected);
    stance_poses poses;
    make_poses(&poses);
    put(&poses, NOSE, 50.5f, 60.5f, 1);
    draw_once(&usual, frame, &poses, NULL);
    assert_int_equal(frame->data[0][60 * frame->stride[0] + 50], expected[0]);
    int box[4];
    assert_true(changed_box(frame, from, box));
    assert_true(box[0] > 40 && box[1] > 50 && box[2] < 60 && box[3] < 70);
    stance_poses_clear(&poses);
    stance_frame_unref(&frame);
}

static void threshold_decides(void **state)
{
    (void)state;
    static const struct {
        float a, b;
        bool dot_a, bone;
    } cases[] = {
        {0.9f, 0.9f, true, true},   {0.2f, 0.2f, true, true}, {0.19f, 0.9f, false, false},
        {0.9f, 0.19f, true, false}, {0, 0, false, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        stance_frame *frame = make_frame(320, 240, STANCE_PIX_YUV444P, 90);
        stance_poses poses;
        make_poses(&poses);
        put(&poses, NOSE, 100.5f, 100.5f, cases[i].a);
        put(&poses, LEFT_EYE, 200.5f, 100.5f, cases[i].b);
        draw_once(&usual, frame, &poses, NULL);
        static const uint8_t grey[3] = {90, 90, 90};
        check_rgb(frame, 100, 100, cases[i].dot_a ? GREEN : grey);
        check_rgb(frame, 150, 100, cases[i].bone ? CYAN : grey);
        stance_poses_clear(&poses);
        stance_frame_unref(&frame);
    }
}

static void overlay_and_background(void **state)
{
    (void)state;
    static const uint8_t grey[3] = {90, 90, 90};
    static const struct {
        int overlay, background;
        const uint8_t *dot, *bone, *rest;
    } cases[] = {
        {0, STANCE_BACKGROUND_SOURCE, grey, grey, grey},
        {STANCE_OVERLAY_POINTS, STANCE_BACKGROUND_SOURCE, GREEN, grey, grey},
        {STANCE_OVERLAY_SKELETON, STANCE_BACKGROUND_SOURCE, CYAN, CYAN, grey},
        {0, STANCE_BACKGROUND_BLACK, BLACK, BLACK, BLACK},
        {STANCE_OVERLAY_SKELETON, STANCE_BACKGROUND_BLACK, CYAN, CYAN, BLACK},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        stance_draw_settings s = {.threshold = 0.2,
                                  .overlay = cases[i].overlay,
                                  .background = cases[i].background};
        stance_frame *frame = make_frame(320, 240, STANCE_PIX_YUV420P, 90);
        stance_poses poses;
        make_poses(&poses);
        put(&poses, LEFT_SHOULDER, 100.5f, 100.5f, 1);
        put(&poses, RIGHT_SHOULDER, 200.5f, 100.5f, 1);
        draw_once(&s, frame, &poses,
                  &(st_draw_text){.latency_ms = 12.3, .fps = 58, .people = -1});
        check_near(frame, 100, 100, cases[i].dot, cases[i].dot == CYAN ? 70 : 6);
        check_near(frame, 150, 100, cases[i].bone, cases[i].bone == CYAN ? 70 : 6);
        check_rgb(frame, 300, 200, cases[i].rest);
        check_rgb(frame, 10, 10, cases[i].rest); /* no text was asked for */
        stance_poses_clear(&poses);
        stance_frame_unref(&frame);
    }
}

/* The chroma of 4:2:0 is the mean of what 4:4:4 has there. */
/* Of several people each has a colour that stays with the identity. */
static void several_people_have_their_colours(void **state)
{
    (void)state;
    stance_draw_settings s = {.threshold = 0.2, .overlay = STANCE_OVERLAY_SKELETON};
    uint8_t seen[3][3];
    for (int i = 0; i < 3; i++) {
        stance_frame *frame = make_frame(320, 240, STANCE_PIX_GBRP, 90);
        stance_poses poses;
        make_poses(&poses);
        put(&poses, LEFT_SHOULDER, 100.5f, 100.5f, 1);
        put(&poses, RIGHT_SHOULDER, 200.5f, 100.5f, 1);
        poses.people[0].id = i == 1 ? 5 : 4;
        draw_once(&s, frame, &poses,
                  &(st_draw_text){.latency_ms = 12.3, .fps = 58, .people = 1});
        for (int c = 0; c < 3; c++)
            seen[i][c] = frame->data[c][100 * frame->stride[c] + 150];
        stance_poses_clear(&poses);
        stance_frame_unref(&frame);
    }
    assert_memory_equal(seen[0], seen[2], 3);
    assert_memory_not_equal(seen[0], seen[1], 3);
}

static void chroma_is_averaged(void **state)
{
    (void)state;
    stance_frame *half = make_frame(161, 121, STANCE_PIX_YUV420P, 128);
    stance_frame *full = make_frame(161, 121, STANCE_PIX_YUV444P, 128);
    stance_poses poses;
    make_poses(&poses);
    put(&poses, LEFT_SHOULDER, 20.3f, 20.1f, 1);
    put(&poses, RIGHT_SHOULDER, 160.8f, 110.7f, 1);
    draw_once(&usual, half, &poses, NULL);
    draw_once(&usual, full, &poses, NULL);
    for (int p = 1; p < 3; p++)
        for (int y = 0; y < 61; y++)
            for (int x = 0; x < 81; x++) {
                int sum = 0, n = 0;
                for (int k = 0; k < 4; k++) {
                    int fx = 2 * x + (k & 1), fy = 2 * y + k / 2;
                    if (fx < 161 && fy < 121) {
                        sum += full->data[p][fy * full->stride[p] + fx];
                        n++;
                    }
                }
                /* Three layers blended in another order: a rim under a bone differs. */
                assert_near(half->data[p][y * half->stride[p] + x], (double)sum / n, 20);
            }
    assert_memory_equal(half->data[0], full->data[0], 161);
    stance_poses_clear(&poses);
    stance_frame_unref(&half);
    stance_frame_unref(&full);
}

static void odd_coordinates_are_harmless(void **state)
{
    (void)state;
    static const float odd[][2] = {
        {NAN, 5},   {INFINITY, 5}, {5, -INFINITY}, {-1e9f, 1e9f}, {1e30f, -1e30f},
        {-20, -20}, {0, 0},        {1e5f, 50},     {33, 17},      {16, -0.001f},
    };
    static const int sizes[][2] = {{1, 1}, {2, 3}, {16, 16}, {33, 17}, {320, 240}};
    for (size_t s = 0; s < COUNT(sizes); s++)
        for (int f = 0; f < STANCE_PIX_COUNT; f++)
            for (size_t a = 0; a < COUNT(odd); a++) {
                stance_draw_settings all = {.threshold = 0.2, .overlay = 15};
                stance_frame *frame = make_frame(sizes[s][0], sizes[s][1], f, 50);
                stance_poses poses;
                make_poses(&poses);
                put(&poses, LEFT_SHOULDER, odd[a][0], odd[a][1], 1);
                put(&poses, RIGHT_SHOULDER, 8, 8, 7); /* a score above 1 */
                draw_once(&all, frame, &poses,
                          &(st_draw_text){.latency_ms = NAN, .fps = -1, .people = -1});
                stance_poses_clear(&poses);
                stance_frame_unref(&frame);
            }
}

/* Whatever the size, text is there as a whole or not at all. */
static void text_is_never_clipped(void **state)
{
    (void)state;
    stance_draw_settings s = {.threshold = 0.2, .overlay = STANCE_OVERLAY_TEXT};
    stance_poses nobody;
    stance_poses_init(&nobody);
    for (int w = 8; w < 2000; w += w < 200 ? 7 : 131)
        for (int h = 8; h < 1200; h += h < 200 ? 13 : 211) {
            stance_frame *frame = make_frame(w, h, STANCE_PIX_GRAY8, 128);
            int box[4];
            uint8_t from = frame->data[0][0];
            draw_once(&s, frame, &nobody,
                      &(st_draw_text){.latency_ms = 1234.5, .fps = 99.9, .people = 12});
            if (changed_box(frame, from, box) &&
                (box[0] < 1 || box[1] < 1 || box[2] >= w - 1 || box[3] >= h - 1))
                fail_msg("%dx%d: text at %d..%d, %d..%d reaches the border", w, h, box[0],
                         box[2], box[1], box[3]);
            if (w >= 120 && h >= 60 && box[2] < 0)
                fail_msg("%dx%d: expected text, found none", w, h);
            if (w <= 16 && box[2] >= 0)
                fail_msg("%dx%d: expected no text, found some", w, h);
            stance_frame_unref(&frame);
        }
}

static void text_reads_on_white_and_black(void **state)
{
    (void)state;
    stance_draw_settings s = {.threshold = 0.2, .overlay = STANCE_OVERLAY_TEXT};
    stance_poses nobody;
    stance_poses_init(&nobody);
    for (int grey = 0; grey <= 255; grey += 255) {
        stance_frame *frame = make_frame(640, 480, STANCE_PIX_YUV420P, (uint8_t)grey);
        draw_once(&s, frame, &nobody,
                  &(st_draw_text){.latency_ms = 12.3, .fps = 58, .people = -1});
        int white = 0, dark = 0;
        for (int y = 0; y < 40; y++)
            for (int x = 0; x < 200; x++) {
                uint8_t luma = frame->data[0][y * frame->stride[0] + x];
                white += luma > 225;
                dark += luma < 130;
            }
        assert_true(grey == 255 || white > 100); /* the letters */
        assert_true(dark > 500);                 /* what is behind them */
        stance_frame_unref(&frame);
    }
}

static void no_memory_after_the_first_frame(void **state)
{
    (void)state;
    stance_draw_settings all = {.threshold = 0.2, .overlay = 15};
    st_draw *draw = st_draw_new(&all);
    stance_frame *frame = make_frame(320, 240, STANCE_PIX_YUV420P, 50);
    stance_poses poses;
    make_poses(&poses);
    put(&poses, NOSE, 60, 60, 0.01f);
    /* Every digit once, then only those. */
    put(&poses, LEFT_EYE, 60, 60, 0.23f);
    put(&poses, LEFT_SHOULDER, 60, 90, 0.45f);
    put(&poses, RIGHT_SHOULDER, 90, 90, 0.67f);
    put(&poses, 7, 90, 130, 0.89f);
    put(&poses, 8, 90, 190, 1);
    st_draw_text text = {.latency_ms = 12345.6, .fps = 7890, .people = 3};
    assert_int_equal(st_draw_poses(draw, frame, &poses, &text), 0);
    text = (st_draw_text){.latency_ms = 12.3, .fps = 45.6, .people = 78};
    assert_int_equal(st_draw_poses(draw, frame, &poses, &text), 0);
    text = (st_draw_text){.latency_ms = 9.5, .fps = 10.1, .people = 1};
    assert_int_equal(st_draw_poses(draw, frame, &poses, &text), 0);
    long before = st_memory_count();
    for (int i = 0; i < 50; i++) {
        text = (st_draw_text){.latency_ms = i * 1.7, .fps = i * 2.3, .people = i};
        put(&poses, LEFT_EYE, (float)(3 * i), 60, 0.02f * (float)i);
        assert_int_equal(st_draw_poses(draw, frame, &poses, &text), 0);
    }
    assert_int_equal(st_memory_count(), before);
    stance_poses_clear(&poses);
    stance_frame_unref(&frame);
    st_draw_free(&draw);
}

static void memory_may_be_out_anywhere(void **state)
{
    (void)state;
    stance_draw_settings all = {.threshold = 0.2, .overlay = 15};
    stance_frame *frame = make_frame(320, 240, STANCE_PIX_YUV420P, 50);
    stance_poses poses;
    make_poses(&poses);
    put(&poses, LEFT_EYE, 60, 60, 0.23f);
    int failures = 0, rc;
    for (long n = 1; n < 200; n++) {
        st_memory_fail_at(n);
        st_draw *draw = st_draw_new(&all);
        rc = draw ? st_draw_poses(
                        draw, frame, &poses,
                        &(st_draw_text){.latency_ms = 1.2, .fps = 3.4, .people = 5})
                  : STANCE_ENOMEM;
        st_memory_fail_at(0);
        if (draw && rc < 0) /* the next frame finds memory again */
            assert_int_equal(st_draw_poses(draw, frame, &poses, NULL), 0);
        st_draw_free(&draw);
        assert_true(rc == 0 || rc == STANCE_ENOMEM);
        failures += rc < 0;
        if (rc == 0)
            break;
    }
    assert_int_equal(rc, 0);
    assert_true(failures > 5);
    stance_poses_clear(&poses);
    stance_frame_unref(&frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(colours_in_every_layout),
        cmocka_unit_test(grey_pictures_are_drawn_on),
        cmocka_unit_test(threshold_decides),
        cmocka_unit_test(overlay_and_background),
        cmocka_unit_test(several_people_have_their_colours),
        cmocka_unit_test(chroma_is_averaged),
        cmocka_unit_test(odd_coordinates_are_harmless),
        cmocka_unit_test(text_is_never_clipped),
        cmocka_unit_test(text_reads_on_white_and_black),
        cmocka_unit_test(no_memory_after_the_first_frame),
        cmocka_unit_test(memory_may_be_out_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
