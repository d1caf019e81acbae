/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Command lines taken apart by the option rows.
 *
 * Nothing is set here before everything was understood, so that a mistake at the end of a
 * line is told before a model is looked for. The one subtle thing is what may be a value:
 * `--json --stats` has forgotten its file, `--rotate -90` has not forgotten its number.
 */
#include "cli.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

typedef struct reader {
    cli_line *line;
    const stance_option_group *groups;
    int argc;
    char **argv;
    int at; /* the next word */
    stance_error *err;
} reader;

static void give(cli_line *line, const stance_option *row, const char *value)
{
    line->given = must_grow(line->given, line->n_given + 1, sizeof(*line->given));
    line->given[line->n_given++] = (cli_given){row, must_copy(value), NULL};
}

static int unknown(const reader *r, const char *name, int length)
{
    char *typed = must_format("%.*s", length, name);
    nearest near = {.name = typed};
    for (const stance_option_group *g = r->groups; g && g->title; g++)
        for (const stance_option *row = g->rows; row->name; row++)
            nearest_try(&near, row->name);
    nearest_try(&near, "help");
    int rc =
        near.found
            ? fail(r->err, STANCE_EINVAL, "unknown option '--%s'; did you mean '--%s'?",
                   typed, near.found)
            : fail(r->err, STANCE_EINVAL, "unknown option '--%s'; see 'stance %s --help'",
                   typed, r->argv[0]);
    free(typed);
    return rc;
}

static const stance_option *find_row(const reader *r, const char *name, size_t n)
{
    for (const stance_option_group *g = r->groups; g && g->title; g++)
        for (const stance_option *row = g->rows; row->name; row++)
            if (strlen(row->name) == n && strncmp(row->name, name, n) == 0)
                return row;
    return NULL;
}

static bool may_be_value(const char *word)
{
    if (word[0] != '-' || word[1] == '\0')
        return true;
    return isdigit((unsigned char)word[1]) || word[1] == '.';
}

/* The word after an option that needs a value. */
static int take_next(reader *r, const stance_option *row, const char *typed)
{
    const char *name = option_value_name(row);
    if (r->at >= r->argc)
        return fail(r->err, STANCE_EINVAL, "%s: expected %s after it, found nothing",
                    typed, name);
    if (!may_be_value(r->argv[r->at]))
        return fail(r->err, STANCE_EINVAL,
                    "%s: expected %s after it, found '%s' (if that is meant: --%s=%s)",
                    typed, name, r->argv[r->at], row->name, r->argv[r->at]);
    give(r->line, row, r->argv[r->at++]);
    return 0;
}

static int read_long(reader *r, const char *word)
{
    const char *name = word + 2;
    size_t n = strcspn(name, "=");
    const char *value = name[n] ? name + n + 1 : NULL;
    if (n == 4 && strncmp(name, "help", 4) == 0) {
        r->line->help = true;
        return 0;
    }
    const stance_option *row = find_row(r, name, n);
    if (!row && n > 3 && strncmp(name, "no-", 3) == 0) {
        row = find_row(r, name + 3, n - 3);
        if (row && row->type == STANCE_OPTION_BOOL && !value) {
            give(r->line, row, "no");
            return 0;
        }
        if (row)
            return fail(r->err, STANCE_EINVAL, "'%s' cannot be: --%s %s", word, row->name,
                        value ? "takes its value without 'no-'" : "is not yes or no");
    }
    if (!row)
        return unknown(r, name, (int)n);
    if (value)
        give(r->line, row, value);
    else if (row->type == STANCE_OPTION_BOOL)
        give(r->line, row, "yes");
    else
        return take_next(r, row, word);
    return 0;
}

static int read_letters(reader *r, const char *word)
{
    for (const char *c = word + 1; *c; c++) {
        char typed[3] = {'-', *c, '\0'};
        if (*c == 'h') {
            r->line->help = true;
            continue;
        }
        const stance_option *row =
            r->groups ? stance_options_find_letter(r->groups, *c, NULL) : NULL;
        if (!row)
            return fail(r->err, STANCE_EINVAL,
                        "unknown option '%s' in '%s'; see 'stance %s --help'", typed,
                        word, r->argv[0]);
        if (row->type == STANCE_OPTION_BOOL) {
            give(r->line, row, "yes");
        } else if (c[1]) {
            give(r->line, row, c + 1 + (c[1] == '='));
            return 0;
        } else {
            return take_next(r, row, typed);
        }
    }
    return 0;
}

int cli_read(cli_line *line, const stance_option_group *groups, int argc, char **argv,
             stance_error *err)
{
    reader r = {line, groups, argc, argv, 1, err};
    int rc = 0;
    while (r.at < argc && rc == 0) {
        const char *word = argv[r.at++];
        if (strcmp(word, "--") == 0) {
            while (r.at < argc)
                strings_add(&line->words, argv[r.at++]);
        } else if (strncmp(word, "--", 2) == 0) {
            rc = read_long(&r, word);
        } else if (word[0] == '-' && word[1]) {
            rc = read_letters(&r, word);
        } else {
            strings_add(&line->words, word);
        }
        if (line->help)
            return 0; /* whoever asks for help is not told of mistakes behind it */
    }
    return rc;
}

void cli_clear(cli_line *line)
{
    for (size_t i = 0; i < line->n_given; i++) {
        free(line->given[i].value);
        free(line->given[i].where);
    }
    free(line->given);
    strings_clear(&line->words);
    *line = (cli_line){0};
}

