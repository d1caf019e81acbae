/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docs/options.md: every command with its options as tables.
 */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "cmd_options.h"

/* What would be read as markup in a table's cell is escaped. */
static void add_cell(text *t, const char *words)
{
    for (const char *c = words; *c; c++) {
        if (strchr("|*_<>`", *c))
            text_add(t, "\\");
        text_add_bytes(t, c, 1);
    }
}

static void add_row(text *t, const stance_option *row)
{
    const char *value = option_value_name(row);
    text details = {0};
    option_details(&details, row);
    text_addf(t, "| `--%s%s%s`", row->name, *value ? " " : "", value);
    if (row->letter)
        text_addf(t, ", `-%c`", row->letter);
    text_add(t, " | ");
    add_cell(t, row->help);
    text_add(t, " | ");
    add_cell(t, details.n ? details.data : "");
    text_add(t, " |\n");
    free(details.data);
    bool explained = row->choices && row->choices->help;
    for (const stance_choice *c = row->choices; explained && c->name; c++) {
        text_addf(t, "| | `%s`: ", c->name);
        add_cell(t, c->help ? c->help : "");
        text_add(t, " | |\n");
    }
}

static void add_command(text *t, const command *c)
{
    text_addf(t, "\n## stance %s\n\n    stance %s%s%s\n\n%s\n", c->name, c->name,
              *c->usage ? " " : "", c->usage, c->text);
    if (c->groups)
        for (const stance_option_group *g = c->groups(); g->title; g++) {
            text_addf(t,
                      "\n### %s\n\n| option | what it does | values |\n|---|---|---|\n",
                      g->title);
            for (const stance_option *row = g->rows; row->name; row++)
                add_row(t, row);
        }
    if (c->examples)
        text_add(t, "\n### Examples\n");
    for (const char *const *e = c->examples; e && *e; e += 2)
        text_addf(t, "\n    %s\n\n%s.\n", e[0], e[1]);
}

void options_markdown(text *t)
{
    text_add(t, "# Commands and options\n\n"
                "This page is made by `stance options --markdown` from the tables that "
                "the program itself reads;\nchange the tables, not this page. How inputs "
                "and outputs are named is told in [command-line.md](command-line.md).\n");
    const command *c;
    for (size_t i = 0; (c = command_at(i)) != NULL; i++)
        add_command(t, c);
}
