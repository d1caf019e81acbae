/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_CLIENT_H
#define SERVER_CLIENT_H

#include "run_options.h"
#include "tools.h"

/* The other end: `stance run --server URL` sends an input and brings the results back. */

typedef struct client_work {
    const char *server;  /**< "http://host:8080", or https */
    const char *ca_file; /**< who may have signed its certificate; NULL: the system's */
    const char *token_file; /**< its first line is shown; NULL: none */
    const char *input;      /**< a file */
    const char *joints;     /**< where joints go; "-": standard output; NULL: nowhere */
    const char *form;       /**< of them, as the API calls it: "json", "csv" */
    const char *drawn; /**< where the annotated video or picture goes; NULL: nowhere */
    const char *screenshots; /**< folder that they go into, which is there; NULL: none */
    const char *report;      /**< where the page goes; "-", NULL as for joints */
    bool picture;
    const run_settings *settings; /**< options that differ from the defaults are sent */
    void (*on_progress)(void *user, const stance_progress *progress);
    bool (*is_stopped)(void *user); /**< the job is ended and removed, there as well */
    void *user;
} client_work;

/** Outputs appear under their names when they are whole; the job is removed from the
 * server. @return 0, STANCE_EINVAL, STANCE_EINPUT (the server refuses it, or fails),
 * STANCE_EOUTPUT, STANCE_EINTERRUPTED, STANCE_ELOST (done, but frames were lost) */
int client_do(const client_work *work, stance_summary *summary, stance_error *err);

#endif
