/* SPDX-License-Identifier: Apache-2.0 */
/* Exchanged limbs are marked where it happens, and nothing else is. */
#include "test.h"

#include <math.h>

#include "people_kit.h"
#include "track/swaps.h"

enum { LEFT_HIP = 11, RIGHT_HIP, LEFT_KNEE, RIGHT_KNEE, LEFT_ANKLE, RIGHT_ANKLE };
enum { LEFT_SHOULDER = 5, RIGHT_WRIST = 10 };

static void put(stance_pose *pose, int k, double x, double y)
{
    pose->keypoints[k].x = (float)x;
    pose->keypoints[k].y = (float)y;
}

/* Somebody 400 high who walks from left to right, seen from the front or the side. */
static void walk(stance_poses *poses, double t, double apart, bool legs, bool arms)
{
    poses->n = 0;
    double x = 200 + 60 * t, swing = 50 * sin(6 * t);
    stance_pose *pose = kit_person(poses, 4, x - 60, 100, 120, 400);
    for (int part = 0; part < 3; part++) {
        int leg = LEFT_HIP + 2 * part, arm = LEFT_SHOULDER + 2 * part;
        double side = apart * (1 + part) / 3, s = swing * part / 2;
        put(pose, leg + legs, x + side + s, 300 + 90 * part);
        put(pose, leg + !legs, x - side - s, 300 + 90 * part);
        put(pose, arm + arms, x + side - s, 150 + 60 * part);
        put(pose, arm + !arms, x - side + s, 150 + 60 * part);
    }
}

/* Marked limbs of a frame: 1 arms, 2 legs. */
static int marked(const stance_poses *poses)
{
    const stance_keypoint *k = poses->people[0].keypoints;
    for (int i = 0; i < 3; i++) { /* whole limbs, both sides */
        assert_int_equal(k[LEFT_HIP + 2 * i].swapped, k[RIGHT_HIP].swapped);
        assert_int_equal(k[LEFT_SHOULDER + 2 * i].swapped, k[RIGHT_WRIST].swapped);
    }
    assert_false(k[0].swapped);
    return (k[RIGHT_WRIST].swapped ? 1 : 0) + (k[RIGHT_HIP].swapped ? 2 : 0);
}

static void swaps_are_marked_where_they_happen(void **state)
{
    (void)state;
    st_swaps swaps;
    stance_poses poses = {0};
    st_swaps_open(&swaps, stance_skeleton_find("coco17"));
    assert_int_equal(swaps.n_limbs, 2);
    for (int n = 0; n < 120; n++) {
        bool legs = n >= 40 && n < 60, arms = n == 90;
        walk(&poses, n / 30.0, 70, legs, arms);
        assert_int_equal(st_swaps_mark(&swaps, &poses, n * FRAME_US, false), 0);
        int expected = n == 40 || n == 60 ? 2 : n == 90 || n == 91 ? 1 : 0;
        if (marked(&poses) != expected)
            fail_msg("frame %d: %d, expected %d", n, marked(&poses), expected);
    }
    stance_poses_clear(&poses);
    st_swaps_close(&swaps);
}

static void nobody_can_tell_limbs_in_one_place(void **state)
{
    (void)state;
    st_swaps swaps;
    stance_poses poses = {0};
    st_swaps_open(&swaps, stance_skeleton_find("coco17"));
    for (int n = 0; n < 90; n++) { /* legs that cross, as seen from the side */
        walk(&poses, n / 30.0, 2, false, false);
        assert_int_equal(st_swaps_mark(&swaps, &poses, n * FRAME_US, false), 0);
        assert_int_equal(marked(&poses), 0);
    }
    stance_poses_clear(&poses);
    st_swaps_close(&swaps);
}

static void cuts_and_other_people_are_no_swaps(void **state)
{
    (void)state;
    st_swaps swaps;
    stance_poses poses = {0};
    st_swaps_open(&swaps, stance_skeleton_find("body25"));
    st_swaps_close(&swaps);
    st_swaps_open(&swaps, stance_skeleton_find("coco17"));
    walk(&poses, 0, 70, false, false);
    assert_int_equal(st_swaps_mark(&swaps, &poses, 0, false), 0);
    walk(&poses, 0, 70, true, true);
    assert_int_equal(st_swaps_mark(&swaps, &poses, FRAME_US, true), 0);
    assert_int_equal(marked(&poses), 0);
    walk(&poses, 0, 70, false, false);
    poses.people[0].id = 5;
    assert_int_equal(st_swaps_mark(&swaps, &poses, 2 * FRAME_US, false), 0);
    assert_int_equal(marked(&poses), 0);
    walk(&poses, 0, 70, true, true);
    poses.people[0].id = 5; /* too long ago to say anything */
    assert_int_equal(st_swaps_mark(&swaps, &poses, 2 * FRAME_US + 300000, false), 0);
    assert_int_equal(marked(&poses), 0);
    stance_poses_clear(&poses);
    st_swaps_close(&swaps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(swaps_are_marked_where_they_happen),
        cmocka_unit_test(nobody_can_tell_limbs_in_one_place),
        cmocka_unit_test(cuts_and_other_people_are_no_swaps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
