/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_POSE_ID_TABLE_H
#define ST_POSE_ID_TABLE_H

#include "stance/common.h"

/*
 * Something remembered of each person: one record for each identity, kept as long as the
 * person is seen now and then. Records are few (those seen lately), so a search from one
 * end to the other is quicker than anything clever.
 */

enum {
    ST_ID_TABLE_MOST = 2 * 1024
}; /**< people remembered; then the oldest is forgotten */

typedef struct st_id_table {
    size_t size; /**< bytes of a record */
    size_t n, capacity;
    char *records; /**< each begins with an st_id_record */
} st_id_table;

/** How every record begins. */
typedef struct st_id_record {
    int64_t id;
    int64_t seen_us; /**< the last time it was asked for with st_id_table_get() */
} st_id_record;

/** @param size bytes of a record that begins with an st_id_record */
void st_id_table_init(st_id_table *table, size_t size);
void st_id_table_clear(st_id_table *table);

/** The record of a person who is seen now; zeroed where it is new (seen_us is then set;
 * `fresh`, may be NULL, says which). Records move when one is added or dropped.
 * @return NULL: no memory */
void *st_id_table_get(st_id_table *table, int64_t id, int64_t now_us, bool *fresh);

/** The record, if there is one; seen_us stays. */
void *st_id_table_find(const st_id_table *table, int64_t id);

void *st_id_table_at(const st_id_table *table, size_t i);
/** Forget the i-th; the last takes its place. */
void st_id_table_drop(st_id_table *table, size_t i);

/** Forget everybody who was not seen since. */
void st_id_table_expire(st_id_table *table, int64_t before_us);

#endif
