/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOLS_FENCE_H
#define TOOLS_FENCE_H

#include <stdbool.h>

/** Give up, for this process and for ever, what looking at a stranger's file needs not:
 * sockets, other programs, other processes' memory, the system's own settings. What the
 * system does not allow to be given up is not; the log says so.
 * @param network sockets are needed, all the same
 * @return false: system calls are not limited, the system or this build cannot */
bool fence_in(bool network);

#endif
