/* SPDX-License-Identifier: Apache-2.0 */
/* Frames: reference counts, pools, turning, and colours there and back. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "frame/frame.h"

static const stance_pix formats[] = {STANCE_PIX_GRAY8, STANCE_PIX_YUV420P,
                                     STANCE_PIX_YUV422P, STANCE_PIX_YUV444P,
                                     STANCE_PIX_GBRP};

static void fill_random(stance_frame *frame)
{
    for (int p = 0; p < stance_pix_planes(frame->format); p++) {
        int w, h;
        stance_pix_plane_size(frame->format, p, frame->width, frame->height, &w, &h);
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++)
                frame->data[p][y * frame->stride[p] + x] = (uint8_t)rand();
    }
}

static void assert_same_pixels(const stance_frame *a, const stance_frame *b)
{
    assert_int_equal(a->width, b->width);
    assert_int_equal(a->height, b->height);
    for (int p = 0; p < stance_pix_planes(a->format); p++) {
        int w, h;
        stance_pix_plane_size(a->format, p, a->width, a->height, &w, &h);
        for (int y = 0; y < h; y++)
            assert_memory_equal(a->data[p] + y * a->stride[p],
                                b->data[p] + y * b->stride[p], (size_t)w);
    }
}

static void wrong_sizes_are_refused(void **state)
{
    (void)state;
    assert_null(stance_frame_new(0, 5, STANCE_PIX_GRAY8));
    assert_null(stance_frame_new(5, -1, STANCE_PIX_GRAY8));
    assert_null(stance_frame_new(STANCE_FRAME_SIDE_MAX + 1, 5, STANCE_PIX_GRAY8));
    assert_null(stance_frame_new(5, 5, STANCE_PIX_COUNT));
    assert_null(stance_pix_name(STANCE_PIX_COUNT));
}

static int released;

static void release(void *owner)
{
    released += *(int *)owner;
}

static void the_last_holder_frees(void **state)
{
    (void)state;
    int weight = 5;
    stance_frame *a = st_frame_wrap(4, 4, STANCE_PIX_GRAY8, &weight, release);
    stance_frame *b = stance_frame_ref(a);
    stance_frame_unref(&a);
    assert_null(a);
    assert_int_equal(released, 0);
    stance_frame_unref(&b);
    assert_int_equal(released, 5);
    stance_frame_unref(&b);
}

static void a_pool_uses_memory_again_and_outlives_its_owner(void **state)
{
    (void)state;
    st_frame_pool *pool = st_frame_pool_new(64, 32, STANCE_PIX_YUV420P);
    stance_frame *a = st_frame_pool_get(pool);
    uint8_t *memory = a->data[0];
    a->file = "x";
    stance_frame_unref(&a);
    long count = st_memory_count();
    a = st_frame_pool_get(pool);
    assert_ptr_equal(a->data[0], memory);
    assert_null(a->file);
    assert_int_equal(st_memory_count(), count);
    st_frame_pool_free(&pool);
    a->data[2][0] = 1;
    stance_frame_unref(
        &a); /* the sanitizers see it if the pool went too early or not at all */
}

static void four_quarter_turns_are_none(void **state)
{
    (void)state;
    for (size_t f = 0; f < COUNT(formats); f++)
        for (int mirror = 0; mirror < 2; mirror++) {
            stance_frame *start = stance_frame_new(46, 34, formats[f]);
            fill_random(start);
            stance_frame *now = stance_frame_ref(start);
            for (int i = 0; i < (mirror ? 2 : 4); i++) {
                stance_pix format = st_frame_turned_format(now->format, 90);
                stance_frame *next = stance_frame_new(now->height, now->width, format);
                st_frame_turn(next, now, 90, mirror);
                stance_frame_unref(&now);
                now = next;
            }
            /* Mirrored and turned by 90 twice is the identity too: a transposition. */
            if (formats[f] != STANCE_PIX_YUV422P) /* that one comes back as 4:4:4 */
                assert_same_pixels(now, start);
            stance_frame_unref(&now);
            stance_frame_unref(&start);
        }
}

