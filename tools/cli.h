/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOLS_CLI_H
#define TOOLS_CLI_H

#include "tools.h"

/*
 * Command lines and config files, both made of the same option rows.
 *
 * Reading has two steps, because a config file named on the command line counts less than
 * the options beside it: cli_read() only takes the words apart; cli_apply() sets.
 */

/** One option as it was given. */
typedef struct cli_given {
    const stance_option *row;
    char *value;
    char *where; /**< "FILE:LINE" of a config file; NULL: the command line */
} cli_given;

/** A command line taken apart; start with {0}, end with cli_clear(). */
typedef struct cli_line {
    cli_given *given;
    size_t n_given;
    strings words; /**< what is no option */
    bool help;     /**< --help or -h */
} cli_line;

/**
 * Take a command line apart. argv[0] is left out.
 *
 * Forms: --name value, --name=value, --name and --no-name (yes or no), -x value, -xvalue,
 * -xyz for several without values, and "--" before words that only look like options. A
 * word with a leading dash is no value unless it is a number or "-"; --name=-word is one.
 *
 * @return 0 or STANCE_EINVAL with `err` filled
 */
int cli_read(cli_line *line, const stance_option_group *groups, int argc, char **argv,
             stance_error *err);
void cli_clear(cli_line *line);

/** Set the options in the order they were given; rows named `except` (may be NULL) are
 * left out. */
int cli_apply(const cli_line *line, const stance_option_group *groups, void *settings,
              const char *except, stance_error *err);

bool cli_is_given(const cli_line *line, const char *name);

/** Options that do nothing without others; a table ends with {0}. */
typedef struct cli_need {
    const char *options; /**< names, a blank between two */
    const char *of;      /**< likewise, one of which is needed: set to anything, or to
                            "name=value" */
} cli_need;

/** Refuse what was given and would do nothing. Only the command line is looked at: a
 * config file may be for many runs. @return 0 or STANCE_EINVAL */
int cli_check_needs(const cli_line *line, const cli_need *needs,
                    const stance_option_group *groups, const void *settings,
                    stance_error *err);

/** The values given for one option, in order; strings_clear() when done. */
strings cli_values(const cli_line *line, const char *name);

/**
 * Read a config file: lines "name = value", "#" begins a comment at the start of a line
 * or after a blank, a value in double quotes may hold anything (\" \\ \n).
 *
 * @param line gets what was given, as cli_read() does
 * @return 0, STANCE_EINVAL ("FILE:LINE: ...") or STANCE_EINPUT
 */
int config_read(cli_line *line, const stance_option_group *groups, const char *path,
                stance_error *err);

/** One line "name = value" that config_read() reads back. */
void config_add_line(text *t, const char *name, const char *value);

/** All options of all groups as a config file, except those named in `except` (ended by
 * NULL). */
void config_write(text *t, const stance_option_group *groups, const void *settings,
                  const char *const *except);

/* ---- cli_help.c ---- */

/** What stands for the value in help: "FILE", "N", ...; "" for yes or no. */
const char *option_value_name(const stance_option *row);
/** Range, unit, choices and default in words: "0 to 1, default 0.2"; may be empty. */
void option_details(text *t, const stance_option *row);
/** Text of `stance COMMAND --help`. */
void command_help(text *t, const command *c);
/** The same on standard output. @return exit status */
int command_print_help(const char *name);
/** Text of `stance --help`. */
void program_help(text *t);

/**
 * A command from its words to its exit status: options are set, --help is answered, and
 * messages are written as its "Messages" say; then its work begins.
 *
 * @param argv     argv[0] is the command's name in the table
 * @param settings zeroed; filled with defaults, then with what was given; cleared at the
 * end
 * @param work     @return exit status
 */
int command_run(int argc, char **argv, void *settings,
                int (*work)(const cli_line *line, void *settings));

#endif
