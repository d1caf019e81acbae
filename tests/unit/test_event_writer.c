/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The thread that writes events, on a database that is made up here and does what a test
 * tells it: it is slow, it fails for a while or for good, or it commits and says it did
 * not.
 */
#include "test.h"

#include <stdatomic.h>
#include <string.h>

#include "base/clock.h"
#include "base/status.h"
#include "store/writer.h"

enum { MOST = 20000 };

/* Shared with the writer's thread; read by the test once that thread is idle or gone. */
static struct {
    atomic_int n_stored, n_commits, n_tries, n_again;
    int64_t start_us[MOST], what[MOST];
    int n_pending; /* within a transaction */
    int64_t words, runs, counted;
    int64_t counted_pending;
    int fail_from, fail_until; /* tries of `add` that fail */
    bool for_good, lost_answer, fail_begin;
    int64_t slow_us;
} fake;

static bool fake_takes(const char *address)
{
    (void)address;
    return true;
}

static int fake_open(void *self, const char *address, bool write, stance_error *err)
{
    (void)self, (void)address, (void)write, (void)err;
    return 0;
}

static int give(int64_t number, st_row_fn row, void *user, stance_error *err)
{
    const st_cell cell = st_cell_int(number);
    return row ? row(user, &cell, 1, err) : 0;
}

static int commit(stance_error *err)
{
    atomic_fetch_add(&fake.n_stored, fake.n_pending);
    fake.n_pending = 0;
    fake.counted += fake.counted_pending;
    fake.counted_pending = 0;
    atomic_fetch_add(&fake.n_commits, 1);
    if (!fake.lost_answer)
        return 0;
    fake.lost_answer = false;
    return st_fail(err, STANCE_EOUTPUT, "made up: the answer was lost");
}

static int fake_run(void *self, const char *sql, const st_cell *values, size_t n,
                    st_row_fn row, void *user, stance_error *err)
{
    (void)self;
    if (strcmp(sql, "COMMIT") == 0)
        return commit(err);
    if (strcmp(sql, "ROLLBACK") == 0)
        fake.n_pending = (int)(fake.counted_pending = 0);
    if (strstr(sql, "INSERT INTO stance_run") && fake.fail_begin)
        return st_fail(err, STANCE_EOUTPUT, "made up: no run");
    if (strstr(sql, "INSERT INTO stance_run"))
        return give(++fake.runs, row, user, err);
    if (strstr(sql, "INSERT INTO stance_what"))
        return give(++fake.words, row, user, err);
    if (strstr(sql, "SELECT events")) {
        const st_cell cells[] = {st_cell_int(fake.counted), st_cell_int(0)};
        return row(user, cells, 2, err);
    }
    if (strstr(sql, "UPDATE stance_run SET events") && n == 2)
        fake.counted_pending += values[0].i;
    return 0;
}

static int fake_add(void *self, const st_event_record *records, size_t n,
                    stance_error *err)
{
    (void)self;
    int try = atomic_fetch_add(&fake.n_tries, 1);
    st_sleep_us(fake.slow_us);
    for (size_t i = 0; i < n; i++) {
        int at = atomic_load(&fake.n_stored) + fake.n_pending++;
        assert_true(at < MOST);
        fake.start_us[at] = records[i].event.start_us;
        fake.what[at] = records[i].what;
    }
    return try >= fake.fail_from && try < fake.fail_until
               ? st_fail(err, STANCE_EOUTPUT, "made up: try %d", try)
               : 0;
}

static bool fake_may_pass(void *self)
{
    (void)self;
    return !fake.for_good;
}

static int fake_again(void *self, stance_error *err)
{
    (void)self, (void)err;
    atomic_fetch_add(&fake.n_again, 1);
    return 0;
}

static void fake_close(void *self)
{
    (void)self;
}

static const st_store_class fake_class = {
    .name = "fake",
    .begin = "BEGIN",
    .takes = fake_takes,
    .open = fake_open,
    .run = fake_run,
    .add = fake_add,
    .may_pass = fake_may_pass,
    .again = fake_again,
    .close = fake_close,
};

