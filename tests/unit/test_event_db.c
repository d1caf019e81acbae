/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The events database in an SQLite file: what is stored is what is read, every question
 * walks along an index, and steps of the schema are applied whole or not at all.
 */
#include "dir_kit.h"

#include <math.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/event_db.h"
#include "store/select.h"

static stance_error err;

static stance_event_db *opened(const char *path, stance_event_db_mode mode)
{
    stance_event_db *db;
    int rc = stance_event_db_open(&db, path, mode, &err);
    if (rc < 0)
        fail_msg("%s", err.message);
    return db;
}

static int64_t begun(stance_event_db *db, const char *source)
{
    const stance_event_run info = {.source = source, .clock_us = -1, .began_us = 7};
    int64_t run;
    if (stance_event_db_begin(db, &info, &run, &err) < 0)
        fail_msg("%s", err.message);
    return run;
}

static stance_event full_event(void)
{
    return (stance_event){.kind = STANCE_EVENT_REP,
                          .id = 12345678901,
                          .label = "squat, \"deep\"",
                          .place = "T\xc3\xbcr",
                          .start_us = 1000001,
                          .turn_us = 2000002,
                          .end_us = 3000003,
                          .stay_us = 4,
                          .clock_us = 1767225600000005,
                          .frame = 6,
                          .at = {7.125f, -8.1f},
                          .people = 9,
                          .order = 10,
                          .inference_us = 11,
                          .depth = 87.3f};
}

static void check_same(const stance_event *found, const stance_event *e)
{
    assert_int_equal(found->kind, e->kind);
    assert_int_equal(found->id, e->id);
    if (e->label)
        assert_string_equal(found->label, e->label);
    else
        assert_null(found->label);
    if (e->place)
        assert_string_equal(found->place, e->place);
    else
        assert_null(found->place);
    assert_int_equal(found->start_us, e->start_us);
    assert_int_equal(found->turn_us, e->turn_us);
    assert_int_equal(found->end_us, e->end_us);
    assert_int_equal(found->stay_us, e->stay_us);
    assert_int_equal(found->clock_us, e->clock_us);
    assert_int_equal(found->frame, e->frame);
    for (int k = 0; k < 2; k++)
        assert_true(found->at[k] == e->at[k] || (isnan(found->at[k]) && isnan(e->at[k])));
    assert_int_equal(found->people, e->people);
    assert_int_equal(found->order, e->order);
    assert_int_equal(found->inference_us, e->inference_us);
    assert_true(found->depth == e->depth || (isnan(found->depth) && isnan(e->depth)));
}

static void there_and_back(void **state)
{
    (void)state;
    const char *path = in_dir("back.db");
    stance_event_db *db = opened(path, STANCE_EVENT_DB_WRITE);
    const stance_event_run info = {.source = "a%_!.mp4",
                                   .model = "m",
                                   .settings = "x = 1\n",
                                   .clock_us = 5,
                                   .began_us = 6};
    const stance_event events[] = {full_event(),
                                   stance_event_at(STANCE_EVENT_EXIT, 0, 0)};
    stance_event_run end = {.ended_us = 7, .frames = 8, .complete = true};
    assert_int_equal(stance_event_db_begin(db, &info, &end.run, &err), 0);
    for (size_t i = 0; i < COUNT(events); i++)
        assert_int_equal(stance_event_db_add(db, end.run, &events[i], &err), 0);
    assert_int_equal(stance_event_db_end(db, &end, &err), 0);
    assert_int_equal(stance_event_db_close(&db, &err), 0);

    stance_event_query q;
    stance_event_page *page;
    stance_event_runs *runs;
    int64_t latest, counts[STANCE_EVENT_COUNT];
    stance_event_query_defaults(&q);
    db = opened(path, STANCE_EVENT_DB_READ);
    q.order = STANCE_EVENT_BY_NUMBER;
    assert_int_equal(stance_event_db_query(db, &q, &page, &err), 0);
    assert_int_equal(page->n, 2);
    assert_false(page->more);
    for (size_t i = 0; i < 2; i++) {
        check_same(&page->rows[i].event, &events[i]);
        assert_int_equal(page->rows[i].number, i + 1);
        assert_string_equal(page->rows[i].source, info.source);
        assert_string_equal(page->rows[i].kind, i ? "exit" : "rep");
    }
    assert_string_equal(page->next, "number:2");
    stance_event_page_free(&page);
    assert_null(page);
    q.source = "a%_!.*"; /* only * and ? mean something */
    assert_int_equal(stance_event_db_runs(db, &q, &runs, &err), 0);
    assert_int_equal(runs->n, 1);
    assert_string_equal(runs->runs[0].model, "m");
    assert_string_equal(runs->runs[0].settings, "x = 1\n");
    assert_int_equal(runs->runs[0].clock_us, 5);
    assert_int_equal(runs->runs[0].began_us, 6);
    assert_int_equal(runs->runs[0].ended_us, 7);
    assert_int_equal(runs->runs[0].frames, 8);
    assert_int_equal(runs->runs[0].events, 2);
    assert_true(runs->runs[0].complete);
    stance_event_runs_free(&runs);
    assert_int_equal(stance_event_db_latest(db, &latest, &err), 0);
    assert_int_equal(latest, 2);
    assert_int_equal(stance_event_db_count(db, &q, counts, &err), 0);
    assert_int_equal(counts[STANCE_EVENT_REP] + counts[STANCE_EVENT_EXIT], 2);
    stance_event_db_close(&db, NULL);
}

