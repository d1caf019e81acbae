/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happens, as JSON (docs/schema/stance-events-1.schema.json), last stage of the
 * flow: each event is written when it is noticed, one a line. Unlike stance's JSON of
 * joints it holds clock times and times taken.
 */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "sink/sink.h"
#include "sink/sink_json_file.h"
#include "sink/utf8.h"
#include "store/store.h"

extern const char st_events_schema_text[]; /* made by the build, NUL-terminated */

const char *stance_events_schema(void)
{
    return st_events_schema_text;
}

typedef struct events_json_sink {
    st_sink_json_file out;
    st_text text; /* scratch for names */
    int64_t n;
} events_json_sink;

static int events_json_open(void *self, const char *target,
                            const stance_settings *settings, stance_error *err)
{
    (void)settings;
    events_json_sink *s = self;
    return st_sink_json_open(&s->out, target, err);
}

static int check(const events_json_sink *s, stance_error *err)
{
    return s->text.failed ? st_fail_memory(err) : st_sink_json_check(&s->out, err);
}

static void write_name(events_json_sink *s, const char *member, const char *bytes)
{
    s->text.length = 0;
    st_utf8_clean(&s->text, bytes);
    st_json_write_text(&s->out.w, member, s->text.text);
}

static void write_clock(st_json_writer *w, const char *member, int64_t us)
{
    char text[STANCE_CLOCK_SIZE] = "";
    if (us >= 0)
        stance_clock_text(us, text);
    st_json_write_text(w, member, *text ? text : NULL);
}

static void write_ms(st_json_writer *w, const char *member, int64_t us)
{
    st_json_write_number(w, member, (double)us / 1000, 3);
}

static void write_known_ms(st_json_writer *w, const char *member, int64_t us)
{
    if (us >= 0)
        write_ms(w, member, us);
}

static int events_json_begin(void *self, const stance_stream *stream, stance_error *err)
{
    events_json_sink *s = self;
    char *shown = st_address_shown(stream->source);
    if (!shown)
        return st_fail_memory(err);
    errno = 0;
    st_json_begin_object(&s->out.w, NULL, false);
    st_json_write_text(&s->out.w, "schema", "stance-events/1");
    write_name(s, "source", shown);
    write_name(s, "model", stream->model ? stream->model : "");
    write_clock(&s->out.w, "clock", stream->clock_us);
    st_json_begin_array(&s->out.w, "events", false);
    st_free(shown);
    return check(s, err);
}

static int events_json_event(void *self, const stance_event *e, stance_error *err)
{
    events_json_sink *s = self;
    st_json_writer *w = &s->out.w;
    errno = 0;
    st_json_begin_object(w, NULL, true);
    st_json_write_text(w, "kind", stance_event_kind_name(e->kind));
    if (e->id > 0)
        st_json_write_int(w, "id", e->id);
    else
        st_json_write_null(w, "id");
    if (e->place)
        write_name(s, "place", e->place);
    if (e->label)
        write_name(s, "label", e->label);
    write_ms(w, "start_ms", e->start_us);
    write_known_ms(w, "turn_ms", e->turn_us);
    if (isfinite(e->depth))
        st_json_write_number(w, "depth", e->depth, 3);
    write_ms(w, "end_ms", e->end_us);
    write_known_ms(w, "stay_ms", e->stay_us);
    if (e->clock_us >= 0)
        write_clock(w, "clock", e->clock_us);
    if (e->frame >= 0)
        st_json_write_int(w, "frame", e->frame);
    if (isfinite(e->at[0]) && isfinite(e->at[1])) {
        st_json_write_number(w, "x", e->at[0], 2);
        st_json_write_number(w, "y", e->at[1], 2);
    }
    if (e->people > 0)
        st_json_write_int(w, "people", e->people);
    if (e->order > 0)
        st_json_write_int(w, "order", e->order);
    if (e->inference_us > 0)
        write_ms(w, "inference_ms", e->inference_us);
    st_json_end_object(w);
    s->n++;
    return check(s, err);
}

static int events_json_end(void *self, const stance_summary *summary, stance_error *err)
{
    events_json_sink *s = self;
    st_json_writer *w = &s->out.w;
    errno = 0;
    st_json_end_array(w);
    st_json_begin_object(w, "summary", false);
    st_json_write_int(w, "events", s->n);
    st_json_write_int(w, "frames", summary->frames_out);
    write_ms(w, "duration_ms", summary->duration_us);
    st_json_write_bool(w, "complete", summary->complete);
    st_json_end_object(w);
    st_json_end_object(w);
    return st_sink_json_commit(&s->out, err);
}

static void events_json_close(void *self)
{
    events_json_sink *s = self;
    st_sink_json_close(&s->out);
    st_text_clear(&s->text);
}

const stance_sink_class st_sink_events_json = {
    .name = "events-json",
    .help = "what happens, as JSON, to a file or, with -, to standard output",
    .size = sizeof(events_json_sink),
    .only_poses = true,
    .open = events_json_open,
    .begin = events_json_begin,
    .event = events_json_event,
    .end = events_json_end,
    .close = events_json_close,
};
