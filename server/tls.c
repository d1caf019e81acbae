/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TLS by OpenSSL, a thread for each connection.
 *
 * A connection is two pipes, one each way, with a buffer between. Bytes go on as soon as
 * the other side takes them, and nothing more is read meanwhile, so who is slow is slow
 * for both. When one side ends, what is still on its way to the other is delivered first.
 */
#define _GNU_SOURCE /* accept4 */

#include "tls.h"

#include "http.h"
#include "listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    MOST = 256, /* connections at once; more wait */
    NAP_MS = 200,
    HELLO_S = 10, /* for the handshake */
    BUFFER = 32 * 1024,
    UNSENT_BYTES = 32 * 1024, /* see http_keep_short() */
};

struct tls_front {
    SSL_CTX *context;
    int listener, port, inner_port;
    clients *clients;
    pthread_t thread;
    bool started;
    atomic_bool ending;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int n_connections; /* guarded by the lock */
};

typedef struct connection {
    tls_front *front;
    int fd, inner;
    char address[NI_MAXHOST]; /* of the client */
    SSL *ssl;
    char in[BUFFER], out[BUFFER]; /* from the client, to the client */
    size_t n_in, at_in, n_out, at_out;
    bool in_ended, out_ended;                        /* nothing more comes from there */
    bool read_waits_for_write, write_waits_for_read; /* what TLS itself has to say */
} connection;

/* ---- one connection ---- */

/* @return false: the connection is broken */
static bool judge(connection *c, int rc, bool *waits_for_other, int other, bool *ended)
{
    switch (SSL_get_error(c->ssl, rc)) {
    case SSL_ERROR_WANT_READ:
        *waits_for_other = other == SSL_ERROR_WANT_READ;
        return true;
    case SSL_ERROR_WANT_WRITE:
        *waits_for_other = other == SSL_ERROR_WANT_WRITE;
        return true;
    case SSL_ERROR_ZERO_RETURN:
        *ended = true;
        return true;
    default:
        return false;
    }
}

static bool read_client(connection *c)
{
    int n = SSL_read(c->ssl, c->in, BUFFER);
    c->read_waits_for_write = false;
    c->at_in = 0;
    c->n_in = n > 0 ? (size_t)n : 0;
    return n > 0 ||
           judge(c, n, &c->read_waits_for_write, SSL_ERROR_WANT_WRITE, &c->in_ended);
}

static bool write_client(connection *c)
{
    bool ended = false;
    int n = SSL_write(c->ssl, c->out + c->at_out, (int)(c->n_out - c->at_out));
    c->write_waits_for_read = false;
    if (n > 0) {
        c->at_out += (size_t)n;
        if (c->at_out == c->n_out)
            c->at_out = c->n_out = 0;
        return true;
    }
    return judge(c, n, &c->write_waits_for_read, SSL_ERROR_WANT_READ, &ended) && !ended;
}

static bool read_inner(connection *c)
{
    ssize_t n = recv(c->inner, c->out, BUFFER, MSG_DONTWAIT);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    c->n_out = (size_t)n;
    c->at_out = 0;
    c->out_ended = n == 0;
    return true;
}

