/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One member out of an archive that was downloaded: the only place with libarchive. The
 * member's path only chooses what is unpacked, never where it goes.
 */
#include "model/fetch_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/status.h"

enum { CHUNK = 1 << 16 };

static const char *plain(const char *path)
{
    return path && strncmp(path, "./", 2) == 0 ? path + 2 : path;
}

static int fail_archive(struct archive *archive, const char *path, stance_error *err)
{
    return st_fail(err, STANCE_EMODEL, "%s: expected an archive: %s", path,
                   archive_error_string(archive));
}

static int open_archive(const char *path, struct archive **archive, stance_error *err)
{
    *archive = archive_read_new();
    if (!*archive)
        return st_fail_memory(err);
    archive_read_support_filter_all(*archive);
    archive_read_support_format_zip(*archive);
    archive_read_support_format_tar(*archive);
    if (archive_read_open_filename(*archive, path, CHUNK) != ARCHIVE_OK)
        return fail_archive(*archive, path, err);
    return 0;
}

/* Which member is meant: that of this path, else the only one of this name in any folder.
 * @param chosen returned, st_free(); NULL: none */
static int choose_member(struct archive *archive, const char *path, const char *member,
                         char **chosen, stance_error *err)
{
    struct archive_entry *entry;
    int status, rc = 0;
    char *second = NULL;
    bool same = false;
    while (rc == 0 && !same &&
           (status = archive_read_next_header(archive, &entry)) != ARCHIVE_EOF) {
        if (status < ARCHIVE_WARN) {
            rc = fail_archive(archive, path, err);
            break;
        }
        const char *name = plain(archive_entry_pathname(entry));
        const char *slash = name ? strrchr(name, '/') : NULL;
        same = name && strcmp(name, member) == 0;
        if (!same && (!slash || strcmp(slash + 1, member) != 0))
            continue;
        char **to = *chosen && !same ? &second : chosen;
        st_free(*to);
        *to = st_strdup(name);
        rc = *to ? 0 : st_fail_memory(err);
    }
    if (rc == 0 && !same && second)
        rc = st_fail(err, STANCE_EMODEL,
                     "%s: expected one member %s, found %s and %s: name its folder", path,
                     member, *chosen, second);
    st_free(second);
    return rc;
}

static int find_member(struct archive *archive, const char *path, const char *member,
                       stance_error *err)
{
    struct archive_entry *entry;
    for (int status;
         (status = archive_read_next_header(archive, &entry)) != ARCHIVE_EOF;) {
        if (status < ARCHIVE_WARN)
            return fail_archive(archive, path, err);
        const char *name = plain(archive_entry_pathname(entry));
        if (name && strcmp(name, member) == 0)
            return 0;
    }
    return st_fail(err, STANCE_EMODEL, "%s: expected a member %s, found none", path,
                   member);
}

static int write_member(struct archive *archive, const char *path, const char *member,
                        int64_t most, const char *to, stance_error *err)
{
    int rc = 0;
    la_ssize_t n = 0;
    int64_t total = 0;
    char *chunk = st_alloc_array(CHUNK, 1);
    FILE *file = fopen(to, "wb");
    if (!chunk || !file) {
        rc = chunk ? st_fail(err, STANCE_EOUTPUT, "%s: %s", to, strerror(errno))
                   : st_fail_memory(err);
        goto out;
    }
    while (rc == 0 && (n = archive_read_data(archive, chunk, CHUNK)) > 0) {
        total += n;
        if (total > most)
            rc = st_fail(err, STANCE_EMODEL,
                         "%s: expected at most %lld bytes of %s, found more", path,
                         (long long)most, member);
        else if (fwrite(chunk, 1, (size_t)n, file) != (size_t)n)
            rc = st_fail(err, STANCE_EOUTPUT, "%s: %s", to, strerror(errno));
    }
    if (rc == 0 && n < 0)
        rc = st_fail(err, STANCE_EMODEL, "%s: %s could not be unpacked: %s", path, member,
                     archive_error_string(archive));
out:
    if (file && fclose(file) != 0 && rc == 0)
        rc = st_fail(err, STANCE_EOUTPUT, "%s: %s", to, strerror(errno));
    if (rc < 0)
        unlink(to);
    st_free(chunk);
    return rc;
}

int st_archive_extract(const char *path, const char *member, int64_t most, const char *to,
                       stance_error *err)
{
    struct archive *archive = NULL;
    char *chosen = NULL;
    int rc = open_archive(path, &archive, err);
    if (rc == 0)
        rc = choose_member(archive, path, plain(member), &chosen, err);
    archive_read_free(archive);
    archive = NULL;
    if (rc == 0 && !chosen)
        rc = st_fail(err, STANCE_EMODEL, "%s: expected a member %s, found none", path,
                     member);
    if (rc == 0)
        rc = open_archive(path, &archive, err);
    if (rc == 0)
        rc = find_member(archive, path, chosen, err);
    if (rc == 0)
        rc = write_member(archive, path, chosen, most, to, err);
    archive_read_free(archive);
    st_free(chosen);
    return rc;
}
