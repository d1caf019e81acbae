/* SPDX-License-Identifier: Apache-2.0 */
/* Assignments: beside trying all of them, beside a table of scipy's, and large ones. */
#include "test.h"

#include <math.h>
#include <time.h>

#include "base/memory.h"
#include "track/assignment.h"

static uint32_t dice = 1;

static double roll(void)
{
    dice = dice * 1664525u + 1013904223u;
    return (double)(dice >> 8) / (1 << 24);
}

static bool may_be(const st_assignment *a, size_t i, double alone)
{
    return a->cost[i] <= alone; /* false for NAN */
}

/* What is paid in all; fails where a column has two rows, or a pair is none. */
static double total(const st_assignment *a, double alone)
{
    double sum = 0;
    for (size_t c = 0; c < a->n_columns; c++)
        if (a->row[c] != ST_UNASSIGNED)
            assert_int_equal(a->column[a->row[c]], (int)c);
    for (size_t r = 0; r < a->n_rows; r++) {
        if (a->column[r] == ST_UNASSIGNED) {
            sum += alone;
            continue;
        }
        size_t i = r * a->n_columns + (size_t)a->column[r];
        assert_int_equal(a->row[a->column[r]], (int)r);
        assert_true(may_be(a, i, alone));
        sum += a->cost[i];
    }
    return sum;
}

static double best_of_all(const st_assignment *a, size_t row, unsigned taken,
                          double alone)
{
    if (row == a->n_rows)
        return 0;
    double best = alone + best_of_all(a, row + 1, taken, alone);
    for (size_t c = 0; c < a->n_columns; c++)
        if (!(taken >> c & 1) && may_be(a, row * a->n_columns + c, alone))
            best = fmin(best, a->cost[row * a->n_columns + c] +
                                  best_of_all(a, row + 1, taken | 1u << c, alone));
    return best;
}

/* Small whole numbers have many ties, and sums that rounding touches are thirds. */
static void as_cheap_as_the_best_of_all(void **state)
{
    (void)state;
    st_assignment a = {0};
    for (int round = 0; round < 3000; round++) {
        size_t rows = (size_t)(roll() * 7), columns = (size_t)(roll() * 7);
        double gaps = roll(), alone = 0.5 + roll() * 3;
        assert_int_equal(st_assignment_begin(&a, rows, columns), 0);
        for (size_t i = 0; i < rows * columns; i++)
            if (roll() > gaps)
                a.cost[i] = round % 3 == 0   ? floor(roll() * 4)
                            : round % 3 == 1 ? floor(roll() * 9) / 3
                                             : roll() * 3;
            else if (roll() < 0.5)
                a.cost[i] = (double)NAN;
        st_assignment_solve(&a, alone);
        assert_near(total(&a, alone), best_of_all(&a, 0, 0, alone), 1e-9);
    }
    st_assignment_clear(&a);
}

/* Costs i * j * 17 % 101 / 101 of 40 rows and `columns` columns, i and j from 1: totals
 * by scipy.optimize.linear_sum_assignment (1.17), which knows no rows left alone. */
static void as_cheap_as_scipy(void **state)
{
    (void)state;
    static const struct {
        size_t columns;
        double sum;
    } cases[] = {{10, 0.207920792079},
                 {40, 1.792079207921},
                 {60, 0.920792079208},
                 {100, 0.396039603960}};
    for (size_t n = 0; n < COUNT(cases); n++) {
        st_assignment a = {0};
        assert_int_equal(st_assignment_begin(&a, 40, cases[n].columns), 0);
        for (size_t i = 0; i < 40; i++)
            for (size_t j = 0; j < cases[n].columns; j++)
                a.cost[i * cases[n].columns + j] =
                    (double)((i + 1) * (j + 1) * 17 % 101) / 101;
        st_assignment_solve(&a, 1000);
        size_t alone = 40 > cases[n].columns ? 40 - cases[n].columns : 0;
        assert_near(total(&a, 1000) - 1000 * (double)alone, cases[n].sum, 1e-9);
        st_assignment_clear(&a);
    }
}

static double seconds_of(st_assignment *a, double alone)
{
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    st_assignment_solve(a, alone);
    clock_gettime(CLOCK_MONOTONIC, &to);
    return (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

/* A thousand people beside their neighbours, and the worst: everybody may be everybody.
 */
static void large_ones_end_in_time(void **state)
{
    (void)state;
    enum { N = 1024 };
    st_assignment a = {0};
    assert_int_equal(st_assignment_begin(&a, N, N), 0);
    for (size_t i = 0; i < N; i++)
        for (size_t j = i > 5 ? i - 5 : 0; j < N && j < i + 5; j++)
            a.cost[i * N + j] = roll();
    double near = seconds_of(&a, 1);
    total(&a, 1);
    for (size_t i = 0; i < (size_t)N * N; i++)
        a.cost[i] = roll();
    double all = seconds_of(&a, 1);
    total(&a, 1);
    print_message("1024 x 1024: neighbours %.4f s, all %.3f s\n", near, all);
    assert_true(near < 1 && all < 20); /* sanitizers, busy machines */
    st_assignment_clear(&a);
}

static void storage_is_kept_and_its_lack_told(void **state)
{
    (void)state;
    st_assignment a = {0};
    assert_int_equal(st_assignment_begin(&a, 20, 30), 0);
    long count = st_memory_count();
    for (size_t n = 0; n <= 20; n++) {
        assert_int_equal(st_assignment_begin(&a, n, 30 - n), 0);
        st_assignment_solve(&a, 1);
    }
    assert_int_equal(st_memory_count(), count);
    st_assignment_clear(&a);
    for (int at = 1;; at++) {
        st_memory_fail_at(at);
        int rc = st_assignment_begin(&a, 3, 4);
        st_memory_fail_at(0);
        st_assignment_clear(&a);
        if (rc == 0)
            break;
        assert_int_equal(rc, STANCE_ENOMEM);
        assert_true(at < 20);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_cheap_as_the_best_of_all),
        cmocka_unit_test(as_cheap_as_scipy),
        cmocka_unit_test(large_ones_end_in_time),
        cmocka_unit_test(storage_is_kept_and_its_lack_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
