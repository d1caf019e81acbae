/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_FEED_H
#define SERVER_FEED_H

#include "tools.h"

/*
 * The newest of a kind of things, for any number of followers.
 *
 * Who is slow gets the newest when they come for it, and never makes anybody wait: what
 * was between is not kept. Threads: any, at any time.
 */

typedef struct feed feed;

/** Lives until it is let go by everybody who has it. */
typedef struct feed_item feed_item;

feed *feed_new(void);
/** Nobody may be waiting any more; items that are held stay. */
void feed_free(feed *f);
/** @param bytes becomes the feed's */
void feed_put(feed *f, char *bytes, size_t n);
/** Nothing more comes: who waits is told. */
void feed_end(feed *f);
/**
 * Wait for something newer.
 *
 * @param after number of the one before; 0: none
 * @return feed_let_go(); NULL: none came within `wait_ms`
 */
feed_item *feed_next(feed *f, int64_t after, int wait_ms);
bool feed_has_ended(feed *f);
void feed_let_go(feed_item *item);

int64_t feed_number(const feed_item *item);
const char *feed_bytes(const feed_item *item, size_t *n);

#endif
