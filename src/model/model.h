/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_MODEL_MODEL_H
#define ST_MODEL_MODEL_H

#include "model/aim.h"
#include "stance/model.h"
#include "stance/option.h"

/** The option rows of stance_model_settings, ended by a NULL name. */
extern const stance_option st_model_options[];

/** True when the results are in the single form of the JSON: a network and --people of
 * one. */
bool st_model_single(const stance_model *model);

/** Say in the log which networks were taken where none was named. */
void st_model_say_choice(const stance_model *model);

/**
 * As stance_model_open(), but nothing is compiled or downloaded: only to be asked what it
 * would be, and closed.
 *
 * @param lack filled: what has to be fetched first
 */
int st_model_plan(stance_model **model, const stance_model_settings *settings,
                  stance_lack *lack, stance_error *err);

/** True when no network is asked for, but the truth of drawn people. */
bool st_model_is_truth(const stance_model_settings *settings);

/** Where the runner looks for the person next; to be told so again before frames are
 * looked at once more. Nothing may be on its way. */
st_aim st_runner_aim(const stance_runner *runner);
void st_runner_aim_at(stance_runner *runner, st_aim aim);

#endif
