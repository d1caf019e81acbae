/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The API described: what an operation is asked with. Options come from the rows that are
 * read when one is given, so what is described is what is taken.
 */
#include "api_openapi.h"

#include <stdlib.h>
#include <string.h>

#include "events.h"

/* ---- options ---- */

/* "a", "a,b", ... */
static void add_flags_pattern(json_text *j, const stance_choice *choices)
{
    text words = {0};
    for (; choices->name; choices++)
        text_addf(&words, "%s%s", words.n ? "|" : "", choices->name);
    char *pattern = must_format("^(%s)(,(%s))*$", words.data, words.data);
    json_string(j, "pattern", pattern);
    free(pattern);
    free(words.data);
}

static void add_words(json_text *j, const stance_option *row)
{
    json_open(j, "enum", '[');
    if (row->type == STANCE_OPTION_BOOL) {
        json_string(j, NULL, "yes");
        json_string(j, NULL, "no");
    } else {
        for (size_t i = 0; row->choices[i].name; i++)
            json_string(j, NULL, row->choices[i].name);
    }
    json_close(j, '[');
}

/* How many events a page may have is not the row's: see add_limit(). */
static bool is_limit(const stance_option *row)
{
    return strcmp(row->name, "limit") == 0;
}

static void add_range(json_text *j, const stance_option *row)
{
    bool whole = row->type == STANCE_OPTION_INT;
    json_string(j, "type", whole ? "integer" : "number");
    if (row->min >= row->max)
        return;
    json_number(j, "minimum", row->min, whole ? 0 : 6);
    if (!is_limit(row))
        json_number(j, "maximum", row->max, whole ? 0 : 6);
}

static void add_text_type(json_text *j, const stance_option *row)
{
    bool many = row->type == STANCE_OPTION_STRING && row->join != '\0';
    json_string(j, "type", many ? "array" : "string");
    if (many) {
        json_open(j, "items", '{');
        json_string(j, "type", "string");
        json_close(j, '{');
    }
    if (row->type == STANCE_OPTION_FLAGS)
        add_flags_pattern(j, row->choices);
    if (row->type == STANCE_OPTION_RECT)
        json_string(j, "pattern", "^[0-9]+,[0-9]+,[0-9]+,[0-9]+$");
    if (row->type == STANCE_OPTION_BOOL || row->type == STANCE_OPTION_CHOICE)
        add_words(j, row);
}

/* The default is told in words only: generated clients would send it with each request,
 * and it would go before that of the server's operator. */
static void add_option_help(json_text *j, const stance_option *row)
{
    text words = {0};
    text_add(&words, row->help);
    if (is_limit(row)) {
        words.n = 0;
        text_addf(&words,
                  "at most so many; JSON: 1 to %d, and %d where it is not given; ndjson "
                  "and csv: any number, and all where it is not given; 0 is as not given",
                  EVENTS_MOST_PAGE, EVENTS_PAGE);
    } else if (row->preset && *row->preset) {
        text_addf(&words, " (default %s%s%s)", row->preset, row->unit ? " " : "",
                  row->unit ? row->unit : "");
    } else if (row->unit) {
        text_addf(&words, " (%s)", row->unit);
    }
    json_string(j, "description", words.data);
    free(words.data);
}

static void add_option(void *user, const stance_option *row)
{
    json_text *j = user;
    json_open(j, NULL, '{');
    json_string(j, "name", row->name);
    json_string(j, "in", "query");
    add_option_help(j, row);
    json_open(j, "schema", '{');
    if (row->type == STANCE_OPTION_INT || row->type == STANCE_OPTION_NUMBER)
        add_range(j, row);
    else
        add_text_type(j, row);
    json_close(j, '{');
    json_close(j, '{');
}

static void add_live_option(void *user, const stance_option *row)
{
    if (api_is_live_option(row->name))
        add_option(user, row);
}

/* ---- all others ---- */

typedef struct parameter {
    const char *name, *where, *help;
    const char *pattern;      /**< of text; NULL: any */
    const char *const *words; /**< of text, NULL at the end: one of these; NULL: any */
    int64_t least, most;      /**< of a number; most INT64_MAX: any; both 0: it is text */
    bool required;
} parameter;

_Static_assert(JOB_ID == 32 && JOBS_PAGE == 50 && EVENTS_PAGE == 50, "as is told below");

/* clang-format off */
static const parameter of_paths[] = {
    {"id", "path", .help = "as told when it was made, and in the list", .pattern = "^[0-9a-f]{32}$", .required = true},
    {"name", "path", .help = "the network's, as in /api/models", .pattern = "^[A-Za-z0-9._-]{1,100}$", .required = true},
    {"n", "path", .help = "the how-manieth", .least = 1, .most = 999999, .required = true},
    {0}};

