/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_SERVE_H
#define SERVER_SERVE_H

#include "tools.h"

/* The HTTP server of `stance serve`: settings, and its beginning and end. */

typedef enum serve_blur { SERVE_BLUR_NONE, SERVE_BLUR_FACES } serve_blur;

/** What is kept of a job. */
typedef enum serve_store {
    SERVE_STORE_ALL,
    SERVE_STORE_KEYPOINTS, /**< no picture is ever written to a disk */
} serve_store;

typedef struct serve_settings {
    char *bind;        /**< ADDRESS:PORT */
    char *public_host; /**< a name by which it is reached too, in the Host header */
    char *token_file;  /**< holds the token that clients show */
    bool auth;
    char *tls_certificate, *tls_key; /**< PEM files; NULL: no TLS */
    char *events;         /**< address of an events database to show; NULL: none */
    char *data;           /**< folder of jobs; NULL: in the user's data folder */
    char *inputs;         /**< folder whose files jobs may name; NULL: none */
    char *sources;        /**< live sources to begin with, one a line; NULL: none */
    char *allow_sources;  /**< patterns of those that requests may name, likewise */
    int64_t streams;      /**< live sources at once */
    int64_t jobs_at_once; /**< jobs that run side by side */
    int64_t queue;        /**< jobs that may wait */
    int64_t pictures;     /**< pictures looked at side by side */
    bool fetch;           /**< requests may have networks downloaded */
    int blur;             /**< serve_blur: in everything drawn, whatever a request says */
    int store;            /**< serve_store */
    int64_t keep_s;       /**< results are removed after so long; 0: never */
    bool keep_inputs;     /**< uploads stay as long as the results */
    bool max_total_given; /**< else it may be less than the default, see room.h */
    int64_t max_upload_mb, max_disk_mb, max_total_mb, max_seconds, max_memory_mb;
    int64_t max_per_client;                 /**< requests at once of one address */
    int64_t max_megapixels, max_duration_s; /**< of an input */
    char *model;                            /**< where a request names none */
    say_settings say;
} serve_settings;

typedef struct server server;

/**
 * Bind, and begin to serve on threads of its own.
 *
 * @param settings kept
 * @return 0, STANCE_EINVAL (no token for an open address, ...) or STANCE_EOUTPUT (the
 * address or the data folder cannot be had)
 */
int server_open(server **s, const serve_settings *settings, stance_error *err);

/** "http://127.0.0.1:8080", with the port really bound. Lives until close. */
const char *server_address(const server *s);

/** Jobs in hand are stopped and put back into the queue. */
void server_close(server **s);

#endif
