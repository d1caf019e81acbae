/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A cache of compiled networks that several processes may read and fill at once.
 *
 * OpenVINO's own cache writes its files in place, so a process that starts at the wrong
 * moment reads half a file. Here a file is written under a name of its own, gets a check
 * sum in front of it, and is then renamed: readers see a whole file or none. A damaged
 * file is as good as none and is replaced.
 */
#include "engine/compiled_cache.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"

/* In front of the network's bytes. */
typedef struct header {
    char magic[8];
    uint64_t size, sum;
} header;

static const char magic[8] = "STBLOB1";

/* FNV-1a over 64-bit words: finds damage, not malice (the folder is the user's own). */
static uint64_t sum_of(const void *bytes, size_t n)
{
    uint64_t sum = 14695981039346656037u;
    const unsigned char *at = bytes;
    for (; n >= 8; n -= 8, at += 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        sum = (sum ^ word) * 1099511628211u;
    }
    for (; n > 0; n--, at++)
        sum = (sum ^ *at) * 1099511628211u;
    return sum;
}

char *st_compiled_cache_path(const char *dir, const char *const *keys, size_t n_keys)
{
    uint64_t sum[2] = {0, 1};
    for (int half = 0; half < 2; half++)
        for (size_t i = 0; i < n_keys; i++)
            sum[half] =
                (sum[half] ^ sum_of(keys[i], strlen(keys[i]))) * 1099511628211u + i;
    return st_format("%s/%016llx%016llx.blob", dir, (unsigned long long)sum[0],
                     (unsigned long long)sum[1]);
}

void st_compiled_cache_read(const char *path, char **blob, size_t *n)
{
    char *bytes = NULL;
    size_t size = 0;
    header head;
    *blob = NULL;
    *n = 0;
    if (st_file_read(path, (size_t)ST_MAX_MODEL_BYTES, STANCE_EMODEL, &bytes, &size,
                     NULL) < 0)
        return;
    if (size >= sizeof(head)) {
        memcpy(&head, bytes, sizeof(head));
        size -= sizeof(head);
        if (memcmp(head.magic, magic, sizeof(magic)) == 0 && head.size == size &&
            head.sum == sum_of(bytes + sizeof(head), size)) {
            memmove(bytes, bytes + sizeof(head), size);
            *blob = bytes;
            *n = size;
            return;
        }
    }
    st_log(STANCE_LOG_DEBUG, "engine", "%s: damaged, it will be made anew", path);
    st_free(bytes);
}

static bool write_with_header(const char *path, const char *bytes, size_t n)
{
    header head = {.size = n, .sum = sum_of(bytes, n)};
    memcpy(head.magic, magic, sizeof(magic));
    FILE *file = fopen(path, "wb");
    if (!file)
        return false;
    bool ok = fwrite(&head, sizeof(head), 1, file) == 1 && fwrite(bytes, 1, n, file) == n;
    return fclose(file) == 0 && ok;
}

static atomic_uint n_written; /* keeps the parts of one process apart */

void st_compiled_cache_write(const char *path,
                             bool (*write)(void *user, const char *path), void *user)
{
    char *bytes = NULL, *folder = st_path_folder(path);
    char *part = st_format("%s.%ld-%u.part", path, (long)getpid(),
                           atomic_fetch_add(&n_written, 1));
    size_t n = 0;
    bool ok = folder && part && st_make_folders(folder, NULL) == 0 && write(user, part) &&
              st_file_read(part, (size_t)ST_MAX_MODEL_BYTES, STANCE_EMODEL, &bytes, &n,
                           NULL) == 0 &&
              write_with_header(part, bytes, n) && rename(part, path) == 0;
    if (!ok) {
        if (part)
            unlink(part);
        st_log(STANCE_LOG_DEBUG, "engine", "%s: the compiled network could not be kept",
               path);
    }
    st_free(bytes);
    st_free(part);
    st_free(folder);
}
