/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting for connections: reading an address, and having it. */
#define _GNU_SOURCE /* SOCK_CLOEXEC, getaddrinfo */

#include "listener.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 256, PORT_MAX = 65535 };

static bool is_port(const char *port)
{
    char *end;
    long n = strtol(port, &end, 10);
    return *port >= '0' && *port <= '9' && !*end && n <= PORT_MAX;
}

char *listener_host(const char *bind)
{
    const char *colon = strrchr(bind, ':');
    if (!colon || colon == bind || !is_port(colon + 1))
        return NULL;
    bool brackets = bind[0] == '[' && colon[-1] == ']';
    if (!brackets && memchr(bind, ':', (size_t)(colon - bind)))
        return NULL; /* IPv6 without brackets: which of the colons is it? */
    return must_format("%.*s", (int)(colon - bind), bind);
}

static int listen_at(const struct addrinfo *at)
{
    int one = 1, fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

int listener_open(int *fd, const char *bind, stance_error *err)
{
    char *host = listener_host(bind);
    *fd = -1;
    if (!host)
        return fail(err, STANCE_EINVAL,
                    "--bind: expected ADDRESS:PORT with a port from 0 to %d and IPv6 in "
                    "brackets, found '%s'",
                    PORT_MAX, bind);
    char *address = must_copy(host);
    if (host[0] == '[')
        snprintf(address, strlen(host) - 1, "%s", host + 1);
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *at = NULL;
    int rc = 0, code = getaddrinfo(address, strrchr(bind, ':') + 1, &hints, &at);
    if (code != 0 || !at)
        rc = fail(err, STANCE_EOUTPUT, "--bind %s: there is no such address: %s", bind,
                  gai_strerror(code));
    else if ((*fd = listen_at(at)) < 0)
        rc = fail(err, STANCE_EOUTPUT, "--bind %s: cannot be had: %s", bind,
                  strerror(errno));
    if (at)
        freeaddrinfo(at);
    free(address);
    free(host);
    return rc;
}

int listener_port(int fd)
{
    struct sockaddr_storage at;
    socklen_t n = sizeof(at);
    if (getsockname(fd, (struct sockaddr *)&at, &n) != 0)
        return 0;
    return ntohs(at.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&at)->sin6_port
                                          : ((struct sockaddr_in *)&at)->sin_port);
}
