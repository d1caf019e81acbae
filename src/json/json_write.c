/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Streaming JSON to a FILE: nothing is kept but where in the nesting we are.
 *
 * Seventeen keypoints a frame at a thousand frames a second make number formatting count,
 * so numbers are written by hand: a scaled integer and its decimals. That also keeps them
 * free of the program's locale and equal on every machine.
 */
#include "json/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 63, DECIMALS_MAX = 9 };

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

/* Decimal digits of a number, most significant first; returns how many. */
static size_t digits_of(uint64_t value, char *text, size_t at_least)
{
    char reversed[24];
    size_t n = 0;
    do {
        reversed[n++] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0 || n < at_least);
    for (size_t i = 0; i < n; i++)
        text[i] = reversed[n - 1 - i];
    return n;
}

void st_json_write_int(st_json_writer *w, const char *name, int64_t value)
{
    char text[32];
    size_t n = 0;
    begin_value(w, name);
    if (value < 0)
        text[n++] = '-';
    n += digits_of(value < 0 ? 0 - (uint64_t)value : (uint64_t)value, text + n, 1);
    put(w, text, n);
}

void st_json_write_number(st_json_writer *w, const char *name, double value, int decimals)
{
    static const double scales[DECIMALS_MAX + 1] = {1,   1e1, 1e2, 1e3, 1e4,
                                                    1e5, 1e6, 1e7, 1e8, 1e9};
    char text[48];
    size_t n = 0;
    if (decimals < 0 || decimals > DECIMALS_MAX)
        decimals = DECIMALS_MAX;
    double scaled = fabs(value) * scales[decimals];
    begin_value(w, name);
    if (!isfinite(value) || scaled > 9e18) {
        put(w, "null", 4);
        return;
    }
    uint64_t rounded = (uint64_t)nearbyint(scaled);
    while (decimals > 0 && rounded % 10 == 0) {
        rounded /= 10;
        decimals--;
    }
    uint64_t unit = (uint64_t)scales[decimals];
    if (value < 0 && rounded > 0)
        text[n++] = '-';
    n += digits_of(rounded / unit, text + n, 1);
    if (decimals > 0) {
        text[n++] = '.';
        n += digits_of(rounded % unit, text + n, (size_t)decimals);
    }
    put(w, text, n);
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
