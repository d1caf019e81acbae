/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_MODEL_MODEL_H
#define ST_MODEL_MODEL_H

#include "stance/model.h"
#include "stance/option.h"

/** The option rows of stance_model_settings, ended by a NULL name. */
extern const stance_option st_model_options[];

/** True when the results are in the single form of the JSON: a network and --people of
 * one. */
bool st_model_single(const stance_model *model);

/** Say in the log which networks were taken where none was named. */
void st_model_say_choice(const stance_model *model);

/** True when no network is asked for, but the truth of drawn people. */
bool st_model_is_truth(const stance_model_settings *settings);

#endif
