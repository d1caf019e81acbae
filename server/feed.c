/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One place for the newest, counted users instead of copies.
 */
#include "feed.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "steady.h"

struct feed_item {
    atomic_int users;
    int64_t number;
    size_t n;
    char *bytes;
};

struct feed {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    feed_item *newest;
    int64_t number;
    bool ended;
};

feed *feed_new(void)
{
    feed *f = must_alloc(1, sizeof(*f));
    *f = (feed){0};
    pthread_mutex_init(&f->lock, NULL);
    steady_init(&f->changed);
    return f;
}

void feed_let_go(feed_item *item)
{
    if (!item || atomic_fetch_sub(&item->users, 1) > 1)
        return;
    free(item->bytes);
    free(item);
}

void feed_free(feed *f)
{
    if (!f)
        return;
    feed_let_go(f->newest);
    pthread_cond_destroy(&f->changed);
    pthread_mutex_destroy(&f->lock);
    free(f);
}

void feed_put(feed *f, char *bytes, size_t n)
{
    feed_item *item = must_alloc(1, sizeof(*item));
    *item = (feed_item){.n = n, .bytes = bytes};
    atomic_init(&item->users, 1);
    pthread_mutex_lock(&f->lock);
    feed_item *old = f->newest;
    item->number = ++f->number;
    f->newest = item;
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->lock);
    feed_let_go(old);
}

void feed_end(feed *f)
{
    pthread_mutex_lock(&f->lock);
    f->ended = true;
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->lock);
}

bool feed_has_ended(feed *f)
{
    pthread_mutex_lock(&f->lock);
    bool ended = f->ended;
    pthread_mutex_unlock(&f->lock);
    return ended;
}

feed_item *feed_next(feed *f, int64_t after, int wait_ms)
{
    const int64_t until = steady_us() + (int64_t)wait_ms * 1000;
    feed_item *item = NULL;
    pthread_mutex_lock(&f->lock);
    while (!f->ended && (!f->newest || f->newest->number <= after))
        if (!steady_wait(&f->changed, &f->lock, until))
            break;
    if (f->newest && f->newest->number > after) {
        item = f->newest;
        atomic_fetch_add(&item->users, 1);
    }
    pthread_mutex_unlock(&f->lock);
    return item;
}

int64_t feed_number(const feed_item *item)
{
    return item->number;
}

const char *feed_bytes(const feed_item *item, size_t *n)
{
    *n = item->n;
    return item->bytes;
}
