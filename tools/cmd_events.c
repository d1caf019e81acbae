/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `stance events`: what an events database holds, filtered, followed, exported.
 *
 * People and programs that show pages get one page and where the next begins; exports
 * (CSV, JSON lines, anything into a file) get everything, read page by page. Following
 * first shows the latest events, then asks a few times a second for those with higher
 * numbers, which costs nothing where there are none.
 */
#define _XOPEN_SOURCE 700 /* clock_gettime, nanosleep */

#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli.h"
#include "cmd_events.h"
#include "events.h"
#include "jobs.h"
#include "stop.h"

enum {
    PAGE = 1000,            /* events read at once */
    SHOWN = 100,            /* where no --limit is given and nothing is exported */
    SHOWN_BEFORE = 10,      /* the same before following */
    NAP_MS = 250,           /* between two questions when following */
    PATIENCE_MS = 30 * 1000 /* with a server that went away meanwhile */
};

typedef struct events_settings {
    events_which which;
    char *output;
    bool follow, runs, count;
    int format;
    say_settings say;
} events_settings;

#define OWN(field) offsetof(events_settings, field)

static const stance_choice formats[] = {
    {"text", EVENTS_TEXT, "a table"},
    {"json", EVENTS_JSON, "one document, with where the next page begins"},
    {"ndjson", EVENTS_NDJSON, "one JSON object a line"},
    {"csv", EVENTS_CSV, "comma-separated values"},
    {0},
};

static const stance_option how_rows[] = {
    {.name = "follow",
     .letter = 'f',
     .type = STANCE_OPTION_BOOL,
     .offset = OWN(follow),
     .preset = "no",
     .help = "go on with what is stored from now on, until Ctrl-C"},
    {.name = "runs",
     .letter = 'r',
     .type = STANCE_OPTION_BOOL,
     .offset = OWN(runs),
     .preset = "no",
     .help = "list the runs in place of their events"},
    {.name = "count",
     .type = STANCE_OPTION_BOOL,
     .offset = OWN(count),
     .preset = "no",
     .help = "say how many there are of each kind"},
    {.name = "format",
     .type = STANCE_OPTION_CHOICE,
     .offset = OWN(format),
     .preset = "text",
     .choices = formats,
     .help = "form of the output"},
    {.name = "output",
     .letter = 'o',
     .type = STANCE_OPTION_STRING,
     .offset = OWN(output),
     .value_name = "FILE",
     .help = "write into a file"},
    {0},
};

const stance_option_group *events_groups(void)
{
    static const stance_option_group all[] = {
        {"Which events", events_which_options, OWN(which)},
        {"What is done with them", how_rows, 0},
        {"Messages", say_options, OWN(say)},
        {0}};
    return all;
}

/* ---- the question ---- */

static int check(const events_settings *s, const cli_line *line, stance_error *err)
{
    if (line->words.n != 1)
        return fail(err, STANCE_EINVAL,
                    "expected one events database: 'stance events events.db', found %zu",
                    line->words.n);
    if (s->runs + s->count + s->follow > 1)
        return fail(err, STANCE_EINVAL,
                    "expected one of --runs, --count and --follow, found several");
    static const char *const of_events[] = {"kind", "person", "place", "label", NULL};
    static const char *const of_pages[] = {"newest", "limit", "after", NULL};
    const char *const *senseless = s->runs ? of_events : s->count ? of_pages : NULL;
    for (; senseless && *senseless; senseless++)
        if (cli_is_given(line, *senseless))
            return fail(err, STANCE_EINVAL, "--%s: does nothing with --%s", *senseless,
                        s->runs ? "runs" : "count");
    if (s->follow && (s->format == EVENTS_JSON || s->which.newest || s->which.until))
        return fail(err, STANCE_EINVAL,
                    "--follow has no end: expected text, ndjson or csv, without --newest "
                    "and --until");
    return 0;
}

/* ---- pages ---- */

typedef struct task {
    const events_settings *settings;
    const char *address;
    stance_event_db *db;
    stance_event_query query;
    events_printer printer;
    events_out out;
    char after[STANCE_EVENT_CURSOR_SIZE]; /* where the next page begins */
} task;

static bool exports(const events_settings *s)
{
    return s->format == EVENTS_NDJSON || s->format == EVENTS_CSV || s->output;
}

static int write_out(task *t, stance_error *err)
{
    return events_out_write(&t->out, &t->printer.json.text, err);
}

static int one_page(task *t, bool *more, size_t *n, stance_error *err)
{
    stance_event_page *page = NULL;
    int rc = stance_event_db_query(t->db, &t->query, &page, err);
    if (rc < 0)
        return rc;
    events_print_page(&t->printer, page);
    if (page->n > 0) {
        memcpy(t->after, page->next, sizeof(t->after));
        t->query.after = t->after;
    }
    *more = page->more;
    *n = page->n;
    stance_event_page_free(&page);
    return write_out(t, err);
}

static int one_page_of_runs(task *t, bool *more, size_t *n, stance_error *err)
{
    stance_event_runs *runs = NULL;
    int rc = stance_event_db_runs(t->db, &t->query, &runs, err);
    if (rc < 0)
        return rc;
    events_print_runs(&t->printer, runs);
    if (runs->n > 0) {
        memcpy(t->after, runs->next, sizeof(t->after));
        t->query.after = t->after;
    }
    *more = runs->more;
    *n = runs->n;
    stance_event_runs_free(&runs);
    return write_out(t, err);
}

