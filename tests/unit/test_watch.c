/* SPDX-License-Identifier: Apache-2.0 */
/* Events: who comes, goes, stays and crosses, with the times at which it happened. */
#include "test.h"

#include <string.h>

#include "analyse/watch.h"
#include "people_kit.h"

/* What happened, as text: "enter 1 @0 at-start; ..." with times in frames. */
typedef struct story {
    st_watch *watch;
    int64_t frame;
    char text[4000];
} story;

static void open_story(story *s, stance_watch_settings settings)
{
    stance_error err;
    *s = (story){0};
    settings.margin = settings.margin > 0 ? settings.margin : NAN;
    settings.dwell_s = settings.dwell_s > 0 ? settings.dwell_s : NAN;
    if (st_watch_open(&s->watch, &settings, 640, 480, 10 * FRAME_US, &err) < 0)
        fail_msg("%s", err.message);
}

static void write_events(story *s, st_event_list *events)
{
    for (size_t i = 0; i < events->n; i++) {
        const stance_event *e = &events->at[i];
        size_t used = strlen(s->text);
        assert_int_equal(e->start_us % FRAME_US, 0);
        assert_int_equal(e->clock_us, e->start_us + 5000000);
        used += (size_t)snprintf(s->text + used, sizeof(s->text) - used, "%s%s %d @%d",
                                 used ? "; " : "", stance_event_kind_name(e->kind),
                                 (int)e->id, (int)(e->start_us / FRAME_US));
        if (e->place)
            used +=
                (size_t)snprintf(s->text + used, sizeof(s->text) - used, " %s", e->place);
        if (e->label)
            used +=
                (size_t)snprintf(s->text + used, sizeof(s->text) - used, " %s", e->label);
        if (e->stay_us >= 0)
            snprintf(s->text + used, sizeof(s->text) - used, " for %d",
                     (int)(e->stay_us / FRAME_US));
    }
    st_event_list_clear(events);
}

/* The next frame, with a person 1, 100 high, whose feet are there; x < 0: not there. */
static size_t step(story *s, double x, double y)
{
    stance_poses poses = {0};
    st_event_list events = {0};
    const st_moment moment = {s->frame * FRAME_US, s->frame,
                              s->frame * FRAME_US + 5000000};
    if (x >= 0) {
        stance_pose *pose = kit_person(&poses, 1, x - 20, y - 90, 40, 100);
        pose->keypoints[15].y = pose->keypoints[16].y = (float)y; /* ankles */
        pose->order = 1;
    }
    assert_int_equal(st_watch_run(s->watch, &poses, &moment, &events), 0);
    write_events(s, &events);
    s->frame++;
    size_t left = poses.n;
    stance_poses_clear(&poses);
    return left;
}

static void steps(story *s, int n, double x, double y)
{
    for (int i = 0; i < n; i++)
        step(s, x, y);
}

static void close_story(story *s, const char *expected)
{
    st_event_list events = {0};
    assert_int_equal(st_watch_end(s->watch, &events), 0);
    write_events(s, &events);
    st_watch_close(&s->watch);
    assert_string_equal(s->text, expected);
}

static void who_comes_and_goes(void **state)
{
    (void)state;
    story s;
    open_story(&s, (stance_watch_settings){.min_life_s = 0.1});
    steps(&s, 2, -1, 0);
    steps(&s, 20, 300, 200);
    steps(&s, 8, -1, 0); /* hidden for a moment */
    steps(&s, 10, 300, 200);
    steps(&s, 15, -1, 0); /* gone */
    close_story(&s, "enter 1 @2; exit 1 @40 for 38");
}

static void who_is_hardly_there_was_not_there(void **state)
{
    (void)state;
    story s;
    open_story(&s, (stance_watch_settings){.min_life_s = 0.5});
    steps(&s, 10, 300, 200);
    steps(&s, 30, -1, 0);
    close_story(&s, "");
    open_story(&s, (stance_watch_settings){.min_life_s = 0}); /* not asked for */
    steps(&s, 1, 300, 200);
    steps(&s, 5, -1, 0);
    close_story(&s,
                "enter 1 @0 at-start; exit 1 @1 for 1"); /* told when the input ends */
}