static st_store store = {.class = &fake_class, .shown = (char *)"made up"};

static st_writer *opened(size_t queue, int64_t age_us, int64_t *run)
{
    const st_writer_settings settings = {
        .queue = queue, .age_us = age_us, .patience_us = 300000, .nap_us = 1000};
    const stance_event_run info = {.source = "test", .clock_us = -1};
    st_writer *writer;
    stance_error err = {0};
    memset(&fake, 0, sizeof(fake));
    assert_int_equal(st_writer_open(&writer, &store, &settings, &err), 0);
    assert_int_equal(st_writer_begin_run(writer, &info, run, &err), 0);
    assert_int_equal(*run, 1);
    return writer;
}

static int add(st_writer *writer, int64_t run, int64_t i, const char *label,
               stance_error *err)
{
    stance_event e = stance_event_at(STANCE_EVENT_ENTER, 1, i);
    e.label = label;
    return st_writer_add(writer, run, &e, err);
}

static void check_stored(int n)
{
    assert_int_equal(atomic_load(&fake.n_stored), n);
    for (int i = 0; i < n; i++)
        assert_int_equal(fake.start_us[i], i);
}

/* Nobody flushes: what is pending is written when it is old enough, and together. */
static void written_by_age(void **state)
{
    (void)state;
    int64_t run, began = st_clock_us();
    st_writer *writer = opened(100, 60000, &run);
    for (int i = 0; i < 10; i++)
        assert_int_equal(add(writer, run, i, NULL, NULL), 0);
    assert_int_equal(atomic_load(&fake.n_stored), 0);
    while (atomic_load(&fake.n_stored) == 0 && st_clock_us() - began < 20000000)
        st_sleep_us(1000);
    assert_true(st_clock_us() - began >= 60000);
    check_stored(10);
    assert_int_equal(atomic_load(&fake.n_commits), 1);
    assert_int_equal(st_writer_close(&writer, NULL), 0);
}

/* A queue of four before a slow database: adding waits, and all of it arrives. */
static void full_queue(void **state)
{
    (void)state;
    int64_t run;
    st_writer *writer = opened(4, 0, &run);
    fake.slow_us = 500;
    for (int i = 0; i < 500; i++)
        assert_int_equal(add(writer, run, i, i % 2 ? "in" : "out", NULL), 0);
    assert_int_equal(st_writer_flush(writer, NULL), 0);
    check_stored(500);
    for (int i = 0; i < 500; i++)
        assert_int_equal(fake.what[i], 1 + i % 2);
    assert_int_equal(fake.words, 2);
    assert_int_equal(st_writer_close(&writer, NULL), 0);
    check_stored(500);
}

/* More than a batch holds, of events, words and runs. */
static void many(void **state)
{
    (void)state;
    int64_t run;
    char label[32];
    st_writer *writer = opened(64, 10000000, &run);
    for (int i = 0; i < 10000; i++) {
        snprintf(label, sizeof(label), "%d", i % 300);
        assert_int_equal(add(writer, 1 + i % 40, i, label, NULL), 0);
    }
    assert_int_equal(st_writer_close(&writer, NULL), 0);
    check_stored(10000);
    assert_true(atomic_load(&fake.n_commits) > 2);
}

static void trouble_that_passes(void **state)
{
    (void)state;
    int64_t run;
    st_writer *writer = opened(16, 0, &run);
    fake.fail_from = 1;
    fake.fail_until = 5;
    for (int i = 0; i < 300; i++)
        assert_int_equal(add(writer, run, i, "x", NULL), 0);
    assert_int_equal(st_writer_close(&writer, NULL), 0);
    check_stored(300);
    assert_int_equal(atomic_load(&fake.n_again), 4);
}

