/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_RUN_CHECK_H
#define SERVER_RUN_CHECK_H

#include "stream.h"

/*
 * What `stance run` would refuse before it looks at an input, refused while the client is
 * there: options that do not go together, networks and devices that there are not.
 *
 * Each call returns 0; STANCE_EINVAL: it would be refused, in the words of `stance run`;
 * STANCE_EMODEL: a network has to be brought to this machine first, and how. Nothing is
 * compiled; what was found good is remembered for a minute. Threads: any.
 */

typedef struct run_checks run_checks;

/** @param settings kept */
run_checks *run_checks_new(const serve_settings *settings);
void run_checks_free(run_checks **c);

/** @param options "name=value" lines @param input file; NULL: it is not there yet, and
 * what depends on whether it is a picture passes */
int run_check_job(run_checks *c, const char *options, const char *input,
                  stance_error *err);
int run_check_picture(run_checks *c, const char *options, const char *input,
                      stance_error *err);
/** @param drawn annotated pictures are wanted */
int run_check_stream(run_checks *c, const char *options, const stream_source *source,
                     bool drawn, stance_error *err);

#endif
