/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOLS_CMD_EVAL_H
#define TOOLS_CMD_EVAL_H

#include "tools.h"

/** The options of `stance eval`. */
const stance_option_group *eval_groups(void);

#endif