/* It was committed, but the connection broke before anybody was told. */
static void lost_answer(void **state)
{
    (void)state;
    int64_t run;
    st_writer *writer = opened(16, 0, &run);
    assert_int_equal(add(writer, run, 0, "x", NULL), 0);
    assert_int_equal(st_writer_flush(writer, NULL), 0);
    fake.lost_answer = true;
    for (int i = 1; i < 10; i++)
        assert_int_equal(add(writer, run, i, "x", NULL), 0);
    assert_int_equal(st_writer_flush(writer, NULL), 0);
    assert_int_equal(add(writer, run, 10, "x", NULL), 0);
    assert_int_equal(st_writer_close(&writer, NULL), 0);
    check_stored(11);
    assert_int_equal(fake.counted, 11);
}

/* An error that stays is told by whatever comes next, and nobody waits for ever. */
static void trouble_that_stays(void **state)
{
    bool passing = *state != NULL; /* it might pass, but does not before patience ends */
    int64_t run;
    stance_error err = {0};
    stance_event_run end = {.run = 1};
    st_writer *writer = opened(4, 0, &run);
    fake.for_good = !passing;
    fake.fail_until = 1000000000;
    int rc = 0;
    for (int i = 0; i < 100000 && rc == 0; i++)
        rc = add(writer, run, i, NULL, &err);
    assert_int_equal(rc, STANCE_EOUTPUT);
    assert_non_null(strstr(err.message, "made up: try"));
    assert_int_equal(st_writer_flush(writer, &err), STANCE_EOUTPUT);
    assert_int_equal(st_writer_end_run(writer, &end, &err), STANCE_EOUTPUT);
    assert_int_equal(st_writer_begin_run(writer, &end, &run, &err), STANCE_EOUTPUT);
    memset(&err, 0, sizeof(err));
    assert_int_equal(st_writer_close(&writer, &err), STANCE_EOUTPUT);
    assert_non_null(strstr(err.message, "made up: try"));
    assert_null(writer);
    check_stored(0);
}

/* Told by close alone, where nothing comes before it. */
static void told_at_close(void **state)
{
    (void)state;
    int64_t run;
    stance_error err = {0};
    st_writer *writer = opened(100, 10000000, &run);
    fake.for_good = true;
    fake.fail_until = 1000000000;
    assert_int_equal(add(writer, run, 0, NULL, &err), 0);
    assert_int_equal(st_writer_close(&writer, &err), STANCE_EOUTPUT);
    assert_non_null(strstr(err.message, "made up"));
}

static void no_run(void **state)
{
    (void)state;
    int64_t run;
    stance_error err = {0};
    st_writer *writer = opened(100, 0, &run);
    const stance_event_run info = {.source = "test"};
    fake.for_good = fake.fail_begin = true;
    assert_int_equal(st_writer_begin_run(writer, &info, &run, &err), STANCE_EOUTPUT);
    assert_int_equal(run, 0);
    assert_int_equal(st_writer_close(&writer, NULL), STANCE_EOUTPUT);
}

static void no_memory(void **state)
{
    (void)state;
    enum { ALLOCATIONS = 5 }; /* the writer, and two for each queue */
    for (long i = 1; i <= ALLOCATIONS + 1; i++) {
        st_writer *writer;
        stance_error err = {0};
        st_memory_fail_at(i);
        int rc = st_writer_open(&writer, &store, &st_writer_defaults, &err);
        st_memory_fail_at(0);
        assert_int_equal(rc, i <= ALLOCATIONS ? STANCE_ENOMEM : 0);
        assert_int_equal(st_writer_close(&writer, NULL), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(written_by_age),
        cmocka_unit_test(full_queue),
        cmocka_unit_test(many),
        cmocka_unit_test(trouble_that_passes),
        cmocka_unit_test(lost_answer),
        cmocka_unit_test(trouble_that_stays),
        cmocka_unit_test_prestate(trouble_that_stays, &fake),
        cmocka_unit_test(told_at_close),
        cmocka_unit_test(no_run),
        cmocka_unit_test(no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
