/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One chart as SVG: curves, counts as steps, or words as coloured bands over time.
 *
 * Everything has its colour as an attribute, so that a plain drawing program shows it;
 * the classes are for the page's style, which counts more and has other colours for dark
 * screens. The colours are those of Okabe and Ito (Color Universal Design, 2008), which
 * people with any kind of colour vision tell apart.
 *
 * The subtle thing is what is left out: where a value is not known the curve ends, and
 * begins anew behind it. Of values closer to each other than 1.5 units only the least and
 * the most are drawn, so that no peak is lost.
 */
#include "sink/chart.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "sink/chart_axis.h"
#include "sink/markup.h"

enum {
    LEFT = 50,
    RIGHT = 14,
    TITLE = 30, /* of its line */
    LEGEND = 20,
    PLOT = 150,
    BAND = 30,
    TIMES = 26, /* below */
    LETTER = 7  /* about as wide */
};

#define INK "#1f2328"
#define SOFT "#59636e"
#define GRID "#d1d9e0"

typedef struct plot {
    const st_chart *chart;
    st_text *svg;
    double top, bottom; /* units */
    double low, high, step;
} plot;

static const char *const colours[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                      "#56b4e9", "#e69f00", "#7f7f7f", "#bcae1c"};

enum { N_COLOURS = sizeof(colours) / sizeof(*colours) };

const char *st_chart_colour(int colour)
{
    return colours[(size_t)colour % N_COLOURS];
}

const char *st_chart_word_colour(const char *const *words, size_t word)
{
    return strcmp(words[word], "none") == 0 ? "#b8c0c8" : colours[word % N_COLOURS];
}

const char *st_chart_unit(const char *unit)
{
    static const char *const units[][2] = {{"deg", "\xc2\xb0"}, {"deg/s", " \xc2\xb0/s"},
                                           {"1/min", " /min"},  {"m", " m"},
                                           {"s", " s"},         {"m/s", " m/s"}};
    for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
        if (strcmp(unit, units[i][0]) == 0)
            return units[i][1];
    return "";
}

static void add_number(st_text *t, double value)
{
    st_markup_number(t, value, 1);
}

/* ---- the legend ---- */

/* What stands in it: the words of bands, the names of lines, of one not. */
static size_t n_entries(const st_chart *c)
{
    size_t n = 0;
    while (c->kind == ST_CHART_BANDS && c->words[n])
        n++;
    return c->kind == ST_CHART_BANDS ? n : c->n_lines > 1 ? c->n_lines : 0;
}

/* Words that are never said would only fill the legend. */
static bool is_used(const st_chart *c, size_t entry)
{
    for (size_t i = 0; c->kind == ST_CHART_BANDS && i < c->n; i++)
        if (c->lines[0].slots[i * c->stride].first == (float)entry)
            return true;
    return c->kind != ST_CHART_BANDS;
}

static void draw_key(const st_chart *c, st_text *svg, size_t i, int x, int y)
{
    if (c->kind == ST_CHART_BANDS)
        st_text_printf(svg,
                       "<rect x=\"%d\" y=\"%d\" width=\"14\" height=\"12\" rx=\"2\" "
                       "fill=\"%s\"/>",
                       x, y - 6, st_chart_word_colour(c->words, i));
    else
        st_text_printf(svg,
                       "<path class=\"s%d\" d=\"M%d %dh16\" fill=\"none\" "
                       "stroke=\"%s\" stroke-width=\"3\"/>",
                       c->lines[i].colour % N_COLOURS, x, y,
                       st_chart_colour(c->lines[i].colour));
}

static const char *entry(const st_chart *c, size_t i)
{
    return c->kind == ST_CHART_BANDS ? c->words[i] : c->lines[i].name;
}

static int entry_width(const char *name)
{
    size_t n = 0;
    for (; *name; name++)
        n += (*name & 0xc0) != 0x80;
    return 34 + (int)(n < 60 ? n : 60) * LETTER;
}

