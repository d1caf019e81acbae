/* SPDX-License-Identifier: Apache-2.0 */
/* The cache of compiled networks: whole files or none, however many write at once. */
#include "dir_kit.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include "base/file.h"
#include "base/memory.h"
#include "engine/compiled_cache.h"

static void a_network_compiled_otherwise_has_another_file(void **state)
{
    static const char *const keys[][3] = {
        {"hash", "CPU", "2"}, {"hash", "CPU", "1"}, {"hash", "GPU", "2"},
        {"hasg", "CPU", "2"}, {"CPU", "hash", "2"}, {"hashC", "PU", "2"},
        {"hash", "CPU2", ""},
    };
    (void)state;
    char *paths[COUNT(keys)];
    for (size_t i = 0; i < COUNT(keys); i++) {
        paths[i] = st_compiled_cache_path("/cache", keys[i], 3);
        assert_non_null(paths[i]);
        assert_true(strncmp(paths[i], "/cache/", 7) == 0);
        kit_expect_text("ending", st_path_ending(paths[i]), ".blob");
        for (size_t k = 0; k < i; k++)
            if (strcmp(paths[i], paths[k]) == 0)
                fail_msg("keys %zu and %zu: both %s", i, k, paths[i]);
    }
    char *again = st_compiled_cache_path("/cache", keys[0], 3);
    assert_string_equal(again, paths[0]);
    st_free(again);
    for (size_t i = 0; i < COUNT(keys); i++)
        st_free(paths[i]);
}

/* A network of `n` bytes, each of them `fill`. */
typedef struct content {
    size_t n;
    int fill;
    bool fails; /* half of it is written, then it says that it could not */
} content;

static bool write_content(void *user, const char *path)
{
    const content *c = user;
    FILE *file = fopen(path, "wb");
    if (!file)
        return false;
    for (size_t i = 0; i < (c->fails ? c->n / 2 : c->n); i++)
        fputc(c->fill, file);
    return fclose(file) == 0 && !c->fails;
}

/* The byte that fills what the cache gives, -1: it gives nothing. */
static int read_fill(const char *path, size_t *n)
{
    char *blob;
    st_compiled_cache_read(path, &blob, n);
    if (!blob) {
        assert_int_equal(*n, 0);
        return -1;
    }
    int fill = *n > 0 ? (unsigned char)blob[0] : 0;
    for (size_t i = 0; i < *n; i++)
        if ((unsigned char)blob[i] != fill)
            fail_msg("byte %zu of %zu is %d, expected %d", i, *n, blob[i], fill);
    st_free(blob);
    return fill;
}

static int count_entry(void *user, const char *path, const char *name)
{
    (void)path;
    (void)name;
    ++*(size_t *)user;
    return 0;
}

static size_t files_in(const char *folder)
{
    size_t n = 0;
    assert_int_equal(st_folder_each(folder, count_entry, &n, NULL), 0);
    return n;
}

static void what_is_written_reads_back(void **state)
{
    static const size_t sizes[] = {0, 1, 7, 8, 9, 1000, 100000};
    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        content c = {sizes[i], 'a' + (int)i, false};
        size_t n = 99;
        const char *path = in_dir("new/below/a.blob"); /* made as it is needed */
        st_compiled_cache_write(path, write_content, &c);
        int fill = read_fill(path, &n);
        assert_int_equal(n, sizes[i]);
        assert_int_equal(fill, n ? c.fill : 0);
        assert_int_equal(files_in(in_dir("new/below")), 1);
    }
}

static void a_damaged_file_is_as_good_as_none(void **state)
{
    (void)state;
    content c = {50, 'x', false};
    size_t n, size;
    const char *path = in_dir("a.blob");
    assert_int_equal(read_fill(path, &n), -1); /* absent */
    st_compiled_cache_write(path, write_content, &c);
    char *whole = kit_read(path, &size);
    assert_true(size > c.n);
    for (size_t i = 0; i < size; i++) { /* every bit counts */
        for (int bit = 0; bit < 8; bit++) {
            whole[i] ^= (char)(1 << bit);
            kit_write(path, whole, size);
            whole[i] ^= (char)(1 << bit);
            if (read_fill(path, &n) >= 0)
                fail_msg("bit %d of byte %zu changed: it was read all the same", bit, i);
        }
        kit_write(path, whole, i);
        if (read_fill(path, &n) >= 0)
            fail_msg("cut off after %zu of %zu bytes: it was read all the same", i, size);
    }
    kit_write(path, whole, size + 1); /* with the NUL behind it */
    assert_int_equal(read_fill(path, &n), -1);
    c.fill = 'y'; /* and it is replaced */
    st_compiled_cache_write(path, write_content, &c);
    assert_int_equal(read_fill(path, &n), 'y');
    free(whole);
}

