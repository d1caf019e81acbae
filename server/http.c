/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP by civetweb: opening, closing, and the way from it to the handlers. */
#include "http_private.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "folders.h"
#include "listener.h"

http_request http_request_of(const http_server *s, struct mg_connection *conn)
{
    const struct mg_request_info *info = mg_get_request_info(conn);
    http_request r = {.method = info->request_method,
                      .path = info->local_uri,
                      .length = info->content_length,
                      .user = s->settings.user,
                      .inner = conn};
    r.type = http_header(&r, "Content-Type");
    r.accept = http_header(&r, "Accept");
    r.last_event = http_header(&r, "Last-Event-ID");
    return r;
}

static int on_request(struct mg_connection *conn, void *user)
{
    const http_server *s = user;
    http_request r = http_request_of(s, conn);
    if (http_may_come_in(s, &r)) {
        s->settings.handler(&r);
        http_leave(s, conn);
    }
    return 1;
}

/* What civetweb itself refuses is told in the same form. */
static int on_error(struct mg_connection *conn, int status, const char *message)
{
    const struct mg_request_info *info = mg_get_request_info(conn);
    http_request r = {.method =
                          info && info->request_method ? info->request_method : "GET",
                      .inner = conn,
                      .length = 1};
    http_problem(&r, status, http_reason(status), "%s",
                 message && *message ? message : http_reason(status));
    return 0;
}

static int on_log(const struct mg_connection *conn, const char *message)
{
    (void)conn;
    say(STANCE_LOG_DEBUG, "serve", "%s", message);
    return 1;
}

/* ---- opening ---- */

bool http_is_loopback(const char *bind)
{
    return strncmp(bind, "127.", 4) == 0 || strncmp(bind, "[::1]", 5) == 0 ||
           strncmp(bind, "localhost:", 10) == 0;
}

/* What clients reach: the server itself, or TLS in front of it. */
static int open_port(http_server *s, stance_error *err)
{
    struct mg_server_port port[1] = {{0}};
    const http_settings *settings = &s->settings;
    mg_get_server_ports(s->context, 1, port);
    s->port = port[0].port;
    s->usual_port = 80;
    if (!settings->certificate)
        return 0;
    const tls_settings tls = {.bind = settings->bind,
                              .certificate = settings->certificate,
                              .key = settings->key,
                              .inner_port = s->port,
                              .clients = s->clients};
    int rc = tls_open(&s->tls, &tls, err);
    if (rc == 0)
        s->port = tls_port(s->tls);
    s->usual_port = 443;
    return rc;
}

/* Whether the address can be had, and if not, why: the library does not tell. */
static int can_be_had(const http_settings *settings, stance_error *err)
{
    int probe;
    int rc = listener_open(&probe, settings->bind, err);
    if (rc < 0)
        return rc;
    close(probe);
    if (settings->bind[0] == '[' && !settings->certificate &&
        !mg_check_feature(MG_FEATURES_IPV6))
        return fail(
            err, STANCE_EOUTPUT,
            "--bind %s: the HTTP library of this machine knows no IPv6 but behind "
            "--tls-certificate",
            settings->bind);
    return 0;
}

int http_open(http_server **out, const http_settings *settings, stance_error *err)
{
    *out = NULL;
    int rc = can_be_had(settings, err);
    if (rc < 0)
        return rc;
    char session[2 * RANDOM_ID + 1];
    if (random_id(session, err) < 0 || random_id(session + RANDOM_ID, err) < 0)
        return STANCE_EOUTPUT;
    http_server *s = must_alloc(1, sizeof(*s));
    *s = (http_server){.settings = *settings};
    s->session = must_copy(session);
    s->address = listener_host(settings->bind);
    s->clients = clients_new(settings->max_per_client);
    s->slow = slow_watch_new();
    char threads[16];
    snprintf(threads, sizeof(threads), "%d", HTTP_THREADS);
    const char *options[] = {
        "listening_ports", settings->certificate ? "127.0.0.1:0" : settings->bind,
        "num_threads", threads, "connection_queue", "256", "request_timeout_ms", "20000",
        "enable_keep_alive", "yes", "keep_alive_timeout_ms", "5000", "max_request_size",
        "16384", "tcp_nodelay", "1",
        /* preflights come to the door as all requests do */
        "access_control_allow_origin", "", "access_control_allow_methods", "",
        "enable_directory_listing", "no", NULL};
    char why[256] = "";
    struct mg_callbacks callbacks = {.log_message = on_log, .http_error = on_error};
    struct mg_init_data init = {
        .callbacks = &callbacks, .user_data = s, .configuration_options = options};
    struct mg_error_data error = {.text = why, .text_buffer_size = sizeof(why)};
    mg_init_library(0);
    s->context = mg_start2(&init, &error);
    if (!s->context) {
        fail(err, STANCE_EOUTPUT, "--bind %s: cannot be had: %s", settings->bind, why);
        http_close(&s);
        return STANCE_EOUTPUT;
    }
    rc = open_port(s, err);
    if (rc < 0) {
        http_close(&s);
        return rc;
    }
    mg_set_request_handler(s->context, "/", on_request, s);
    http_open_sockets(s);
    *out = s;
    return 0;
}

int http_port(const http_server *s)
{
    return s->port;
}

void http_close(http_server **out)
{
    http_server *s = *out;
    *out = NULL;
    if (!s)
        return;
    tls_close(&s->tls);
    if (s->context)
        mg_stop(s->context);
    mg_exit_library();
    slow_watch_free(&s->slow);
    clients_free(s->clients);
    free(s->address);
    free(s->session);
    free(s);
}
