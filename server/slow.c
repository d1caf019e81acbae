/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list of sockets, looked at every two seconds. How much came in, or arrived, is what
 * the system counted, since the HTTP library keeps to itself what it has read. Of those
 * that send too slowly the reading end is closed, so that who waits for them finds the
 * end, and can still say why. Those that read too slowly lose both.
 */
#include "slow.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>

enum {
    LEAST_BYTES_S = 1000,
    PATIENCE_US = 20000000,
    EVERY_MS = 2000,
    NAP_MS = 100,
};

typedef struct client {
    int fd;
    slow_kind kind;
    int64_t since_us, bytes_before;
    bool given_up;
} client;

struct slow_watch {
    /* Guards all below. */
    pthread_mutex_t lock;
    client *at;
    size_t n, size;
    bool closing;
    pthread_t thread;
};

static int64_t bytes_of(int fd, slow_kind kind)
{
    struct tcp_info info = {0};
    socklen_t n = sizeof(info);
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &n) != 0)
        return -1;
    return (int64_t)(kind == SLOW_BODY ? info.tcpi_bytes_received
                                       : info.tcpi_bytes_acked);
}

/* Locked. */
static void look(slow_watch *w)
{
    int64_t now_us = steady_us();
    for (size_t i = 0; i < w->n; i++) {
        client *c = &w->at[i];
        int64_t took_us = now_us - c->since_us, bytes = bytes_of(c->fd, c->kind);
        if (c->given_up || bytes < 0 || took_us < PATIENCE_US ||
            bytes - c->bytes_before >= took_us / 1000000 * LEAST_BYTES_S)
            continue;
        c->given_up = true;
        shutdown(c->fd, c->kind == SLOW_BODY ? SHUT_RD : SHUT_RDWR);
    }
}

static void *watch(void *user)
{
    slow_watch *w = user;
    int waited_ms = 0;
    pthread_mutex_lock(&w->lock);
    while (!w->closing) {
        pthread_mutex_unlock(&w->lock);
        nap_ms(NAP_MS);
        waited_ms += NAP_MS;
        pthread_mutex_lock(&w->lock);
        if (waited_ms >= EVERY_MS) {
            waited_ms = 0;
            look(w);
        }
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

slow_watch *slow_watch_new(void)
{
    slow_watch *w = must_alloc(1, sizeof(*w));
    *w = (slow_watch){0};
    pthread_mutex_init(&w->lock, NULL);
    if (pthread_create(&w->thread, NULL, watch, w) == 0)
        return w;
    pthread_mutex_destroy(&w->lock);
    free(w);
    return NULL;
}

void slow_watch_free(slow_watch **out)
{
    slow_watch *w = *out;
    *out = NULL;
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->closing = true;
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    pthread_mutex_destroy(&w->lock);
    free(w->at);
    free(w);
}

void slow_watch_begin(slow_watch *w, int fd, slow_kind kind)
{
    if (!w || fd < 0)
        return;
    pthread_mutex_lock(&w->lock);
    if (w->n == w->size) {
        w->size = w->size ? 2 * w->size : 16;
        w->at = must_grow(w->at, w->size, sizeof(*w->at));
    }
    w->at[w->n++] = (client){.fd = fd,
                             .kind = kind,
                             .since_us = steady_us(),
                             .bytes_before = bytes_of(fd, kind)};
    pthread_mutex_unlock(&w->lock);
}

bool slow_watch_end(slow_watch *w, int fd)
{
    bool given_up = false;
    if (!w || fd < 0)
        return false;
    pthread_mutex_lock(&w->lock);
    for (size_t i = 0; i < w->n; i++)
        if (w->at[i].fd == fd) {
            given_up = w->at[i].given_up;
            w->at[i] = w->at[--w->n];
            break;
        }
    pthread_mutex_unlock(&w->lock);
    return given_up;
}
