/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_BASE_CORES_H
#define ST_BASE_CORES_H

/** Processors that this process may run on, at least 1. Any thread. */
int st_cores(void);

#endif
