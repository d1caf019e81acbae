/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_BASE_FILE_H
#define ST_BASE_FILE_H

#include <stdio.h>

#include "stance/common.h"

/* Paths, small files, folders, and outputs that appear under their name only when
 * complete. */

typedef enum st_file_kind {
    ST_FILE_ABSENT,
    ST_FILE_REGULAR,
    ST_FILE_FOLDER,
    ST_FILE_OTHER
} st_file_kind;

st_file_kind st_file_kind_of(const char *path);

/** Bytes of a regular file; -1 when there is none. */
int64_t st_file_size(const char *path);

/** "dir/name", or a copy of `name` where dir is NULL or empty. NULL: out of memory.
 * st_free(). */
char *st_path_join(const char *dir, const char *name);
/** The part after the last '/'; points into `path`. */
const char *st_path_name(const char *path);
/** The part of the name from its last '.', with the dot, "" when there is none; into
 * `path`. */
const char *st_path_ending(const char *path);
/** The folder part, "." when there is none. st_free(). */
char *st_path_folder(const char *path);
/** Make a folder and those above it. @return 0 or STANCE_EOUTPUT */
int st_make_folders(const char *path, stance_error *err);
/** True when both names lead to the same existing file (links followed). */
bool st_file_same(const char *a, const char *b);

/**
 * The user's folder for stance's data ("$XDG_DATA_HOME/stance"), cache
 * ("$XDG_CACHE_HOME/stance") or settings ("$XDG_CONFIG_HOME/stance"). NULL when no home
 * is known or memory is out. st_free().
 */
typedef enum st_user_folder {
    ST_USER_DATA,
    ST_USER_CACHE,
    ST_USER_CONFIG
} st_user_folder;
char *st_user_folder_path(st_user_folder which);

/**
 * A whole small file as bytes with a NUL behind them.
 *
 * @param most  larger files are refused
 * @param bytes returned, st_free()
 * @param code  the STANCE_ code to fail with when the file cannot be read
 */
int st_file_read(const char *path, size_t most, int code, char **bytes, size_t *n,
                 stance_error *err);

/**
 * Call `fn` for each entry of a folder in order of name (byte order), "." and ".." left
 * out. A return other than 0 from `fn` ends the walk and is returned.
 */
int st_folder_each(const char *dir,
                   int (*fn)(void *user, const char *path, const char *name), void *user,
                   stance_error *err);

/**
 * An output file: written beside its name as NAME.part, renamed when complete.
 * A target that exists and is no regular file (/dev/null, a FIFO) is written as it is.
 */
typedef struct st_out_file {
    char *path;      /**< final name */
    char *part_path; /**< where bytes go now; equals path for what is no regular file */
    bool in_place;   /**< part_path is path */
} st_out_file;

/** Check that the folder is there and PATH.part can be created (it is, empty).
 * STANCE_EOUTPUT. */
int st_out_file_open(st_out_file *out, const char *path, stance_error *err);
/** Rename part to path; close your own handle before. On failure the part is removed. */
int st_out_file_commit(st_out_file *out, stance_error *err);
/** Remove the part if not committed, free the paths. Always call. */
void st_out_file_close(st_out_file *out);

/** A file without a name in the folder that TMPDIR says, which is gone when it is closed.
 * @return 0, STANCE_EOUTPUT or STANCE_ENOMEM */
int st_file_temporary(FILE **file, stance_error *err);

#endif
