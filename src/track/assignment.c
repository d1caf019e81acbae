/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cheapest assignment of rows to columns, where not every pair is one.
 *
 * Row by row the cheapest way is searched from the row to a free column, or to giving up
 * a row: along pairs that are made and could be made, by prices that make every pair cost
 * at least 0 (Dijkstra's search on reduced costs). The pairs along the way change hands,
 * and the prices rise so that the next search is right again. Rows and columns that share
 * no pair are never reached, so that a crowd costs what its neighbourhoods cost.
 *
 * Giving a row up is a column of the row's own at the price `alone`; such columns are
 * never stored.
 *
 * Source: R. Jonker, A. Volgenant, "A shortest augmenting path algorithm for dense and
 * sparse linear assignment problems" (1987); D. F. Crouse, "On implementing 2D
 * rectangular assignment algorithms" (2016).
 */
#include "track/assignment.h"

#include <math.h>

#include "base/memory.h"

/* Half as many again, so that a growing crowd does not allocate with each of them. */
static int make_room(void **block, size_t n, size_t size)
{
    void *larger = st_realloc_array(*block, n, size);
    if (larger)
        *block = larger;
    return larger ? 0 : STANCE_ENOMEM;
}

static int make_rows(st_assignment *a, size_t n)
{
    if (n <= a->row_room)
        return 0;
    n += n / 2;
    if (make_room((void **)&a->column, n, sizeof(*a->column)) < 0 ||
        make_room((void **)&a->row_price, n, sizeof(*a->row_price)) < 0)
        return STANCE_ENOMEM;
    a->row_room = n;
    return 0;
}

static int make_columns(st_assignment *a, size_t n)
{
    if (n <= a->column_room)
        return 0;
    n += n / 2;
    if (make_room((void **)&a->row, n, sizeof(*a->row)) < 0 ||
        make_room((void **)&a->column_price, n, sizeof(*a->column_price)) < 0 ||
        make_room((void **)&a->way, n, sizeof(*a->way)) < 0 ||
        make_room((void **)&a->before, n, sizeof(*a->before)) < 0 ||
        make_room((void **)&a->seen, n, sizeof(*a->seen)) < 0)
        return STANCE_ENOMEM;
    a->column_room = n;
    return 0;
}

int st_assignment_begin(st_assignment *a, size_t n_rows, size_t n_columns)
{
    size_t n = n_rows * n_columns;
    if (make_rows(a, n_rows) < 0 || make_columns(a, n_columns) < 0)
        return STANCE_ENOMEM;
    if (n > a->cost_room) {
        if (make_room((void **)&a->cost, n + n / 2, sizeof(*a->cost)) < 0)
            return STANCE_ENOMEM;
        a->cost_room = n + n / 2;
    }
    a->n_rows = n_rows;
    a->n_columns = n_columns;
    for (size_t i = 0; i < n; i++)
        a->cost[i] = INFINITY;
    return 0;
}

void st_assignment_clear(st_assignment *a)
{
    st_free(a->cost);
    st_free(a->column);
    st_free(a->row);
    st_free(a->row_price);
    st_free(a->column_price);
    st_free(a->way);
    st_free(a->before);
    st_free(a->seen);
    *a = (st_assignment){0};
}

/* What a search from one row has found. */
typedef struct search {
    int turn;     /* marks what this search has looked from */
    double least; /* way to the nearest end so far */
    int end;      /* the free column at its end; ST_UNASSIGNED: `given_up` is the end */
    int given_up; /* row */
} search;

/* From a row that is reached at `so_far`: ways to all its columns, and to giving it up.
 */
static void look_from(st_assignment *a, int row, double so_far, double alone, search *s)
{
    const double *cost = a->cost + (size_t)row * a->n_columns;
    double base = so_far - a->row_price[row];
    if (base + alone < s->least) {
        s->least = base + alone;
        s->end = ST_UNASSIGNED;
        s->given_up = row;
    }
    for (size_t c = 0; c < a->n_columns; c++) {
        double way = base + cost[c] - a->column_price[c];
        if (cost[c] <= alone && way < a->way[c] && a->seen[c] != s->turn) {
            a->way[c] = way;
            a->before[c] = row;
        }
    }
}

/* The nearest column that was not looked from; ST_UNASSIGNED: none nearer than the end.
 */
static int nearest(const st_assignment *a, const search *s)
{
    int best = ST_UNASSIGNED;
    double least = s->least;
    for (size_t c = 0; c < a->n_columns; c++)
        if (a->seen[c] != s->turn && a->way[c] < least) {
            least = a->way[c];
            best = (int)c;
        }
    return best;
}

/* Prices after a search: what was reached before the end becomes as dear as the end. */
static void raise_prices(st_assignment *a, int first, const search *s)
{
    a->row_price[first] += s->least;
    for (size_t c = 0; c < a->n_columns; c++)
        if (a->seen[c] == s->turn && a->row[c] != ST_UNASSIGNED) {
            double more = s->least - a->way[c];
            a->row_price[a->row[c]] += more;
            a->column_price[c] -= more;
        }
}

/* The pairs on the way from the end back to the first row change hands. */
static void change_hands(st_assignment *a, int first, const search *s)
{
    int column = s->end;
    if (column == ST_UNASSIGNED) {
        column = a->column[s->given_up];
        a->column[s->given_up] = ST_UNASSIGNED;
        if (s->given_up == first)
            return;
    }
    for (;;) {
        int row = a->before[column], next = a->column[row];
        a->row[column] = row;
        a->column[row] = column;
        if (row == first)
            return;
        column = next;
    }
}

static void place_row(st_assignment *a, int first, double alone)
{
    search s = {
        .least = INFINITY, .end = ST_UNASSIGNED, .given_up = first, .turn = first + 1};
    int column;
    for (size_t c = 0; c < a->n_columns; c++)
        a->way[c] = INFINITY;
    look_from(a, first, 0, alone, &s);
    while ((column = nearest(a, &s)) != ST_UNASSIGNED) {
        a->seen[column] = s.turn;
        if (a->row[column] == ST_UNASSIGNED) {
            s.least = a->way[column];
            s.end = column;
            break;
        }
        look_from(a, a->row[column], a->way[column], alone, &s);
    }
    raise_prices(a, first, &s);
    change_hands(a, first, &s);
}

void st_assignment_solve(st_assignment *a, double alone)
{
    for (size_t c = 0; c < a->n_columns; c++) {
        a->row[c] = ST_UNASSIGNED;
        a->column_price[c] = 0;
        a->seen[c] = 0;
    }
    for (size_t r = 0; r < a->n_rows; r++) {
        a->column[r] = ST_UNASSIGNED;
        a->row_price[r] = 0;
    }
    for (size_t r = 0; r < a->n_rows; r++)
        place_row(a, (int)r, alone);
}
