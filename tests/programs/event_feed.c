/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fills an events database through the public headers, and times its pages: what the
 * tests of events and their benchmark have no time to do by `stance run`.
 *
 *     event_feed write ADDRESS N [PER-SECOND]   add N events; with a pace, a line for
 * each event_feed pages ADDRESS N DEPTH...       time 100 pages behind event N * DEPTH
 *
 * Event i is always the same, so a script can tell what is missing.
 */
#define _XOPEN_SOURCE 700

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "stance/event_db.h"

/* 2026-01-01T00:00:00Z, and ten events a second from there. */
#define CLOCK_US 1767225600000000LL
#define STEP_US 100000LL
enum { MILLION = 1000000, PAGES = 100 };

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * MILLION + t.tv_nsec / 1000;
}

static int64_t wall_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * MILLION + t.tv_nsec / 1000;
}

static int fail(const stance_error *err)
{
    fprintf(stderr, "event_feed: %s\n", err->message);
    return stance_status_exit(err->code);
}

/* Somebody comes in, goes through a zone and over a line, and leaves; now and then
 * somebody falls. */
static stance_event event_at(int64_t i)
{
    static const stance_event_kind kinds[] = {STANCE_EVENT_ENTER, STANCE_EVENT_ZONE,
                                              STANCE_EVENT_ZONE,  STANCE_EVENT_DWELL,
                                              STANCE_EVENT_LINE,  STANCE_EVENT_EXIT};
    static const char *const places[] = {NULL, "door", "door", "hall", "gate", NULL};
    static const char *const labels[] = {NULL, "in", "out", NULL, "left", NULL};
    int k = (int)(i % 6);
    stance_event e = stance_event_at(kinds[k], 1 + i / 6, i * STEP_US);
    e.place = places[k];
    e.label = labels[k];
    if (i % 100000 == 99999) {
        e.kind = STANCE_EVENT_FALL;
        e.place = e.label = NULL;
        e.end_us += 2 * MILLION;
    }
    e.clock_us = CLOCK_US + e.start_us;
    e.stay_us = k == 2 || k == 5 ? 300 * 1000 + i % 7 * MILLION : -1;
    e.frame = i * 3;
    e.at[0] = (float)(i % 1917) + 0.25f;
    e.at[1] = (float)(i % 1077) + 0.5f;
    e.people = 1 + (int)(i % 4);
    e.order = 1 + (int)(i % 3);
    e.inference_us = 3000 + i % 500;
    if (k == 3)
        e.depth = (float)(i % 180) + 0.125f;
    return e;
}

static void sleep_until(int64_t us)
{
    int64_t left = us - now_us();
    struct timespec t = {.tv_sec = left / MILLION, .tv_nsec = left % MILLION * 1000};
    if (left > 0)
        nanosleep(&t, NULL);
}

static int add_all(stance_event_db *db, int64_t run, int64_t n, int64_t per_second,
                   stance_error *err)
{
    int64_t began = now_us(), last = began;
    int rc = 0;
    for (int64_t i = 0; i < n && rc == 0; i++) {
        const stance_event e = event_at(i);
        if (per_second)
            sleep_until(began + i * MILLION / per_second);
        rc = stance_event_db_add(db, run, &e, err);
        if (rc == 0 && per_second) {
            printf("%lld %lld\n", (long long)i, (long long)wall_us());
            fflush(stdout);
        } else if (rc == 0 && (i + 1) % MILLION == 0) {
            rc = stance_event_db_flush(db, err);
            printf("%lld %.3f\n", (long long)(i + 1),
                   (double)(now_us() - last) / MILLION);
            fflush(stdout);
            last = now_us();
        }
    }
    return rc;
}

static int write_events(const char *address, int64_t n, int64_t per_second)
{
    stance_event_db *db = NULL;
    stance_error err;
    stance_event_run run = {.source = "feed:0",
                            .model = "none",
                            .clock_us = CLOCK_US,
                            .began_us = wall_us(),
                            .frames = n * 3,
                            .complete = true};
    int rc = stance_event_db_open(&db, address, STANCE_EVENT_DB_WRITE, &err);
    if (rc == 0)
        rc = stance_event_db_begin(db, &run, &run.run, &err);
    if (rc == 0)
        rc = add_all(db, run.run, n, per_second, &err);
    run.ended_us = wall_us();
    if (rc == 0)
        rc = stance_event_db_end(db, &run, &err);
    int status = rc < 0 ? fail(&err) : 0;
    rc = stance_event_db_close(&db, &err);
    return status == 0 && rc < 0 ? fail(&err) : status;
}

