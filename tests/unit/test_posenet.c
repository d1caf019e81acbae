/* SPDX-License-Identifier: Apache-2.0 */
/* PoseNet's decoder on maps that were made of known people. */
#include "test.h"

#include <math.h>
#include <string.h>

#include "decode/decode.h"

enum { WIDE = 31, HIGH = 23, STRIDE = 16, POINTS = 17, EDGES = 16 };

static float heats[HIGH * WIDE * POINTS], offsets[HIGH * WIDE * 2 * POINTS],
    ways[HIGH * WIDE * 4 * EDGES];

static const uint8_t edges[EDGES][2] = {
    {0, 1},   {1, 3},   {0, 2}, {2, 4}, {0, 5},  {5, 7},  {7, 9},   {5, 11},
    {11, 13}, {13, 15}, {0, 6}, {6, 8}, {8, 10}, {6, 12}, {12, 14}, {14, 16}};

/* Pixels of the input around the middle of the hips. */
static const float shape[POINTS][2] = {
    {0, -110},  {8, -118}, {-8, -118}, {18, -112}, {-18, -112}, {32, -80},
    {-32, -80}, {48, -40}, {-48, -40}, {56, 2},    {-56, 2},    {22, 0},
    {-22, 0},   {26, 62},  {-26, 62},  {28, 120},  {-28, 120}};

static int empty(void **state)
{
    (void)state;
    memset(offsets, 0, sizeof(offsets));
    memset(ways, 0, sizeof(ways));
    for (size_t i = 0; i < COUNT(heats); i++)
        heats[i] = -6;
    return 0;
}

static size_t cell_of(float x, float y)
{
    return (size_t)lroundf(y / STRIDE) * WIDE + (size_t)lroundf(x / STRIDE);
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

static void run(stance_poses *poses)
{
    const st_output outputs[] = {
        {.data = heats, .n = COUNT(heats), .rank = 4, .dims = {1, HIGH, WIDE, POINTS}},
        {.data = offsets,
         .n = COUNT(offsets),
         .rank = 4,
         .dims = {1, HIGH, WIDE, 2 * POINTS}},
        {.data = ways, .n = COUNT(ways), .rank = 4, .dims = {1, HIGH, WIDE, 4 * EDGES}}};
    st_decode_about about = {stance_skeleton_find("coco17"), 481, 353};
    stance_error err = {0};
    stance_poses_init(poses);
    if (st_decoder_posenet.check(outputs, 3, &about, &err) != 0)
        fail_msg("%s", err.message);
    assert_int_equal(st_decoder_posenet.check(outputs, 2, &about, &err), STANCE_EMODEL);
    assert_int_equal(st_decoder_posenet.run(outputs, 3, &about, poses), 0);
}

static void expect_person(const stance_pose *pose, float cx, float cy)
{
    for (int k = 0; k < POINTS; k++) {
        assert_near(pose->keypoints[k].x * 481 - 0.5, cx + shape[k][0], 0.01);
        assert_near(pose->keypoints[k].y * 353 - 0.5, cy + shape[k][1], 0.01);
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
        for (size_t k = 0; k < COUNT(ways); k += 3)
            ways[k] = bad[i];
        for (size_t k = 0; k < COUNT(offsets); k += 7)
            offsets[k] = bad[i];
        for (size_t k = 0; k < COUNT(heats); k += 5)
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
        cmocka_unit_test_setup(nobody_is_nobody, empty),
        cmocka_unit_test_setup(broken_maps_do_no_harm, empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