static void turns_go_clockwise(void **state)
{
    (void)state;
    static const struct {
        int deg;
        bool mirror;
        const char *expected; /* of the picture ab / cd / ef, row after row */
        int w, h;
    } cases[] = {
        {0, false, "abcdef", 2, 3},   {90, false, "ecafdb", 3, 2},
        {180, false, "fedcba", 2, 3}, {270, false, "bdface", 3, 2},
        {0, true, "badcfe", 2, 3},    {90, true, "fdbeca", 3, 2},
    };
    stance_frame *from = stance_frame_new(2, 3, STANCE_PIX_GRAY8);
    for (int i = 0; i < 6; i++)
        from->data[0][i / 2 * from->stride[0] + i % 2] = (uint8_t)('a' + i);
    for (size_t i = 0; i < COUNT(cases); i++) {
        stance_frame *to = stance_frame_new(cases[i].w, cases[i].h, STANCE_PIX_GRAY8);
        st_frame_turn(to, from, cases[i].deg, cases[i].mirror);
        char found[7] = "";
        for (int k = 0; k < 6; k++)
            found[k] = (char)to->data[0][k / to->width * to->stride[0] + k % to->width];
        assert_string_equal(found, cases[i].expected);
        stance_frame_unref(&to);
    }
    stance_frame_unref(&from);
}

static void odd_sizes_turn_without_reading_outside(void **state)
{
    (void)state;
    static const int degs[] = {0, 90, 180, 270};
    for (size_t f = 0; f < COUNT(formats); f++)
        for (size_t d = 0; d < COUNT(degs); d++) {
            bool quarter = degs[d] % 180 != 0;
            stance_frame *from = stance_frame_new(33, 71, formats[f]);
            fill_random(from);
            stance_frame *to =
                stance_frame_new(quarter ? 71 : 33, quarter ? 33 : 71,
                                 st_frame_turned_format(formats[f], degs[d]));
            st_frame_turn(to, from, degs[d], d % 2);
            stance_frame_unref(&to);
            stance_frame_unref(&from);
        }
}

static void colours_come_back(void **state)
{
    (void)state;
    static const uint8_t matrices[] = {1, 2, 5, 6, 9};
    static const uint8_t colours[][3] = {{0, 0, 0},   {255, 255, 255}, {0, 255, 255},
                                         {0, 255, 0}, {200, 30, 90},   {128, 128, 128}};
    for (size_t f = 1; f < COUNT(formats); f++)
        for (size_t m = 0; m < COUNT(matrices); m++)
            for (int full = 0; full < 2; full++)
                for (size_t c = 0; c < COUNT(colours); c++) {
                    stance_frame *frame = stance_frame_new(4, 4, formats[f]);
                    frame->colour.matrix = matrices[m];
                    frame->colour.full_range = full;
                    uint8_t own[3], rgb[4 * 4 * 3];
                    st_colour_from_rgb(frame, colours[c], own);
                    for (int p = 0; p < 3; p++)
                        memset(frame->data[p], own[p], (size_t)frame->stride[p] * 2);
                    stance_frame_to_rgb(frame, rgb, 12);
                    for (int i = 0; i < 3; i++)
                        assert_near(rgb[i], colours[c][i], 2);
                    stance_frame_unref(&frame);
                }
}

static void rgb_goes_in_and_out_unchanged(void **state)
{
    (void)state;
    uint8_t in[5 * 3 * 3], out[5 * 3 * 3];
    for (size_t i = 0; i < sizeof(in); i++)
        in[i] = (uint8_t)rand();
    stance_frame *frame = stance_frame_from_rgb(in, 5, 3, 15);
    stance_frame_to_rgb(frame, out, 15);
    assert_memory_equal(in, out, sizeof(in));
    stance_frame_unref(&frame);
}

static void black_is_black(void **state)
{
    (void)state;
    for (size_t f = 0; f < COUNT(formats); f++)
        for (int full = 0; full < 2; full++) {
            stance_frame *frame = stance_frame_new(7, 5, formats[f]);
            frame->colour.full_range = full;
            st_frame_fill_black(frame);
            uint8_t rgb[7 * 5 * 3];
            stance_frame_to_rgb(frame, rgb, 21);
            for (size_t i = 0; i < sizeof(rgb); i++)
                assert_int_equal(rgb[i], 0);
            stance_frame_unref(&frame);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_sizes_are_refused),
        cmocka_unit_test(the_last_holder_frees),
        cmocka_unit_test(a_pool_uses_memory_again_and_outlives_its_owner),
        cmocka_unit_test(four_quarter_turns_are_none),
        cmocka_unit_test(turns_go_clockwise),
        cmocka_unit_test(odd_sizes_turn_without_reading_outside),
        cmocka_unit_test(colours_come_back),
        cmocka_unit_test(rgb_goes_in_and_out_unchanged),
        cmocka_unit_test(black_is_black),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
