/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events as people and programs read them: a table, JSON, JSON lines, CSV (RFC 4180).
 *
 * Times in the table are clock times in UTC, or, where the clock is not known, times in
 * the stream. What is not known is "-" in the table, left out in JSON, empty in CSV.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "events.h"

/* ---- JSON ---- */

static void add_ms(json_text *j, const char *key, int64_t us)
{
    if (us >= 0)
        json_number(j, key, (double)us / 1000, 3);
}

static void add_clock(json_text *j, const char *key, int64_t us)
{
    char clock[STANCE_CLOCK_SIZE] = "";
    if (us >= 0)
        stance_clock_text(us, clock);
    if (*clock)
        json_string(j, key, clock);
}

static void add_count(json_text *j, const char *key, int64_t n, int64_t from)
{
    if (n >= from)
        json_int(j, key, n);
}

static void add_event(json_text *j, const stance_event_row *row)
{
    const stance_event *e = &row->event;
    json_open(j, NULL, '{');
    j->pretty = false;
    json_int(j, "event", row->number);
    json_int(j, "run", row->run);
    json_string(j, "source", row->source);
    json_string(j, "kind", row->kind);
    if (e->id > 0)
        json_int(j, "id", e->id);
    else
        json_string(j, "id", NULL);
    if (e->place)
        json_string(j, "place", e->place);
    if (e->label)
        json_string(j, "label", e->label);
    add_ms(j, "start_ms", e->start_us);
    add_ms(j, "turn_ms", e->turn_us);
    if (isfinite(e->depth))
        json_number(j, "depth", (double)e->depth, 3);
    add_ms(j, "end_ms", e->end_us);
    add_ms(j, "stay_ms", e->stay_us);
    add_clock(j, "clock", e->clock_us);
    add_count(j, "frame", e->frame, 0);
    if (isfinite(e->at[0]) && isfinite(e->at[1])) {
        json_number(j, "x", (double)e->at[0], 2);
        json_number(j, "y", (double)e->at[1], 2);
    }
    add_count(j, "people", e->people, 1);
    add_count(j, "order", e->order, 1);
    if (e->inference_us > 0)
        add_ms(j, "inference_ms", e->inference_us);
    add_clock(j, "run_began", row->began_us);
    json_close(j, '{');
}

static void add_run(json_text *j, const stance_event_run *run)
{
    json_open(j, NULL, '{');
    j->pretty = false;
    json_int(j, "run", run->run);
    json_string(j, "source", run->source);
    json_string(j, "model", run->model);
    add_clock(j, "clock", run->clock_us);
    add_clock(j, "began", run->began_us);
    add_clock(j, "ended", run->ended_us);
    add_count(j, "frames", run->frames, 0);
    json_int(j, "events", run->events);
    json_bool(j, "complete", run->complete);
    json_string(j, "settings", run->settings);
    json_close(j, '{');
}

/* One object: a line of its own in both forms. */
static void begin_object(events_printer *p)
{
    if (p->format == EVENTS_NDJSON)
        p->json.comma = false;
    p->json.pretty = p->format == EVENTS_JSON;
}

static void end_object(events_printer *p)
{
    p->json.pretty = p->format == EVENTS_JSON;
    if (p->format == EVENTS_NDJSON)
        text_add(&p->json.text, "\n");
}

static void begin_document(events_printer *p, const char *list)
{
    json_text *j = &p->json;
    j->pretty = true;
    json_open(j, NULL, '{');
    if (strcmp(list, "events") == 0)
        json_string(j, "schema", "stance-events/1");
    json_open(j, list, '[');
}

void events_print_end(events_printer *p, const char *next)
{
    if (p->format != EVENTS_JSON)
        return;
    if (!p->begun)
        begin_document(p, "events");
    json_close(&p->json, '[');
    json_string(&p->json, "next", next);
    json_close(&p->json, '{');
    text_add(&p->json.text, "\n");
}

