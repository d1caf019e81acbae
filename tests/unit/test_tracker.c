/* SPDX-License-Identifier: Apache-2.0 */
/* Who is who: people whose way is known, times of every kind, and the ends of memory. */
#include "test.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "stance/track.h"

static stance_tracker *tracker;
static stance_poses poses;
static int64_t now_us;

static int start(void **state)
{
    stance_track_settings settings;
    (void)state;
    now_us = 0;
    stance_poses_init(&poses);
    assert_int_equal(stance_track_settings_defaults(&settings), 0);
    return stance_tracker_open(&tracker, &settings, NULL);
}

static int stop(void **state)
{
    (void)state;
    stance_tracker_close(&tracker);
    assert_null(tracker);
    stance_tracker_close(&tracker);
    stance_poses_clear(&poses);
    return 0;
}

static void start_with(const stance_track_settings *settings)
{
    stop(NULL);
    stance_poses_init(&poses);
    assert_int_equal(stance_tracker_open(&tracker, settings, NULL), 0);
    now_us = 0;
}

static void reset(size_t n)
{
    assert_int_equal(stance_poses_reset(&poses, stance_skeleton_find("coco17"), n), 0);
}

/* Somebody 40 x 120 whose middle is at x, y. */
static void put(size_t i, double x, double y, double score)
{
    const float box[] = {(float)x - 20, (float)y - 60, 40, 120};
    for (int k = 0; k < 4; k++)
        poses.people[i].box[k] = box[k];
    poses.people[i].score = (float)score;
}

static void update(double after_s)
{
    stance_error err = {0};
    now_us += (int64_t)(after_s * 1e6);
    if (stance_tracker_update(tracker, &poses, now_us, &err) < 0)
        fail_msg("%s", err.message);
}

/* One person at a place, after a time; their id. */
static int64_t one(double x, double after_s)
{
    reset(1);
    put(0, x, 200, 0.8);
    update(after_s);
    return poses.people[0].id;
}

static void nobody(double after_s)
{
    reset(0);
    update(after_s);
}

/* ---- ids ---- */

static void everybody_has_an_id_in_their_first_frame(void **state)
{
    (void)state;
    reset(3);
    put(0, 100, 100, 0.21);
    put(1, 300, 100, 0.3);
    put(2, 500, 100, 0.25);
    update(0);
    for (int64_t i = 0; i < 3; i++)
        assert_int_equal(poses.people[i].id, i + 1);
    update(0.04);
    for (int64_t i = 0; i < 3; i++)
        assert_int_equal(poses.people[i].id, i + 1);
}

static void the_unsure_are_somebody_when_they_come_again(void **state)
{
    (void)state;
    const int64_t expected[] = {0, 0, 2};
    for (int i = 0; i < 20; i++)
        assert_int_equal(one(100, 0.04), 1);
    for (size_t i = 0; i < COUNT(expected); i++) {
        reset(2);
        put(0, 100, 200, 0.8);
        put(1, 400, 200, 0.25); /* the third frame makes it enough */
        update(0.04);
        assert_int_equal(poses.people[1].id, expected[i]);
    }
    /* A frame later they would be too late. */
    for (int i = 0; i < 9; i++) {
        reset(i % 4 == 0 ? 2 : 1);
        put(0, 100, 200, 0.8);
        if (i % 4 == 0)
            put(1, 700, 200, 0.25);
        update(0.04);
        assert_int_equal(i % 4 == 0 ? poses.people[1].id : 0, 0);
    }
}

static void ids_are_never_used_again(void **state)
{
    (void)state;
    int64_t last = 0;
    for (int i = 0; i < 50; i++) {
        int64_t id = one(100 + 900 * (i % 2), 60);
        assert_true(id > last);
        last = id;
        if (i % 7 == 0)
            stance_tracker_cut(tracker);
    }
}

static void a_cut_ends_them_all(void **state)
{
    (void)state;
    const stance_track *tracks;
    assert_int_equal(one(100, 0), 1);
    assert_int_equal(one(100, 0.04), 1);
    stance_tracker_cut(tracker);
    assert_int_equal(stance_tracker_tracks(tracker, &tracks), 0);
    assert_int_equal(one(100, 0.04), 2);
}

static void off_gives_none(void **state)
{
    (void)state;
    stance_track_settings settings;
    stance_track_settings_defaults(&settings);
    settings.tracker = STANCE_TRACKER_OFF;
    start_with(&settings);
    reset(1);
    put(0, 100, 100, 1);
    poses.people[0].id = 7;
    update(0);
    assert_int_equal(poses.people[0].id, 0);
}

