/* SPDX-License-Identifier: Apache-2.0 */
/* Zones and lines: read as people write them, and where points are beside them. */
#include "test.h"

#include <string.h>

#include "analyse/place.h"

static st_places places;

static void read_ok(const char *option, size_t least, const char *text)
{
    stance_error err;
    int rc = st_places_read(&places, option, least, text, 200, 100, &err);
    if (rc < 0)
        fail_msg("%s: %s", text, err.message);
}

static void zones_and_lines_are_read(void **state)
{
    (void)state;
    read_ok("zone", 3, NULL);
    assert_int_equal(places.n, 0);
    read_ok("zone", 3,
            "till=10,50 40,50 40,100; 0%,0% 100%,0%  50%,100.0% ;b=1,2 3,4 5,-6.5;");
    assert_int_equal(places.n, 3);
    assert_string_equal(places.at[0].name, "till");
    assert_string_equal(places.at[1].name, "zone2");
    assert_near(places.at[1].points[1][0], 200, 0);
    assert_near(places.at[1].points[2][1], 100, 0);
    assert_near(places.at[2].points[2][1], -6.5, 0);
    read_ok("line", 2, "front door=1,2 3,4");
    assert_string_equal(places.at[0].name, "front door");
}

static void what_cannot_be_is_said(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "1,2 3,4",
        "1,2 3,4 5",
        "1,2 3,4 5,x",
        "=1,2 3,4 5,6",
        "a=1 2 3",
        "1,2 3,4 5,6 7",
        "1,2,3,4,5,6",
        "1,2 3,4 nan,6",
        ";1,2 3,4 5,6",
        "a=1,2 3,4 5,6;a=1,2 3,4 5,6",
        "1,2 3,4 1e30,6",
        "x",
        "this name is far too long for a zone or line=1,2 3,4 5,6",
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        stance_error err;
        if (st_places_read(&places, "zone", 3, bad[i], 200, 100, &err) != STANCE_EINVAL)
            fail_msg("'%s' was taken", bad[i]);
        assert_non_null(strstr(err.message, "--zone"));
    }
    stance_error err;
    assert_int_equal(st_places_read(&places, "line", 2, "1,2 3,4 5,6", 9, 9, &err),
                     STANCE_EINVAL);
    char many[4096] = "";
    for (int i = 0; i <= ST_PLACE_POINTS; i++)
        strcat(many, "1,2 ");
    assert_int_equal(st_places_read(&places, "zone", 3, many, 9, 9, &err), STANCE_EINVAL);
    *many = '\0';
    for (int i = 0; i <= ST_PLACES_MOST; i++)
        strcat(many, "1,2 3,4 5,6;");
    assert_int_equal(st_places_read(&places, "zone", 3, many, 9, 9, &err), STANCE_EINVAL);
}

static void depth_is_the_way_to_the_border(void **state)
{
    (void)state;
    stance_error err; /* of a picture of no known size: no side is its edge */
    assert_int_equal(
        st_places_read(&places, "zone", 3, "0,0 100,0 100,100 50,20 0,100", 0, 0, &err),
        0); /* a notch from below */
    const st_place *zone = &places.at[0];
    assert_near(st_place_depth(zone, 50, 10), 10, 1e-9);
    assert_near(st_place_depth(zone, 50, 25), -2.65, 0.01); /* in the notch */
    assert_near(st_place_depth(zone, -30, 50), -30, 1e-9);
    assert_near(st_place_depth(zone, 130, -40), -50, 1e-9);
    assert_true(st_place_depth(zone, 90, 60) > 0);
}

static void the_pictures_edge_is_no_border(void **state)
{
    (void)state;
    read_ok("zone", 3, "0%,50% 100%,50% 100%,100% 0%,100%;0,0 200,0 200,100 0,100");
    assert_near(st_place_depth(&places.at[0], 100, 99.5), 49.5, 1e-9);
    assert_near(st_place_depth(&places.at[0], 0.5, 40), -10, 1e-9);
    assert_true(st_place_depth(&places.at[1], 0.5, 0.5) > 1e6); /* all of it */
    stance_error err;
    assert_int_equal(
        st_places_read(&places, "zone", 3, "0%,0% 9%,9% 9%,0%", -1, -1, &err),
        STANCE_EINVAL);
    assert_non_null(strstr(err.message, "--size"));
}

static void sides_and_crossings(void **state)
{
    (void)state;
    read_ok("line", 2, "10,50 90,50"); /* looking right, down is to the right */
    const st_place *line = &places.at[0];
    assert_near(st_place_side(line, 50, 60), 10, 1e-9);
    assert_near(st_place_side(line, 0, 45), -5, 1e-9);
    const double above[2] = {50, 40}, below[2] = {60, 70}, far[2] = {200, 70};
    assert_true(st_place_crossed(line, above, below));
    assert_true(st_place_crossed(line, below, above));
    assert_false(st_place_crossed(line, above, far)); /* past its end */
    assert_false(st_place_crossed(line, below, far));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zones_and_lines_are_read),
        cmocka_unit_test(what_cannot_be_is_said),
        cmocka_unit_test(depth_is_the_way_to_the_border),
        cmocka_unit_test(the_pictures_edge_is_no_border),
        cmocka_unit_test(sides_and_crossings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
