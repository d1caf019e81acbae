/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list of addresses and how often each is in. It is as long as there are clients at
 * once, which other limits keep short.
 */
#include "clients.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { ADDRESS = 64 };

typedef struct client {
    char address[ADDRESS];
    int64_t n;
} client;

struct clients {
    pthread_mutex_t lock;
    client *at;
    size_t n, size;
    int64_t most;
};

clients *clients_new(int64_t most)
{
    clients *c = must_alloc(1, sizeof(*c));
    *c = (clients){.most = most};
    pthread_mutex_init(&c->lock, NULL);
    return c;
}

void clients_free(clients *c)
{
    if (!c)
        return;
    pthread_mutex_destroy(&c->lock);
    free(c->at);
    free(c);
}

static bool is_counted(const clients *c, const char *address)
{
    return c->most > 0 && strncmp(address, "127.", 4) != 0 &&
           strcmp(address, "::1") != 0 && strncmp(address, "::ffff:127.", 11) != 0;
}

/* The one of that address, or the place behind the last. */
static client *find(clients *c, const char *address)
{
    size_t i = 0;
    while (i < c->n && strncmp(c->at[i].address, address, ADDRESS - 1) != 0)
        i++;
    return &c->at[i];
}

bool clients_enter(clients *c, const char *address)
{
    if (!is_counted(c, address))
        return true;
    pthread_mutex_lock(&c->lock);
    if (c->n == c->size) {
        c->size = c->size ? 2 * c->size : 16;
        c->at = must_grow(c->at, c->size, sizeof(*c->at));
    }
    client *one = find(c, address);
    bool is_new = one == c->at + c->n;
    bool enters = is_new || one->n < c->most;
    if (is_new) {
        *one = (client){.n = 0};
        snprintf(one->address, sizeof(one->address), "%s", address);
        c->n++;
    }
    one->n += enters;
    pthread_mutex_unlock(&c->lock);
    return enters;
}

void clients_leave(clients *c, const char *address)
{
    if (!is_counted(c, address))
        return;
    pthread_mutex_lock(&c->lock);
    client *one = find(c, address);
    if (one < c->at + c->n && --one->n == 0)
        *one = c->at[--c->n];
    pthread_mutex_unlock(&c->lock);
}
