/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A record for each identity, in no order.
 */
#include "pose/id_table.h"

#include <string.h>

#include "base/memory.h"

void st_id_table_init(st_id_table *table, size_t size)
{
    *table = (st_id_table){.size = size};
}

void st_id_table_clear(st_id_table *table)
{
    st_free(table->records);
    st_id_table_init(table, table->size);
}

void *st_id_table_at(const st_id_table *table, size_t i)
{
    return table->records + i * table->size;
}

void *st_id_table_find(const st_id_table *table, int64_t id)
{
    for (size_t i = 0; i < table->n; i++) {
        st_id_record *record = st_id_table_at(table, i);
        if (record->id == id)
            return record;
    }
    return NULL;
}

/* Whoever was not seen for the longest time makes room. */
static void drop_oldest(st_id_table *table)
{
    size_t oldest = 0;
    for (size_t i = 1; i < table->n; i++) {
        const st_id_record *a = st_id_table_at(table, oldest);
        const st_id_record *b = st_id_table_at(table, i);
        if (b->seen_us < a->seen_us)
            oldest = i;
    }
    st_id_table_drop(table, oldest);
}

static st_id_record *add(st_id_table *table, int64_t id)
{
    if (table->n == ST_ID_TABLE_MOST)
        drop_oldest(table);
    if (table->n == table->capacity) {
        size_t capacity = table->capacity ? 2 * table->capacity : 16;
        char *more = st_realloc_array(table->records, capacity, table->size);
        if (!more)
            return NULL;
        table->records = more;
        table->capacity = capacity;
    }
    st_id_record *record = st_id_table_at(table, table->n++);
    memset(record, 0, table->size);
    record->id = id;
    return record;
}

void *st_id_table_get(st_id_table *table, int64_t id, int64_t now_us, bool *fresh)
{
    st_id_record *record = st_id_table_find(table, id);
    if (fresh)
        *fresh = !record;
    if (!record)
        record = add(table, id);
    if (record)
        record->seen_us = now_us;
    return record;
}

void st_id_table_drop(st_id_table *table, size_t i)
{
    table->n--;
    if (i < table->n)
        memcpy(st_id_table_at(table, i), st_id_table_at(table, table->n), table->size);
}

void st_id_table_expire(st_id_table *table, int64_t before_us)
{
    for (size_t i = table->n; i-- > 0;) {
        const st_id_record *record = st_id_table_at(table, i);
        if (record->seen_us < before_us)
            st_id_table_drop(table, i);
    }
}
