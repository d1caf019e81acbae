/* SPDX-License-Identifier: Apache-2.0 */
/* PoseNet's decoder on maps that were made of known people. */
#include "test.h"

#include <math.h>
#include <string.h>

#include "decode/decode.h"

enum { STRIDE = 16, POINTS = 17, EDGES = 16, MOST_WIDE = 200, MOST_HIGH = 320 };
enum { MOST_CELLS = MOST_WIDE * MOST_HIGH };

/* What is drawn on; the ways once more in two outputs. */
static int wide = 31, high = 23;
static float heats[MOST_CELLS * POINTS], offsets[MOST_CELLS * 2 * POINTS],
    ways[MOST_CELLS * 4 * EDGES], forth[MOST_CELLS * 2 * EDGES],
    back_again[MOST_CELLS * 2 * EDGES];

static const uint8_t edges[EDGES][2] = {
    {0, 1},   {1, 3},   {0, 2}, {2, 4}, {0, 5},  {5, 7},  {7, 9},   {5, 11},
    {11, 13}, {13, 15}, {0, 6}, {6, 8}, {8, 10}, {6, 12}, {12, 14}, {14, 16}};

/* Pixels of the input around the middle of the hips. */
static const float shape[POINTS][2] = {
    {0, -110},  {8, -118}, {-8, -118}, {18, -112}, {-18, -112}, {32, -80},
    {-32, -80}, {48, -40}, {-48, -40}, {56, 2},    {-56, 2},    {22, 0},
    {-22, 0},   {26, 62},  {-26, 62},  {28, 120},  {-28, 120}};

static size_t cells(void)
{
    return (size_t)wide * (size_t)high;
}

static void clear(int new_wide, int new_high)
{
    wide = new_wide;
    high = new_high;
    memset(offsets, 0, cells() * 2 * POINTS * sizeof(float));
    memset(ways, 0, cells() * 4 * EDGES * sizeof(float));
    for (size_t i = 0; i < cells() * POINTS; i++)
        heats[i] = -6;
}

static int empty(void **state)
{
    (void)state;
    clear(31, 23);
    return 0;
}

static size_t cell_of(float x, float y)
{
    return (size_t)lroundf(y / STRIDE) * (size_t)wide + (size_t)lroundf(x / STRIDE);
}

static void add_person(float cx, float cy, float logit)
{
    for (int k = 0; k < POINTS; k++) {
        float x = cx + shape[k][0], y = cy + shape[k][1];
        size_t cell = cell_of(x, y);
        float *heat = &heats[cell * POINTS + (size_t)k];
        *heat = logit > *heat ? logit : *heat;
        offsets[cell * 2 * POINTS + (size_t)k] = y - roundf(y / STRIDE) * STRIDE;
        offsets[cell * 2 * POINTS + POINTS + (size_t)k] = x - roundf(x / STRIDE) * STRIDE;
    }
    for (size_t e = 0; e < EDGES; e++) {
        const float *parent = shape[edges[e][0]], *child = shape[edges[e][1]];
        float *there = &ways[cell_of(cx + parent[0], cy + parent[1]) * 4 * EDGES];
        float *back = &ways[cell_of(cx + child[0], cy + child[1]) * 4 * EDGES];
        there[e] = child[1] - parent[1];
        there[EDGES + e] = child[0] - parent[0];
        back[2 * EDGES + e] = parent[1] - child[1];
        back[3 * EDGES + e] = parent[0] - child[0];
    }
}

static st_output output(const float *data, int channels)
{
    return (st_output){.data = data,
                       .n = cells() * (size_t)channels,
                       .rank = 4,
                       .dims = {1, high, wide, channels}};
}

/* @param stride what the drawn pixels are multiplied to */
static void run_with(int stride, size_t n, stance_poses *poses)
{
    const st_output outputs[] = {output(heats, POINTS), output(offsets, 2 * POINTS),
                                 n == 3 ? output(ways, 4 * EDGES)
                                        : output(forth, 2 * EDGES),
                                 output(back_again, 2 * EDGES)};
    st_decode_about about = {stance_skeleton_find("coco17"), (wide - 1) * stride + 1,
                             (high - 1) * stride + 1};
    stance_error err = {0};
    stance_poses_init(poses);
    if (st_decoder_posenet.check(outputs, n, &about, &err) != 0)
        fail_msg("%s", err.message);
    assert_int_equal(st_decoder_posenet.check(outputs, 2, &about, &err), STANCE_EMODEL);
    assert_int_equal(st_decoder_posenet.run(outputs, n, &about, poses), 0);
}

static void run(stance_poses *poses)
{
    run_with(STRIDE, 3, poses);
}

