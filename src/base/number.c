/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers to text and back without the locale.
 *
 * Writing is by hand, a scaled integer and its decimals: seventeen keypoints a frame at a
 * thousand frames a second make it count. Reading takes the short way (digits with at
 * most one '.', no more of them than a double holds exactly), which is what nearly all
 * numbers of pose files are, and leaves the others to strtod().
 */
#include "base/number.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DECIMALS_MAX = 9, EXACT_DIGITS = 15 };

static const double scales[EXACT_DIGITS + 1] = {
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

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

size_t st_number_text_int(char *text, int64_t value)
{
    size_t n = 0;
    if (value < 0)
        text[n++] = '-';
    n += digits_of(value < 0 ? 0 - (uint64_t)value : (uint64_t)value, text + n, 1);
    text[n] = '\0';
    return n;
}

size_t st_number_text(char *text, double value, int decimals)
{
    size_t n = 0;
    if (decimals < 0 || decimals > DECIMALS_MAX)
        decimals = DECIMALS_MAX;
    double scaled = fabs(value) * scales[decimals];
    text[0] = '\0';
    if (!isfinite(value) || scaled > 9e18)
        return 0;
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
    text[n] = '\0';
    return n;
}

static bool read_slowly(const char *text, double *value)
{
    char copy[64], *stop;
    size_t n = strspn(text, "+-0123456789.eE");
    if (n == 0 || n >= sizeof(copy) || text[n])
        return false;
    memcpy(copy, text, n + 1);
    char *dot = strchr(copy, '.');
    if (dot)
        *dot = *localeconv()->decimal_point;
    *value = strtod(copy, &stop);
    return stop == copy + n && isfinite(*value);
}

bool st_number_read(const char *text, double *value)
{
    const char *c = text + (*text == '-');
    uint64_t digits = 0;
    int n = 0, decimals = -1;
    for (; (*c >= '0' && *c <= '9') || (*c == '.' && decimals < 0); c++) {
        if (*c == '.') {
            decimals = 0;
            continue;
        }
        digits = 10 * digits + (uint64_t)(*c - '0');
        decimals += decimals >= 0;
        if (++n > EXACT_DIGITS)
            return read_slowly(text, value);
    }
    if (*c || n == 0)
        return read_slowly(text, value);
    double size = (double)digits / scales[decimals > 0 ? decimals : 0];
    *value = *text == '-' ? -size : size;
    return true;
}

bool st_number_read_int(const char *text, int64_t *value)
{
    double number;
    if (!st_number_read(text, &number) || floor(number) != number || fabs(number) > 9e15)
        return false;
    *value = (int64_t)number;
    return true;
}
