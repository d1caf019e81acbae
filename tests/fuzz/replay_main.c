/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plain main() for fuzz targets: hands saved inputs to LLVMFuzzerTestOneInput().
 *
 * With it every fuzz target is an ordinary test on every machine, with or without
 * libFuzzer: the inputs that once mattered are tried on each run. Arguments are files, or
 * folders whose files are all taken. Besides the saved inputs, shortened and damaged
 * copies of each are tried, so that the first corpus need not be large.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_BYTES = 16 << 20, CUTS = 16, DAMAGES = 64 };

static size_t n_inputs;

/* A small generator of its own, so that every machine tries the same damages. */
static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Hand on a copy of exactly the right size, so that the address sanitizer sees every byte
 * read behind it. */
static void try_bytes(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);
    if (!copy)
        abort();
    memcpy(copy, data, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
    n_inputs++;
}

static void try_variants(uint8_t *data, size_t size)
{
    uint32_t random = (uint32_t)size;
    for (size_t i = 0; i < CUTS; i++)
        try_bytes(data, size * i / CUTS);
    for (size_t i = 0; i < DAMAGES && size > 0; i++) {
        size_t at = next_random(&random) % size;
        uint8_t old = data[at];
        data[at] = (uint8_t)next_random(&random);
        try_bytes(data, size);
        data[at] = old;
    }
}

static int try_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = malloc(MOST_BYTES);
    int rc = 1;
    if (!file || !data) {
        fprintf(stderr, "%s: cannot be read\n", path);
        goto out;
    }
    size_t size = fread(data, 1, MOST_BYTES, file);
    printf("%s: %zu bytes\n", path, size);
    fflush(stdout);
    try_bytes(data, size);
    try_variants(data, size);
    rc = 0;
out:
    free(data);
    if (file)
        fclose(file);
    return rc;
}

static int try_path(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        fprintf(stderr, "%s: expected a file or folder of inputs, found nothing\n", path);
        return 1;
    }
    if (!S_ISDIR(status.st_mode))
        return try_file(path);
    DIR *dir = opendir(path);
    if (!dir)
        return 1;
    int rc = 0;
    for (const struct dirent *entry; (entry = readdir(dir));) {
        char name[4096];
        if (entry->d_name[0] == '.')
            continue;
        int n = snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
        rc |= n < 0 || (size_t)n >= sizeof(name) ? 1 : try_path(name);
    }
    closedir(dir);
    return rc;
}

int main(int argc, char **argv)
{
    int rc = argc > 1 ? 0 : 1;
    for (int i = 1; i < argc; i++)
        rc |= try_path(argv[i]);
    printf("%zu inputs tried\n", n_inputs);
    return rc || n_inputs == 0;
}
