/* SPDX-License-Identifier: Apache-2.0 */
/* Optimal assignment beside trying everything, with ties and forbidden pairs; and ties
 * as SciPy's linear_sum_assignment() (1.17.1) decides them. */
#include "test.h"

#include <math.h>
#include <string.h>

#include "base/assignment.h"

enum { MOST = 6 };

typedef struct best {
    size_t pairs;
    double cost;
} best;

static bool is_better(best a, best b)
{
    return a.pairs != b.pairs ? a.pairs > b.pairs : a.cost < b.cost;
}

/* Every way to give the rows from `row` on a column or none. */
static best try_all(const double *cost, size_t rows, size_t cols, size_t row,
                    unsigned used)
{
    if (row == rows)
        return (best){0, 0};
    best found = try_all(cost, rows, cols, row + 1, used);
    for (size_t j = 0; j < cols; j++) {
        double c = cost[row * cols + j];
        if ((used >> j & 1) || !(c < INFINITY))
            continue;
        best with = try_all(cost, rows, cols, row + 1, used | 1U << j);
        with.pairs++;
        with.cost += c;
        if (is_better(with, found))
            found = with;
    }
    return found;
}

static unsigned next_random(unsigned *state)
{
    *state = *state * 1664525U + 1013904223U;
    return *state >> 8;
}

static void check(const double *cost, size_t rows, size_t cols)
{
    int col_of_row[MOST];
    unsigned used = 0;
    best found = {0, 0}, expected = try_all(cost, rows, cols, 0, 0);
    void *scratch = malloc(st_assign_scratch(rows, cols));
    memset(scratch, 0xa5, st_assign_scratch(rows, cols));
    st_assign(cost, rows, cols, INFINITY, col_of_row, scratch);
    free(scratch);
    for (size_t i = 0; i < rows; i++) {
        int j = col_of_row[i];
        if (j < 0)
            continue;
        assert_true((size_t)j < cols);
        assert_false(used >> j & 1);
        used |= 1U << j;
        assert_true(cost[i * cols + (size_t)j] < INFINITY);
        found.pairs++;
        found.cost += cost[i * cols + (size_t)j];
    }
    assert_int_equal(found.pairs, expected.pairs);
    assert_near(found.cost, expected.cost, 1e-9);
}

static void as_good_as_trying_everything(void **state)
{
    (void)state;
    unsigned seed = 7;
    for (int round = 0; round < 4000; round++) {
        double cost[MOST * MOST];
        size_t rows = next_random(&seed) % (MOST + 1);
        size_t cols = next_random(&seed) % (MOST + 1);
        unsigned forbidden = next_random(&seed) % 4 * 30; /* percent: 0, 30, 60, 90 */
        bool coarse = next_random(&seed) % 2;
        for (size_t i = 0; i < rows * cols; i++) {
            cost[i] = coarse ? next_random(&seed) % 4
                             : next_random(&seed) % 100000 / 1000.0 - 50;
            if (next_random(&seed) % 100 < forbidden)
                cost[i] = next_random(&seed) % 2 ? INFINITY : (double)NAN;
        }
        check(cost, rows, cols);
    }
}

static void a_limit_forbids_what_reaches_it(void **state)
{
    (void)state;
    static const double cost[] = {0.5, 0.9, 0.7, 0.4};
    int of_row[2];
    void *scratch = malloc(st_assign_scratch(2, 2));
    st_assign(cost, 2, 2, 0.9, of_row, scratch);
    assert_int_equal(of_row[0], 0);
    assert_int_equal(of_row[1], 1);
    st_assign(cost, 2, 2, 0.5, of_row, scratch);
    assert_int_equal(of_row[0], -1);
    assert_int_equal(of_row[1], 1);
    st_assign(cost, 2, 2, -1, of_row, scratch);
    assert_int_equal(of_row[0], -1);
    assert_int_equal(of_row[1], -1);
    free(scratch);
}

static void ties_fall_as_in_scipy(void **state)
{
    (void)state;
    static const struct {
        size_t rows, cols;
        double cost[12];
        int expected[4];
    } cases[] = {
        {3, 3, {0, 0, 0, 0, 0, 0, 0, 0, 0}, {0, 1, 2}},
        {2, 4, {0, 0, 0, 0, 0, 0, 0, 0}, {0, 1}},
        {4, 2, {0, 0, 0, 0, 0, 0, 0, 0}, {0, 1, -1, -1}},
        {3, 3, {1, 1, 2, 1, 1, 2, 2, 2, 1}, {0, 1, 2}},
        {2, 3, {1, 2, 1, 1, 1, 1}, {0, 1}},
        {3, 2, {3, 1, 1, 1, 1, 3}, {1, 0, -1}},
        {3, 3, {0, -0.5, -0.5, -0.5, 0, -0.5, -0.5, -0.5, 0}, {2, 0, 1}},
        {3, 4, {2, 2, 2, 2, 2, 1, 1, 2, 2, 1, 1, 2}, {0, 1, 2}},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int of_row[4];
        void *scratch = malloc(st_assign_scratch(cases[i].rows, cases[i].cols));
        st_assign(cases[i].cost, cases[i].rows, cases[i].cols, INFINITY, of_row, scratch);
        free(scratch);
        for (size_t k = 0; k < cases[i].rows; k++)
            if (of_row[k] != cases[i].expected[k])
                fail_msg("case %zu, row %zu: expected %d, found %d", i, k,
                         cases[i].expected[k], of_row[k]);
    }
}

static void too_many_to_count_is_zero_bytes(void **state)
{
    (void)state;
    assert_int_equal(st_assign_scratch(SIZE_MAX / 2, 3), 0);
    assert_int_equal(st_assign_scratch((size_t)1 << 31, 1), 0);
    assert_true(st_assign_scratch(0, 0) > 0);
}

static void many_at_once(void **state)
{
    (void)state;
    enum { N = 300 };
    double *cost = malloc(sizeof(*cost) * N * N), sum = 0;
    int of_row[N];
    void *scratch = malloc(st_assign_scratch(N, N));
    for (size_t i = 0; i < N; i++) /* row i belongs to column N - 1 - i */
        for (size_t j = 0; j < N; j++)
            cost[i * N + j] = fabs((double)(i + j) - (N - 1));
    st_assign(cost, N, N, INFINITY, of_row, scratch);
    for (size_t i = 0; i < N; i++)
        sum += cost[i * N + (size_t)of_row[i]];
    assert_near(sum, 0, 1e-9);
    free(scratch);
    free(cost);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_good_as_trying_everything),
        cmocka_unit_test(a_limit_forbids_what_reaches_it),
        cmocka_unit_test(ties_fall_as_in_scipy),
        cmocka_unit_test(too_many_to_count_is_zero_bytes),
        cmocka_unit_test(many_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
