/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which measures share a chart. Nothing is known here of what there is to be measured but
 * how it is called: left_ and right_ of one name and unit belong together, as do the
 * counts of one analysis. A measure that was never known, and a count that stayed 0, has
 * no line.
 */
#include "sink/report_charts.h"

#include <math.h>
#include <string.h>

enum { LEFT, RIGHT, ALONE }; /* colours, too */

typedef struct walk {
    const st_report_data *data;
    const st_person_series *person;
    int (*fn)(void *user, const st_chart *chart);
    void *user;
} walk;

bool st_report_counts(const stance_measure *measure)
{
    return !measure->words && !*measure->unit && measure->decimals == 0;
}

/* The name without its side. */
static const char *base_of(const char *name, int *side)
{
    bool left = strncmp(name, "left_", 5) == 0, right = strncmp(name, "right_", 6) == 0;
    *side = left ? LEFT : right ? RIGHT : ALONE;
    return name + (left ? 5 : right ? 6 : 0);
}

static st_chart empty_chart(const walk *w, st_chart_kind kind, const char *title)
{
    const st_person_series *p = w->person;
    return (st_chart){.kind = kind,
                      .title = title,
                      .unit = "",
                      .times = p->times,
                      .n = p->n_slots,
                      .stride = w->data->series.n_measures,
                      .start_us = p->start_us,
                      .end_us = p->end_us};
}

static void add_line(const walk *w, st_chart *chart, size_t m, const char *name,
                     int colour)
{
    if (chart->n_lines < ST_CHART_LINES)
        chart->lines[chart->n_lines++] =
            (st_chart_line){name, colour, w->person->slots + m};
}

static int give_bands(const walk *w, size_t m)
{
    const stance_measure *measure = &w->data->series.measures[m];
    st_chart chart = empty_chart(w, ST_CHART_BANDS, measure->name);
    /* "state" alone does not say of what. */
    if (strcmp(measure->name, "state") == 0)
        chart.title = measure->analysis;
    chart.words = measure->words;
    add_line(w, &chart, m, measure->name, 0);
    return w->fn(w->user, &chart);
}

/* All counts of one analysis, with its first at `m`. */
static int give_counts(const walk *w, size_t m)
{
    const st_series_set *set = &w->data->series;
    const char *analysis = set->measures[m].analysis;
    bool reps = strcmp(analysis, "reps") == 0;
    st_chart chart = empty_chart(w, ST_CHART_STEPS, reps ? "repetitions" : analysis);
    for (size_t i = 0; i < m; i++)
        if (st_report_counts(&set->measures[i]) &&
            strcmp(set->measures[i].analysis, analysis) == 0)
            return 0; /* given with that one */
    for (size_t i = m; i < set->n_measures; i++)
        if (st_report_counts(&set->measures[i]) &&
            strcmp(set->measures[i].analysis, analysis) == 0 &&
            w->person->measures[i].high > 0)
            add_line(w, &chart, i, set->measures[i].name, (int)chart.n_lines);
    if (chart.n_lines == 1)
        chart.title = chart.lines[0].name;
    return chart.n_lines > 0 ? w->fn(w->user, &chart) : 0;
}

static bool together(const stance_measure *a, const stance_measure *b)
{
    int side;
    return !b->words && !st_report_counts(b) && strcmp(a->analysis, b->analysis) == 0 &&
           strcmp(a->unit, b->unit) == 0 &&
           strcmp(base_of(a->name, &side), base_of(b->name, &side)) == 0;
}

static int give_curves(const walk *w, size_t m)
{
    static const char *const sides[] = {[LEFT] = "left", [RIGHT] = "right"};
    const st_series_set *set = &w->data->series;
    const stance_measure *first = &set->measures[m];
    int side;
    st_chart chart = empty_chart(w, ST_CHART_CURVES, base_of(first->name, &side));
    chart.unit = first->unit;
    if (strcmp(first->analysis, "angles") != 0)
        chart.note = first->analysis;
    for (size_t i = 0; i < m; i++)
        if (together(first, &set->measures[i]))
            return 0;
    for (size_t i = m; i < set->n_measures; i++) {
        const char *name = set->measures[i].name;
        if (!together(first, &set->measures[i]) || w->person->measures[i].n_known == 0)
            continue;
        base_of(name, &side);
        add_line(w, &chart, i, side == ALONE ? name : sides[side], side);
    }
    if (chart.n_lines == 1) /* then there is no legend */
        chart.title =
            set->measures[(size_t)(chart.lines[0].slots - w->person->slots)].name;
    return chart.n_lines > 0 ? w->fn(w->user, &chart) : 0;
}

/* Speeds and spreads come behind what they are of. */
static bool is_of_another(const char *name)
{
    return strstr(name, "_speed") || strstr(name, "_spread");
}

int st_report_charts(const st_report_data *data, const st_person_series *person,
                     int (*fn)(void *user, const st_chart *chart), void *user)
{
    const walk w = {data, person, fn, user};
    const st_series_set *set = &data->series;
    int rc = 0;
    for (size_t m = 0; m < set->n_measures && rc == 0; m++)
        if (set->measures[m].words && person->measures[m].n_known > 0)
            rc = give_bands(&w, m);
    for (size_t m = 0; m < set->n_measures && rc == 0; m++)
        if (st_report_counts(&set->measures[m]))
            rc = give_counts(&w, m);
    for (int late = 0; late < 2; late++)
        for (size_t m = 0; m < set->n_measures && rc == 0; m++)
            if (!set->measures[m].words && !st_report_counts(&set->measures[m]) &&
                is_of_another(set->measures[m].name) == (late == 1))
                rc = give_curves(&w, m);
    return rc;
}