static void refused(void **state)
{
    (void)state;
    const char *path = in_dir("refused.db");
    stance_event_db *db = opened(path, STANCE_EVENT_DB_WRITE);
    int64_t run = begun(db, "x"), latest;
    char long_text[300];
    memset(long_text, 'x', sizeof(long_text));
    long_text[256] = '\0';
    stance_event wrong[13];
    for (size_t i = 0; i < COUNT(wrong); i++)
        wrong[i] = full_event();
    wrong[0].kind = STANCE_EVENT_COUNT;
    wrong[1].id = -1;
    wrong[2].start_us = -2;
    wrong[3].end_us = 0;
    wrong[4].clock_us = INT64_MAX;
    wrong[5].label = long_text;
    wrong[6].place = long_text;
    wrong[7].frame = -7;
    wrong[8].people = -1;
    wrong[9].at[1] = -INFINITY;
    wrong[10].inference_us = INT64_MIN;
    wrong[11].order = -1;
    wrong[12].depth = INFINITY;
    for (size_t i = 0; i < COUNT(wrong); i++)
        if (stance_event_db_add(db, run, &wrong[i], &err) != STANCE_EINVAL)
            fail_msg("event %zu was taken", i);
    long_text[255] = '\0';
    wrong[5].end_us = wrong[5].start_us;
    assert_int_equal(stance_event_db_add(db, run, &wrong[5], &err), 0);
    stance_event_query q;
    stance_event_page *page;
    stance_event_runs *runs;
    stance_event_query_defaults(&q);
    assert_int_equal(stance_event_db_latest(db, &latest, &err), STANCE_EINVAL);
    assert_int_equal(stance_event_db_query(db, &q, &page, &err), STANCE_EINVAL);
    assert_int_equal(stance_event_db_runs(db, &q, &runs, &err), STANCE_EINVAL);
    assert_non_null(strstr(err.message, "opened for writing"));
    assert_int_equal(stance_event_db_close(&db, &err), 0);
    db = opened(path, STANCE_EVENT_DB_READ);
    assert_int_equal(stance_event_db_add(db, run, &wrong[5], &err), STANCE_EINVAL);
    static const size_t limits[] = {0, STANCE_EVENT_PAGE_MAX + 1, SIZE_MAX};
    for (size_t i = 0; i < COUNT(limits); i++) {
        q.limit = limits[i];
        assert_int_equal(stance_event_db_query(db, &q, &page, &err), STANCE_EINVAL);
        assert_null(page);
        err.message[0] = '\0';
        assert_int_equal(stance_event_db_runs(db, &q, &runs, &err), STANCE_EINVAL);
        assert_null(runs);
        assert_non_null(strstr(err.message, "1 to 10000"));
    }
    stance_event_db_close(&db, NULL);
    /* A run that is not there is found out when the events are written. */
    db = opened(path, STANCE_EVENT_DB_WRITE);
    assert_int_equal(stance_event_db_add(db, 99, &wrong[5], &err), 0);
    assert_int_equal(stance_event_db_close(&db, &err), STANCE_EOUTPUT);
    assert_non_null(strstr(err.message, "99"));
}

