/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /api/openapi.json: the API described for programs (OpenAPI 3.1), its parameters from
 * the same option rows that are read.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "events.h"

/* ---- schemas ---- */

static void reference(json_text *j, const char *key, const char *schema)
{
    char *at = must_format("#/components/schemas/%s", schema);
    json_open(j, key, '{');
    json_string(j, "$ref", at);
    json_close(j, '{');
    free(at);
}

static void member(json_text *j, const char *name, const char *type, bool may_be_null)
{
    json_open(j, name, '{');
    if (may_be_null) {
        json_open(j, "type", '[');
        json_string(j, NULL, type);
        json_string(j, NULL, "null");
        json_close(j, '[');
    } else {
        json_string(j, "type", type);
    }
    json_close(j, '{');
}

static void begin_object(json_text *j, const char *name)
{
    json_open(j, name, '{');
    json_string(j, "type", "object");
    json_open(j, "properties", '{');
}

static void end_object(json_text *j, const char *const *required)
{
    json_close(j, '{');
    json_open(j, "required", '[');
    for (; *required; required++)
        json_string(j, NULL, *required);
    json_close(j, '[');
    json_close(j, '{');
}

static void list_of(json_text *j, const char *name, const char *schema)
{
    json_open(j, name, '{');
    json_string(j, "type", "array");
    reference(j, "items", schema);
    json_close(j, '{');
}

static void list_of_type(json_text *j, const char *name, const char *type)
{
    json_open(j, name, '{');
    json_string(j, "type", "array");
    member(j, "items", type, false);
    json_close(j, '{');
}

static void add_problem(json_text *j)
{
    static const char *const required[] = {"title", "status", "detail", NULL};
    begin_object(j, "Problem");
    member(j, "type", "string", false);
    member(j, "title", "string", false);
    member(j, "status", "integer", false);
    member(j, "detail", "string", false);
    end_object(j, required);
}

/* A word out of a few. */
static void choice(json_text *j, const char *name, const char *(*word)(int), int last)
{
    json_open(j, name, '{');
    json_string(j, "type", "string");
    json_open(j, "enum", '[');
    for (int i = 0; i <= last; i++)
        json_string(j, NULL, word(i));
    json_close(j, '[');
    json_close(j, '{');
}

static const char *job_word(int state)
{
    return job_state_name(state);
}

static const char *stream_word(int state)
{
    return stream_state_name(state);
}

static void words(json_text *j, const char *name, const char *description)
{
    json_open(j, name, '{');
    json_string(j, "type", "object");
    json_string(j, "description", description);
    json_open(j, "additionalProperties", '{');
    json_string(j, "type", "string");
    json_close(j, '{');
    json_close(j, '{');
}

static void add_job(json_text *j)
{
    static const char *const required[] = {"id", "state", "kind", "frames", NULL};
    static const char *const times[] = {"created", "started", "ended", "error", NULL};
    begin_object(j, "Job");
    member(j, "id", "string", false);
    choice(j, "state", job_word, JOB_CANCELLED);
    member(j, "name", "string", false);
    member(j, "kind", "string", false);
    member(j, "frames", "integer", false);
    member(j, "frame_count", "integer", true);
    member(j, "fps", "number", false);
    member(j, "screenshots", "integer", false);
    for (size_t i = 0; times[i]; i++)
        member(j, times[i], "string", true);
    words(j, "results", "addresses of the results, when it is done");
    end_object(j, required);

    static const char *const jobs[] = {"jobs", "next", NULL};
    begin_object(j, "Jobs");
    list_of(j, "jobs", "Job");
    member(j, "next", "integer", true);
    end_object(j, jobs);
}

static void add_stream(json_text *j)
{
    static const char *const required[] = {"id",     "state",   "kind", "source",
                                           "frames", "dropped", "gaps", NULL};
    begin_object(j, "Stream");
    member(j, "id", "string", false);
    choice(j, "state", stream_word, STREAM_FAILED);
    member(j, "kind", "string", false);
    member(j, "source", "string", false);
    words(j, "options", "that were set for it");
    member(j, "created", "string", true);
    member(j, "frames", "integer", false);
    member(j, "dropped", "integer", false);
    member(j, "fps", "number", false);
    member(j, "latency_ms", "number", true);
    member(j, "latency_most_ms", "number", true);
    member(j, "gaps", "integer", false);
    member(j, "retry_s", "number", false);
    member(j, "error", "string", true);
    end_object(j, required);

    static const char *const streams[] = {"streams", NULL};
    begin_object(j, "Streams");
    list_of(j, "streams", "Stream");
    end_object(j, streams);
}

