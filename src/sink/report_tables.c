/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of a report: what was done and when, and what each measure comes to.
 *
 * Tables have a caption, and heads with a scope, so that they can be listened to as well;
 * each lies in a box of its own that scrolls where the screen is narrow.
 */
#include <math.h>
#include <string.h>

#include "sink/chart_axis.h"
#include "sink/markup.h"
#include "sink/report_charts.h"
#include "sink/report_page.h"

enum { MOST_ROWS = 300 }; /* of a table of events */

void st_report_time(st_text *text, int64_t us)
{
    char time[ST_CHART_TIME_SIZE];
    st_chart_time(time, us, 100000);
    st_text_add(text, time);
}

/* @param heads ended by NULL; those that begin with '#' are over numbers */
static void begin_rows(st_text *t, const char *caption, const char *const *heads)
{
    st_text_printf(t, "<table>\n<caption>%s</caption>\n<thead><tr>", caption);
    for (; *heads; heads++)
        st_text_printf(t, "<th scope=\"col\"%s>%s</th>",
                       **heads == '#' ? " class=\"n\"" : "", *heads + (**heads == '#'));
    st_text_add(t, "</tr></thead>\n<tbody>\n");
}

static void begin_table(st_text *t, const char *caption, const char *const *heads)
{
    st_text_add(t, "<div class=\"wide\">");
    begin_rows(t, caption, heads);
}

/* One that may be long: it scrolls, also by the keyboard. */
static void begin_list(st_text *t, const char *name, const char *caption,
                       const char *const *heads)
{
    st_text_printf(t,
                   "<div class=\"wide long\" role=\"region\" tabindex=\"0\" "
                   "aria-label=\"%s\">",
                   name);
    begin_rows(t, caption, heads);
}

static void end_table(st_text *t)
{
    st_text_add(t, "</tbody></table></div>\n");
}

static void begin_row(st_text *t, const char *head)
{
    st_text_add(t, "<tr><th scope=\"row\">");
    st_markup_name(t, head);
    st_text_add(t, "</th>");
}

static void number_cell(st_text *t, double value, int decimals, const char *unit)
{
    st_text_add(t, "<td class=\"n\">");
    st_markup_number(t, value, decimals);
    if (isfinite(value))
        st_text_add(t, unit);
    st_text_add(t, "</td>");
}

static void time_cell(st_text *t, int64_t us)
{
    st_text_add(t, "<td class=\"n\">");
    if (us >= 0)
        st_report_time(t, us);
    else
        st_text_add(t, "\xe2\x80\x93");
    st_text_add(t, "</td>");
}

/* ---- measures ---- */

static void add_counts(st_report_page *page, const st_person_series *p)
{
    static const char *const heads[] = {"What", "#How often", NULL};
    const st_series_set *set = &page->data->series;
    bool begun = false;
    for (size_t m = 0; m < set->n_measures; m++) {
        if (!st_report_counts(&set->measures[m]) || p->measures[m].n_known == 0)
            continue;
        if (!begun)
            begin_table(&page->text, "Counts", heads);
        begun = true;
        begin_row(&page->text, set->measures[m].name);
        number_cell(&page->text, p->measures[m].last, 0, "");
        st_text_add(&page->text, "</tr>\n");
    }
    if (begun)
        end_table(&page->text);
}

static void add_share(st_text *t, const char *word, double share, const char *colour)
{
    st_text_add(t, "<tr><th scope=\"row\">");
    st_markup_text(t, word);
    st_text_add(t, "</th>");
    number_cell(t, share * 100, 1, " %");
    st_text_add(t, "<td class=\"bar\"><span style=\"width:");
    st_markup_number(t, share * 100, 1);
    st_text_printf(t, "%%;background:%s\"></span></td></tr>\n", colour);
}

