/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_LISTENER_H
#define SERVER_LISTENER_H

#include "tools.h"

/* A socket that waits for connections at an address. */

/**
 * @param bind "ADDRESS:PORT", the address of IPv6 in brackets; port 0: any that is free
 * @return 0, STANCE_EINVAL (no such form), STANCE_EOUTPUT (cannot be had, with the
 * reason)
 */
int listener_open(int *fd, const char *bind, stance_error *err);
/** The port that it waits at. */
int listener_port(int fd);
/** "ADDRESS" of "ADDRESS:PORT", in its brackets; free(). NULL: of no such form. */
char *listener_host(const char *bind);

#endif