/* ---- tables: rows of cells, for people and as CSV ---- */

typedef struct table {
    const char *const *heads; /* ended by NULL */
    strings cells;
} table;

static void cell(table *t, const char *format, ...) STANCE_PRINTF(2, 3);
static void cell(table *t, const char *format, ...)
{
    char words[STANCE_EVENT_CURSOR_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(words, sizeof(words), format, args);
    va_end(args);
    strings_add(&t->cells, words);
}

static void cell_text(table *t, const char *string)
{
    strings_add(&t->cells, string ? string : "");
}

static void cell_int(table *t, int64_t n, int64_t from)
{
    if (n >= from)
        cell(t, "%lld", (long long)n);
    else
        cell_text(t, "");
}

/* At most so many decimals, zeros at the end left out, whatever the locale. */
static void cell_number(table *t, double value, int decimals)
{
    json_text number = {0};
    if (isfinite(value))
        json_number(&number, NULL, value, decimals);
    cell_text(t, number.text.data);
    free(number.text.data);
}

static void cell_ms(table *t, int64_t us)
{
    cell_number(t, us >= 0 ? (double)us / 1000 : (double)NAN, 3);
}

static void cell_clock(table *t, int64_t us)
{
    char clock[STANCE_CLOCK_SIZE] = "";
    if (us >= 0)
        stance_clock_text(us, clock);
    cell_text(t, clock);
}

static void add_csv_cell(text *out, const char *cell_)
{
    if (!strpbrk(cell_, ",\"\r\n")) {
        text_add(out, cell_);
        return;
    }
    text_add(out, "\"");
    for (const char *c = cell_; *c; c++)
        text_add_bytes(out, *c == '"' ? "\"\"" : c, *c == '"' ? 2 : 1);
    text_add(out, "\"");
}

static size_t count_heads(const table *t)
{
    size_t n = 1; /* a table has one at least */
    while (t->heads[n])
        n++;
    return n;
}

static void add_csv(events_printer *p, const table *t)
{
    text *out = &p->json.text;
    size_t n = count_heads(t);
    for (size_t i = 0; !p->begun && i < n; i++)
        text_addf(out, "%s%s", t->heads[i], i + 1 < n ? "," : "\r\n");
    for (size_t i = 0; i + n <= t->cells.n; i += n)
        for (size_t k = 0; k < n; k++) {
            add_csv_cell(out, t->cells.at[i + k]);
            text_add(out, k + 1 < n ? "," : "\r\n");
        }
    p->begun = true;
}

/* Characters of UTF-8, each taken for one column. */
static int width_of(const char *string)
{
    int n = 0;
    for (; *string; string++)
        n += ((unsigned char)*string & 0xC0) != 0x80;
    return n;
}

static void add_line(events_printer *p, char *const *cells, size_t n)
{
    text *out = &p->json.text;
    for (size_t i = 0; i < n; i++) {
        const char *words = *cells[i] ? cells[i] : "-";
        bool last = i + 1 == n;
        text_addf(out, "%s%*s", words, last ? 0 : p->widths[i] - width_of(words) + 2, "");
        if (last)
            text_add(out, "\n");
    }
}

static void add_table(events_printer *p, const table *t)
{
    size_t n = count_heads(t);
    for (size_t i = 0; i < n; i++)
        if (width_of(t->heads[i]) > p->widths[i])
            p->widths[i] = width_of(t->heads[i]);
    for (size_t i = 0; i + n <= t->cells.n; i += n)
        for (size_t k = 0; k < n; k++) {
            one_line(t->cells.at[i + k]);
            if (width_of(t->cells.at[i + k]) > p->widths[k])
                p->widths[k] = width_of(t->cells.at[i + k]);
        }
    if (!p->begun)
        add_line(p, (char *const *)t->heads, n);
    for (size_t i = 0; i < t->cells.n; i += n)
        add_line(p, t->cells.at + i, n);
    p->begun = true;
}

static void print_table(events_printer *p, table *t)
{
    if (p->format == EVENTS_CSV)
        add_csv(p, t);
    else
        add_table(p, t);
    strings_clear(&t->cells);
}

/* ---- events ---- */

static void add_csv_event(table *t, const stance_event_row *row)
{
    const stance_event *e = &row->event;
    cell_int(t, row->number, 1);
    cell_int(t, row->run, 1);
    cell_text(t, row->source);
    cell_text(t, row->kind);
    cell_int(t, e->id, 1);
    cell_text(t, e->place);
    cell_text(t, e->label);
    cell_ms(t, e->start_us);
    cell_ms(t, e->turn_us);
    cell_ms(t, e->end_us);
    cell_ms(t, e->stay_us);
    cell_clock(t, e->clock_us);
    cell_int(t, e->frame, 0);
    cell_number(t, (double)e->at[0], 2);
    cell_number(t, (double)e->at[1], 2);
    cell_int(t, e->people, 1);
    cell_int(t, e->order, 1);
    cell_ms(t, e->inference_us > 0 ? e->inference_us : -1);
    cell_clock(t, row->began_us);
    cell_number(t, (double)e->depth, 3);
}

/* "2026-11-21 20:00:00.250", or "1:02:03.500" in the stream. */
static void cell_time(table *t, const stance_event *e)
{
    char clock[STANCE_CLOCK_SIZE] = "";
    int64_t ms = e->clock_us / 1000, s = e->start_us / 1000000;
    if (e->clock_us >= 0)
        stance_clock_text(ms / 1000 * 1000000, clock);
    if (*clock)
        cell(t, "%.10s %.8s.%03d", clock, clock + 11, (int)(ms % 1000));
    else
        cell(t, "%lld:%02d:%02d.%03d", (long long)(s / 3600), (int)(s / 60 % 60),
             (int)(s % 60), (int)(e->start_us / 1000 % 1000));
}

static void add_text_event(table *t, const stance_event_row *row, bool one_run)
{
    const stance_event *e = &row->event;
    cell_time(t, e);
    cell_int(t, row->run, 1);
    cell_int(t, e->id, 1);
    cell_text(t, row->kind);
    cell_text(t, e->place);
    cell_text(t, e->label);
    cell_number(t, (double)e->depth, 2);
    if (e->stay_us >= 0)
        cell(t, "%.1f s", (double)e->stay_us / 1e6);
    else if (e->end_us > e->start_us)
        cell(t, "%.1f s", (double)(e->end_us - e->start_us) / 1e6);
    else
        cell_text(t, "");
    if (isfinite(e->at[0]) && isfinite(e->at[1]))
        cell(t, "%.0f,%.0f", (double)e->at[0], (double)e->at[1]);
    else
        cell_text(t, "");
    cell_int(t, e->people, 1);
    if (!one_run)
        cell_text(t, row->source);
}

static void set_widths(events_printer *p)
{
    static const int usual[] = {23, 3, 3, 7, 6, 9, 5, 6, 9, 6};
    for (size_t i = 0; p->follows && !p->begun && i < sizeof(usual) / sizeof(*usual); i++)
        p->widths[i] = usual[i];
}

void events_print_page(events_printer *p, const stance_event_page *page)
{
    static const char *const csv_heads[] = {
        "event",    "run",     "source", "kind",         "id",        "place", "label",
        "start_ms", "turn_ms", "end_ms", "stay_ms",      "clock",     "frame", "x",
        "y",        "people",  "order",  "inference_ms", "run_began", "depth", NULL};
    static const char *const all_heads[] = {"TIME (UTC)", "RUN",    "ID",     "KIND",
                                            "PLACE",      "LABEL",  "DEPTH",  "LASTED",
                                            "AT",         "PEOPLE", "SOURCE", NULL};
    static const char *const one_heads[] = {"TIME (UTC)", "RUN",    "ID",    "KIND",
                                            "PLACE",      "LABEL",  "DEPTH", "LASTED",
                                            "AT",         "PEOPLE", NULL};
    if (p->format == EVENTS_TEXT || p->format == EVENTS_CSV) {
        bool csv = p->format == EVENTS_CSV;
        table t = {csv ? csv_heads : p->one_run ? one_heads : all_heads, {0}};
        set_widths(p);
        for (size_t i = 0; i < page->n; i++) {
            if (csv)
                add_csv_event(&t, &page->rows[i]);
            else
                add_text_event(&t, &page->rows[i], p->one_run);
        }
        print_table(p, &t);
        return;
    }
    if (!p->begun && p->format == EVENTS_JSON)
        begin_document(p, "events");
    p->begun = true;
    for (size_t i = 0; i < page->n; i++) {
        begin_object(p);
        add_event(&p->json, &page->rows[i]);
        end_object(p);
    }
}

/* ---- runs and counts ---- */

static void add_run_row(table *t, const stance_event_run *run, bool csv)
{
    cell_int(t, run->run, 1);
    cell_clock(t, run->began_us - (csv ? 0 : run->began_us % 1000000));
    if (csv) {
        cell_clock(t, run->ended_us);
    } else if (run->ended_us >= run->began_us) {
        cell(t, "%.1f s", (double)(run->ended_us - run->began_us) / 1e6);
    } else {
        cell_text(t, "");
    }
    cell_int(t, run->frames, 0);
    cell_int(t, run->events, 0);
    cell_text(t, run->complete        ? "complete"
                 : run->ended_us >= 0 ? "ended early"
                                      : "not ended");
    cell_text(t, run->model);
    cell_text(t, run->source);
}

void events_print_runs(events_printer *p, const stance_event_runs *runs)
{
    static const char *const heads[] = {"RUN",   "BEGAN", "LASTED", "FRAMES", "EVENTS",
                                        "STATE", "MODEL", "SOURCE", NULL};
    static const char *const csv_heads[] = {
        "run", "began", "ended", "frames", "events", "state", "model", "source", NULL};
    if (p->format == EVENTS_TEXT || p->format == EVENTS_CSV) {
        bool csv = p->format == EVENTS_CSV;
        table t = {csv ? csv_heads : heads, {0}};
        for (size_t i = 0; i < runs->n; i++)
            add_run_row(&t, &runs->runs[i], csv);
        print_table(p, &t);
        return;
    }
    if (!p->begun && p->format == EVENTS_JSON)
        begin_document(p, "runs");
    p->begun = true;
    for (size_t i = 0; i < runs->n; i++) {
        begin_object(p);
        add_run(&p->json, &runs->runs[i]);
        end_object(p);
    }
}

void events_print_counts(events_printer *p, const int64_t counts[STANCE_EVENT_COUNT])
{
    static const char *const heads[] = {"KIND", "EVENTS", NULL};
    static const char *const csv_heads[] = {"kind", "events", NULL};
    json_text *j = &p->json;
    table t = {p->format == EVENTS_CSV ? csv_heads : heads, {0}};
    bool as_json = p->format == EVENTS_JSON || p->format == EVENTS_NDJSON;
    j->pretty = p->format == EVENTS_JSON;
    if (as_json)
        json_open(j, NULL, '{');
    for (int k = 0; k < STANCE_EVENT_COUNT; k++) {
        const char *name = stance_event_kind_name((stance_event_kind)k);
        if (counts[k] == 0)
            continue;
        cell_text(&t, name);
        cell_int(&t, counts[k], 0);
        if (as_json)
            json_int(j, name, counts[k]);
    }
    if (as_json) {
        json_close(j, '{');
        text_add(&j->text, "\n");
        strings_clear(&t.cells);
    } else {
        print_table(p, &t);
    }
}
