/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SINK_CHART_H
#define ST_SINK_CHART_H

#include "base/memory.h"
#include "sink/series.h"

/* One chart as SVG, for a page (report_html.c) and for a file (sink_plot.c). */

enum {
    ST_CHART_WIDTH = 640, /**< units, as heights */
    ST_CHART_LINES = 24,  /**< at most */
};

typedef enum st_chart_kind {
    ST_CHART_CURVES, /**< numbers */
    ST_CHART_STEPS,  /**< counts */
    ST_CHART_BANDS,  /**< words; has one line */
} st_chart_kind;

typedef struct st_chart_line {
    const char *name;     /**< as measures are called: "left_knee"; of bands: not used */
    int colour;           /**< from 0; colours that also the colour-blind tell apart */
    const st_slot *slots; /**< the first; others are `stride` further each */
} st_chart_line;

typedef struct st_chart {
    st_chart_kind kind;
    const char *title;        /**< as measures are called */
    const char *unit;         /**< "" for none */
    const char *note;         /**< beside a title without a unit; NULL: nothing */
    const char *const *words; /**< of bands, ended by NULL */
    const int64_t *times;     /**< n, of slots; INT64_MIN: nobody was there */
    size_t n, stride;
    int64_t start_us, end_us;
    st_chart_line lines[ST_CHART_LINES];
    size_t n_lines;
} st_chart;

/** What it is high. */
int st_chart_height(const st_chart *chart);
/** Add what is drawn, to stand in an svg or g element: 0, 0 to ST_CHART_WIDTH, height.
 * Where something is not known, nothing is drawn. */
void st_chart_draw(st_text *svg, const st_chart *chart);
/** "deg" as it stands beside a number: a degree sign, "/min"; with a space before it
 * where one is due. */
const char *st_chart_unit(const char *unit);
/** The colour of a line as #rrggbb. */
const char *st_chart_colour(int colour);
/** Of a word: the one of its number, but grey for "none". */
const char *st_chart_word_colour(const char *const *words, size_t word);

#endif
