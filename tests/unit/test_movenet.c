/* SPDX-License-Identifier: Apache-2.0 */
/* MoveNet's outputs to poses, and the crop rule against values worked out by hand. */
#include "test.h"

#include <math.h>
#include <string.h>

#include "decode/decode.h"

enum { POINTS = 17 };

static const st_decode_about *about(void)
{
    static st_decode_about a = {.width = 192, .height = 192};
    a.skeleton = stance_skeleton_find("coco17");
    return &a;
}

static void test_decoder(void **state)
{
    float values[POINTS * 3];
    st_output output = {
        .data = values, .n = POINTS * 3, .rank = 4, .dims = {1, 1, 17, 3}};
    stance_poses poses;
    (void)state;
    for (int k = 0; k < POINTS; k++) {
        values[3 * k] = 0.01f * (float)k;
        values[3 * k + 1] = 0.5f;
        values[3 * k + 2] = 0.5f;
    }
    values[3 * 1] = NAN;        /* an absent point */
    values[3 * 2 + 2] = 1.5f;   /* clamped to 1 */
    values[3 * 3 + 2] = -0.25f; /* clamped to 0 */
    stance_poses_init(&poses);
    assert_int_equal(st_decoder_movenet.check(&output, 1, about(), NULL), 0);
    assert_int_equal(st_decoder_movenet.run(&output, 1, about(), &poses), 0);
    assert_int_equal(poses.n, 1);
    const stance_pose *pose = &poses.people[0];
    assert_false(stance_keypoint_given(&pose->keypoints[1]));
    assert_float_equal(pose->keypoints[1].score, 0, 0);
    assert_float_equal(pose->keypoints[2].score, 1, 0);
    assert_float_equal(pose->keypoints[3].score, 0, 0);
    assert_float_equal(pose->keypoints[16].y, 0.16, 1e-6);
    assert_float_equal(pose->keypoints[16].x, 0.5, 1e-6);
    assert_float_equal(pose->score, (14 * 0.5 + 1) / 17, 1e-6);
    stance_poses_clear(&poses);
}

static void test_shapes(void **state)
{
    st_output wrong = {.n = 50, .rank = 2, .dims = {1, 50}};
    stance_error err = {0};
    (void)state;
    assert_int_equal(st_decoder_movenet.check(&wrong, 1, about(), &err), STANCE_EMODEL);
    assert_non_null(strstr(err.message, "50"));
    assert_int_equal(st_decoder_movenet.check(&wrong, 0, about(), &err), STANCE_EMODEL);
}

/* A person at (x, y): shoulders 20 above the hips' middle, feet 60 below. */
static void stand(stance_keypoint points[POINTS], float x, float y)
{
    for (int k = 0; k < POINTS; k++)
        points[k] = (stance_keypoint){.x = x, .y = y, .z = NAN, .score = 0.9f};
    points[5].y = points[6].y = y - 20;
    points[15].y = points[16].y = y + 60;
}

static void test_crop(void **state)
{
    const double region[4] = {0, 0, 640, 480};
    stance_keypoint points[POINTS];
    stance_pose pose = {.keypoints = points};
    bool found;
    (void)state;
    stand(points, 300, 200);
    st_square crop = st_movenet_crop_next(&pose, region, &found);
    /* torso 20 x 1.9 = 38, body 60 x 1.2 = 72: half of the side */
    assert_true(found);
    assert_float_equal(crop.side, 144, 1e-4);
    assert_float_equal(crop.x, 300 - 72, 1e-4);
    assert_float_equal(crop.y, 200 - 72, 1e-4);

    points[15].score = points[16].score = 0.1f; /* feet not seen: the torso decides */
    crop = st_movenet_crop_next(&pose, region, &found);
    assert_true(found);
    assert_float_equal(crop.side, 76, 1e-4);

    points[11].score = 0.1f; /* one hip is enough */
    st_movenet_crop_next(&pose, region, &found);
    assert_true(found);
    points[12].score = 0.1f;
    crop = st_movenet_crop_next(&pose, region, &found);
    assert_false(found);
    assert_float_equal(crop.side, 640, 0);
    assert_float_equal(crop.x, 0, 0);
    assert_float_equal(crop.y, -80, 0);

    stand(points, 200, 240);
    points[15].y = points[16].y = 240 + 400; /* more than half of the picture */
    crop = st_movenet_crop_next(&pose, region, &found);
    assert_false(found);
    assert_float_equal(crop.side, 640, 0);

    stand(points, 320, 240);
    points[12].x = NAN; /* the middle of the hips is not known */
    st_movenet_crop_next(&pose, region, &found);
    assert_false(found);
}

/* A region is to the rule what a picture is. */
static void test_crop_in_region(void **state)
{
    const double region[4] = {100, 50, 200, 100};
    stance_keypoint points[POINTS];
    stance_pose pose = {.keypoints = points};
    bool found;
    (void)state;
    st_square crop = st_movenet_crop_whole(region);
    assert_float_equal(crop.x, 100, 0);
    assert_float_equal(crop.y, 0, 0);
    assert_float_equal(crop.side, 200, 0);
    stand(points, 200, 100);
    crop = st_movenet_crop_next(&pose, region, &found);
    assert_true(found);
    assert_float_equal(crop.side, 144, 1e-4);
    stand(points, 150, 100);
    points[15].y = points[16].y = 100 + 120; /* 144 > 100, half of the region */
    st_movenet_crop_next(&pose, region, &found);
    assert_false(found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decoder),
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_crop),
        cmocka_unit_test(test_crop_in_region),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
