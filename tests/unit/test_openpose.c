/* SPDX-License-Identifier: Apache-2.0 */
/* OpenPose's decoder on maps that were made of known people. */
#include "test.h"

#include <math.h>
#include <string.h>

#include "decode/decode.h"

enum { WIDE = 57, HIGH = 46, MAPS = 57, HEATS = 19, POINTS = 18, LIMBS = 19 };

static float maps[HIGH * WIDE * MAPS], heats[HEATS * HIGH * WIDE],
    fields[2 * LIMBS * HIGH * WIDE];

static const uint8_t limbs[LIMBS][2] = {{1, 2},   {1, 5},   {2, 3},  {3, 4},  {5, 6},
                                        {6, 7},   {1, 8},   {8, 9},  {9, 10}, {1, 11},
                                        {11, 12}, {12, 13}, {1, 0},  {0, 14}, {14, 16},
                                        {0, 15},  {15, 17}, {2, 16}, {5, 17}};
static const uint8_t field_of[LIMBS] = {12, 20, 14, 16, 22, 24, 0,  2,  4, 6,
                                        8,  10, 28, 30, 34, 32, 36, 18, 26};

/* Cells from the middle of the first: a standing figure around (x, y). */
static const float shape[POINTS][2] = {
    {0, -13}, {0, -9}, {-4, -9},     {-6, -4},    {-7, 1},   {4, -9},
    {6, -4},  {7, 1},  {-3, 0},      {-3, 7},     {-3, 14},  {3, 0},
    {3, 7},   {3, 14}, {-1.4F, -14}, {1.4F, -14}, {-3, -14}, {3, -14}};

static float *cell(int x, int y, int n)
{
    return &maps[((size_t)y * WIDE + (size_t)x) * MAPS + (size_t)n];
}

static void add_peak(float x, float y, int kind, float top)
{
    for (int cy = 0; cy < HIGH; cy++)
        for (int cx = 0; cx < WIDE; cx++) {
            float d2 =
                ((float)cx - x) * ((float)cx - x) + ((float)cy - y) * ((float)cy - y);
            float value = top * expf(-d2 / 1.6F);
            float *at = cell(cx, cy, kind);
            *at = value > *at ? value : *at;
        }
}

static void add_limb(const float a[2], const float b[2], int limb)
{
    float dx = b[0] - a[0], dy = b[1] - a[1], length = sqrtf(dx * dx + dy * dy);
    for (int cy = 0; cy < HIGH; cy++)
        for (int cx = 0; cx < WIDE; cx++) {
            float px = (float)cx - a[0], py = (float)cy - a[1];
            float along = (px * dx + py * dy) / length;
            float off = fabsf(px * dy - py * dx) / length;
            if (along < -1 || along > length + 1 || off > 1.2F)
                continue;
            *cell(cx, cy, HEATS + field_of[limb]) = dx / length;
            *cell(cx, cy, HEATS + field_of[limb] + 1) = dy / length;
        }
}

static void place_of(float x, float y, int k, float out[2])
{
    out[0] = x + shape[k][0];
    out[1] = y + shape[k][1];
}

static void add_person(float x, float y, float top)
{
    float a[2], b[2];
    for (int k = 0; k < POINTS; k++) {
        place_of(x, y, k, a);
        add_peak(a[0], a[1], k, top);
    }
    for (int limb = 0; limb < LIMBS; limb++) {
        place_of(x, y, limbs[limb][0], a);
        place_of(x, y, limbs[limb][1], b);
        add_limb(a, b, limb);
    }
}

static const st_decode_about *about(void)
{
    static st_decode_about a = {.width = WIDE * 8, .height = HIGH * 8};
    a.skeleton = stance_skeleton_find("openpose18");
    return &a;
}

static st_output all_maps(void)
{
    return (st_output){
        .data = maps, .n = COUNT(maps), .rank = 4, .dims = {1, HIGH, WIDE, MAPS}};
}

static void run(stance_poses *poses)
{
    st_output output = all_maps();
    stance_poses_init(poses);
    assert_int_equal(st_decoder_openpose.run(&output, 1, about(), poses), 0);
}

static int empty(void **state)
{
    (void)state;
    memset(maps, 0, sizeof(maps));
    return 0;
}

static void expect_person(const stance_pose *pose, float x, float y)
{
    for (int k = 0; k < POINTS; k++) {
        float at[2];
        place_of(x, y, k, at);
        assert_near(pose->keypoints[k].x * WIDE - 0.5F, at[0], 0.2);
        assert_near(pose->keypoints[k].y * HIGH - 0.5F, at[1], 0.2);
    }
}

static void two_people_are_told_apart(void **state)
{
    (void)state;
    stance_poses poses;
    add_person(15.3F, 20.6F, 0.9F);
    add_person(38.7F, 22.2F, 0.6F);
    run(&poses);
    assert_int_equal(poses.n, 2);
    expect_person(&poses.people[0], 15.3F, 20.6F); /* the surer one first */
    expect_person(&poses.people[1], 38.7F, 22.2F);
    assert_true(poses.people[0].score > poses.people[1].score);
    assert_true(poses.people[0].score <= 1 && poses.people[1].score > 0.5F);
    stance_poses_clear(&poses);
}

