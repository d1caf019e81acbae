/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON for what the program itself says: statistics, verdicts, lists of devices.
 *
 * Results of runs are written by the library; this is the small rest. File names are
 * bytes and may not be UTF-8: every byte that does not belong to a well-formed sequence
 * (Unicode 15, table 3-7) becomes U+FFFD, so that the output can always be read.
 */
#include <locale.h>
#include <math.h>
#include <string.h>

#include "tools.h"

/* Length of the well-formed UTF-8 sequence at `s`, 0 when there is none. */
static size_t utf8_length(const unsigned char *s)
{
    if (s[0] < 0x80)
        return 1;
    size_t n = s[0] >= 0xC2 && s[0] <= 0xDF   ? 2
               : s[0] >= 0xE0 && s[0] <= 0xEF ? 3
               : s[0] >= 0xF0 && s[0] <= 0xF4 ? 4
                                              : 0;
    unsigned low = s[0] == 0xE0 ? 0xA0 : s[0] == 0xF0 ? 0x90 : 0x80;
    unsigned high = s[0] == 0xED ? 0x9F : s[0] == 0xF4 ? 0x8F : 0xBF;
    for (size_t i = 1; i < n; i++) {
        if (s[i] < low || s[i] > high)
            return 0;
        low = 0x80;
        high = 0xBF;
    }
    return n;
}

static void add_quoted(text *t, const char *string)
{
    text_add(t, "\"");
    for (const unsigned char *s = (const unsigned char *)string; *s;) {
        size_t n = utf8_length(s);
        if (n == 0) {
            text_add(t, "\\ufffd");
            s++;
            continue;
        }
        if (*s == '"' || *s == '\\')
            text_addf(t, "\\%c", *s);
        else if (*s == '\n')
            text_add(t, "\\n");
        else if (*s == '\t')
            text_add(t, "\\t");
        else if (*s < 0x20 || *s == 0x7F)
            text_addf(t, "\\u%04x", *s);
        else
            text_add_bytes(t, (const char *)s, n);
        s += n;
    }
    text_add(t, "\"");
}

static void next(json_text *j, const char *key)
{
    if (j->comma)
        text_add(&j->text, j->pretty ? "," : ", ");
    if (j->pretty && j->depth > 0)
        text_addf(&j->text, "\n%*s", 2 * j->depth, "");
    if (key) {
        add_quoted(&j->text, key);
        text_add(&j->text, ": ");
    }
    j->comma = true;
}

void json_open(json_text *j, const char *key, char bracket)
{
    next(j, key);
    text_add_bytes(&j->text, &bracket, 1);
    j->comma = false;
    j->depth++;
}

void json_close(json_text *j, char bracket)
{
    char closing = bracket == '{' ? '}' : ']';
    j->depth--;
    if (j->pretty && j->comma)
        text_addf(&j->text, "\n%*s", 2 * j->depth, "");
    text_add_bytes(&j->text, &closing, 1);
    j->comma = true;
}

void json_string(json_text *j, const char *key, const char *string)
{
    next(j, key);
    if (string)
        add_quoted(&j->text, string);
    else
        text_add(&j->text, "null");
}

void json_int(json_text *j, const char *key, int64_t value)
{
    next(j, key);
    text_addf(&j->text, "%lld", (long long)value);
}

void json_number(json_text *j, const char *key, double value, int decimals)
{
    char number[64];
    next(j, key);
    if (!isfinite(value)) {
        text_add(&j->text, "null");
        return;
    }
    snprintf(number, sizeof(number), "%.*f", decimals, value);
    char *point = strchr(number, *localeconv()->decimal_point);
    if (point) {
        *point = '.';
        char *end = number + strlen(number);
        while (end[-1] == '0')
            *--end = '\0';
        if (end[-1] == '.')
            end[-1] = '\0';
    }
    text_add(&j->text, number);
}

void json_bool(json_text *j, const char *key, bool value)
{
    next(j, key);
    text_add(&j->text, value ? "true" : "false");
}
