/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_BASE_ASSIGNMENT_H
#define ST_BASE_ASSIGNMENT_H

#include "stance/common.h"

/* Who belongs to whom: pairs of rows and columns, each in one pair at most, whose costs
 * together are the least. */

/** Bytes of scratch for so many rows and columns; 0 where they are too many to count.
 * More rows or columns never need less. */
size_t st_assign_scratch(size_t rows, size_t cols);

/**
 * Find the cheapest of the largest sets of pairs.
 *
 * With nothing forbidden, min(rows, cols) pairs are found. A pair that costs
 * `forbidden_from` or more, or NAN, is never taken; of what is left, as many pairs as can
 * be are taken, and of those sets the cheapest.
 *
 * @param cost       rows x cols, one row after the other; where it is allowed from
 *                   -1e100 to 1e100; borrowed
 * @param col_of_row rows numbers; filled with each row's column, -1: none
 * @param scratch    st_assign_scratch() bytes, aligned as malloc() does; nothing is
 *                   allocated here. Contents do not matter
 *
 * Time: min(rows, cols)^2 x max(rows, cols) at worst.
 * Threads: any, with scratch of its own.
 * Source: Crouse, "On implementing 2D rectangular assignment algorithms", IEEE
 * Transactions on Aerospace and Electronic Systems 52 (2016).
 */
void st_assign(const double *cost, size_t rows, size_t cols, double forbidden_from,
               int *col_of_row, void *scratch);

#endif
