/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOLS_CMD_EVAL_H
#define TOOLS_CMD_EVAL_H

#include "tools.h"

/** `stance eval`'s sub-commands. */
extern const command eval_words[];

/* argv[0] is "eval pose", "eval track" */
int cmd_eval_pose(int argc, char **argv);
const stance_option_group *eval_pose_groups(void);
int cmd_eval_track(int argc, char **argv);
const stance_option_group *eval_track_groups(void);

#endif
