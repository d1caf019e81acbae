/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The charts of a run as one SVG file, in two columns, person by person; last stage of
 * the flow. It is for documents and slides: always dark on white, with nothing that a
 * drawing program would not know.
 *
 * How high the picture is must be said at its beginning, so charts are gone through
 * twice: once to place them, once to draw them.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>

#include "base/memory.h"
#include "base/status.h"
#include "sink/chart_axis.h"
#include "sink/markup.h"
#include "sink/report_charts.h"
#include "sink/sink.h"
#include "sink/sink_json_file.h"
#include "store/store.h"

enum { MARGIN = 24, GAP = 20, HEADER = 84, HEAD = 46, WIDTH = 2 * ST_CHART_WIDTH + 68 };

typedef struct plot_sink {
    st_sink_json_file out;
    const stance_settings *settings;
    st_report_data data;
    st_text text;
} plot_sink;

/* Where the next chart goes. */
typedef struct pen {
    plot_sink *sink;
    bool draws; /* else it only finds how high all is */
    int y, column, row_height;
} pen;

static int plot_check(const char *target, const stance_settings *settings,
                      const stance_stream *stream, stance_error *err)
{
    (void)target;
    return st_report_check("--plot", settings, stream, err);
}

static int plot_open(void *self, const char *target, const stance_settings *settings,
                     stance_error *err)
{
    plot_sink *s = self;
    s->settings = settings;
    return st_sink_json_open(&s->out, target, err);
}

static int plot_begin(void *self, const stance_stream *stream, stance_error *err)
{
    plot_sink *s = self;
    st_report_begin(&s->data, stream);
    return st_report_check("--plot", s->settings, stream, err);
}

static int plot_frame(void *self, const stance_result *result, stance_error *err)
{
    plot_sink *s = self;
    return st_report_frame(&s->data, result) < 0 ? st_fail_memory(err) : 0;
}

/* ---- drawing ---- */

static int put(plot_sink *s)
{
    if (s->text.failed)
        return STANCE_ENOMEM;
    if (s->text.length > 0)
        fwrite(s->text.text, 1, s->text.length, s->out.file);
    s->text.length = 0;
    return 0;
}

static void end_row(pen *at)
{
    at->y += at->row_height > 0 ? at->row_height + GAP : 0;
    at->row_height = 0;
    at->column = 0;
}

static int place_chart(void *user, const st_chart *chart)
{
    pen *at = user;
    st_text *t = &at->sink->text;
    int height = st_chart_height(chart);
    if (at->column == 2)
        end_row(at);
    if (at->draws) {
        st_text_printf(t, "<g transform=\"translate(%d %d)\">\n",
                       MARGIN + at->column * (ST_CHART_WIDTH + GAP), at->y);
        st_chart_draw(t, chart);
        st_text_add(t, "</g>\n");
    }
    at->column++;
    at->row_height = height > at->row_height ? height : at->row_height;
    return at->draws ? put(at->sink) : 0;
}

static void add_time(st_text *t, int64_t us)
{
    char time[ST_CHART_TIME_SIZE];
    st_chart_time(time, us, 100000);
    st_text_add(t, time);
}

/* All people, from below the header on. */
static int place_people(pen *at)
{
    const st_series_set *set = &at->sink->data.series;
    st_text *t = &at->sink->text;
    int rc = 0;
    at->y = HEADER;
    for (size_t i = 0; i < set->n_people && rc == 0; i++) {
        const st_person_series *p = set->people[i];
        if (at->draws) {
            st_text_printf(t,
                           "<text x=\"%d\" y=\"%d\" font-size=\"19\" font-weight=\"600\" "
                           "fill=\"#1f2328\">Person",
                           MARGIN, at->y + 24);
            if (p->id > 0)
                st_text_printf(t, " %" PRId64, p->id);
            st_text_add(t, "<tspan font-size=\"14\" font-weight=\"400\" "
                           "fill=\"#59636e\">  from ");
            add_time(t, p->start_us);
            st_text_add(t, " to ");
            add_time(t, p->end_us);
            st_text_add(t, "</tspan></text>\n");
        }
        at->y += HEAD;
        rc = st_report_charts(&at->sink->data, p, place_chart, at);
        end_row(at);
    }
    return rc;
}

static void add_head(plot_sink *s, const char *source, const stance_summary *summary,
                     int height)
{
    st_text *t = &s->text;
    st_text_printf(t,
                   "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
                   "viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"title desc\" "
                   "font-family=\"system-ui, 'Segoe UI', Roboto, 'Noto Sans', "
                   "'DejaVu Sans', sans-serif\" font-size=\"13\">\n<title "
                   "id=\"title\">",
                   WIDTH, height, WIDTH, height);
    st_markup_text(t, source);
    st_text_add(t, "</title>\n<desc id=\"desc\">What was measured of ");
    st_text_printf(t, "%zu", s->data.series.n_people);
    st_text_add(t, " people over time; where something is not known there is a gap."
                   "</desc>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
    st_text_printf(t,
                   "<text x=\"%d\" y=\"40\" font-size=\"24\" font-weight=\"600\" "
                   "fill=\"#1f2328\">",
                   MARGIN);
    st_markup_text(t, source);
    st_text_printf(t,
                   "</text>\n<text x=\"%d\" y=\"64\" font-size=\"14\" "
                   "fill=\"#59636e\">",
                   MARGIN);
    add_time(t, summary->duration_us);
    st_text_printf(t, ", %" PRId64 " frames", summary->frames_out);
    if (summary->lost + summary->dropped > 0)
        st_text_printf(t, " (%" PRId64 " lost, %" PRId64 " dropped)", summary->lost,
                       summary->dropped);
    if (s->data.stream->model) {
        st_text_add(t, ", ");
        st_markup_text(t, s->data.stream->model);
    }
    if (!summary->complete)
        st_text_add(t, "; broken off before the end");
    if (s->data.series.n_left_out > 0)
        st_text_printf(t, "; %zu more people are not shown", s->data.series.n_left_out);
    st_text_add(t, s->data.series.n_people > 0 ? "</text>\n"
                                               : "; nobody was found</text>\n");
}

static int plot_end(void *self, const stance_summary *summary, stance_error *err)
{
    plot_sink *s = self;
    char *source = st_address_shown(s->data.stream->source);
    pen at = {.sink = s};
    int rc = source ? place_people(&at) : STANCE_ENOMEM;
    errno = 0;
    if (rc == 0) {
        add_head(s, source, summary, at.y + MARGIN);
        at = (pen){.sink = s, .draws = true};
        rc = place_people(&at);
    }
    /* For programs, as JSON says it: --skip-existing looks for it. */
    st_text_printf(&s->text, "<!-- \"complete\": %s -->\n</svg>\n",
                   summary->complete ? "true" : "false");
    if (rc == 0)
        rc = put(s);
    st_free(source);
    return rc < 0 ? st_fail_memory(err) : st_sink_json_commit(&s->out, err);
}

static void plot_close(void *self)
{
    plot_sink *s = self;
    st_sink_json_close(&s->out);
    st_report_clear(&s->data);
    st_text_clear(&s->text);
}

const stance_sink_class st_sink_plot = {
    .name = "plot",
    .help = "what is measured of people over time, as charts in one SVG file",
    .size = sizeof(plot_sink),
    .only_poses = true,
    .check = plot_check,
    .open = plot_open,
    .begin = plot_begin,
    .frame = plot_frame,
    .end = plot_end,
    .close = plot_close,
};
