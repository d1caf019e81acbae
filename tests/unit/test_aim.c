/* SPDX-License-Identifier: Apache-2.0 */
/* Where somebody is looked for: what stays, what follows a frame later, what jumps. */
#include "test.h"

#include "model/aim.h"

static const double region[4] = {0, 0, 640, 480};

static st_target at(double middle_x, double middle_y, double side)
{
    return (st_target){{middle_x - side / 2, middle_y - side / 2, side}, true};
}

static void expect(const st_target *found, st_target wanted)
{
    assert_true(st_target_same(found, &wanted));
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
    const st_target first = at(300, 200, 200);
    const st_target near[] = {at(309, 200, 200), at(300, 191, 200), at(300, 200, 215),
                              at(300, 200, 170)};
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
    const st_target first = at(300, 200, 200);
    const st_target away[] = {at(315, 200, 200), at(300, 215, 200), at(300, 200, 224),
                              at(300, 200, 150)};
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
    const st_target first = at(300, 200, 200);
    const st_target far[] = {at(325, 200, 200), at(300, 175, 200), at(300, 200, 240),
                             at(300, 200, 120)};
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
    st_aim aim = on(at(300, 200, 200));
    st_aim_move(&aim, (st_target){0}, region);
    expect(&aim.next, (st_target){0});
    expect(&aim.later, (st_target){0});
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
        cmocka_unit_test(nearly_the_whole_is_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
