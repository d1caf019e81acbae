/* SPDX-License-Identifier: Apache-2.0 */
/* Gaps between frames: filled along a line in time, marked, and not across cuts. */
#include "test.h"

#include "base/memory.h"
#include "people_kit.h"
#include "track/window.h"

enum { MOST = 12 };

typedef struct clip {
    st_window window;
    stance_poses poses[MOST];
} clip;

static void clip_open(clip *c)
{
    *c = (clip){0};
    assert_int_equal(st_window_open(&c->window, MOST), 0);
}

static void clip_close(clip *c)
{
    st_window_close(&c->window);
    for (int i = 0; i < MOST; i++)
        stance_poses_clear(&c->poses[i]);
}

/* The next frame at a time; a person where x >= 0. */
static stance_pose *clip_add(clip *c, int64_t pts_us, double x, bool cut)
{
    stance_poses *poses = &c->poses[c->window.n];
    if (x >= 0)
        kit_person(poses, 7, x, 2 * x, 10, 20);
    st_window_push(&c->window, poses, pts_us, 0, cut);
    return x >= 0 ? &poses->people[0] : NULL;
}

static void people_are_filled_in_by_time(void **state)
{
    (void)state;
    clip c;
    clip_open(&c);
    clip_add(&c, 0, 100, false)->keypoints[3].score = 0.25f;
    clip_add(&c, 10000, -1, false);
    clip_add(&c, 70000, -1, false); /* uneven times */
    clip_add(&c, 100000, 200, false)->keypoints[5].x = NAN;
    assert_int_equal(st_fill_gaps(&c.window, 100000), 0);
    const double expected[4] = {100, 110, 170, 200};
    for (int i = 0; i < 4; i++) {
        assert_int_equal(c.poses[i].n, 1);
        const stance_pose *pose = &c.poses[i].people[0];
        bool filled = i == 1 || i == 2;
        assert_true(pose->interpolated == filled);
        assert_int_equal(pose->id, 7);
        assert_near(pose->box[0], expected[i], 1e-4);
        assert_near(pose->box[1], 2 * expected[i], 1e-4);
        assert_near(pose->keypoints[3].x, expected[i] + 5, 1e-4);
        assert_true(pose->keypoints[3].interpolated == filled);
        assert_near(pose->keypoints[3].score, i == 3 ? 0.8 : 0.25, 1e-6);
        /* What is known at one end only is not made up. */
        assert_true(stance_keypoint_given(&pose->keypoints[5]) == (i == 0));
    }
    clip_close(&c);
}

static void long_gaps_and_cuts_stay(void **state)
{
    (void)state;
    for (int what = 0; what < 3; what++) {
        clip c;
        clip_open(&c);
        clip_add(&c, 0, 100, false);
        clip_add(&c, 50000, -1, what == 1);
        clip_add(&c, 100000, 200, what == 2);
        assert_int_equal(st_fill_gaps(&c.window, what == 0 ? 99999 : 100000), 0);
        assert_int_equal(c.poses[1].n, 0);
        clip_close(&c);
    }
}

static void single_points_are_filled_in(void **state)
{
    (void)state;
    clip c;
    clip_open(&c);
    for (int i = 0; i < 5; i++) {
        stance_pose *pose = clip_add(&c, i * 10000, 10 * i, false);
        if (i == 1 || i == 2) {
            pose->keypoints[9].x = pose->keypoints[9].y = NAN;
            pose->keypoints[9].score = 0;
        }
        assert_int_equal(st_fill_gaps(&c.window, 50000), 0);
    }
    for (int i = 0; i < 5; i++) {
        const stance_keypoint *point = &c.poses[i].people[0].keypoints[9];
        assert_near(point->x, 10 * i + 5, 1e-4);
        assert_true(point->interpolated == (i == 1 || i == 2));
        assert_false(c.poses[i].people[0].interpolated);
    }
    clip_close(&c);
}

static void the_ring_goes_round(void **state)
{
    (void)state;
    st_window w = {0};
    stance_poses poses[3] = {0};
    assert_int_equal(st_window_open(&w, 3), 0);
    for (int64_t i = 0; i < 100; i++) {
        if (w.n == 3)
            assert_int_equal(st_window_pop(&w)->index, i - 3);
        st_window_push(&w, &poses[i % 3], i, i, false);
        assert_int_equal(st_window_at(&w, 0)->index, i < 2 ? 0 : i - 2);
    }
    st_window_close(&w);
}

static void running_out_of_memory_is_said(void **state)
{
    (void)state;
    clip c;
    clip_open(&c);
    clip_add(&c, 0, 100, false);
    clip_add(&c, 1, -1, false);
    clip_add(&c, 2, 100, false);
    st_memory_fail_at(1);
    assert_int_equal(st_fill_gaps(&c.window, 100), STANCE_ENOMEM);
    st_memory_fail_at(0);
    clip_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_are_filled_in_by_time),
        cmocka_unit_test(long_gaps_and_cuts_stay),
        cmocka_unit_test(single_points_are_filled_in),
        cmocka_unit_test(the_ring_goes_round),
        cmocka_unit_test(running_out_of_memory_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
