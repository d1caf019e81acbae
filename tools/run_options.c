/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The options of `stance run`: the program's own rows around the library's.
 *
 * One table serves the command line, the config file, the help and the manual. The order
 * of what counts: defaults, config files as they were named, the command line. Inputs are
 * the one thing that is a list; inputs on the command line replace those of a config.
 */
#include "run_options.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "formats.h"

#define OWN(field) offsetof(program_settings, field)

static const stance_option output_rows[] = {
    {.name = "input",
     .letter = 'i',
     .type = STANCE_OPTION_STRING,
     .offset = OWN(input),
     .value_name = "INPUT",
     .help = "the same as naming INPUT without an option; may be given several times"},
    {.name = "output",
     .letter = 'o',
     .type = STANCE_OPTION_STRING,
     .offset = OWN(output),
     .value_name = "FILE",
     .help = "annotated video or picture; a folder for several inputs"},
    {.name = "json",
     .letter = 'j',
     .type = STANCE_OPTION_STRING,
     .offset = OWN(json),
     .value_name = "FILE",
     .help = "joints as JSON, or in the form that --format or the name's ending says; "
             "'-': standard output; a folder for several videos"},
    {.name = "format",
     .type = STANCE_OPTION_CHOICE,
     .offset = OWN(format),
     .preset = "auto",
     .choices = pose_formats,
     .help = "form of what --json names; auto: by the ending (.ndjson, .csv, .txt, "
             ".trc, .bvh), else stance's own JSON"},
    {.name = "truth",
     .type = STANCE_OPTION_STRING,
     .offset = OWN(truth),
     .value_name = "FILE",
     .help = "what is true of drawn people (mannequin:SCENE), as JSON; a folder for "
             "several"},
    {.name = "events",
     .type = STANCE_OPTION_STRING,
     .offset = OWN(events),
     .value_name = "ADDRESS",
     .help =
         "add what happens to a database: a file, or postgresql://user@host/database; "
         "see 'stance events'"},
    {.name = "events-json",
     .type = STANCE_OPTION_STRING,
     .offset = OWN(events_json),
     .value_name = "FILE",
     .help = "what happens as JSON; '-': standard output; a folder for several videos"},
    {.name = "report",
     .type = STANCE_OPTION_STRING,
     .offset = OWN(report),
     .value_name = "FILE",
     .help = "with --analyse: what people do as a page of HTML, with a picture, tables "
             "and charts; a folder for several videos"},
    {.name = "plot",
     .type = STANCE_OPTION_STRING,
     .offset = OWN(plot),
     .value_name = "FILE",
     .help = "with --analyse: the charts alone, as SVG; a folder for several videos"},
    {.name = "screenshots",
     .type = STANCE_OPTION_STRING,
     .offset = OWN(screenshots),
     .value_name = "FOLDER",
     .help = "now and then an annotated picture of a video or stream, see --every-s"},
    {.name = "show",
     .type = STANCE_OPTION_BOOL,
     .offset = OWN(show),
     .preset = "no",
     .help = "show the annotated picture in a window while it runs (q or Esc ends, space "
             "pauses)"},
    {.name = "skip-existing",
     .type = STANCE_OPTION_BOOL,
     .offset = OWN(skip_existing),
     .preset = "no",
     .help = "leave out inputs whose outputs are there already: resumes a batch"},
    {0},
};

static const stance_option fence_rows[] = {
    {.name = "fence",
     .type = STANCE_OPTION_BOOL,
     .offset = OWN(fence),
     .preset = "no",
     .help = "as --untrusted does, give up all rights that this work does not need: "
             "it can open its inputs, networks and the folders of its outputs, "
             "starts no programs, and reaches nobody but what it was told to"},
    {.name = "fill-cache",
     .type = STANCE_OPTION_BOOL,
     .offset = OWN(fill_cache),
     .preset = "yes",
     .help = "with --fence or --untrusted: have the network compiled and kept before, as "
             "it cannot be kept from inside"},
    {0},
};

static const stance_option stats_rows[] = {
    {.name = "stats",
     .type = STANCE_OPTION_BOOL,
     .offset = OWN(stats),
     .preset = "no",
     .help = "print the time taken by each stage, and which one limits"},
    {.name = "stats-json",
     .type = STANCE_OPTION_STRING,
     .offset = OWN(stats_json),
     .value_name = "FILE",
     .help = "write the same as JSON; '-': standard output"},
    {0},
};

static const stance_option server_rows[] = {
    {.name = "server",
     .type = STANCE_OPTION_STRING,
     .offset = OWN(server),
     .value_name = "URL",
     .help = "have it done by a 'stance serve' there, and bring back what --output, "
             "--report, "
             "--screenshots and --json (.json or .csv) name"},
    {.name = "server-token-file",
     .type = STANCE_OPTION_STRING,
     .offset = OWN(server_token),
     .value_name = "FILE",
     .help = "its first line is the token to show there"},
    {.name = "server-ca",
     .type = STANCE_OPTION_STRING,
     .offset = OWN(server_ca),
     .value_name = "FILE",
     .help =
         "certificates that may have signed the server's own, in place of the system's: "
         "PEM"},
    {0},
};

