/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_EVAL_TRACK_FILES_H
#define ST_EVAL_TRACK_FILES_H

#include "stance/common.h"

/* Which files belong together. */

typedef struct st_track_sequence {
    char *name, *gt, *results;
    char *info;       /* seqinfo.ini; NULL: there is none */
    int64_t n_frames; /* as it says; 0: it does not */
} st_track_sequence;

typedef struct st_track_files {
    st_track_sequence *sequences; /* by name */
    size_t n, capacity;
} st_track_files;

/** Find sequences, see stance_eval_track_open(). @param files zeros;
 * st_track_files_clear() in any case */
int st_track_files_find(st_track_files *files, const char *gt, const char *results,
                        stance_error *err);
void st_track_files_clear(st_track_files *files);

#endif