static void who_is_there_at_the_end_has_not_left(void **state)
{
    (void)state;
    story s;
    open_story(&s, (stance_watch_settings){.min_life_s = 0.1, .dwell_s = 0.5});
    steps(&s, 40, 300, 200);
    close_story(&s, "enter 1 @0 at-start; dwell 1 @0 for 16");
}

static void zones_have_a_margin(void **state)
{
    (void)state;
    story s;
    char zone[] = "till=100,100 300,100 300,300 100,300";
    open_story(&s, (stance_watch_settings){.zones = zone,
                                           .outside = STANCE_OUTSIDE_KEEP,
                                           .margin = 8,
                                           .dwell_s = 0.5});
    steps(&s, 10, 50, 200);
    for (int i = 0; i < 20; i++) /* on the border: nothing happens */
        step(&s, 100 + (i % 2 ? 7 : -7), 200);
    steps(&s, 10, 110, 200); /* in, at frame 30 */
    for (int i = 0; i < 20; i++)
        step(&s, 100 + (i % 2 ? 7 : -7), 200);
    assert_int_equal(step(&s, 50, 200), 1); /* out, at frame 60 */
    steps(&s, 12, -1, 0);
    close_story(&s, "enter 1 @0 at-start; dwell 1 @0 for 16; zone 1 @30 till in; "
                    "dwell 1 @30 till for 16; zone 1 @60 till out for 30; "
                    "exit 1 @61 for 61");
}

static void outside_of_zones_nobody_is_there(void **state)
{
    (void)state;
    story s;
    char zone[] = "100,100 300,100 300,300 100,300";
    open_story(&s, (stance_watch_settings){
                       .zones = zone, .outside = STANCE_OUTSIDE_DROP, .margin = 8});
    for (int i = 0; i < 10; i++)
        assert_int_equal(step(&s, 50, 200), 0);
    for (int i = 0; i < 10; i++)
        assert_int_equal(step(&s, 200, 200), 1);
    for (int i = 0; i < 10; i++)
        assert_int_equal(step(&s, 400, 200), 0);
    for (int i = 0; i < 10; i++)
        assert_int_equal(step(&s, 200, 200), 1);
    steps(&s, 12, -1, 0);
    close_story(&s, "zone 1 @10 zone1 in; enter 1 @10; zone 1 @20 zone1 out for 10; "
                    "exit 1 @20 for 10; zone 1 @30 zone1 in; enter 1 @30; "
                    "zone 1 @40 zone1 out for 10; exit 1 @40 for 10");
}

static void lines_know_their_sides(void **state)
{
    (void)state;
    story s;
    char line[] = "door=0,200 400,200;short=0,100 50,100";
    open_story(&s, (stance_watch_settings){.lines = line});
    steps(&s, 5, 300, 150);
    for (int i = 0; i < 10; i++) /* around it, by less than a twentieth of the height */
        step(&s, 300, 200 + (i % 2 ? 4 : -4));
    steps(&s, 5, 300, 250); /* frame 15 */
    steps(&s, 5, 500, 250);
    steps(&s, 5, 500, 50); /* past the ends of both */
    steps(&s, 5, 300, 50);
    steps(&s, 5, 300, 250); /* frame 35: in one step */
    steps(&s, 5, 300, 150);
    close_story(&s, "enter 1 @0 at-start; line 1 @15 door right; line 1 @35 door right; "
                    "line 1 @40 door left");
}

static void without_a_margin_nobody_is_missed(void **state)
{
    (void)state;
    story s;
    char line[] = "door=300,0 300,480";
    open_story(&s, (stance_watch_settings){.lines = line, .margin = 1e-9});
    step(&s, 290, 200);
    step(&s, 300, 200); /* on the line itself */
    step(&s, 310, 200);
    close_story(&s, "enter 1 @0 at-start; line 1 @2 door left");
}

