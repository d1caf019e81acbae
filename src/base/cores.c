/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cores.h"

#include <sched.h>

int st_cores(void)
{
    cpu_set_t may;
    int n = sched_getaffinity(0, sizeof(may), &may) == 0 ? CPU_COUNT(&may) : 1;
    return n > 0 ? n : 1;
}
