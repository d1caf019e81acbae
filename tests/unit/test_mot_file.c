/* SPDX-License-Identifier: Apache-2.0 */
/* MOTChallenge's text and stance's JSON as tables of boxes: what is taken, how exactly,
 * and what is said of what is wrong. */
#include "test.h"

#include <math.h>
#include <string.h>

#include "eval/tracks.h"

static int parse(st_tracks *tracks, const char *text, stance_error *err)
{
    *tracks = (st_tracks){0};
    return st_tracks_parse(tracks, text, strlen(text), "f", err);
}

static void a_line_is_a_box(void **state)
{
    (void)state;
    st_tracks tracks;
    stance_error err = {0};
    assert_int_equal(
        parse(&tracks, "2,70,1.5,-2,30,40,0.25,7,0.5\r\n\n1, 8, 0, 0, 1, 1\n2 9 0 0 2 2",
              &err),
        0);
    assert_int_equal(tracks.n, 3);
    assert_int_equal(tracks.n_ids, 3);
    assert_int_equal(tracks.most_in_frame, 2);
    assert_int_equal(tracks.last_frame, 2);
    assert_false(tracks.has_classes);
    const st_track_box *first = &tracks.boxes[0], *second = &tracks.boxes[1];
    assert_int_equal(first->frame, 1);
    assert_int_equal(first->line, 3);
    assert_int_equal(first->track, 0);
    assert_int_equal(first->class_id, ST_TRACK_NO_CLASS);
    assert_near(first->confidence, 1, 0);
    assert_int_equal(second->id, 70);
    assert_int_equal(second->track, 2);
    assert_int_equal(second->class_id, 7);
    assert_near(second->confidence, 0.25, 0);
    assert_near(second->box[0], 1.5, 0);
    assert_near(second->box[1], -2, 0);
    assert_near(second->box[3], 40, 0);
    assert_int_equal(tracks.boxes[2].id, 9);
    st_tracks_clear(&tracks);
}

static void classes_are_seen(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool expected;
    } cases[] = {
        {"1,1,0,0,1,1,1,1,1\n1,2,0,0,1,1,0,8,0.3\n", true},
        {"1,1,0,0,1,1,1,1,1\n1,2,0,0,1,1,1,-1,-1\n", false},
        {"1,1,0,0,1,1,1,1\n", false},
        {"1,1,0,0,1,1,1,-1,-1,-1\n", false},
        {"", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        st_tracks tracks;
        stance_error err = {0};
        assert_int_equal(parse(&tracks, cases[i].text, &err), 0);
        if (tracks.has_classes != cases[i].expected)
            fail_msg("'%s': expected %d", cases[i].text, cases[i].expected);
        st_tracks_clear(&tracks);
    }
}

/* Bit by bit what strtod() makes of the digits. */
static void check_numbers(void)
{
    unsigned seed = 3;
    for (int i = 0; i < 20000; i++) {
        char number[40], text[80];
        st_tracks tracks;
        stance_error err = {0};
        seed = seed * 1664525U + 1013904223U;
        snprintf(number, sizeof(number), "%s%u.%0*u", seed & 1 ? "-" : "", seed >> 20,
                 (int)(seed >> 8) % 12 + 1, seed >> 4 & 0xfff);
        snprintf(text, sizeof(text), "1,1,%s,%de%d,1,1", number, (int)(seed >> 6) % 9999,
                 (int)(seed >> 9) % 6 - 3);
        if (parse(&tracks, text, &err) < 0)
            fail_msg("%s: %s", text, err.message);
        char *point = strchr(number, '.');
        *point = *localeconv()->decimal_point;
        double expected = strtod(number, NULL);
        if (tracks.boxes[0].box[0] != expected)
            fail_msg("%s: expected %.17g, found %.17g", number, expected,
                     tracks.boxes[0].box[0]);
        st_tracks_clear(&tracks);
    }
}

static void numbers_are_exact(void **state)
{
    (void)state;
    check_numbers();
}

static void numbers_have_points_in_every_locale(void **state)
{
    (void)state;
    if (!test_use_comma_locale())
        skip();
    check_numbers();
    setlocale(LC_ALL, "C");
}

static void what_is_wrong_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"1,1,0,0,1", "f:1: expected frame, id, x, y, width, height and maybe more, "
                      "found 5 columns"},
        {"1,1,0,0,1,1\n1,x,0,0,1,1", "f:2: expected a number in column 2, found 'x'"},
        {"1,1,,0,1,1", "f:1: expected a number in column 3, found nothing"},
        {"1,1,nan,0,1,1", "f:1: expected a number in column 3, found 'nan'"},
        {"1,1,0,0,-5,1", "f:1: expected a width from 0, found -5"},
        {"1,1,0,0,5,-1.5", "f:1: expected a height from 0, found -1.5"},
        {"0,1,0,0,1,1", "f:1: expected a frame, a whole number from 1, found 0"},
        {"1,1.5,0,0,1,1",
         "f:1: expected an id, a whole number from 0 (or -1: nobody's), found 1.5"},
        {"1,-1,0,0,1,1", "f: expected boxes with ids, found none in line 1 nor anywhere: "
                         "people were not followed"},
        {"7,3,0,0,1,1\n7,3,5,5,1,1", "f:2: expected an id once in frame 7, found 3 also "
                                     "in line 1"},
        {"{\"frames\":[{\"frame_index\":4,\"people\":[{\"id\":2,\"box\":[0,0,1,1]},"
         "{\"id\":2,\"box\":[0,0,1,1]}]}]}",
         "f: frames[0]: expected an id once in frame_index 4, found 2 twice"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        st_tracks tracks;
        stance_error err = {0};
        assert_int_equal(parse(&tracks, cases[i].text, &err), STANCE_EINPUT);
        assert_string_equal(err.message, cases[i].message);
        st_tracks_clear(&tracks);
    }
}

static void json_counts_frames_from_one(void **state)
{
    (void)state;
    st_tracks tracks;
    stance_error err = {0};
    static const char text[] =
        " {\"frames\":[{\"frame_index\":0,\"people\":[]},{\"frame_index\":9,\"people\":["
        "{\"id\":5,\"box\":[1,2,3.5,4],\"score\":0.1}]}]}";
    if (parse(&tracks, text, &err) < 0)
        fail_msg("%s", err.message);
    assert_int_equal(tracks.n, 1);
    assert_int_equal(tracks.boxes[0].frame, 10);
    assert_int_equal(tracks.boxes[0].id, 5);
    assert_near(tracks.boxes[0].confidence, 1, 0);
    assert_near(tracks.boxes[0].box[2], 3.5, 0);
    st_tracks_clear(&tracks);
}

static void a_frame_is_not_too_full(void **state)
{
    (void)state;
    enum { MANY = 4097 };
    char *text = malloc(MANY * 20), *end = text;
    st_tracks tracks;
    stance_error err = {0};
    for (int i = 0; i < MANY; i++)
        end += sprintf(end, "3,%d,0,0,1,1\n", i);
    assert_int_equal(parse(&tracks, text, &err), STANCE_EINPUT);
    assert_non_null(strstr(err.message, "at most 4096 boxes"));
    st_tracks_clear(&tracks);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_a_box),
        cmocka_unit_test(classes_are_seen),
        cmocka_unit_test(numbers_are_exact),
        cmocka_unit_test(numbers_have_points_in_every_locale),
        cmocka_unit_test(what_is_wrong_is_said),
        cmocka_unit_test(json_counts_frames_from_one),
        cmocka_unit_test(a_frame_is_not_too_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
