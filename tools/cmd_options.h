/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOLS_CMD_OPTIONS_H
#define TOOLS_CMD_OPTIONS_H

#include "tools.h"

/** The options of `stance options`. */
const stance_option_group *options_groups(void);

/* The documents made from the tables, each in a file of its own. */
void options_markdown(text *t);
void options_man(text *t);
void options_bash(text *t);
void options_zsh(text *t);
void options_fish(text *t);

#endif
