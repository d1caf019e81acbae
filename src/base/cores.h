/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_BASE_CORES_H
#define ST_BASE_CORES_H

/** Processors that this process may use, at least 1: those that it may run on, or, where
 * a control group (a container) gives it less of their time, so many. Asked once. Any
 * thread. */
int st_cores(void);

/** The contents of a cpu.max file, in whole processors; 0: as many as there are. */
int st_cores_of_quota(const char *text);

#endif
