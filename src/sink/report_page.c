/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report as one HTML file: what was looked at, a picture, and a section for each
 * person. It is written part by part, as charts of fifty people would be much text.
 *
 * Nothing in it differs from run to run: no date, and no time taken.
 */
#include "sink/report_page.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "sink/markup.h"
#include "sink/report_charts.h"
#include "sink/report_style.h"
#include "store/store.h"

/* Write out what there is. @return 0 or STANCE_ENOMEM */
static int put(st_report_page *page)
{
    st_text *t = &page->text;
    if (t->failed)
        return STANCE_ENOMEM;
    if (t->length > 0)
        fwrite(t->text, 1, t->length, page->file);
    t->length = 0;
    return 0;
}

/* ---- what was looked at ---- */

static void add_fact(st_text *t, const char *name, const char *value)
{
    st_text_printf(t, "<dt>%s</dt><dd>", name);
    st_markup_text(t, value);
    st_text_add(t, "</dd>\n");
}

static void add_count(st_text *t, const char *name, int64_t n)
{
    st_text_printf(t, "<dt>%s</dt><dd>%" PRId64 "</dd>\n", name, n);
}

static void add_facts(st_report_page *page)
{
    const stance_stream *stream = page->data->stream;
    const stance_summary *sum = page->summary;
    const st_series_set *set = &page->data->series;
    const char *analysis = "";
    st_text *t = &page->text;
    st_text_add(t, "<dl>\n<dt>Length</dt><dd>");
    st_report_time(t, sum->duration_us);
    st_text_add(t, "</dd>\n");
    if (stream->width > 0 && stream->height > 0)
        st_text_printf(t, "<dt>Picture</dt><dd>%d \xc3\x97 %d</dd>\n", stream->width,
                       stream->height);
    if (stream->fps_num > 0 && stream->fps_den > 0) {
        st_text_add(t, "<dt>Frames a second</dt><dd>");
        st_markup_number(t, (double)stream->fps_num / stream->fps_den, 3);
        st_text_add(t, "</dd>\n");
    }
    if (stream->model)
        add_fact(t, "Network", stream->model);
    add_fact(t, "Skeleton", stream->skeleton->name);
    st_text_add(t, "<dt>Analyses</dt><dd>");
    for (size_t m = 0; m < set->n_measures; m++) {
        if (strcmp(analysis, set->measures[m].analysis) == 0)
            continue;
        st_text_add(t, *analysis ? ", " : "");
        analysis = set->measures[m].analysis;
        st_markup_text(t, analysis);
    }
    st_text_add(t, "</dd>\n");
    add_count(t, "People", (int64_t)(set->n_people + set->n_left_out));
    add_count(t, "Frames looked at", sum->frames_out);
    if (sum->skipped > 0)
        add_count(t, "Skipped, as asked", sum->skipped);
    add_count(t, "Lost (damaged)", sum->lost);
    add_count(t, "Dropped (too late)", sum->dropped);
    if (sum->interpolated > 0)
        add_count(t, "Partly filled in", sum->interpolated);
    st_text_add(t, "</dl>\n");
}

static void add_still(st_report_page *page)
{
    const st_report_still *still = page->still;
    st_text *t = &page->text;
    if (!still->picture.base64)
        return;
    st_text_printf(
        t,
        "<figure class=\"still\"><img width=\"%d\" height=\"%d\" alt=\"A frame "
        "of the video with the joints that were found drawn on it\" "
        "src=\"data:image/jpeg;base64,",
        still->picture.width, still->picture.height);
    st_text_add(t, still->picture.base64);
    st_text_add(t, "\"><figcaption>The frame at ");
    st_report_time(t, still->pts_us);
    st_text_add(t, ", with the joints that were found</figcaption></figure>\n");
}

static void add_names(st_report_page *page)
{
    const st_series_set *set = &page->data->series;
    st_text *t = &page->text;
    if (set->n_people < 2)
        return;
    st_text_add(t, "<nav aria-label=\"People\"><ul>\n");
    for (size_t i = 0; i < set->n_people; i++)
        st_text_printf(
            t, "<li><a href=\"#person-%" PRId64 "\">Person %" PRId64 "</a></li>\n",
            set->people[i]->id, set->people[i]->id);
    st_text_add(t, "</ul></nav>\n");
}

