/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOLS_CMD_CONVERT_H
#define TOOLS_CMD_CONVERT_H

#include "tools.h"

/** The options of `stance convert`. */
const stance_option_group *convert_groups(void);

#endif
