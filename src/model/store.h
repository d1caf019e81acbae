/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_MODEL_STORE_H
#define ST_MODEL_STORE_H

#include "model/card.h"
#include "stance/store.h"

/* What the rooms of the store share, and what model.c needs beyond the public header. */

/** A file below one of the folders. */
typedef struct st_store_found {
    char *path;
    int64_t bytes;
    char sha256[65]; /**< "" until somebody needed it */
} st_store_found;

/** One card and what was found of it. */
typedef struct st_store_entry {
    st_card card;
    stance_store_model seen;
    stance_store_file files[ST_MAX_CARD_FILES];
    bool looked; /**< files were searched */
} st_store_entry;

struct stance_store {
    char **folders; /**< best first */
    size_t n_folders;
    size_t n_users; /**< the first of them; the others came with stance */
    char *own; /**< the user's folder, where fetch and import put files; NULL: no home */
    st_store_entry *entries; /**< by name */
    size_t n_entries, entry_capacity;
    st_store_found *found; /**< files of all folders, listed on first need */
    size_t n_found, found_capacity;
    bool listed;
};

/** The card of that name, parsed; lives as long as the store. NULL: none. */
const st_card *st_store_card(stance_store *store, const char *name);

/** The card whose first file has this hash (64 lower-case hex digits); NULL: none. */
const st_card *st_store_card_by_hash(stance_store *store, const char *sha256);

/** True when some card has a file with this hash. */
bool st_store_knows_hash(const stance_store *store, const char *sha256);

/** The entry of that name; NULL and STANCE_EMODEL when there is none. */
st_store_entry *st_store_entry_find(stance_store *store, const char *name,
                                    stance_error *err);

/** Forget what was found: files were added. */
void st_store_refresh(stance_store *store);

/** Where a file of a card is kept in the user's folder, made if it has to be.
 * @param path returned, st_free() */
int st_store_own_path(const stance_store *store, const st_card *card, const char *file,
                      char **path, stance_error *err);

/** sha256 of a file as 64 hex digits and a NUL. STANCE_EMODEL when it cannot be read. */
int st_sha256_file(const char *path, char hex[65], stance_error *err);

/** sha256 of bytes. */
void st_sha256_bytes(const void *bytes, size_t n, char hex[65]);

/* ---- fetch.c ---- */

/** A file to be brought from an address. */
typedef struct st_fetch {
    const char *url;
    const char *member; /**< NULL: the address is the file itself */
    const char *name;   /**< for messages and progress */
    const char *sha256; /**< expected */
    int64_t bytes;      /**< expected, -1: not known */
    const char *path;   /**< where it goes */
} st_fetch;

/** Download, unpack, check, rename. See stance_store_fetch(). */
int st_fetch_file(const st_fetch *fetch, stance_progress_fn progress, void *user,
                  stance_error *err);

#endif
