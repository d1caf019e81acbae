/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When events happened, as the events database orders and finds them: by the clock, or
 * where that is not known by when their run began.
 */
#include "dir_kit.h"

#include "store/event_db.h"

static stance_error err;

static stance_event_db *opened(const char *path, stance_event_db_mode mode)
{
    stance_event_db *db;
    if (stance_event_db_open(&db, path, mode, &err) < 0)
        fail_msg("%s", err.message);
    return db;
}

static void store_clip(stance_event_db *db, int64_t began_us, int64_t clock_us)
{
    const stance_event_run info = {
        .source = "clip", .clock_us = clock_us, .began_us = began_us};
    int64_t run;
    assert_int_equal(stance_event_db_begin(db, &info, &run, &err), 0);
    for (int i = 2; i >= 0; i--) { /* they need not come in order */
        stance_event e = stance_event_at(STANCE_EVENT_ENTER, 1, i * 5000);
        e.clock_us = clock_us < 0 ? -1 : clock_us + e.start_us;
        assert_int_equal(stance_event_db_add(db, run, &e, &err), 0);
    }
}

static void clocks(void **state)
{
    (void)state;
    enum { DAY = 1000000000, HOUR = 1000000 };
    static const struct {
        int64_t since, until;
        int runs[13]; /* of each event found, in order; 0 at the end */
    } rows[] = {
        {INT64_MIN, INT64_MAX, {4, 4, 4, 2, 2, 2, 1, 1, 1, 3, 3, 3}},
        {DAY, INT64_MAX, {2, 2, 2, 1, 1, 1, 3, 3, 3}},
        {DAY, DAY + 2 * HOUR, {2, 2, 2}},
        {DAY + 2 * HOUR + 5, DAY + 3 * HOUR, {1, 1}},
        {INT64_MIN, DAY, {4, 4, 4}},
        {DAY + 3 * HOUR + 5000, INT64_MAX, {3, 3}},
    };
    const char *path = in_dir("clocks.db");
    stance_event_db *db = opened(path, STANCE_EVENT_DB_WRITE);
    store_clip(db, DAY + 2 * HOUR, -1); /* uploads without a clock, one after the other */
    store_clip(db, DAY + HOUR, -1);
    store_clip(db, DAY + 3 * HOUR, DAY + 3 * HOUR); /* what would stand in is its clock */
    store_clip(db, DAY + 4 * HOUR, 7 * HOUR);       /* recorded long before */
    assert_int_equal(stance_event_db_close(&db, &err), 0);
    db = opened(path, STANCE_EVENT_DB_READ);
    for (size_t k = 0; k < COUNT(rows); k++) {
        stance_event_query q;
        stance_event_page *page;
        stance_event_query_defaults(&q);
        q.since_us = rows[k].since;
        q.until_us = rows[k].until;
        assert_int_equal(stance_event_db_query(db, &q, &page, &err), 0);
        for (size_t i = 0; i < page->n; i++) {
            const stance_event_row *row = &page->rows[i];
            assert_int_equal(row->run, rows[k].runs[i]);
            assert_int_equal(row->event.clock_us < 0, row->run <= 2);
            assert_true(row->began_us >= DAY + HOUR);
            if (i > 0 && row[-1].run == row->run)
                assert_true(row->event.start_us > row[-1].event.start_us);
        }
        assert_int_equal(rows[k].runs[page->n], 0);
        stance_event_page_free(&page);
    }
    stance_event_db_close(&db, NULL);
}

static void numbers_of_any_size(void **state)
{
    (void)state;
    static const int64_t any[] = {INT64_MIN, -1, 0, 999, INT64_MAX};
    for (size_t i = 0; i < COUNT(any); i++)
        for (size_t k = 0; k < COUNT(any); k++)
            assert_true(st_event_stand_in(any[i], any[k]) >= 0);
    stance_event e = stance_event_at(STANCE_EVENT_FALL, 1, 2500);
    assert_int_equal(st_event_at(&e, 40), 42);
    assert_int_equal(st_event_clock(42, 40, 2500), -1);
    assert_int_equal(st_event_clock(2500, 40, 2500), -1); /* of older tables */
    e.clock_us = 42;
    assert_int_equal(st_event_clock(st_event_at(&e, 40), 40, 2500), 43);
    e.clock_us = 41;
    assert_int_equal(st_event_clock(st_event_at(&e, 40), 40, 2500), 41);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(clocks),
                                       cmocka_unit_test(numbers_of_any_size)};
    return cmocka_run_group_tests(tests, kit_make_dir, kit_remove_dir);
}