static void expect_person(const stance_pose *pose, float cx, float cy)
{
    for (int k = 0; k < POINTS; k++) {
        float x = pose->keypoints[k].x * (float)((wide - 1) * STRIDE + 1) - 0.5F;
        float y = pose->keypoints[k].y * (float)((high - 1) * STRIDE + 1) - 0.5F;
        assert_near(x, cx + shape[k][0], 0.01);
        assert_near(y, cy + shape[k][1], 0.01);
    }
}

static void two_people_are_told_apart(void **state)
{
    (void)state;
    stance_poses poses;
    add_person(120, 190, 4);
    add_person(350, 200, 2);
    run(&poses);
    assert_int_equal(poses.n, 2);
    expect_person(&poses.people[0], 120, 190); /* the surer one first */
    expect_person(&poses.people[1], 350, 200);
    assert_near(poses.people[0].score, 1 / (1 + exp(-4)), 0.01);
    stance_poses_clear(&poses);
}

/* PoseNet on MobileNet 1.0 and on ResNet give them so. */
static void ways_may_be_in_two_outputs(void **state)
{
    (void)state;
    stance_poses poses;
    add_person(120, 190, 4);
    add_person(350, 200, 2);
    for (size_t i = 0; i < cells(); i++) {
        memcpy(forth + i * 2 * EDGES, ways + i * 4 * EDGES, 2 * EDGES * sizeof(float));
        memcpy(back_again + i * 2 * EDGES, ways + i * 4 * EDGES + (ptrdiff_t)2 * EDGES,
               2 * EDGES * sizeof(float));
    }
    run_with(STRIDE, 4, &poses);
    assert_int_equal(poses.n, 2);
    expect_person(&poses.people[0], 120, 190);
    expect_person(&poses.people[1], 350, 200);
    stance_poses_clear(&poses);
}

static void the_stride_follows_from_the_shapes(void **state)
{
    (void)state;
    stance_poses poses;
    add_person(120, 190, 4);
    for (size_t i = 0; i < cells() * 2 * POINTS; i++)
        offsets[i] *= 2;
    for (size_t i = 0; i < cells() * 4 * EDGES; i++)
        ways[i] *= 2;
    run_with(2 * STRIDE, 3, &poses);
    assert_int_equal(poses.n, 1);
    for (int k = 0; k < POINTS; k++) {
        float x = poses.people[0].keypoints[k].x * (float)((wide - 1) * 2 * STRIDE + 1);
        assert_near(x - 0.5F, 2 * (120 + shape[k][0]), 0.02);
    }
    stance_poses_clear(&poses);
}

static void five_hundred_people(void **state)
{
    enum { ACROSS = 25, DOWN = 20, APART_X = 8 * STRIDE, APART_Y = 16 * STRIDE };
    (void)state;
    stance_poses poses;
    clear(MOST_WIDE, MOST_HIGH);
    for (int n = 0; n < ACROSS * DOWN; n++)
        add_person((float)(n % ACROSS * APART_X + 60),
                   (float)(n / ACROSS * APART_Y + 125), 5 - 0.004F * (float)n);
    run(&poses);
    assert_int_equal(poses.n, ACROSS * DOWN);
    for (int n = 0; n < ACROSS * DOWN; n++)
        expect_person(&poses.people[n], (float)(n % ACROSS * APART_X + 60),
                      (float)(n / ACROSS * APART_Y + 125));
    stance_poses_clear(&poses);
}

static void nobody_is_nobody(void **state)
{
    (void)state;
    stance_poses poses;
    run(&poses);
    assert_int_equal(poses.n, 0);
    stance_poses_clear(&poses);
}

static void broken_maps_do_no_harm(void **state)
{
    (void)state;
    static const float bad[] = {NAN, INFINITY, -INFINITY, 1e30F, 5};
    for (size_t i = 0; i < COUNT(bad); i++) {
        stance_poses poses;
        empty(NULL);
        add_person(120, 190, 4);
        for (size_t k = 0; k < cells() * 4 * EDGES; k += 3)
            ways[k] = bad[i];
        for (size_t k = 0; k < cells() * 2 * POINTS; k += 7)
            offsets[k] = bad[i];
        for (size_t k = 0; k < cells() * POINTS; k += 5)
            heats[k] = bad[i];
        run(&poses);
        for (size_t n = 0; n < poses.n; n++)
            assert_true(poses.people[n].score >= 0 && poses.people[n].score <= 1);
        stance_poses_clear(&poses);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(two_people_are_told_apart, empty),
        cmocka_unit_test_setup(ways_may_be_in_two_outputs, empty),
        cmocka_unit_test_setup(the_stride_follows_from_the_shapes, empty),
        cmocka_unit_test_setup(five_hundred_people, empty),
        cmocka_unit_test_setup(nobody_is_nobody, empty),
        cmocka_unit_test_setup(broken_maps_do_no_harm, empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