/* The value of an option; where it may be given several times, that of all together, at
 * the last of them. NULL: another one is still to come. */
static char *whole_value(const cli_line *line, size_t i)
{
    const stance_option *row = line->given[i].row;
    if (!row->join)
        return must_copy(line->given[i].value);
    text whole = {0};
    for (size_t k = 0; k < line->n_given; k++) {
        if (line->given[k].row != row)
            continue;
        if (k > i) {
            free(whole.data);
            return NULL;
        }
        text_add_bytes(&whole, &row->join, whole.n > 0);
        text_add(&whole, line->given[k].value);
    }
    return whole.data;
}

int cli_apply(const cli_line *line, const stance_option_group *groups, void *settings,
              const char *except, stance_error *err)
{
    for (size_t i = 0; i < line->n_given; i++) {
        const cli_given *g = &line->given[i];
        if (except && strcmp(g->row->name, except) == 0)
            continue;
        stance_error inner;
        char *value = whole_value(line, i);
        int rc =
            value ? stance_options_set(groups, settings, g->row->name, value, &inner) : 0;
        free(value);
        if (rc < 0)
            return fail(err, rc, "%s%s%s", g->where ? g->where : "", g->where ? ": " : "",
                        inner.message);
    }
    return 0;
}

strings cli_values(const cli_line *line, const char *name)
{
    strings values = {0};
    for (size_t i = 0; i < line->n_given; i++)
        if (strcmp(line->given[i].row->name, name) == 0)
            strings_add(&values, line->given[i].value);
    return values;
}

bool cli_is_given(const cli_line *line, const char *name)
{
    for (size_t i = 0; i < line->n_given; i++)
        if (strcmp(line->given[i].row->name, name) == 0)
            return true;
    return false;
}

/* ---- options that need others ---- */

/* The next of several names, and where to go on; false: there is none. */
static bool next_name(const char **names, char name[64])
{
    *names += strspn(*names, " ");
    size_t n = strcspn(*names, " ");
    snprintf(name, 64, "%.*s", (int)n, *names);
    *names += n;
    return n > 0;
}

/* @param words gets "--name" or "--name value", as it would do */
static bool is_in_force(char *name, const stance_option_group *groups,
                        const void *settings, text *words)
{
    char value[256];
    char *wanted = strchr(name, '=');
    if (wanted)
        *wanted++ = '\0';
    text_addf(words, "%s--%s%s%s", words->n ? " or " : "without ", name,
              wanted ? " " : "", wanted ? wanted : "");
    if (stance_options_get(groups, settings, name, value, sizeof(value)) < 0)
        return false;
    if (!wanted && strcmp(value, "off") == 0) {
        words->n = 0;
        text_addf(words, "with --%s off", name);
    }
    return wanted ? strcmp(value, wanted) == 0
                  : *value && strcmp(value, "no") != 0 && strcmp(value, "off") != 0;
}

static int check_need(const char *option, const cli_need *need,
                      const stance_option_group *groups, const void *settings,
                      stance_error *err)
{
    char name[64];
    text words = {0};
    bool met = false;
    for (const char *of = need->of; !met && next_name(&of, name);)
        met = is_in_force(name, groups, settings, &words);
    int rc =
        met ? 0 : fail(err, STANCE_EINVAL, "--%s: does nothing %s", option, words.data);
    free(words.data);
    return rc;
}

int cli_check_needs(const cli_line *line, const cli_need *needs,
                    const stance_option_group *groups, const void *settings,
                    stance_error *err)
{
    char option[64];
    int rc = 0;
    for (const cli_need *need = needs; need->options && rc == 0; need++)
        for (const char *names = need->options; rc == 0 && next_name(&names, option);)
            if (cli_is_given(line, option))
                rc = check_need(option, need, groups, settings, err);
    return rc;
}

/* ---- commands ---- */

static int read_line(const command *c, cli_line *line, int argc, char **argv,
                     void *settings, stance_error *err)
{
    const stance_option_group *groups = c->groups();
    int rc = stance_options_defaults(groups, settings);
    if (rc < 0)
        return fail(err, rc, "%s", stance_status_text(rc));
    rc = cli_read(line, groups, argc, argv, err);
    if (rc < 0 || line->help)
        return rc;
    rc = cli_apply(line, groups, settings, NULL, err);
    if (rc == 0 && c->no_words && line->words.n)
        rc = fail(err, STANCE_EINVAL,
                  "'stance %s' takes options only, found '%s'; see 'stance %s --help'",
                  c->name, line->words.at[0], c->name);
    return rc;
}

static void set_messages(const stance_option_group *groups, const void *settings)
{
    for (const stance_option_group *g = groups; g->title; g++)
        if (g->rows == say_options)
            say_set((const void *)((const char *)settings + g->offset));
}

int command_run(int argc, char **argv, void *settings,
                int (*work)(const cli_line *line, void *settings))
{
    const command *c = command_find(argv[0]);
    cli_line line = {0};
    stance_error err;
    int status, rc = read_line(c, &line, argc, argv, settings, &err);
    set_messages(c->groups(), settings);
    if (rc < 0)
        status = say_error(c->name, &err);
    else
        status = line.help ? command_print_help(c->name) : work(&line, settings);
    stance_options_clear(c->groups(), settings);
    cli_clear(&line);
    return status;
}
