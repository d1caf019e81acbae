/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOLS_RUN_FENCE_H
#define TOOLS_RUN_FENCE_H

#include "fence.h"
#include "jobs.h"

/* The fence around `stance run` and what is like it: what their settings come to. */

/** True when --fence or --untrusted asks for one. */
bool run_is_fenced(const run_settings *s);

/** Do what cannot be done inside: have the network compiled and kept, the database made.
 * Before there are threads. @param library those of the run, with its streams decided */
void run_prepare(const run_settings *s, const stance_settings *library);

/** Networks, their cache and the devices that the settings name. */
void run_fence_networks(fence *f, const run_settings *s);
/** An events database. @param address NULL: none */
void run_fence_events(fence *f, const char *address);

/** Put it up, and say what is not in force. */
void run_fence_in(const fence *f);

/** All of that for a run of these jobs, before an input is opened. */
void run_fence_up(const run_settings *s, const stance_settings *library,
                  const job_list *jobs);

#endif
