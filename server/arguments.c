/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Command lines for children: built here, so that a job and a stream set the same things
 * in the same way.
 */
#include "arguments.h"

#include <stdlib.h>
#include <string.h>

#include "fill_cache.h"

void arguments_add(arguments *a, char *argument)
{
    strings_add(&a->list, argument);
    free(argument);
}

/* What stands behind "name="; NULL: it is not set. */
static const char *value_of(const char *options, const char *name)
{
    size_t n = strlen(name);
    for (const char *line = options; line && *line;) {
        if (strncmp(line, name, n) == 0 && line[n] == '=')
            return line + n + 1;
        line = strchr(line, '\n');
        line += line != NULL;
    }
    return NULL;
}

bool arguments_sets(const char *options, const char *name)
{
    return value_of(options, name) != NULL;
}

int64_t arguments_number(const char *options, const char *name, int64_t preset)
{
    const char *value = value_of(options, name);
    return value ? strtoll(value, NULL, 10) : preset;
}

void arguments_add_options(arguments *a, const char *options,
                           const serve_settings *settings)
{
    for (const char *line = options; line && *line;) {
        size_t n = strcspn(line, "\n");
        arguments_add(a, must_format("--%.*s", (int)n, line));
        line += n + (line[n] == '\n');
    }
    if (!arguments_sets(options, "people"))
        arguments_add(a, must_copy("--people=all"));
    if (settings->blur == SERVE_BLUR_FACES) /* the last one counts */
        arguments_add(a, must_copy("--blur=faces"));
    if (settings->model && !arguments_sets(options, "model"))
        arguments_add(a, must_format("--model=%s", settings->model));
}

void arguments_add_cache(arguments *a, const char *kind, const char *options)
{
    char *what = must_format("%s\n%s", kind, options ? options : "");
    if (!fill_cache_is_due(what))
        arguments_add(a, must_copy("--no-fill-cache"));
    free(what);
}

const char *const *arguments_end(arguments *a)
{
    a->pointed = must_grow(a->pointed, a->list.n + 1, sizeof(*a->pointed));
    for (size_t i = 0; i < a->list.n; i++)
        a->pointed[i] = a->list.at[i];
    a->pointed[a->list.n] = NULL;
    return (const char *const *)a->pointed;
}

void arguments_clear(arguments *a)
{
    strings_clear(&a->list);
    free(a->pointed);
    *a = (arguments){0};
}
