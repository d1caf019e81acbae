/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked for: behind the question mark, and of what type. */
#define _XOPEN_SOURCE 700 /* strncasecmp */

#include "http_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MOST_QUERY = 8192 };

static const char *query_of(const http_request *r)
{
    const char *query = mg_get_request_info(conn_of(r))->query_string;
    return query ? query : "";
}

static char *decode(const char *from, size_t n)
{
    char *to = must_alloc(n + 1, 1);
    if (mg_url_decode(from, (int)n, to, (int)n + 1, 1) < 0)
        to[0] = '\0';
    return to;
}

/* What is not there is not looked at, and nothing that a client says may be left out in
 * silence: the last one gets a name that nobody takes, and that says what is wrong. */
size_t http_queries(const http_request *r, char **names, char **values, size_t most)
{
    size_t n = 0;
    for (const char *at = query_of(r); *at;) {
        size_t whole = strcspn(at, "&"), key = strcspn(at, "=&");
        if (n == most) {
            free(names[most - 1]);
            names[most - 1] = must_format("(more than %zu parameters)", most);
            break;
        }
        names[n] = decode(at, key);
        values[n++] = key < whole ? decode(at + key + 1, whole - key - 1) : must_copy("");
        at += whole + (at[whole] == '&');
    }
    return n;
}

char *http_query(const http_request *r, const char *name)
{
    char value[MOST_QUERY];
    const char *query = query_of(r);
    int n = mg_get_var(query, strlen(query), name, value, sizeof(value));
    return n >= 0 ? must_copy(value) : NULL;
}

char *http_query_rest(const http_request *r, const char *const *without)
{
    text rest = {0};
    for (const char *at = query_of(r); *at;) {
        size_t whole = strcspn(at, "&"), key = strcspn(at, "=&");
        bool left_out = false;
        for (size_t i = 0; without[i]; i++)
            left_out |= strlen(without[i]) == key && strncmp(at, without[i], key) == 0;
        if (!left_out && whole > 0)
            text_addf(&rest, "&%.*s", (int)whole, at);
        at += whole + (at[whole] == '&');
    }
    return rest.data ? rest.data : must_copy("");
}

bool http_query_number(const http_request *r, const char *name, int64_t least,
                       int64_t most, int64_t preset, int64_t *number)
{
    char *given = http_query(r, name), *end = NULL;
    *number = preset;
    if (given)
        *number = strtoll(given, &end, 10);
    bool good = !given || (*given && !*end && *number >= least && *number <= most);
    free(given);
    return good;
}

/* The quality that one entry of an Accept header gives its type. */
static double quality(const char *entry, size_t n)
{
    for (const char *at = entry; at < entry + n; at++)
        if (*at == ';') {
            const char *name = at + 1 + strspn(at + 1, " ");
            if ((*name == 'q' || *name == 'Q') && name[1] == '=')
                return fmin(1, fmax(0, strtod(name + 2, NULL)));
        }
    return 1;
}

/* How closely an entry names a type: 3, that one, 2, any of its family, 1, any; 0: not.
 */
static int closeness(const char *entry, size_t n, const char *type)
{
    size_t family = strcspn(type, "/") + 1;
    if (n == strlen(type) && strncasecmp(entry, type, n) == 0)
        return 3;
    if (n == family + 1 && strncasecmp(entry, type, family) == 0 && entry[family] == '*')
        return 2;
    return n == 3 && strncmp(entry, "*/*", 3) == 0;
}

double http_wants(const http_request *r, const char *type)
{
    double found = *r->accept ? 0 : 1;
    int closest = 0; /* who names it more closely decides (RFC 9110, 12.5.1) */
    for (const char *at = r->accept; *at;) {
        at += strspn(at, " ,");
        size_t whole = strcspn(at, ",");
        int close = closeness(at, strcspn(at, " ;,"), type);
        if (close > closest) {
            closest = close;
            found = quality(at, whole);
        }
        at += whole;
    }
    return found;
}

bool http_takes_gzip(const http_request *r)
{
    const char *given = http_header(r, "Accept-Encoding"), *at = strstr(given, "gzip");
    return at && strncmp(at, "gzip;q=0", 8) != 0;
}
