/* SPDX-License-Identifier: Apache-2.0 */
/* Drawn people: what happens to them happens when their truth says so. */
#include "test.h"

#include <math.h>
#include <string.h>

#include "mannequin_kit.h"

/* Above the hips, metres. */
static double shoulders_up(const stance_mannequin *m, int64_t n, stance_poses *truth)
{
    assert_int_equal(stance_mannequin_truth(m, n, truth), 0);
    const stance_keypoint *points = person(truth, 1)->keypoints;
    return -(points[L_SHOULDER].world[1] + points[R_SHOULDER].world[1]) / 2;
}

static void repetitions_turn_where_they_say(void **state)
{
    static const struct {
        const char *address;
        double (*measure)(const stance_mannequin *m, int64_t n, stance_poses *truth);
    } clips[] = {
        {"mannequin:squats?fps=100&size=64x48", hips_y},
        {"mannequin:squats?fps=100&size=64x48&speed=2&seed=4", hips_y},
        {"mannequin:lunges?fps=100&size=64x48&speed=0.7", hips_y},
        {"mannequin:pushups?fps=100&size=64x48&seed=2", hips_y},
        {"mannequin:situps?fps=100&size=64x48&seed=2", shoulders_up},
        {"mannequin:situps?fps=100&size=64x48&seed=4&speed=0.8", shoulders_up},
    };
    (void)state;
    stance_poses truth;
    stance_poses_init(&truth);
    for (size_t a = 0; a < COUNT(clips); a++) {
        stance_mannequin *m = open_scene(clips[a].address);
        size_t n_events, n_reps = 0;
        const stance_event *events = stance_mannequin_events(m, &n_events);
        for (size_t i = 0; i < n_events; i++) {
            if (events[i].kind != STANCE_EVENT_REP)
                continue;
            n_reps++;
            int64_t turn = (events[i].turn_us + 5000) / 10000, farthest = 0;
            double most = -1e9;
            assert_true(events[i].start_us < events[i].turn_us &&
                        events[i].turn_us < events[i].end_us);
            for (int64_t n = events[i].start_us / 10000; n <= events[i].end_us / 10000;
                 n++) {
                double far = clips[a].measure(m, n, &truth);
                farthest = far > most ? n : farthest;
                most = far > most ? far : most;
            }
            if (llabs(farthest - turn) > 3)
                fail_msg("%s: event %zu turns at frame %lld, the body at %lld",
                         clips[a].address, i, (long long)turn, (long long)farthest);
        }
        assert_true(n_reps >= 2);
        stance_mannequin_close(&m);
    }
    stance_poses_clear(&truth);
}

/* Feet and seat stay, the trunk goes from lying to upright; the knees are bent. */
static void a_sit_up_goes_from_lying_to_upright(void **state)
{
    (void)state;
    stance_poses truth;
    stance_poses_init(&truth);
    for (int seed = 1; seed <= 8; seed++) {
        char address[100];
        snprintf(address, sizeof(address), "mannequin:situps?fps=100&size=64x48&seed=%d",
                 seed);
        stance_mannequin *m = open_scene(address);
        size_t n_events;
        const stance_event *events = stance_mannequin_events(m, &n_events);
        assert_true(n_events >= 2);
        assert_string_equal(events[0].label, "sit-up");
        double trunk = 0.46; /* of 1.75 m; people are 1.58 to 1.90 m tall */
        double lying = shoulders_up(m, events[0].start_us / 10000, &truth);
        assert_near(lying, 0, 0.05);
        double hips = hips_y(m, events[0].start_us / 10000, &truth);
        double up = shoulders_up(m, events[0].turn_us / 10000, &truth);
        if (up < 0.85 * trunk || up > 1.1 * trunk)
            fail_msg("%s: the shoulders rise by %.3f m", address, up);
        assert_near(hips_y(m, events[0].turn_us / 10000, &truth), hips, 0.02);
        const stance_pose *pose = person(&truth, 1);
        for (int side = 0; side < 2; side++) {
            double leg = world_distance(pose, L_HIP + side, L_KNEE + side) +
                         world_distance(pose, L_KNEE + side, L_ANKLE + side);
            double bent = world_distance(pose, L_HIP + side, L_ANKLE + side) / leg;
            assert_true(bent > 0.5 && bent < 0.8);
        }
        stance_mannequin_close(&m);
    }
    stance_poses_clear(&truth);
}

static void a_fall_begins_and_ends_where_it_says(void **state)
{
    (void)state;
    stance_poses truth;
    stance_poses_init(&truth);
    for (int seed = 1; seed <= 8; seed++) {
        char address[100];
        snprintf(address, sizeof(address), "mannequin:fall?fps=100&size=64x48&seed=%d",
                 seed);
        stance_mannequin *m = open_scene(address);
        size_t n_events, n_falls = 0;
        const stance_event *events = stance_mannequin_events(m, &n_events);
        for (size_t i = 0; i < n_events; i++) {
            if (events[i].kind != STANCE_EVENT_FALL)
                continue;
            n_falls++;
            int64_t start = events[i].start_us / 10000, end = events[i].end_us / 10000;
            double before = hips_y(m, 0, &truth);
            assert_near(hips_y(m, start, &truth), before, 0.01);
            assert_true(hips_y(m, start + 35, &truth) > before + 0.03);
            double down = hips_y(m, end + 1, &truth);
            assert_true(down > before + 0.6);
            for (int64_t n = end + 1; n < 1000; n += 20)
                assert_near(hips_y(m, n, &truth), down, 0.02);
        }
        assert_int_equal(n_falls, 1);
        stance_mannequin_close(&m);
    }
    stance_poses_clear(&truth);
}

static void who_enters_and_leaves_is_there_between(void **state)
{
    (void)state;
    stance_mannequin *m = open_scene("mannequin:enter-leave?people=3&size=64x48");
    size_t n_events, n_seen = 0;
    const stance_event *events = stance_mannequin_events(m, &n_events);
    stance_poses truth;
    stance_poses_init(&truth);
    for (size_t i = 0; i < n_events; i++) {
        if (events[i].kind != STANCE_EVENT_ENTER && events[i].kind != STANCE_EVENT_EXIT)
            continue;
        bool enters = events[i].kind == STANCE_EVENT_ENTER;
        int64_t n = (events[i].start_us * 30 + 500000) / 1000000;
        assert_int_equal(stance_mannequin_truth(m, n, &truth), 0);
        assert_true((person(&truth, events[i].id) != NULL) == enters);
        assert_int_equal(stance_mannequin_truth(m, n - 1, &truth), 0);
        assert_true((person(&truth, events[i].id) != NULL) != enters);
        assert_true(i == 0 || events[i].start_us >= events[i - 1].start_us);
        n_seen++;
    }
    assert_int_equal(n_seen, 6);
    stance_poses_clear(&truth);
    stance_mannequin_close(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repetitions_turn_where_they_say),
        cmocka_unit_test(a_sit_up_goes_from_lying_to_upright),
        cmocka_unit_test(a_fall_begins_and_ends_where_it_says),
        cmocka_unit_test(who_enters_and_leaves_is_there_between),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
