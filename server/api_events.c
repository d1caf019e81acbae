/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events out of the database that the server was given: pages by cursor, numbered pages
 * of the newest for simple tables, exports, and what happens from now on.
 *
 * The options are those of `stance events`, of the same table. Each request opens the
 * database for itself: who reads waits for nobody.
 */
#define _XOPEN_SOURCE 700 /* nanosleep */

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "api.h"
#include "events.h"

enum {
    MOST_NUMBERED = 10000, /* rows that numbered pages reach */
    EXPORT_PAGE = 1000,
    NAP_MS = 250,
    ALIVE_NAPS = 60, /* then a line, so that a client that is gone is noticed */
};

static const stance_option_group groups[] = {{"Which events", events_which_options, 0},
                                             {0}};

typedef struct question {
    events_which which;
    stance_event_query query;
    char after[STANCE_EVENT_CURSOR_SIZE]; /* of the query, page by page */
    stance_event_db *db;
} question;

static void close_question(question *q)
{
    stance_event_db_close(&q->db, NULL);
    stance_options_clear(groups, &q->which);
}

/* Parameters that are the handler's own. */
static const char *const *own_of(api_parameters parameters)
{
    static const char *const pages[] = {"format", NULL},
                             *const numbered[] = {"page", "per-page", NULL},
                             *const none[] = {NULL};
    return parameters == API_EVENTS     ? pages
           : parameters == API_NUMBERED ? numbered
                                        : none;
}

bool api_is_event_option(api_parameters parameters, const char *name)
{
    static const char *const of_pages[] = {"newest", "limit", NULL}; /* of any kind */
    if (parameters == API_EVENTS)
        return true;
    return !api_is_one_of(name, of_pages) &&
           (parameters == API_FOLLOWED || strcmp(name, "after") != 0);
}

static int set_option(question *q, api_parameters parameters, const char *name,
                      const char *value, stance_error *err)
{
    if (api_is_one_of(name, own_of(parameters)))
        return 0;
    if (!api_is_event_option(parameters, name))
        return fail(err, STANCE_EINVAL,
                    "there is no option '%s' here; /api/events has it", name);
    return stance_options_set(groups, &q->which, name, value, err);
}

/* @return false: refused, and replied to */
static bool open_question(http_request *r, question *q, api_parameters parameters)
{
    enum { MOST = 32 };
    const char *address = ((server *)r->user)->settings->events;
    char *names[MOST], *values[MOST];
    stance_error err = {0};
    *q = (question){0};
    if (!address) {
        http_problem(r, 404, "No events", "the server was started without --events");
        return false;
    }
    int rc = stance_options_defaults(groups, &q->which);
    size_t n = http_queries(r, names, values, MOST);
    for (size_t i = 0; i < n; i++) {
        if (rc == 0)
            rc = set_option(q, parameters, names[i], values[i], &err);
        free(names[i]);
        free(values[i]);
    }
    if (rc == 0)
        rc = events_which_query(&q->which, false, &q->query, &err);
    if (rc == 0)
        rc = stance_event_db_open(&q->db, address, STANCE_EVENT_DB_READ, &err);
    if (rc == 0)
        return true;
    if (rc == STANCE_EINPUT)
        http_problem(r, 503, "No events", "the events database cannot be read");
    else
        api_reply_error(r, &err);
    close_question(q);
    return false;
}

static void reply_failed(http_request *r, const stance_error *err)
{
    if (err->code == STANCE_EINVAL)
        http_problem(r, 400, "Page", "%s", err->message);
    else
        http_problem(r, 503, "No events", "the events database cannot be read");
}

/* ---- pages and exports ---- */

static const char *const types[] = {[EVENTS_JSON] = "application/json",
                                    [EVENTS_NDJSON] = "application/x-ndjson",
                                    [EVENTS_CSV] = "text/csv"};
/* Of what is everything; JSON is a page. */
static const char *const downloads[] = {
    [EVENTS_NDJSON] = "events.ndjson", [EVENTS_CSV] = "events.csv"};

static int read_format(http_request *r)
{
    static const char *const names[] = {
        [EVENTS_JSON] = "json", [EVENTS_NDJSON] = "ndjson", [EVENTS_CSV] = "csv"};
    char *given = http_query(r, "format");
    int format = given ? -1 : EVENTS_JSON;
    for (int i = EVENTS_JSON; given && i <= EVENTS_CSV; i++)
        if (strcmp(given, names[i]) == 0)
            format = i;
    free(given);
    return format;
}