static void add_words(st_report_page *page, const st_person_series *p)
{
    static const char *const heads[] = {"Word", "#Share of time", "", NULL};
    const st_series_set *set = &page->data->series;
    st_text *t = &page->text;
    for (size_t m = 0; m < set->n_measures; m++) {
        const stance_measure *measure = &set->measures[m];
        const st_series *s = &p->measures[m];
        if (!measure->words || s->n_known == 0)
            continue;
        st_text caption = {0};
        st_markup_name(&caption, strcmp(measure->name, "state") == 0 ? measure->analysis
                                                                     : measure->name);
        t->failed |= caption.failed;
        begin_table(t, caption.text ? caption.text : "", heads);
        st_text_clear(&caption);
        double n = (double)p->n_frames;
        for (size_t i = 0; measure->words[i]; i++)
            if (s->n_words[i] > 0)
                add_share(t, measure->words[i], (double)s->n_words[i] / n,
                          st_chart_word_colour(measure->words, i));
        if (s->n_known < p->n_frames)
            add_share(t, "(not known)", 1 - (double)s->n_known / n, "transparent");
        end_table(t);
    }
}

int st_report_numbers(st_report_page *page, const st_person_series *p)
{
    static const char *const heads[] = {"Measure",
                                        "#Median",
                                        "#5\xe2\x80\x93"
                                        "95 %",
                                        "#Least",
                                        "#Most",
                                        "#Known",
                                        NULL};
    const st_series_set *set = &page->data->series;
    const char *analysis = "";
    st_text *t = &page->text;
    int rc = 0;
    for (size_t m = 0; m < set->n_measures && rc == 0; m++) {
        const stance_measure *measure = &set->measures[m];
        st_series_sum sum;
        if (measure->words || st_report_counts(measure))
            continue;
        if (!*analysis) {
            st_text_add(t, "<h3>In numbers</h3>\n");
            begin_table(t, "What each measure comes to over all frames", heads);
        }
        if (strcmp(analysis, measure->analysis) != 0) {
            analysis = measure->analysis;
            st_text_add(t, "<tr class=\"part\"><th colspan=\"6\" scope=\"colgroup\">");
            st_markup_name(t, analysis);
            st_text_add(t, "</th></tr>\n");
        }
        rc = st_series_sum_up(set, p, m, &sum);
        const char *unit = st_chart_unit(measure->unit);
        begin_row(t, measure->name);
        number_cell(t, sum.median, measure->decimals, unit);
        st_text_add(t, "<td class=\"n\">");
        st_markup_number(t, sum.p5, measure->decimals);
        st_text_add(t, isnan(sum.p5) ? "" : " to ");
        if (!isnan(sum.p95))
            st_markup_number(t, sum.p95, measure->decimals);
        st_text_add(t, "</td>");
        number_cell(t, sum.low, measure->decimals, unit);
        number_cell(t, sum.high, measure->decimals, unit);
        number_cell(t, sum.known * 100, 0, " %");
        st_text_add(t, "</tr>\n");
    }
    if (*analysis)
        end_table(t);
    return rc;
}

void st_report_words(st_report_page *page, const st_person_series *person)
{
    st_text_add(&page->text, "<div class=\"few\">\n");
    add_counts(page, person);
    add_words(page, person);
    st_text_add(&page->text, "</div>\n");
}

/* ---- events ---- */

static void add_more(st_text *t, int64_t n)
{
    if (n > MOST_ROWS)
        st_text_printf(t,
                       "<p class=\"soft\">and %lld more, which --events-json lists</p>\n",
                       (long long)(n - MOST_ROWS));
}

static double seconds(const st_report_event *e)
{
    return (double)(e->end_us - e->start_us) / 1e6;
}

static const char *label_of(const st_report_event *e)
{
    return e->label ? e->label : stance_event_kind_name(e->kind);
}