static void addresses(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"events.db", "events.db"},
        {"a:b@c.db", "a:b@c.db"},
        {"postgresql://host/db", "postgresql://host/db"},
        {"postgresql://me@host/db", "postgresql://me@host/db"},
        {"postgresql://me:secret@host:5432/db", "postgresql://me@host:5432/db"},
        {"postgresql://me:se:cr@et@host/db", "postgresql://me@host/db"},
        {"postgresql://me:a#b@host/db", "postgresql://me@host/db"},
        {"postgresql://me:a?b@host/db", "postgresql://me@host/db"},
        {"postgresql://me:a/b@host/db", "postgresql://me@host/db"},
        {"postgres://me:#/?@a:@host/db?a=b", "postgres://me@host/db?a=b"},
        {"postgresql://me@firm:secret@host/db", "postgresql://me@firm@host/db"},
        {"postgresql://me:a?password=b@host/db", "postgresql://me"},
        {"postgresql://h:5/db?password=x@y", "postgresql://h"},
        {"postgresql://me@[::1]:5432/db", "postgresql://me@[::1]:5432/db"},
        {"postgresql:///db?user=me&password=secret", "postgresql:///db?user=me&"},
        {"postgresql:///db?password=secret&host=/x", "postgresql:///db?host=/x"},
        {"postgresql:///db?a=b&password=s&sslpassword=t&c=d", "postgresql:///db?a=b&c=d"},
        {"rtsp://admin:1234@camera/live?x=y:z@q", "rtsp://admin@camera/live?x=y:z@q"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *shown = st_address_shown(cases[i][0]);
        assert_string_equal(shown, cases[i][1]);
        st_free(shown);
    }
    assert_true(stance_event_db_is_server("postgres://x"));
    assert_false(stance_event_db_is_server("postgres.db"));
}

/* ---- questions ---- */

static int take_plan(void *user, const st_cell *cells, size_t n, stance_error *error)
{
    (void)error;
    const char *sql = user, *step = n == 4 ? cells[3].text : "";
    if (strcmp(step, "SCAN stance_event") == 0 || strstr(step, "TEMP B-TREE"))
        fail_msg("%s: %s", step, sql);
    return 0;
}

/* Every question is answered by walking along an index, never by reading all or sorting.
 */
static void plans(void **state)
{
    (void)state;
    const char *path = in_dir("plans.db");
    static const char *const texts[] = {NULL, "in"};
    stance_event_db *db = opened(path, STANCE_EVENT_DB_WRITE);
    for (int r = 0; r < 3; r++) {
        int64_t run = begun(db, r ? "camera:0" : "walk.mp4");
        for (int i = 0; i < 200; i++) {
            stance_event e = stance_event_at((stance_event_kind)(i % STANCE_EVENT_COUNT),
                                             i / 3, i * 1000);
            e.label = texts[i % 2];
            e.place = i % 5 ? NULL : "door";
            e.clock_us = r ? 1767225600000000 + i : -1;
            assert_int_equal(stance_event_db_add(db, run, &e, &err), 0);
        }
    }
    assert_int_equal(stance_event_db_close(&db, &err), 0);
    db = opened(path, STANCE_EVENT_DB_READ);
    int n_asked = 0;
    for (int bits = 0; bits < 1 << 9; bits++) {
        stance_event_query q;
        st_select s = {0};
        st_text explain = {0};
        stance_event_query_defaults(&q);
        q.newest_first = bits & 1;
        q.after = bits & 2 ? "time:1767225600000000:3" : NULL;
        q.since_us = bits & 4 ? 1767225600000000 : INT64_MIN;
        q.until_us = bits & 4 ? 1767225700000000 : INT64_MAX;
        q.kinds = bits & 8 ? 1u << STANCE_EVENT_ENTER | 1u << STANCE_EVENT_EXIT : 0;
        q.place = bits & 16 ? "door" : NULL;
        q.label = bits & 32 ? "in" : NULL;
        q.run = bits & 64 ? 2 : 0;
        q.source = bits & 128 ? "camera:*" : NULL;
        q.person = bits & 256 ? 7 : -1;
        assert_int_equal(st_select_open(&s, &db->store, &q, &err), 0);
        n_asked += !s.none;
        if (s.none) { /* known without asking */
            st_select_clear(&s);
            continue;
        }
        assert_int_equal(st_select_page(&s, &err), 0);
        st_text_printf(&explain, "EXPLAIN QUERY PLAN %s", s.sql.text);
        assert_int_equal(st_store_run(&db->store, explain.text, s.values,
                                      ST_SELECT_VALUES, take_plan, s.sql.text, &err),
                         0);
        st_text_clear(&explain);
        st_select_clear(&s);
    }
    assert_int_equal(n_asked, 1 << 9);
    stance_event_db_close(&db, NULL);
}

