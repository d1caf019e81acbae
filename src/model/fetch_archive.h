/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_MODEL_FETCH_ARCHIVE_H
#define ST_MODEL_FETCH_ARCHIVE_H

#include "stance/common.h"

/**
 * Unpack one member of an archive (zip, .task, tar with any usual compression).
 *
 * @param member path inside the archive; a plain file name is found in any folder, where
 *               it is the only one of that name
 * @param most   larger members are refused
 * @param to     file to write; removed on failure
 * @return 0, STANCE_EMODEL (no archive, no such member, too large), STANCE_EOUTPUT
 */
int st_archive_extract(const char *path, const char *member, int64_t most, const char *to,
                       stance_error *err);

#endif
