/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOLS_CMD_EVENTS_H
#define TOOLS_CMD_EVENTS_H

#include "tools.h"

/** The options of `stance events`. */
const stance_option_group *events_groups(void);

#endif
