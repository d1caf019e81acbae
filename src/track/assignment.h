/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_TRACK_ASSIGNMENT_H
#define ST_TRACK_ASSIGNMENT_H

#include <stddef.h>

#include "stance/common.h"

/* Who belongs to whom, so that all together costs least. */

enum { ST_UNASSIGNED = -1 };

/** Storage that is kept between calls. Zero-initialise. */
typedef struct st_assignment {
    size_t n_rows, n_columns; /**< of the problem at hand */
    double *cost;  /**< n_rows x n_columns, row by row: what a pair costs; INFINITY, NAN:
                      it is no pair */
    int *column;   /**< n_rows: the row's column, or ST_UNASSIGNED */
    int *row;      /**< n_columns: the column's row, or ST_UNASSIGNED */
    double *saved; /* private */
    void *scratch;
    size_t row_room, column_room, cost_room, saved_room, scratch_room;
} st_assignment;

/** Begin a problem: all pairs INFINITY. @return 0 or STANCE_ENOMEM (nothing changed) */
int st_assignment_begin(st_assignment *a, size_t n_rows, size_t n_columns);

/**
 * Fill `column` and `row`.
 *
 * @param alone what it costs to leave a row without a column, at least 0; a pair that
 *              costs more is never made
 */
void st_assignment_solve(st_assignment *a, double alone);

void st_assignment_clear(st_assignment *a);

#endif