static void reply_page(http_request *r, question *q)
{
    events_printer printer = {.format = EVENTS_JSON};
    stance_event_page *page = NULL;
    stance_error err;
    q->query.limit = q->which.limit > 0 ? (size_t)q->which.limit : EVENTS_PAGE;
    if (q->query.limit > EVENTS_MOST_PAGE) {
        http_problem(r, 400, "Page",
                     "limit: expected at most %d; format=csv and "
                     "format=ndjson give all",
                     EVENTS_MOST_PAGE);
        return;
    }
    if (stance_event_db_query(q->db, &q->query, &page, &err) < 0) {
        reply_failed(r, &err);
        return;
    }
    events_print_page(&printer, page);
    events_print_end(&printer, page->more ? page->next : NULL);
    http_reply_text(r, 200, types[EVENTS_JSON], printer.json.text.data);
    free(printer.json.text.data);
    stance_event_page_free(&page);
}

/* Everything, read page by page and sent as it comes. What breaks off has no end. */
static void reply_all(http_request *r, question *q, events_format format)
{
    events_printer printer = {.format = format};
    int64_t left = q->which.limit > 0 ? q->which.limit : INT64_MAX;
    bool begun = false, more = true, sent = true;
    while (more && sent && left > 0) {
        stance_event_page *page = NULL;
        stance_error err;
        q->query.limit = left < EXPORT_PAGE ? (size_t)left : EXPORT_PAGE;
        if (stance_event_db_query(q->db, &q->query, &page, &err) < 0) {
            if (!begun)
                reply_failed(r, &err);
            else
                say_error("serve", &err);
            sent = false;
            break;
        }
        if (!begun)
            http_begin_file(r, types[format], downloads[format]);
        begun = true;
        events_print_page(&printer, page);
        left -= (int64_t)page->n;
        more = page->more;
        memcpy(q->after, page->next, sizeof(q->after));
        q->query.after = q->after;
        stance_event_page_free(&page);
        text *made = &printer.json.text;
        sent = http_send(r, made->data, made->n);
        made->n = 0;
    }
    if (begun)
        http_end_file(r, sent);
    free(printer.json.text.data);
}

void api_events(http_request *r, const char *id)
{
    (void)id;
    question q;
    int format = read_format(r);
    if (format < 0) {
        http_problem(r, 400, "Format", "format: expected json, ndjson or csv");
        return;
    }
    if (!open_question(r, &q, API_EVENTS))
        return;
    if (format == EVENTS_JSON)
        reply_page(r, &q);
    else
        reply_all(r, &q, format);
    close_question(&q);
}

/* ---- numbered pages ---- */

static void refuse_page(http_request *r, question *q)
{
    stance_event_page *page = NULL;
    stance_error err;
    q->query.limit = MOST_NUMBERED;
    if (stance_event_db_query(q->db, &q->query, &page, &err) < 0) {
        reply_failed(r, &err);
        return;
    }
    char *filters = http_query_rest(r, own_of(API_NUMBERED));
    http_problem(r, 400, "Page",
                 "numbered pages reach the newest %d events; go on with "
                 "/api/events?newest=yes%s%s%s",
                 MOST_NUMBERED, filters, *page->next ? "&after=" : "", page->next);
    free(filters);
    stance_event_page_free(&page);
}

void api_detections(http_request *r, const char *id)
{
    (void)id;
    int64_t number, per;
    question q;
    if (!http_query_number(r, "page", 1, INT32_MAX, 1, &number) ||
        !http_query_number(r, "per-page", 1, EVENTS_MOST_PAGE, EVENTS_PAGE, &per)) {
        http_problem(r, 400, "Page", "expected page=1 or more, and per-page=1 to %d",
                     EVENTS_MOST_PAGE);
        return;
    }
    if (!open_question(r, &q, API_NUMBERED))
        return;
    q.query.newest_first = true;
    stance_event_page *page = NULL;
    stance_error err;
    if (number * per > MOST_NUMBERED) {
        refuse_page(r, &q);
    } else if ((q.query.limit = (size_t)(number * per),
                stance_event_db_query(q.db, &q.query, &page, &err)) < 0) {
        reply_failed(r, &err);
    } else {
        events_printer printer = {.format = EVENTS_JSON};
        size_t skip = (size_t)((number - 1) * per);
        stance_event_page part = *page;
        part.n = page->n > skip ? page->n - skip : 0;
        part.rows = page->rows + (part.n ? skip : 0);
        events_print_page(&printer, &part);
        events_print_end(&printer, page->more ? page->next : NULL);
        http_reply_text(r, 200, types[EVENTS_JSON], printer.json.text.data);
        free(printer.json.text.data);
    }
    stance_event_page_free(&page);
    close_question(&q);
}

