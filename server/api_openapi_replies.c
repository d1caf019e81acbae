/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The API described: what comes back. Problems that several operations have are written
 * once, and referred to.
 */
#include "api_openapi.h"

#include <stdlib.h>
#include <string.h>

/* ---- problems ---- */

static const struct {
    int status;
    const char *help, *header;
} problems[] = {
    {400, "a parameter or the body is not as expected", NULL},
    {401, "the token is missing, or another one", "WWW-Authenticate"},
    {403, "the server was told not to do that", NULL},
    {404, "there is nothing of that id, name or number (any more)", NULL},
    {406, "it draws no pictures", NULL},
    {409, "it is not in a state for that", NULL},
    {413, "larger than is taken", NULL},
    {422, "no picture, or none that can be looked at", NULL},
    {429, "as much as is taken at once is being done; try again later", "Retry-After"},
    {503, "what it needs for that cannot be read", NULL},
    {507, "there is no room to store it", NULL},
};

enum { N_PROBLEMS = sizeof(problems) / sizeof(problems[0]) };

/* ---- headers ---- */

static const struct {
    const char *name, *type, *help;
} headers[] = {
    {"Content-Disposition", "string", "the name that it is saved under"},
    {"Content-Range", "string", "which bytes these are, of how many"},
    {"ETag", "string", "changes when it does; for If-None-Match and If-Range"},
    {"Accept-Ranges", "string", "bytes: parts may be asked for"},
    {"Location", "string", "the address of what was made"},
    {"Retry-After", "integer", "seconds"},
    {"Upgrade", "string", "websocket"},
    {"WWW-Authenticate", "string", "Bearer"},
};

enum { N_HEADERS = sizeof(headers) / sizeof(headers[0]) };

/* @param names NULL at the end */
static void refer_to_headers(json_text *j, const char *const *names)
{
    json_open(j, "headers", '{');
    for (; *names; names++) {
        char *at = must_format("#/components/headers/%s", *names);
        json_open(j, *names, '{');
        json_string(j, "$ref", at);
        json_close(j, '{');
        free(at);
    }
    json_close(j, '{');
}

/* ---- bodies ---- */

/* What follow is of one type, which has a name for each. @return how many */
static size_t add_events(json_text *j, const api_content *gives, size_t n)
{
    size_t i = 0;
    json_open(j, "x-events", '{');
    for (; i < n && gives[i].type && strcmp(gives[i].type, gives[0].type) == 0; i++)
        openapi_add_schema_reference(j, gives[i].event, gives[i].schema);
    json_close(j, '{');
    return i;
}

static size_t add_content(json_text *j, const api_content *gives, size_t n)
{
    size_t used = 1;
    bool events = strcmp(gives->type, "text/event-stream") == 0;
    json_open(j, gives->type, '{');
    if (gives->schema && !gives->event) {
        openapi_add_schema_reference(j, "schema", gives->schema);
    } else if (gives->event || strncmp(gives->type, "text/", 5) == 0) {
        json_open(j, "schema", '{');
        json_string(j, "type", "string");
        json_close(j, '{');
    }
    if (events)
        used = add_events(j, gives, n);
    else if (gives->event)
        openapi_add_schema_reference(j, "x-lines", gives->schema);
    json_close(j, '{');
    return used;
}

static void add_contents(json_text *j, const api_content *gives)
{
    if (!gives->type)
        return;
    json_open(j, "content", '{');
    for (size_t i = 0; i < API_CONTENTS && gives[i].type;)
        i += add_content(j, &gives[i], API_CONTENTS - i);
    json_close(j, '{');
}

/* ---- replies ---- */

static void open_reply(json_text *j, int status, const char *help)
{
    char key[16];
    snprintf(key, sizeof(key), "%d", status);
    json_open(j, key, '{');
    json_string(j, "description", help);
}

