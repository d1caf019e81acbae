/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_BASE_OPTION_H
#define ST_BASE_OPTION_H

#include "stance/option.h"

/**
 * Read a value into its field (option_value.c).
 *
 * @param value "" means "not given" where the type can say so (see stance_option_type)
 * @return 0, STANCE_EINVAL or STANCE_ENOMEM; on error the field keeps its value
 */
int st_option_parse(const stance_option *row, void *field, const char *value,
                    stance_error *err);

/** Write a field as text that st_option_parse() reads back. @return length of the whole
 * text */
int st_option_format(const stance_option *row, const void *field, char *text,
                     size_t size);

/** Search for the name that somebody probably meant: set `name`, add candidates, look at
 * `found`. */
typedef struct st_nearest {
    const char *name;
    const char *found; /**< NULL: nothing is near */
    size_t distance;
} st_nearest;
void st_nearest_add(st_nearest *nearest, const char *candidate);

#endif
