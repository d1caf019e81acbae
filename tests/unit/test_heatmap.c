/* SPDX-License-Identifier: Apache-2.0 */
/* Single-person heatmaps: bells whose middle is known. */
#include "test.h"

#include <math.h>
#include <string.h>

#include "decode/decode.h"

enum { WIDE = 48, HIGH = 64, POINTS = 17, STRIDE = 4 };

static float maps[POINTS * HIGH * WIDE];

static const st_decode_about *about(void)
{
    static st_decode_about a = {.width = WIDE * STRIDE, .height = HIGH * STRIDE};
    a.skeleton = stance_skeleton_find("coco17");
    return &a;
}

static st_output output(void)
{
    return (st_output){
        .data = maps, .n = COUNT(maps), .rank = 4, .dims = {1, POINTS, HIGH, WIDE}};
}

static void place(int k, double *x, double *y)
{
    *x = 5.13 + 2.37 * k;
    *y = 7.41 + 2.93 * k;
}

static void draw_bells(double wide)
{
    for (int k = 0; k < POINTS; k++)
        for (int cy = 0; cy < HIGH; cy++)
            for (int cx = 0; cx < WIDE; cx++) {
                double x, y;
                place(k, &x, &y);
                double d2 = (cx - x) * (cx - x) + (cy - y) * (cy - y);
                maps[((size_t)k * HIGH + (size_t)cy) * WIDE + (size_t)cx] =
                    (float)(0.8 * exp(-d2 / (2 * wide * wide)));
            }
}

static void check_places(const st_decoder_class *decoder, double tolerance)
{
    st_output out = output();
    stance_poses poses;
    stance_error err = {0};
    stance_poses_init(&poses);
    assert_int_equal(decoder->check(&out, 1, about(), &err), 0);
    assert_int_equal(decoder->run(&out, 1, about(), &poses), 0);
    assert_int_equal(poses.n, 1);
    for (int k = 0; k < POINTS; k++) {
        double x, y;
        place(k, &x, &y);
        const stance_keypoint *p = &poses.people[0].keypoints[k];
        assert_near(p->x * WIDE * STRIDE - 0.5, x * STRIDE, tolerance * STRIDE);
        assert_near(p->y * HIGH * STRIDE - 0.5, y * STRIDE, tolerance * STRIDE);
        assert_true(p->score > 0.6F && p->score <= 0.8F);
    }
    stance_poses_clear(&poses);
}

static void the_middle_of_a_bell_is_found(void **state)
{
    (void)state;
    draw_bells(2);
    check_places(&st_decoder_heatmap, 0.26);
    check_places(&st_decoder_heatmap_dark, 0.02);
}

static void edges_and_broken_maps_do_no_harm(void **state)
{
    static const float values[] = {NAN, INFINITY, 0, -3, 1e30F};
    static const st_decoder_class *const decoders[] = {&st_decoder_heatmap,
                                                       &st_decoder_heatmap_dark};
    (void)state;
    st_output out = output();
    stance_poses poses;
    stance_poses_init(&poses);
    for (size_t i = 0; i < COUNT(values); i++)
        for (size_t d = 0; d < COUNT(decoders); d++) {
            for (size_t k = 0; k < COUNT(maps); k++)
                maps[k] = values[i];
            maps[0] = 0.9F; /* the first point's top in the corner */
            assert_int_equal(decoders[d]->run(&out, 1, about(), &poses), 0);
            for (int k = 0; k < POINTS; k++) {
                const stance_keypoint *p = &poses.people[0].keypoints[k];
                assert_true(p->score >= 0 && p->score <= 1);
                assert_true(!stance_keypoint_given(p) || (p->x >= 0 && p->x <= 1.1F));
            }
        }
    stance_poses_clear(&poses);
}

static void wrong_shapes_are_refused(void **state)
{
    (void)state;
    stance_error err = {0};
    st_output out = output();
    out.dims[1] = 16;
    assert_int_equal(st_decoder_heatmap.check(&out, 1, about(), &err), STANCE_EMODEL);
    assert_non_null(strstr(err.message, "17 heatmaps"));
    const st_output two[2] = {output(), output()};
    assert_int_equal(st_decoder_heatmap.check(two, 2, about(), &err), STANCE_EMODEL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_middle_of_a_bell_is_found),
        cmocka_unit_test(edges_and_broken_maps_do_no_harm),
        cmocka_unit_test(wrong_shapes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
