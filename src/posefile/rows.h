/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_POSEFILE_ROWS_H
#define ST_POSEFILE_ROWS_H

#include "posefile/posefile.h"
#include "posefile/row_sorter.h"

/*
 * For formats with a row for each person: rows in the order of their frames. A file that
 * is in order is read as it is; another is sorted first; a pipe has to be in order.
 */
typedef struct st_rows {
    size_t size; /* bytes of a row, which begins with its frame, an int64_t */
    /** The next row that counts. */
    int (*read)(stance_posefile *file, void *row, stance_error *err);
    /** Go back to the first row. */
    int (*again)(stance_posefile *file, stance_error *err);
    void *row; /* the one at hand: read, and not yet handed out */
    bool has_row, begun;
    st_row_sorter *sorter;
} st_rows;

/** With size, read and again set, and the file at its first row. */
int st_rows_open(st_rows *rows, stance_posefile *file, stance_error *err);
/** See that there is a row at hand. @return 0, STANCE_END or an error */
int st_rows_look(st_rows *rows, stance_posefile *file, stance_error *err);
/** Its frame. */
int64_t st_rows_frame(const st_rows *rows);
/** It was taken. */
static inline void st_rows_take(st_rows *rows)
{
    rows->has_row = false;
}
void st_rows_close(st_rows *rows);

#endif
