/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of people in the order of their frames.
 */
#include "posefile/rows.h"

#include <string.h>

#include "base/status.h"

int64_t st_rows_frame(const st_rows *rows)
{
    int64_t frame;
    memcpy(&frame, rows->row, sizeof(frame));
    return frame;
}

/* Over the file once: is it in order? */
static int look_at_order(st_rows *rows, stance_posefile *file, bool *in_order,
                         stance_error *err)
{
    int64_t last = INT64_MIN;
    int rc;
    *in_order = true;
    while ((rc = rows->read(file, rows->row, err)) == 0 && *in_order) {
        *in_order = st_rows_frame(rows) >= last;
        last = st_rows_frame(rows);
    }
    return rc < 0 ? rc : rows->again(file, err);
}

static int sort_rows(st_rows *rows, stance_posefile *file, stance_error *err)
{
    int rc = 0;
    rows->sorter = st_row_sorter_new(rows->size);
    if (!rows->sorter)
        return st_fail_memory(err);
    while (rc == 0 && (rc = rows->read(file, rows->row, err)) == 0)
        rc = st_row_sorter_add(rows->sorter, rows->row, err);
    return rc == STANCE_END ? 0 : rc;
}

int st_rows_open(st_rows *rows, stance_posefile *file, stance_error *err)
{
    bool in_order = true;
    rows->row = st_alloc(rows->size);
    int rc = rows->row ? 0 : st_fail_memory(err);
    if (rc == 0 && file->reader.seekable)
        rc = look_at_order(rows, file, &in_order, err);
    return rc == 0 && !in_order ? sort_rows(rows, file, err) : rc;
}

int st_rows_look(st_rows *rows, stance_posefile *file, stance_error *err)
{
    if (rows->has_row)
        return 0;
    int64_t last = rows->begun ? st_rows_frame(rows) : INT64_MIN;
    int rc = rows->sorter ? st_row_sorter_next(rows->sorter, rows->row, err)
                          : rows->read(file, rows->row, err);
    if (rc != 0)
        return rc;
    if (st_rows_frame(rows) < last)
        return st_posefile_fail(
            file, err,
            "expected rows in the order of their frames, found one that goes back (a "
            "pipe cannot be sorted; a file is)");
    rows->has_row = rows->begun = true;
    return 0;
}

void st_rows_close(st_rows *rows)
{
    st_row_sorter_free(&rows->sorter);
    st_free(rows->row);
    rows->row = NULL;
}
