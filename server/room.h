/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_ROOM_H
#define SERVER_ROOM_H

#include "serve.h"

/* How much uploads and results may take together (--max-total): what lies there, and what
 * is being sent. Threads: any. */

typedef struct room room;

/**
 * Where --max-total was not given, it becomes half of what the folders' file systems
 * could give, if that is less; that is said in the log.
 *
 * @param results folder @param uploads folder of uploads; NULL: they lie with the results
 */
room *room_new(const serve_settings *settings, const char *results, const char *uploads);
void room_free(room **r);

/** Bytes that may still be written, as counted less than some seconds ago; INT64_MAX: any
 * number. */
int64_t room_left(room *r);
/** Room for an upload, until it is stored or given up (then room_give()).
 * @param length bytes; below 0: not known, which takes what there is
 * @return 0 or STANCE_EOUTPUT: there is none, and nothing is taken */
int room_take(room *r, int64_t length, int64_t *taken, stance_error *err);
void room_give(room *r, int64_t taken);
/** Something was removed: it is counted again at the next question. */
void room_changed(room *r);

#endif
