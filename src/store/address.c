/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses as they may be shown: messages and tables are read by more people than those
 * who may know a password.
 */
#include <string.h>

#include "store/store.h"

/* Behind "name=value&" at `at`, when the name is that of a password; else `at`. */
static const char *behind_pair(const char *at)
{
    static const char *const names[] = {"password=", "sslpassword="};
    const char *end = at + strcspn(at, "&");
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (strncmp(at, names[i], strlen(names[i])) == 0)
            return *end ? end + 1 : end;
    return at;
}

/* The ':' before a password and the '@' behind it; false: there is none. A server's may
 * have any character in it, escaped or not; other addresses end it where a path begins.
 */
static bool find_password(const char *address, const char **colon, const char **at)
{
    const char *host = strstr(address, "://");
    if (!host)
        return false;
    host += 3;
    size_t n = stance_event_db_is_server(address) ? strlen(host) : strcspn(host, "/?#");
    *colon = memchr(host, ':', n);
    *at = *colon;
    for (const char *c = *colon; c && c < host + n; c++)
        if (*c == '@')
            *at = c;
    return *at != *colon;
}

bool st_address_is_unclear(const char *address)
{
    const char *colon, *at;
    return find_password(address, &colon, &at) && colon + strcspn(colon, "/@") < at;
}

char *st_address_shown(const char *address)
{
    st_text text = {0};
    const char *colon = NULL, *at = NULL, *hidden = address;
    bool url = strstr(address, "://") != NULL, query = false;
    find_password(address, &colon, &at);
    st_text_add(&text, ""); /* so that there is a text in any case */
    for (const char *c = address; *c; c++) {
        if (c == colon && at > hidden)
            hidden = at;
        if (query && behind_pair(c) > hidden) /* with what separates it from the next */
            hidden = behind_pair(c);
        if (c >= hidden)
            st_text_add_bytes(&text, c, 1);
        query = url && (*c == '?' || *c == '&');
    }
    if (text.failed)
        st_text_clear(&text);
    return text.text;
}