static bool write_inner(connection *c)
{
    ssize_t n =
        send(c->inner, c->in + c->at_in, c->n_in - c->at_in, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    c->at_in += (size_t)n;
    if (c->at_in == c->n_in)
        c->at_in = c->n_in = 0;
    return true;
}

/* Move what can be moved. @return false: it is over */
static bool turn(connection *c)
{
    bool wants_in = c->n_in == 0 && !c->in_ended, has_in = c->n_in > 0;
    bool wants_out = c->n_out == 0 && !c->out_ended, has_out = c->n_out > 0;
    bool read =
        (wants_in && !c->read_waits_for_write) || (has_out && c->write_waits_for_read);
    bool write =
        (has_out && !c->write_waits_for_read) || (wants_in && c->read_waits_for_write);
    struct pollfd wait[] = {
        {.fd = c->fd, .events = (short)((read ? POLLIN : 0) | (write ? POLLOUT : 0))},
        {.fd = c->inner,
         .events = (short)((wants_out ? POLLIN : 0) | (has_in ? POLLOUT : 0))},
    };
    bool kept = SSL_pending(c->ssl) > 0 && wants_in; /* decrypted, but not yet taken */
    if (poll(wait, 2, kept ? 0 : NAP_MS) < 0 && errno != EINTR)
        return false;
    bool client = wait[0].revents || kept, inner = wait[1].revents;
    if ((wait[0].revents & (POLLERR | POLLHUP)) && !wants_in)
        return false; /* it is gone, and there is nothing else to notice it by */
    if (client && wants_in && !read_client(c))
        return false;
    if (client && has_out && !write_client(c))
        return false;
    if (inner && has_in && !write_inner(c)) { /* it may have replied before it closed */
        c->n_in = c->at_in = 0;
        c->in_ended = true;
    }
    if (inner && wants_out && !read_inner(c))
        return false;
    if (c->in_ended && c->n_in == 0)
        shutdown(c->inner, SHUT_WR);
    return !(c->out_ended && c->n_out == 0);
}

static int connect_inner(int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
    if (fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof(at)) != 0) {
        close(fd);
        return -1;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    return fd;
}

static bool shake_hands(connection *c)
{
    int64_t until_us = steady_us() + HELLO_S * 1000000LL;
    int rc;
    while ((rc = SSL_accept(c->ssl)) != 1) {
        int wants = SSL_get_error(c->ssl, rc);
        struct pollfd wait = {.fd = c->fd,
                              .events = wants == SSL_ERROR_WANT_WRITE ? POLLOUT : POLLIN};
        if ((wants != SSL_ERROR_WANT_READ && wants != SSL_ERROR_WANT_WRITE) ||
            steady_us() > until_us || atomic_load(&c->front->ending))
            return false;
        poll(&wait, 1, NAP_MS);
    }
    return true;
}

static bool greet(connection *c)
{
    int unsent = UNSENT_BYTES, one = 1;
    http_notice_gone(c->fd);
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    setsockopt(c->fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof(unsent));
    BIO_socket_nbio(c->fd, 1);
    c->ssl = SSL_new(c->front->context);
    if (!c->ssl || !SSL_set_fd(c->ssl, c->fd) || !shake_hands(c))
        return false;
    c->inner = connect_inner(c->front->inner_port);
    return c->inner >= 0;
}

static void *serve(void *user)
{
    connection *c = user;
    tls_front *front = c->front;
    if (greet(c)) {
        SSL_set_mode(c->ssl,
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
        while (turn(c) && !atomic_load(&front->ending))
            ;
        SSL_shutdown(c->ssl);
    }
    ERR_clear_error();
    SSL_free(c->ssl);
    close(c->fd);
    if (c->inner >= 0)
        close(c->inner);
    clients_leave(front->clients, c->address);
    free(c);
    pthread_mutex_lock(&front->lock);
    front->n_connections--;
    pthread_cond_broadcast(&front->changed);
    pthread_mutex_unlock(&front->lock);
    return NULL;
}

/* ---- all of them ---- */

/* Until there is room. */
static void wait_for_room(tls_front *t, int most)
{
    pthread_mutex_lock(&t->lock);
    while (t->n_connections > most)
        pthread_cond_wait(&t->changed, &t->lock);
    pthread_mutex_unlock(&t->lock);
}

static void begin(tls_front *t, int fd, const struct sockaddr *from, socklen_t n_from)
{
    connection *c = must_alloc(1, sizeof(*c));
    pthread_t thread;
    memset(c, 0, sizeof(*c));
    c->front = t;
    c->fd = fd;
    c->inner = -1;
    if (getnameinfo(from, n_from, c->address, sizeof(c->address), NULL, 0,
                    NI_NUMERICHOST) != 0)
        snprintf(c->address, sizeof(c->address), "unknown");
    if (!clients_enter(t->clients, c->address)) {
        close(fd);
        free(c);
        return;
    }
    pthread_mutex_lock(&t->lock);
    t->n_connections++;
    pthread_mutex_unlock(&t->lock);
    if (pthread_create(&thread, NULL, serve, c) == 0) {
        pthread_detach(thread);
        return;
    }
    close(fd);
    clients_leave(t->clients, c->address);
    free(c);
    pthread_mutex_lock(&t->lock);
    t->n_connections--;
    pthread_mutex_unlock(&t->lock);
}

static void *accept_all(void *user)
{
    tls_front *t = user;
    while (!atomic_load(&t->ending)) {
        struct pollfd wait = {.fd = t->listener, .events = POLLIN};
        wait_for_room(t, MOST - 1);
        if (poll(&wait, 1, NAP_MS) <= 0)
            continue;
        struct sockaddr_storage from;
        socklen_t n = sizeof(from);
        int fd = accept4(t->listener, (struct sockaddr *)&from, &n, SOCK_CLOEXEC);
        if (fd >= 0)
            begin(t, fd, (struct sockaddr *)&from, n);
        else if (errno == EMFILE || errno == ENFILE)
            nap_ms(NAP_MS);
    }
    return NULL;
}

/* ---- opening ---- */

static int fail_tls(const char *what, const char *file, stance_error *err)
{
    const char *why = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    return fail(err, STANCE_EINVAL, "%s %s: %s", what, file,
                why ? why : "cannot be used");
}

static int open_context(tls_front *t, const tls_settings *s, stance_error *err)
{
    t->context = SSL_CTX_new(TLS_server_method());
    if (!t->context)
        return fail_tls("TLS", "", err);
    SSL_CTX_set_min_proto_version(t->context, TLS1_2_VERSION);
    SSL_CTX_set_options(t->context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    if (SSL_CTX_use_certificate_chain_file(t->context, s->certificate) != 1)
        return fail_tls("--tls-certificate", s->certificate, err);
    const char *key = s->key ? s->key : s->certificate;
    if (SSL_CTX_use_PrivateKey_file(t->context, key, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(t->context) != 1)
        return fail_tls("--tls-key", key, err);
    return 0;
}

int tls_open(tls_front **out, const tls_settings *settings, stance_error *err)
{
    tls_front *t = must_alloc(1, sizeof(*t));
    memset(t, 0, sizeof(*t));
    *out = t;
    t->listener = -1;
    t->inner_port = settings->inner_port;
    t->clients = settings->clients;
    atomic_init(&t->ending, false);
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->changed, NULL);
    signal(SIGPIPE, SIG_IGN); /* OpenSSL writes with write() */
    int rc = open_context(t, settings, err);
    if (rc == 0)
        rc = listener_open(&t->listener, settings->bind, err);
    if (rc == 0) {
        t->port = listener_port(t->listener);
        t->started = pthread_create(&t->thread, NULL, accept_all, t) == 0;
        if (!t->started)
            rc = fail(err, STANCE_ENOMEM, "TLS: no thread is to be had");
    }
    if (rc < 0)
        tls_close(out);
    return rc;
}

int tls_port(const tls_front *t)
{
    return t->port;
}

void tls_close(tls_front **out)
{
    tls_front *t = *out;
    *out = NULL;
    if (!t)
        return;
    atomic_store(&t->ending, true);
    if (t->started)
        pthread_join(t->thread, NULL);
    wait_for_room(t, 0);
    if (t->listener >= 0)
        close(t->listener);
    SSL_CTX_free(t->context);
    pthread_cond_destroy(&t->changed);
    pthread_mutex_destroy(&t->lock);
    free(t);
}
