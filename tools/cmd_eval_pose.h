/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOLS_CMD_EVAL_POSE_H
#define TOOLS_CMD_EVAL_POSE_H

#include "stance/eval.h"
#include "tools.h"

/* `stance eval pose`: what its rooms share. */

enum { CROPS_DETECTOR, CROPS_LABELS };
enum { MEASURE_AUTO, MEASURE_AP, MEASURE_PCK, MEASURE_PCKH, MEASURE_ALL };

typedef struct eval_settings {
    stance_settings library; /**< of it only the network's options are given */
    char *labels, *results, *images, *save;
    char *only; /**< stands for the list of them */
    char *skeleton;
    int crops, measure, size; /**< size: stance_eval_size of --measure pck */
    double threshold;
    bool json;
    say_settings say;
} eval_settings;

/** Figures, and what they are figures of. */
typedef struct eval_report {
    const eval_settings *settings;
    const char *model, *detector; /**< NULL: results from a file, or none */
    stance_eval_info info;
    bool has_ap, has_pck, has_pckh;
    double ap[STANCE_EVAL_AP_COUNT];
    stance_eval_pck pck, pckh;
} eval_report;

/** Run the network over the labels' pictures and add what it finds (eval_run.c).
 * @param report model and detector are set; the strings live as long as *model
 * @param model  returned, stance_model_close(), also on errors */
int eval_run(stance_eval *eval, const eval_settings *settings, eval_report *report,
             stance_model **model, stance_error *err);

/** As lines for people, or as JSON (eval_report.c). */
void eval_report_text(text *t, const eval_report *report);
void eval_report_json(text *t, const eval_report *report);
/** "84 pictures, 256 people, 300 poses; ignored: ..." */
void eval_report_counts(text *t, const stance_eval_info *info);

#endif
