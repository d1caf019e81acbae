/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A report for people to read: one HTML file with a picture, tables and charts of what
 * everybody did (docs/report.md); last stage of the flow. It needs no network, and
 * everything in it comes from the run: report_data.c gathers, report_page.c writes.
 */
#include <errno.h>

#include "base/memory.h"
#include "base/status.h"
#include "sink/report_page.h"
#include "sink/sink.h"
#include "sink/sink_json_file.h"

typedef struct report_sink {
    st_sink_json_file out;
    const stance_settings *settings;
    st_report_data data;
    st_report_still still;
} report_sink;

static int report_check(const char *target, const stance_settings *settings,
                        const stance_stream *stream, stance_error *err)
{
    (void)target;
    return st_report_check("--report", settings, stream, err);
}

static int report_open(void *self, const char *target, const stance_settings *settings,
                       stance_error *err)
{
    report_sink *s = self;
    s->settings = settings;
    st_report_still_open(&s->still, settings);
    return st_sink_json_open(&s->out, target, err);
}

static int report_begin(void *self, const stance_stream *stream, stance_error *err)
{
    report_sink *s = self;
    st_report_begin(&s->data, stream);
    return st_report_check("--report", s->settings, stream, err);
}

static int report_frame(void *self, const stance_result *result, stance_error *err)
{
    report_sink *s = self;
    int rc = st_report_frame(&s->data, result);
    return rc < 0 ? st_fail_memory(err)
                  : st_report_still_frame(&s->still, s->data.stream, result, err);
}

static int report_event(void *self, const stance_event *event, stance_error *err)
{
    report_sink *s = self;
    return st_report_event_add(&s->data, event) < 0 ? st_fail_memory(err) : 0;
}

static int report_end(void *self, const stance_summary *summary, stance_error *err)
{
    report_sink *s = self;
    st_report_page page = {
        .file = s->out.file, .data = &s->data, .still = &s->still, .summary = summary};
    errno = 0;
    int rc = st_report_page_write(&page);
    st_text_clear(&page.text);
    return rc < 0 ? st_fail_memory(err) : st_sink_json_commit(&s->out, err);
}

static void report_close(void *self)
{
    report_sink *s = self;
    st_sink_json_close(&s->out);
    st_report_still_close(&s->still);
    st_report_clear(&s->data);
}

const stance_sink_class st_sink_report = {
    .name = "report",
    .help = "what people do, as a page: a picture, tables and charts",
    .size = sizeof(report_sink),
    .check = report_check,
    .open = report_open,
    .begin = report_begin,
    .frame = report_frame,
    .event = report_event,
    .end = report_end,
    .close = report_close,
};
