/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sinks of events: a run for each input, what is not UTF-8, passwords, runs that
 * fail; and the same events as JSON, in a file that is there only when it is complete.
 */
#include "sink_kit.h"

#include <sys/stat.h>

#include "stance/event_db.h"

static const stance_summary done = {
    .frames_in = 9, .frames_out = 9, .duration_us = 360000, .complete = true};

static stance_event somebody_leaves(void)
{
    stance_event e = stance_event_at(STANCE_EVENT_EXIT, 3, 1500000);
    e.place = "h\xff"
              "all \"1\"";
    e.stay_us = 1250400;
    e.clock_us = 1767225600500000;
    e.frame = 37;
    e.at[0] = 10.126f;
    e.at[1] = 20;
    e.people = 2;
    e.order = 1;
    e.inference_us = 4567;
    return e;
}

/* @param options settings other than the defaults @param end NULL: the run fails */
static void run_sink(const stance_sink_class *class, const char *path,
                     const stance_stream *stream, const char *const *options,
                     const stance_summary *end)
{
    kit_sink s;
    stance_event events[] = {somebody_leaves(),
                             stance_event_at(STANCE_EVENT_FALL, 0, 2000000),
                             stance_event_at(STANCE_EVENT_REP, 3, 2500000)};
    events[2].label = "squat";
    events[2].turn_us = 3000000;
    events[2].depth = 91.62551f;
    kit_expect(&s, kit_open(&s, class, path, options), 0);
    kit_expect(&s, kit_begin(&s, stream), 0);
    for (size_t i = 0; i < COUNT(events); i++)
        kit_expect(&s, class->event(s.self, &events[i], &s.err), 0);
    if (end)
        kit_expect(&s, kit_end(&s, end), 0);
    kit_close(&s);
}

static void database(void **state)
{
    (void)state;
    static const char *const options[] = {"threshold", "0.375", NULL};
    const char *path = in_dir("events.db");
    stance_stream stream = kit_stream(32, 24, STANCE_PIX_GRAY8);
    stance_error err;
    stance_event_db *db;
    stance_event_runs *runs;
    stance_event_page *page;
    stance_event_query q;
    stance_event_query_defaults(&q);
    stream.source = "rtsp://me:secret@camera/1";
    stream.clock_us = 1767225599000000;
    run_sink(&st_sink_events, path, &stream, options, &done);
    stream.source = "b\xff.mp4";
    stream.clock_us = -1;
    run_sink(&st_sink_events, path, &stream, NULL, NULL);
    assert_int_equal(stance_event_db_open(&db, path, STANCE_EVENT_DB_READ, &err), 0);
    assert_int_equal(stance_event_db_runs(db, &q, &runs, &err), 0);
    assert_int_equal(runs->n, 2);
    const stance_event_run *a = &runs->runs[0], *b = &runs->runs[1];
    assert_string_equal(a->source, "rtsp://me@camera/1");
    assert_string_equal(b->source, "b\xef\xbf\xbd.mp4");
    assert_string_equal(a->model, "walker");
    assert_string_equal(a->settings, "threshold = 0.375\n");
    assert_null(b->settings);
    assert_int_equal(a->clock_us, 1767225599000000);
    assert_int_equal(a->frames, 9);
    assert_int_equal(a->events, 3);
    assert_int_equal(b->events, 3);
    assert_true(a->complete && a->ended_us >= a->began_us && a->began_us > 0);
    assert_true(!b->complete && b->ended_us >= 0 && b->frames == -1);
    q.run = 2;
    q.order = STANCE_EVENT_BY_NUMBER;
    assert_int_equal(stance_event_db_query(db, &q, &page, &err), 0);
    assert_int_equal(page->n, 3);
    assert_string_equal(page->rows[0].event.place, "h\xef\xbf\xbd"
                                                   "all \"1\"");
    stance_event_page_free(&page);
    stance_event_runs_free(&runs);
    stance_event_db_close(&db, NULL);
}

/* @return events in it */
static int64_t count(const char *path)
{
    stance_error err;
    stance_event_db *db;
    stance_event_query q;
    int64_t counts[STANCE_EVENT_COUNT], n = 0;
    stance_event_query_defaults(&q);
    assert_int_equal(stance_event_db_open(&db, path, STANCE_EVENT_DB_READ, &err), 0);
    assert_int_equal(stance_event_db_count(db, &q, counts, &err), 0);
    for (int i = 0; i < STANCE_EVENT_COUNT; i++)
        n += counts[i];
    stance_event_db_close(&db, NULL);
    return n;
}

