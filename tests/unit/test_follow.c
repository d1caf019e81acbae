/* SPDX-License-Identifier: Apache-2.0 */
/* Whom to follow: chosen once, kept while they are there, changed for good reason. */
#include "test.h"

#include <string.h>

#include "people_kit.h"
#include "track/follow.h"

static st_follow open_follow(const char *text)
{
    st_follow follow;
    stance_error err;
    assert_int_equal(st_follow_read(&follow, text, &err), 0);
    follow.width = 640;
    follow.height = 480;
    follow.max_lost_us = 1000000;
    return follow;
}

/* Who is left of a small person 1 in the middle, and person 2, of that size, at a side.
 */
static int64_t left_of(st_follow *follow, int64_t pts_us, double size, bool one, bool two)
{
    stance_poses poses = {0};
    if (two)
        kit_person(&poses, 2, 10, 10, size / 2, size);
    if (one)
        kit_person(&poses, 1, 300, 200, 50, 100);
    st_follow_run(follow, &poses, pts_us);
    assert_true(poses.n <= 1);
    int64_t id = poses.n > 0 ? poses.people[0].id : 0;
    stance_poses_clear(&poses);
    return id;
}

static void texts_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
        st_follow_whom whom;
    } cases[] = {
        {NULL, NULL, ST_FOLLOW_ALL},
        {"", NULL, ST_FOLLOW_ALL},
        {"largest", NULL, ST_FOLLOW_LARGEST},
        {"center", NULL, ST_FOLLOW_CENTRE},
        {"longest", NULL, ST_FOLLOW_LONGEST},
        {"id:3,7", NULL, ST_FOLLOW_IDS},
        {"id:", "ids from 1", ST_FOLLOW_ALL},
        {"id:0", "ids from 1", ST_FOLLOW_ALL},
        {"id:3,", "ids from 1", ST_FOLLOW_ALL},
        {"id:3;4", "ids from 1", ST_FOLLOW_ALL},
        {"id:99999999999999999999", "ids from 1", ST_FOLLOW_ALL},
        {"smallest", "expected largest", ST_FOLLOW_ALL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        st_follow follow;
        stance_error err;
        int rc = st_follow_read(&follow, cases[i].text, &err);
        assert_int_equal(rc, cases[i].message ? STANCE_EINVAL : 0);
        if (cases[i].message)
            assert_non_null(strstr(err.message, cases[i].message));
        else
            assert_int_equal(follow.whom, cases[i].whom);
    }
}

static void the_largest_is_followed_until_lost(void **state)
{
    (void)state;
    st_follow f = open_follow("largest");
    assert_int_equal(left_of(&f, 0, 90, true, true), 1);
    assert_int_equal(left_of(&f, 100000, 110, true, true), 1);  /* not clearly larger */
    assert_int_equal(left_of(&f, 200000, 110, false, true), 0); /* 1 may come back */
    assert_int_equal(left_of(&f, 1100000, 110, true, true), 1);
    assert_int_equal(left_of(&f, 2200000, 110, false, true), 2); /* lost for good */
    assert_int_equal(left_of(&f, 2300000, 110, true, true), 2);
    assert_int_equal(left_of(&f, 2400000, 0, false, false), 0);
}

static void a_clearly_better_choice_wins_after_a_while(void **state)
{
    (void)state;
    st_follow f = open_follow("largest");
    assert_int_equal(left_of(&f, 0, 60, true, true), 1);
    for (int64_t t = 100000; t < 1100000; t += 100000)
        assert_int_equal(left_of(&f, t, 200, true, true), 1);
    assert_int_equal(left_of(&f, 1100000, 200, true, true), 2);
    assert_int_equal(left_of(&f, 1200000, 60, true, true), 2); /* now they are kept */
}

static void a_cut_lets_go(void **state)
{
    (void)state;
    st_follow f = open_follow("largest");
    assert_int_equal(left_of(&f, 0, 90, true, true), 1);
    assert_int_equal(left_of(&f, 100000, 90, false, true), 0);
    st_follow_cut(&f);
    assert_int_equal(left_of(&f, 200000, 90, false, true), 2);
    f = open_follow("id:1");
    st_follow_cut(&f);
    assert_int_equal(left_of(&f, 0, 90, true, true), 1);
}

static void centre_and_ids(void **state)
{
    (void)state;
    st_follow f = open_follow("centre");
    assert_int_equal(left_of(&f, 0, 400, true, true), 1);
    f = open_follow("id:2,9");
    assert_int_equal(left_of(&f, 0, 400, true, true), 2);
    assert_int_equal(left_of(&f, 1, 400, true, false), 0);
}

static void the_longest_is_found(void **state)
{
    (void)state;
    st_longest longest;
    st_longest_open(&longest);
    for (int n = 0; n < 300; n++) { /* 1: 0 to 99, 2: 50 to 250 with a gap, 3: 200 on */
        stance_poses poses = {0};
        if (n < 100)
            kit_person(&poses, 1, 0, 0, 9, 9);
        if (n >= 50 && n <= 250 && (n < 120 || n > 140))
            kit_person(&poses, 2, 0, 0, 9, 9);
        if (n >= 200)
            kit_person(&poses, 3, 0, 0, 9, 9);
        kit_person(&poses, 0, 0, 0, 9, 9);
        assert_int_equal(st_longest_run(&longest, &poses, n * FRAME_US, 1000000), 0);
        stance_poses_clear(&poses);
        assert_int_equal(longest.id, n < 150 ? 1 : 2);
        assert_true(longest.people.n <= 3);
    }
    assert_int_equal(longest.length_us, 200 * FRAME_US);
    st_longest_close(&longest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_read),
        cmocka_unit_test(the_largest_is_followed_until_lost),
        cmocka_unit_test(a_clearly_better_choice_wins_after_a_while),
        cmocka_unit_test(a_cut_lets_go),
        cmocka_unit_test(centre_and_ids),
        cmocka_unit_test(the_longest_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
