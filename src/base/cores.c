/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cores.h"

#include <limits.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

int st_cores_of_quota(const char *text)
{
    long long quota_us, period_us;
    if (sscanf(text, "%lld %lld", &quota_us, &period_us) != 2 || quota_us <= 0 ||
        period_us <= 0)
        return 0; /* "max 100000" */
    long long n = quota_us / period_us + (quota_us % period_us != 0);
    return n < INT_MAX ? (int)n : 0;
}

/* What a group and those around it allow (cgroup v2). */
static int least_quota(char *group, int n)
{
    for (;;) {
        char path[PATH_MAX], text[64];
        int quota = 0;
        snprintf(path, sizeof(path), "/sys/fs/cgroup%s/cpu.max", group);
        FILE *file = fopen(path, "r");
        if (file && fgets(text, sizeof(text), file))
            quota = st_cores_of_quota(text);
        if (file)
            fclose(file);
        n = quota > 0 && quota < n ? quota : n;
        char *end = strrchr(group, '/');
        if (!end)
            return n;
        *end = '\0';
    }
}

static int find_out(void)
{
    cpu_set_t may;
    int n = sched_getaffinity(0, sizeof(may), &may) == 0 ? CPU_COUNT(&may) : 1;
    char line[PATH_MAX / 2];
    FILE *file = fopen("/proc/self/cgroup", "r");
    while (file && fgets(line, sizeof(line), file))
        if (strncmp(line, "0::/", 4) == 0) {
            line[strcspn(line, "\n")] = '\0';
            n = least_quota(line + 3, n);
        }
    if (file)
        fclose(file);
    return n > 0 ? n : 1;
}

int st_cores(void)
{
    static atomic_int found;
    int n = atomic_load(&found);
    if (n == 0) {
        n = find_out();
        atomic_store(&found, n);
    }
    return n;
}
