/* SPDX-License-Identifier: Apache-2.0 */
/* Where somebody is looked for: what stays, what follows a frame later, what jumps. */
#include "test.h"

#include <math.h>

#include "model/aim.h"

static const double region[4] = {0, 0, 640, 480};

static st_target at(double middle_x, double middle_y, double side)
{
    return (st_target){{middle_x - side / 2, middle_y - side / 2, side}, true};
}

/* One of the squares that there are: sixths of a doubling, sixteenths of a side. */
static st_target on_grid(int size, int x, int y)
{
    double side = exp2(size / 6.0);
    return at(x * side / 16, y * side / 16, side);
}

static void expect(const st_target *found, st_target wanted)
{
    assert_int_equal(found->following, wanted.following);
    if (wanted.following && (fabs(found->square.x - wanted.square.x) > 1e-9 ||
                             fabs(found->square.y - wanted.square.y) > 1e-9 ||
                             fabs(found->square.side - wanted.square.side) > 1e-9))
        fail_msg("found %g, %g, %g, expected %g, %g, %g", found->square.x,
                 found->square.y, found->square.side, wanted.square.x, wanted.square.y,
                 wanted.square.side);
}

/* Somebody was found at once in the whole picture. */
static st_aim on(st_target target)
{
    st_aim aim;
    st_aim_reset(&aim);
    expect(&aim.next, (st_target){0});
    expect(&aim.later, (st_target){0});
    st_aim_move(&aim, target, region);
    expect(&aim.next, target);
    expect(&aim.later, target);
    return aim;
}

static void what_hardly_moves_stays(void **state)
{
    (void)state;
    const st_target first = on_grid(48, 19, 13); /* 304, 208, 256 */
    const st_target near[] = {at(316, 208, 256), at(304, 196, 256), at(304, 208, 270),
                              at(304, 208, 220)};
    for (size_t i = 0; i < sizeof(near) / sizeof(near[0]); i++) {
        st_aim aim = on(first);
        for (int frame = 0; frame < 3; frame++)
            st_aim_move(&aim, near[i], region);
        expect(&aim.next, first);
        expect(&aim.later, first);
    }
}

static void what_goes_away_is_followed_a_frame_later(void **state)
{
    (void)state;
    const st_target first = on_grid(48, 19, 13);
    const st_target away[] = {on_grid(48, 20, 13), on_grid(48, 19, 12),
                              on_grid(49, 17, 12), on_grid(46, 24, 16)};
    for (size_t i = 0; i < sizeof(away) / sizeof(away[0]); i++) {
        st_aim aim = on(first);
        st_aim_move(&aim, away[i], region);
        expect(&aim.next, first);
        expect(&aim.later, away[i]);
        st_aim_move(&aim, away[i], region);
        expect(&aim.next, away[i]);
        expect(&aim.later, away[i]);
    }
}

static void what_jumps_is_followed_at_once(void **state)
{
    (void)state;
    const st_target first = on_grid(48, 19, 13);
    const st_target far[] = {on_grid(48, 21, 13), on_grid(48, 19, 11), on_grid(51, 13, 9),
                             on_grid(44, 30, 20)};
    for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); i++) {
        st_aim aim = on(first);
        st_aim_move(&aim, far[i], region);
        expect(&aim.next, far[i]);
        expect(&aim.later, far[i]);
    }
}

static void nobody_is_looked_for_everywhere(void **state)
{
    (void)state;
    st_aim aim = on(on_grid(48, 19, 13));
    st_aim_move(&aim, (st_target){0}, region);
    expect(&aim.next, (st_target){0});
    expect(&aim.later, (st_target){0});
}

/* Poses that hardly differ ask for one and the same square. */
static void what_hardly_differs_is_the_same(void **state)
{
    (void)state;
    st_aim aim = on(on_grid(48, 19, 13)), other = aim;
    st_aim_move(&aim, at(403, 210, 200), region);
    st_aim_move(&other, at(405, 213, 203), region);
    expect(&aim.next, other.next);
    expect(&aim.next, on_grid(46, 32, 17));
}

/* A person that fills the picture: the whole of it and a square of nearly that size are
 * not taken in turns. */
static void nearly_the_whole_is_the_whole(void **state)
{
    (void)state;
    st_aim aim;
    st_aim_reset(&aim);
    st_aim_move(&aim, at(322, 238, 620), region);
    expect(&aim.next, (st_target){0});
    expect(&aim.later, (st_target){0});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_hardly_moves_stays),
        cmocka_unit_test(what_goes_away_is_followed_a_frame_later),
        cmocka_unit_test(what_jumps_is_followed_at_once),
        cmocka_unit_test(nobody_is_looked_for_everywhere),
        cmocka_unit_test(what_hardly_differs_is_the_same),
        cmocka_unit_test(nearly_the_whole_is_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
