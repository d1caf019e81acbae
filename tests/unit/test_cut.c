/* SPDX-License-Identifier: Apache-2.0 */
/* Cuts: another pattern is one; light, motion and black frames are none. */
#include "test.h"

#include <math.h>

#include "track/cut.h"

enum { W = 320, H = 180 };

/* Patches of brightness, of which each seed has others, moved and lit. */
static stance_frame *scene(uint32_t seed, double shift, double light, double contrast)
{
    stance_frame *frame = stance_frame_new(W, H, STANCE_PIX_GRAY8);
    assert_non_null(frame);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            uint32_t cell = (uint32_t)((x + (int)shift) / 40 + y / 45 * 9);
            uint32_t value = (cell + seed * 977u) * 2654435761u;
            double grey = (double)(value >> 24) - 128;
            double out = 128 + grey * contrast + light;
            frame->data[0][y * frame->stride[0] + x] = (uint8_t)fmin(255, fmax(0, out));
        }
    return frame;
}

static bool see(st_cut *cut, stance_frame *frame)
{
    bool here = st_cut_here(cut, frame);
    stance_frame_unref(&frame);
    return here;
}

static void another_pattern_is_a_cut(void **state)
{
    (void)state;
    st_cut cut = {0};
    for (uint32_t seed = 1; seed < 40; seed++)
        for (int n = 0; n < 10; n++)
            assert_true(see(&cut, scene(seed, n, 0, 0.6)) == (n == 0 && seed > 1));
}

static void motion_and_light_are_none(void **state)
{
    (void)state;
    st_cut cut = {0};
    for (int n = 0; n < 200; n++) /* a pan, faster and faster, and a lamp that flickers */
        assert_false(see(&cut, scene(7, 0.01 * n * n, n % 7 == 0 ? 60 : 0, 0.5)));
}

static void black_between_shots_is_passed_over(void **state)
{
    (void)state;
    st_cut cut = {0};
    for (int n = 10; n >= 0; n--) /* fades out */
        assert_false(see(&cut, scene(3, 0, -100, 0.06 * n)));
    for (int n = 0; n < 5; n++)
        assert_false(see(&cut, scene(3, 0, -128, 0)));
    int cuts = 0;
    for (int n = 0; n <= 10; n++) /* another one fades in */
        cuts += see(&cut, scene(4, 0, -100, 0.06 * n));
    assert_int_equal(cuts, 1);
    for (int n = 0; n < 3; n++) /* black, and the same again: no cut */
        assert_false(see(&cut, scene(4, 0, -128, 0)));
    assert_false(see(&cut, scene(4, 0, -100, 0.6)));
}

static void alike_but_far_brighter_is_a_cut(void **state)
{
    (void)state;
    st_cut cut = {0};
    for (int n = 0; n < 20; n++)
        assert_false(see(&cut, scene(5, 0, 0, 0.1)));
    /* Half of the pattern is another one, and all is brighter. */
    stance_frame *a = scene(5, 0, 40, 0.3), *b = scene(6, 0, 40, 0.3);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W / 3; x++)
            a->data[0][y * a->stride[0] + x] = b->data[0][y * b->stride[0] + x];
    stance_frame_unref(&b);
    assert_true(see(&cut, a));
}

static void tiny_pictures_are_survived(void **state)
{
    (void)state;
    st_cut cut = {0};
    for (int side = 1; side < 40; side += 3) {
        stance_frame *frame = stance_frame_new(side, side, STANCE_PIX_GRAY8);
        for (int y = 0; y < side; y++)
            for (int x = 0; x < side; x++)
                frame->data[0][y * frame->stride[0] + x] = (uint8_t)(x * y * 7);
        see(&cut, frame);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_pattern_is_a_cut),
        cmocka_unit_test(motion_and_light_are_none),
        cmocka_unit_test(black_between_shots_is_passed_over),
        cmocka_unit_test(alike_but_far_brighter_is_a_cut),
        cmocka_unit_test(tiny_pictures_are_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
