/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "NAME=VALUE" as people type it, for each option of a run. A value that is taken lies
 * within what its row allows, and reads back the same after it was written; one that is
 * refused is named in the message, and changes nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "stance/run.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 512 };

static void expect(bool good)
{
    if (!good)
        abort();
}

static const stance_option *row_at(const stance_option_group *groups, size_t n,
                                   const stance_option_group **group)
{
    for (*group = groups; (*group)->title; (*group)++)
        for (const stance_option *row = (*group)->rows; row->name; row++)
            if (n-- == 0)
                return row;
    return NULL;
}

/* The row that is meant: by name, or for an unknown name one that its first byte picks.
 */
static const stance_option *row_of(const stance_option_group *groups, const char *name,
                                   const stance_option_group **group)
{
    const stance_option *row = stance_options_find(groups, name, group);
    size_t n_rows = 0;
    if (row)
        return row;
    while (row_at(groups, n_rows, group))
        n_rows++;
    return row_at(groups, (unsigned char)name[0] % n_rows, group);
}

static void check_range(const stance_option *row, const void *field)
{
    double value = 0;
    if (row->type == STANCE_OPTION_INT || row->type == STANCE_OPTION_SIZE)
        value = (double)*(const int64_t *)field;
    else if (row->type == STANCE_OPTION_NUMBER || row->type == STANCE_OPTION_TIME)
        value = *(const double *)field;
    else
        return;
    if (value == value && (row->min != 0 || row->max != 0)) /* NAN: not given */
        expect(value >= row->min && value <= row->max);
}

static void try_value(const stance_option_group *groups, stance_settings *settings,
                      const char *name, const char *value)
{
    const stance_option_group *group = NULL;
    char before[2 * MOST], text[2 * MOST], again[2 * MOST];
    stance_error err = {0};
    if (!stance_options_find(groups, name, NULL)) {
        expect(stance_options_set(groups, settings, name, value, &err) == STANCE_EINVAL);
        expect(strstr(err.message, "unknown option") != NULL);
    }
    const stance_option *row = row_of(groups, name, &group);
    const char *field = (const char *)settings + group->offset + row->offset;
    expect(stance_options_get(groups, settings, row->name, before, sizeof(before)) >= 0);
    int rc = stance_options_set(groups, settings, row->name, value, &err);
    int n = stance_options_get(groups, settings, row->name, text, sizeof(text));
    expect(n >= 0 && (size_t)n < sizeof(text) && strlen(text) == (size_t)n);
    if (rc < 0) {
        expect(rc == STANCE_EINVAL && strstr(err.message, row->name));
        expect(strcmp(before, text) == 0);
        return;
    }
    check_range(row, field);
    expect(stance_options_set(groups, settings, row->name, text, &err) == 0);
    check_range(row, field);
    expect(stance_options_get(groups, settings, row->name, again, sizeof(again)) == n);
    expect(strcmp(text, again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[MOST + 1] = {0};
    stance_settings settings;
    memcpy(text, data, size < MOST ? size : MOST);
    char *equals = strchr(text, '=');
    if (!equals)
        return 0;
    *equals = '\0';
    expect(stance_settings_defaults(&settings) == 0);
    try_value(stance_settings_groups(), &settings, text, equals + 1);
    stance_settings_clear(&settings);
    return 0;
}
