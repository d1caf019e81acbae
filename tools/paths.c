/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths: their parts, what they lead to, and whether two are the same file.
 *
 * Two names of one file are found by device and inode where the file exists, and by the
 * real path of its folder where it does not yet.
 */
#define _XOPEN_SOURCE 700 /* realpath */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "jobs.h"

char *path_join(const char *dir, const char *name)
{
    size_t n = strlen(dir);
    if (n == 0 || strcmp(dir, ".") == 0)
        return must_copy(name);
    return must_format("%s%s%s", dir, dir[n - 1] == '/' ? "" : "/", name);
}

const char *path_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

const char *path_ending(const char *path)
{
    const char *name = path_name(path), *dot = strrchr(name, '.');
    return dot && dot != name ? dot : name + strlen(name);
}

char *path_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return must_copy(".");
    while (slash > path && slash[-1] == '/')
        slash--;
    return slash == path ? must_copy("/")
                         : must_format("%.*s", (int)(slash - path), path);
}

bool path_is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool path_is_special(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && !S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode);
}

bool path_same(const char *a, const char *b)
{
    struct stat sa, sb;
    return stat(a, &sa) == 0 && stat(b, &sb) == 0 && sa.st_dev == sb.st_dev &&
           sa.st_ino == sb.st_ino;
}

char *path_real(const char *path)
{
    char *real = realpath(path, NULL);
    if (real)
        return real;
    char *folder = path_folder(path);
    if (strcmp(folder, path) == 0)
        return folder;
    char *real_folder = path_real(folder);
    char *whole = path_join(real_folder, path_name(path));
    free(folder);
    free(real_folder);
    return whole;
}

int make_folders(const char *path, stance_error *err)
{
    if (path_is_folder(path))
        return 0;
    char *above = path_folder(path);
    int rc = strcmp(above, path) == 0 ? 0 : make_folders(above, err);
    free(above);
    if (rc == 0 && mkdir(path, 0777) < 0 && !path_is_folder(path))
        rc = fail(err, STANCE_EOUTPUT, "%s: the folder cannot be made: %s", path,
                  strerror(errno));
    return rc;
}
