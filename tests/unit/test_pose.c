/* SPDX-License-Identifier: Apache-2.0 */
/* Poses and skeletons: storage, absent points, OKS, and tables that mirror onto
 * themselves. */
#include "test.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "pose/poses.h"

static void lists_start_absent_and_keep_their_storage(void **state)
{
    (void)state;
    const stance_skeleton *coco = stance_skeleton_find("coco17");
    stance_poses poses, copy;
    stance_poses_init(&poses);
    stance_poses_init(&copy);
    assert_int_equal(stance_poses_reset(&poses, coco, 3), 0);
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 17; k++)
            assert_false(stance_keypoint_given(&poses.people[i].keypoints[k]));
    poses.people[2].keypoints[16] = (stance_keypoint){.x = 1, .y = 2, .score = 0.5f};
    poses.people[2].id = 9;
    assert_int_equal(stance_poses_copy(&copy, &poses), 0);
    assert_int_equal(copy.people[2].id, 9);
    assert_near(copy.people[2].keypoints[16].y, 2, 0);
    assert_ptr_not_equal(copy.people[2].keypoints, poses.people[2].keypoints);

    long count = st_memory_count();
    assert_int_equal(stance_poses_reset(&poses, coco, 2), 0);
    assert_int_equal(stance_poses_reset(&poses, coco, 3), 0);
    assert_int_equal(stance_poses_reset(&poses, coco, 0), 0);
    assert_int_equal(stance_poses_copy(&copy, &poses), 0);
    assert_int_equal(copy.n, 0);
    assert_int_equal(st_memory_count(), count);
    assert_int_equal(stance_poses_reset(&poses, coco, STANCE_PEOPLE_MAX + 1),
                     STANCE_EINVAL);
    stance_poses_clear(&poses);
    stance_poses_clear(&copy);
}

static bool is_odd(void *user, const stance_pose *pose)
{
    (void)user;
    return pose->id % 2 == 1;
}

static void people_come_and_are_sifted_out(void **state)
{
    (void)state;
    const stance_skeleton *coco = stance_skeleton_find("coco17");
    stance_poses poses = {0};
    for (int64_t id = 1; id <= 9; id++) {
        assert_int_equal(st_poses_append(&poses, coco), 0);
        stance_pose *pose = &poses.people[poses.n - 1];
        assert_false(stance_keypoint_given(&pose->keypoints[16]));
        pose->id = id;
        pose->keypoints[16] = (stance_keypoint){.x = (float)id, .y = 1};
    }
    st_poses_sift(&poses, is_odd, NULL);
    assert_int_equal(poses.n, 5);
    for (int64_t id = 10; id <= 30; id++) { /* into the places that became free */
        assert_int_equal(st_poses_append(&poses, coco), 0);
        poses.people[poses.n - 1].id = id;
        poses.people[poses.n - 1].keypoints[16] =
            (stance_keypoint){.x = (float)id, .y = 1};
    }
    for (size_t i = 0; i < poses.n; i++)
        assert_near(poses.people[i].keypoints[16].x, (double)poses.people[i].id, 0);
    assert_ptr_equal(st_poses_find(&poses, 7), &poses.people[3]);
    assert_null(st_poses_find(&poses, 8));
    while (poses.n < STANCE_PEOPLE_MAX)
        assert_int_equal(st_poses_append(&poses, coco), 0);
    assert_int_equal(st_poses_append(&poses, coco), STANCE_EINVAL);
    stance_poses_clear(&poses);
}

static void running_out_of_memory_leaves_an_empty_list(void **state)
{
    (void)state;
    stance_poses poses;
    stance_poses_init(&poses);
    for (long n = 1; n <= 2; n++) {
        st_memory_fail_at(n);
        int rc = stance_poses_reset(&poses, stance_skeleton_find("coco17"), 4);
        st_memory_fail_at(0);
        assert_int_equal(rc, STANCE_ENOMEM);
        assert_int_equal(poses.n, 0);
        stance_poses_clear(&poses);
    }
}

static void oks_follows_the_published_rule(void **state)
{
    (void)state;
    const stance_skeleton *coco = stance_skeleton_find("coco17");
    stance_keypoint truth[17], pose[17];
    for (int k = 0; k < 17; k++) {
        truth[k] = (stance_keypoint){.x = (float)k * 10, .y = 5};
        pose[k] = truth[k];
    }
    assert_near(stance_oks(coco, pose, truth, 1000), 1, 1e-9);
    pose[0].x += 4; /* nose: sigma 0.026 */
    double nose = exp(-16 / (2 * 1000 * (2 * 0.026) * (2 * 0.026)));
    assert_near(stance_oks(coco, pose, truth, 1000), (16 + nose) / 17, 1e-6);
    for (int k = 1; k < 17; k++)
        truth[k].x = NAN; /* not labelled: does not count */
    assert_near(stance_oks(coco, pose, truth, 1000), nose, 1e-6);
    pose[0].y = NAN; /* not found: counts as 0 */
    assert_near(stance_oks(coco, pose, truth, 1000), 0, 0);
    truth[0].x = NAN;
    assert_near(stance_oks(coco, pose, truth, 1000), 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_start_absent_and_keep_their_storage),
        cmocka_unit_test(people_come_and_are_sifted_out),
        cmocka_unit_test(running_out_of_memory_leaves_an_empty_list),
        cmocka_unit_test(oks_follows_the_published_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
