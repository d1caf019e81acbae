/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events of a job: read from what its child wrote, and stored. In a file of its own for
 * the same reason as child_says.c.
 */
#include "job_events.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* A child that was taken over may write what it wants. */
enum { MOST_BYTES = 64 * 1024 * 1024 };

static int fail(stance_error *err, int code, const char *why)
{
    err->code = code;
    snprintf(err->message, sizeof(err->message), "%s", why);
    return code;
}

static int64_t us_of(const json_t *event, const char *member)
{
    const json_t *ms = json_object_get(event, member);
    return json_is_number(ms) && fabs(json_number_value(ms)) < 1e15
               ? (int64_t)llround(json_number_value(ms) * 1000)
               : -1;
}

static int64_t int_of(const json_t *event, const char *member, int64_t preset)
{
    const json_t *n = json_object_get(event, member);
    return json_is_integer(n) ? json_integer_value(n) : preset;
}

static bool kind_of(const json_t *event, stance_event_kind *kind)
{
    const char *name = json_string_value(json_object_get(event, "kind"));
    for (int i = 0; name && i < STANCE_EVENT_COUNT; i++)
        if (strcmp(stance_event_kind_name(i), name) == 0) {
            *kind = i;
            return true;
        }
    return false;
}

/* @return false: it is none */
static bool read_event(const json_t *from, int64_t clock_us, stance_event *event)
{
    const json_t *x = json_object_get(from, "x"), *y = json_object_get(from, "y");
    const json_t *depth = json_object_get(from, "depth");
    stance_event_kind kind;
    if (!kind_of(from, &kind) || us_of(from, "start_ms") < 0)
        return false;
    *event = stance_event_at(kind, int_of(from, "id", 0), us_of(from, "start_ms"));
    event->label = json_string_value(json_object_get(from, "label"));
    event->place = json_string_value(json_object_get(from, "place"));
    event->turn_us = us_of(from, "turn_ms");
    if (json_is_number(depth))
        event->depth = (float)json_number_value(depth);
    event->end_us = us_of(from, "end_ms");
    event->stay_us = us_of(from, "stay_ms");
    event->clock_us = clock_us >= 0 ? clock_us + event->start_us : -1;
    event->frame = int_of(from, "frame", -1);
    event->people = (int)int_of(from, "people", 0);
    event->order = (int)int_of(from, "order", 0);
    int64_t inference_us = us_of(from, "inference_ms");
    event->inference_us = inference_us > 0 ? inference_us : 0;
    if (json_is_number(x) && json_is_number(y)) {
        event->at[0] = (float)json_number_value(x);
        event->at[1] = (float)json_number_value(y);
    }
    return true;
}

/* -1: not known. */
static int64_t clock_of(const json_t *root)
{
    const char *given = json_string_value(json_object_get(root, "clock"));
    stance_error err;
    int64_t us;
    bool is_clock;
    return given && stance_clock_parse(given, 0, &us, &is_clock, &err) == 0 && is_clock
               ? us
               : -1;
}

int job_events_store(const char *address, const char *path, const char *name,
                     int64_t began_us, int64_t ended_us, stance_error *err)
{
    struct stat st;
    json_t *root = stat(path, &st) == 0 && st.st_size <= MOST_BYTES
                       ? json_load_file(path, JSON_REJECT_DUPLICATES, NULL)
                       : NULL;
    const json_t *events = json_object_get(root, "events");
    const json_t *summary = json_object_get(root, "summary");
    stance_event_db *db = NULL;
    if (!json_is_array(events) || !json_is_object(summary)) {
        json_decref(root);
        return fail(err, STANCE_EINPUT, "no events were written");
    }
    stance_event_run run = {.source = name,
                            .model = json_string_value(json_object_get(root, "model")),
                            .clock_us = clock_of(root),
                            .began_us = began_us,
                            .ended_us = ended_us,
                            .frames = int_of(summary, "frames", 0),
                            .complete =
                                json_is_true(json_object_get(summary, "complete"))};
    int rc = stance_event_db_open(&db, address, STANCE_EVENT_DB_WRITE, err);
    if (rc == 0)
        rc = stance_event_db_begin(db, &run, &run.run, err);
    if (rc < 0)
        rc = err->code = STANCE_AGAIN;
    for (size_t i = 0; rc == 0 && i < json_array_size(events); i++) {
        stance_event event;
        if (!read_event(json_array_get(events, i), run.clock_us, &event))
            rc = fail(err, STANCE_EINPUT, "an event is none");
        else
            rc = stance_event_db_add(db, run.run, &event, err);
    }
    if (rc == 0)
        rc = stance_event_db_end(db, &run, err);
    int closed = db ? stance_event_db_close(&db, rc == 0 ? err : NULL) : 0;
    json_decref(root);
    return rc != 0 ? rc : closed;
}
