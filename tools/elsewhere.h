/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOLS_ELSEWHERE_H
#define TOOLS_ELSEWHERE_H

#include "jobs.h"

/** A job of `stance run` that is done by a server (--server). */
typedef struct elsewhere {
    const run_settings *settings;
    void (*on_progress)(void *user, const stance_progress *progress);
    bool (*is_stopped)(void *user);
    void *user;
} elsewhere;

/** Refuse what the server's API does not give, have the rest done there, and bring it
 * back. @return as client_do() */
int elsewhere_run(const elsewhere *e, const job *j, stance_summary *summary,
                  stance_error *err);

#endif
