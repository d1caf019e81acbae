/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making, finding and removing folders.
 */
#define _XOPEN_SOURCE 700 /* nftw, realpath */

#include "folders.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

int random_id(char id[RANDOM_ID + 1], stance_error *err)
{
    unsigned char bytes[RANDOM_ID / 2];
    if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
        return fail(err, STANCE_EOUTPUT, "no random numbers are to be had");
    for (size_t i = 0; i < sizeof(bytes); i++)
        snprintf(id + 2 * i, 3, "%02x", bytes[i]);
    return 0;
}

int folder_make(const char *path, stance_error *err)
{
    return mkdir(path, 0700) == 0 || errno == EEXIST
               ? 0
               : fail(err, STANCE_EOUTPUT, "%s: cannot be made: %s", path,
                      strerror(errno));
}

int folder_make_all(const char *path, stance_error *err)
{
    char *part = must_copy(path);
    int rc = 0;
    for (char *c = part + 1; *c && rc == 0; c++)
        if (*c == '/') {
            *c = '\0';
            rc = folder_make(part, err);
            *c = '/';
        }
    free(part);
    return rc == 0 ? folder_make(path, err) : rc;
}

int folder_hold(const char *path, int *fd, stance_error *err)
{
    *fd = -1;
    int rc = folder_make_all(path, err);
    if (rc < 0)
        return rc;
    char *lock = must_format("%s/lock", path);
    *fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (*fd < 0)
        rc =
            fail(err, STANCE_EOUTPUT, "%s: cannot be written: %s", lock, strerror(errno));
    else if (flock(*fd, LOCK_EX | LOCK_NB) != 0)
        rc = fail(
            err, STANCE_EOUTPUT,
            "%s: another stance serve is at work there; give this one its own --data",
            path);
    free(lock);
    return rc;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

void folder_remove(const char *path)
{
    nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

char *folder_of_data(const char *given)
{
    const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    if (given)
        return must_copy(given);
    return data && *data ? must_format("%s/stance/serve", data)
                         : must_format("%s/.local/share/stance/serve", home ? home : ".");
}

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

char *folder_nth(const char *folder, size_t n, size_t *count)
{
    struct dirent **names = NULL;
    char *path = NULL;
    int found = scandir(folder, &names, is_shown, alphasort);
    if (found > 0 && n >= 1 && n <= (size_t)found)
        path = must_format("%s/%s", folder, names[n - 1]->d_name);
    for (int i = 0; i < found; i++)
        free(names[i]);
    free(names);
    if (count)
        *count = found > 0 ? (size_t)found : 0;
    return path;
}

enum { MOST_TRIES = 5 };

/* nftw() hands nothing on. */
static _Thread_local int64_t bytes_found;

static int count_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)path;
    (void)at;
    if (kind == FTW_F)
        bytes_found += st->st_size;
    return 0;
}

int64_t folder_bytes(const char *path)
{
    int64_t most = 0;
    int rc = -1;
    /* It gives up where a folder goes while it looks, as folders of pictures do. */
    for (int tries = 0; rc != 0 && tries < MOST_TRIES; tries++) {
        bytes_found = 0;
        rc = nftw(path, count_one, 8, FTW_PHYS);
        most = bytes_found > most ? bytes_found : most;
    }
    return most;
}

int folder_in_memory(const char *data, char **memory, stance_error *err)
{
    char *real = realpath(data, NULL);
    struct stat st;
    text name = {0}; /* of no two folders the same */
    for (const char *c = real ? real : ""; *c; c++)
        text_addf(&name, "%s%c", *c == '_' ? "_" : "", *c == '/' ? '_' : *c);
    *memory = must_format("/dev/shm/stance-%u%s", (unsigned)geteuid(),
                          name.data ? name.data : "");
    free(name.data);
    free(real);
    int rc = folder_make(*memory, err);
    /* Anybody may make one there, under any name. */
    if (rc == 0 && (lstat(*memory, &st) != 0 || !S_ISDIR(st.st_mode) ||
                    st.st_uid != geteuid() || (st.st_mode & 077) != 0))
        rc = fail(err, STANCE_EOUTPUT, "%s: expected a folder that is this user's alone",
                  *memory);
    if (rc < 0) {
        free(*memory);
        *memory = NULL;
    }
    return rc;
}

static bool copy(FILE *from, FILE *to)
{
    char bytes[4096];
    size_t n;
    while ((n = fread(bytes, 1, sizeof(bytes), from)) > 0)
        if (fwrite(bytes, 1, n, to) != n)
            return false;
    return !ferror(from);
}

int file_move(const char *from, const char *to, stance_error *err)
{
    if (rename(from, to) == 0)
        return 0;
    FILE *in = errno == EXDEV ? fopen(from, "rb") : NULL,
         *out = in ? fopen(to, "wb") : NULL;
    bool good = out && copy(in, out);
    if (out && fclose(out) != 0)
        good = false;
    int rc = good ? 0
                  : fail(err, STANCE_EOUTPUT, "%s: cannot be written: %s", to,
                         strerror(errno));
    if (in)
        fclose(in);
    if (good)
        remove(from);
    return rc;
}

char *file_below(const char *folder, const char *path)
{
    char *asked = must_format("%s/%s", folder, path);
    char *real = realpath(asked, NULL), *root = realpath(folder, NULL);
    size_t n = root ? strlen(root) : 0;
    struct stat st;
    bool there = root && real && strncmp(real, root, n) == 0 && real[n] == '/' &&
                 stat(real, &st) == 0 && S_ISREG(st.st_mode);
    free(asked);
    free(root);
    if (there)
        return real;
    free(real);
    return NULL;
}
