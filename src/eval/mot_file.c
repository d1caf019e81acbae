/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MOTChallenge's text: a box a line.
 *
 *     frame, id, x, y, width, height, confidence, class, visibility
 *
 * The first six have to be there; results and the labels of 2015 have -1 for what they do
 * not know. Columns stand between commas, or, where a line has no comma, between blanks.
 * A number is exactly the one that the digits say, whatever the program's locale, because
 * an overlap that meets a threshold has to meet it everywhere. Lines that are empty are
 * passed over; nothing else is.
 *
 * Source of the form: Milan et al., "MOT16: a benchmark for multi-object tracking"
 * (2016).
 */
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/status.h"
#include "eval/tracks.h"

enum {
    FRAME,
    ID,
    X,
    Y,
    WIDTH,
    HEIGHT,
    CONFIDENCE,
    CLASS,
    MOST_COLUMNS = 16,
    MOST_NUMBER = 64, /* characters */
    LEAST_COLUMNS = HEIGHT + 1,
    CLASS_COLUMNS = 9, /* what labels with classes have */
};

#define MOST_ID 9007199254740992.0 /* 2^53: whole numbers up to it are exact */

typedef struct line {
    const char *name; /* of the file */
    uint32_t number;
    const char *at, *end;
} line;

/* What stands there, as far as it fits into a message. */
static int fail_field(const line *l, const char *field, size_t n, const char *expected,
                      stance_error *err)
{
    bool longer = n > 40;
    return st_fail(err, STANCE_EINPUT, "%s:%u: expected %s, found %s%.*s%s", l->name,
                   l->number, expected, n == 0 ? "nothing" : "'", (int)(longer ? 40 : n),
                   field,
                   n == 0   ? ""
                   : longer ? "...'"
                            : "'");
}

/* ---- numbers ---- */

/* Digits that fit into 53 bits, with few behind the point: their quotient with a power of
 * ten is the nearest number. */
