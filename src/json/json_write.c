/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Streaming JSON to a FILE: nothing is kept but where in the nesting we are.
 *
 * Numbers are free of the program's locale and equal on every machine: base/number.c.
 */
#include "json/json.h"

#include <stdlib.h>
#include <string.h>

#include "base/number.h"

enum { DEPTH_MAX = 63 };

static void put(st_json_writer *w, const char *text, size_t n)
{
    fwrite(text, 1, n, w->file);
}

static void indent(st_json_writer *w)
{
    fputc('\n', w->file);
    for (int i = 0; i < w->depth; i++)
        put(w, "  ", 2);
}

static void write_escaped(st_json_writer *w, const char *text)
{
    static const char hex[] = "0123456789abcdef";
    fputc('"', w->file);
    const char *plain = text;
    for (const char *c = text;; c++) {
        unsigned char byte = (unsigned char)*c;
        if (byte >= 0x20 && byte != '"' && byte != '\\' && byte != 0x7f)
            continue;
        put(w, plain, (size_t)(c - plain));
        if (!byte)
            break;
        plain = c + 1;
        if (byte == '"' || byte == '\\') {
            char escaped[2] = {'\\', (char)byte};
            put(w, escaped, 2);
        } else if (byte == '\n') {
            put(w, "\\n", 2);
        } else if (byte == '\t') {
            put(w, "\\t", 2);
        } else {
            char escaped[6] = {'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]};
            put(w, escaped, 6);
        }
    }
    fputc('"', w->file);
}

/* What stands before a value: comma, line, name. */
static void begin_value(st_json_writer *w, const char *name)
{
    bool in_line = !w->indent || w->line[w->depth];
    if (w->depth > 0) {
        if (!w->first[w->depth])
            put(w, in_line && w->indent ? ", " : ",", in_line && w->indent ? 2 : 1);
        w->first[w->depth] = false;
        if (!in_line)
            indent(w);
    }
    if (name) {
        write_escaped(w, name);
        put(w, ": ", w->indent ? 2 : 1);
    }
}

static void open_level(st_json_writer *w, const char *name, bool in_line, char bracket)
{
    begin_value(w, name);
    fputc(bracket, w->file);
    if (w->depth >= DEPTH_MAX)
        abort(); /* our own code nests too deep: no outside data decides the nesting */
    bool parent_in_line = w->line[w->depth];
    w->depth++;
    w->first[w->depth] = true;
    w->line[w->depth] = in_line || parent_in_line;
}

static void close_level(st_json_writer *w, char bracket)
{
    bool empty = w->first[w->depth], in_line = !w->indent || w->line[w->depth];
    w->depth--;
    if (!empty && !in_line)
        indent(w);
    fputc(bracket, w->file);
    if (w->depth == 0)
        fputc('\n', w->file);
}

void st_json_begin_object(st_json_writer *w, const char *name, bool in_line)
{
    open_level(w, name, in_line, '{');
}

void st_json_end_object(st_json_writer *w)
{
    close_level(w, '}');
}

void st_json_begin_array(st_json_writer *w, const char *name, bool in_line)
{
    open_level(w, name, in_line, '[');
}

void st_json_end_array(st_json_writer *w)
{
    close_level(w, ']');
}

void st_json_write_text(st_json_writer *w, const char *name, const char *text)
{
    begin_value(w, name);
    if (text)
        write_escaped(w, text);
    else
        put(w, "null", 4);
}

void st_json_write_int(st_json_writer *w, const char *name, int64_t value)
{
    char text[ST_NUMBER_SIZE];
    size_t n = st_number_text_int(text, value);
    begin_value(w, name);
    put(w, text, n);
}

void st_json_write_number(st_json_writer *w, const char *name, double value, int decimals)
{
    char text[ST_NUMBER_SIZE];
    size_t n = st_number_text(text, value, decimals);
    begin_value(w, name);
    put(w, n > 0 ? text : "null", n > 0 ? n : 4);
}

void st_json_write_bool(st_json_writer *w, const char *name, bool value)
{
    begin_value(w, name);
    put(w, value ? "true" : "false", value ? 4 : 5);
}

void st_json_write_null(st_json_writer *w, const char *name)
{
    begin_value(w, name);
    put(w, "null", 4);
}