/* ---- pages ---- */

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* Pages behind event `first`, then behind those next to it. */
static int time_pages(stance_event_db *db, stance_event_query *q, int64_t first,
                      const char *name, double depth, stance_error *err)
{
    int64_t took[PAGES];
    size_t rows = 0;
    for (int i = 0; i < PAGES; i++) {
        stance_event_page *page;
        char cursor[STANCE_EVENT_CURSOR_SIZE];
        int64_t at = first + 11 * (q->newest_first ? i : -i);
        at = at < 0 ? -at : at;
        stance_event_row row = {.number = at + 1, .event = event_at(at)};
        stance_event_cursor(q, &row, cursor);
        q->after = cursor;
        int64_t began = now_us();
        int rc = stance_event_db_query(db, q, &page, err);
        took[i] = now_us() - began;
        if (rc < 0)
            return rc;
        rows += page->n;
        stance_event_page_free(&page);
    }
    qsort(took, PAGES, sizeof(*took), compare);
    printf("{\"question\": \"%s\", \"depth\": %g, \"rows\": %.1f, \"median_ms\": %.3f, "
           "\"p95_ms\": %.3f, \"max_ms\": %.3f}\n",
           name, depth, (double)rows / PAGES, (double)took[PAGES / 2] / 1000,
           (double)took[PAGES * 95 / 100] / 1000, (double)took[PAGES - 1] / 1000);
    return 0;
}

static int page_events(const char *address, int64_t n, char **depths, int n_depths)
{
    static const struct {
        const char *name;
        stance_event_order order;
        bool newest;
        unsigned kinds;
        const char *place;
        int64_t run;
    } questions[] = {
        {"all, by time", STANCE_EVENT_BY_TIME, false, 0, NULL, 0},
        {"all, newest first", STANCE_EVENT_BY_TIME, true, 0, NULL, 0},
        {"all, by number", STANCE_EVENT_BY_NUMBER, false, 0, NULL, 0},
        {"one run", STANCE_EVENT_BY_TIME, false, 0, NULL, 1},
        {"enter and exit", STANCE_EVENT_BY_TIME, false,
         1u << STANCE_EVENT_ENTER | 1u << STANCE_EVENT_EXIT, NULL, 0},
        {"falls (one in 100,000)", STANCE_EVENT_BY_TIME, false, 1u << STANCE_EVENT_FALL,
         NULL, 0},
        {"one place of a run", STANCE_EVENT_BY_TIME, true, 0, "hall", 1},
    };
    stance_event_db *db = NULL;
    stance_error err;
    int rc = stance_event_db_open(&db, address, STANCE_EVENT_DB_READ, &err);
    for (size_t i = 0; i < sizeof(questions) / sizeof(*questions); i++) {
        for (int d = 0; d < n_depths && rc == 0; d++) {
            stance_event_query q;
            stance_event_query_defaults(&q);
            q.order = questions[i].order;
            q.newest_first = questions[i].newest;
            q.kinds = questions[i].kinds;
            q.place = questions[i].place;
            q.run = questions[i].run;
            double depth = strtod(depths[d], NULL);
            int64_t first = (int64_t)(depth * (double)(n - 1));
            rc = time_pages(db, &q, q.newest_first ? n - 1 - first : first,
                            questions[i].name, depth, &err);
        }
    }
    stance_event_db_close(&db, NULL);
    return rc < 0 ? fail(&err) : 0;
}

int main(int argc, char **argv)
{
    if (argc >= 4 && strcmp(argv[1], "write") == 0)
        return write_events(argv[2], strtoll(argv[3], NULL, 10),
                            argc > 4 ? strtoll(argv[4], NULL, 10) : 0);
    if (argc >= 5 && strcmp(argv[1], "pages") == 0)
        return page_events(argv[2], strtoll(argv[3], NULL, 10), argv + 4, argc - 4);
    fprintf(stderr, "usage: event_feed write ADDRESS N [PER-SECOND] | pages ADDRESS N "
                    "DEPTH...\n");
    return 1;
}