/* How many rows it has; with `svg` it is drawn. */
static int legend(const st_chart *c, st_text *svg)
{
    size_t n = n_entries(c);
    int x = LEFT, row = 0;
    for (size_t i = 0; i < n; i++) {
        int width = entry_width(entry(c, i)), y;
        if (!is_used(c, i))
            continue;
        if (x > LEFT && x + width > ST_CHART_WIDTH - RIGHT) {
            x = LEFT;
            row++;
        }
        y = TITLE + row * LEGEND + 6;
        if (svg) {
            draw_key(c, svg, i, x, y);
            st_text_printf(svg, "<text class=\"k\" x=\"%d\" y=\"%d\" fill=\"" INK "\">",
                           x + 21, y + 4);
            st_markup_name(svg, entry(c, i));
            st_text_add(svg, "</text>\n");
        }
        x += width;
    }
    return n > 0 ? row + 1 : 0;
}

static int top_of(const st_chart *c)
{
    return TITLE + legend(c, NULL) * LEGEND + 4;
}

int st_chart_height(const st_chart *c)
{
    return top_of(c) + (c->kind == ST_CHART_BANDS ? BAND : PLOT) + TIMES;
}

/* ---- axes ---- */

static double x_of(const st_chart *c, int64_t us)
{
    double range = (double)(c->end_us - c->start_us);
    double share = range > 0 ? (double)(us - c->start_us) / range : 0;
    return LEFT + share * (ST_CHART_WIDTH - LEFT - RIGHT);
}

static double y_of(const plot *p, double value)
{
    return p->bottom - (value - p->low) / (p->high - p->low) * (p->bottom - p->top);
}

static void choose_range(plot *p)
{
    const st_chart *c = p->chart;
    double low = INFINITY, high = -INFINITY;
    for (size_t k = 0; k < c->n_lines; k++)
        for (size_t i = 0; i < c->n; i++) {
            const st_slot *slot = &c->lines[k].slots[i * c->stride];
            if (isnan(slot->first))
                continue;
            low = fmin(low, slot->low);
            high = fmax(high, slot->high);
        }
    if (!(low <= high))
        low = high = 0;
    if (c->kind == ST_CHART_STEPS)
        low = 0;
    p->step = st_chart_step(high - low, 5, c->unit);
    if (c->kind == ST_CHART_STEPS && p->step < 1)
        p->step = 1;
    p->low = floor(low / p->step + 1e-9) * p->step;
    p->high = ceil(high / p->step - 1e-9) * p->step;
    if (p->high - p->low < p->step)
        p->high = p->low + p->step;
}

static int decimals_of(double step)
{
    int n = 0;
    while (n < 6 && fabs(step - nearbyint(step)) > 1e-6 * step) {
        step *= 10;
        n++;
    }
    return n;
}

static void draw_values(const plot *p)
{
    st_text *t = p->svg;
    int n = (int)lround((p->high - p->low) / p->step);
    for (int i = 0; i <= n; i++) {
        double value = p->low + i * p->step, y = y_of(p, value);
        st_text_printf(t, "<path class=\"g\" d=\"M%d ", LEFT);
        add_number(t, y);
        st_text_printf(t, "H%d\" fill=\"none\" stroke=\"" GRID "\"/>",
                       ST_CHART_WIDTH - RIGHT);
        st_text_printf(t, "<text class=\"a\" x=\"%d\" y=\"", LEFT - 6);
        add_number(t, y + 4);
        st_text_add(t, "\" text-anchor=\"end\" fill=\"" SOFT "\">");
        st_markup_number(t, fabs(value) < p->step / 2 ? 0 : value, decimals_of(p->step));
        if (strcmp(p->chart->unit, "deg") == 0)
            st_text_add(t, st_chart_unit("deg"));
        st_text_add(t, "</text>\n");
    }
}

static void draw_times(const plot *p)
{
    const st_chart *c = p->chart;
    int64_t step_us = st_chart_time_step(c->end_us - c->start_us, 10);
    int64_t first = c->start_us / step_us + (c->start_us % step_us > 0);
    for (int64_t i = first; i * step_us <= c->end_us; i++) {
        char time[ST_CHART_TIME_SIZE];
        double x = x_of(c, i * step_us);
        st_chart_time(time, i * step_us, step_us);
        st_text_add(p->svg, "<path class=\"g\" d=\"M");
        add_number(p->svg, x);
        st_text_add(p->svg, " ");
        add_number(p->svg, p->bottom);
        st_text_add(p->svg,
                    "v5\" fill=\"none\" stroke=\"" GRID "\"/><text class=\"a\" x=\"");
        add_number(p->svg, x);
        st_text_add(p->svg, "\" y=\"");
        add_number(p->svg, p->bottom + 18);
        st_text_printf(p->svg, "\" text-anchor=\"middle\" fill=\"" SOFT "\">%s</text>\n",
                       time);
    }
}

