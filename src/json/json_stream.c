/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON documents larger than memory: the outer brackets are walked here, byte by byte,
 * and each value inside is cut out and parsed by json_read.c.
 *
 * A value that is taken may have ST_MAX_JSON_VALUE bytes; one that is passed over any
 * number.
 */
#include "json/json_stream.h"

#include <string.h>

#include "base/limits.h"
#include "base/status.h"

enum { DEPTH = sizeof(((st_json_stream *)0)->begun) };

void st_json_stream_clear(st_json_stream *s)
{
    st_text_clear(&s->text);
    st_text_clear(&s->place);
}

static int fail_found(st_json_stream *s, const char *expected, stance_error *err)
{
    int c = st_reader_peek(s->reader), rc = st_reader_check(s->reader, err);
    char found[24] = "the end of the file";
    if (rc < 0)
        return rc;
    if (c >= 0x20 && c < 0x7f)
        snprintf(found, sizeof(found), "'%c'", c);
    else if (c >= 0)
        snprintf(found, sizeof(found), "byte 0x%02x", (unsigned)c);
    return st_fail(err, STANCE_EINPUT, "%s:%lld: expected %s, found %s", s->reader->name,
                   (long long)s->reader->line, expected, found);
}

int st_json_stream_peek(st_json_stream *s)
{
    int c;
    while ((c = st_reader_peek(s->reader)) == ' ' || c == '\t' || c == '\r' || c == '\n')
        st_reader_pass(s->reader);
    return c;
}

static int expect(st_json_stream *s, char c, const char *expected, stance_error *err)
{
    if (st_json_stream_peek(s) != c)
        return fail_found(s, expected, err);
    st_reader_pass(s->reader);
    return 0;
}

int st_json_stream_enter(st_json_stream *s, char bracket, stance_error *err)
{
    if (s->depth == DEPTH)
        return fail_found(s, "less nesting", err);
    int rc = expect(s, bracket, bracket == '{' ? "an object" : "an array", err);
    if (rc == 0)
        s->begun[s->depth++] = false;
    return rc;
}

/* The closing bracket, or what stands before the next value. */
static int go_to_next(st_json_stream *s, char closing, const char *expected,
                      stance_error *err)
{
    bool *begun = &s->begun[s->depth - 1];
    if (st_json_stream_peek(s) == closing) {
        st_reader_pass(s->reader);
        s->depth--;
        return STANCE_END;
    }
    int rc = *begun ? expect(s, ',', expected, err) : 0;
    *begun = true;
    return rc;
}

int st_json_stream_element(st_json_stream *s, stance_error *err)
{
    return go_to_next(s, ']', "',' or ']'", err);
}

/* Over a text in quotes; what is between them goes to `into`, unless it is NULL. */
static int pass_text(st_json_stream *s, st_text *into, stance_error *err)
{
    st_reader *r = s->reader;
    bool escaped = false;
    int rc = expect(s, '"', "a name in quotes", err);
    while (rc == 0) {
        int c = st_reader_peek(r);
        if (c < 0 || (into && into->length > ST_MAX_PATH))
            return fail_found(s, "'\"'", err);
        st_reader_pass(r);
        if (c == '"' && !escaped)
            return 0;
        escaped = c == '\\' && !escaped;
        if (into)
            st_text_add_bytes(into, &(char){(char)c}, 1);
    }
    return rc;
}

int st_json_stream_member(st_json_stream *s, st_text *name, stance_error *err)
{
    int rc = go_to_next(s, '}', "',' or '}'", err);
    name->length = 0;
    st_text_add(name, "");
    if (rc == 0)
        rc = pass_text(s, name, err);
    if (rc == 0)
        rc = expect(s, ':', "':'", err);
    return rc == 0 && name->failed ? st_fail_memory(err) : rc;
}

/* Where in a value we are. */
typedef struct inside {
    bool text, escaped; /* between quotes; behind a backslash there */
    long nesting;       /* brackets that are open */
    size_t n;           /* bytes of it so far */
} inside;

/* How many of the bytes belong to the value; *ended when no more of it follows. */
static size_t value_part(inside *in, const char *bytes, size_t n, bool *ended)
{
    for (size_t i = 0; i < n; i++) {
        char c = bytes[i];
        if (in->text) {
            in->text = c != '"' || in->escaped;
            in->escaped = c == '\\' && !in->escaped;
        } else if (c == '"') {
            in->text = true;
            continue;
        } else if (in->nesting == 0 && in->n + i > 0 && c && strchr(",]} \t\r\n", c)) {
            *ended = true; /* a number or word: what ends it is not part of it */
            return i;
        } else {
            in->nesting += (c == '{' || c == '[') - (c == '}' || c == ']');
        }
        if (!in->text && in->nesting == 0 && (c == '"' || c == '}' || c == ']')) {
            *ended = true;
            return i + 1;
        }
    }
    return n;
}

/* Over one value; it is added to `into`, unless that is NULL. */
static int pass_value(st_json_stream *s, st_text *into, stance_error *err)
{
    st_reader *r = s->reader;
    inside in = {0};
    bool ended = false;
    int c = st_json_stream_peek(s);
    if (c < 0 || (c && strchr(",:]}", c)))
        return fail_found(s, "a value", err);
    while (!ended && st_reader_fill(r)) {
        const char *from = r->buffer + r->at;
        size_t n = value_part(&in, from, r->end - r->at, &ended);
        if (into && in.n + n > ST_MAX_JSON_VALUE)
            return fail_found(s, "a value of less than 64 MiB", err);
        if (into)
            st_text_add_bytes(into, from, n);
        for (const char *at = from; (at = memchr(at, '\n', (size_t)(from + n - at)));
             at++)
            r->line++;
        r->at += n;
        in.n += n;
    }
    return ended || (!in.text && in.nesting == 0) ? st_reader_check(r, err)
                                                  : fail_found(s, "the value's end", err);
}

int st_json_stream_pass(st_json_stream *s, stance_error *err)
{
    return pass_value(s, NULL, err);
}

int st_json_stream_take(st_json_stream *s, const char *place, st_json **json,
                        stance_error *err)
{
    *json = NULL;
    s->text.length = 0;
    st_json_stream_peek(s);
    int64_t line = s->reader->line;
    int rc = pass_value(s, &s->text, err);
    if (rc == 0 && s->text.failed)
        rc = st_fail_memory(err);
    return rc < 0 ? rc
                  : st_json_parse_part(s->text.text, s->text.length, s->reader->name,
                                       place, line, STANCE_EINPUT, json, err);
}

int st_json_stream_end(st_json_stream *s, stance_error *err)
{
    return st_json_stream_peek(s) < 0 ? st_reader_check(s->reader, err)
                                      : fail_found(s, "the end of the file", err);
}