/* Live input goes on, also while there is no database, and is told at its end. */
static void live(void **state)
{
    (void)state;
    static const char *const options[] = {"live", "yes", NULL};
    const stance_event e = somebody_leaves();
    char path[128];
    snprintf(path, sizeof(path), "%s", in_dir("later/events.db"));
    stance_stream stream = kit_stream(32, 24, STANCE_PIX_GRAY8);
    stream.live = true;
    run_sink(&st_sink_events, in_dir("live.db"), &stream, NULL, &done);
    assert_int_equal(count(in_dir("live.db")), 3);
    run_sink(&st_sink_events, in_dir("live.db"), &stream, options, NULL);
    assert_int_equal(count(in_dir("live.db")), 6);
    for (int comes = 0; comes < 2; comes++) {
        kit_sink s;
        kit_expect(&s, kit_open(&s, &st_sink_events, path, options), 0);
        kit_expect(&s, kit_begin(&s, &stream), 0);
        for (int i = 0; i < 3; i++)
            kit_expect(&s, st_sink_events.event(s.self, &e, &s.err), 0);
        if (comes)
            assert_int_equal(mkdir(in_dir("later"), 0700), 0);
        kit_expect(&s, kit_end(&s, &done), comes ? 0 : STANCE_EOUTPUT);
        if (!comes)
            assert_non_null(strstr(s.err.message, "3 events"));
        kit_close(&s);
    }
    assert_int_equal(count(path), 3);
    stream.live = false; /* though it was said to be */
    run_sink(&st_sink_events, path, &stream, options, &done);
    assert_int_equal(count(path), 6);
}

static void json(void **state)
{
    (void)state;
    const char *path = in_dir("events.json");
    stance_stream stream = kit_stream(32, 24, STANCE_PIX_GRAY8);
    stream.clock_us = 1767225599000000;
    run_sink(&st_sink_events_json, path, &stream, NULL, NULL);
    assert_int_equal(st_file_kind_of(path), ST_FILE_ABSENT);
    run_sink(&st_sink_events_json, path, &stream, NULL, &done);
    size_t n;
    char *text = kit_read(path, &n);
    assert_string_equal(
        text,
        "{\n  \"schema\": \"stance-events/1\",\n  \"source\": \"clip.mp4\",\n"
        "  \"model\": \"walker\",\n  \"clock\": \"2025-12-31T23:59:59Z\",\n"
        "  \"events\": [\n"
        "    {\"kind\": \"exit\", \"id\": 3, \"place\": \"h\xef\xbf\xbd"
        "all \\\"1\\\"\", \"start_ms\": 1500, \"end_ms\": 1500, \"stay_ms\": 1250.4, "
        "\"clock\": \"2026-01-01T00:00:00.5Z\", \"frame\": 37, \"x\": 10.13, \"y\": 20, "
        "\"people\": 2, \"order\": 1, \"inference_ms\": 4.567},\n"
        "    {\"kind\": \"fall\", \"id\": null, \"start_ms\": 2000, \"end_ms\": 2000},\n"
        "    {\"kind\": \"rep\", \"id\": 3, \"label\": \"squat\", \"start_ms\": 2500, "
        "\"turn_ms\": 3000, \"depth\": 91.626, \"end_ms\": 2500}\n"
        "  ],\n  \"summary\": {\n    \"events\": 3,\n    \"frames\": 9,\n"
        "    \"duration_ms\": 360,\n    \"complete\": true\n  }\n}\n");
    free(text);
}

static void elsewhere(void **state)
{
    (void)state;
    kit_sink s;
    kit_expect(&s, kit_open(&s, &st_sink_events, kit_dir, NULL), STANCE_EOUTPUT);
    kit_close(&s);
    kit_expect(&s, kit_open(&s, &st_sink_events, in_dir("no/x.db"), NULL),
               STANCE_EOUTPUT);
    kit_close(&s);
    assert_ptr_equal(stance_sink_find("events"), &st_sink_events);
    assert_ptr_equal(stance_sink_find("events-json"), &st_sink_events_json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(database),
        cmocka_unit_test(live),
        cmocka_unit_test(json),
        cmocka_unit_test(elsewhere),
    };
    return cmocka_run_group_tests(tests, kit_make_dir, kit_remove_dir);
}
