/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOLS_RUN_OPTIONS_H
#define TOOLS_RUN_OPTIONS_H

#include "tools.h"

struct cli_line;

/** What `stance run` knows besides the library's settings. */
typedef struct program_settings {
    char *input; /**< stands for the list of inputs, which run_options_read() collects */
    char *output, *json, *truth, *screenshots, *stats_json, *config;
    char *events, *events_json, *report, *plot;
    char *server,
        *server_token, /**< where it is done, and a file with what to show there */
        *server_ca;    /**< file of certificates; NULL: the system's */
    bool show, skip_existing, stats, print_config;
    bool fence, fill_cache; /**< run_fence.h */
    int format;             /**< of --json: pose_format */
    say_settings say;
} program_settings;

typedef struct run_settings {
    stance_settings library;
    program_settings own;
    strings inputs;
    strings configs; /**< the config files that were read */
} run_settings;

/** The program's and the library's tables in the order people see them; offsets count
 * from run_settings. */
const stance_option_group *run_groups(void);

/**
 * Read the command line and the config files it names.
 *
 * @param help set when --help was given; then nothing else is to be relied on
 * @return 0 or an error; run_settings_clear() in any case
 */
int run_settings_read(run_settings *s, int argc, char **argv, bool *help,
                      stance_error *err);
void run_settings_clear(run_settings *s);

/** False: outputs are named after the input. */
bool run_names_outputs(const program_settings *own);

/** Refuse a report or plot of nothing. @return 0 or STANCE_EINVAL */
int check_analysed(const struct cli_line *line, const stance_settings *settings,
                   stance_error *err);

/** Everything in force as a config file. */
void run_settings_print(text *t, const run_settings *s);

#endif
