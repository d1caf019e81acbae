/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Config files: the options of a command as lines "name = value".
 *
 * What config_write() writes, config_read() reads back to the same settings: a value that
 * a plain line could not carry (blanks at its ends, '#', quotes, line ends) is quoted.
 * Errors name file and line.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { LINE_MOST = 8192 };

/* Cut blanks at both ends, in place. */
static char *trim(char *s)
{
    while (isspace((unsigned char)*s))
        s++;
    size_t n = strlen(s);
    while (n > 0 && isspace((unsigned char)s[n - 1]))
        s[--n] = '\0';
    return s;
}

/* End a plain value where a comment begins. */
static void cut_comment(char *value)
{
    for (char *c = value; *c; c++)
        if (*c == '#' && (c == value || isspace((unsigned char)c[-1]))) {
            *c = '\0';
            return;
        }
}

/* A quoted value, in place. Returns NULL when the quote does not end well. */
static char *unquote(char *value)
{
    char *out = value, *c = value + 1;
    for (; *c && *c != '"'; c++) {
        if (*c == '\\') {
            c++;
            if (*c != 'n' && *c != '"' && *c != '\\')
                return NULL;
            *out++ = *c == 'n' ? '\n' : *c;
        } else {
            *out++ = *c;
        }
    }
    if (*c != '"')
        return NULL;
    char *rest = trim(c + 1);
    if (*rest && *rest != '#')
        return NULL;
    *out = '\0';
    return value;
}

static int unknown(const stance_option_group *groups, const char *where, const char *name,
                   stance_error *err)
{
    nearest near = {.name = name};
    for (const stance_option_group *g = groups; g->title; g++)
        for (const stance_option *row = g->rows; row->name; row++)
            nearest_try(&near, row->name);
    if (near.found)
        return fail(err, STANCE_EINVAL, "%s: unknown option '%s'; did you mean '%s'?",
                    where, name, near.found);
    return fail(err, STANCE_EINVAL, "%s: unknown option '%s'", where, name);
}

static int read_line(cli_line *line, const stance_option_group *groups, const char *where,
                     char *string, stance_error *err)
{
    char *name = trim(string);
    if (!*name || *name == '#')
        return 0;
    char *equals = strchr(name, '=');
    if (!equals)
        return fail(err, STANCE_EINVAL, "%s: expected 'name = value', found '%.80s'",
                    where, name);
    *equals = '\0';
    char *value = trim(equals + 1);
    name = trim(name);
    const stance_option *row = stance_options_find(groups, name, NULL);
    if (!row)
        return unknown(groups, where, name, err);
    if (strcmp(name, "config") == 0 || strcmp(name, "print-config") == 0)
        return fail(err, STANCE_EINVAL, "%s: '%s' can only be given on the command line",
                    where, name);
    if (*value == '"') {
        value = unquote(value);
        if (!value)
            return fail(err, STANCE_EINVAL,
                        "%s: expected a value in double quotes with \\\" \\\\ \\n only, "
                        "found something else",
                        where);
    } else {
        cut_comment(value);
        value = trim(value);
    }
    line->given = must_grow(line->given, line->n_given + 1, sizeof(*line->given));
    line->given[line->n_given++] = (cli_given){row, must_copy(value), must_copy(where)};
    return 0;
}

int config_read(cli_line *line, const stance_option_group *groups, const char *path,
                stance_error *err)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return fail(err, STANCE_EINPUT, "%s: the config file cannot be read: %s", path,
                    strerror(errno));
    char buffer[LINE_MOST];
    int rc = 0;
    for (int number = 1; rc == 0 && fgets(buffer, sizeof(buffer), file); number++) {
        char *where = must_format("%s:%d", path, number);
        if (strlen(buffer) == sizeof(buffer) - 1)
            rc = fail(err, STANCE_EINVAL, "%s: a line of more than %d bytes", where,
                      LINE_MOST - 2);
        else
            rc = read_line(line, groups, where, buffer, err);
        free(where);
    }
    if (rc == 0 && ferror(file))
        rc = fail(err, STANCE_EINPUT, "%s: the config file cannot be read: %s", path,
                  strerror(errno));
    fclose(file);
    return rc;
}

static bool needs_quotes(const char *value)
{
    size_t n = strlen(value);
    return n > 0 && (isspace((unsigned char)value[0]) ||
                     isspace((unsigned char)value[n - 1]) || strpbrk(value, "#\"\n\r"));
}

void config_add_line(text *t, const char *name, const char *value)
{
    if (!needs_quotes(value)) {
        text_addf(t, "%s =%s%s\n", name, *value ? " " : "", value);
        return;
    }
    text_addf(t, "%s = \"", name);
    for (const char *c = value; *c; c++) {
        if (*c == '\n')
            text_add(t, "\\n");
        else if (*c == '"' || *c == '\\')
            text_addf(t, "\\%c", *c);
        else
            text_add_bytes(t, c, 1);
    }
    text_add(t, "\"\n");
}

static bool is_one_of(const char *name, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(name, *list) == 0)
            return true;
    return false;
}

void config_write(text *t, const stance_option_group *groups, const void *settings,
                  const char *const *except)
{
    for (const stance_option_group *g = groups; g->title; g++) {
        text_addf(t, "\n# %s\n", g->title);
        for (const stance_option *row = g->rows; row->name; row++) {
            if (is_one_of(row->name, except))
                continue;
            int n = stance_options_get(groups, settings, row->name, NULL, 0);
            size_t size = n < 0 ? 1 : (size_t)n + 1;
            char *value = must_alloc(size, 1);
            stance_options_get(groups, settings, row->name, value, size);
            config_add_line(t, row->name, value);
            free(value);
        }
    }
}
