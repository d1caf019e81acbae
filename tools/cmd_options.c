/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `stance options`: all commands and options as a document, a manual page or a
 * completion script.
 *
 * docs/options.md in the tree is what --markdown prints; a test compares the two, so that
 * the document cannot fall behind the tables.
 */
#include "cmd_options.h"

#include <stddef.h>
#include <stdlib.h>

#include "cli.h"

enum { SHELL_NONE, SHELL_BASH, SHELL_ZSH, SHELL_FISH };

typedef struct options_settings {
    bool markdown, man;
    int completion;
} options_settings;

static const stance_choice shells[] = {
    {"none", SHELL_NONE, "no completion script"},
    {"bash", SHELL_BASH, NULL},
    {"zsh", SHELL_ZSH, NULL},
    {"fish", SHELL_FISH, NULL},
    {0},
};

static const stance_option rows[] = {
    {.name = "markdown",
     .type = STANCE_OPTION_BOOL,
     .offset = offsetof(options_settings, markdown),
     .preset = "no",
     .help = "print docs/options.md; this is what is printed when nothing is asked for"},
    {.name = "man",
     .type = STANCE_OPTION_BOOL,
     .offset = offsetof(options_settings, man),
     .preset = "no",
     .help = "print the manual page stance(1)"},
    {.name = "completion",
     .type = STANCE_OPTION_CHOICE,
     .offset = offsetof(options_settings, completion),
     .preset = "none",
     .choices = shells,
     .value_name = "SHELL",
     .help = "print the completion script for a shell"},
    {0},
};

static const stance_option_group groups[] = {{"Options", rows, 0}, {0}};

const stance_option_group *options_groups(void)
{
    return groups;
}

static int print(const cli_line *line, void *settings)
{
    const options_settings *s = settings;
    (void)line;
    if (s->markdown + s->man + (s->completion != SHELL_NONE) > 1)
        return say_misuse("--markdown, --man and --completion: expected one of them");
    text out = {0};
    if (s->man)
        options_man(&out);
    else if (s->completion == SHELL_BASH)
        options_bash(&out);
    else if (s->completion == SHELL_ZSH)
        options_zsh(&out);
    else if (s->completion == SHELL_FISH)
        options_fish(&out);
    else
        options_markdown(&out);
    int status = print_out(out.data);
    free(out.data);
    return status;
}

int cmd_options(int argc, char **argv)
{
    options_settings s = {0};
    return command_run(argc, argv, &s, print);
}
