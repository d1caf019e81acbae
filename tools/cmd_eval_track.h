/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOLS_CMD_EVAL_TRACK_H
#define TOOLS_CMD_EVAL_TRACK_H

#include "stance/eval_track.h"
#include "tools.h"

/* `stance eval track`: what its rooms share. */

typedef struct eval_track_settings {
    stance_eval_track_settings library;
    char *labels, *results;
    bool json;
    say_settings say;
} eval_track_settings;

/** As a table for people, or as JSON (eval_track_report.c). */
void eval_track_text(text *t, const stance_eval_track *eval);
void eval_track_json(text *t, const stance_eval_track *eval,
                     const eval_track_settings *settings);
/** "71 frames, 8 people in 359 labelled boxes, ..." */
void eval_track_counts(text *t, const stance_track_figures *figures);

#endif
