/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_H
#define TEST_H

/* What every unit test includes: cmocka with the headers it wants before it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

/** Number of elements of an array. */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/** Like assert_true() for numbers that should be near each other; prints both. */
#define assert_near(found, expected, tolerance)                                      \
    do {                                                                             \
        double found_ = (found), expected_ = (expected), tolerance_ = (tolerance);   \
        if (!(found_ >= expected_ - tolerance_ && found_ <= expected_ + tolerance_)) \
            fail_msg("%s is %g, expected %g within %g", #found, found_, expected_,   \
                     tolerance_);                                                    \
    } while (0)

#endif
