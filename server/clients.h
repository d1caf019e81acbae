/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_CLIENTS_H
#define SERVER_CLIENTS_H

#include "tools.h"

/* How much each client has going on at once, by its address. This machine's own addresses
 * are not counted. Threads: any. */

typedef struct clients clients;

/** @param most at once of each; 0: any number */
clients *clients_new(int64_t most);
/** Nobody is in any more. */
void clients_free(clients *c);
/** @return false: it has as much as it may; else clients_leave() */
bool clients_enter(clients *c, const char *address);
void clients_leave(clients *c, const char *address);

#endif
