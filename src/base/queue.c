/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bounded ring of items between two threads (after FFmpeg's fftools/thread_queue.h in
 * what it offers). When it is full, push waits; for live input the oldest droppable item
 * makes room and is handed back, so that the caller can count and free it.
 */
#include "base/queue.h"

#include <pthread.h>
#include <string.h>

#include "base/memory.h"

struct st_queue {
    /* Guards everything below; nothing else is locked while it is held. */
    pthread_mutex_t lock;
    pthread_cond_t not_empty, not_full;
    size_t capacity, item_size, head, length;
    bool closed;
    unsigned char *items;
};

st_queue *st_queue_new(size_t capacity, size_t item_size)
{
    st_queue *queue = st_alloc(sizeof(*queue));
    if (!queue)
        return NULL;
    queue->items = st_alloc_array(capacity, item_size);
    if (!queue->items) {
        st_free(queue);
        return NULL;
    }
    queue->capacity = capacity;
    queue->item_size = item_size;
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->not_empty, NULL);
    pthread_cond_init(&queue->not_full, NULL);
    return queue;
}

void st_queue_free(st_queue **queue)
{
    if (!*queue)
        return;
    pthread_cond_destroy(&(*queue)->not_full);
    pthread_cond_destroy(&(*queue)->not_empty);
    pthread_mutex_destroy(&(*queue)->lock);
    st_free((*queue)->items);
    st_free(*queue);
    *queue = NULL;
}

static unsigned char *slot(st_queue *queue, size_t i)
{
    return queue->items + (queue->head + i) % queue->capacity * queue->item_size;
}

static void append(st_queue *queue, const void *item)
{
    memcpy(slot(queue, queue->length), item, queue->item_size);
    queue->length++;
    pthread_cond_signal(&queue->not_empty);
}

static void take_first(st_queue *queue, void *item)
{
    memcpy(item, slot(queue, 0), queue->item_size);
    queue->head = (queue->head + 1) % queue->capacity;
    queue->length--;
    pthread_cond_signal(&queue->not_full);
}

/* Take out the oldest item that may be dropped, closing the gap. */
static bool drop_one(st_queue *queue, bool (*may_drop)(const void *), void *dropped)
{
    for (size_t i = 0; i < queue->length; i++) {
        if (!may_drop(slot(queue, i)))
            continue;
        memcpy(dropped, slot(queue, i), queue->item_size);
        for (; i + 1 < queue->length; i++)
            memcpy(slot(queue, i), slot(queue, i + 1), queue->item_size);
        queue->length--;
        return true;
    }
    return false;
}

int st_queue_push(st_queue *queue, const void *item)
{
    pthread_mutex_lock(&queue->lock);
    while (queue->length == queue->capacity && !queue->closed)
        pthread_cond_wait(&queue->not_full, &queue->lock);
    bool closed = queue->closed;
    if (!closed)
        append(queue, item);
    pthread_mutex_unlock(&queue->lock);
    return closed ? STANCE_END : 0;
}

int st_queue_push_drop(st_queue *queue, const void *item,
                       bool (*may_drop)(const void *item), void *dropped)
{
    int rc = 0;
    pthread_mutex_lock(&queue->lock);
    while (queue->length == queue->capacity && !queue->closed && rc == 0) {
        if (drop_one(queue, may_drop, dropped))
            rc = ST_QUEUE_DROPPED;
        else
            pthread_cond_wait(&queue->not_full, &queue->lock);
    }
    /* Room was made, if any was, only while the queue was open, and the lock is still
     * held. */
    if (queue->closed)
        rc = STANCE_END;
    else
        append(queue, item);
    pthread_mutex_unlock(&queue->lock);
    return rc;
}

int st_queue_pop(st_queue *queue, void *item)
{
    pthread_mutex_lock(&queue->lock);
    while (queue->length == 0 && !queue->closed)
        pthread_cond_wait(&queue->not_empty, &queue->lock);
    bool any = queue->length > 0;
    if (any)
        take_first(queue, item);
    pthread_mutex_unlock(&queue->lock);
    return any ? 0 : STANCE_END;
}

int st_queue_try_pop(st_queue *queue, void *item)
{
    pthread_mutex_lock(&queue->lock);
    int rc = queue->length > 0 ? 0 : queue->closed ? STANCE_END : STANCE_AGAIN;
    if (rc == 0)
        take_first(queue, item);
    pthread_mutex_unlock(&queue->lock);
    return rc;
}

void st_queue_close(st_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->closed = true;
    pthread_cond_broadcast(&queue->not_empty);
    pthread_cond_broadcast(&queue->not_full);
    pthread_mutex_unlock(&queue->lock);
}

size_t st_queue_length(st_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    size_t length = queue->length;
    pthread_mutex_unlock(&queue->lock);
    return length;
}