static const char *const formats[] = {"json", "ndjson", "csv", NULL};

static const parameter of_jobs[] = {
    {"path", "query", .help = "a file below the folder --inputs, in place of a body"},
    {"name", "query", .help = "what results are called by; not given: the file's own name"},
    {0}};
static const parameter of_sources[] = {
    {"source", "query", .help = "mannequin:SCENE, a file below --inputs, or, where --allow-source says so, camera:N or an address", .required = true},
    {0}};
static const parameter of_pages[] = {
    {"limit", "query", .help = "jobs of a page (default 50)", .least = 1, .most = JOBS_MOST_PAGE},
    {"before", "query", .help = "the 'next' of the page before", .least = 0, .most = INT64_MAX},
    {0}};
static const parameter of_events[] = {
    {"format", "query", .help = "json (the default): a page; ndjson, csv: all of them", .words = formats},
    {0}};
static const parameter of_numbered[] = {
    {"page", "query", .help = "from 1 (the default) on; together with per-page it reaches the newest 10,000", .least = 1, .most = INT32_MAX},
    {"per-page", "query", .help = "events of a page (default 50)", .least = 1, .most = EVENTS_MOST_PAGE},
    {0}};

static const parameter of_files[] = {
    {"Range", "header", .help = "a part of it, such as bytes=0-999, bytes=1000- or bytes=-7"},
    {"If-Range", "header", .help = "an ETag: the part only while that is still its own"},
    {"If-None-Match", "header", .help = "an ETag: nothing while that is still its own"},
    {0}};
static const parameter of_followed[] = {
    {"Last-Event-ID", "header", .help = "the id of the last event that came: what came behind it is sent first"},
    {0}};
/* clang-format on */

static void add_parameter(json_text *j, const parameter *p)
{
    json_open(j, NULL, '{');
    json_string(j, "name", p->name);
    json_string(j, "in", p->where);
    if (p->required)
        json_bool(j, "required", true);
    json_string(j, "description", p->help);
    json_open(j, "schema", '{');
    json_string(j, "type", p->most > 0 ? "integer" : "string");
    if (p->most > 0) {
        json_int(j, "minimum", p->least);
        if (p->most < INT64_MAX)
            json_int(j, "maximum", p->most);
    }
    if (p->pattern)
        json_string(j, "pattern", p->pattern);
    if (p->words) {
        json_open(j, "enum", '[');
        for (const char *const *word = p->words; *word; word++)
            json_string(j, NULL, *word);
        json_close(j, '[');
    }
    json_close(j, '{');
    json_close(j, '{');
}

static void add_table(json_text *j, const parameter *table)
{
    for (; table->name; table++)
        add_parameter(j, table);
}

static void add_path(json_text *j, const char *path)
{
    for (const parameter *p = of_paths; p->name; p++) {
        char *place = must_format("{%s}", p->name);
        if (strstr(path, place))
            add_parameter(j, p);
        free(place);
    }
}

static void add_event_options(json_text *j, api_parameters parameters)
{
    for (const stance_option *row = events_which_options; row->name; row++)
        if (api_is_event_option(parameters, row->name))
            add_option(j, row);
}

static void add_query(json_text *j, const api_route *o)
{
    switch (o->parameters) {
    case API_NONE:
        break;
    case API_JOB:
        add_table(j, of_jobs);
        job_options_each(add_option, j);
        break;
    case API_OPTIONS:
        job_options_each(add_option, j);
        break;
    case API_SOURCE:
        add_table(j, of_sources);
        job_options_each(add_live_option, j);
        break;
    case API_LIVE:
        job_options_each(add_live_option, j);
        break;
    case API_PAGES:
        add_table(j, of_pages);
        break;
    case API_EVENTS:
        add_table(j, of_events);
        add_event_options(j, o->parameters);
        break;
    case API_NUMBERED:
        add_table(j, of_numbered);
        add_event_options(j, o->parameters);
        break;
    case API_FOLLOWED:
        add_event_options(j, o->parameters);
        break;
    }
}

void openapi_add_parameters(json_text *j, const api_route *o)
{
    json_open(j, "parameters", '[');
    add_path(j, o->path);
    add_query(j, o);
    if (o->gives_file)
        add_table(j, of_files);
    if (o->parameters == API_FOLLOWED)
        add_table(j, of_followed);
    json_close(j, '[');
}
