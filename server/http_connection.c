/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is asked of a connection beneath HTTP. The library hides its sockets.
 */
#define _GNU_SOURCE /* getnameinfo */

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "http_private.h"

enum {
    MOST_FDS = 4096,
    SHORT_BYTES = 256 * 1024,
    UNSENT_BYTES = 16 * 1024,
};

/* As the library tells it, too. */
static bool is_at(const struct sockaddr_storage *peer, socklen_t n, const char *address)
{
    char host[NI_MAXHOST];
    return getnameinfo((const struct sockaddr *)peer, n, host, sizeof(host), NULL, 0,
                       NI_NUMERICHOST) == 0 &&
           strcmp(host, address) == 0;
}

static int port_of(const struct sockaddr_storage *at)
{
    return at->ss_family == AF_INET ? ntohs(((const struct sockaddr_in *)at)->sin_port)
           : at->ss_family == AF_INET6
               ? ntohs(((const struct sockaddr_in6 *)at)->sin6_port)
               : -1;
}

/* It is the one whose own end is the server's, and whose other end is the client's. */
int http_fd(const http_request *r)
{
    const struct mg_request_info *info = mg_get_request_info(conn_of(r));
    struct mg_server_port own[1] = {{0}};
    mg_get_server_ports(mg_get_context(conn_of(r)), 1, own);
    for (int fd = 3; fd < MOST_FDS; fd++) {
        struct sockaddr_storage peer, name;
        socklen_t n = sizeof(peer), n_name = sizeof(name);
        if (getpeername(fd, (struct sockaddr *)&peer, &n) == 0 &&
            getsockname(fd, (struct sockaddr *)&name, &n_name) == 0 &&
            port_of(&peer) == info->remote_port && port_of(&name) == own[0].port &&
            is_at(&peer, n, info->remote_addr))
            return fd;
    }
    return -1;
}

void http_notice_gone(int fd)
{
    int one = 1, idle_s = 20, between_s = 10, times = 3;
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof(idle_s));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &between_s, sizeof(between_s));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &times, sizeof(times));
}

void http_keep_short(http_request *r)
{
    int fd = http_fd(r), bytes = SHORT_BYTES, unsent = UNSENT_BYTES;
    if (fd < 0)
        return;
    http_notice_gone(fd);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
    setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof(unsent));
}
