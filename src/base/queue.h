/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_BASE_QUEUE_H
#define ST_BASE_QUEUE_H

#include <stdatomic.h>

#include "stance/common.h"

/*
 * A bounded queue between two threads. When full, push waits (files) or drops the oldest
 * droppable item and says so (live input).
 */

typedef struct st_queue st_queue;

/** st_queue_push_drop() made room by dropping an item. */
#define ST_QUEUE_DROPPED 100

/**
 * @param capacity  items, at least 1
 * @param item_size bytes of one item, copied in and out
 */
st_queue *st_queue_new(size_t capacity, size_t item_size);
/** Free; what is left inside must have been taken out before. Sets *queue to NULL. */
void st_queue_free(st_queue **queue);

/**
 * Put one item in, waiting while full.
 * @return 0, or STANCE_END when the queue was closed (the item is still the caller's)
 */
int st_queue_push(st_queue *queue, const void *item);

/**
 * Put one item in without waiting: when full, the oldest item for which `may_drop` is
 * true is handed out in `dropped`; where no item may be dropped, waits.
 * @return 0, ST_QUEUE_DROPPED when `dropped` was filled, or STANCE_END when the queue was
 * closed
 */
int st_queue_push_drop(st_queue *queue, const void *item,
                       bool (*may_drop)(const void *item), void *dropped);

/** Take the oldest, waiting while empty. @return 0, or STANCE_END: closed and empty */
int st_queue_pop(st_queue *queue, void *item);

/** Take the oldest if there is one. @return 0, STANCE_AGAIN or STANCE_END */
int st_queue_try_pop(st_queue *queue, void *item);

/** No more pushes; what is inside can still be taken out. Any thread, any number of
 * times. */
void st_queue_close(st_queue *queue);

/** Items inside at this moment. */
size_t st_queue_length(st_queue *queue);

#endif