static void two_outputs_say_the_same_as_one(void **state)
{
    (void)state;
    stance_poses one, two;
    add_person(20.4F, 21.9F, 0.8F);
    for (int n = 0; n < MAPS; n++)
        for (int y = 0; y < HIGH; y++)
            for (int x = 0; x < WIDE; x++) {
                float *to = n < HEATS ? &heats[n * HIGH * WIDE]
                                      : &fields[(n - HEATS) * HIGH * WIDE];
                to[y * WIDE + x] = *cell(x, y, n);
            }
    const st_output outputs[2] = {
        {.data = heats, .n = COUNT(heats), .rank = 4, .dims = {1, HEATS, HIGH, WIDE}},
        {.data = fields,
         .n = COUNT(fields),
         .rank = 4,
         .dims = {1, 2 * LIMBS, HIGH, WIDE}}};
    stance_error err = {0};
    assert_int_equal(st_decoder_openpose.check(outputs, 2, about(), &err), 0);
    run(&one);
    stance_poses_init(&two);
    assert_int_equal(st_decoder_openpose.run(outputs, 2, about(), &two), 0);
    assert_int_equal(two.n, 1);
    for (int k = 0; k < POINTS; k++) {
        assert_near(two.people[0].keypoints[k].x, one.people[0].keypoints[k].x, 0);
        assert_near(two.people[0].keypoints[k].score, one.people[0].keypoints[k].score,
                    0);
    }
    stance_poses_clear(&one);
    stance_poses_clear(&two);
}

/* Two joints of a kind on one line: the field says which belongs to whom. */
static void fields_decide_where_people_are_close(void **state)
{
    (void)state;
    stance_poses poses;
    add_person(24, 21, 0.9F);
    add_person(33, 21, 0.9F);
    run(&poses);
    assert_int_equal(poses.n, 2);
    for (size_t i = 0; i < 2; i++) {
        const stance_keypoint *p = poses.people[i].keypoints;
        float neck = p[1].x * WIDE - 0.5F;
        expect_person(&poses.people[i], roundf(neck), 21);
    }
    stance_poses_clear(&poses);
}

static void nobody_is_nobody(void **state)
{
    (void)state;
    stance_poses poses;
    run(&poses);
    assert_int_equal(poses.n, 0);
    add_peak(20, 20, 4, 0.9F); /* a wrist alone, and a limb of two */
    add_peak(30, 20, 1, 0.9F);
    add_peak(34, 20, 5, 0.9F);
    add_limb((float[]){30, 20}, (float[]){34, 20}, 1);
    stance_poses_clear(&poses);
    run(&poses);
    assert_int_equal(poses.n, 0);
    stance_poses_clear(&poses);
}

static void broken_maps_do_no_harm(void **state)
{
    (void)state;
    stance_poses poses;
    const float bad[] = {NAN, INFINITY, -INFINITY, 1e30F, -1e30F};
    for (size_t i = 0; i < COUNT(bad); i++) {
        for (size_t k = 0; k < COUNT(maps); k++)
            maps[k] = bad[i];
        run(&poses);
        for (size_t n = 0; n < poses.n; n++)
            assert_true(poses.people[n].score >= 0 && poses.people[n].score <= 1);
        stance_poses_clear(&poses);
    }
    empty(NULL);
    add_person(20, 21, 0.9F);
    for (int x = 0; x < WIDE; x++)
        *cell(x, 40, 3) = NAN;
    run(&poses);
    assert_int_equal(poses.n, 1);
    stance_poses_clear(&poses);
    /* A peak in every other cell of every map, and fields everywhere. */
    for (int y = 0; y < HIGH; y++)
        for (int x = 0; x < WIDE; x++)
            for (int n = 0; n < MAPS; n++)
                *cell(x, y, n) = n >= HEATS ? 0.7F : (x % 2 == 0 && y % 2 == 0);
    run(&poses);
    assert_true(poses.n <= STANCE_PEOPLE_MAX);
    stance_poses_clear(&poses);
}

static void wrong_shapes_are_refused(void **state)
{
    static const int64_t dims[][4] = {{1, HIGH, WIDE, 56},
                                      {2, HIGH, WIDE, MAPS},
                                      {1, MAPS, HIGH, 0},
                                      {1, 0, WIDE, MAPS}};
    (void)state;
    stance_error err = {0};
    for (size_t i = 0; i < COUNT(dims); i++) {
        st_output output = all_maps();
        memcpy(output.dims, dims[i], sizeof(dims[i]));
        assert_int_equal(st_decoder_openpose.check(&output, 1, about(), &err),
                         STANCE_EMODEL);
    }
    st_output output = all_maps();
    assert_int_equal(st_decoder_openpose.check(&output, 1, about(), &err), 0);
    st_decode_about other = {stance_skeleton_find("coco17"), WIDE * 8, HIGH * 8};
    assert_int_equal(st_decoder_openpose.check(&output, 1, &other, &err), STANCE_EMODEL);
    assert_non_null(strstr(err.message, "coco17 with 17"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(two_people_are_told_apart, empty),
        cmocka_unit_test_setup(two_outputs_say_the_same_as_one, empty),
        cmocka_unit_test_setup(fields_decide_where_people_are_close, empty),
        cmocka_unit_test_setup(nobody_is_nobody, empty),
        cmocka_unit_test_setup(broken_maps_do_no_harm, empty),
        cmocka_unit_test_setup(wrong_shapes_are_refused, empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