/* ---- ways ---- */

/* Two who pass one another, seen as one for a while. @return whether ids stayed */
static bool cross(double fps, bool hide)
{
    int64_t left = 0, right = 0;
    stance_tracker_cut(tracker);
    for (double t = 0; t < 4; t += 1 / fps) {
        double x = 100 + 100 * t, other = 500 - 100 * t;
        bool hidden = hide && fabs(x - other) < 25;
        reset(hidden ? 1 : 2);
        put(0, x, 200, 0.8);
        if (!hidden)
            put(1, other, 205, 0.7);
        update(1 / fps);
        left = left ? left : poses.people[0].id;
        right = right ? right : poses.people[hidden ? 0 : 1].id;
    }
    return left != right && poses.people[0].id == left && poses.people[1].id == right;
}

static void two_cross_and_stay_themselves(void **state)
{
    (void)state;
    const double rates[] = {5, 10, 25, 50};
    for (size_t i = 0; i < COUNT(rates); i++)
        for (int hide = 0; hide < 2; hide++)
            if (!cross(rates[i], hide))
                fail_msg("swapped at %g fps, hidden %d", rates[i], hide);
}

/* Two at one place, told apart by how they hold themselves: arms up and down. */
static void points_tell_people_apart(void **state)
{
    (void)state;
    for (int frame = 0; frame < 10; frame++) {
        reset(2);
        for (size_t i = 0; i < 2; i++) {
            size_t who = frame == 9 ? 1 - i : i; /* the last frame in the other order */
            bool last = frame == 9;
            put(i, 100 + (last ? 0 : 12 * (double)who), 200, 0.8);
            for (size_t k = 0; k < 17; k++)
                poses.people[i].keypoints[k] =
                    (stance_keypoint){.x = 90 + (float)k,
                                      .y = who ? 140 + 7 * (float)k : 260 - 7 * (float)k,
                                      .score = 1};
        }
        update(0.04);
    }
    assert_int_equal(poses.people[0].id, 2);
    assert_int_equal(poses.people[1].id, 1);
}

static void far_steps_at_low_rates_are_followed(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++) /* 1.5 widths of the box from frame to frame */
        assert_int_equal(one(100 + 60 * i, 0.2), 1);
    assert_int_equal(one(5000, 0.2), 2);
}

static void a_jerk_of_the_camera_is_survived(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        double jerk = i < 10 ? 0 : 55;
        reset(3);
        for (size_t k = 0; k < 3; k++)
            put(k, 100 + 150 * (double)k + jerk, 200 - jerk / 2, 0.8);
        update(0.04);
        for (int64_t k = 0; k < 3; k++)
            assert_int_equal(poses.people[k].id, k + 1);
    }
}

