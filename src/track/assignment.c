/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cheapest assignment of rows to columns, where a row may also stay alone.
 *
 * What a pair saves, beside leaving its row alone, is given to base/assignment.c, which
 * pairs as many as can be; a pair that saves nothing stands for a row that stays alone,
 * and is not told.
 */
#include "track/assignment.h"

#include <math.h>

#include "base/assignment.h"
#include "base/memory.h"

/* Half as many again, so that a growing crowd does not allocate with each of them. */
static int make_room(void **block, size_t *room, size_t n, size_t size)
{
    if (n <= *room)
        return 0;
    void *larger = st_realloc_array(*block, n + n / 2, size);
    if (!larger)
        return STANCE_ENOMEM;
    *block = larger;
    *room = n + n / 2;
    return 0;
}

int st_assignment_begin(st_assignment *a, size_t n_rows, size_t n_columns)
{
    size_t n = n_rows * n_columns, bytes = st_assign_scratch(n_rows, n_columns);
    if (make_room((void **)&a->cost, &a->cost_room, n, sizeof(*a->cost)) < 0 ||
        make_room((void **)&a->saved, &a->saved_room, n, sizeof(*a->saved)) < 0 ||
        make_room((void **)&a->column, &a->row_room, n_rows, sizeof(*a->column)) < 0 ||
        make_room((void **)&a->row, &a->column_room, n_columns, sizeof(*a->row)) < 0 ||
        make_room(&a->scratch, &a->scratch_room, bytes, 1) < 0)
        return STANCE_ENOMEM;
    a->n_rows = n_rows;
    a->n_columns = n_columns;
    for (size_t i = 0; i < n; i++)
        a->cost[i] = INFINITY;
    return 0;
}

void st_assignment_clear(st_assignment *a)
{
    st_free(a->cost);
    st_free(a->saved);
    st_free(a->column);
    st_free(a->row);
    st_free(a->scratch);
    *a = (st_assignment){0};
}

void st_assignment_solve(st_assignment *a, double alone)
{
    for (size_t i = 0; i < a->n_rows * a->n_columns; i++)
        a->saved[i] = a->cost[i] < alone ? a->cost[i] - alone : 0;
    for (size_t c = 0; c < a->n_columns; c++)
        a->row[c] = ST_UNASSIGNED;
    st_assign(a->saved, a->n_rows, a->n_columns, INFINITY, a->column, a->scratch);
    for (size_t r = 0; r < a->n_rows; r++) {
        int c = a->column[r];
        if (c >= 0 && a->saved[r * a->n_columns + (size_t)c] < 0)
            a->row[c] = (int)r;
        else
            a->column[r] = ST_UNASSIGNED;
    }
}