/* ---- curves ---- */

/* A curve on its way: what shares one place is drawn at once. */
typedef struct pen {
    const plot *plot;
    bool down;        /* there is a point to go on from */
    double x, y;      /* where it is */
    double place;     /* x of what is gathered; NAN: nothing */
    double low, high; /* of it, as y */
    int n;            /* drawn since it was put down */
} pen;

static void go_to(pen *at, double x, double y)
{
    st_text_add(at->plot->svg, at->down ? "L" : "M");
    add_number(at->plot->svg, x);
    st_text_add(at->plot->svg, " ");
    add_number(at->plot->svg, y);
    at->down = true;
    at->x = x;
    at->y = y;
    at->n++;
}

static void flush(pen *at)
{
    if (isnan(at->place))
        return;
    double first = at->low, last = at->high;
    if (at->down && fabs(at->high - at->y) < fabs(at->low - at->y)) {
        first = at->high;
        last = at->low;
    }
    if (at->high - at->low < 0.3) {
        go_to(at, at->place, (first + last) / 2);
    } else {
        go_to(at, at->place, first);
        go_to(at, at->place, last);
    }
    at->place = NAN;
}

static void lift(pen *at)
{
    flush(at);
    if (at->down && at->n == 1)
        st_text_add(at->plot->svg, "h0"); /* a dot */
    at->down = false;
    at->n = 0;
}

static void gather(pen *at, double x, double low, double high)
{
    if (!isnan(at->place) && x - at->place > 1.5)
        flush(at);
    if (isnan(at->place)) {
        at->place = x;
        at->low = low;
        at->high = high;
    }
    at->low = fmin(at->low, low);
    at->high = fmax(at->high, high);
}

static void draw_curve(const plot *p, const st_chart_line *line)
{
    const st_chart *c = p->chart;
    const bool turns = strcmp(c->unit, "deg") == 0;
    pen at = {.plot = p, .place = NAN};
    for (size_t i = 0; i < c->n; i++) {
        const st_slot *slot = &line->slots[i * c->stride];
        /* From 179 degrees to -179 it is not a long way. */
        if (isnan(slot->first) ||
            (turns && i > 0 &&
             fabsf(slot->first - slot[-(ptrdiff_t)c->stride].first) > 180))
            lift(&at);
        if (!isnan(slot->first))
            gather(&at, x_of(c, c->times[i]), y_of(p, slot->high), y_of(p, slot->low));
    }
    lift(&at);
}

/* A count stands until there is another. */
static void draw_steps(const plot *p, const st_chart_line *line)
{
    const st_chart *c = p->chart;
    pen at = {.plot = p, .place = NAN};
    for (size_t i = 0; i < c->n; i++) {
        const st_slot *slot = &line->slots[i * c->stride];
        bool known = !isnan(slot->first);
        double x = known ? x_of(c, c->times[i]) : 0, y = known ? y_of(p, slot->high) : 0;
        bool next = i + 1 < c->n && !isnan(line->slots[(i + 1) * c->stride].first);
        if (!known) {
            lift(&at);
        } else if (!at.down) {
            go_to(&at, x, y);
        } else if (fabs(y - at.y) > 0.01) {
            go_to(&at, x, at.y);
            go_to(&at, x, y);
        } else if (!next) {
            go_to(&at, x, y);
        }
    }
    lift(&at);
}

/* ---- bands ---- */