static void match_says_how_alike(void **state)
{
    (void)state;
    static const struct {
        int tracker;
        double match, step;
        bool same;
    } cases[] = {
        {STANCE_TRACKER_BYTE, 0, 30, true},    {STANCE_TRACKER_BYTE, 0, 3000, false},
        {STANCE_TRACKER_BYTE, 1, 3000, false}, {STANCE_TRACKER_SORT, 0, 30, true},
        {STANCE_TRACKER_SORT, 0.3, 30, false}, {STANCE_TRACKER_SORT, 0.3, 10, true},
        {STANCE_TRACKER_SORT, 1, 10, false},   {STANCE_TRACKER_SORT, 0, 50, false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        stance_track_settings settings;
        stance_track_settings_defaults(&settings);
        settings.tracker = cases[i].tracker;
        settings.match = cases[i].match;
        start_with(&settings);
        int64_t id = one(100, 0);
        if ((one(100 + cases[i].step, 0.04) == id) != cases[i].same)
            fail_msg("case %zu: expected %s", i, cases[i].same ? "the same" : "others");
    }
}

/* ---- times ---- */

static void lost_for_max_lost_seconds_of_the_stream(void **state)
{
    (void)state;
    static const struct {
        double step_s;
        int frames; /* without them */
        bool same;
    } cases[] = {{0.02, 95, true}, {0.02, 105, false}, {0.5, 3, true},    {0.5, 4, false},
                 {1.9, 0, true},   {2.1, 0, false},    {0.001, 100, true}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t id = 0;
        stance_tracker_cut(tracker);
        for (int k = 0; k < 100; k++)
            id = one(100, 0.04);
        for (int k = 0; k < cases[i].frames; k++)
            nobody(cases[i].step_s);
        if ((one(100, cases[i].step_s) == id) != cases[i].same)
            fail_msg("%d frames of %g s: expected %s", cases[i].frames, cases[i].step_s,
                     cases[i].same ? "the same id" : "another id");
    }
}

/* Steady walk, seen at times that are all but steady. */
static void times_between_frames_may_differ(void **state)
{
    (void)state;
    const double steps[] = {0.01, 0.3, 0.04, 0.002, 0.5, 0.04};
    double x = 100;
    for (size_t i = 0; i < 60; i++) {
        double step = steps[i % COUNT(steps)];
        x += 120 * step;
        assert_int_equal(one(x, step), 1);
    }
}

static void times_that_stand_still_or_go_back_are_survived(void **state)
{
    (void)state;
    const int64_t times[] = {5000000,   5000000,   4000000, -3,        0,
                             INT64_MAX, INT64_MIN, 0,       INT64_MAX, 7};
    assert_int_equal(one(100, 0), 1);
    for (size_t i = 0; i < COUNT(times); i++) {
        reset(1);
        put(0, 100, 200, 0.8);
        assert_int_equal(stance_tracker_update(tracker, &poses, times[i], NULL), 0);
        assert_true(poses.people[0].id >= 1);
    }
}

/* ---- odd poses ---- */

static void boxes_that_are_none(void **state)
{
    (void)state;
    const float odd[][4] = {{NAN, NAN, NAN, NAN}, {0, 0, 0, 0},         {10, 10, -5, 20},
                            {INFINITY, 0, 5, 5},  {0, 0, 1e30F, 1e30F}, {1, NAN, 4, 4}};
    for (int frame = 0; frame < 3; frame++) {
        reset(COUNT(odd) + 1);
        for (size_t i = 0; i < COUNT(odd); i++) {
            for (int k = 0; k < 4; k++)
                poses.people[i].box[k] = odd[i][k];
            poses.people[i].score = 0.9F;
        }
        put(COUNT(odd), 100, 100, NAN);
        update(0.04);
        for (size_t i = 0; i < COUNT(odd); i++)
            assert_int_equal(poses.people[i].id, 0);
    }
}

static void points_without_a_box_have_a_place(void **state)
{
    (void)state;
    for (int frame = 0; frame < 5; frame++) {
        reset(1);
        poses.people[0].score = 0.5F;
        for (size_t k = 0; k < 5; k++)
            poses.people[0].keypoints[k] = (stance_keypoint){
                .x = 100 + (float)frame, .y = 50 + 20 * (float)k, .score = 0.1F};
        update(0.04);
        assert_int_equal(poses.people[0].id, 1);
    }
}

static void crowds_of_hundreds(void **state)
{
    (void)state;
    const stance_track *tracks;
    for (int frame = 0; frame < 4; frame++) {
        reset(500);
        for (size_t i = 0; i < 500; i++)
            put(i, 60 * (double)(i % 25) + 3 * frame, 150 * (double)(i / 25), 0.8);
        update(0.04);
        for (size_t i = 0; i < 500; i++)
            assert_int_equal(poses.people[i].id, (int64_t)i + 1);
    }
    assert_int_equal(stance_tracker_tracks(tracker, &tracks), 500);
    for (int frame = 0; frame < 6; frame++) { /* others every time: the oldest make way */
        reset(STANCE_PEOPLE_MAX);
        for (size_t i = 0; i < STANCE_PEOPLE_MAX; i++)
            put(i, 1e5 * (frame + 1) + 60 * (double)(i % 32), 150 * (double)(i / 32),
                0.8);
        update(0.04);
        for (size_t i = 0; i < STANCE_PEOPLE_MAX; i++)
            assert_true(poses.people[i].id > 500);
        assert_int_equal(stance_tracker_tracks(tracker, &tracks), STANCE_PEOPLE_MAX);
    }
    nobody(100);
    assert_int_equal(stance_tracker_tracks(tracker, &tracks), 0);
}

/* ---- what others see ---- */

static void the_list_tells_who_is_lost_and_since_when(void **state)
{
    (void)state;
    const stance_track *tracks;
    assert_int_equal(stance_tracker_tracks(tracker, &tracks), 0);
    for (int i = 0; i < 50; i++) {
        reset(2);
        put(1, 100 + 4 * i, 200, 0.8);
        put(0, 800, 200, 0.8);
        update(0.04);
    }
    for (int i = 0; i < 5; i++) {
        reset(1);
        put(0, 800, 200, 0.8);
        update(0.04);
    }
    assert_int_equal(stance_tracker_tracks(tracker, &tracks), 2);
    assert_int_equal(tracks[0].id, 1);
    assert_int_equal(tracks[0].person, 0);
    assert_int_equal(tracks[0].hits, 55);
    assert_near((double)tracks[0].box[0], 780, 1e-3);
    assert_int_equal(tracks[1].id, 2);
    assert_int_equal(tracks[1].person, -1);
    assert_int_equal(tracks[1].hits, 50);
    assert_int_equal(tracks[1].first_us, 40000);
    assert_int_equal(tracks[1].last_us, 2000000);
    assert_near((double)tracks[1].speed[0], 100, 3);
    assert_near((double)(tracks[1].box[0] + tracks[1].box[2] / 2), 100 + 4 * 54, 5);
}

static void settings_out_of_range_are_told(void **state)
{
    (void)state;
    stance_track_settings good, s;
    stance_tracker *t;
    stance_error err;
    assert_int_equal(stance_track_settings_defaults(&good), 0);
    double *const fields[] = {&s.max_lost_s, &s.high,  &s.low,
                              &s.start,      &s.match, &s.pose};
    for (size_t i = 0; i < COUNT(fields); i++) {
        s = good;
        *fields[i] = -1;
        assert_int_equal(stance_tracker_open(&t, &s, &err), STANCE_EINVAL);
        assert_non_null(strstr(err.message, "expected"));
        assert_null(t);
    }
    s = good;
    s.tracker = 9;
    assert_int_equal(stance_tracker_open(&t, &s, &err), STANCE_EINVAL);
}

/* ---- memory ---- */

static void nothing_is_allocated_after_the_first_frames(void **state)
{
    (void)state;
    long count = 0;
    for (int frame = 0; frame < 2000; frame++) {
        reset(30);
        for (size_t i = 0; i < 30; i++)
            put(i, 200 * (double)(i % 6) + (frame % 50 == 0 ? 5000 : 2) * (frame % 3),
                200 * (double)(i / 6), 0.3 + 0.02 * (double)i);
        update(0.04);
        if (frame == 200)
            count = st_memory_count();
    }
    assert_int_equal(st_memory_count(), count);
}

static void memory_that_runs_out_is_told(void **state)
{
    (void)state;
    stance_track_settings settings;
    stance_track_settings_defaults(&settings);
    reset(4);
    for (size_t i = 0; i < 4; i++)
        put(i, 200 * (double)i, 200, 0.8);
    for (int at = 1;; at++) {
        stance_tracker *t = NULL;
        stance_error err = {0};
        st_memory_fail_at(at);
        int rc = stance_tracker_open(&t, &settings, &err);
        for (int frame = 0; frame < 2 && rc == 0; frame++)
            rc = stance_tracker_update(t, &poses, frame * 40000, &err);
        st_memory_fail_at(0);
        if (rc < 0 && t) { /* it can be used on */
            for (size_t i = 0; i < 4; i++)
                assert_int_equal(poses.people[i].id, 0);
            assert_int_equal(stance_tracker_update(t, &poses, 80000, NULL), 0);
            assert_true(poses.people[3].id > 0);
        }
        stance_tracker_close(&t);
        if (rc == 0)
            break;
        assert_int_equal(rc, STANCE_ENOMEM);
        assert_true(at < 60);
    }
}

#define WITH_TRACKER(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_TRACKER(everybody_has_an_id_in_their_first_frame),
        WITH_TRACKER(the_unsure_are_somebody_when_they_come_again),
        WITH_TRACKER(ids_are_never_used_again),
        WITH_TRACKER(a_cut_ends_them_all),
        WITH_TRACKER(off_gives_none),
        WITH_TRACKER(two_cross_and_stay_themselves),
        WITH_TRACKER(points_tell_people_apart),
        WITH_TRACKER(far_steps_at_low_rates_are_followed),
        WITH_TRACKER(a_jerk_of_the_camera_is_survived),
        WITH_TRACKER(match_says_how_alike),
        WITH_TRACKER(lost_for_max_lost_seconds_of_the_stream),
        WITH_TRACKER(times_between_frames_may_differ),
        WITH_TRACKER(times_that_stand_still_or_go_back_are_survived),
        WITH_TRACKER(boxes_that_are_none),
        WITH_TRACKER(points_without_a_box_have_a_place),
        WITH_TRACKER(crowds_of_hundreds),
        WITH_TRACKER(the_list_tells_who_is_lost_and_since_when),
        WITH_TRACKER(settings_out_of_range_are_told),
        WITH_TRACKER(nothing_is_allocated_after_the_first_frames),
        WITH_TRACKER(memory_that_runs_out_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
