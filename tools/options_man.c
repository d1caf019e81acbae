/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The manual page stance(1), in groff's man macros.
 *
 * Everything that is a word of the program is escaped: a dash would become a hyphen, and
 * a dot or quote at the start of a line a command of groff.
 */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "cmd_options.h"

static void add_escaped(text *t, const char *words)
{
    bool line_start = t->n == 0 || t->data[t->n - 1] == '\n';
    for (const char *c = words; *c; c++) {
        if (line_start && (*c == '.' || *c == '\''))
            text_add(t, "\\&");
        if (*c == '-')
            text_add(t, "\\-");
        else if (*c == '\\')
            text_add(t, "\\e");
        else if (*c == '\'')
            text_add(t, "\\(aq");
        else if (*c == '`')
            text_add(t, "\\(ga");
        else if (*c == '~')
            text_add(t, "\\(ti");
        else if (*c == '^')
            text_add(t, "\\(ha");
        else if (*c == '"')
            text_add(t, "\\(dq");
        else
            text_add_bytes(t, c, 1);
        line_start = *c == '\n';
    }
}

static void add_paragraphs(text *t, const char *words)
{
    while (*words) {
        size_t n = strcspn(words, "\n");
        char *one = must_format("%.*s", (int)n, words);
        if (n) {
            text_add(t, ".PP\n");
            add_escaped(t, one);
            text_add(t, "\n");
        }
        free(one);
        words += n;
        words += strspn(words, "\n");
    }
}

static void add_option(text *t, const stance_option *row)
{
    const char *value = option_value_name(row);
    text words = {0}, details = {0};
    text_add(t, ".TP\n");
    if (row->letter)
        text_addf(t, "\\fB\\-%c\\fR, ", row->letter);
    text_add(t, "\\fB\\-\\-");
    add_escaped(t, row->name);
    text_add(t, "\\fR");
    if (*value) {
        text_add(t, " \\fI");
        add_escaped(t, value);
        text_add(t, "\\fR");
    }
    text_add(t, "\n");
    option_details(&details, row);
    text_add(&words, row->help);
    if (details.n)
        text_addf(&words, " (%s)", details.data);
    add_escaped(t, words.data);
    text_add(t, "\n");
    free(words.data);
    free(details.data);
}

static void add_command(text *t, const command *c)
{
    text_add(t, ".SS stance ");
    add_escaped(t, c->name);
    text_add(t, " ");
    add_escaped(t, c->usage);
    text_add(t, "\n");
    add_paragraphs(t, c->text);
}

static void add_options(text *t, const command *c)
{
    if (!c->groups)
        return;
    for (const stance_option_group *g = c->groups(); g->title; g++) {
        text_addf(t, ".SS stance %s: ", c->name);
        add_escaped(t, g->title);
        text_add(t, "\n");
        for (const stance_option *row = g->rows; row->name; row++)
            add_option(t, row);
    }
}

/* Term and words, as in a list of files. */
static void add_terms(text *t, const char *const *terms)
{
    for (; *terms; terms += 2) {
        text_add(t, ".TP\n\\fB");
        add_escaped(t, terms[0]);
        text_add(t, "\\fR\n");
        add_escaped(t, terms[1]);
        text_add(t, "\n");
    }
}

static const char *const statuses[] = {
    "0",
    "done (also a live run ended by Ctrl-C)",
    "1",
    "wrong use",
    "2",
    "an input could not be read",
    "3",
    "a model could not be had or run",
    "4",
    "an output could not be written",
    "5",
    "done, but frames were lost to decode errors",
    "130",
    "interrupted; what was done so far is valid, under its name, with "
    "\"complete\": false",
    NULL,
};

static const char *const files[] = {
    "$XDG_DATA_HOME/stance (~/.local/share/stance)",
    "networks and model cards of the user",
    "$XDG_CACHE_HOME/stance (~/.cache/stance)",
    "compiled networks; may be deleted at any time",
    "NAME.part",
    "an output while it is being written; it gets its name when it is complete",
    NULL,
};

static const char *const environment[] = {
    "STANCE_MODEL_PATH",
    "folders with networks and model cards, separated by colons, looked through before "
    "all others",
    "STANCE_MODEL_MIRROR",
    "address that networks are downloaded from instead of their publishers'; their "
    "sha256 "
    "is checked all the same",
    "XDG_DATA_HOME, XDG_CACHE_HOME",
    "the user's folders for data and cache",
    NULL,
};

void options_man(text *t)
{
    text_addf(t,
              ".\\\" SPDX-License-Identifier: Apache-2.0\n"
              ".\\\" Made by 'stance options --man'.\n"
              ".TH STANCE 1 \"\" \"stance %s\" \"User Commands\"\n"
              ".SH NAME\n"
              "stance \\- find people and their joints in pictures, videos and cameras\n"
              ".SH SYNOPSIS\n",
              stance_version());
    const command *c;
    for (size_t i = 0; (c = command_at(i)) != NULL; i++) {
        if (c->subs)
            continue; /* their own lines follow */
        text_addf(t, "%s\\fBstance %s\\fR ", c == commands ? "" : ".br\n", c->name);
        add_escaped(t, c->usage);
        text_add(t, "\n");
    }
    text_add(t, ".br\n\\fBstance\\fR \\-\\-help | \\-\\-version\n.SH DESCRIPTION\n");
    add_escaped(t,
                "stance finds people and their joints in pictures, videos, cameras and "
                "streams, on this machine and without a network connection. It writes "
                "an annotated video and the joints of every frame as JSON.\n");
    text_add(t, ".SH COMMANDS\n");
    for (size_t i = 0; (c = command_at(i)) != NULL; i++)
        add_command(t, c);
    text_add(t, ".SH OPTIONS\n");
    add_escaped(t, "An option that is yes or no needs no value; --no-NAME turns it off. "
                   "--NAME=VALUE is the same as --NAME VALUE. After -- nothing is an "
                   "option.\n");
    for (size_t i = 0; (c = command_at(i)) != NULL; i++)
        add_options(t, c);
    text_add(t, ".SH EXIT STATUS\n");
    add_terms(t, statuses);
    text_add(t, ".SH FILES\n");
    add_terms(t, files);
    text_add(t, ".SH ENVIRONMENT\n");
    add_terms(t, environment);
    text_add(t, ".SH EXAMPLES\n");
    for (size_t i = 0; (c = command_at(i)) != NULL; i++)
        if (c->examples)
            add_terms(t, c->examples);
}
