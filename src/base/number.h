/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_BASE_NUMBER_H
#define ST_BASE_NUMBER_H

#include "stance/common.h"

/* Numbers as text, with '.' whatever the program's locale is. */

enum { ST_NUMBER_SIZE = 48 }; /* bytes that any number below takes, NUL included */

/**
 * A number with at most `decimals` decimals, trailing zeros left out; the same on every
 * machine.
 *
 * @param text     room for ST_NUMBER_SIZE bytes
 * @param decimals 0 to 9
 * @return its length; 0: NAN, infinite, or too large to be written like that (9e18
 * units of the last decimal)
 */
size_t st_number_text(char *text, double value, int decimals);

/** The same for a whole number. */
size_t st_number_text_int(char *text, int64_t value);

/**
 * Read a whole text as a number: digits with sign, '.' and exponent, nothing around it.
 *
 * @return false: it is none, or not finite
 */
bool st_number_read(const char *text, double *value);

/** Read a whole text as a whole number; "12.0" is one, as some programs write it. */
bool st_number_read_int(const char *text, int64_t *value);

#endif
