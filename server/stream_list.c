/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list with counted holders.
 */
#include "stream_list.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

typedef struct entry {
    stream *s;
    size_t holders; /* the list is one, until it is removed */
    bool removed;
} entry;

struct stream_list {
    pthread_mutex_t lock; /* guards all; nothing that waits is called under it */
    entry *at;
    size_t n, n_reserved, most;
};

stream_list *stream_list_new(int64_t most)
{
    stream_list *l = must_alloc(1, sizeof(*l));
    *l = (stream_list){.most = (size_t)most};
    l->at = must_alloc(l->most + 1, sizeof(*l->at));
    pthread_mutex_init(&l->lock, NULL);
    return l;
}

void stream_list_free(stream_list **out)
{
    stream_list *l = *out;
    *out = NULL;
    if (!l)
        return;
    for (size_t i = 0; i < l->n; i++) /* all at once, then one after the other */
        stream_end(l->at[i].s);
    for (size_t i = 0; i < l->n; i++)
        stream_close(&l->at[i].s);
    pthread_mutex_destroy(&l->lock);
    free(l->at);
    free(l);
}

int stream_list_reserve(stream_list *l)
{
    pthread_mutex_lock(&l->lock);
    bool full = l->n + l->n_reserved >= l->most;
    l->n_reserved += !full;
    pthread_mutex_unlock(&l->lock);
    return full ? STANCE_AGAIN : 0;
}

void stream_list_fill(stream_list *l, stream *s)
{
    pthread_mutex_lock(&l->lock);
    l->n_reserved--;
    if (s)
        l->at[l->n++] = (entry){.s = s, .holders = 2};
    pthread_mutex_unlock(&l->lock);
}

int stream_list_add(stream_list *l, stream *s)
{
    int rc = stream_list_reserve(l);
    if (rc == 0)
        stream_list_fill(l, s);
    else
        stream_close(&s);
    return rc;
}

static entry *entry_of(stream_list *l, const stream *s)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->at[i].s == s)
            return &l->at[i];
    return NULL;
}

stream *stream_list_get(stream_list *l, const char *id)
{
    stream *found = NULL;
    pthread_mutex_lock(&l->lock);
    for (size_t i = 0; i < l->n && !found; i++)
        if (!l->at[i].removed && strcmp(stream_id(l->at[i].s), id) == 0) {
            found = l->at[i].s;
            l->at[i].holders++;
        }
    pthread_mutex_unlock(&l->lock);
    return found;
}

size_t stream_list_all(stream_list *l, stream **all, size_t most)
{
    size_t n = 0;
    pthread_mutex_lock(&l->lock);
    for (size_t i = 0; i < l->n && n < most; i++) {
        if (l->at[i].removed || stream_get_source(l->at[i].s)->kind == STREAM_PUSHED)
            continue;
        all[n++] = l->at[i].s;
        l->at[i].holders++;
    }
    pthread_mutex_unlock(&l->lock);
    return n;
}

/* Locked. @return the stream where it is to be closed, which is done unlocked */
static stream *let_go(stream_list *l, entry *e)
{
    stream *s = e->s;
    if (--e->holders > 0)
        return NULL;
    memmove(e, e + 1, (size_t)(l->at + l->n - (e + 1)) * sizeof(*e));
    l->n--;
    return s;
}

void stream_list_let_go(stream_list *l, stream *s)
{
    pthread_mutex_lock(&l->lock);
    stream *gone = let_go(l, entry_of(l, s));
    pthread_mutex_unlock(&l->lock);
    stream_close(&gone);
}

void stream_list_remove(stream_list *l, stream *s)
{
    stream_end(s);
    stream_wait(s);
    pthread_mutex_lock(&l->lock);
    entry *e = entry_of(l, s);
    stream *gone = e->removed ? NULL : (e->removed = true, let_go(l, e));
    pthread_mutex_unlock(&l->lock);
    stream_close(&gone); /* NULL: somebody holds it still */
}
