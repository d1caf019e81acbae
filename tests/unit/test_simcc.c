/* SPDX-License-Identifier: Apache-2.0 */
/* SimCC: where the rows are highest, and which points were not seen. */
#include "test.h"

#include <math.h>
#include <string.h>

#include "decode/decode.h"

enum { WIDE = 48, HIGH = 64, POINTS = 17, MOST_SPLIT = 3 };

static float xs[POINTS][WIDE * MOST_SPLIT], ys[POINTS][HIGH * MOST_SPLIT];
static float flat_x[POINTS * WIDE * MOST_SPLIT], flat_y[POINTS * HIGH * MOST_SPLIT];

static int empty(void **state)
{
    (void)state;
    for (int k = 0; k < POINTS; k++) {
        for (int i = 0; i < WIDE * MOST_SPLIT; i++)
            xs[k][i] = -1;
        for (int i = 0; i < HIGH * MOST_SPLIT; i++)
            ys[k][i] = -1;
    }
    return 0;
}

static void run(int split, stance_poses *poses)
{
    const st_decode_about about = {stance_skeleton_find("coco17"), WIDE, HIGH};
    stance_error err = {0};
    for (int k = 0; k < POINTS; k++) {
        memcpy(flat_x + (ptrdiff_t)k * WIDE * split, xs[k],
               sizeof(float) * WIDE * (size_t)split);
        memcpy(flat_y + (ptrdiff_t)k * HIGH * split, ys[k],
               sizeof(float) * HIGH * (size_t)split);
    }
    const st_output outputs[2] = {
        {.data = flat_x, .rank = 3, .dims = {1, POINTS, (int64_t)WIDE * split}},
        {.data = flat_y, .rank = 3, .dims = {1, POINTS, (int64_t)HIGH * split}}};
    stance_poses_init(poses);
    if (st_decoder_simcc.check(outputs, 2, &about, &err) != 0)
        fail_msg("%s", err.message);
    assert_int_equal(st_decoder_simcc.run(outputs, 2, &about, poses), 0);
    assert_int_equal(poses->n, 1);
}

static void the_highest_places_count(void **state)
{
    (void)state;
    for (int split = 1; split <= MOST_SPLIT; split++) {
        stance_poses poses;
        empty(NULL);
        for (int k = 0; k < POINTS; k++) {
            xs[k][(2 * k + 1) * split] = 0.9F;
            ys[k][(3 * k + 2) * split] = 0.5F;
            xs[k][(2 * k + 1) * split + 1] = 0.9F; /* of two that are equal the first */
        }
        run(split, &poses);
        for (int k = 0; k < POINTS; k++) {
            const stance_keypoint *p = &poses.people[0].keypoints[k];
            assert_near(p->x * WIDE, 2 * k + 1.5, 1e-4);
            assert_near(p->y * HIGH, 3 * k + 2.5, 1e-4);
            assert_near(p->score, 0.7, 1e-6);
        }
        assert_near(poses.people[0].score, 0.7, 1e-6);
        stance_poses_clear(&poses);
    }
}

static void what_was_not_seen_is_absent(void **state)
{
    (void)state;
    stance_poses poses;
    for (int k = 0; k < POINTS; k++) {
        xs[k][3] = 0.8F;
        ys[k][5] = 0.6F;
    }
    xs[1][3] = -0.6F; /* together nothing */
    xs[2][3] = -0.5F; /* a little is left */
    xs[3][7] = NAN;
    ys[4][7] = INFINITY;
    xs[5][3] = 1.9F;
    ys[5][5] = 1.3F;
    run(1, &poses);
    const stance_keypoint *p = poses.people[0].keypoints;
    assert_false(stance_keypoint_given(&p[1]));
    assert_near(p[2].score, 0.05, 1e-6);
    assert_false(stance_keypoint_given(&p[3]));
    assert_false(stance_keypoint_given(&p[4]));
    assert_near(p[5].score, 1, 0);
    assert_near(poses.people[0].score, (12 * 0.7 + 0.05 + 1) / 17, 1e-5);
    stance_poses_clear(&poses);
    empty(NULL);
    run(1, &poses);
    assert_near(poses.people[0].score, 0, 0);
    stance_poses_clear(&poses);
}

static void wrong_shapes_are_told(void **state)
{
    static const int64_t wrong[][2][3] = {
        {{1, 17, 96}, {1, 17, 127}}, /* not of one ratio */
        {{1, 17, 47}, {1, 17, 64}},  {{1, 16, 48}, {1, 16, 64}},
        {{2, 17, 48}, {2, 17, 64}},  {{1, 17, 64}, {1, 17, 48}}, /* the other way round */
        {{1, 17, 0}, {1, 17, 0}},    {{1, 17, -1}, {1, 17, -1}},
    };
    const st_decode_about about = {stance_skeleton_find("coco17"), WIDE, HIGH};
    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        st_output outputs[2] = {{.rank = 3}, {.rank = 3}};
        stance_error err = {0};
        memcpy(outputs[0].dims, wrong[i][0], sizeof(wrong[i][0]));
        memcpy(outputs[1].dims, wrong[i][1], sizeof(wrong[i][1]));
        if (st_decoder_simcc.check(outputs, 2, &about, &err) != STANCE_EMODEL)
            fail_msg("row %zu was taken", i);
        assert_non_null(strstr(err.message, "expected two outputs of 1x17x48 and"));
        assert_non_null(strstr(err.message, "found "));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_highest_places_count, empty),
        cmocka_unit_test_setup(what_was_not_seen_is_absent, empty),
        cmocka_unit_test(wrong_shapes_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
