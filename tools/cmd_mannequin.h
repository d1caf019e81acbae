/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOLS_CMD_MANNEQUIN_H
#define TOOLS_CMD_MANNEQUIN_H

#include "stance/option.h"

/** The options of `stance mannequin`. */
const stance_option_group *mannequin_groups(void);

#endif
