/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_H
#define TEST_H

/* What every unit test includes: cmocka with the headers it wants before it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

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

/** Make and use a locale with decimal commas; false: `localedef` (package locales) is
 * missing. */
static inline bool test_use_comma_locale(void)
{
    char dir[] = "/tmp/stance-test-locale-XXXXXX", words[200];
    if (!mkdtemp(dir))
        return false;
    snprintf(words, sizeof(words), "localedef -i de_DE -f UTF-8 %s/comma 2>/dev/null",
             dir);
    int status = system(words);
    setenv("LOCPATH", dir, 1);
    bool used =
        status >= 0 && setlocale(LC_ALL, "comma") && *localeconv()->decimal_point == ',';
    snprintf(words, sizeof(words), "rm -rf %s", dir);
    return system(words) == 0 && used;
}

#endif
