/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_POSEFILE_CSV_TABLE_H
#define ST_POSEFILE_CSV_TABLE_H

#include "base/reader.h"

enum { ST_CSV_COLUMNS = 4096 };

/** A table as text (RFC 4180), row by row. Zero-initialise, set `reader`. */
typedef struct st_csv {
    st_reader *reader;
    char delimiter; /* ',', ';' or a tab, by the first row; 0: not yet known */
    st_text text;   /* the row's cells, NULs between */
    size_t *at;     /* where each begins */
    size_t n, capacity;
    int64_t line; /* at which the row begins */
} st_csv;

/** The next row that is not empty. @return 0, STANCE_END, STANCE_EINPUT,
 * STANCE_EINTERRUPTED or STANCE_ENOMEM */
int st_csv_row(st_csv *csv, stance_error *err);

/** A cell of the row; "" beyond its end. */
static inline const char *st_csv_cell(const st_csv *csv, size_t i)
{
    return i < csv->n ? csv->text.text + csv->at[i] : "";
}

void st_csv_clear(st_csv *csv);

#endif