static void add_file_replies(json_text *j, const api_route *o)
{
    static const char *const part[] = {"Content-Range", "ETag", NULL},
                             *const same[] = {"ETag", NULL},
                             *const outside[] = {"Content-Range", NULL};
    api_content bytes[API_CONTENTS] = {{0}}; /* a part of JSON is none */
    for (size_t i = 0; i < API_CONTENTS; i++)
        bytes[i].type = o->gives[i].type;
    open_reply(j, 206, "the part that Range asks for");
    refer_to_headers(j, part);
    add_contents(j, bytes);
    json_close(j, '{');
    open_reply(j, 304, "it is what If-None-Match names; without a body");
    refer_to_headers(j, same);
    json_close(j, '{');
    api_content problem[API_CONTENTS] = {{"application/problem+json", "Problem", NULL}};
    open_reply(j, 416, "it ends in front of that part");
    refer_to_headers(j, outside);
    add_contents(j, problem);
    json_close(j, '{');
}

static void add_socket_reply(json_text *j, const api_route *o)
{
    static const char *const upgrade[] = {"Upgrade", NULL};
    bool pushes = o->status == 101;
    open_reply(j, 101, "a WebSocket, where the request asks for one");
    refer_to_headers(j, upgrade);
    json_open(j, "x-websocket", '{');
    if (pushes)
        json_string(j, "client", "image/jpeg");
    openapi_add_schema_reference(j, "server", "Frame");
    json_close(j, '{');
    json_close(j, '{');
}

static void add_good_reply(json_text *j, const api_route *o)
{
    static const char *const file[] = {"ETag", "Accept-Ranges", "Content-Disposition",
                                       NULL},
                             *const made[] = {"Location", NULL};
    open_reply(j, o->status, o->summary);
    if (o->gives_file)
        refer_to_headers(j, file);
    if (o->status == 201 || o->status == 202)
        refer_to_headers(j, made);
    add_contents(j, o->gives);
    json_close(j, '{');
}

static void refer_to_reply(json_text *j, const char *key, const char *name)
{
    char *at = must_format("#/components/responses/%s", name);
    json_open(j, key, '{');
    json_string(j, "$ref", at);
    json_close(j, '{');
    free(at);
}

static bool has_problem(const api_route *o, int status, bool with_token)
{
    if (status == 401 || status == 429) /* of any request */
        return status == 429 || with_token;
    char word[16];
    snprintf(word, sizeof(word), "%d", status);
    return o->problems && strstr(o->problems, word);
}

void openapi_add_replies(json_text *j, const api_route *o, bool with_token)
{
    json_open(j, "responses", '{');
    if (o->socket)
        add_socket_reply(j, o);
    if (o->status != 101)
        add_good_reply(j, o);
    if (o->gives_file)
        add_file_replies(j, o);
    for (size_t i = 0; i < N_PROBLEMS; i++)
        if (has_problem(o, problems[i].status, with_token)) {
            char key[16], name[32];
            snprintf(key, sizeof(key), "%d", problems[i].status);
            snprintf(name, sizeof(name), "Problem%d", problems[i].status);
            refer_to_reply(j, key, name);
        }
    refer_to_reply(j, "default", "Problem");
    json_close(j, '{');
}

/* ---- what is written once ---- */

static void add_problem(json_text *j, const char *name, const char *help,
                        const char *header)
{
    static const api_content body = {"application/problem+json", "Problem", NULL};
    json_open(j, name, '{');
    json_string(j, "description", help);
    if (header)
        refer_to_headers(j, (const char *const[]){header, NULL});
    json_open(j, "content", '{');
    add_content(j, &body, 1);
    json_close(j, '{');
    json_close(j, '{');
}

void openapi_add_shared_replies(json_text *j)
{
    json_open(j, "responses", '{');
    add_problem(j, "Problem", "what is wrong, and what to do", NULL);
    for (size_t i = 0; i < N_PROBLEMS; i++) {
        char name[32];
        snprintf(name, sizeof(name), "Problem%d", problems[i].status);
        add_problem(j, name, problems[i].help, problems[i].header);
    }
    json_close(j, '{');
    json_open(j, "headers", '{');
    for (size_t i = 0; i < N_HEADERS; i++) {
        json_open(j, headers[i].name, '{');
        json_string(j, "description", headers[i].help);
        json_open(j, "schema", '{');
        json_string(j, "type", headers[i].type);
        json_close(j, '{');
        json_close(j, '{');
    }
    json_close(j, '{');
}