/* What is not in the report, or not to be relied on. */
static void add_remarks(st_report_page *page)
{
    const st_report_data *data = page->data;
    const stance_summary *sum = page->summary;
    st_text *t = &page->text;
    if (!sum->complete)
        st_text_add(t, "<p class=\"warn\">This is not all of it: the run was broken off "
                       "before the end of the video.</p>\n");
    if (sum->lost > 0)
        st_text_printf(t,
                       "<p class=\"warn\">%" PRId64 " frames are damaged, and were not "
                       "looked at.</p>\n",
                       sum->lost);
    if (data->series.n_left_out > 0)
        st_text_printf(t,
                       "<p>%s%zu more people are counted and not shown: a report has "
                       "room for %d, those who came first and were there for more than "
                       "a moment.</p>\n",
                       data->series.n_left_out == ST_SERIES_LEFT_OUT ? "At least " : "",
                       data->series.n_left_out, ST_SERIES_PEOPLE);
    if (data->events_left_out > 0)
        st_text_printf(t,
                       "<p>%" PRId64 " more repetitions, falls and postures are not "
                       "listed; --events-json writes all.</p>\n",
                       data->events_left_out);
    if (data->nameless > 0)
        st_text_printf(t,
                       "<p>In %" PRId64
                       " frames there was somebody without a number, who "
                       "is left out: too unsure to be anybody in particular, or people "
                       "are not followed (--tracker off).</p>\n",
                       data->nameless);
    if (data->series.n_people == 0)
        st_text_add(t, "<p>Nobody was found, so there is nothing to report.</p>\n");
}

static int add_head(st_report_page *page)
{
    st_text *t = &page->text;
    char *shown = st_address_shown(page->data->stream->source);
    if (!shown)
        return STANCE_ENOMEM;
    st_text_add(t, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta "
                   "charset=\"utf-8\">\n<meta name=\"viewport\" "
                   "content=\"width=device-width, initial-scale=1\">\n<meta "
                   "name=\"referrer\" content=\"no-referrer\">\n<title>");
    st_markup_text(t, shown);
    st_text_printf(t,
                   " \xe2\x80\x93 report</title>\n<meta name=\"generator\" "
                   "content=\"stance %s\">\n<style>\n",
                   stance_version());
    for (size_t i = 0; st_report_style[i]; i++)
        st_text_add(t, st_report_style[i]);
    st_text_add(t, "</style>\n</head>\n<body>\n<header>\n<h1>");
    st_markup_text(t, shown);
    st_text_add(t, "</h1>\n<p class=\"soft\">What people do in it, made of their joints"
                   "</p>\n");
    st_text_printf(t, "<div class=\"top%s\">\n",
                   page->still->picture.base64 ? "" : " alone");
    add_still(page);
    add_facts(page);
    st_text_add(t, "</div>\n");
    add_remarks(page);
    add_names(page);
    st_text_add(t, "</header>\n<main>\n");
    st_free(shown);
    return put(page);
}

/* ---- people ---- */

/* The chart in words, for who cannot see it. */
static int describe(st_report_page *page, const st_person_series *p, const st_chart *c)
{
    const st_series_set *set = &page->data->series;
    st_text *t = &page->text;
    for (size_t k = 0; k < c->n_lines; k++) {
        size_t m = (size_t)(c->lines[k].slots - p->slots);
        st_series_sum sum;
        int rc = st_series_sum_up(set, p, m, &sum);
        if (rc < 0)
            return rc;
        st_markup_name(t, c->lines[k].name);
        if (c->kind == ST_CHART_BANDS) {
            st_text_add(t, ": coloured bands of words over time, summed up in the table");
        } else if (c->kind == ST_CHART_STEPS) {
            st_text_add(t, ": counts up to ");
            st_markup_number(t, sum.high, 0);
        } else {
            st_text_add(t, ": ");
            st_markup_number(t, sum.low, set->measures[m].decimals);
            st_text_add(t, " to ");
            st_markup_number(t, sum.high, set->measures[m].decimals);
            st_text_add(t, st_chart_unit(c->unit));
            st_text_add(t, ", median ");
            st_markup_number(t, sum.median, set->measures[m].decimals);
        }
        st_text_add(t, ". ");
    }
    return 0;
}

