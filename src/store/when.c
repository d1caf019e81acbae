/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times as people write them: by the clock (RFC 3339), before now, and in the stream.
 *
 * Dates are counted in the proleptic Gregorian calendar by hand: the C library's ways
 * depend on the machine's time zone. Days of a date: a year that begins in March has its
 * leap day at the end, so months before it have fixed lengths, (153 m + 2) / 5 days.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "stance/event_db.h"

#define SECOND 1000000LL
#define DAY (86400 * SECOND)
#define MOST_SECONDS 1000000000000LL /* 30,000 years */

/* Days since 1970-01-01. */
static int64_t days_of(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400, of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void date_of(int64_t days, int64_t *year, int *month, int *day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t of_era = days - era * 146097;
    int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
    int64_t m = (5 * of_year + 2) / 153;
    *day = (int)(of_year - (153 * m + 2) / 5 + 1);
    *month = (int)(m < 10 ? m + 3 : m - 9);
    *year = y + era * 400 + (*month <= 2);
}

static int days_in(int64_t year, int month)
{
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 ? 28 + leap : 30 + ((month + month / 8) & 1);
}

void stance_clock_text(int64_t clock_us, char text[STANCE_CLOCK_SIZE])
{
    int64_t days = clock_us / DAY - (clock_us % DAY < 0), rest = clock_us - days * DAY;
    int64_t year;
    int month, day, second = (int)(rest / SECOND), us = (int)(rest % SECOND);
    date_of(days, &year, &month, &day);
    text[0] = '\0';
    if (year < 0 || year > 9999)
        return;
    int n = snprintf(text, STANCE_CLOCK_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d", (int)year,
                     month, day, second / 3600, second / 60 % 60, second % 60);
    if (us)
        n += snprintf(text + n, STANCE_CLOCK_SIZE - (size_t)n, ".%06d", us);
    while (us && text[n - 1] == '0')
        n--;
    snprintf(text + n, STANCE_CLOCK_SIZE - (size_t)n, "Z");
}

/* ---- reading ---- */

/* Exactly n digits. */
static bool read_digits(const char **at, int n, int *value)
{
    *value = 0;
    for (int i = 0; i < n; i++, ++*at) {
        if (!isdigit((unsigned char)**at))
            return false;
        *value = *value * 10 + (**at - '0');
    }
    return true;
}

static bool skip(const char **at, char c)
{
    bool there = **at == c;
    *at += there;
    return there;
}

/* Behind a point: microseconds; what is smaller is left out. */
static bool read_fraction(const char **at, int64_t *us)
{
    int64_t unit = SECOND;
    if (!skip(at, '.'))
        return true;
    if (!isdigit((unsigned char)**at))
        return false;
    for (; isdigit((unsigned char)**at); ++*at)
        *us += (**at - '0') * (unit /= 10);
    return true;
}

/* "Z", "+01:00", "" */
static bool read_offset(const char **at, int64_t *us)
{
    int hours, minutes, sign = **at == '-' ? -1 : 1;
    if (**at == '\0' || skip(at, 'Z') || skip(at, 'z'))
        return true;
    if (!skip(at, '+') && !skip(at, '-'))
        return false;
    if (!read_digits(at, 2, &hours))
        return false;
    skip(at, ':');
    if (!read_digits(at, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    *us -= sign * (hours * 60 + minutes) * 60 * SECOND;
    return true;
}

static bool read_date(const char *at, int64_t *us)
{
    int year, month, day, hour, minute, second = 0;
    if (!read_digits(&at, 4, &year) || !skip(&at, '-') || !read_digits(&at, 2, &month) ||
        !skip(&at, '-') || !read_digits(&at, 2, &day))
        return false;
    if (month < 1 || month > 12 || day < 1 || day > days_in(year, month))
        return false;
    *us = days_of(year, month, day) * DAY;
    if (*at == '\0')
        return true;
    if (!skip(&at, 'T') && !skip(&at, 't') && !skip(&at, ' '))
        return false;
    if (!read_digits(&at, 2, &hour) || !skip(&at, ':') || !read_digits(&at, 2, &minute))
        return false;
    if (skip(&at, ':') && !read_digits(&at, 2, &second))
        return false;
    if (hour > 23 || minute > 59 || second > 60) /* 60: a leap second */
        return false;
    *us += ((hour * 60 + minute) * 60 + second) * SECOND;
    return read_fraction(&at, us) && read_offset(&at, us) && *at == '\0';
}

/* A number of at most MOST_SECONDS, with a fraction, as microseconds. */
static bool read_seconds(const char **at, int64_t *us)
{
    int64_t whole = 0;
    if (!isdigit((unsigned char)**at))
        return false;
    for (; isdigit((unsigned char)**at); ++*at)
        if ((whole = whole * 10 + (**at - '0')) > MOST_SECONDS)
            return false;
    *us = whole * SECOND;
    return read_fraction(at, us);
}

/* "-2h", "-1.5d", "10m ago", "10 minutes ago" */
static bool read_before(const char *at, int64_t now_us, int64_t *us)
{
    static const struct {
        const char *name;
        int64_t seconds;
    } units[] = {
        {"s", 1},
        {"sec", 1},
        {"second", 1},
        {"seconds", 1},
        {"m", 60},
        {"min", 60},
        {"minute", 60},
        {"minutes", 60},
        {"h", 3600},
        {"hour", 3600},
        {"hours", 3600},
        {"d", 86400},
        {"day", 86400},
        {"days", 86400},
        {"w", 7 * 86400},
        {"week", 7 * 86400},
        {"weeks", 7 * 86400},
    };
    int64_t amount;
    bool before = skip(&at, '-');
    if (!read_seconds(&at, &amount))
        return false;
    skip(&at, ' ');
    size_t n = strspn(at, "abcdefghijklmnopqrstuvwxyz");
    for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
        if (strlen(units[i].name) != n || strncmp(units[i].name, at, n) != 0)
            continue;
        at += n;
        if (!before && strcmp(at, " ago") != 0)
            return false;
        if (before && *at != '\0')
            return false;
        if (amount / SECOND > MOST_SECONDS / units[i].seconds)
            return false;
        *us = now_us - amount * units[i].seconds;
        return true;
    }
    return false;
}

/* "90", "12.5", "1:30", "01:02:03.5" */
static bool read_stream(const char *at, int64_t *us)
{
    int64_t part, total = 0;
    for (int i = 0; i < 3; i++) {
        if (!read_seconds(&at, &part) || (i > 0 && part >= 60 * SECOND))
            return false;
        if (total > MOST_SECONDS / 60 * SECOND)
            return false;
        total = total * 60 + part;
        *us = total;
        if (*at == '\0')
            return true;
        if (part % SECOND != 0 || !skip(&at, ':'))
            return false;
    }
    return false;
}

int stance_clock_parse(const char *text, int64_t now_us, int64_t *time_us, bool *is_clock,
                       stance_error *err)
{
    *is_clock = true;
    if (strcmp(text, "now") == 0) {
        *time_us = now_us;
        return 0;
    }
    if (read_date(text, time_us) || read_before(text, now_us, time_us))
        return 0;
    *is_clock = false;
    if (read_stream(text, time_us))
        return 0;
    return st_fail(err, STANCE_EINVAL,
                   "expected a time such as 2026-11-21T20:00:00Z, 2026-11-21, -2h, '10m "
                   "ago', or 1:30 in the stream, found '%.80s'",
                   text);
}
