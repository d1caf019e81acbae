/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /api/openapi.json: the API described for programs (OpenAPI 3.1), out of the table of
 * routes, its parameters from the same option rows that are read.
 *
 * OpenAPI has no words for events, lines and WebSockets: they are told in members of our
 * own, "x-events", "x-lines" and "x-websocket", and in words.
 */
#include "api_openapi.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char about[] =
    "Finds people's joints in pictures, videos and live sources.\n\n"
    "What is refused comes as a problem document (RFC 9457), whose detail says what to "
    "do. HEAD is answered wherever GET is, all other methods that are not described "
    "with 405. An address with parameters refuses those that it does not know.\n\n"
    "Where a body is a stream of server-sent events, 'x-events' says which there are, "
    "and "
    "what the data of each is as JSON; 'x-lines' says the same of lines. Where a GET may "
    "be a WebSocket (RFC 6455), its reply 101 says in 'x-websocket' what its messages "
    "are. Members may be added to any object.";

/* ---- bodies of requests ---- */

static void add_file(json_text *j, const char *key, const char *help)
{
    json_open(j, key, '{');
    json_string(j, "type", "string");
    json_string(j, "format", "binary");
    json_string(j, "description", help);
    json_close(j, '{');
}

static void add_plain_file(json_text *j, const char *type)
{
    json_open(j, type, '{');
    add_file(j, "schema", "the file");
    json_close(j, '{');
}

static void add_form(json_text *j)
{
    json_open(j, "multipart/form-data", '{');
    json_open(j, "schema", '{');
    json_string(j, "type", "object");
    json_open(j, "properties", '{');
    add_file(j, "file", "the file; the field may have any name");
    json_close(j, '{');
    json_open(j, "required", '[');
    json_string(j, NULL, "file");
    json_close(j, '[');
    json_close(j, '{');
    json_close(j, '{');
}

static void add_body(json_text *j, const api_route *o)
{
    bool job = o->parameters == API_JOB; /* which may name a file instead */
    json_open(j, "requestBody", '{');
    json_string(j, "description",
                "the file itself, whatever its Content-Type, or a form with one file and "
                "nothing else; what it is, is found out by looking into it");
    json_bool(j, "required", !job);
    json_open(j, "content", '{');
    add_plain_file(j, "application/octet-stream");
    add_plain_file(j, "image/*");
    if (job)
        add_plain_file(j, "video/*");
    add_form(j);
    json_close(j, '{');
    json_close(j, '{');
}

/* ---- operations ---- */

static void add_operation(json_text *j, const api_route *o, bool with_token)
{
    char method[16];
    size_t n = 0;
    for (; o->method[n] && n + 1 < sizeof(method); n++)
        method[n] = (char)tolower((unsigned char)o->method[n]);
    method[n] = '\0';
    json_open(j, method, '{');
    json_string(j, "operationId", o->name);
    json_string(j, "summary", o->summary);
    if (o->more)
        json_string(j, "description", o->more);
    openapi_add_parameters(j, o);
    if (o->takes_file)
        add_body(j, o);
    openapi_add_replies(j, o, with_token);
    json_close(j, '{');
}

static void add_paths(json_text *j, bool with_token)
{
    json_open(j, "paths", '{');
    for (const api_route *o = api_routes; o->method; o++) {
        if (o == api_routes || strcmp(o[-1].path, o->path) != 0)
            json_open(j, o->path, '{');
        add_operation(j, o, with_token);
        if (!o[1].method || strcmp(o[1].path, o->path) != 0)
            json_close(j, '{');
    }
    json_close(j, '{');
}

/* ---- the document ---- */

static void add_token(json_text *j)
{
    json_open(j, "securitySchemes", '{');
    json_open(j, "token", '{');
    json_string(j, "type", "http");
    json_string(j, "scheme", "bearer");
    json_close(j, '{');
    json_open(j, "session", '{');
    json_string(j, "type", "apiKey");
    json_string(j, "in", "cookie");
    json_string(j, "name", HTTP_SESSION);
    json_close(j, '{');
    json_close(j, '{');
}

static void add_security(json_text *j)
{
    json_open(j, "security", '[');
    static const char *const either[] = {"token", "session"};
    for (int i = 0; i < 2; i++) {
        json_open(j, NULL, '{');
        json_open(j, either[i], '[');
        json_close(j, '[');
        json_close(j, '{');
    }
    json_close(j, '[');
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
    json_string(&j, "description", about);
    json_close(&j, '{');
    add_paths(&j, s->token != NULL);
    json_open(&j, "components", '{');
    openapi_add_schemas(&j);
    openapi_add_shared_replies(&j);
    add_token(&j);
    json_close(&j, '{');
    if (s->token)
        add_security(&j);
    json_close(&j, '{');
    http_reply_json(r, 200, &j, NULL);
    free(j.text.data);
}
