/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is kept of measures over time: every peak in bounded room, gaps as gaps, sums of
 * all frames, and whom there is no room for.
 */
#include "test.h"

#include <math.h>

#include "base/memory.h"
#include "sink/series.h"

static const char *const words[] = {"up", "down", NULL};
static const stance_measure measures[] = {
    {.analysis = "angles", .name = "left_knee", .unit = "deg", .decimals = 1},
    {.analysis = "reps", .name = "state", .unit = "", .words = words},
};

static void give(st_series_set *set, int64_t id, float knee, float word)
{
    assert_int_equal(st_series_add(set, id, (const float[2]){knee, word}), 0);
}

static void few_frames_are_kept_as_they_are(void **state)
{
    (void)state;
    st_series_set set;
    st_series_sum sum;
    st_series_init(&set, measures, COUNT(measures));
    for (int i = 0; i < 101; i++) {
        st_series_frame(&set, i * 40000);
        give(&set, 7, i == 50 ? NAN : (float)i, i < 25 ? 1 : 0);
    }
    const st_person_series *p = st_series_find(&set, 7);
    assert_non_null(p);
    assert_null(st_series_find(&set, 6));
    assert_int_equal(p->n_slots, 101);
    assert_int_equal(p->per, 1);
    assert_int_equal(p->times[100], 4000000);
    assert_true(isnan(p->slots[50 * 2].first) && p->slots[51 * 2].first == 51);
    assert_int_equal(st_series_sum_up(&set, p, 0, &sum), 0);
    assert_near(sum.low, 0, 0);
    assert_near(sum.high, 100, 0);
    assert_near(sum.median, 50, 0.6);
    assert_near(sum.p5, 5, 0.2);
    assert_near(sum.p95, 95, 0.2);
    assert_near(sum.known, 100.0 / 101, 1e-9);
    assert_int_equal(p->measures[1].n_words[0], 76);
    assert_int_equal(p->measures[1].n_words[1], 25);
    st_series_clear(&set);
}

/* An hour has the room of a minute; one frame's peak is there, and so is the gap. */
static void long_ones_are_bounded(void **state)
{
    (void)state;
    st_series_set set;
    st_series_sum sum;
    st_series_init(&set, measures, COUNT(measures));
    enum { FRAMES = 108000, PEAK = 70001, GONE = 30000, BACK = 40000 };
    for (int i = 0; i < FRAMES; i++) {
        st_series_frame(&set, INT64_C(33333) * i);
        if (i < GONE || i >= BACK)
            give(&set, 1, i == PEAK ? 179 : (float)(i % 90), 0);
    }
    const st_person_series *p = st_series_find(&set, 1);
    assert_true(p->n_slots <= ST_SERIES_SLOTS && p->n_slots > ST_SERIES_SLOTS / 2 - 1);
    assert_true(p->capacity <= ST_SERIES_SLOTS);
    size_t n_known = 0;
    float highest = 0;
    for (size_t i = 0; i < p->n_slots; i++) {
        const st_slot *slot = &p->slots[i * 2];
        int64_t from = (int64_t)i * p->per, to = from + p->per;
        bool gone = from >= GONE && to <= BACK;
        assert_true(isnan(slot->first) == gone);
        assert_true((p->times[i] == INT64_MIN) == gone);
        n_known += !gone;
        highest = gone ? highest : fmaxf(highest, slot->high);
    }
    assert_true(n_known > 0);
    assert_near(highest, 179, 0);
    assert_int_equal(st_series_sum_up(&set, p, 0, &sum), 0);
    assert_near(sum.high, 179, 0);
    assert_near(sum.low, 0, 0);
    assert_near(sum.median, 44.5, 3);
    assert_near(sum.known, 1, 0);
    assert_int_equal(p->n_frames, FRAMES - (BACK - GONE));
    assert_int_equal(p->measures[1].n_words[0], p->n_frames);
    st_series_clear(&set);
}

static void what_is_no_value_is_not_known(void **state)
{
    (void)state;
    st_series_set set;
    st_series_sum sum;
    st_series_init(&set, measures, COUNT(measures));
    st_series_frame(&set, 0);
    give(&set, 1, INFINITY, 2); /* there is no third word */
    give(&set, 1, 50, 0);       /* the same person again */
    give(&set, 2, NAN, -1);
    assert_int_equal(st_series_add(&set, 3, NULL), 0);
    for (int64_t id = 1; id <= 3; id++) {
        const st_person_series *p = st_series_find(&set, id);
        assert_int_equal(p->n_frames, 1);
        assert_int_equal(p->measures[0].n_known + p->measures[1].n_known, 0);
        assert_int_equal(st_series_sum_up(&set, p, 0, &sum), 0);
        assert_true(isnan(sum.median) && isnan(sum.low) && sum.known == 0);
    }
    st_series_clear(&set);
}

/* Who came first is kept, but for those who were there for a moment. */
static void many_people(void **state)
{
    (void)state;
    st_series_set set;
    st_series_init(&set, measures, COUNT(measures));
    int64_t id = 1;
    st_series_frame(&set, 0);
    give(&set, 1000, 1, 0); /* a moment */
    for (int i = 0; i < 2 * ST_SERIES_BRIEF; i++) {
        st_series_frame(&set, 40000 * (i + 1));
        for (id = 1; id < ST_SERIES_PEOPLE; id++)
            give(&set, id, 2, 0);
    }
    assert_int_equal(set.n_people, ST_SERIES_PEOPLE);
    for (int i = 0; i < 3; i++) {
        st_series_frame(&set, 10000000 + i);
        for (id = 500; id > 400; id--)
            give(&set, id, 3, 0);
        give(&set, 1000, 1, 0);
    }
    assert_int_equal(set.n_people, ST_SERIES_PEOPLE);
    assert_non_null(st_series_find(&set, 500)); /* in place of 1000 */
    assert_null(st_series_find(&set, 1000));
    assert_null(st_series_find(&set, 499));
    assert_int_equal(set.n_left_out, 100); /* 1000, 401 to 499 */
    for (size_t i = 1; i < set.n_people; i++)
        assert_true(set.people[i - 1]->id < set.people[i]->id);
    st_series_clear(&set);
}

/* Without memory it is an error, and nothing leaks. */
static void no_memory(void **state)
{
    (void)state;
    int rc = STANCE_ENOMEM;
    for (long n = 1; rc != 0 && n < 100; n++) {
        st_series_set set;
        rc = 0;
        st_series_init(&set, measures, COUNT(measures));
        st_memory_fail_at(n);
        for (int i = 0; i < 70 && rc == 0; i++) {
            st_series_frame(&set, i);
            rc = st_series_add(&set, 1, (const float[2]){1, 1});
        }
        st_memory_fail_at(0);
        assert_true(rc == 0 || rc == STANCE_ENOMEM);
        assert_true(n > 1 || rc != 0);
        st_series_clear(&set);
    }
    assert_int_equal(rc, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_frames_are_kept_as_they_are),
        cmocka_unit_test(long_ones_are_bounded),
        cmocka_unit_test(what_is_no_value_is_not_known),
        cmocka_unit_test(many_people),
        cmocka_unit_test(no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