/* "3 x squat, 2.1 s each (2 to 2.3)" for each exercise. */
static void sum_up_reps(st_text *t, const st_report_data *data, int64_t id)
{
    for (size_t k = 0; k < data->n_labels; k++) {
        double least = INFINITY, most = 0, sum = 0;
        int n = 0;
        for (size_t i = 0; i < data->n_events; i++) {
            const st_report_event *e = &data->events[i];
            if (e->kind != STANCE_EVENT_REP || e->id != id || e->label != data->labels[k])
                continue;
            least = fmin(least, seconds(e));
            most = fmax(most, seconds(e));
            sum += seconds(e);
            n++;
        }
        if (n == 0)
            continue;
        st_text_printf(t, "<p><strong>%d \xc3\x97 ", n);
        st_markup_text(t, data->labels[k]);
        st_text_add(t, "</strong>: ");
        st_markup_number(t, sum / n, 1);
        st_text_add(t, n > 1 ? " s each on average (" : " s");
        if (n > 1) {
            st_markup_number(t, least, 1);
            st_text_add(t, " to ");
            st_markup_number(t, most, 1);
            st_text_add(t, " s)");
        }
        st_text_add(t, "</p>\n");
    }
}

static int number_of(const st_report_data *data, size_t at)
{
    const st_report_event *e = &data->events[at];
    int n = 1;
    for (size_t i = 0; i < at; i++)
        n += data->events[i].kind == e->kind && data->events[i].id == e->id &&
             data->events[i].label == e->label;
    return n;
}

static void add_reps(st_report_page *page, int64_t id)
{
    static const char *const heads[] = {"Exercise", "#Number",  "#Start", "#Turn",
                                        "#End",     "#Seconds", "#Depth", NULL};
    const st_report_data *data = page->data;
    st_text *t = &page->text;
    int64_t n = 0;
    for (size_t i = 0; i < data->n_events; i++) {
        const st_report_event *e = &data->events[i];
        if (e->kind != STANCE_EVENT_REP || e->id != id || n++ >= MOST_ROWS)
            continue;
        if (n == 1) {
            st_text_add(t, "<h3>Repetitions</h3>\n");
            sum_up_reps(t, data, id);
            begin_list(t, "Repetitions",
                       "Each repetition; its depth is what the exercise is measured "
                       "by, at the turn",
                       heads);
        }
        begin_row(t, label_of(e));
        number_cell(t, number_of(data, i), 0, "");
        time_cell(t, e->start_us);
        time_cell(t, e->turn_us);
        time_cell(t, e->end_us);
        number_cell(t, seconds(e), 2, "");
        number_cell(t, e->depth, 2, "");
        st_text_add(t, "</tr>\n");
    }
    if (n > 0)
        end_table(t);
    add_more(t, n);
}

static void add_happenings(st_report_page *page, int64_t id)
{
    static const char *const heads[] = {"What",   "Kind",     "#Start",
                                        "#Until", "#Seconds", NULL};
    const st_report_data *data = page->data;
    st_text *t = &page->text;
    int64_t n = 0;
    for (size_t i = 0; i < data->n_events; i++) {
        const st_report_event *e = &data->events[i];
        if (e->kind == STANCE_EVENT_REP || e->id != id || n++ >= MOST_ROWS)
            continue;
        if (n == 1) {
            st_text_add(t, "<h3>Falls and postures</h3>\n");
            begin_list(t, "Falls and postures",
                       "What happened, in order of when it was noticed", heads);
        }
        bool fall = e->kind == STANCE_EVENT_FALL;
        st_text_add(t, fall ? "<tr class=\"fall\"><th scope=\"row\">"
                            : "<tr><th scope=\"row\">");
        st_markup_text(t, label_of(e));
        st_text_printf(t, "</th><td>%s</td>", stance_event_kind_name(e->kind));
        time_cell(t, e->start_us);
        time_cell(t, e->end_us);
        number_cell(t, seconds(e), 1, "");
        st_text_add(t, "</tr>\n");
    }
    if (n > 0)
        end_table(t);
    add_more(t, n);
}

void st_report_events(st_report_page *page, int64_t id)
{
    add_reps(page, id);
    add_happenings(page, id);
}
