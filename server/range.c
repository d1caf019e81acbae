/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parts of files that clients ask for.
 */
#include "range.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool number(const char **at, int64_t *value)
{
    char *end;
    if (!isdigit((unsigned char)**at))
        return false;
    *value = strtoll(*at, &end, 10); /* what is too large becomes the largest */
    *at = end;
    return true;
}

/* @return false: not understood */
static bool read_part(const char *at, int64_t size, int64_t *first, int64_t *last)
{
    int64_t n;
    if (*at == '-') { /* so many from the end */
        at++;
        if (!number(&at, &n) || *at)
            return false;
        *first = n == 0 ? size : n < size ? size - n : 0;
        *last = size - 1;
        return true;
    }
    if (!number(&at, first) || *at++ != '-')
        return false;
    *last = size - 1;
    if (!*at)
        return true;
    if (!number(&at, &n) || *at || n < *first)
        return false;
    *last = n < size ? n : size - 1;
    return true;
}

range_kind range_read(const char *header, int64_t size, int64_t *first, int64_t *last)
{
    bool asked =
        strncmp(header, "bytes=", 6) == 0 && read_part(header + 6, size, first, last);
    if (!asked) {
        *first = 0;
        *last = size - 1;
        return RANGE_WHOLE;
    }
    if (*first < size)
        return RANGE_PART;
    *first = 0;
    *last = -1;
    return RANGE_OUTSIDE;
}