static bool read_short(const char *text, size_t n, double *out)
{
    static const double tens[] = {1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    bool minus = n > 0 && text[0] == '-';
    int64_t digits = 0;
    size_t count = 0, behind = 0;
    bool point = false;
    for (size_t i = minus; i < n; i++) {
        if (text[i] == '.' && !point) {
            point = true;
        } else if (text[i] >= '0' && text[i] <= '9' && count < 15) {
            digits = 10 * digits + (text[i] - '0');
            count++;
            behind += point;
        } else {
            return false;
        }
    }
    double value = (double)digits / tens[behind];
    *out = minus ? -value : value;
    return count > 0;
}

static bool read_number(const char *text, size_t n, double *out)
{
    char copy[MOST_NUMBER];
    if (read_short(text, n, out))
        return true;
    if (n == 0 || n >= sizeof(copy) || strspn(text, "+-0123456789.eE") < n)
        return false;
    memcpy(copy, text, n);
    copy[n] = '\0';
    char *dot = strchr(copy, '.'), *stop;
    if (dot)
        *dot = *localeconv()->decimal_point;
    *out = strtod(copy, &stop);
    return *stop == '\0' && isfinite(*out);
}

/* ---- a line ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* A line's columns as numbers. A comma or blanks at its end begin no column. */
static int read_columns(line *l, double *columns, size_t *n, stance_error *err)
{
    bool commas = memchr(l->at, ',', (size_t)(l->end - l->at)) != NULL;
    while (l->end > l->at && is_blank(l->end[-1]))
        l->end--;
    if (l->end > l->at && l->end[-1] == ',')
        l->end--;
    for (*n = 0; l->at <= l->end; (*n)++) {
        while (l->at < l->end && is_blank(*l->at))
            l->at++;
        const char *field = l->at;
        while (l->at < l->end && (commas ? *l->at != ',' : !is_blank(*l->at)))
            l->at++;
        const char *stop = l->at++;
        while (stop > field && is_blank(stop[-1]))
            stop--;
        size_t length = (size_t)(stop - field);
        if (*n >= MOST_COLUMNS)
            return st_fail(err, STANCE_EINPUT, "%s:%u: expected at most %d columns",
                           l->name, l->number, MOST_COLUMNS);
        if (!read_number(field, length, &columns[*n])) {
            char expected[40];
            snprintf(expected, sizeof(expected), "a number in column %zu", *n + 1);
            return fail_field(l, field, length, expected, err);
        }
    }
    if (*n < LEAST_COLUMNS)
        return st_fail(err, STANCE_EINPUT,
                       "%s:%u: expected frame, id, x, y, width, height and maybe more, "
                       "found %zu column%s",
                       l->name, l->number, *n, *n == 1 ? "" : "s");
    return 0;
}

static int fail_number(const line *l, const char *expected, double found,
                       stance_error *err)
{
    return st_fail(err, STANCE_EINPUT, "%s:%u: expected %s, found %.15g", l->name,
                   l->number, expected, found);
}

static int check_columns(const line *l, const double *columns, size_t n,
                         stance_error *err)
{
    double frame = columns[FRAME], id = columns[ID];
    if (!(frame >= 1 && frame <= INT_MAX && frame == floor(frame)))
        return fail_number(l, "a frame, a whole number from 1", frame, err);
    if (!(id >= -1 && id <= MOST_ID && id == floor(id)))
        return fail_number(l, "an id, a whole number from 0 (or -1: nobody's)", id, err);
    for (size_t i = X; i <= HEIGHT; i++)
        if (!(fabs(columns[i]) <= ST_MAX_PLACE))
            return fail_number(l, "a box within 1e9 pixels", columns[i], err);
    if (columns[WIDTH] < 0)
        return fail_number(l, "a width from 0", columns[WIDTH], err);
    if (columns[HEIGHT] < 0)
        return fail_number(l, "a height from 0", columns[HEIGHT], err);
    if (n > CONFIDENCE && !(fabs(columns[CONFIDENCE]) <= ST_MAX_PLACE))
        return fail_number(l, "a confidence", columns[CONFIDENCE], err);
    if (n > CLASS && !(fabs(columns[CLASS]) <= 1e6))
        return fail_number(l, "a class", columns[CLASS], err);
    return 0;
}

static int take_line(st_tracks *tracks, line *l, stance_error *err)
{
    double columns[MOST_COLUMNS];
    size_t n;
    int rc = read_columns(l, columns, &n, err);
    if (rc == 0)
        rc = check_columns(l, columns, n, err);
    if (rc < 0)
        return rc;
    if (columns[ID] < 0) {
        tracks->nobody = tracks->nobody ? tracks->nobody : l->number;
        tracks->n_nobody++;
        return 0;
    }
    tracks->has_classes &= n >= CLASS_COLUMNS && columns[CLASS] >= 1;
    const st_track_box box = {
        .id = (int64_t)columns[ID],
        .box = {columns[X], columns[Y], columns[WIDTH], columns[HEIGHT]},
        .confidence = n > CONFIDENCE ? columns[CONFIDENCE] : 1,
        .line = l->number,
        .frame = (int)columns[FRAME],
        .class_id = n > CLASS ? (int)columns[CLASS] : ST_TRACK_NO_CLASS,
    };
    return st_tracks_add(tracks, &box, l->name, err);
}

int st_tracks_take_text(st_tracks *tracks, const char *text, size_t n, const char *name,
                        stance_error *err)
{
    static const char mark[] = "\xef\xbb\xbf"; /* some editors put it before UTF-8 */
    const char *at = text, *end = text + n;
    if (n >= 3 && memcmp(text, mark, 3) == 0)
        at += 3;
    tracks->is_text = true;
    tracks->has_classes = true;
    int rc = 0;
    for (uint32_t number = 1; rc == 0 && at < end; number++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        line l = {name, number, at, stop ? stop : end};
        at = l.end + 1;
        while (l.at < l.end && is_blank(*l.at))
            l.at++;
        if (l.at < l.end)
            rc = take_line(tracks, &l, err);
    }
    tracks->has_classes &= tracks->n > 0;
    return rc;
}