static void add_others(json_text *j)
{
    static const char *const events[] = {"events", "next", NULL};
    static const char *const event[] = {"event", "run", "kind", NULL};
    static const char *const poses[] = {"schema", "meta", "frames", NULL};
    static const char *const model[] = {"name", "state", "finds", NULL};
    static const char *const models[] = {"models", NULL};
    static const char *const option[] = {"name", "type", "help", NULL};
    static const char *const options[] = {"options", NULL};
    static const char *const version[] = {"name", "version", NULL};
    begin_object(j, "Event");
    member(j, "event", "integer", false);
    member(j, "run", "integer", false);
    member(j, "kind", "string", false);
    end_object(j, event);
    begin_object(j, "Events");
    list_of(j, "events", "Event");
    member(j, "next", "string", true);
    end_object(j, events);
    begin_object(j, "Poses");
    member(j, "schema", "string", false);
    member(j, "meta", "object", false);
    list_of_type(j, "frames", "object");
    end_object(j, poses);
    begin_object(j, "Model");
    member(j, "name", "string", false);
    member(j, "title", "string", true);
    member(j, "state", "string", false);
    member(j, "finds", "string", false);
    member(j, "skeleton", "string", true);
    member(j, "licence", "string", true);
    member(j, "licence_url", "string", true);
    member(j, "bytes", "integer", true);
    member(j, "ap", "number", true);
    end_object(j, model);
    begin_object(j, "Models");
    list_of(j, "models", "Model");
    end_object(j, models);
    begin_object(j, "Option");
    member(j, "name", "string", false);
    member(j, "type", "string", false);
    member(j, "help", "string", false);
    member(j, "range", "string", true);
    member(j, "default", "string", true);
    list_of_type(j, "choices", "string");
    end_object(j, option);
    begin_object(j, "Options");
    list_of(j, "options", "Option");
    end_object(j, options);
    begin_object(j, "Version");
    member(j, "name", "string", false);
    member(j, "version", "string", false);
    end_object(j, version);
}

/* ---- parameters ---- */

static void add_schema(json_text *j, const stance_option *row)
{
    json_open(j, "schema", '{');
    switch (row->type) {
    case STANCE_OPTION_INT:
    case STANCE_OPTION_NUMBER:
        json_string(j, "type", row->type == STANCE_OPTION_INT ? "integer" : "number");
        if (row->min < row->max) {
            json_number(j, "minimum", row->min, 6);
            json_number(j, "maximum", row->max, 6);
        }
        break;
    case STANCE_OPTION_BOOL:
    case STANCE_OPTION_CHOICE:
        json_string(j, "type", "string");
        json_open(j, "enum", '[');
        if (row->type == STANCE_OPTION_BOOL) {
            json_string(j, NULL, "yes");
            json_string(j, NULL, "no");
        }
        for (size_t i = 0; row->choices && row->choices[i].name; i++)
            json_string(j, NULL, row->choices[i].name);
        json_close(j, '[');
        break;
    default:
        json_string(j, "type", "string");
        break;
    }
    json_close(j, '{');
}

static void add_parameter(void *user, const stance_option *row)
{
    json_text *j = user;
    json_open(j, NULL, '{');
    json_string(j, "name", row->name);
    json_string(j, "in", "query");
    json_string(j, "description", row->help);
    add_schema(j, row);
    json_close(j, '{');
}

static void add_simple(json_text *j, const char *name, const char *where,
                       const char *type)
{
    json_open(j, NULL, '{');
    json_string(j, "name", name);
    json_string(j, "in", where);
    if (strcmp(where, "path") == 0)
        json_bool(j, "required", true);
    json_open(j, "schema", '{');
    json_string(j, "type", type);
    json_close(j, '{');
    json_close(j, '{');
}

/* ---- operations ---- */

static void add_live_parameter(void *user, const stance_option *row)
{
    if (api_is_live_option(row->name))
        add_parameter(user, row);
}

