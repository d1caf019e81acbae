/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_FOLDERS_H
#define SERVER_FOLDERS_H

#include "tools.h"

/* Private folders under names that nobody can guess, and where they lie. */

enum { RANDOM_ID = 32 /* letters of one */ };

/** @return 0 or STANCE_EOUTPUT */
int random_id(char id[RANDOM_ID + 1], stance_error *err);

/** A folder that only its owner may read. 0, also when it is there; STANCE_EOUTPUT */
int folder_make(const char *path, stance_error *err);
/** The same with all folders on the way there. */
int folder_make_all(const char *path, stance_error *err);
/** All that is in it, too. */
void folder_remove(const char *path);
/** Hold a folder, which is made where it is missing, for this process alone.
 * @param fd close() lets go @return 0; STANCE_EOUTPUT, also: another one holds it */
int folder_hold(const char *path, int *fd, stance_error *err);
/** Where the server keeps what it has; free(). @param given by an option; NULL: not */
char *folder_of_data(const char *given);

/** The n-th file in it from 1, by name; free(). NULL: there is none.
 * @param count how many there are; NULL */
char *folder_nth(const char *path, size_t n, size_t *count);
/** Of all files in it, and below. */
int64_t folder_bytes(const char *path);
/** A private folder that is no disk's, the same each time for that data folder.
 * @param memory free() @return 0; STANCE_EOUTPUT: there is none on this machine */
int folder_in_memory(const char *data, char **memory, stance_error *err);

/** Give a file another name, also in another file system; what was there is replaced.
 * @return 0 or STANCE_EOUTPUT */
int file_move(const char *from, const char *to, stance_error *err);
/** A file below a folder, links and ".." followed; free(). NULL: there is none. */
char *file_below(const char *folder, const char *path);

#endif
