/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIR_KIT_H
#define DIR_KIT_H

/* A temporary folder for the tests of one program, and small files in it. */

#include "test.h"

#include <string.h>
#include <unistd.h>

static char kit_dir[64];

static inline int kit_make_dir(void **state)
{
    (void)state;
    strcpy(kit_dir, "/tmp/stance-test-XXXXXX");
    return mkdtemp(kit_dir) ? 0 : -1;
}

static inline int kit_remove_dir(void **state)
{
    (void)state;
    char words[128];
    snprintf(words, sizeof(words), "rm -rf '%s'", kit_dir);
    return system(words);
}

/* One of four names that are alive at a time. */
static inline const char *in_dir(const char *name)
{
    static char paths[4][256];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof(paths[0]), "%s/%s", kit_dir, name);
    return path;
}

static inline void kit_write(const char *path, const void *bytes, size_t n)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, n, file) != n || fclose(file) != 0)
        fail_msg("%s could not be written", path);
}

/* The whole file, ended by a NUL; free(). */
static inline char *kit_read(const char *path, size_t *n)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("%s could not be read", path);
    fseek(file, 0, SEEK_END);
    *n = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*n + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *n, file), *n);
    bytes[*n] = '\0';
    fclose(file);
    return bytes;
}

/* Both texts are shown when they differ. */
static inline void kit_expect_text(const char *what, const char *found,
                                   const char *expected)
{
    if (strcmp(found, expected) != 0)
        fail_msg("%s:\n   found: %s\nexpected: %s", what, found, expected);
}

static inline void kit_expect_part(const char *what, const char *found, const char *part)
{
    if (!strstr(found, part))
        fail_msg("%s:\n   found: %s\nexpected in it: %s", what, found, part);
}

#endif