static int show(task *t, stance_error *err)
{
    const events_settings *s = t->settings;
    int64_t left = s->which.limit > 0 ? s->which.limit : exports(s) ? INT64_MAX : SHOWN;
    bool more = true;
    int rc = 0;
    while (rc == 0 && more && left > 0 && !stop_asked()) {
        size_t n = 0;
        t->query.limit = left < PAGE ? (size_t)left : PAGE;
        rc = s->runs ? one_page_of_runs(t, &more, &n, err) : one_page(t, &more, &n, err);
        left -= (int64_t)n;
    }
    if (rc == 0 && stop_asked())
        return fail(err, STANCE_EINTERRUPTED, "interrupted");
    if (rc != 0)
        return rc;
    events_print_end(&t->printer, more ? t->after : NULL);
    rc = write_out(t, err);
    if (rc == 0 && more && s->format == EVENTS_TEXT)
        say(STANCE_LOG_INFO, "events", "there are more: --after %s", t->after);
    return rc;
}

static int count(task *t, stance_error *err)
{
    int64_t counts[STANCE_EVENT_COUNT];
    int rc = stance_event_db_count(t->db, &t->query, counts, err);
    if (rc < 0)
        return rc;
    events_print_counts(&t->printer, counts);
    return write_out(t, err);
}

/* ---- following ---- */

/* The latest events so far, oldest of them first. */
static int show_latest(task *t, int64_t latest, stance_error *err)
{
    stance_event_page *page = NULL;
    const int64_t most =
        t->settings->which.limit > 0 ? t->settings->which.limit : SHOWN_BEFORE;
    stance_event_query q = t->query;
    q.newest_first = true;
    q.limit = most < PAGE ? (size_t)most : PAGE;
    int rc = stance_event_db_query(t->db, &q, &page, err);
    if (rc < 0)
        return rc;
    size_t n = 0; /* what was stored since is shown with what is new */
    for (size_t i = 0; i < page->n; i++)
        if (page->rows[i].number <= latest)
            page->rows[n++] = page->rows[i];
    page->n = n;
    for (size_t i = 0; i < n / 2; i++) {
        stance_event_row row = page->rows[i];
        page->rows[i] = page->rows[n - 1 - i];
        page->rows[n - 1 - i] = row;
    }
    events_print_page(&t->printer, page);
    stance_event_page_free(&page);
    return write_out(t, err);
}

/* All that is there behind the cursor; then the cursor stands behind what was looked at,
 * so that what does not fit is not looked at again. */
static int show_new(task *t, stance_error *err)
{
    int64_t latest, last = 0;
    bool more = true;
    size_t n;
    int rc = stance_event_db_latest(t->db, &latest, err);
    while (rc == 0 && more && !stop_asked())
        rc = one_page(t, &more, &n, err);
    sscanf(t->after, "number:%" SCNd64, &last);
    if (rc == 0 && latest > last)
        snprintf(t->after, sizeof(t->after), "number:%" PRId64, latest);
    return rc;
}

/* A server may be away for a moment. */
static int open_again(task *t, stance_error *err)
{
    int rc = err->code;
    if (!stance_event_db_is_server(t->address))
        return rc;
    for (int waited = 0; rc < 0 && waited < PATIENCE_MS && !stop_asked();
         waited += NAP_MS) {
        stance_event_db_close(&t->db, NULL);
        nap_ms(NAP_MS);
        rc = stance_event_db_open(&t->db, t->address, STANCE_EVENT_DB_READ, err);
    }
    return rc;
}

static int follow(task *t, stance_error *err)
{
    int64_t latest = 0;
    int rc = 0;
    t->printer.follows = true;
    if (!t->query.after) {
        rc = stance_event_db_latest(t->db, &latest, err);
        if (rc == 0)
            rc = show_latest(t, latest, err);
        snprintf(t->after, sizeof(t->after), "number:%" PRId64, latest);
    } else {
        snprintf(t->after, sizeof(t->after), "%s", t->query.after);
    }
    t->query.order = STANCE_EVENT_BY_NUMBER;
    t->query.after = t->after;
    t->query.limit = PAGE;
    while (rc == 0 && !stop_asked() && !events_out_is_closed(&t->out)) {
        rc = show_new(t, err);
        if (rc == STANCE_EINPUT)
            rc = open_again(t, err);
        if (rc == 0)
            nap_ms(NAP_MS);
    }
    return rc;
}

/* ---- the command ---- */

static int read_events(const events_settings *s, const char *address, stance_error *err)
{
    task t = {.settings = s, .address = address};
    t.printer.format = (events_format)s->format;
    t.printer.one_run = s->which.run > 0;
    int rc = events_which_query(&s->which, s->runs, &t.query, err);
    if (rc == 0 && s->output && strcmp(s->output, "-") != 0 &&
        path_same(address, s->output))
        rc = fail(err, STANCE_EINVAL,
                  "%s: is read and cannot also be written; name another output", address);
    if (rc == 0)
        rc = stance_event_db_open(&t.db, address, STANCE_EVENT_DB_READ, err);
    if (rc == 0)
        rc = events_out_open(&t.out, s->output, err);
    if (rc == 0)
        rc = s->follow ? follow(&t, err) : s->count ? count(&t, err) : show(&t, err);
    if (rc == 0)
        rc = events_out_commit(&t.out, err);
    events_out_close(&t.out);
    stance_event_db_close(&t.db, NULL);
    free(t.printer.json.text.data);
    return rc;
}

static int with_line(const cli_line *line, void *settings)
{
    const events_settings *s = settings;
    stance_error err;
    int rc = check(s, line, &err);
    if (rc == 0)
        rc = read_events(s, line->words.at[0], &err);
    return rc < 0 ? say_error("events", &err) : 0;
}

int cmd_events(int argc, char **argv)
{
    events_settings s = {0};
    stop_install();
    return command_run(argc, argv, &s, with_line);
}
