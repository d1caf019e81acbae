/* SPDX-License-Identifier: Apache-2.0 */
/* When frames of a live input came in: by their own packets. */
#include "test.h"

#include "source/av_arrivals.h"

static void note(st_av_arrivals *a, int64_t pts, int64_t us)
{
    size_t at = a->n++ % ST_AV_ARRIVALS;
    a->pts[at] = pts;
    a->us[at] = us;
}

static int64_t of(st_av_arrivals *a, int64_t pts)
{
    st_source_item item = {0};
    st_av_arrivals_tell(a, pts, &item);
    return item.arrived_us;
}

static void a_frame_came_with_its_own_packet(void **state)
{
    (void)state;
    st_av_arrivals a = {0};
    assert_int_equal(of(&a, 0), 0); /* nothing came */
    /* I0 P3 B1 B2 P6, as they are sent */
    static const int64_t sent[] = {0, 3, 1, 2, 6};
    for (int i = 0; i < 5; i++)
        note(&a, 10 * sent[i], 100 + i);
    assert_int_equal(of(&a, 0), 100);
    assert_int_equal(of(&a, 30), 101);
    assert_int_equal(of(&a, 10), 102);
    assert_int_equal(of(&a, 20), 103);
    assert_int_equal(of(&a, 25), 103); /* between: the one before it */
    assert_int_equal(of(&a, -5), 104); /* not known: the last */
    assert_int_equal(st_av_arrivals_last(&a), 104);
}

static void only_the_newest_are_kept(void **state)
{
    (void)state;
    st_av_arrivals a = {0};
    for (int i = 0; i < 3 * ST_AV_ARRIVALS; i++)
        note(&a, i, 1000 + i);
    assert_int_equal(of(&a, 3 * ST_AV_ARRIVALS - 5), 1000 + 3 * ST_AV_ARRIVALS - 5);
    note(&a, AV_NOPTS_VALUE, 9000); /* of no time: the last, but of no frame */
    assert_int_equal(of(&a, 3 * ST_AV_ARRIVALS - 5), 1000 + 3 * ST_AV_ARRIVALS - 5);
    note(&a, 0, 9001); /* a clip begins again */
    assert_int_equal(of(&a, 0), 9001);
    a.waited_us = 7;
    st_source_item item = {0};
    st_av_arrivals_tell(&a, 0, &item);
    assert_int_equal(item.waited_us, 7);
    assert_int_equal(a.waited_us, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_came_with_its_own_packet),
        cmocka_unit_test(only_the_newest_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
