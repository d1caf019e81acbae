/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_STORE_KEEPER_H
#define ST_STORE_KEEPER_H

#include "stance/event_db.h"

/*
 * Events of live input on their way to a database that may be away: who adds never waits
 * and is never told of an error. One caller at a time.
 */
typedef struct st_keeper st_keeper;

/**
 * Begin.
 *
 * @param db      an open database, taken in any case; NULL: it is opened by the keeper
 * @param address of the database; kept until close
 * @param run     what begins; its strings are kept until close
 */
int st_keeper_open(st_keeper **keeper, stance_event_db *db, const char *address,
                   const stance_event_run *run, stance_error *err);
/** @param event borrowed. Does not wait. */
void st_keeper_add(st_keeper *keeper, const stance_event *event);
/**
 * Store what is left, if the database is there now, end the run and the keeper. Sets
 * *keeper to NULL.
 *
 * @param run of which frames and complete count
 * @return 0, or STANCE_EOUTPUT: not all of it could be stored
 */
int st_keeper_close(st_keeper **keeper, const stance_event_run *run, stance_error *err);

#endif
