/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_POSE_SPOOL_H
#define ST_POSE_SPOOL_H

#include "stance/pose.h"

/* What a network said of each frame of an input, kept in a temporary file while the input
 * is looked at a second time. */

typedef struct st_spool st_spool;

/** @return 0, STANCE_EOUTPUT or STANCE_ENOMEM */
int st_spool_open(st_spool **spool, stance_error *err);
/** The file is gone with it. */
void st_spool_close(st_spool **spool);

int st_spool_write(st_spool *spool, int64_t frame, const stance_poses *poses,
                   stance_error *err);
/** From now on it is read, from the beginning. */
int st_spool_rewind(st_spool *spool, stance_error *err);
/** @param frame the one expected; another one is STANCE_EINPUT: the input has changed */
int st_spool_read(st_spool *spool, int64_t frame, stance_poses *poses, stance_error *err);

#endif
