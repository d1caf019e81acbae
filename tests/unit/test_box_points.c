/* SPDX-License-Identifier: Apache-2.0 */
/* Networks of boxes with points, and the sifting of boxes: crowds, doubles, edges. */
#include "test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "decode/boxes.h"

enum { SIDE = 640, POINTS = 17, ROW = 5 + 3 * POINTS, ROWS = 2000 };

static float table[ROWS * ROW], corners[ROWS * 5], points[ROWS * POINTS * 3];

static const st_decode_about *about(void)
{
    static st_decode_about a = {.width = SIDE, .height = SIDE};
    a.skeleton = stance_skeleton_find("coco17");
    return &a;
}

typedef struct row {
    float x0, y0, x1, y1, score;
} row;

/* Point k lies k pixels right of the upper left corner and 2k below. */
static void put_yolo(size_t n, size_t i, row r)
{
    const float head[5] = {(r.x0 + r.x1) / 2, (r.y0 + r.y1) / 2, r.x1 - r.x0, r.y1 - r.y0,
                           r.score};
    for (size_t c = 0; c < ROW; c++) {
        size_t k = c < 5 ? 0 : (c - 5) / 3;
        float point[3] = {r.x0 + (float)k, r.y0 + 2 * (float)k, 0.5F};
        table[c * n + i] = c < 5 ? head[c] : point[(c - 5) % 3];
    }
}

static void put_rtmo(size_t i, row r)
{
    memcpy(corners + 5 * i, &r, sizeof(r));
    for (size_t k = 0; k < POINTS; k++) {
        const float point[3] = {r.x0 + (float)k, r.y0 + 2 * (float)k, 0.5F};
        memcpy(points + (i * POINTS + k) * 3, point, sizeof(point));
    }
}

static void run_yolo(size_t n, stance_poses *poses)
{
    const st_output output = {
        .data = table, .n = n * ROW, .rank = 3, .dims = {1, ROW, (int64_t)n}};
    stance_poses_init(poses);
    assert_int_equal(st_decoder_yolo_pose.check(&output, 1, about(), NULL), 0);
    assert_int_equal(st_decoder_yolo_pose.run(&output, 1, about(), poses), 0);
}

static void run_rtmo(size_t n, stance_poses *poses)
{
    const st_output outputs[2] = {
        {.data = corners, .n = n * 5, .rank = 3, .dims = {1, (int64_t)n, 5}},
        {.data = points,
         .n = n * POINTS * 3,
         .rank = 4,
         .dims = {1, (int64_t)n, POINTS, 3}}};
    stance_poses_init(poses);
    assert_int_equal(st_decoder_rtmo.check(outputs, 2, about(), NULL), 0);
    assert_int_equal(st_decoder_rtmo.run(outputs, 2, about(), poses), 0);
}

/* The rows go through both; they differ only in how much may overlap. */
static void run_both(const row *rows, size_t n, stance_poses poses[2])
{
    for (size_t i = 0; i < n; i++) {
        put_yolo(n, i, rows[i]);
        put_rtmo(i, rows[i]);
    }
    run_yolo(n, &poses[0]);
    run_rtmo(n, &poses[1]);
}

static void expect(const stance_pose *pose, row r)
{
    assert_near(pose->score, r.score, 1e-6);
    for (int k = 0; k < POINTS; k++) {
        assert_near(pose->keypoints[k].x * SIDE, r.x0 + (float)k, 1e-3);
        assert_near(pose->keypoints[k].y * SIDE, r.y0 + 2 * (float)k, 1e-3);
        assert_near(pose->keypoints[k].score, 0.5, 1e-6);
    }
}

static void doubles_go_and_the_best_is_first(void **state)
{
    static const row rows[] = {
        {100, 100, 200, 300, 0.6F}, {102, 101, 202, 301, 0.8F}, /* one person */
        {130, 100, 230, 300, 0.5F}, /* beside: 54 % are common */
        {400, 100, 500, 300, 0.9F}, {300, 300, 300, 300, 0.9F}, /* no box */
        {320, 300, 310, 400, 0.9F}, {400, 400, 500, 500, 0.01F},
        {NAN, 400, 500, 500, 0.9F}, {400, 400, INFINITY, 500, 0.9F},
        {400, 400, 500, 500, NAN},
    };
    stance_poses poses[2];
    (void)state;
    run_both(rows, COUNT(rows), poses);
    assert_int_equal(poses[0].n, 3);
    assert_int_equal(poses[1].n, 2); /* RTMO lets less overlap */
    for (int i = 0; i < 2; i++) {
        expect(&poses[i].people[0], rows[3]);
        expect(&poses[i].people[1], rows[1]);
        stance_poses_clear(&poses[i]);
    }
}

static void people_may_reach_out_of_the_picture(void **state)
{
    static const row rows[] = {{-80, -200, 60, 100, 0.9F},
                               {600, 500, 900, 1200, 0.8F},
                               {-900, -900, -700, -500, 0.7F}};
    stance_poses poses[2];
    (void)state;
    run_both(rows, COUNT(rows), poses);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(poses[i].n, 3);
        for (size_t k = 0; k < 3; k++)
            expect(&poses[i].people[k], rows[k]);
        stance_poses_clear(&poses[i]);
    }
}

