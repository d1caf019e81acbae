/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_MODEL_STORE_H
#define ST_MODEL_STORE_H

#include "model/card.h"
#include "stance/store.h"

/* What model.c needs of the store beyond the public header. */

/** The card of that name, parsed; lives as long as the store. NULL: none. */
const st_card *st_store_card(stance_store *store, const char *name);

/** The card whose first file has this hash (64 lower-case hex digits); NULL: none. */
const st_card *st_store_card_by_hash(stance_store *store, const char *sha256);

/** sha256 of a file as 64 hex digits and a NUL. STANCE_EMODEL when it cannot be read. */
int st_sha256_file(const char *path, char hex[65], stance_error *err);

/** sha256 of bytes. */
void st_sha256_bytes(const void *bytes, size_t n, char hex[65]);

#endif
