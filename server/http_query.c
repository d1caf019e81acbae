/* SPDX-License-Identifier: Apache-2.0 */
/* What stands behind the question mark. */
#include "http_private.h"

#include <stdlib.h>
#include <string.h>

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

size_t http_queries(const http_request *r, char **names, char **values, size_t most)
{
    size_t n = 0;
    for (const char *at = query_of(r); *at && n < most;) {
        size_t whole = strcspn(at, "&"), key = strcspn(at, "=&");
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
