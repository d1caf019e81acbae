/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `stance eval track`: how well people are followed, beside labelled identities.
 *
 * The figures are the library's. Standard output has them and nothing else; what was
 * looked at, and what did not count, is said on standard error.
 */
#include "cmd_eval_track.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "cmd_eval.h"

#define OWN(field) offsetof(eval_track_settings, field)

static const stance_choice benchmarks[] = {
    {"auto", STANCE_TRACK_AUTO, "mot17 where all labels have a class, plain otherwise"},
    {"plain", STANCE_TRACK_PLAIN, "all labels count but those of confidence 0"},
    {"mot15", STANCE_TRACK_MOT15, "as plain; a confidence below 1 is 0"},
    {"mot16", STANCE_TRACK_MOT16, "as mot17"},
    {"mot17", STANCE_TRACK_MOT17,
     "pedestrians count; results on people on vehicles, static people, distractors and "
     "reflections are left out"},
    {"mot20", STANCE_TRACK_MOT20,
     "as mot17, and results on vehicles without motor are left out"},
    {0},
};

static const stance_option file_rows[] = {
    {.name = "gt",
     .letter = 'g',
     .type = STANCE_OPTION_STRING,
     .offset = OWN(labels),
     .value_name = "PATH",
     .help =
         "labels (ground truth): MOTChallenge's text or stance's JSON, or a folder of "
         "sequences"},
    {.name = "results",
     .letter = 'r',
     .type = STANCE_OPTION_STRING,
     .offset = OWN(results),
     .value_name = "PATH",
     .help = "boxes with identities, in either form, or a folder of SEQ.txt or SEQ.json"},
    {0},
};

static const stance_option figure_rows[] = {
    {.name = "iou",
     .type = STANCE_OPTION_NUMBER,
     .offset = OWN(library.iou),
     .preset = "0.5",
     .min = 0.01,
     .max = 1,
     .help = "MOTA, IDF1 and what goes with them: overlap (intersection over union) from "
             "which two boxes may be one person"},
    {.name = "benchmark",
     .letter = 'b',
     .type = STANCE_OPTION_CHOICE,
     .offset = OWN(library.benchmark),
     .preset = "auto",
     .choices = benchmarks,
     .help = "whose rules say what counts"},
    {.name = "json",
     .letter = 'j',
     .type = STANCE_OPTION_BOOL,
     .offset = OWN(json),
     .preset = "no",
     .help = "print JSON with all figures, also HOTA at each threshold and those of "
             "motmetrics"},
    {0},
};

static const stance_option_group groups[] = {
    {"Labels and results", file_rows, 0},
    {"Figures", figure_rows, 0},
    {"Messages", say_options, OWN(say)},
    {0},
};

const stance_option_group *eval_track_groups(void)
{
    return groups;
}

static void say_counts(const stance_eval_track *eval)
{
    const stance_track_figures *f;
    for (size_t i = 0; (f = stance_eval_track_at(eval, i)) != NULL && f->name; i++) {
        text counts = {0};
        eval_track_counts(&counts, f);
        say(STANCE_LOG_INFO, "eval", "%s: %s", f->name, counts.data);
        say(STANCE_LOG_DEBUG, "eval",
            "%s: by motmetrics' rules MOTA %.3f, %lld switches, %lld fragments", f->name,
            f->motmetrics.mota, (long long)f->motmetrics.switches,
            (long long)f->motmetrics.fragments);
        free(counts.data);
    }
}

static int eval_track(const cli_line *line, void *settings)
{
    const eval_track_settings *s = settings;
    stance_eval_track *eval = NULL;
    stance_error err;
    (void)line;
    if (!s->labels)
        return say_misuse("expected labels: --gt PATH");
    if (!s->results)
        return say_misuse("expected what was found: --results PATH");
    if (stance_eval_track_open(&eval, s->labels, s->results, &s->library, &err) < 0)
        return say_error("eval", &err);
    text out = {0};
    say_counts(eval);
    if (s->json)
        eval_track_json(&out, eval, s);
    else
        eval_track_text(&out, eval);
    int status = print_out(out.data);
    free(out.data);
    stance_eval_track_close(&eval);
    return status;
}

int cmd_eval_track(int argc, char **argv)
{
    eval_track_settings s = {0};
    return command_run(argc, argv, &s, eval_track);
}