/* Each in a place of its own, twice; in no order. */
static void five_hundred_people(void **state)
{
    static row rows[1000];
    stance_poses poses[2];
    (void)state;
    for (size_t i = 0; i < 1000; i++) {
        size_t at = i * 7 % 1000, n = at / 2;
        float x = (float)(n % 25) * 25, y = (float)(n / 25) * 32;
        rows[i] = (row){x, y, x + 20, y + 30, (at % 2 ? 0.3F : 0.9F) - (float)n * 1e-4F};
    }
    run_both(rows, 1000, poses);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(poses[i].n, 500);
        for (size_t n = 0; n < 500; n++) {
            float x = (float)(n % 25) * 25, y = (float)(n / 25) * 32;
            expect(&poses[i].people[n],
                   (row){x, y, x + 20, y + 30, 0.9F - (float)n * 1e-4F});
        }
        stance_poses_clear(&poses[i]);
    }
}

static void points_may_be_no_numbers(void **state)
{
    stance_poses poses;
    (void)state;
    put_rtmo(0, (row){100, 100, 200, 300, 1.7F});
    points[3] = NAN;
    points[6 + 1] = -INFINITY;
    points[9 + 2] = NAN;
    points[12 + 2] = 3;
    points[15 + 2] = -3;
    run_rtmo(1, &poses);
    const stance_keypoint *p = poses.people[0].keypoints;
    assert_near(poses.people[0].score, 1, 0);
    assert_true(stance_keypoint_given(&p[0]));
    for (int k = 1; k <= 3; k++)
        assert_false(stance_keypoint_given(&p[k]));
    assert_near(p[4].score, 1, 0);
    assert_near(p[5].score, 0, 0);
    stance_poses_clear(&poses);
}

static void multipose_gives_six_at_most(void **state)
{
    float *end = table + 2 * (ptrdiff_t)ROW + 3 * (ptrdiff_t)POINTS;
    const float places[2][5] = {{0.1F, 0.2F, 0.5F, 0.4F, 0.9F},
                                {0.3F, 0.6F, 0.7F, 0.8F, 0.95F}};
    const st_output output = {
        .data = table, .n = 6 * ROW, .rank = 3, .dims = {1, 6, ROW}};
    stance_poses poses;
    (void)state;
    memset(table, 0, sizeof(table));
    memcpy(end, places[0], sizeof(places[0]));
    memcpy(end + ROW, places[1], sizeof(places[1]));
    table[2 * ROW] = 0.25F; /* y, x, score of the nose */
    table[2 * ROW + 1] = 0.75F;
    table[2 * ROW + 2] = 0.5F;
    stance_poses_init(&poses);
    assert_int_equal(st_decoder_movenet_multi.check(&output, 1, about(), NULL), 0);
    assert_int_equal(st_decoder_movenet_multi.run(&output, 1, about(), &poses), 0);
    assert_int_equal(poses.n, 2); /* the others have boxes without size */
    assert_near(poses.people[0].score, 0.95, 1e-6);
    assert_near(poses.people[1].keypoints[0].x, 0.75, 1e-6);
    assert_near(poses.people[1].keypoints[0].y, 0.25, 1e-6);
    stance_poses_clear(&poses);
}

static uint32_t next(uint32_t *chance)
{
    return (*chance = *chance * 1664525U + 1013904223U) >> 8;
}

static int best_first(const void *a, const void *b)
{
    const st_box *x = a, *y = b;
    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    return x->row < y->row ? -1 : 1;
}

/* The heap against a plain sort, below and above what it holds. */
static void the_best_boxes_stay_in_order(void **state)
{
    static st_box all[3 * ST_BOXES_MOST];
    static st_boxes boxes;
    static const size_t sizes[] = {0, 1, 2, 100, ST_BOXES_MOST, 3 * ST_BOXES_MOST};
    uint32_t chance = 5;
    (void)state;
    for (size_t s = 0; s < COUNT(sizes); s++) {
        boxes.n = 0;
        for (size_t i = 0; i < sizes[s]; i++) {
            float x = (float)(next(&chance) % 600), y = (float)(next(&chance) % 600);
            float score = 0.1F + (float)(next(&chance) % 2000) * 1e-4F; /* often equal */
            all[i] = (st_box){x, y, x + 20, y + 20, score, i};
            st_boxes_add(&boxes, &all[i], 0.1F);
        }
        st_boxes_sort(&boxes);
        qsort(all, sizes[s], sizeof(all[0]), best_first);
        assert_int_equal(boxes.n, sizes[s] < ST_BOXES_MOST ? sizes[s] : ST_BOXES_MOST);
        for (size_t i = 0; i < boxes.n; i++)
            assert_int_equal(boxes.at[i].row, all[i].row);
        st_boxes_drop_doubles(&boxes, 0.5F, ST_OVERLAP_PLAIN);
        assert_true(boxes.n <= STANCE_PEOPLE_MAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(doubles_go_and_the_best_is_first),
        cmocka_unit_test(people_may_reach_out_of_the_picture),
        cmocka_unit_test(five_hundred_people),
        cmocka_unit_test(points_may_be_no_numbers),
        cmocka_unit_test(multipose_gives_six_at_most),
        cmocka_unit_test(the_best_boxes_stay_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
