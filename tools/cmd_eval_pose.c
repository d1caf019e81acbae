/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `stance eval pose`: how good poses are, beside labels.
 *
 * Poses come from a file of results or from a network that is run here; then the figures
 * are computed by the library and printed. Standard output has the figures and nothing
 * else; what they were made of is said on standard error.
 */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "cmd_eval.h"
#include "cmd_eval_pose.h"
#include "jobs.h"
#include "stop.h"

#define OWN(field) offsetof(eval_settings, field)

static const stance_choice crops[] = {
    {"detector", CROPS_DETECTOR, "where a detector finds people"},
    {"gt", CROPS_LABELS, "where people are labelled"},
    {0},
};

static const stance_choice measures[] = {
    {"auto", MEASURE_AUTO, "ap, or what the labels allow"},
    {"ap", MEASURE_AP, "average precision and recall by OKS, as pycocotools does"},
    {"pck", MEASURE_PCK, "share of right points, in sizes of the person"},
    {"pckh", MEASURE_PCKH, "share of right points, in sizes of the head"},
    {"all", MEASURE_ALL, "all that the labels allow"},
    {0},
};

static const stance_choice sizes[] = {
    {"box", STANCE_EVAL_BOX, "the larger side of the labelled box"},
    {"torso", STANCE_EVAL_TORSO, "left shoulder to right hip"},
    {0},
};

static const stance_option label_rows[] = {
    {.name = "gt",
     .letter = 'g',
     .type = STANCE_OPTION_STRING,
     .offset = OWN(labels),
     .value_name = "FILE",
     .help = "labels (ground truth): JSON in COCO's form, or in MPII's list form"},
    {.name = "results",
     .letter = 'r',
     .type = STANCE_OPTION_STRING,
     .offset = OWN(results),
     .value_name = "FILE",
     .help = "poses found, as COCO's results: 'stance run --format coco' writes them"},
    {.name = "images",
     .letter = 'i',
     .type = STANCE_OPTION_STRING,
     .offset = OWN(images),
     .value_name = "FOLDER",
     .help = "in place of results: the labels' pictures, which --model looks at"},
    {.name = "crops",
     .type = STANCE_OPTION_CHOICE,
     .offset = OWN(crops),
     .preset = "detector",
     .choices = crops,
     .help = "where a network for one person looks: where a detector finds people, or "
             "where they are labelled"},
    {.name = "only",
     .type = STANCE_OPTION_STRING,
     .offset = OWN(only),
     .value_name = "MEMBER=PATTERN",
     .help = "look only at images of the labels whose member fits, such as "
             "coco_split=val2017 or 'file_name=0000001*'; may be given several times"},
    {.name = "skeleton",
     .type = STANCE_OPTION_STRING,
     .offset = OWN(skeleton),
     .value_name = "NAME",
     .help = "what the labels' points are where they are not named: coco17, ..."},
    {0},
};

static const stance_option figure_rows[] = {
    {.name = "measure",
     .type = STANCE_OPTION_CHOICE,
     .offset = OWN(measure),
     .preset = "auto",
     .choices = measures,
     .help = "what to compute; auto: average precision, or, where labels have no areas, "
             "PCK, or for MPII's form PCKh"},
    {.name = "pck-of",
     .type = STANCE_OPTION_CHOICE,
     .offset = OWN(size),
     .preset = "box",
     .choices = sizes,
     .help = "what PCK measures distances with: the larger side of the labelled box, or "
             "left shoulder to right hip"},
    {.name = "threshold",
     .type = STANCE_OPTION_NUMBER,
     .offset = OWN(threshold),
     .min = 0,
     .max = 100,
     .help = "PCK, PCKh: the part of that size within which a point is right; not given: "
             "0.2, for PCKh 0.5"},
    {.name = "json",
     .letter = 'j',
     .type = STANCE_OPTION_BOOL,
     .offset = OWN(json),
     .preset = "no",
     .help = "print JSON, with counts of what was looked at and what was not"},
    {.name = "save",
     .letter = 's',
     .type = STANCE_OPTION_STRING,
     .offset = OWN(save),
     .value_name = "FILE",
     .help = "write the poses that the network found, as COCO's results"},
    {0},
};

const stance_option_group *eval_pose_groups(void)
{
    static stance_option_group all[5]; /* filled by the first call, before threads */
    if (all[0].title)
        return all;
    for (const stance_option_group *g = stance_settings_groups(); g->title; g++)
        if (strcmp(g->title, "Network") == 0)
            all[2] = (stance_option_group){g->title, g->rows, g->offset + OWN(library)};
    all[3] = (stance_option_group){"Messages", say_options, OWN(say)};
    all[1] = (stance_option_group){"Figures", figure_rows, 0};
    all[0] = (stance_option_group){"Labels and poses", label_rows, 0};
    return all;
}

/* ---- checking what was asked ---- */

/* Options that only a run of a network has a use for. */
static int refuse_network_options(const cli_line *line, stance_error *err)
{
    for (size_t i = 0; i < line->n_given; i++) {
        const char *name = line->given[i].row->name;
        const stance_option_group *group;
        stance_options_find(eval_pose_groups(), name, &group);
        if (strcmp(group->title, "Network") == 0 || strcmp(name, "images") == 0 ||
            strcmp(name, "crops") == 0 || strcmp(name, "save") == 0)
            return fail(err, STANCE_EINVAL,
                        "--%s: with --results no network is run; expected either "
                        "--results, or --model with --images",
                        name);
    }
    return 0;
}

