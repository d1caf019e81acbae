/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of options: from text to field and back, one pair of small functions a type.
 *
 * Numbers are read and written with '.' whatever the locale of the program that uses the
 * library. Every message names the option, what was expected, and what was found.
 */
#include "base/option.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"

static int fail_expected(const stance_option *row, const char *value, stance_error *err,
                         const char *format, ...) STANCE_PRINTF(4, 5);

static int fail_expected(const stance_option *row, const char *value, stance_error *err,
                         const char *format, ...)
{
    char expected[400];
    va_list args;
    va_start(args, format);
    vsnprintf(expected, sizeof(expected), format, args);
    va_end(args);
    return st_fail(err, STANCE_EINVAL, "--%s: expected %s, found '%s'", row->name,
                   expected, value);
}

/* strtod() reads "1,5" under some locales; here it is always '.'. */
static bool read_number(const char *text, const char **end, double *out)
{
    char copy[64];
    size_t n = strspn(text, "+-0123456789.eE");
    if (n == 0 || n >= sizeof(copy))
        return false;
    memcpy(copy, text, n);
    copy[n] = '\0';
    char *dot = strchr(copy, '.');
    if (dot)
        *dot = *localeconv()->decimal_point;
    char *stop;
    *out = strtod(copy, &stop);
    *end = text + (stop - copy);
    return stop != copy && isfinite(*out);
}

static bool in_range(const stance_option *row, double value)
{
    return (row->min == 0 && row->max == 0) || (value >= row->min && value <= row->max);
}

static int fail_range(const stance_option *row, const char *value, const char *what,
                      stance_error *err)
{
    const char *unit = row->unit ? row->unit : "";
    const char *space = row->unit ? " " : "";
    if (row->min == 0 && row->max == 0)
        return fail_expected(row, value, err, "%s%s%s", what, space, unit);
    if (row->max >= 1e15)
        return fail_expected(row, value, err, "%s of at least %g%s%s", what, row->min,
                             space, unit);
    return fail_expected(row, value, err, "%s from %.10g to %.10g%s%s", what, row->min,
                         row->max, space, unit);
}

static int parse_bool(const stance_option *row, bool *field, const char *value,
                      stance_error *err)
{
    static const char *const yes[] = {"yes", "true", "on", "1", NULL};
    static const char *const no[] = {"no", "false", "off", "0", NULL};
    for (int i = 0; yes[i]; i++) {
        if (strcmp(value, yes[i]) == 0 || strcmp(value, no[i]) == 0) {
            *field = strcmp(value, yes[i]) == 0;
            return 0;
        }
    }
    return fail_expected(row, value, err, "yes or no");
}

static int parse_int(const stance_option *row, int64_t *field, const char *value,
                     stance_error *err)
{
    char *end;
    errno = 0;
    long long number = strtoll(value, &end, 10);
    if (end == value || *end || errno || !in_range(row, (double)number))
        return fail_range(row, value, "a whole number", err);
    *field = number;
    return 0;
}

static int parse_number(const stance_option *row, double *field, const char *value,
                        stance_error *err)
{
    const char *end;
    double number;
    if (!*value) {
        *field = NAN;
        return 0;
    }
    if (!read_number(value, &end, &number) || *end || !in_range(row, number))
        return fail_range(row, value, "a number", err);
    *field = number;
    return 0;
}

/* "12.5", "1:30", "01:02:03.5" */
static int parse_time(const stance_option *row, double *field, const char *value,
                      stance_error *err)
{
    if (!*value) {
        *field = NAN;
        return 0;
    }
    double seconds = 0;
    const char *at = value;
    for (int part = 0; part < 3; part++) {
        const char *end;
        double number;
        bool ok = read_number(at, &end, &number) && number >= 0;
        if (!ok || (part > 0 && number >= 60) || (*end == ':' && floor(number) != number))
            break;
        seconds = seconds * 60 + number;
        if (!*end && in_range(row, seconds)) {
            *field = seconds;
            return 0;
        }
        if (*end != ':')
            break;
        at = end + 1;
    }
    return fail_expected(row, value, err,
                         "a time such as 12.5 (seconds), 1:30 or 01:02:03.5");
}

static int parse_size(const stance_option *row, int64_t *field, const char *value,
                      stance_error *err)
{
    static const struct {
        const char *suffix;
        double factor;
    } suffixes[] = {{"", 1},         {"k", 1e3},         {"K", 1e3},
                    {"M", 1e6},      {"G", 1e9},         {"Ki", 1024},
                    {"Mi", 1048576}, {"Gi", 1073741824}, {NULL, 0}};
    const char *end;
    double number;
    if (read_number(value, &end, &number))
        for (int i = 0; suffixes[i].suffix; i++) {
            double total = number * suffixes[i].factor;
            if (strcmp(end, suffixes[i].suffix) == 0 && total >= 0 && total < 9e15 &&
                in_range(row, total)) {
                *field = (int64_t)llround(total);
                return 0;
            }
        }
    return fail_range(row, value, "a number such as 2500k or 4M", err);
}

static int parse_string(char **field, const char *value, stance_error *err)
{
    char *copy = NULL;
    if (*value) {
        copy = st_strdup(value);
        if (!copy)
            return st_fail_memory(err);
    }
    st_free(*field);
    *field = copy;
    return 0;
}

static const stance_choice *find_choice(const stance_option *row, const char *name,
                                        size_t n)
{
    for (const stance_choice *c = row->choices; c->name; c++)
        if (strlen(c->name) == n && strncmp(c->name, name, n) == 0)
            return c;
    return NULL;
}

