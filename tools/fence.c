/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fence around a process that looks at a stranger's file.
 *
 * Three parts: the rights of the super-user but those over files go, for a server that
 * runs as one; then which files may be opened is settled (fence_files.c), and which
 * system calls may be made (fence_calls.c). Each is given up by the process itself, needs
 * no rights, and cannot be had back.
 */
#define _GNU_SOURCE

#include "fence.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#ifdef __linux__
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#ifdef __linux__
/* Those over files stay: inputs may be other users'; the fence says which are meant. */
static void drop_rights(void)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct had[_LINUX_CAPABILITY_U32S_3] = {{0}};
    const unsigned keep = 1U << CAP_DAC_OVERRIDE | 1U << CAP_DAC_READ_SEARCH;
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (syscall(SYS_capget, &head, had) != 0)
        return;
    for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
        unsigned kept = i == 0 ? keep : 0;
        had[i].effective &= kept;
        had[i].permitted &= kept;
        had[i].inheritable = 0;
    }
    syscall(SYS_capset, &head, had); /* fewer rights can always be had */
}
#else
static void drop_rights(void)
{
}
#endif

unsigned fence_in(const fence *f)
{
    drop_rights();
    unsigned files = f->any_file ? 0 : fence_files(f);
    return files | fence_calls(f->network);
}

void fence_clear(fence *f)
{
    strings_clear(&f->read);
    strings_clear(&f->write);
    strings_clear(&f->devices);
    *f = (fence){0};
}

void fence_write_at(fence *f, const char *path)
{
    struct stat st;
    if (!path || strcmp(path, "-") == 0)
        return;
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
        strings_add(&f->write, path);
        return;
    }
    /* "a/b/" that is not there yet is made in "a". */
    char *folder = must_copy(path);
    size_t n = strlen(folder);
    while (n > 1 && folder[n - 1] == '/')
        folder[--n] = '\0';
    char *slash = strrchr(folder, '/');
    if (slash)
        slash[slash == folder] = '\0';
    strings_add(&f->write, slash ? folder : ".");
    free(folder);
}
