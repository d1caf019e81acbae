/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_STORE_EVENT_DB_H
#define ST_STORE_EVENT_DB_H

#include "store/store.h"
#include "store/writer.h"

struct stance_event_db {
    char *address;
    st_store store;
    st_writer *writer; /* NULL: opened for reading */
};

/** STANCE_EINVAL where it was opened for writing. */
int st_event_db_check_reads(const stance_event_db *db, stance_error *err);

#endif
