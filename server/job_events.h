/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_JOB_EVENTS_H
#define SERVER_JOB_EVENTS_H

#include "stance/stance.h"

/**
 * Put the events that a child wrote (stance-events/1) into a database.
 *
 * The child had to do with a stranger's file: it has no way to the database itself, and
 * what it wrote is checked.
 *
 * @param address of the database
 * @param path    what the child wrote
 * @param name    what the client calls its file
 * @return 0; STANCE_AGAIN: the database cannot be had, and nothing was stored;
 * STANCE_EINPUT: it is no such document; STANCE_EOUTPUT: storing them broke off
 */
int job_events_store(const char *address, const char *path, const char *name,
                     int64_t began_us, int64_t ended_us, stance_error *err);

#endif
