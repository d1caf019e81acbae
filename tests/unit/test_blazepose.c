/* SPDX-License-Identifier: Apache-2.0 */
/* BlazePose's decoders: circles from anchors, landmarks put right by heatmaps, and where
 * to look next. */
#include "test.h"

#include <math.h>
#include <string.h>

#include "decode/decode.h"

enum { ANCHORS = 2254, SIDE = 224, N = 39, MAP = 64, POINTS = 33 };

static const stance_skeleton circle = {.name = "box", .n_keypoints = 4};
static const stance_skeleton landmarks = {.name = "blazepose33",
                                          .n_keypoints = POINTS + 2};
static float rows[ANCHORS][12], scores[ANCHORS];
static float values[N][5], flag[1], maps[MAP][MAP][N], world[N][3];
static stance_poses poses;

static int open_all(void **state)
{
    (void)state;
    stance_poses_init(&poses);
    memset(rows, 0, sizeof(rows));
    memset(values, 0, sizeof(values));
    memset(world, 0, sizeof(world));
    for (int i = 0; i < ANCHORS; i++)
        scores[i] = -20;
    for (int i = 0; i < MAP * MAP * N; i++)
        ((float *)maps)[i] = -20;
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    stance_poses_clear(&poses);
    return 0;
}

static void detect(void)
{
    const st_output outputs[] = {
        {.data = rows[0], .n = ANCHORS * 12, .rank = 3, .dims = {1, ANCHORS, 12}},
        {.data = scores, .n = ANCHORS, .rank = 3, .dims = {1, ANCHORS, 1}}};
    const st_decode_about about = {&circle, SIDE, SIDE};
    const st_decoder_class *d = &st_decoder_blazepose_detector;
    assert_int_equal(d->check(outputs, 2, &about, NULL), 0);
    assert_int_equal(d->check(outputs, 1, &about, NULL), STANCE_EMODEL);
    assert_int_equal(d->run(outputs, 2, &about, &poses), 0);
}

/* An anchor's answer: a head of 40 pixels, the circle's middle and rim. */
static void say(int anchor, float logit, float x, float y, float to_x, float to_y)
{
    const float row[12] = {0, 0, 40, 40, x, y, to_x, to_y, 0, 0, 0, 0};
    memcpy(rows[anchor], row, sizeof(row));
    scores[anchor] = logit;
}

/* The first anchors of stride 8 are those of the cells at 4, 4 and 12, 4 pixels. */
static void anchors_that_overlap_are_averaged(void **state)
{
    (void)state;
    say(0, 2, 50, 60, 50, 20);           /* at 54, 64 */
    say(2, 1, 50 - 8, 62, 50, 20);       /* the same person, seen from the next cell */
    say(ANCHORS - 1, 0.5F, 0, 0, 30, 0); /* another one, at the lower right */
    say(4, -0.1F, 10, 10, 10, 0);        /* too weak */
    detect();
    assert_int_equal(poses.n, 2);
    float a = 1 / (1 + expf(-2)), b = 1 / (1 + expf(-1));
    const stance_pose *first = &poses.people[0];
    assert_near(first->score, a, 1e-5);
    assert_near(first->keypoints[0].x * SIDE, 54, 1e-3);
    assert_near(first->keypoints[0].y * SIDE, (64 * a + 66 * b) / (a + b), 1e-3);
    const stance_pose *second = &poses.people[1];
    assert_near(second->keypoints[0].x * SIDE, 208, 1e-3);
    assert_near(second->keypoints[1].x * SIDE, 238, 1e-3);
    assert_near(second->box[0] * SIDE, 178, 1e-3); /* the square around the circle */
    assert_near(second->box[2] * SIDE, 60, 1e-3);
}

