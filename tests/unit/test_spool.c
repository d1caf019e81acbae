/* SPDX-License-Identifier: Apache-2.0 */
/* What was written for each frame is read back; another input is noticed. */
#include "test.h"

#include <string.h>

#include "people_kit.h"
#include "pose/spool.h"

static void poses_come_back(void **state)
{
    (void)state;
    st_spool *spool;
    stance_error err;
    stance_poses poses = {0}, back = {0};
    assert_int_equal(st_spool_open(&spool, &err), 0);
    for (int64_t n = 0; n < 5; n++) {
        poses.n = 0;
        for (int64_t i = 0; i < n % 3; i++)
            kit_person(&poses, 0, 10.5 * (double)n, (double)i, 5, 7)->score =
                (float)n / 8;
        assert_int_equal(st_spool_write(spool, 2 * n, &poses, &err), 0);
    }
    assert_int_equal(st_spool_rewind(spool, &err), 0);
    for (int64_t n = 0; n < 5; n++) {
        assert_int_equal(st_spool_read(spool, 2 * n, &back, &err), 0);
        assert_int_equal(back.n, n % 3);
        for (size_t i = 0; i < back.n; i++) {
            assert_near(back.people[i].box[0], 10.5 * (double)n, 0);
            assert_near(back.people[i].score, (double)n / 8, 0);
            assert_near(back.people[i].keypoints[16].y, (double)i + 3.5, 0);
        }
    }
    assert_int_equal(st_spool_read(spool, 10, &back, &err), STANCE_EINPUT);
    assert_int_equal(st_spool_rewind(spool, &err), 0);
    assert_int_equal(st_spool_read(spool, 1, &back, &err), STANCE_EINPUT);
    assert_non_null(strstr(err.message, "frame 1"));
    st_spool_close(&spool);
    assert_null(spool);
    stance_poses_clear(&poses);
    stance_poses_clear(&back);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(poses_come_back)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
