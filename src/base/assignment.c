/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Optimal assignment by shortest augmenting paths.
 *
 * Rows are taken in one after the other; each finds the cheapest way to a free column,
 * where other rows on the way move on to other columns (Dijkstra over reduced costs, as
 * Jonker and Volgenant do it). The method for tables that are no squares is that of
 * Crouse, "On implementing 2D rectangular assignment algorithms", 2016.
 *
 * The subtle thing are ties, because figures of an evaluation depend on them: of several
 * columns equally near, a free one is taken first, and columns are looked at in the order
 * in which SciPy's linear_sum_assignment() looks at them, so that a tie falls as it does
 * there. A forbidden pair costs more than all others together could, and is taken out of
 * the result in the end.
 */
#include "base/assignment.h"

#include <limits.h>
#include <math.h>

typedef struct search {
    size_t rows, cols; /* rows <= cols */
    double *cost;
    double *row_price, *col_price; /* the dual of the problem */
    double *way;                   /* to each column, from the row that is taken in */
    int *from_row;                 /* on that way: the row before the column */
    int *row_of_col, *col_of_row;
    int *open; /* columns whose shortest way is not settled */
    bool *row_seen, *col_seen;
} search;

/* ---- scratch ---- */

static size_t bytes_of(size_t small, size_t large)
{
    return (small * large + small + 2 * large) * sizeof(double) +
           (small + 3 * large) * sizeof(int) + (small + large) * sizeof(bool);
}

size_t st_assign_scratch(size_t rows, size_t cols)
{
    size_t small = rows < cols ? rows : cols, large = rows < cols ? cols : rows;
    if (large > INT_MAX || (small && large > SIZE_MAX / 64 / small))
        return 0;
    return bytes_of(small, large) + sizeof(double);
}

static search begin(size_t rows, size_t cols, void *scratch)
{
    search s = {.rows = rows < cols ? rows : cols, .cols = rows < cols ? cols : rows};
    double *numbers = scratch;
    s.cost = numbers;
    s.row_price = s.cost + s.rows * s.cols;
    s.col_price = s.row_price + s.rows;
    s.way = s.col_price + s.cols;
    int *places = (int *)(s.way + s.cols);
    s.col_of_row = places;
    s.row_of_col = s.col_of_row + s.rows;
    s.from_row = s.row_of_col + s.cols;
    s.open = s.from_row + s.cols;
    bool *seen = (bool *)(s.open + s.cols);
    s.row_seen = seen;
    s.col_seen = seen + s.rows;
    for (size_t i = 0; i < s.rows; i++) {
        s.row_price[i] = 0;
        s.col_of_row[i] = -1;
    }
    for (size_t j = 0; j < s.cols; j++) {
        s.col_price[j] = 0;
        s.row_of_col[j] = -1;
    }
    return s;
}

/* What a forbidden pair costs: one of them is worse than the dearest set without. */
static double price_of_forbidden(const double *cost, size_t n, size_t pairs,
                                 double forbidden_from)
{
    double most = 0;
    for (size_t i = 0; i < n; i++)
        if (cost[i] < forbidden_from && fabs(cost[i]) > most)
            most = fabs(cost[i]);
    return 2 * (double)pairs * (most + 1) + 1;
}

/* The smaller side becomes the rows. */
static void copy_costs(search *s, const double *cost, size_t rows, size_t cols,
                       double forbidden_from)
{
    double dear = price_of_forbidden(cost, rows * cols, s->rows, forbidden_from);
    bool turn = rows > cols;
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < cols; j++) {
            double c = cost[i * cols + j];
            s->cost[turn ? j * rows + i : i * cols + j] = c < forbidden_from ? c : dear;
        }
}

/* ---- the search ---- */

/* The shortest ways from a row to columns, until one is free. @param length of the way to
 * it @return that column */
static int find_free(search *s, size_t start, double *length)
{
    size_t n_open = s->cols, row = start;
    double so_far = 0;
    for (size_t j = 0; j < s->cols; j++) {
        s->open[j] = (int)(s->cols - 1 - j);
        s->way[j] = INFINITY;
        s->from_row[j] = (int)start;
        s->col_seen[j] = false;
    }
    for (size_t i = 0; i < s->rows; i++)
        s->row_seen[i] = false;
    for (;;) {
        const double *cost = s->cost + row * s->cols;
        double nearest = INFINITY;
        size_t at = 0;
        s->row_seen[row] = true;
        for (size_t k = 0; k < n_open; k++) {
            int j = s->open[k];
            double way = so_far + cost[j] - s->row_price[row] - s->col_price[j];
            if (way < s->way[j]) {
                s->way[j] = way;
                s->from_row[j] = (int)row;
            }
            if (s->way[j] < nearest || (s->way[j] == nearest && s->row_of_col[j] < 0)) {
                nearest = s->way[j];
                at = k;
            }
        }
        int col = s->open[at];
        so_far = nearest;
        s->col_seen[col] = true;
        s->open[at] = s->open[--n_open];
        if (s->row_of_col[col] < 0 || n_open == 0) {
            *length = so_far;
            return col;
        }
        row = (size_t)s->row_of_col[col];
    }
}

static void set_prices(search *s, size_t start, double length)
{
    s->row_price[start] += length;
    for (size_t i = 0; i < s->rows; i++)
        if (s->row_seen[i] && i != start)
            s->row_price[i] += length - s->way[s->col_of_row[i]];
    for (size_t j = 0; j < s->cols; j++)
        if (s->col_seen[j])
            s->col_price[j] -= length - s->way[j];
}

/* Every row on the way moves to the column behind it. */
static void move_on(search *s, size_t start, int col)
{
    for (;;) {
        int row = s->from_row[col], before = s->col_of_row[row];
        s->row_of_col[col] = row;
        s->col_of_row[row] = col;
        if ((size_t)row == start)
            return;
        col = before;
    }
}

void st_assign(const double *cost, size_t rows, size_t cols, double forbidden_from,
               int *col_of_row, void *scratch)
{
    for (size_t i = 0; i < rows; i++)
        col_of_row[i] = -1;
    if (rows == 0 || cols == 0)
        return;
    search s = begin(rows, cols, scratch);
    copy_costs(&s, cost, rows, cols, forbidden_from);
    for (size_t i = 0; i < s.rows; i++) {
        double length;
        int col = find_free(&s, i, &length);
        set_prices(&s, i, length);
        move_on(&s, i, col);
    }
    const int *of_row = rows > cols ? s.row_of_col : s.col_of_row;
    for (size_t i = 0; i < rows; i++)
        if (of_row[i] >= 0 && cost[i * cols + (size_t)of_row[i]] < forbidden_from)
            col_of_row[i] = of_row[i];
}
