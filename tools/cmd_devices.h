/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOLS_CMD_DEVICES_H
#define TOOLS_CMD_DEVICES_H

#include "stance/option.h"

/** The options of `stance devices`. */
const stance_option_group *devices_groups(void);

#endif