static void what_cannot_be_written_leaves_nothing(void **state)
{
    (void)state;
    content good = {30, 'g', false}, bad = {30, 'b', true};
    size_t n;
    assert_int_equal(mkdir(in_dir("keep"), 0777), 0);
    st_compiled_cache_write(in_dir("keep/a.blob"), write_content, &bad);
    assert_int_equal(files_in(in_dir("keep")), 0);
    st_compiled_cache_write(in_dir("keep/a.blob"), write_content, &good);
    st_compiled_cache_write(in_dir("keep/a.blob"), write_content, &bad);
    assert_int_equal(read_fill(in_dir("keep/a.blob"), &n), 'g');
    assert_int_equal(files_in(in_dir("keep")), 1);
    /* The folder is a file; the name is a folder. */
    kit_write(in_dir("file"), "", 0);
    st_compiled_cache_write(in_dir("file/a.blob"), write_content, &good);
    assert_int_equal(read_fill(in_dir("file/a.blob"), &n), -1);
    assert_int_equal(mkdir(in_dir("keep/b.blob"), 0777), 0);
    st_compiled_cache_write(in_dir("keep/b.blob"), write_content, &good);
    assert_int_equal(read_fill(in_dir("keep/b.blob"), &n), -1);
    assert_int_equal(files_in(in_dir("keep")), 2);
}

enum { WRITERS = 4, ROUNDS = 40 };

static const char *shared_path;

/* Each writer has a byte and a size of its own. */
static void write_often(int number)
{
    content c = {20000 + 7000 * (size_t)number, 'a' + number, false};
    for (int i = 0; i < ROUNDS; i++)
        st_compiled_cache_write(shared_path, write_content, &c);
}

/* Once there is a whole one there is always one. */
static int read_while_written(bool *had)
{
    size_t n;
    int fill = read_fill(shared_path, &n);
    if (fill < 0 && *had)
        fail_msg("a whole network was there, and now there is none");
    if (fill >= 0 && n != 20000 + 7000 * (size_t)(fill - 'a'))
        fail_msg("found %zu bytes of '%c'", n, fill);
    *had |= fill >= 0;
    return fill;
}

static void processes_may_write_at_once(void **state)
{
    (void)state;
    char path[256];
    snprintf(path, sizeof(path), "%s", in_dir("many/a.blob"));
    shared_path = path;
    pid_t children[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) {
            write_often(i);
            _exit(0);
        }
    }
    bool had = false;
    for (int left = WRITERS; left > 0;) {
        int status = 0;
        read_while_written(&had);
        if (waitpid(-1, &status, WNOHANG) <= 0)
            continue;
        assert_int_equal(status, 0);
        left--;
    }
    assert_true(read_while_written(&had) >= 'a');
    assert_int_equal(files_in(in_dir("many")), 1);
}

static bool write_while_another_does(void *user, const char *path)
{
    content other = {10, 'o', false};
    bool ok = write_content(user, path);
    st_compiled_cache_write(shared_path, write_content, &other);
    return ok;
}

/* Two models that one program opens at once: what ends last counts, and is whole. */
static void one_process_may_write_twice_at_once(void **state)
{
    (void)state;
    char path[256];
    snprintf(path, sizeof(path), "%s", in_dir("twice/a.blob"));
    shared_path = path;
    content c = {500, 'c', false};
    size_t n;
    st_compiled_cache_write(path, write_while_another_does, &c);
    int fill = read_fill(path, &n);
    if (fill != 'c' || n != 500)
        fail_msg("found %zu bytes of '%c', expected 500 of 'c'", n, fill);
    assert_int_equal(files_in(in_dir("twice")), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_network_compiled_otherwise_has_another_file),
        cmocka_unit_test(what_is_written_reads_back),
        cmocka_unit_test(a_damaged_file_is_as_good_as_none),
        cmocka_unit_test(what_cannot_be_written_leaves_nothing),
        cmocka_unit_test(processes_may_write_at_once),
        cmocka_unit_test(one_process_may_write_twice_at_once),
    };
    return cmocka_run_group_tests(tests, kit_make_dir, kit_remove_dir);
}
