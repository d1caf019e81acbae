/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_POSEFILE_ROW_SORTER_H
#define ST_POSEFILE_ROW_SORTER_H

#include "stance/common.h"

/*
 * Rows of one size put in the order of their frames, however many: those of one frame
 * stay in the order in which they came. Memory for a part of them, the rest on disk.
 */
typedef struct st_row_sorter st_row_sorter;

/** Each row begins with its frame, an int64_t. @param size bytes of a row
 * @return NULL: out of memory */
st_row_sorter *st_row_sorter_new(size_t size);
void st_row_sorter_free(st_row_sorter **sorter);
/** @param row borrowed @return 0, STANCE_EINPUT (no room on the disk), STANCE_ENOMEM */
int st_row_sorter_add(st_row_sorter *sorter, const void *row, stance_error *err);
/** The next row in order; the first call ends the adding. @param row filled
 * @return 0, STANCE_END, STANCE_EINPUT or STANCE_ENOMEM */
int st_row_sorter_next(st_row_sorter *sorter, void *row, stance_error *err);

/** For tests: rows kept in memory at most, from 1. */
void st_row_sorter_limit(st_row_sorter *sorter, size_t n_rows);

#endif
