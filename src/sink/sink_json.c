/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stance's own JSON (docs/output.md, docs/schema/stance-1.schema.json), last stage of the
 * flow: each frame is written when it arrives and nothing is kept. The truth of drawn
 * people is written in the same form, by the same functions.
 *
 * What is known only at the end belongs to the beginning of the document: the number of
 * frames and the duration. In a file their places are left blank behind a null and are
 * written over at the end; on a pipe the nulls stay, and the summary has the numbers.
 * */
#include <errno.h>
#include <string.h>

#include "base/status.h"
#include "sink/sink_json_file.h"
#include "sink/sink_json_parts.h"

enum { PLACE = 24 }; /* bytes for a number known later */

typedef struct json_sink {
    st_sink_json_file out;
    bool truth; /* what is written is the source's own truth, not what was found */
    st_json_about about;
    long count_at, duration_at; /* where the places begin */
    int64_t frames;
} json_sink;

static int json_open(void *self, const char *target, const stance_settings *settings,
                     stance_error *err)
{
    (void)settings;
    json_sink *s = self;
    return st_sink_json_open(&s->out, target, err);
}

static int truth_open(void *self, const char *target, const stance_settings *settings,
                      stance_error *err)
{
    json_sink *s = self;
    s->truth = true;
    return json_open(self, target, settings, err);
}

/* A member whose number is known only at the end. */
static void write_place(void *user, const char *name)
{
    json_sink *s = user;
    long *at = *name == 'f' ? &s->count_at : &s->duration_at;
    st_json_write_null(&s->out.w, name);
    if (!s->out.seekable)
        return;
    *at = ftell(s->out.file) - (long)strlen("null");
    fprintf(s->out.file, "%*s", PLACE - (int)strlen("null"), "");
}

/* The comma that the writer put behind the place moves up to the number. */
static void fill_place(const json_sink *s, long at, const char *number)
{
    if (fseek(s->out.file, at, SEEK_SET) == 0)
        fprintf(s->out.file, "%s,%*s", number, PLACE - (int)strlen(number), "");
}

/* Milliseconds of a time with at most 3 decimals, whatever the locale. */
static void format_ms(int64_t us, char *text, size_t size)
{
    int n = snprintf(text, size, "%lld", (long long)(us / 1000));
    int thousandths = (int)(us % 1000);
    if (thousandths == 0 || n < 0)
        return;
    n += snprintf(text + n, size - (size_t)n, ".%03d", thousandths);
    while (text[n - 1] == '0')
        text[--n] = '\0';
}

/* Every write ends here. */
static int check(const json_sink *s, stance_error *err)
{
    return s->about.text.failed ? st_fail_memory(err) : st_sink_json_check(&s->out, err);
}

static int json_begin(void *self, const stance_stream *stream, stance_error *err)
{
    json_sink *s = self;
    st_json_writer *w = &s->out.w;
    st_json_about_init(&s->about, stream);
    if (s->truth) {
        s->about.skeleton = stance_skeleton_find("coco17");
        s->about.model = STANCE_MODEL_TRUTH;
        s->about.single = false;
        s->about.truth = true;
    }
    errno = 0;
    st_json_begin_object(w, NULL, false);
    st_json_write_text(w, "schema", "stance/1");
    st_json_write_meta(w, &s->about, write_place, s);
    st_json_write_format(w, &s->about);
    st_json_begin_array(w, "frames", false);
    return check(s, err);
}

static int json_frame(void *self, const stance_result *result, stance_error *err)
{
    json_sink *s = self;
    errno = 0;
    st_json_write_frame(&s->out.w, &s->about, result,
                        s->truth ? result->truth : result->poses);
    s->frames++;
    return check(s, err);
}

static void write_events(json_sink *s)
{
    st_json_writer *w = &s->out.w;
    st_json_begin_array(w, "events", false);
    for (size_t i = 0; i < s->about.stream->n_events; i++) {
        const stance_event *e = &s->about.stream->events[i];
        st_json_begin_object(w, NULL, true);
        st_json_write_text(w, "kind", stance_event_kind_name(e->kind));
        st_json_write_int(w, "id", e->id);
        if (e->label)
            st_json_write_text(w, "label", e->label);
        st_json_write_ms(w, "start_ms", e->start_us);
        if (e->turn_us >= 0)
            st_json_write_ms(w, "turn_ms", e->turn_us);
        st_json_write_ms(w, "end_ms", e->end_us);
        st_json_end_object(w);
    }
    st_json_end_array(w);
}

static int json_end(void *self, const stance_summary *summary, stance_error *err)
{
    json_sink *s = self;
    errno = 0;
    st_json_end_array(&s->out.w);
    if (s->truth)
        write_events(s);
    st_json_write_summary(&s->out.w, &s->about, summary);
    st_json_end_object(&s->out.w);
    if (s->out.seekable) {
        char number[PLACE];
        snprintf(number, sizeof(number), "%lld", (long long)s->frames);
        fill_place(s, s->count_at, number);
        format_ms(summary->duration_us, number, sizeof(number));
        if (s->duration_at > 0)
            fill_place(s, s->duration_at, number);
    }
    return st_sink_json_commit(&s->out, err);
}

static void json_close(void *self)
{
    json_sink *s = self;
    st_sink_json_close(&s->out);
    st_text_clear(&s->about.text);
}

const stance_sink_class st_sink_json = {
    .name = "json",
    .help = "poses as JSON (stance/1), to a file or, with -, to standard output",
    .size = sizeof(json_sink),
    .only_poses = true,
    .open = json_open,
    .begin = json_begin,
    .frame = json_frame,
    .end = json_end,
    .close = json_close,
};

const stance_sink_class st_sink_truth = {
    .name = "truth",
    .help = "what is true of drawn people, in the same form, with what happens",
    .size = sizeof(json_sink),
    .wants_truth = true,
    .only_poses = true,
    .open = truth_open,
    .begin = json_begin,
    .frame = json_frame,
    .end = json_end,
    .close = json_close,
};
