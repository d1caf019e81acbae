/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A user's own exercise: lines "name = value", '#' begins a remark (docs/analysis.md).
 *
 *     name = knee-raise
 *     measure = left_hip
 *     rest = 30
 *     turn = 80
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "analyse/exercise.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/status.h"

static const struct {
    const char *name;
    st_signal signal;
    bool sides; /* "left_knee" as well */
    int needs[ST_EXERCISE_NEEDS];
} measures[] = {
    {"knee", ST_SIGNAL_KNEE, true, {ST_HIP, ST_KNEE, ST_ANKLE, -1}},
    {"hip", ST_SIGNAL_HIP, true, {ST_SHOULDER, ST_HIP, ST_KNEE, -1}},
    {"shoulder", ST_SIGNAL_SHOULDER, true, {ST_HIP, ST_SHOULDER, ST_ELBOW, -1}},
    {"elbow", ST_SIGNAL_ELBOW, true, {ST_SHOULDER, ST_ELBOW, ST_WRIST, -1}},
    {"hip_height", ST_SIGNAL_HIP_HEIGHT, false, {ST_HIP, ST_KNEE, ST_ANKLE, -1}},
    {"hand_height", ST_SIGNAL_HAND_HEIGHT, true, {ST_SHOULDER, ST_WRIST, -1}},
    {"chest_height", ST_SIGNAL_CHEST_HEIGHT, false, {ST_SHOULDER, ST_WRIST, -1}},
    {"trunk_rise", ST_SIGNAL_TRUNK_RISE, false, {ST_NECK, ST_HIPS, -1}},
};

enum { N_MEASURES = sizeof(measures) / sizeof(*measures), LINE = 256 };

typedef struct reading {
    st_exercise *out;
    const char *file;
    int line;
    bool has_measure;
    stance_error *err;
} reading;

static int fail_line(const reading *r, const char *expected, const char *found)
{
    return st_fail(r->err, STANCE_EINVAL, "%s:%d: expected %s, found '%.60s'", r->file,
                   r->line, expected, found);
}

static int set_name(reading *r, const char *value)
{
    size_t n = strlen(value);
    bool plain = n > 0 && n < ST_EXERCISE_NAME &&
                 strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789-_") == n;
    if (!plain)
        return fail_line(r, "a name of at most 31 small letters, digits, - and _", value);
    memcpy(r->out->name, value, n + 1);
    return 0;
}

static int set_measure(reading *r, const char *value)
{
    int side = strncmp(value, "left_", 5) == 0    ? ST_LEFT
               : strncmp(value, "right_", 6) == 0 ? ST_RIGHT
                                                  : -1;
    const char *plain = side < 0 ? value : value + (side == ST_LEFT ? 5 : 6);
    for (size_t i = 0; i < N_MEASURES; i++) {
        if (strcmp(plain, measures[i].name) != 0 || (side >= 0 && !measures[i].sides))
            continue;
        r->out->signal = measures[i].signal;
        r->out->side = side;
        memcpy(r->out->needs, measures[i].needs, sizeof(r->out->needs));
        r->has_measure = true;
        return 0;
    }
    return fail_line(
        r,
        "knee, hip, shoulder, elbow or hand_height (also left_ and right_ of "
        "them), hip_height, chest_height or trunk_rise",
        value);
}

static int set_number(reading *r, double *field, const char *value, double least,
                      double most)
{
    double number;
    if (!st_number_read(value, &number) || number < least || number > most) {
        char expected[64];
        snprintf(expected, sizeof(expected), "a number from %g to %g", least, most);
        return fail_line(r, expected, value);
    }
    *field = number;
    return 0;
}

static int set(reading *r, const char *name, const char *value)
{
    if (strcmp(name, "name") == 0)
        return set_name(r, value);
    if (strcmp(name, "measure") == 0)
        return set_measure(r, value);
    if (strcmp(name, "rest") == 0)
        return set_number(r, &r->out->rest, value, -360, 360);
    if (strcmp(name, "turn") == 0)
        return set_number(r, &r->out->turn, value, -360, 360);
    if (strcmp(name, "least_s") == 0)
        return set_number(r, &r->out->least_s, value, 0, 3600);
    if (strcmp(name, "most_s") == 0)
        return set_number(r, &r->out->most_s, value, 0, 3600);
    if (strcmp(name, "hold_s") == 0)
        return set_number(r, &r->out->hold_s, value, 0, 3600);
    return fail_line(r, "name, measure, rest, turn, least_s, most_s or hold_s", name);
}

/* Cut white space off both ends. */
static char *trim(char *text)
{
    text += strspn(text, " \t\r");
    size_t n = strlen(text);
    while (n > 0 && strchr(" \t\r", text[n - 1]))
        text[--n] = '\0';
    return text;
}

static int read_line(reading *r, const char *from, size_t n)
{
    char line[LINE];
    if (n >= LINE)
        return fail_line(r, "a line of less than 256 bytes", "a longer one");
    memcpy(line, from, n);
    line[n] = '\0';
    line[strcspn(line, "#")] = '\0';
    char *name = trim(line), *equals = strchr(name, '=');
    if (!*name)
        return 0;
    if (!equals)
        return fail_line(r, "NAME = VALUE", name);
    *equals = '\0';
    return set(r, trim(name), trim(equals + 1));
}

int st_exercise_parse(st_exercise *out, const char *text, const char *name,
                      stance_error *err)
{
    *out = (st_exercise){

        .side = -1,
        .planted = -1,
        .rest = NAN,
        .turn = NAN,
        .least_s = 0.3,
        .most_s = 12,
        .hold_s = 4};
    reading r = {.out = out, .file = name, .err = err};
    for (const char *at = text; *at;) {
        size_t n = strcspn(at, "\n");
        r.line++;
        int rc = read_line(&r, at, n);
        if (rc < 0)
            return rc;
        at += n + (at[n] == '\n');
    }
    const char *lack = !*out->name        ? "name"
                       : !r.has_measure   ? "measure"
                       : isnan(out->rest) ? "rest"
                       : isnan(out->turn) ? "turn"
                                          : NULL;
    if (lack)
        return st_fail(err, STANCE_EINVAL, "%s: expected a line '%s = ...', found none",
                       name, lack);
    if (out->rest == out->turn)
        return st_fail(err, STANCE_EINVAL,
                       "%s: expected two different numbers for rest and turn, found %g "
                       "for both",
                       name, out->rest);
    return 0;
}
