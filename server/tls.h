/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_TLS_H
#define SERVER_TLS_H

#include "clients.h"

/* TLS in front of a server that speaks none: connections are decrypted here and handed on
 * to a port of this machine. */

typedef struct tls_front tls_front;

typedef struct tls_settings {
    const char *bind;        /**< ADDRESS:PORT; port 0: any */
    const char *certificate; /**< PEM file, with those that signed it behind it */
    const char *key;         /**< PEM file; NULL: it is in the same file */
    int inner_port;          /**< of 127.0.0.1 */
    clients *clients;        /**< each connection is one of them */
} tls_settings;

/** Bind, and serve on threads of its own.
 * @return 0, STANCE_EINVAL (a file that is no certificate or key) or STANCE_EOUTPUT */
int tls_open(tls_front **t, const tls_settings *settings, stance_error *err);
int tls_port(const tls_front *t);
/** Connections are broken off. */
void tls_close(tls_front **t);

#endif
