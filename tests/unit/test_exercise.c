/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exercises as text: files of users, lists of --exercise, and the known distance.
 *
 * What is refused is told with the file, the line, what was expected and what was found;
 * each kind of error has its row.
 */
#include "test.h"

#include <string.h>

#include "analyse/exercise.h"
#include "analyse/known_distance.h"

static void good_file(void **state)
{
    (void)state;
    st_exercise e;
    stance_error err = {0};
    assert_int_equal(st_exercise_parse(&e,
                                       "# of the left leg\r\n\n name = knee-raise \r\n"
                                       "measure=left_hip # flexion\nrest = 30\n"
                                       "turn\t=\t80.5\nleast_s = 1\nmost_s = 6\n"
                                       "hold_s = 2",
                                       "a.txt", &err),
                     0);
    assert_string_equal(e.name, "knee-raise");
    assert_int_equal(e.signal, ST_SIGNAL_HIP);
    assert_int_equal(e.side, ST_LEFT);
    assert_near(e.rest, 30, 0);
    assert_near(e.turn, 80.5, 0);
    assert_near(e.least_s, 1, 0);
    assert_near(e.most_s, 6, 0);
    assert_near(e.hold_s, 2, 0);
    assert_null(e.fits);
}

static void short_file(void **state)
{
    (void)state;
    st_exercise e;
    stance_error err = {0};
    const char *text = "name = up\nmeasure = hip_height\nrest = 0.9\nturn = -1\n";
    assert_int_equal(st_exercise_parse(&e, text, "a.txt", &err), 0);
    assert_int_equal(e.signal, ST_SIGNAL_HIP_HEIGHT);
    assert_int_equal(e.side, -1);
    assert_near(e.least_s, 0.3, 0);
}

static void bad_files(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected, *found;
    } rows[] = {
        {"name = Up\n", "a.txt:1: expected a name of", "'Up'"},
        {"name =\n", "a.txt:1: expected a name of", "''"},
        {"name = abcdefghijklmnopqrstuvwxyz012345\n", "a.txt:1: expected a name of",
         "'abcdefghijklmnopqrstuvwxyz012345'"},
        {"\nmeasure = toe\n", "a.txt:2: expected knee, hip", "'toe'"},
        {"measure = left_hip_height\n", "a.txt:1: expected knee", "'left_hip_height'"},
        {"\n\nrest = x\n", "a.txt:3: expected a number from -360 to 360", "'x'"},
        {"turn = 361\n", "a.txt:1: expected a number from -360 to 360", "'361'"},
        {"turn = nan\n", "a.txt:1: expected a number from -360 to 360", "'nan'"},
        {"hold_s = -1\n", "a.txt:1: expected a number from 0 to 3600", "'-1'"},
        {"speed = 3\n", "a.txt:1: expected name, measure, rest", "'speed'"},
        {"squat\n", "a.txt:1: expected NAME = VALUE", "'squat'"},
        {"measure = knee\nrest = 1\nturn = 2\n", "expected a line 'name = ...'", "none"},
        {"name = a\nrest = 1\nturn = 2\n", "expected a line 'measure = ...'", "none"},
        {"name = a\nmeasure = knee\nturn = 2\n", "expected a line 'rest = ...'", "none"},
        {"name = a\nmeasure = knee\nrest = 2\n", "expected a line 'turn = ...'", "none"},
        {"name = a\nmeasure = knee\nrest = 2\nturn = 2\n",
         "expected two different numbers", "found 2 for both"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        st_exercise e;
        stance_error err = {0};
        assert_int_equal(st_exercise_parse(&e, rows[i].text, "a.txt", &err),
                         STANCE_EINVAL);
        assert_non_null(strstr(err.message, "a.txt:"));
        assert_non_null(strstr(err.message, rows[i].expected));
        assert_non_null(strstr(err.message, rows[i].found));
    }
}

static void long_lines_are_refused(void **state)
{
    (void)state;
    char text[300];
    st_exercise e;
    stance_error err = {0};
    memset(text, ' ', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    assert_int_equal(st_exercise_parse(&e, text, "a.txt", &err), STANCE_EINVAL);
    assert_non_null(strstr(err.message, "a.txt:1: expected a line of less than 256"));
}

static void lists(void **state)
{
    (void)state;
    st_exercise e[ST_EXERCISES_MOST];
    stance_error err = {0};
    assert_int_equal(st_exercises_read(e, NULL, &err), 6);
    assert_int_equal(st_exercises_read(e, "", &err), 6);
    assert_int_equal(st_exercises_read(e, "curl,push-up", &err), 2);
    assert_string_equal(e[0].name, "curl");
    assert_string_equal(e[1].name, "push-up");
    assert_int_equal(st_exercises_read(e, "curl,squat,curl", &err), STANCE_EINVAL);
    assert_non_null(strstr(err.message, "'curl' is there twice"));
    assert_int_equal(st_exercises_read(e, "squat,no/such", &err), STANCE_EINVAL);
    assert_non_null(strstr(err.message, "no/such: expected squat, push-up"));
}

static void files_in_lists(void **state)
{
    (void)state;
    char path[] = "/tmp/stance-exercise-XXXXXX", list[600] = "";
    st_exercise e[ST_EXERCISES_MOST + 1];
    stance_error err = {0};
    int fd = mkstemp(path);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    assert_non_null(file);
    fputs("name = own\nmeasure = knee\nrest = 20\nturn = 70\n", file);
    assert_int_equal(fclose(file), 0);
    snprintf(list, sizeof(list), "squat,%s", path);
    int n = st_exercises_read(e, list, &err);
    remove(path);
    assert_int_equal(n, 2);
    assert_string_equal(e[1].name, "own");
}

static void distances(void **state)
{
    (void)state;
    double pixels = 0;
    stance_error err = {0};
    assert_int_equal(st_known_distance("0,0 30,40 0.5", &pixels, &err), 0);
    assert_near(pixels, 100, 1e-9);
    static const char *const bad[] = {
        "",
        "1,2 3,4",
        "1,2 3,4 5 6",
        "1,2 1,2 5",
        "1,2 3,4 0",
        "1,2 3,4 -1",
        "a,2 3,4 5",
        "1,2 3,4 5m",
        "1,2 3,4 2e6",
        "1,2 3,4 nan",
        "1,2 3,4 1e-320",
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        err = (stance_error){0};
        assert_int_equal(st_known_distance(bad[i], &pixels, &err), STANCE_EINVAL);
        assert_non_null(strstr(err.message, "--known-distance: expected 'X,Y X,Y MET"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_file), cmocka_unit_test(short_file),
        cmocka_unit_test(bad_files), cmocka_unit_test(long_lines_are_refused),
        cmocka_unit_test(lists),     cmocka_unit_test(files_in_lists),
        cmocka_unit_test(distances),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
