/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happens, into an events database (docs/events.md); last stage of the flow.
 *
 * Each input is a run of its own, added to what the database holds. What was noticed is
 * true also where the run fails later, so nothing is taken back; the run then says that
 * it is not complete. Only events are kept: neither joints nor pictures.
 *
 * A file is looked at for what comes out of it: where that cannot be stored, the run has
 * failed. Live input goes on (store/keeper.h). A database that is not there at the start
 * is an error also then, so that a slip in its address is told, but not with --live yes,
 * which says that going on is what counts.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/status.h"
#include "sink/sink.h"
#include "sink/utf8.h"
#include "store/keeper.h"
#include "store/store.h"

typedef struct events_sink {
    const char *target;
    stance_event_db *db; /* one of these two */
    st_keeper *keeper;
    stance_event_run run;
    st_text settings, source, place, label;
} events_sink;

static int64_t clock_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Options that are not what they are by default, "name = value" a line. */
static int list_settings(st_text *text, const stance_settings *settings)
{
    stance_settings presets;
    const stance_option_group *groups = stance_settings_groups();
    int rc = stance_settings_defaults(&presets);
    for (const stance_option_group *g = groups; rc == 0 && g->title; g++) {
        for (const stance_option *row = g->rows; row->name; row++) {
            char value[1024], preset[1024];
            stance_options_get(groups, settings, row->name, value, sizeof(value));
            stance_options_get(groups, &presets, row->name, preset, sizeof(preset));
            if (strcmp(value, preset) == 0)
                continue;
            st_text_printf(text, "%s = ", row->name);
            st_utf8_clean(text, value);
            st_text_add(text, "\n");
        }
    }
    stance_settings_clear(&presets);
    return rc == 0 && text->failed ? STANCE_ENOMEM : rc;
}

static int events_open(void *self, const char *target, const stance_settings *settings,
                       stance_error *err)
{
    events_sink *s = self;
    if (list_settings(&s->settings, settings) < 0)
        return st_fail_memory(err);
    s->target = target;
    if (settings->source.live == STANCE_LIVE_YES)
        return 0; /* once it is known that it is */
    return stance_event_db_open(&s->db, target, STANCE_EVENT_DB_WRITE, err);
}

static int events_begin(void *self, const stance_stream *stream, stance_error *err)
{
    events_sink *s = self;
    /* A camera's address may hold a password; the database is read by others. */
    char *shown = st_address_shown(stream->source);
    if (shown)
        st_utf8_clean(&s->source, shown);
    st_free(shown);
    if (!s->source.text || s->source.failed)
        return st_fail_memory(err);
    s->run = (stance_event_run){.source = s->source.text,
                                .model = stream->model,
                                .settings = s->settings.text,
                                .clock_us = stream->clock_us,
                                .began_us = clock_us(),
                                .frames = -1};
    stance_event_db *db = s->db;
    int rc = 0;
    if (stream->live) {
        s->db = NULL;
        return st_keeper_open(&s->keeper, db, s->target, &s->run, err);
    }
    if (!db)
        rc = stance_event_db_open(&s->db, s->target, STANCE_EVENT_DB_WRITE, err);
    return rc < 0 ? rc : stance_event_db_begin(s->db, &s->run, &s->run.run, err);
}

/* Names of zones are what somebody typed: not always UTF-8. */
static const char *clean(st_text *text, const char *bytes)
{
    text->length = 0;
    if (bytes)
        st_utf8_clean(text, bytes);
    return bytes && !text->failed ? text->text : NULL;
}

static int events_event(void *self, const stance_event *event, stance_error *err)
{
    events_sink *s = self;
    stance_event e = *event;
    e.place = clean(&s->place, event->place);
    e.label = clean(&s->label, event->label);
    if (s->place.failed || s->label.failed)
        return st_fail_memory(err);
    if (s->keeper) {
        st_keeper_add(s->keeper, &e);
        return 0;
    }
    stance_error inner;
    int rc = stance_event_db_add(s->db, s->run.run, &e, &inner);
    if (rc == STANCE_EINVAL) /* an event is made of what the input says */
        rc = STANCE_EINPUT;
    return rc < 0 ? st_fail(err, rc, "%s", inner.message) : 0;
}

static int end_run(events_sink *s, stance_error *err)
{
    s->run.ended_us = clock_us();
    int rc = stance_event_db_end(s->db, &s->run, err);
    s->run.run = 0;
    return rc;
}

static int events_end(void *self, const stance_summary *summary, stance_error *err)
{
    events_sink *s = self;
    s->run.frames = summary->frames_out;
    s->run.complete = summary->complete;
    if (s->keeper)
        return st_keeper_close(&s->keeper, &s->run, err);
    int rc = end_run(s, err);
    int closed = stance_event_db_close(&s->db, rc < 0 ? NULL : err);
    return rc < 0 ? rc : closed;
}

static void events_close(void *self)
{
    events_sink *s = self;
    stance_error err = {0};
    if (st_keeper_close(&s->keeper, &s->run, &err) < 0)
        st_log(STANCE_LOG_WARN, "events", "%s", err.message);
    if (s->db && s->run.run > 0)
        end_run(s, NULL);
    stance_event_db_close(&s->db, NULL);
    st_text_clear(&s->settings);
    st_text_clear(&s->source);
    st_text_clear(&s->place);
    st_text_clear(&s->label);
}

const stance_sink_class st_sink_events = {
    .name = "events",
    .help = "what happens, added to a database: a file, or postgresql://...",
    .size = sizeof(events_sink),
    .only_poses = true,
    .open = events_open,
    .begin = events_begin,
    .event = events_event,
    .end = events_end,
    .close = events_close,
};
