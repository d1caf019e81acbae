/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOLS_STOP_H
#define TOOLS_STOP_H

#include "stance/run.h"

/** From now on SIGINT, SIGTERM and SIGHUP end the run watched in good order, and a second
 * one ends the program at once with exit status 130. A closed pipe becomes an error. */
void stop_install(void);
/** The run to stop; NULL: none. It must outlive the watching. */
void stop_watch(stance_run *run);
/** True once the user asked for the end. */
bool stop_asked(void);

#endif