/* More places than a question has walks: asked for in another way, with the same answer.
 */
static void many_words(void **state)
{
    (void)state;
    const char *path = in_dir("words.db");
    stance_event_db *db = opened(path, STANCE_EVENT_DB_WRITE);
    char source[32], place[32];
    for (int r = 0; r < 100; r++) {
        snprintf(source, sizeof(source), "clip%d", r);
        snprintf(place, sizeof(place), "place%d", r);
        int64_t run = begun(db, source);
        stance_event e = stance_event_at(STANCE_EVENT_ZONE, 1, r);
        e.place = place;
        e.label = r % 2 ? "in" : "out";
        assert_int_equal(stance_event_db_add(db, run, &e, &err), 0);
    }
    assert_int_equal(stance_event_db_close(&db, &err), 0);
    db = opened(path, STANCE_EVENT_DB_READ);
    for (int bits = 0; bits < 8; bits++) {
        stance_event_query q;
        stance_event_page *page;
        stance_event_query_defaults(&q);
        q.kinds = bits & 1 ? 1u << STANCE_EVENT_ZONE : 0;
        q.source = bits & 2 ? "clip*" : NULL;
        q.label = bits & 4 ? "in" : NULL;
        q.limit = 7;
        int expected = q.label ? 1 : 0, step = q.label ? 2 : 1;
        char after[STANCE_EVENT_CURSOR_SIZE] = "";
        for (bool more = true; more; stance_event_page_free(&page)) {
            q.after = after;
            if (stance_event_db_query(db, &q, &page, &err) < 0)
                fail_msg("%s", err.message);
            for (size_t i = 0; i < page->n; i++, expected += step)
                assert_int_equal(page->rows[i].event.start_us, expected);
            strcpy(after, page->next);
            more = page->more;
        }
        assert_int_equal(expected - (q.label ? 1 : 0), 100);
    }
    stance_event_db_close(&db, NULL);
}

/* ---- several programs ---- */

static void write_one(const char *path)
{
    stance_event_db *db = opened(path, STANCE_EVENT_DB_WRITE);
    const stance_event e = full_event();
    assert_int_equal(stance_event_db_add(db, begun(db, "x"), &e, &err), 0);
    assert_int_equal(stance_event_db_close(&db, &err), 0);
}

/* A handle stays what it is when this program opens others, and another program, which
 * takes itself for the last one if this one lost its locks, closes the file. */
