/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `stance mannequin`: drawn people as a clip, with the truth beside it.
 *
 * It is `stance run` with the scene as its input and the truth in place of a network, so
 * that progress, outputs and Ctrl-C are the same. The scene's own options are the
 * library's rows and become the part of the address behind the '?'.
 */
#include "cmd_mannequin.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "jobs.h"
#include "stance/mannequin.h"

typedef struct own_settings {
    bool list, joints;
    char *output, *truth;
} own_settings;

typedef struct mannequin_settings {
    own_settings own;
    stance_mannequin_settings scene;
} mannequin_settings;

static const stance_option own_rows[] = {
    {.name = "list",
     .letter = 'l',
     .type = STANCE_OPTION_BOOL,
     .offset = offsetof(own_settings, list),
     .preset = "no",
     .help = "show the scenes, and do nothing else"},
    {.name = "output",
     .letter = 'o',
     .type = STANCE_OPTION_STRING,
     .offset = offsetof(own_settings, output),
     .value_name = "FILE",
     .help = "the clip"},
    {.name = "truth",
     .type = STANCE_OPTION_STRING,
     .offset = offsetof(own_settings, truth),
     .value_name = "FILE",
     .help = "what is true of it, as JSON; '-': standard output"},
    {.name = "joints",
     .type = STANCE_OPTION_BOOL,
     .offset = offsetof(own_settings, joints),
     .preset = "no",
     .help = "draw the true joints over the clip"},
    {0},
};

const stance_option_group *mannequin_groups(void)
{
    static stance_option_group all[3]; /* filled by the first call, before threads */
    if (!all[0].title) {
        all[1] = (stance_option_group){"Scene", stance_mannequin_options(),
                                       offsetof(mannequin_settings, scene)};
        all[0] =
            (stance_option_group){"Outputs", own_rows, offsetof(mannequin_settings, own)};
    }
    return all;
}

static int list_scenes(void)
{
    text out = {0};
    const char *help;
    for (size_t i = 0; stance_mannequin_scene(i, &help); i++)
        text_addf(&out, "%-17s %s\n", stance_mannequin_scene(i, NULL), help);
    int status = print_out(out.data);
    free(out.data);
    return status;
}

/* "mannequin:SCENE?people=2&..." of the scene as it was named and the options given. */
static char *make_address(const char *scene, const cli_line *line)
{
    text t = {0};
    bool named = stance_input_is_drawn(scene);
    text_addf(&t, "%s%s", named ? "" : "mannequin:", scene);
    char join = strchr(scene, '?') ? '&' : '?';
    for (size_t i = 0; i < line->n_given; i++) {
        const cli_given *g = &line->given[i];
        const stance_option_group *group;
        stance_options_find(mannequin_groups(), g->row->name, &group);
        if (group->rows == own_rows)
            continue;
        text_addf(&t, "%c%s=", join, g->row->name);
        for (const char *c = g->value; *c; c++)
            text_addf(&t, strchr("%&", *c) ? "%%%02X" : "%c", (unsigned char)*c);
        join = '&';
    }
    return t.data;
}

/* "SCENE" + ending, in the current folder. */
static char *name_by_scene(const char *address, const char *ending)
{
    const char *scene = strchr(address, ':') + 1;
    return must_format("%.*s%s", (int)strcspn(scene, "?/"), scene, ending);
}

static int draw(const own_settings *own, const char *address)
{
    bool by_itself = !own->output && !own->truth;
    char *output = own->output ? must_copy(own->output)
                   : by_itself ? name_by_scene(address, ".mp4")
                               : NULL;
    char *truth = own->truth  ? must_copy(own->truth)
                  : by_itself ? name_by_scene(address, ".truth.json")
                              : NULL;
    strings words = {0};
    strings_add(&words, "run");
    strings_add(&words, address);
    strings_add(&words, "--model=" STANCE_MODEL_TRUTH);
    if (output) {
        strings_add(&words, own->joints ? "--overlay=skeleton,points" : "--overlay=none");
        strings_add(&words, "--output");
        strings_add(&words, output);
    }
    if (truth) {
        strings_add(&words, "--truth");
        strings_add(&words, truth);
    }
    int status = cmd_run((int)words.n, words.at);
    strings_clear(&words);
    free(output);
    free(truth);
    return status;
}

static int with_line(const cli_line *line, void *settings)
{
    const mannequin_settings *s = settings;
    if (s->own.list)
        return list_scenes();
    if (s->own.joints && s->own.truth && !s->own.output)
        return say_misuse("--joints: does nothing without --output");
    if (line->words.n != 1)
        return say_misuse(
            "expected one scene, found %zu; 'stance mannequin --list' shows "
            "them",
            line->words.n);
    char *address = make_address(line->words.at[0], line);
    int status = draw(&s->own, address);
    free(address);
    return status;
}

int cmd_mannequin(int argc, char **argv)
{
    mannequin_settings s = {0};
    return command_run(argc, argv, &s, with_line);
}
