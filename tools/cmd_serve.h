/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOLS_CMD_SERVE_H
#define TOOLS_CMD_SERVE_H

#include "tools.h"

/** The options of `stance serve`. */
const stance_option_group *serve_groups(void);

#endif
