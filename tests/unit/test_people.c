/* SPDX-License-Identifier: Apache-2.0 */
/* People on their way to the sinks: in order, all of them, whatever looks ahead. */
#include "test.h"

#include <string.h>

#include "base/memory.h"
#include "people.h"
#include "people_kit.h"

enum { FRAMES = 200 };

typedef struct scene {
    stance_settings settings;
    stance_stream stream;
    st_people *people;
    stance_poses poses[FRAMES];
    int64_t in, out;
    size_t most; /* frames inside at once */
    int n_events[STANCE_EVENT_COUNT], n_filled;
} scene;

static void scene_set(scene *s, const char *name, const char *value)
{
    stance_error err;
    if (stance_options_set(stance_settings_groups(), &s->settings, name, value, &err) < 0)
        fail_msg("%s", err.message);
}

static scene *scene_new(void)
{
    scene *s = calloc(1, sizeof(*s));
    assert_non_null(s);
    assert_int_equal(stance_settings_defaults(&s->settings), 0);
    s->stream = (stance_stream){.width = 640,
                                .height = 480,
                                .fps_num = 30,
                                .fps_den = 1,
                                .clock_us = -1,
                                .skeleton = stance_skeleton_find("coco17")};
    return s;
}

static int scene_open(scene *s, stance_error *err)
{
    const st_people_request request = {.settings = &s->settings, .stream = &s->stream};
    return st_people_open(&s->people, &request, err);
}

static void scene_free(scene *s)
{
    st_people_close(&s->people);
    stance_settings_clear(&s->settings);
    for (int i = 0; i < FRAMES; i++)
        stance_poses_clear(&s->poses[i]);
    free(s);
}

static void take(scene *s, bool end)
{
    if (end)
        assert_int_equal(st_people_finish(s->people, NULL), 0);
    st_people_frame out;
    while (st_people_ready(s->people)) {
        assert_int_equal(st_people_pop(s->people, &out, NULL), 0);
        s->n_filled += out.filled;
        for (size_t i = 0; i < out.n_events; i++)
            s->n_events[out.events[i].kind]++;
        s->out++;
    }
}

/* Somebody who walks through the picture, twice as fast as slow, with holes. */
static void run(scene *s, int hole)
{
    for (s->in = 0; s->in < FRAMES;) {
        stance_poses *poses = &s->poses[s->in];
        int64_t n = s->in++;
        if (hole == 0 || n % 50 < 50 - hole)
            kit_person(poses, 0, 2.0 * (double)n, 100, 80, 200);
        kit_person(poses, 0, 500, 50, 80, 200);
        assert_int_equal(
            st_people_push(s->people, poses, n * FRAME_US, n, n == 130, NULL), 0);
        size_t inside = (size_t)(s->in - s->out);
        s->most = inside > s->most ? inside : s->most;
        take(s, false);
    }
    take(s, true);
    assert_int_equal(s->out, FRAMES);
}

static void frames_come_out_at_once_by_default(void **state)
{
    (void)state;
    stance_error err;
    scene *s = scene_new();
    assert_int_equal(scene_open(s, &err), 0);
    run(s, 0);
    assert_int_equal(s->most, 1);
    assert_int_equal(s->n_filled, 0);
    for (int i = 0; i < FRAMES; i++)
        assert_int_equal(s->poses[i].n, 2);
    int64_t a = s->poses[0].people[0].id, b = s->poses[0].people[1].id;
    assert_true(a > 0 && b > 0 && a != b);
    assert_int_equal(s->poses[129].people[0].id, a);
    assert_true(s->poses[130].people[0].id > 2); /* behind the cut */
    assert_int_equal(s->poses[199].people[0].id, s->poses[130].people[0].id);
    assert_int_equal(s->poses[5].people[1].order, 2);
    assert_int_equal(s->n_events[STANCE_EVENT_ENTER], 4);
    assert_int_equal(s->n_events[STANCE_EVENT_EXIT], 2); /* by the cut */
    scene_free(s);
}