static void a_circle_says_where_to_look(void **state)
{
    (void)state;
    static const struct {
        float top_x, top_y;
        double side, turn;
    } cases[] = {{100, 60, 100, 0},
                 {140, 100, 100, M_PI / 2}, /* lies with the head to the right */
                 {60, 100, 100, -M_PI / 2},
                 {100, 120, 50, M_PI}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        stance_keypoint points[4] = {{.x = 100, .y = 100},
                                     {.x = cases[i].top_x, .y = cases[i].top_y}};
        stance_pose pose = {.keypoints = points};
        st_view view;
        assert_true(st_decoder_blazepose_detector.view(&pose, &view));
        assert_near(view.w, cases[i].side, 1e-6);
        assert_near(view.x + view.w / 2, 100, 1e-6);
        assert_near(fabs(view.turn - cases[i].turn), 0, 1e-6);
        points[1] = points[0];
        assert_false(st_decoder_blazepose_detector.view(&pose, &view));
        points[1].x = NAN;
        assert_false(st_decoder_blazepose_detector.view(&pose, &view));
    }
}

static void nobody_and_nonsense_are_nobody(void **state)
{
    (void)state;
    detect();
    assert_int_equal(poses.n, 0);
    say(0, NAN, 1, 1, 2, 2);
    say(1, 5, NAN, 1, 2, 2);
    say(2, 5, 1, 1, INFINITY, 2);
    detect();
    assert_int_equal(poses.n, 0);
    for (int i = 0; i < ANCHORS; i++) /* more than there is room for, all apart */
        say(i, 3, 0, 0, 0, -5);
    for (int i = 0; i < ANCHORS; i++)
        rows[i][2] = rows[i][3] = 0.01F;
    detect();
    assert_in_range(poses.n, 100, 512);
}

static void look(void)
{
    const st_output outputs[] = {
        {.data = values[0], .n = N * 5, .rank = 2, .dims = {1, N * 5}},
        {.data = flag, .n = 1, .rank = 2, .dims = {1, 1}},
        {.data = maps[0][0], .n = MAP * MAP * N, .rank = 4, .dims = {1, MAP, MAP, N}},
        {.data = world[0], .n = N * 3, .rank = 2, .dims = {1, N * 3}}};
    const st_decode_about about = {&landmarks, 256, 256};
    assert_int_equal(st_decoder_blazepose.check(outputs, 4, &about, NULL), 0);
    assert_int_equal(st_decoder_blazepose.check(outputs, 3, &about, NULL), STANCE_EMODEL);
    assert_int_equal(st_decoder_blazepose.run(outputs, 4, &about, &poses), 0);
}

static void a_landmark_is_put_right_by_its_heatmap(void **state)
{
    (void)state;
    flag[0] = 0.75F;
    for (int k = 0; k < N; k++) {
        values[k][0] = values[k][1] = 128.5F;
        values[k][3] = 3;
    }
    values[5][2] = 64; /* z, pixels of the input */
    values[6][3] = NAN;
    world[5][1] = -0.5F;
    maps[33][30][5] = 10; /* row 33, column 30: within three cells of 32, 32 */
    maps[33][31][5] = 10;
    maps[40][40][4] = 10; /* too far off */
    maps[33][30][3] = -1; /* too weak */
    look();
    assert_int_equal(poses.n, 1);
    const stance_pose *pose = &poses.people[0];
    assert_near(pose->score, 0.75, 1e-6);
    assert_near(pose->keypoints[5].x, 30.5 / 64, 1e-4);
    assert_near(pose->keypoints[5].y, 33.0 / 64, 1e-4);
    assert_near(pose->keypoints[5].z, 0.25, 1e-6);
    assert_near(pose->keypoints[5].world[1], -0.5, 1e-6);
    assert_near(pose->keypoints[5].score, 1 / (1 + exp(-3)), 1e-5);
    for (int k = 3; k < 5; k++)
        assert_near(pose->keypoints[k].x, 128.5 / 256, 1e-6);
    assert_false(stance_keypoint_given(&pose->keypoints[6]));
    flag[0] = NAN;
    look();
    assert_int_equal(poses.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(anchors_that_overlap_are_averaged, open_all,
                                        close_all),
        cmocka_unit_test(a_circle_says_where_to_look),
        cmocka_unit_test_setup_teardown(nobody_and_nonsense_are_nobody, open_all,
                                        close_all),
        cmocka_unit_test_setup_teardown(a_landmark_is_put_right_by_its_heatmap, open_all,
                                        close_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
