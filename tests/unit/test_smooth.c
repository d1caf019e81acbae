/* SPDX-License-Identifier: Apache-2.0 */
/* One-Euro: steady at rest, quick in motion, by real time, anew with each identity. */
#include "test.h"

#include <math.h>

#include "base/memory.h"
#include "people_kit.h"
#include "track/smooth.h"

enum { HEIGHT = 300 };

static st_smoother open_smoother(int smooth)
{
    st_smoother s;
    st_smoother_open(&s, st_one_euro_of(smooth), true, stance_skeleton_find("coco17"));
    return s;
}

/* One frame with one person, whose wrist (9) is at x; returns where it is put. */
static double frame(st_smoother *s, int64_t id, int64_t pts_us, double x, bool cut)
{
    stance_poses poses = {0};
    stance_keypoint *wrist = &kit_person(&poses, id, 0, 0, 100, HEIGHT)->keypoints[9];
    wrist->x = (float)x;
    wrist->world[1] = (float)(x / 100);
    assert_int_equal(st_smoother_run(s, &poses, pts_us, cut), 0);
    wrist = &poses.people[0].keypoints[9];
    double out = wrist->x;
    if (id > 0)
        assert_near(wrist->raw[0], x, 1e-3);
    assert_near(wrist->score, 0.8, 1e-6);
    stance_poses_clear(&poses);
    return out;
}

static void at_rest_the_spread_falls(void **state)
{
    (void)state;
    const double noises[] = {0.5, 2, 5}; /* pixels, of somebody 300 high */
    for (size_t i = 0; i < COUNT(noises); i++)
        for (int smooth = STANCE_SMOOTH_LOW; smooth <= STANCE_SMOOTH_HIGH; smooth++) {
            st_smoother s = open_smoother(smooth);
            double raw = 0, out = 0;
            uint32_t seed = 5;
            for (int n = 0; n < 600; n++) {
                double x = noises[i] * kit_noise(&seed);
                double y = frame(&s, 1, n * FRAME_US, 500 + x, false) - 500;
                raw += n >= 30 ? x * x : 0;
                out += n >= 30 ? y * y : 0;
            }
            double part = sqrt(out / raw);
            assert_true(part < (smooth == STANCE_SMOOTH_LOW ? 0.5 : 0.3));
            st_smoother_close(&s);
        }
}

/* A hand that swings over the person's height, once a second: the delay is that at which
 * what comes out fits what went in. */
static double delay_of(int smooth, double fps, double swings_a_second)
{
    st_smoother s = open_smoother(smooth);
    double sines = 0, cosines = 0;
    const double turn = 6.283185307179586 * swings_a_second;
    for (int n = 0; n < 20 * fps; n++) {
        double t = n / fps;
        double x =
            frame(&s, 1, (int64_t)(t * 1e6), 500 + HEIGHT / 2.0 * sin(turn * t), false);
        if (t > 2 && t <= 12) {
            sines += (x - 500) * sin(turn * t);
            cosines += (x - 500) * cos(turn * t);
        }
    }
    st_smoother_close(&s);
    return -atan2(cosines, sines) / turn * fps;
}

static void in_motion_the_delay_is_short(void **state)
{
    (void)state;
    const double fps[] = {15, 30, 60};
    for (size_t i = 0; i < COUNT(fps); i++) {
        double low = delay_of(STANCE_SMOOTH_LOW, fps[i], 1);
        double high = delay_of(STANCE_SMOOTH_HIGH, fps[i], 1);
        if (low < 0 || low > 2 || high < low || high > 4)
            fail_msg("at %g frames a second: %g and %g frames", fps[i], low, high);
    }
}

static void identities_cuts_and_gaps_begin_anew(void **state)
{
    (void)state;
    st_smoother s = open_smoother(STANCE_SMOOTH_HIGH);
    assert_near(frame(&s, 1, 0, 100, false), 100, 1e-4);
    assert_true(frame(&s, 1, FRAME_US, 110, false) < 106); /* held back */
    assert_near(frame(&s, 2, 2 * FRAME_US, 300, false), 300, 1e-4);
    assert_near(frame(&s, 2, 3 * FRAME_US, 400, true), 400, 1e-4);
    assert_near(frame(&s, 2, 3 * FRAME_US + 600000, 500, false), 500, 1e-4);
    assert_near(frame(&s, 0, 4 * FRAME_US + 600000, 123, false), 123, 0); /* nobody */
    st_smoother_close(&s);
}

static void times_are_the_frames_own(void **state)
{
    (void)state;
    /* The same motion, seen at even and at uneven times, ends at about the same place. */
    st_smoother even = open_smoother(STANCE_SMOOTH_LOW);
    st_smoother uneven = open_smoother(STANCE_SMOOTH_LOW);
    double a = 0, b = 0;
    for (int n = 0; n <= 120; n++) {
        int64_t t = n * 16667;
        a = frame(&even, 1, t, (double)t / 1e4, false);
        if (n % 3 != 1)
            b = frame(&uneven, 1, t, (double)t / 1e4, false);
    }
    assert_near(b, a, 2);
    assert_near(frame(&even, 1, 120 * 16667, 900, false), a, 1e-4); /* no time: no step */
    st_smoother_close(&even);
    st_smoother_close(&uneven);
}

static void absent_points_stay_absent(void **state)
{
    (void)state;
    st_smoother s = open_smoother(STANCE_SMOOTH_LOW);
    stance_poses poses = {0};
    for (int n = 0; n < 4; n++) {
        poses.n = 0;
        stance_keypoint *point = &kit_person(&poses, 1, 0, 0, 100, 300)->keypoints[0];
        if (n == 1)
            point->x = point->y = NAN;
        point->z = n == 2 ? 5 : NAN; /* a depth that comes and goes */
        assert_int_equal(st_smoother_run(&s, &poses, n * FRAME_US, false), 0);
        point = &poses.people[0].keypoints[0];
        assert_true(stance_keypoint_given(point) == (n != 1));
        assert_true(n == 1 || point->x == 50);
        assert_true(n != 2 || point->z == 5);
    }
    stance_poses_clear(&poses);
    st_smoother_close(&s);
}

static void nothing_is_allocated_after_the_first_frames(void **state)
{
    (void)state;
    st_smoother s = open_smoother(STANCE_SMOOTH_LOW);
    stance_poses poses = {0};
    for (int64_t i = 1; i <= 10; i++)
        kit_person(&poses, i, 10.0 * (double)i, 0, 10, 10);
    assert_int_equal(st_smoother_run(&s, &poses, 0, false), 0);
    long count = st_memory_count();
    for (int n = 1; n < 50; n++)
        assert_int_equal(st_smoother_run(&s, &poses, n * FRAME_US, false), 0);
    assert_int_equal(st_memory_count(), count);
    stance_poses_clear(&poses);
    st_smoother_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_rest_the_spread_falls),
        cmocka_unit_test(in_motion_the_delay_is_short),
        cmocka_unit_test(identities_cuts_and_gaps_begin_anew),
        cmocka_unit_test(times_are_the_frames_own),
        cmocka_unit_test(absent_points_stay_absent),
        cmocka_unit_test(nothing_is_allocated_after_the_first_frames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
