/* SPDX-License-Identifier: Apache-2.0 */
/* Paths, folders, and outputs that appear under their name only when complete. */
#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

static char dir[64];

static int make_dir(void **state)
{
    (void)state;
    strcpy(dir, "/tmp/stance-test-file-XXXXXX");
    return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof(command), "rm -rf '%s'", dir);
    return system(command);
}

static char *in_dir(const char *name)
{
    static char path[4][200];
    static int next;
    next = (next + 1) % 4;
    snprintf(path[next], sizeof(path[next]), "%s/%s", dir, name);
    return path[next];
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void paths_are_taken_apart(void **state)
{
    (void)state;
    static const struct {
        const char *path, *name, *ending, *folder;
    } cases[] = {
        {"a/b/c.mp4", "c.mp4", ".mp4", "a/b"},
        {"c.tar.gz", "c.tar.gz", ".gz", "."},
        {"/c", "c", "", "/"},
        {".hidden", ".hidden", "", "."},
        {"a.b/c", "c", "", "a.b"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_string_equal(st_path_name(cases[i].path), cases[i].name);
        assert_string_equal(st_path_ending(cases[i].path), cases[i].ending);
        char *folder = st_path_folder(cases[i].path);
        assert_string_equal(folder, cases[i].folder);
        st_free(folder);
    }
    char *joined = st_path_join("a/", "b");
    assert_string_equal(joined, "a/b");
    st_free(joined);
}

static void an_output_appears_only_when_committed(void **state)
{
    (void)state;
    st_out_file out;
    stance_error err = {0};
    write_text(in_dir("o.txt"), "old");
    assert_int_equal(st_out_file_open(&out, in_dir("o.txt"), &err), 0);
    write_text(out.part_path, "new");
    assert_int_equal(st_file_kind_of(in_dir("o.txt.part")), ST_FILE_REGULAR);
    st_out_file_close(&out); /* not committed: as if nothing had happened */
    assert_int_equal(st_file_kind_of(in_dir("o.txt.part")), ST_FILE_ABSENT);
    assert_int_equal(st_file_size(in_dir("o.txt")), 3);

    assert_int_equal(st_out_file_open(&out, in_dir("o.txt"), &err), 0);
    write_text(out.part_path, "newer");
    assert_int_equal(st_out_file_commit(&out, &err), 0);
    st_out_file_close(&out);
    assert_int_equal(st_file_size(in_dir("o.txt")), 5);
    assert_int_equal(st_file_kind_of(in_dir("o.txt.part")), ST_FILE_ABSENT);
}

static void outputs_that_cannot_be_written_say_so(void **state)
{
    (void)state;
    st_out_file out;
    stance_error err = {0};
    assert_int_equal(st_out_file_open(&out, in_dir("no/such/o.txt"), &err),
                     STANCE_EOUTPUT);
    assert_non_null(
        strstr(err.message, "no/such/o.txt: could not be written: No such file"));
    assert_int_equal(st_out_file_open(&out, dir, &err), STANCE_EOUTPUT);
    assert_non_null(strstr(err.message, "expected a file name, found a folder"));
    assert_int_equal(st_out_file_open(&out, "/dev/null", &err), 0);
    assert_true(out.in_place);
    assert_int_equal(st_out_file_commit(&out, &err), 0);
    st_out_file_close(&out);
    assert_int_equal(st_file_kind_of("/dev/null"), ST_FILE_OTHER);
}

static void small_files_are_read_whole(void **state)
{
    (void)state;
    char *bytes;
    size_t n;
    stance_error err = {0};
    write_text(in_dir("s.txt"), "12345");
    assert_int_equal(st_file_read(in_dir("s.txt"), 5, STANCE_EMODEL, &bytes, &n, &err),
                     0);
    assert_int_equal(n, 5);
    assert_string_equal(bytes, "12345");
    st_free(bytes);
    assert_int_equal(st_file_read(in_dir("s.txt"), 4, STANCE_EMODEL, &bytes, &n, &err),
                     STANCE_EMODEL);
    assert_null(bytes);
    assert_int_equal(st_file_read(in_dir("none"), 4, STANCE_EINPUT, &bytes, &n, &err),
                     STANCE_EINPUT);
    assert_int_equal(st_file_read(dir, 4, STANCE_EINPUT, &bytes, &n, &err),
                     STANCE_EINPUT);
}

static int collect(void *user, const char *path, const char *name)
{
    (void)path;
    strcat(user, name);
    strcat(user, " ");
    return strcmp(name, "c") == 0 ? 7 : 0;
}

static void folders_are_walked_in_order(void **state)
{
    (void)state;
    stance_error err = {0};
    char names[200] = "";
    assert_int_equal(st_make_folders(in_dir("w/x/y"), &err), 0);
    assert_int_equal(st_make_folders(in_dir("w/x/y"), &err), 0);
    write_text(in_dir("w/x/b"), "");
    write_text(in_dir("w/x/c"), "");
    write_text(in_dir("w/x/a"), "");
    assert_int_equal(st_folder_each(in_dir("w/x"), collect, names, &err), 7);
    assert_string_equal(names, "a b c ");
    assert_int_equal(st_folder_each(in_dir("nowhere"), collect, names, &err),
                     STANCE_EINPUT);
    assert_int_equal(st_make_folders(in_dir("w/x/a/z"), &err), STANCE_EOUTPUT);
}

static void the_same_file_is_known_by_any_name(void **state)
{
    (void)state;
    write_text(in_dir("one"), "1");
    write_text(in_dir("two"), "2");
    assert_int_equal(symlink(in_dir("one"), in_dir("link")), 0);
    assert_true(st_file_same(in_dir("one"), in_dir("link")));
    assert_false(st_file_same(in_dir("one"), in_dir("two")));
    assert_false(st_file_same(in_dir("one"), in_dir("none")));
}

static void user_folders_follow_xdg(void **state)
{
    (void)state;
    setenv("XDG_CACHE_HOME", "/c", 1);
    unsetenv("XDG_DATA_HOME");
    setenv("HOME", "/h", 1);
    char *cache = st_user_folder_path(ST_USER_CACHE);
    char *data = st_user_folder_path(ST_USER_DATA);
    assert_string_equal(cache, "/c/stance");
    assert_string_equal(data, "/h/.local/share/stance");
    st_free(cache);
    st_free(data);
    unsetenv("HOME");
    assert_null(st_user_folder_path(ST_USER_DATA));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_taken_apart),
        cmocka_unit_test(an_output_appears_only_when_committed),
        cmocka_unit_test(outputs_that_cannot_be_written_say_so),
        cmocka_unit_test(small_files_are_read_whole),
        cmocka_unit_test(folders_are_walked_in_order),
        cmocka_unit_test(the_same_file_is_known_by_any_name),
        cmocka_unit_test(user_folders_follow_xdg),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