static void add_parameters(json_text *j, const api_route *o)
{
    json_open(j, "parameters", '[');
    if (strstr(o->path, "{id}"))
        add_simple(j, "id", "path", "string");
    if (strstr(o->path, "{name}"))
        add_simple(j, "name", "path", "string");
    if (strstr(o->path, "{n}"))
        add_simple(j, "n", "path", "integer");
    if (o->parameters == API_OPTIONS)
        job_options_each(add_parameter, j);
    if (o->parameters == API_SOURCE || o->parameters == API_LIVE)
        job_options_each(add_live_parameter, j);
    if (o->answer == api_post_job) {
        add_simple(j, "path", "query", "string");
        add_simple(j, "name", "query", "string");
    }
    if (o->parameters == API_SOURCE)
        add_simple(j, "source", "query", "string");
    if (o->parameters == API_PAGES) {
        add_simple(j, "limit", "query", "integer");
        add_simple(j, "before", "query", "integer");
    }
    if (o->parameters == API_NUMBERED) {
        add_simple(j, "page", "query", "integer");
        add_simple(j, "per-page", "query", "integer");
    }
    if (o->parameters == API_EVENTS)
        for (const stance_option *row = events_which_options; row->name; row++)
            add_parameter(j, row);
    json_close(j, '[');
}

static void add_content(json_text *j, const char *type, const char *schema)
{
    json_open(j, "content", '{');
    json_open(j, type, '{');
    if (schema)
        reference(j, "schema", schema);
    json_close(j, '{');
    json_close(j, '{');
}

/* A job may name a file in place of sending one. */
static void add_body(json_text *j, const api_route *o)
{
    json_open(j, "requestBody", '{');
    json_bool(j, "required", o->answer != api_post_job);
    json_open(j, "content", '{');
    json_open(j, "application/octet-stream", '{');
    json_open(j, "schema", '{');
    json_string(j, "type", "string");
    json_string(j, "format", "binary");
    json_close(j, '{');
    json_close(j, '{');
    json_open(j, "multipart/form-data", '{');
    json_open(j, "schema", '{');
    json_string(j, "type", "object");
    json_open(j, "properties", '{');
    json_open(j, "file", '{');
    json_string(j, "type", "string");
    json_string(j, "format", "binary");
    json_close(j, '{');
    json_close(j, '{');
    json_close(j, '{');
    json_close(j, '{');
    json_close(j, '{');
    json_close(j, '{');
}

static void add_operation(json_text *j, const api_route *o)
{
    char status[16];
    snprintf(status, sizeof(status), "%d", o->status);
    char method[16];
    size_t n = 0;
    for (; o->method[n] && n + 1 < sizeof(method); n++)
        method[n] = (char)tolower((unsigned char)o->method[n]);
    method[n] = '\0';
    json_open(j, method, '{');
    json_string(j, "operationId", o->name);
    json_string(j, "summary", o->summary);
    add_parameters(j, o);
    if (o->file)
        add_body(j, o);
    json_open(j, "responses", '{');
    json_open(j, status, '{');
    json_string(j, "description", o->summary);
    if (o->type)
        add_content(j, o->type, o->schema);
    json_close(j, '{');
    json_open(j, "default", '{');
    json_string(j, "description", "what is wrong, and what to do");
    add_content(j, "application/problem+json", "Problem");
    json_close(j, '{');
    json_close(j, '{');
    json_close(j, '{');
}

void api_openapi(http_request *r, const char *id)
{
    (void)id;
    const server *s = r->user;
    json_text j = {0};
    json_open(&j, NULL, '{');
    json_string(&j, "openapi", "3.1.0");
    json_open(&j, "info", '{');
    json_string(&j, "title", "stance");
    json_string(&j, "version", stance_version());
    json_close(&j, '{');
    json_open(&j, "paths", '{');
    for (const api_route *o = api_routes; o->method; o++) {
        if (o == api_routes || strcmp(o[-1].path, o->path) != 0)
            json_open(&j, o->path, '{');
        add_operation(&j, o);
        if (!o[1].method || strcmp(o[1].path, o->path) != 0)
            json_close(&j, '{');
    }
    json_close(&j, '{');
    json_open(&j, "components", '{');
    json_open(&j, "schemas", '{');
    add_problem(&j);
    add_job(&j);
    add_stream(&j);
    add_others(&j);
    json_close(&j, '{');
    json_open(&j, "securitySchemes", '{');
    json_open(&j, "token", '{');
    json_string(&j, "type", "http");
    json_string(&j, "scheme", "bearer");
    json_close(&j, '{');
    json_close(&j, '{');
    json_close(&j, '{');
    if (s->token) {
        json_open(&j, "security", '[');
        json_open(&j, NULL, '{');
        json_open(&j, "token", '[');
        json_close(&j, '[');
        json_close(&j, '{');
        json_close(&j, '[');
    }
    json_close(&j, '{');
    http_reply_json(r, 200, &j, NULL);
    free(j.text.data);
}
