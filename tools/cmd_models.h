/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOLS_CMD_MODELS_H
#define TOOLS_CMD_MODELS_H

#include "stance/option.h"

/** The options of `stance models`. */
const stance_option_group *models_groups(void);

#endif