static int fail_choice(const stance_option *row, const char *value, stance_error *err)
{
    char list[300] = "";
    for (const stance_choice *c = row->choices; c->name; c++) {
        size_t used = strlen(list);
        const char *joint = !used ? "" : c[1].name ? ", " : " or ";
        snprintf(list + used, sizeof(list) - used, "%s%s", joint, c->name);
    }
    const char *many =
        row->type == STANCE_OPTION_FLAGS ? " (several joined by commas)" : "";
    return fail_expected(row, value, err, "%s%s", list, many);
}

static int parse_choice(const stance_option *row, int *field, const char *value,
                        stance_error *err)
{
    const stance_choice *choice = find_choice(row, value, strlen(value));
    if (!choice)
        return fail_choice(row, value, err);
    *field = choice->value;
    return 0;
}

static int parse_flags(const stance_option *row, int *field, const char *value,
                       stance_error *err)
{
    int flags = 0;
    const char *at = value;
    for (;;) {
        size_t n = strcspn(at, ",");
        const stance_choice *choice = find_choice(row, at, n);
        if (!choice)
            return fail_choice(row, value, err);
        flags |= choice->value;
        if (!at[n])
            break;
        at += n + 1;
    }
    *field = flags;
    return 0;
}

static int parse_rect(const stance_option *row, int field[4], const char *value,
                      stance_error *err)
{
    if (!*value) {
        memset(field, 0, 4 * sizeof(int));
        return 0;
    }
    int rect[4];
    const char *at = value;
    for (int i = 0; i < 4; i++) {
        char *end;
        errno = 0;
        long number = strtol(at, &end, 10);
        bool size = i >= 2;
        if (end == at || errno || *end != (i < 3 ? ',' : '\0') ||
            number < (size ? 1 : 0) || number > 1000000)
            return fail_expected(row, value, err,
                                 "X,Y,WIDTH,HEIGHT in pixels, such as 100,0,640,480");
        rect[i] = (int)number;
        at = end + 1;
    }
    memcpy(field, rect, sizeof(rect));
    return 0;
}

int st_option_parse(const stance_option *row, void *field, const char *value,
                    stance_error *err)
{
    switch (row->type) {
    case STANCE_OPTION_BOOL:
        return parse_bool(row, field, value, err);
    case STANCE_OPTION_INT:
        return parse_int(row, field, value, err);
    case STANCE_OPTION_NUMBER:
        return parse_number(row, field, value, err);
    case STANCE_OPTION_TIME:
        return parse_time(row, field, value, err);
    case STANCE_OPTION_SIZE:
        return parse_size(row, field, value, err);
    case STANCE_OPTION_STRING:
        return parse_string(field, value, err);
    case STANCE_OPTION_CHOICE:
        return parse_choice(row, field, value, err);
    case STANCE_OPTION_FLAGS:
        return parse_flags(row, field, value, err);
    case STANCE_OPTION_RECT:
        return parse_rect(row, field, value, err);
    }
    return st_fail(err, STANCE_EINVAL, "--%s: the table row has no known type",
                   row->name);
}

/* The shortest decimal that reads back as the same number. */
static int format_number(double value, char *text, size_t size)
{
    if (isnan(value))
        return snprintf(text, size, "%s", "");
    char buffer[40];
    if (floor(value) == value && fabs(value) < 1e15)
        return snprintf(text, size, "%.0f", value); /* %g would write 90 as 9e+01 */
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(buffer, sizeof(buffer), "%.*g", digits, value);
        if (strtod(buffer, NULL) == value)
            break;
    }
    char *point = strchr(buffer, *localeconv()->decimal_point);
    if (point)
        *point = '.';
    return snprintf(text, size, "%s", buffer);
}

/* Names of the choices that make up a value: the whole if one has it, else all its bits.
 */
static int format_choices(const stance_option *row, int value, char *text, size_t size)
{
    char list[300] = "";
    for (const stance_choice *c = row->choices; c->name; c++)
        if (c->value == value)
            return snprintf(text, size, "%s", c->name);
    for (const stance_choice *c = row->choices; c->name; c++)
        if (c->value && (c->value & value) == c->value) {
            size_t used = strlen(list);
            snprintf(list + used, sizeof(list) - used, "%s%s", used ? "," : "", c->name);
        }
    return snprintf(text, size, "%s", list);
}

int st_option_format(const stance_option *row, const void *field, char *text, size_t size)
{
    switch (row->type) {
    case STANCE_OPTION_BOOL:
        return snprintf(text, size, "%s", *(const bool *)field ? "yes" : "no");
    case STANCE_OPTION_INT:
    case STANCE_OPTION_SIZE:
        return snprintf(text, size, "%lld", (long long)*(const int64_t *)field);
    case STANCE_OPTION_NUMBER:
    case STANCE_OPTION_TIME:
        return format_number(*(const double *)field, text, size);
    case STANCE_OPTION_STRING: {
        const char *string = *(char *const *)field;
        return snprintf(text, size, "%s", string ? string : "");
    }
    case STANCE_OPTION_CHOICE:
    case STANCE_OPTION_FLAGS:
        return format_choices(row, *(const int *)field, text, size);
    case STANCE_OPTION_RECT: {
        const int *r = field;
        if (r[2] == 0)
            return snprintf(text, size, "%s", "");
        return snprintf(text, size, "%d,%d,%d,%d", r[0], r[1], r[2], r[3]);
    }
    }
    return snprintf(text, size, "%s", "");
}