static void gaps_wait_for_their_far_end(void **state)
{
    (void)state;
    stance_error err;
    scene *s = scene_new();
    scene_set(s, "fill-gaps", "0.4");
    scene_set(s, "smooth", "zero-phase");
    scene_set(s, "raw", "yes");
    assert_int_equal(scene_open(s, &err), 0);
    run(s, 10);
    assert_true(s->most > 20 && s->most <= st_people_most(s->people));
    assert_int_equal(s->n_filled, 30); /* three holes of 10 that have an end */
    for (int i = 0; i < 190; i++)
        assert_int_equal(s->poses[i].n, 2);
    assert_int_equal(s->poses[195].n, 1);
    for (int i = 20; i < 110; i++) {
        const stance_pose *pose = st_poses_find(&s->poses[i], s->poses[0].people[0].id);
        assert_non_null(pose);
        assert_near(pose->box[0], 2 * i, 0.01);
        assert_near(pose->keypoints[9].x, 2 * i + 40, 0.05); /* no delay */
    }
    scene_free(s);
}

static void one_is_followed_through_the_chain(void **state)
{
    (void)state;
    stance_error err;
    scene *s = scene_new();
    scene_set(s, "follow", "id:2");
    assert_int_equal(scene_open(s, &err), 0);
    run(s, 0);
    for (int i = 0; i < 130; i++) {
        assert_int_equal(s->poses[i].n, 1);
        assert_near(s->poses[i].people[0].box[0], 500, 0);
    }
    assert_int_equal(s->n_events[STANCE_EVENT_ENTER], 1);
    assert_int_equal(s->n_events[STANCE_EVENT_EXIT], 1);
    scene_free(s);
}

static void stills_have_no_identities(void **state)
{
    (void)state;
    stance_error err;
    scene *s = scene_new();
    s->stream.stills = true;
    scene_set(s, "follow", "centre");
    assert_int_equal(scene_open(s, &err), 0);
    run(s, 0);
    for (int i = 0; i < FRAMES; i++) {
        assert_int_equal(s->poses[i].n, 1);
        assert_int_equal(s->poses[i].people[0].id, 0);
        assert_near(s->poses[i].people[0].box[0], i < 23 ? 500 : 2 * i, 0); /* nearer */
    }
    assert_int_equal(s->n_events[STANCE_EVENT_ENTER], 0);
    scene_free(s);
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value, *name2, *value2, *message;
        bool live, stills;
    } cases[] = {
        {"follow", "longest", NULL, NULL, "--follow longest: not with live", true, false},
        {"follow", "id:1", NULL, NULL, "--follow id: not with live", true, false},
        {"smooth", "zero-phase", NULL, NULL, "--smooth zero-phase: not with", true,
         false},
        {"follow", "id:1", NULL, NULL, "frames with times", false, true},
        {"follow", "youngest", NULL, NULL, "expected largest", false, false},
        {"zone", "1,2", NULL, NULL, "three points", false, false},
        {"line", "1,2", NULL, NULL, "two points", false, false},
        {"tracker", "off", "smooth", "low", "--tracker off", false, false},
        {"tracker", "off", "follow", "largest", "--tracker off", false, false},
        {"people", "one", "follow", "id:1,2", "expected one id", false, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        stance_error err = {0};
        scene *s = scene_new();
        s->stream.live = cases[i].live;
        s->stream.stills = cases[i].stills;
        scene_set(s, cases[i].name, cases[i].value);
        if (cases[i].name2)
            scene_set(s, cases[i].name2, cases[i].value2);
        assert_int_equal(scene_open(s, &err), STANCE_EINVAL);
        if (!strstr(err.message, cases[i].message))
            fail_msg("'%s', expected '%s'", err.message, cases[i].message);
        scene_free(s);
    }
}

static void each_allocation_may_fail(void **state)
{
    (void)state;
    for (long n = 1; n < 40; n++) {
        stance_error err;
        scene *s = scene_new();
        scene_set(s, "fill-gaps", "0.2");
        scene_set(s, "smooth", "low");
        st_memory_fail_at(n);
        int rc = scene_open(s, &err);
        for (int i = 0; i < 3 && rc == 0; i++) {
            st_memory_fail_at(n);
            kit_person(&s->poses[i], 0, 10, 10, 80, 200);
            rc = st_people_push(s->people, &s->poses[i], i * FRAME_US, i, false, NULL);
        }
        st_memory_fail_at(0);
        assert_true(rc == 0 || rc == STANCE_ENOMEM);
        scene_free(s);
        if (rc == 0)
            return;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_come_out_at_once_by_default),
        cmocka_unit_test(gaps_wait_for_their_far_end),
        cmocka_unit_test(one_is_followed_through_the_chain),
        cmocka_unit_test(stills_have_no_identities),
        cmocka_unit_test(what_cannot_be_is_refused),
        cmocka_unit_test(each_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