/* ---- what happens from now on ---- */

static const char alive[] = ":\n\n"; /* a line that says nothing */

/* A database that is away for a while is no reason to end: who follows would have to ask
 * again and again, and browsers give up at the first answer that is an error. */
static bool open_again(const http_request *r, question *q)
{
    const char *address = ((server *)r->user)->settings->events;
    stance_error err;
    if (q->db)
        return true;
    return stance_event_db_open(&q->db, address, STANCE_EVENT_DB_READ, &err) == 0;
}

static bool send_page(http_request *r, const stance_event_page *page, char *after)
{
    bool sent = true;
    for (size_t i = 0; i < page->n && sent; i++) {
        events_printer printer = {.format = EVENTS_NDJSON};
        stance_event_page one = *page;
        one.rows = &page->rows[i];
        one.n = 1;
        events_print_page(&printer, &one);
        char *line = printer.json.text.data;
        line[strcspn(line, "\n")] = '\0';
        snprintf(after, STANCE_EVENT_CURSOR_SIZE, "number:%" PRId64,
                 page->rows[i].number);
        sent = http_send_event(r, "event", after, line);
        free(line);
    }
    return sent;
}

/* All that is there behind the cursor; then the cursor stands behind what was looked at,
 * so that what does not fit is not looked at again. @return false: the client is gone */
static bool send_new(http_request *r, question *q, char *after)
{
    stance_error err;
    int64_t latest, last = 0;
    bool sent = true, more = true;
    if (!open_again(r, q))
        return http_send(r, alive, strlen(alive));
    int rc = stance_event_db_latest(q->db, &latest, &err);
    while (rc == 0 && sent && more) {
        stance_event_page *page = NULL;
        rc = stance_event_db_query(q->db, &q->query, &page, &err);
        more = rc == 0 && page->more;
        sent = rc < 0 || send_page(r, page, after);
        stance_event_page_free(&page);
    }
    sscanf(after, "number:%" SCNd64, &last);
    if (rc == 0 && sent && latest > last)
        snprintf(after, STANCE_EVENT_CURSOR_SIZE, "number:%" PRId64, latest);
    if (rc < 0)
        stance_event_db_close(&q->db, NULL);
    return sent;
}

void api_events_live(http_request *r, const char *id)
{
    (void)id;
    char after[STANCE_EVENT_CURSOR_SIZE] = "";
    const server *s = r->user;
    stance_error err;
    question q;
    if (!open_question(r, &q, API_FOLLOWED))
        return;
    int64_t latest = 0;
    const char *given = *r->last_event ? r->last_event : q.which.after;
    int rc = given ? 0 : stance_event_db_latest(q.db, &latest, &err);
    if (given)
        snprintf(after, sizeof(after), "%s", given);
    else
        snprintf(after, sizeof(after), "number:%" PRId64, latest);
    q.query.order = STANCE_EVENT_BY_NUMBER;
    q.query.newest_first = false;
    q.query.after = after;
    q.query.limit = EVENTS_PAGE;
    stance_event_page *page = NULL; /* a cursor that is none is told before it begins */
    if (rc == 0)
        rc = stance_event_db_query(q.db, &q.query, &page, &err);
    stance_event_page_free(&page);
    if (rc < 0) {
        reply_failed(r, &err);
        close_question(&q);
        return;
    }
    if (!api_begin_stream(r)) {
        close_question(&q);
        return;
    }
    http_begin_events(r);
    for (int quiet = 0; !s->ending && send_new(r, &q, after); quiet++) {
        if (quiet % ALIVE_NAPS == 0 && !http_send(r, alive, strlen(alive)))
            break;
        nap_ms(NAP_MS);
    }
    api_end_stream(r);
    close_question(&q);
}