static void who_is_cut_off_by_the_edge_is_inside(void **state)
{
    (void)state;
    story s;
    char zone[] = "10%,50% 40%,50% 40%,100% 10%,100%";
    open_story(&s,
               (stance_watch_settings){.zones = zone, .outside = STANCE_OUTSIDE_DROP});
    for (int i = 0; i < 5; i++)
        assert_int_equal(step(&s, 150, 480), 1); /* feet at the picture's lower edge */
    for (int i = 0; i < 5; i++)
        assert_int_equal(step(&s, 150, 600), 1); /* guessed below it */
    close_story(&s, "zone 1 @0 zone1 in; enter 1 @0 at-start");
}

static void facts_of_the_moment_are_told(void **state)
{
    (void)state;
    stance_error err;
    st_watch *watch;
    stance_poses poses = {0};
    st_event_list events = {0};
    const stance_watch_settings settings = {.margin = NAN, .dwell_s = NAN};
    assert_int_equal(st_watch_open(&watch, &settings, 640, 480, 1, &err), 0);
    kit_person(&poses, 0, 0, 0, 10, 10); /* nobody in particular */
    stance_pose *pose = kit_person(&poses, 9, 100, 100, 40, 80);
    pose->order = 2;
    pose->inference_us = 4321;
    pose->keypoints[15].score = 0.1f; /* feet that are not seen */
    const st_moment moment = {40000, 7, -1};
    assert_int_equal(st_watch_run(watch, &poses, &moment, &events), 0);
    assert_int_equal(events.n, 1);
    assert_int_equal(events.at[0].kind, STANCE_EVENT_ENTER);
    assert_int_equal(events.at[0].id, 9);
    assert_int_equal(events.at[0].frame, 7);
    assert_int_equal(events.at[0].clock_us, -1);
    assert_int_equal(events.at[0].people, 2);
    assert_int_equal(events.at[0].order, 2);
    assert_int_equal(events.at[0].inference_us, 4321);
    assert_near(events.at[0].at[0], 120, 0);
    assert_near(events.at[0].at[1], 180, 0);
    st_event_list_clear(&events);
    st_watch_close(&watch);
    stance_poses_clear(&poses);
}

static void tables_are_bounded(void **state)
{
    (void)state;
    stance_error err;
    st_watch *watch;
    stance_poses poses = {0};
    size_t told = 0;
    st_event_list events = {0};
    const stance_watch_settings settings = {.margin = NAN, .dwell_s = NAN};
    assert_int_equal(st_watch_open(&watch, &settings, 640, 480, 5 * FRAME_US, &err), 0);
    for (int64_t i = 0; i < 20000; i++) { /* somebody new in every frame */
        const st_moment moment = {i * FRAME_US, i, -1};
        poses.n = events.n = 0;
        kit_person(&poses, i + 1, 0, 0, 10, 10);
        assert_int_equal(st_watch_run(watch, &poses, &moment, &events), 0);
        told += events.n;
    }
    assert_true(told > 39900); /* enter and exit of nearly all */
    st_event_list_clear(&events);
    st_watch_close(&watch);
    stance_poses_clear(&poses);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_comes_and_goes),
        cmocka_unit_test(who_is_hardly_there_was_not_there),
        cmocka_unit_test(who_is_there_at_the_end_has_not_left),
        cmocka_unit_test(zones_have_a_margin),
        cmocka_unit_test(outside_of_zones_nobody_is_there),
        cmocka_unit_test(lines_know_their_sides),
        cmocka_unit_test(without_a_margin_nobody_is_missed),
        cmocka_unit_test(who_is_cut_off_by_the_edge_is_inside),
        cmocka_unit_test(facts_of_the_moment_are_told),
        cmocka_unit_test(tables_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
