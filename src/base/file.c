/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths, small files, folders, and outputs that appear under their name only when
 * complete.
 *
 * POSIX only; another system gets a file of its own. The rename in st_out_file_commit()
 * is what keeps a half-written output from ever looking like a whole one.
 */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/status.h"

st_file_kind st_file_kind_of(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return ST_FILE_ABSENT;
    if (S_ISREG(info.st_mode))
        return ST_FILE_REGULAR;
    return S_ISDIR(info.st_mode) ? ST_FILE_FOLDER : ST_FILE_OTHER;
}

int64_t st_file_size(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode))
        return -1;
    return (int64_t)info.st_size;
}

char *st_path_join(const char *dir, const char *name)
{
    if (!dir || !*dir)
        return st_strdup(name);
    bool slash = dir[strlen(dir) - 1] == '/';
    return st_format("%s%s%s", dir, slash ? "" : "/", name);
}

const char *st_path_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

const char *st_path_ending(const char *path)
{
    const char *name = st_path_name(path);
    const char *dot = strrchr(name, '.');
    return dot && dot != name ? dot : name + strlen(name);
}

char *st_path_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return st_strdup(".");
    return slash == path ? st_strdup("/") : st_strndup(path, (size_t)(slash - path));
}

int st_make_folders(const char *path, stance_error *err)
{
    char *copy = st_strdup(path);
    if (!copy)
        return st_fail_memory(err);
    int rc = 0;
    for (char *c = copy + 1; rc == 0; c++) {
        if (*c != '/' && *c != '\0')
            continue;
        bool last = *c == '\0';
        *c = '\0';
        if (mkdir(copy, 0777) != 0 && errno != EEXIST)
            rc = st_fail(err, STANCE_EOUTPUT, "%s: folder could not be made: %s", copy,
                         strerror(errno));
        if (last)
            break;
        *c = '/';
    }
    if (rc == 0 && st_file_kind_of(path) != ST_FILE_FOLDER)
        rc = st_fail(err, STANCE_EOUTPUT, "%s: expected a folder, found something else",
                     path);
    st_free(copy);
    return rc;
}

bool st_file_same(const char *a, const char *b)
{
    struct stat info_a, info_b;
    return stat(a, &info_a) == 0 && stat(b, &info_b) == 0 &&
           info_a.st_dev == info_b.st_dev && info_a.st_ino == info_b.st_ino;
}

char *st_user_folder_path(st_user_folder which)
{
    static const struct {
        const char *variable, *below_home;
    } places[] = {
        [ST_USER_DATA] = {"XDG_DATA_HOME", ".local/share"},
        [ST_USER_CACHE] = {"XDG_CACHE_HOME", ".cache"},
        [ST_USER_CONFIG] = {"XDG_CONFIG_HOME", ".config"},
    };
    const char *base = getenv(places[which].variable);
    if (base && base[0] == '/') /* the XDG specification: relative paths are ignored */
        return st_path_join(base, "stance");
    const char *home = getenv("HOME");
    if (!home || !*home)
        return NULL;
    return st_format("%s/%s/stance", home, places[which].below_home);
}

int st_file_read(const char *path, size_t most, int code, char **bytes, size_t *n,
                 stance_error *err)
{
    *bytes = NULL;
    *n = 0;
    int64_t size = st_file_size(path);
    FILE *file = size >= 0 ? fopen(path, "rb") : NULL;
    if (!file)
        return st_fail(err, code, "%s: %s", path,
                       size >= 0 || st_file_kind_of(path) == ST_FILE_ABSENT
                           ? strerror(errno)
                           : "expected a file, found something else");
    int rc = 0;
    char *buffer = NULL;
    struct stat info; /* of this file: another one may have been renamed to the path */
    if (fstat(fileno(file), &info) == 0)
        size = (int64_t)info.st_size;
    if ((uint64_t)size > most) {
        rc = st_fail(err, code, "%s: expected at most %zu bytes, found %lld", path, most,
                     (long long)size);
        goto out;
    }
    buffer = st_alloc_array((size_t)size + 1, 1);
    if (!buffer) {
        rc = st_fail_memory(err);
        goto out;
    }
    size_t got = fread(buffer, 1, (size_t)size, file);
    if (ferror(file)) {
        rc = st_fail(err, code, "%s: %s", path, strerror(errno));
        goto out;
    }
    buffer[got] = '\0';
    *bytes = buffer;
    *n = got;
    buffer = NULL;
out:
    st_free(buffer);
    fclose(file);
    return rc;
}

static int not_dots(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

int st_folder_each(const char *dir,
                   int (*fn)(void *user, const char *path, const char *name), void *user,
                   stance_error *err)
{
    struct dirent **entries = NULL;
    int n = scandir(dir, &entries, not_dots, by_bytes);
    if (n < 0)
        return st_fail(err, STANCE_EINPUT, "%s: %s", dir, strerror(errno));
    int rc = 0;
    for (int i = 0; i < n; i++) {
        if (rc == 0) {
            char *path = st_path_join(dir, entries[i]->d_name);
            rc = path ? fn(user, path, entries[i]->d_name) : st_fail_memory(err);
            st_free(path);
        }
        free(entries[i]); /* scandir's own memory */
    }
    free(entries);
    return rc;
}

int st_out_file_open(st_out_file *out, const char *path, stance_error *err)
{
    memset(out, 0, sizeof(*out));
    st_file_kind kind = st_file_kind_of(path);
    if (kind == ST_FILE_FOLDER)
        return st_fail(err, STANCE_EOUTPUT, "%s: expected a file name, found a folder",
                       path);
    out->in_place = kind == ST_FILE_OTHER;
    out->path = st_strdup(path);
    out->part_path = out->in_place ? st_strdup(path) : st_format("%s.part", path);
    if (!out->path || !out->part_path) {
        st_out_file_close(out);
        return st_fail_memory(err);
    }
    if (out->in_place)
        return 0;
    int fd = open(out->part_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) {
        int rc = st_fail(err, STANCE_EOUTPUT, "%s: could not be written: %s", path,
                         strerror(errno));
        st_free(out->part_path); /* nothing of ours is there to be removed */
        out->part_path = NULL;
        st_out_file_close(out);
        return rc;
    }
    close(fd);
    return 0;
}

int st_out_file_commit(st_out_file *out, stance_error *err)
{
    if (!out->in_place && rename(out->part_path, out->path) != 0) {
        int rc = st_fail(err, STANCE_EOUTPUT, "%s: could not be put under its name: %s",
                         out->path, strerror(errno));
        st_out_file_close(out);
        return rc;
    }
    st_free(out->part_path);
    out->part_path = NULL;
    return 0;
}

void st_out_file_close(st_out_file *out)
{
    if (out->part_path && !out->in_place)
        unlink(out->part_path);
    st_free(out->part_path);
    st_free(out->path);
    memset(out, 0, sizeof(*out));
}

int st_file_temporary(FILE **file, stance_error *err)
{
    const char *folder = getenv("TMPDIR");
    char *path = st_format("%s/stance-XXXXXX", folder && *folder ? folder : "/tmp");
    if (!path)
        return st_fail_memory(err);
    int fd = mkstemp(path), rc = 0;
    if (fd >= 0)
        unlink(path); /* it has no name from here on: nothing is left behind */
    *file = fd >= 0 ? fdopen(fd, "w+b") : NULL;
    if (!*file)
        rc = st_fail(err, STANCE_EOUTPUT, "%s: a temporary file cannot be made: %s", path,
                     strerror(errno));
    if (fd >= 0 && !*file)
        close(fd);
    st_free(path);
    return rc;
}