static int check_line(const cli_line *line, const eval_settings *s, stance_error *err)
{
    if (!s->labels)
        return fail(err, STANCE_EINVAL, "expected labels: --gt FILE");
    if (s->results)
        return refuse_network_options(line, err);
    if (!s->images || !cli_is_given(line, "model"))
        return fail(err, STANCE_EINVAL,
                    "expected poses: --results FILE, or --model NAME --images FOLDER%s",
                    s->images                     ? " (found no --model)"
                    : cli_is_given(line, "model") ? " (found no --images)"
                                                  : "");
    if (!path_is_folder(s->images))
        return fail(err, STANCE_EINPUT, "%s: expected a folder of pictures", s->images);
    return 0;
}

/* An output that is also read would be lost. */
static int check_save(const eval_settings *s, stance_error *err)
{
    if (s->save && path_same(s->save, s->labels))
        return fail(err, STANCE_EINVAL,
                    "%s: is read by this run and cannot also be written; name another "
                    "file",
                    s->save);
    return 0;
}

/* ---- figures ---- */

static bool has_head(const stance_eval_info *info)
{
    const stance_skeleton *s = info->skeleton;
    return stance_skeleton_point(s, "head_top") >= 0 &&
           (stance_skeleton_point(s, "upper_neck") >= 0 ||
            stance_skeleton_point(s, "neck") >= 0);
}

static bool has_sigmas(const stance_eval_info *info)
{
    for (size_t k = 0; k < info->skeleton->n_keypoints; k++)
        if (!(info->skeleton->sigmas[k] > 0))
            return false;
    return true;
}

static int measure(const stance_eval *eval, const eval_settings *s, eval_report *report,
                   stance_error *err)
{
    const stance_eval_info *info = &report->info;
    int what = s->measure;
    bool may_ap = info->has_areas && has_sigmas(info), all = what == MEASURE_ALL;
    if (what == MEASURE_AUTO)
        what = may_ap                           ? MEASURE_AP
               : info->form == STANCE_EVAL_MPII ? MEASURE_PCKH
                                                : MEASURE_PCK;
    report->has_ap = what == MEASURE_AP || (all && may_ap);
    report->has_pck = what == MEASURE_PCK || all;
    report->has_pckh = what == MEASURE_PCKH || (all && has_head(info));
    int rc = report->has_ap ? stance_eval_ap(eval, report->ap, err) : 0;
    if (rc == 0 && report->has_pck)
        rc = stance_eval_pck_of(
            eval, &(stance_eval_pck_settings){.size = s->size, .threshold = s->threshold},
            &report->pck, err);
    if (rc == 0 && report->has_pckh)
        rc = stance_eval_pck_of(eval,
                                &(stance_eval_pck_settings){.size = STANCE_EVAL_HEAD,
                                                            .threshold = s->threshold},
                                &report->pckh, err);
    return rc;
}

static void say_counts(const eval_report *report)
{
    text counts = {0};
    eval_report_counts(&counts, &report->info);
    say(STANCE_LOG_INFO, "eval", "%s", counts.data);
    free(counts.data);
    if (report->has_ap && report->info.has_zero_id)
        say(STANCE_LOG_WARN, "eval",
            "%s: somebody's id is 0, whom COCO's evaluation takes for never found",
            report->settings->labels);
}

static int evaluate(const eval_settings *s, const strings *only, eval_report *report,
                    stance_model **model, stance_eval **eval, stance_error *err)
{
    const stance_eval_settings settings = {.only = (const char *const *)only->at,
                                           .n_only = only->n,
                                           .skeleton = s->skeleton};
    int rc = stance_eval_open(eval, s->labels, &settings, err);
    if (rc == 0 && s->results)
        rc = stance_eval_read_results(*eval, s->results, err);
    else if (rc == 0)
        rc = eval_run(*eval, s, report, model, err);
    if (rc == 0)
        report->info = stance_eval_get_info(*eval);
    if (rc == 0 && s->save)
        rc = stance_eval_save(*eval, s->save, err);
    return rc == 0 ? measure(*eval, s, report, err) : rc;
}

static int eval_pose(const cli_line *line, void *settings)
{
    eval_settings *s = settings;
    eval_report report = {.settings = s};
    stance_model *model = NULL;
    stance_eval *eval = NULL;
    stance_error err;
    strings only = cli_values(line, "only");
    int status, rc = check_line(line, s, &err);
    if (rc == 0)
        rc = check_save(s, &err);
    /* Everybody in a picture is labelled, so everybody is looked for. */
    if (rc == 0 && s->crops == CROPS_DETECTOR && !s->library.model.people)
        rc = stance_options_set(eval_pose_groups(), s, "people", "all", &err);
    if (rc == 0)
        rc = evaluate(s, &only, &report, &model, &eval, &err);
    if (rc < 0) {
        status = say_error("eval", &err);
    } else {
        text out = {0};
        say_counts(&report);
        if (s->json)
            eval_report_json(&out, &report);
        else
            eval_report_text(&out, &report);
        status = print_out(out.data);
        free(out.data);
    }
    stance_eval_close(&eval);
    stance_model_close(&model);
    strings_clear(&only);
    return status;
}

int cmd_eval_pose(int argc, char **argv)
{
    eval_settings s = {0};
    stop_install();
    return command_run(argc, argv, &s, eval_pose);
}