static void draw_band(const plot *p, size_t word, double from, double to)
{
    const char *said = p->chart->words[word];
    double width = fmax(to - from, 0.8);
    st_text_add(p->svg, "<rect x=\"");
    add_number(p->svg, from);
    st_text_add(p->svg, "\" y=\"");
    add_number(p->svg, p->top);
    st_text_add(p->svg, "\" width=\"");
    add_number(p->svg, width);
    st_text_printf(p->svg, "\" height=\"%d\" fill=\"%s\"/>", BAND,
                   st_chart_word_colour(p->chart->words, word));
    if (width > entry_width(said) - 20) {
        st_text_add(p->svg, "<text class=\"b\" x=\"");
        add_number(p->svg, (from + to) / 2);
        st_text_add(p->svg, "\" y=\"");
        add_number(p->svg, p->top + 19);
        /* On blue only white can be read. */
        st_text_printf(p->svg, "\" text-anchor=\"middle\" fill=\"%s\">",
                       word % N_COLOURS == 0 && strcmp(said, "none") != 0 ? "#ffffff"
                                                                          : "#000000");
        st_markup_text(p->svg, said);
        st_text_add(p->svg, "</text>");
    }
    st_text_add(p->svg, "\n");
}

static void draw_bands(const plot *p)
{
    const st_chart *c = p->chart;
    const st_slot *slots = c->lines[0].slots;
    int64_t usual_us = c->n > 1 ? (c->end_us - c->start_us) / (int64_t)(c->n - 1) : 0;
    for (size_t i = 0, next; i < c->n; i = next) {
        float word = slots[i * c->stride].first;
        next = i + 1;
        if (isnan(word))
            continue;
        while (next < c->n && slots[next * c->stride].first == word)
            next++;
        int64_t until_us = next < c->n && c->times[next] != INT64_MIN
                               ? c->times[next]
                               : c->times[next - 1] + usual_us;
        draw_band(p, (size_t)word, x_of(c, c->times[i]),
                  fmin(x_of(c, until_us), ST_CHART_WIDTH - RIGHT));
    }
}

/* ---- all of it ---- */

static void draw_title(const st_chart *c, st_text *svg)
{
    const char *unit = st_chart_unit(c->unit);
    st_text_printf(svg,
                   "<text class=\"t\" x=\"%d\" y=\"20\" font-weight=\"600\" "
                   "font-size=\"15\" fill=\"" INK "\">",
                   LEFT);
    st_markup_name(svg, c->title);
    bool told = *unit && strcmp(c->unit, "deg") != 0;
    if (told || c->note) {
        st_text_add(svg, "<tspan class=\"a\" font-weight=\"400\" font-size=\"13\" "
                         "fill=\"" SOFT "\"> ");
        st_markup_text(svg, told ? "in " : c->note);
        st_markup_text(svg, told ? unit + (*unit == ' ') : "");
        st_text_add(svg, "</tspan>");
    }
    st_text_add(svg, "</text>\n");
}

void st_chart_draw(st_text *svg, const st_chart *c)
{
    plot p = {.chart = c, .svg = svg};
    p.top = top_of(c);
    p.bottom = p.top + (c->kind == ST_CHART_BANDS ? BAND : PLOT);
    draw_title(c, svg);
    legend(c, svg);
    if (c->kind == ST_CHART_BANDS) {
        st_text_printf(svg,
                       "<rect class=\"e\" x=\"%d\" y=\"%.0f\" width=\"%d\" height=\"%d\" "
                       "fill=\"none\" stroke=\"" GRID "\"/>\n",
                       LEFT, p.top, ST_CHART_WIDTH - LEFT - RIGHT, BAND);
        draw_times(&p);
        draw_bands(&p);
        return;
    }
    choose_range(&p);
    draw_values(&p);
    draw_times(&p);
    for (size_t k = 0; k < c->n_lines; k++) {
        st_text_printf(svg,
                       "<path class=\"s%d\" fill=\"none\" stroke=\"%s\" "
                       "stroke-width=\"1.8\" stroke-linejoin=\"round\" "
                       "stroke-linecap=\"round\" d=\"",
                       c->lines[k].colour % N_COLOURS,
                       st_chart_colour(c->lines[k].colour));
        (c->kind == ST_CHART_STEPS ? draw_steps : draw_curve)(&p, &c->lines[k]);
        st_text_add(svg, "\"/>\n");
    }
}
