/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules for live sources.
 *
 * An address is taken apart first and compared part by part, so that a pattern for a host
 * cannot be fitted by a user's name or a path that looks like one.
 */
#define _GNU_SOURCE /* strcasestr */

#include "source_rules.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- addresses ---- */

typedef struct address {
    char *scheme, *host, *port, *path; /* path with the query */
} address;

static void clear(address *a)
{
    free(a->scheme);
    free(a->host);
    free(a->port);
    free(a->path);
    *a = (address){0};
}

static const char *usual_port(const char *scheme)
{
    static const char *const ports[][2] = {{"http", "80"},   {"https", "443"},
                                           {"rtsp", "554"},  {"rtsps", "322"},
                                           {"rtmp", "1935"}, {NULL, NULL}};
    for (int i = 0; ports[i][0]; i++)
        if (strcasecmp(ports[i][0], scheme) == 0)
            return ports[i][1];
    return "";
}

static char *part_of(CURLU *url, CURLUPart what, unsigned flags, const char *preset)
{
    char *part = NULL, *copy;
    copy = must_copy(curl_url_get(url, what, &part, flags) == CURLUE_OK ? part : preset);
    curl_free(part);
    return copy;
}

/* @return false: it is no address */
static bool take_apart(const char *given, address *a)
{
    CURLU *url = curl_url();
    *a = (address){0};
    bool good = url && curl_url_set(url, CURLUPART_URL, given,
                                    CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK;
    if (good) {
        a->scheme = part_of(url, CURLUPART_SCHEME, 0, "");
        a->host = part_of(url, CURLUPART_HOST, 0, "");
        a->port = part_of(url, CURLUPART_PORT, 0, usual_port(a->scheme));
        char *path = part_of(url, CURLUPART_PATH, 0, "/");
        char *query = part_of(url, CURLUPART_QUERY, 0, "");
        a->path = must_format("%s%s%s", path, *query ? "?" : "", query);
        free(path);
        free(query);
    }
    curl_url_cleanup(url);
    return good && *a->host;
}

/* "[::1]" is an address of IPv6, and not one of these letters. */
static char *without_brackets_meaning(const char *host)
{
    text escaped = {0};
    for (; *host; host++)
        text_addf(&escaped, "%s%c", *host == '[' ? "\\" : "", *host);
    return escaped.data ? escaped.data : must_copy("");
}

/* A pattern is no address: '*' cannot stand in a host. */
static bool take_apart_pattern(const char *given, address *a)
{
    const char *sep = strstr(given, "://"), *rest = sep ? sep + 3 : NULL;
    *a = (address){0};
    if (!sep)
        return false;
    size_t n = strcspn(rest, "/");
    char *host = must_format("%.*s", (int)n, rest);
    char *colon = strrchr(host, ':');
    a->scheme = must_format("%.*s", (int)(sep - given), given);
    a->port = must_copy(colon && !strchr(colon, ']') ? colon + 1 : usual_port(a->scheme));
    if (colon && !strchr(colon, ']'))
        *colon = '\0';
    a->host = without_brackets_meaning(host);
    free(host);
    a->path = must_copy(rest[n] ? rest + n : "*");
    return true;
}

/* Points and slashes need not be written as numbers, but for getting past a pattern. */
static bool hides_something(const char *path)
{
    static const char *const hidden[] = {"%2e", "%2f", "%5c", "%25", NULL};
    for (int i = 0; hidden[i]; i++)
        if (strcasestr(path, hidden[i]))
            return true;
    return false;
}

/* A pattern of numbers means a machine's number: "10.0.0.*" would else be fitted by the
 * name 10.0.0.evil.example, whose owner has it mean any machine. Then '*' stands for
 * digits within one of the four parts. */
static bool fits_host(const char *pattern, const char *host)
{
    if (!strpbrk(pattern, "0123456789") || pattern[strspn(pattern, "0123456789.*?")])
        return fnmatch(pattern, host, FNM_CASEFOLD) == 0;
    struct in_addr number;
    if (inet_pton(AF_INET, host, &number) != 1)
        return false;
    for (int part = 0; part < 4; part++) {
        size_t n = strcspn(pattern, "."), n_host = strcspn(host, ".");
        bool last = !pattern[n];
        char *wanted = must_format("%.*s", (int)n, pattern);
        char *found = must_format("%.*s", (int)n_host, host);
        bool fits = fnmatch(wanted, found, 0) == 0;
        /* "10.*" is every number that begins so */
        bool rest = last && n > 0 && pattern[n - 1] == '*';
        free(wanted);
        free(found);
        if (!fits || last || part == 3)
            return fits && last && (part == 3 || rest);
        pattern += n + 1;
        host += n_host + 1;
    }
    return false;
}

bool source_rules_fits(const char *pattern, const char *given)
{
    address p, a;
    if (!strstr(given, "://"))
        return !strstr(pattern, "://") && fnmatch(pattern, given, 0) == 0;
    bool fits = take_apart(given, &a) && !hides_something(a.path) &&
                take_apart_pattern(pattern, &p);
    if (fits) {
        fits = strcasecmp(p.scheme, a.scheme) == 0 && fnmatch(p.port, a.port, 0) == 0 &&
               fits_host(p.host, a.host) && fnmatch(p.path, a.path, 0) == 0;
        clear(&p);
    }
    clear(&a);
    return fits;
}

static bool is_allowed(const serve_settings *settings, const char *given)
{
    bool allowed = false;
    for (const char *line = settings->allow_sources; line && *line && !allowed;) {
        size_t n = strcspn(line, "\n");
        char *pattern = must_format("%.*s", (int)n, line);
        allowed = source_rules_fits(pattern, given);
        free(pattern);
        line += n + (line[n] == '\n');
    }
    return allowed;
}

/* Without user and password. */
static char *shown_of(const char *given)
{
    const char *sep = strstr(given, "://"), *rest = sep ? sep + 3 : NULL;
    size_t n = rest ? strcspn(rest, "/?#") : 0;
    const char *at = NULL;
    for (size_t i = 0; i < n; i++)
        if (rest[i] == '@')
            at = rest + i;
    return at ? must_format("%.*s%s", (int)(rest - given), given, at + 1)
              : must_copy(given);
}

static int refuse(const char *given, stance_error *err)
{
    char *shown = shown_of(given);
    fail(err, STANCE_EINVAL,
         "source: '%s' is not among those that requests may name; the server's "
         "--allow-source says which",
         shown);
    free(shown);
    return STANCE_EINVAL;
}

/* ---- kinds ---- */

/* @param kind left as it is for a file */
static int kind_of(const char *given, stream_kind *kind, stance_error *err)
{
    static const struct {
        const char *start;
        stream_kind kind;
    } starts[] = {{"mannequin:", STREAM_DRAWN},  {"camera:", STREAM_CAMERA},
                  {"/dev/video", STREAM_CAMERA}, {"http://", STREAM_HTTP},
                  {"https://", STREAM_HTTP},     {"rtsp://", STREAM_RTSP},
                  {"rtsps://", STREAM_RTSP},     {"rtmp://", STREAM_RTSP},
                  {"srt://", STREAM_RTSP},       {"udp://", STREAM_RTSP}};
    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
        if (strncasecmp(given, starts[i].start, strlen(starts[i].start)) == 0) {
            *kind = starts[i].kind;
            return 0;
        }
    if (strstr(given, "://"))
        return fail(err, STANCE_EINVAL,
                    "source: expected mannequin:SCENE, camera:N, a file, or an address "
                    "that begins with http, https, rtsp, rtsps, rtmp, srt or udp");
    *kind = STREAM_FILE;
    return 0;
}

int source_rules_ask(const serve_settings *settings, const char *given,
                     stream_source *source, stance_error *err)
{
    stream_kind kind = STREAM_FILE;
    *source = (stream_source){0};
    if (kind_of(given, &kind, err) < 0)
        return STANCE_EINVAL;
    char *input = NULL;
    switch (kind) {
    case STREAM_DRAWN:
        /* Its background is the name of a file, however it is written. */
        if (strchr(given, '%') || strcasestr(given, "background"))
            return fail(err, STANCE_EINVAL,
                        "source: a scene with a background, which is a file, cannot be "
                        "asked for");
        input = must_copy(given);
        break;
    case STREAM_FILE:
        input = settings->inputs ? file_below(settings->inputs, given) : NULL;
        if (!input)
            return fail(err, STANCE_EINVAL,
                        settings->inputs
                            ? "source: there is no such file below --inputs"
                            : "source: the server was started without --inputs, below "
                              "which files may be named");
        break;
    default:
        if (!is_allowed(settings, given))
            return refuse(given, err);
        input = must_copy(given);
        break;
    }
    *source = (stream_source){.kind = kind, .address = input, .shown = shown_of(given)};
    return 0;
}

int source_rules_trust(const char *given, stream_source *source, stance_error *err)
{
    stream_kind kind = STREAM_FILE;
    *source = (stream_source){0};
    if (kind_of(given, &kind, err) < 0)
        return STANCE_EINVAL;
    *source = (stream_source){.kind = kind,
                              .address = must_copy(given),
                              .shown = shown_of(given),
                              .trusted = true};
    return 0;
}

int source_rules_redirect(void *user, const char *url, stance_error *err)
{
    const serve_settings *settings = user;
    stream_kind kind = STREAM_FILE;
    if (kind_of(url, &kind, err) < 0 || kind != STREAM_HTTP)
        return fail(err, STANCE_EINVAL, "it is none of HTTP");
    return !settings || is_allowed(settings, url) ? 0 : refuse(url, err);
}