typedef struct place {
    st_report_page *page;
    const st_person_series *person;
    int n; /* charts of the person */
} place;

static int add_chart(void *user, const st_chart *chart)
{
    place *at = user;
    st_text *t = &at->page->text;
    int n = ++at->page->n_charts;
    if (at->n++ == 0)
        st_text_add(t, "<h3>Over time</h3>\n<div class=\"charts\">\n");
    st_text_printf(t,
                   "<div class=\"chart\"><svg viewBox=\"0 0 %d %d\" role=\"img\" "
                   "aria-labelledby=\"t%d d%d\"><title id=\"t%d\">",
                   ST_CHART_WIDTH, st_chart_height(chart), n, n, n);
    st_markup_name(t, chart->title);
    st_text_printf(t, " of person %" PRId64 "</title><desc id=\"d%d\">", at->person->id,
                   n);
    int rc = describe(at->page, at->person, chart);
    st_text_add(t, "</desc>\n");
    st_chart_draw(t, chart);
    st_text_add(t, "</svg></div>\n");
    return rc < 0 ? rc : put(at->page);
}

static int add_person(st_report_page *page, const st_person_series *p)
{
    st_text *t = &page->text;
    place at = {page, p, 0};
    st_text_printf(t, "<section id=\"person-%" PRId64 "\">\n<h2>Person", p->id);
    if (p->id > 0)
        st_text_printf(t, " %" PRId64, p->id);
    st_text_add(t, "</h2>\n<p class=\"soft\">There from ");
    st_report_time(t, p->start_us);
    st_text_add(t, " to ");
    st_report_time(t, p->end_us);
    st_text_printf(t, ", in %" PRId64 " %s</p>\n", p->n_frames,
                   p->n_frames == 1 ? "frame" : "frames");
    st_report_events(page, p->id);
    st_report_words(page, p);
    int rc = put(page);
    if (rc == 0)
        rc = st_report_charts(page->data, p, add_chart, &at);
    if (at.n > 0)
        st_text_add(t, "</div>\n");
    if (rc == 0)
        rc = st_report_numbers(page, p);
    st_text_add(t, "</section>\n");
    return rc < 0 ? rc : put(page);
}

static int add_end(st_report_page *page)
{
    st_text_add(
        &page->text,
        "</main>\n<footer>\n<h2>How to read this</h2>\n"
        "<p>Times count from the video's first frame. A gap in a curve or a band, and a "
        "dash (\xe2\x80\x93) in a table, mean that it is not known: joints were hidden, "
        "out of the picture or too unsure, or the person was not found. Nothing is "
        "guessed in their place. \xe2\x80\x9cKnown\xe2\x80\x9d is the share of the "
        "person's frames in which a measure is known.</p>\n"
        "<p>\xe2\x80\x9c"
        "5\xe2\x80\x93"
        "95 %\xe2\x80\x9d holds nine tenths of the values, without the "
        "few that are out of line; least and most are of all of them. Left and right are "
        "the person's own. These are measurements by a camera, and no medical advice."
        "</p>\n</footer>\n");
    /* For programs, as JSON says it: --skip-existing looks for it. */
    st_text_printf(&page->text, "<!-- \"complete\": %s -->\n</body>\n</html>\n",
                   page->summary->complete ? "true" : "false");
    return put(page);
}

int st_report_page_write(st_report_page *page)
{
    const st_series_set *set = &page->data->series;
    int rc = add_head(page);
    for (size_t i = 0; i < set->n_people && rc == 0; i++)
        rc = add_person(page, set->people[i]);
    return rc < 0 ? rc : add_end(page);
}
