/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stream that comes by HTTP, fetched here and handed to a child as its standard input.
 *
 * The child sees no network then, and where a server sends on to another address, that is
 * asked about before it is gone to.
 */
#include <curl/curl.h>
#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stream_private.h"

enum { MOST_REDIRECTS = 5, SILENT_S = 15, CONNECT_S = 10, NAP_MS = 100 };

struct stream_fetch {
    char *url;
    stream_may_ask may_ask;
    void *user;
    CURL *curl; /* the thread's */
    int fd;
    atomic_bool ending;
    bool reader_gone; /* who has an error of its own to tell; the thread's */
    pthread_t thread;
    bool started;
    char *error; /* the thread's, until it has ended */
};

static bool write_all(stream_fetch *f, const char *bytes, size_t n)
{
    while (n > 0 && !atomic_load(&f->ending)) {
        struct pollfd wait = {.fd = f->fd, .events = POLLOUT};
        poll(&wait, 1, NAP_MS);
        ssize_t written = write(f->fd, bytes, n);
        if (written < 0 && errno != EAGAIN && errno != EINTR) {
            f->reader_gone = true;
            return false;
        }
        if (written > 0) {
            bytes += written;
            n -= (size_t)written;
        }
    }
    return n == 0;
}

static size_t on_bytes(char *bytes, size_t size, size_t n, void *user)
{
    stream_fetch *f = user;
    long status = 0;
    curl_easy_getinfo(f->curl, CURLINFO_RESPONSE_CODE, &status);
    if (status >= 300) /* the page that says where it has gone */
        return size * n;
    return write_all(f, bytes, size * n) ? size * n : 0;
}

static int on_progress(void *user, curl_off_t all, curl_off_t now, curl_off_t up_all,
                       curl_off_t up_now)
{
    (void)all;
    (void)now;
    (void)up_all;
    (void)up_now;
    return atomic_load(&((stream_fetch *)user)->ending);
}

static void set_up(CURL *curl, stream_fetch *f, char *why)
{
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, f);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, f);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L); /* do not wait for a name server */
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)SILENT_S);
}

/* Ask for one address. @param next where it sends on to, free(); NULL: nowhere
 * @return what went wrong, free(); NULL: nothing */
static char *ask(CURL *curl, const char *url, const char *why, char **next)
{
    char *to = NULL;
    *next = NULL;
    curl_easy_setopt(curl, CURLOPT_URL, url);
    CURLcode code = curl_easy_perform(curl);
    if (code != CURLE_OK)
        return must_copy(*why ? why : curl_easy_strerror(code));
    curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &to);
    *next = to ? must_copy(to) : NULL;
    return NULL;
}

static void *fetch(void *user)
{
    stream_fetch *f = user;
    char why[CURL_ERROR_SIZE] = "";
    CURL *curl = f->curl = curl_easy_init();
    char *url = must_copy(f->url), *error = NULL, *next = NULL;
    if (curl)
        set_up(curl, f, why);
    else
        error = must_copy("out of memory");
    for (int i = 0; !error; i++) {
        stance_error err;
        error = ask(curl, url, why, &next);
        if (error || !next)
            break;
        free(url);
        url = next;
        if (i >= MOST_REDIRECTS)
            error = must_copy("it sends from one address to the next, without end");
        else if (f->may_ask(f->user, url, &err) < 0)
            error = must_format("it sends to another address: %s", err.message);
    }
    curl_easy_cleanup(curl);
    free(url);
    if (atomic_load(&f->ending) || f->reader_gone) { /* it was broken off */
        free(error);
        error = NULL;
    }
    f->error = error;
    close(f->fd);
    return NULL;
}

stream_fetch *stream_fetch_start(const char *url, stream_may_ask may_ask, void *user,
                                 int fd)
{
    stream_fetch *f = must_alloc(1, sizeof(*f));
    *f =
        (stream_fetch){.url = must_copy(url), .may_ask = may_ask, .user = user, .fd = fd};
    atomic_init(&f->ending, false);
    f->started = pthread_create(&f->thread, NULL, fetch, f) == 0;
    if (!f->started)
        close(fd);
    return f;
}

char *stream_fetch_end(stream_fetch *f)
{
    if (f->started) {
        atomic_store(&f->ending, true);
        pthread_join(f->thread, NULL);
    } else {
        f->error = must_copy("no thread is to be had");
    }
    char *error = f->error;
    free(f->url);
    free(f);
    return error;
}
