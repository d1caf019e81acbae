/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Help texts, made from the option rows and the table of commands.
 *
 * Names stand in a column of their own; what an option does is wrapped beside it to 88
 * columns, and ends with range, choices and default, so that nobody has to look further.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { NAME_COLUMN = 30, WIDTH = 88 };

const char *option_value_name(const stance_option *row)
{
    if (row->value_name)
        return row->value_name;
    switch (row->type) {
    case STANCE_OPTION_BOOL:
        return "";
    case STANCE_OPTION_INT:
    case STANCE_OPTION_NUMBER:
        return "N";
    case STANCE_OPTION_TIME:
        return "TIME";
    case STANCE_OPTION_SIZE:
        return "SIZE";
    case STANCE_OPTION_STRING:
        return "TEXT";
    case STANCE_OPTION_CHOICE:
        return "WHICH";
    case STANCE_OPTION_FLAGS:
        return "LIST";
    case STANCE_OPTION_RECT:
        return "X,Y,W,H";
    }
    return "VALUE";
}

static void add_detail(text *t, const char *detail)
{
    text_addf(t, "%s%s", t->n ? "; " : "", detail);
}

static void add_choices(text *t, const stance_option *row)
{
    if (!row->choices)
        return;
    text_add(t, t->n ? "; " : "");
    for (const stance_choice *c = row->choices; c->name; c++)
        text_addf(t, "%s%s", c == row->choices ? "" : c[1].name ? ", " : " or ", c->name);
    if (row->type == STANCE_OPTION_FLAGS)
        text_add(t, ", joined by commas");
}

static void add_range(text *t, const stance_option *row)
{
    bool number = row->type == STANCE_OPTION_INT || row->type == STANCE_OPTION_NUMBER ||
                  row->type == STANCE_OPTION_SIZE;
    if (!number || (row->min == 0 && row->max == 0))
        return;
    text_add(t, t->n ? "; " : "");
    if (row->max >= 1e9)
        text_addf(t, "from %.10g", row->min);
    else
        text_addf(t, "%.10g to %.10g", row->min, row->max);
    if (row->unit)
        text_addf(t, " %s", row->unit);
}

void option_details(text *t, const stance_option *row)
{
    add_choices(t, row);
    add_range(t, row);
    if (row->preset && *row->preset && row->type != STANCE_OPTION_BOOL) {
        char *preset = must_format("default %s", row->preset);
        add_detail(t, preset);
        free(preset);
    } else if (row->type == STANCE_OPTION_BOOL && row->preset &&
               strcmp(row->preset, "yes") == 0) {
        char *off = must_format("default yes; --no-%s: no", row->name);
        add_detail(t, off);
        free(off);
    }
}

static void add_option(text *t, const stance_option *row)
{
    const char *value = option_value_name(row);
    size_t start = t->n;
    if (row->letter)
        text_addf(t, "  -%c, ", row->letter);
    else
        text_add(t, "      ");
    text_addf(t, "--%s%s%s", row->name, *value ? " " : "", value);
    int at = (int)(t->n - start);
    if (at + 2 > NAME_COLUMN) {
        text_addf(t, "\n%*s", NAME_COLUMN, "");
    } else {
        text_addf(t, "%*s", NAME_COLUMN - at, "");
    }
    text details = {0}, words = {0};
    option_details(&details, row);
    text_add(&words, row->help);
    if (details.n)
        text_addf(&words, " (%s)", details.data);
    text_wrap(t, words.data, NAME_COLUMN, NAME_COLUMN, WIDTH);
    text_add(t, "\n");
    free(details.data);
    free(words.data);
}

static void add_paragraphs(text *t, const char *paragraphs)
{
    while (*paragraphs) {
        const char *end = strchr(paragraphs, '\n');
        size_t n = end ? (size_t)(end - paragraphs) : strlen(paragraphs);
        char *one = must_format("%.*s", (int)n, paragraphs);
        text_wrap(t, one, 0, 0, WIDTH);
        text_add(t, "\n");
        free(one);
        paragraphs += n + (end != NULL);
    }
}

void command_help(text *t, const command *c)
{
    text_addf(t, "Usage: stance %s%s%s\n\n", c->name, *c->usage ? " " : "", c->usage);
    add_paragraphs(t, c->text);
    if (c->groups)
        for (const stance_option_group *g = c->groups(); g->title; g++) {
            text_addf(t, "\n%s:\n", g->title);
            for (const stance_option *row = g->rows; row->name; row++)
                add_option(t, row);
        }
    if (c->examples)
        text_add(t, "\nExamples:\n");
    for (const char *const *e = c->examples; e && *e; e += 2)
        text_addf(t, "  %s\n      %s\n", e[0], e[1]);
    for (const command *sub = c->subs; sub && sub->name; sub++)
        text_addf(t, "%s  stance %-14s %s\n", sub == c->subs ? "\n" : "", sub->name,
                  sub->line);
    for (const command *sub = c->subs; sub && sub->name; sub++) {
        text_add(t, "\n");
        command_help(t, sub);
    }
}

void program_help(text *t)
{
    text_addf(t,
              "stance %s: finds people and their joints in videos and pictures\n\n"
              "Usage: stance COMMAND [options]\n\nCommands:\n",
              stance_version());
    for (const command *c = commands; c->name; c++)
        text_addf(t, "  %-10s %s\n", c->name, c->line);
    text_add(t, "\n"
                "  stance COMMAND --help   what the command does, and its options\n"
                "  stance --version        the version\n\n"
                "To begin:\n"
                "  stance run walk.mp4     writes walk.pose.mp4 and walk.pose.json\n");
}

int command_print_help(const char *name)
{
    text help = {0};
    command_help(&help, command_find(name));
    int status = print_out(help.data);
    free(help.data);
    return status;
}