static void several_programs(void **state)
{
    (void)state;
    const char *path = in_dir("several.db");
    write_one(path);
    stance_event_db *stays = opened(path, STANCE_EVENT_DB_READ), *other;
    for (int64_t n = 1; n <= 3; n++) {
        int64_t latest;
        assert_int_equal(stance_event_db_latest(stays, &latest, &err), 0);
        assert_int_equal(latest, n);
        other = opened(path, STANCE_EVENT_DB_READ);
        stance_event_db_close(&other, NULL);
        int status = -1;
        pid_t child = fork();
        if (child == 0) {
            execl("/proc/self/exe", "another", path, (char *)NULL);
            _exit(127);
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
    }
    stance_event_db_close(&stays, NULL);
}

/* ---- steps of the schema ---- */

static const char *const step_more[] = {"ALTER TABLE stance_event ADD COLUMN height REAL",
                                        "CREATE TABLE more (more @KEY@)", NULL};
static const char *const step_bad[] = {"CREATE TABLE half (x INTEGER)", "CREATE NONSENSE",
                                       NULL};

static int64_t number(const st_store *store, const char *sql)
{
    int64_t n = -1;
    if (st_store_int(store, sql, NULL, 0, &n, &err) < 0)
        fail_msg("%s", err.message);
    return n;
}

static void migrations(void **state)
{
    (void)state;
    enum { N = 7 }; /* versions there are; two more are made up */
    const char *path = in_dir("steps.db");
    st_store store;
    st_migration steps[N + 2] = {0};
    memcpy(steps, st_migrations, N * sizeof(*steps));
    steps[N].statements = step_more;
    steps[N + 1].statements = step_bad;
    assert_int_equal(st_n_migrations, N);
    stance_event_db *db = opened(path, STANCE_EVENT_DB_WRITE);
    const stance_event e = full_event();
    assert_int_equal(stance_event_db_add(db, begun(db, "x"), &e, &err), 0);
    assert_int_equal(stance_event_db_close(&db, &err), 0);

    assert_int_equal(st_store_open(&store, path, true, &err), 0);
    assert_int_equal(number(&store, "SELECT version FROM stance_schema"), N);
    /* An older one is refused by a reader, which may not change it. */
    assert_int_equal(st_schema_check(&store, steps, N + 1, &err), STANCE_EINPUT);
    assert_non_null(strstr(err.message, "version 7"));
    /* A step that fails takes back those before it. */
    assert_int_equal(st_schema_update(&store, steps, N + 2, &err), STANCE_EOUTPUT);
    assert_int_equal(number(&store, "SELECT version FROM stance_schema"), N);
    assert_int_equal(number(&store, "SELECT count(*) FROM sqlite_master WHERE name IN "
                                    "('more', 'half')"),
                     0);
    assert_int_equal(st_schema_update(&store, steps, N + 1, &err), 0);
    assert_int_equal(number(&store, "SELECT version FROM stance_schema"), N + 1);
    assert_int_equal(number(&store, "SELECT count(*) FROM stance_event WHERE height IS "
                                    "NULL"),
                     1);
    assert_int_equal(st_schema_update(&store, steps, N + 1, &err), 0);
    /* Whoever knows less refuses it. */
    assert_int_equal(st_schema_update(&store, steps, N, &err), STANCE_EOUTPUT);
    assert_non_null(strstr(err.message, "newer"));
    st_store_close(&store);
    assert_int_equal(stance_event_db_open(&db, path, STANCE_EVENT_DB_READ, &err),
                     STANCE_EINPUT);
    assert_int_equal(stance_event_db_open(&db, path, STANCE_EVENT_DB_WRITE, &err),
                     STANCE_EOUTPUT);
    assert_null(db);
}

/* ---- memory ---- */

static int everything(const char *path)
{
    stance_event_db *db = NULL;
    stance_event_page *page = NULL;
    stance_event_runs *runs = NULL;
    stance_event_query q;
    int64_t counts[STANCE_EVENT_COUNT];
    stance_event_query_defaults(&q);
    q.kinds = 1u << STANCE_EVENT_REP;
    q.source = "*";
    int rc = stance_event_db_open(&db, path, STANCE_EVENT_DB_READ, &err);
    if (rc == 0)
        rc = stance_event_db_query(db, &q, &page, &err);
    if (rc == 0)
        rc = stance_event_db_count(db, &q, counts, &err);
    if (rc == 0)
        rc = stance_event_db_runs(db, &q, &runs, &err);
    stance_event_page_free(&page);
    stance_event_runs_free(&runs);
    stance_event_db_close(&db, NULL);
    return rc;
}

static void no_memory(void **state)
{
    (void)state;
    const char *path = in_dir("memory.db");
    stance_event_db *db = opened(path, STANCE_EVENT_DB_WRITE);
    const stance_event e = full_event();
    assert_int_equal(stance_event_db_add(db, begun(db, "x"), &e, &err), 0);
    assert_int_equal(stance_event_db_close(&db, &err), 0);
    long before = st_memory_count();
    assert_int_equal(everything(path), 0);
    long n = st_memory_count() - before;
    for (long i = 1; i <= n; i++) {
        st_memory_fail_at(i);
        int rc = everything(path);
        st_memory_fail_at(0);
        if (rc != STANCE_ENOMEM)
            fail_msg("allocation %ld of %ld failed and gave %d", i, n, rc);
    }
    for (long i = 1, rc = -1; rc < 0; i++) {
        st_memory_fail_at(i);
        rc = stance_event_db_open(&db, path, STANCE_EVENT_DB_WRITE, &err);
        st_memory_fail_at(0);
        assert_true(rc == 0 || rc == STANCE_ENOMEM);
        assert_int_equal(stance_event_db_close(&db, &err), 0);
    }
}

int main(int argc, char **argv)
{
    if (argc == 2) { /* the other program of several_programs() */
        write_one(argv[1]);
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back), cmocka_unit_test(refused),
        cmocka_unit_test(addresses),      cmocka_unit_test(plans),
        cmocka_unit_test(many_words),     cmocka_unit_test(several_programs),
        cmocka_unit_test(migrations),     cmocka_unit_test(no_memory),
    };
    return cmocka_run_group_tests(tests, kit_make_dir, kit_remove_dir);
}
