/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Options as rows: finding them, giving them their defaults, and their values as text.
 *
 * A row is all there is to say about an option; the command line, the config file, the
 * server and the documents read the same rows. Values as text round-trip: what
 * stance_options_get() writes, option_value.c reads back. After FFmpeg's libavutil/opt.h
 * in spirit.
 */
#include "stance/option.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/option.h"
#include "base/status.h"

static const stance_option *find(const stance_option_group *groups, const char *name,
                                 char letter, const stance_option_group **group)
{
    for (const stance_option_group *g = groups; g->title; g++)
        for (const stance_option *row = g->rows; row->name; row++)
            if (name ? strcmp(row->name, name) == 0 : row->letter == letter) {
                if (group)
                    *group = g;
                return row;
            }
    return NULL;
}

const stance_option *stance_options_find(const stance_option_group *groups,
                                         const char *name,
                                         const stance_option_group **group)
{
    return find(groups, name, 0, group);
}

const stance_option *stance_options_find_letter(const stance_option_group *groups,
                                                char letter,
                                                const stance_option_group **group)
{
    return letter ? find(groups, NULL, letter, group) : NULL;
}

static void *field_of(const stance_option_group *group, const stance_option *row,
                      void *settings)
{
    return (char *)settings + group->offset + row->offset;
}

/* What a field holds when the option was not given. */
static void set_absent(const stance_option *row, void *field)
{
    switch (row->type) {
    case STANCE_OPTION_BOOL:
        *(bool *)field = false;
        break;
    case STANCE_OPTION_INT:
    case STANCE_OPTION_SIZE:
        *(int64_t *)field = 0;
        break;
    case STANCE_OPTION_NUMBER:
    case STANCE_OPTION_TIME:
        *(double *)field = NAN;
        break;
    case STANCE_OPTION_STRING:
        *(char **)field = NULL;
        break;
    case STANCE_OPTION_CHOICE:
    case STANCE_OPTION_FLAGS:
        *(int *)field = 0;
        break;
    case STANCE_OPTION_RECT:
        memset(field, 0, 4 * sizeof(int));
        break;
    }
}

int stance_options_defaults(const stance_option_group *groups, void *settings)
{
    for (const stance_option_group *g = groups; g->title; g++)
        for (const stance_option *row = g->rows; row->name; row++)
            set_absent(row, field_of(g, row, settings));
    for (const stance_option_group *g = groups; g->title; g++)
        for (const stance_option *row = g->rows; row->name; row++) {
            if (!row->preset)
                continue;
            int rc = st_option_parse(row, field_of(g, row, settings), row->preset, NULL);
            if (rc < 0) {
                stance_options_clear(groups, settings);
                return rc;
            }
        }
    return 0;
}

void stance_options_clear(const stance_option_group *groups, void *settings)
{
    for (const stance_option_group *g = groups; g->title; g++)
        for (const stance_option *row = g->rows; row->name; row++)
            if (row->type == STANCE_OPTION_STRING) {
                char **text = field_of(g, row, settings);
                st_free(*text);
                *text = NULL;
            }
}

/* How many letters one has to change, add, drop or swap with a neighbour; for short
 * words. */
static size_t distance(const char *a, const char *b)
{
    enum { MOST = 32 };
    size_t n = strlen(a), m = strlen(b), row[3][MOST + 1];
    if (n > MOST || m > MOST)
        return MOST;
    for (size_t j = 0; j <= m; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);
            if (last[j] + 1 < best)
                best = last[j] + 1;
            if (now[j - 1] + 1 < best)
                best = now[j - 1] + 1;
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped && before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            now[j] = best;
        }
    }
    return row[n % 3][m];
}

void st_nearest_add(st_nearest *nearest, const char *candidate)
{
    size_t d = distance(nearest->name, candidate);
    bool begins = strlen(nearest->name) >= 3 &&
                  strncmp(candidate, nearest->name, strlen(nearest->name)) == 0;
    if (begins && d > 1)
        d = 1;
    size_t most = strlen(nearest->name) < 5 ? 1 : strlen(nearest->name) / 3;
    if (d <= most && (!nearest->found || d < nearest->distance)) {
        nearest->found = candidate;
        nearest->distance = d;
    }
}

static int fail_unknown(const stance_option_group *groups, const char *name,
                        stance_error *err)
{
    st_nearest nearest = {.name = name};
    for (const stance_option_group *g = groups; g->title; g++)
        for (const stance_option *row = g->rows; row->name; row++)
            st_nearest_add(&nearest, row->name);
    if (nearest.found)
        return st_fail(err, STANCE_EINVAL, "unknown option '%s'; did you mean '%s'?",
                       name, nearest.found);
    return st_fail(err, STANCE_EINVAL, "unknown option '%s'", name);
}

int stance_options_set(const stance_option_group *groups, void *settings,
                       const char *name, const char *value, stance_error *err)
{
    const stance_option_group *group;
    const stance_option *row = find(groups, name, 0, &group);
    if (!row)
        return fail_unknown(groups, name, err);
    return st_option_parse(row, field_of(group, row, settings), value, err);
}

int stance_options_get(const stance_option_group *groups, const void *settings,
                       const char *name, char *text, size_t size)
{
    const stance_option_group *group;
    const stance_option *row = find(groups, name, 0, &group);
    if (!row)
        return STANCE_EINVAL;
    const void *field = (const char *)settings + group->offset + row->offset;
    return st_option_format(row, field, text, size);
}
