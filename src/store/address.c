/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses as they may be shown: messages and tables are read by more people than those
 * who may know a password.
 */
#include <string.h>

#include "store/store.h"

/* The end of "name=value" at `at`, when the name is `name`; else NULL. */
static const char *end_of_pair(const char *at, const char *name)
{
    size_t n = strlen(name);
    return strncmp(at, name, n) == 0 && at[n] == '=' ? at + strcspn(at, "&") : NULL;
}

char *st_address_shown(const char *address)
{
    st_text text = {0};
    const char *host = strstr(address, "://");
    st_text_add(&text, ""); /* so that there is a text in any case */
    if (host) {
        host += 3;
        size_t n = strcspn(host, "/?#");
        const char *at = NULL; /* the last '@' ends user and password */
        for (size_t i = 0; i < n; i++)
            if (host[i] == '@')
                at = host + i;
        const char *colon = at ? memchr(host, ':', (size_t)(at - host)) : NULL;
        if (colon) {
            st_text_add_bytes(&text, address, (size_t)(colon - address));
            address = at;
        }
        const char *query = strchr(address, '?');
        while (query && *query) {
            const char *end = end_of_pair(query + 1, "password");
            if (!end)
                end = end_of_pair(query + 1, "sslpassword");
            if (end) { /* the pair goes, with what separates it from the next */
                st_text_add_bytes(&text, address, (size_t)(query + 1 - address));
                address = *end ? end + 1 : end;
                query = *end ? address - 1 : NULL;
            } else {
                query = strchr(query + 1, '&');
            }
        }
    }
    st_text_add(&text, address);
    if (text.failed)
        st_text_clear(&text);
    return text.text;
}