static const stance_option config_rows[] = {
    {.name = "config",
     .letter = 'c',
     .type = STANCE_OPTION_STRING,
     .offset = OWN(config),
     .value_name = "FILE",
     .help = "read options from lines 'name = value'; the command line counts more"},
    {.name = "print-config",
     .type = STANCE_OPTION_BOOL,
     .offset = OWN(print_config),
     .preset = "no",
     .help = "print what is in force in that form, and do nothing else"},
    {0},
};

const stance_option_group *run_groups(void)
{
    /* Filled by the first call, before there are threads, and the same ever after. */
    enum { MOST = 32 };
    static stance_option_group all[MOST];
    if (all[0].title)
        return all;
    size_t own = offsetof(run_settings, own), n = 0;
    all[n++] = (stance_option_group){"Inputs and outputs", output_rows, own};
    for (const stance_option_group *g = stance_settings_groups();
         g->title && n < MOST - 6; g++)
        all[n++] = (stance_option_group){g->title, g->rows,
                                         g->offset + offsetof(run_settings, library)};
    all[n++] = (stance_option_group){"Fence", fence_rows, own};
    all[n++] = (stance_option_group){"Another machine", server_rows, own};
    all[n++] = (stance_option_group){"Statistics", stats_rows, own};
    all[n++] = (stance_option_group){"Messages", say_options, own + OWN(say)};
    all[n++] = (stance_option_group){"Config files", config_rows, own};
    return all;
}

static const cli_need needs[] = {
    {"every-s every-frames screenshot-format", "screenshots"},
    {"cutoff", "smooth=zero-phase"},
    {"raw", "smooth"},
    {"outside", "zone"},
    {"stand margin", "zone line"},
    {"dwell min-life", "events events-json"},
    {"events events-json track-high track-low track-new track-match track-pose",
     "tracker"},
    {"replay", "engine=replay"},
    {"server-token-file server-ca", "server"},
    {0},
};

/* Where something is named; else all that can be is written. */
static const cli_need needs_of_outputs[] = {
    {"format", "json"},
    {"threshold overlay background blur", "output show screenshots report"},
    {"encoder crf preset bitrate", "output"},
    {"line", "events events-json output show screenshots"},
    {0},
};

int check_analysed(const cli_line *line, const stance_settings *settings,
                   stance_error *err)
{
    const char *const made[] = {"report", "plot"};
    for (int i = 0; i < 2; i++)
        if (cli_is_given(line, made[i]) && settings->analyse.analyse == 0)
            return fail(err, STANCE_EINVAL,
                        "--%s: expected --analyse with what it is made of, such as "
                        "--analyse angles,reps",
                        made[i]);
    return 0;
}

static int check_needs(const run_settings *s, const cli_line *line, stance_error *err)
{
    int rc = check_analysed(line, &s->library, err);
    if (rc == 0)
        rc = cli_check_needs(line, needs, run_groups(), s, err);
    return rc == 0 && run_names_outputs(&s->own)
               ? cli_check_needs(line, needs_of_outputs, run_groups(), s, err)
               : rc;
}

bool run_names_outputs(const program_settings *own)
{
    return own->output || own->json || own->truth || own->show || own->events ||
           own->events_json || own->screenshots || own->report || own->plot;
}

/* Read the config files into one line, in the order they were named. */
static int read_configs(cli_line *from_files, const strings *paths, stance_error *err)
{
    for (size_t i = 0; i < paths->n; i++) {
        int rc = config_read(from_files, run_groups(), paths->at[i], err);
        if (rc < 0)
            return rc;
    }
    return 0;
}

/* Inputs on the command line, those given with --input first, else those of
 * the config files. */
static void collect_inputs(run_settings *s, const cli_line *line, const cli_line *files)
{
    s->inputs = cli_values(line, "input");
    for (size_t i = 0; i < line->words.n; i++)
        strings_add(&s->inputs, line->words.at[i]);
    if (s->inputs.n == 0)
        s->inputs = cli_values(files, "input");
}

int run_settings_read(run_settings *s, int argc, char **argv, bool *help,
                      stance_error *err)
{
    const stance_option_group *groups = run_groups();
    cli_line line = {0}, files = {0};
    *s = (run_settings){0};
    *help = false;
    int rc = stance_options_defaults(groups, s);
    if (rc < 0)
        return fail(err, rc, "%s", stance_status_text(rc));
    rc = cli_read(&line, groups, argc, argv, err);
    *help = rc == 0 && line.help;
    if (rc < 0 || line.help)
        goto out;
    s->configs = cli_values(&line, "config");
    rc = read_configs(&files, &s->configs, err);
    if (rc == 0)
        rc = cli_apply(&files, groups, s, "input", err);
    if (rc == 0)
        rc = cli_apply(&line, groups, s, "input", err);
    if (rc == 0)
        rc = check_needs(s, &line, err);
    if (rc == 0)
        collect_inputs(s, &line, &files);
out:
    cli_clear(&line);
    cli_clear(&files);
    return rc;
}

void run_settings_clear(run_settings *s)
{
    stance_options_clear(run_groups(), s);
    strings_clear(&s->inputs);
    strings_clear(&s->configs);
}

void run_settings_print(text *t, const run_settings *s)
{
    static const char *const except[] = {"input", "config", "print-config", NULL};
    text_addf(t, "# Options of 'stance run' (version %s); read with --config FILE.\n",
              stance_version());
    for (size_t i = 0; i < s->inputs.n; i++)
        config_add_line(t, "input", s->inputs.at[i]);
    config_write(t, run_groups(), s, except);
}
