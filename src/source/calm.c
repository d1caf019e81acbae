/* SPDX-License-Identifier: Apache-2.0 */
#include "source/calm.h"

#include <pthread.h>

#include "base/memory.h"

/* What was told and not yet asked for. Who decodes is never further ahead of what it asks
 * for than some 180 frames, and each is told of once at most. */
enum { TOLD = 256 };

struct st_calm {
    /* Guards all below; nothing else is locked while it is held. */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int64_t given, taken; /* frames */
    struct {
        int64_t until_us;
        bool is_calm;
    } told[TOLD]; /* a ring */
    size_t first, n;
    bool closed;
};

st_calm *st_calm_new(void)
{
    st_calm *calm = st_alloc(sizeof(*calm));
    if (!calm)
        return NULL;
    pthread_mutex_init(&calm->lock, NULL);
    pthread_cond_init(&calm->changed, NULL);
    return calm;
}

void st_calm_free(st_calm **out)
{
    st_calm *calm = *out;
    *out = NULL;
    if (!calm)
        return;
    pthread_cond_destroy(&calm->changed);
    pthread_mutex_destroy(&calm->lock);
    st_free(calm);
}

void st_calm_gave(st_calm *calm)
{
    if (!calm)
        return;
    pthread_mutex_lock(&calm->lock);
    calm->given++;
    pthread_mutex_unlock(&calm->lock);
}

/* Locked. */
static bool is_told(st_calm *calm, int64_t pts_us)
{
    while (calm->n > 0 && calm->told[calm->first].until_us < pts_us) {
        calm->first = (calm->first + 1) % TOLD;
        calm->n--;
    }
    return calm->n > 0;
}

bool st_calm_at(st_calm *calm, int64_t pts_us)
{
    if (!calm)
        return false;
    pthread_mutex_lock(&calm->lock);
    bool told;
    while (!(told = is_told(calm, pts_us)) && !calm->closed && calm->taken < calm->given)
        pthread_cond_wait(&calm->changed, &calm->lock);
    bool is_calm = told && !calm->closed && calm->told[calm->first].is_calm;
    pthread_mutex_unlock(&calm->lock);
    return is_calm;
}

void st_calm_tell(st_calm *calm, int64_t until_us, bool is_calm)
{
    if (!calm)
        return;
    pthread_mutex_lock(&calm->lock);
    if (calm->n == TOLD) { /* nobody asks: the oldest is of no use any more */
        calm->first = (calm->first + 1) % TOLD;
        calm->n--;
    }
    size_t last = (calm->first + calm->n++) % TOLD;
    calm->told[last].until_us = until_us;
    calm->told[last].is_calm = is_calm;
    pthread_cond_broadcast(&calm->changed);
    pthread_mutex_unlock(&calm->lock);
}

void st_calm_took(st_calm *calm)
{
    if (!calm)
        return;
    pthread_mutex_lock(&calm->lock);
    calm->taken++;
    pthread_cond_broadcast(&calm->changed);
    pthread_mutex_unlock(&calm->lock);
}

void st_calm_close(st_calm *calm)
{
    if (!calm)
        return;
    pthread_mutex_lock(&calm->lock);
    calm->closed = true;
    pthread_cond_broadcast(&calm->changed);
    pthread_mutex_unlock(&calm->lock);
}
