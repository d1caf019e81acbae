/* SPDX-License-Identifier: Apache-2.0 */
/* What is made of joints: angles of known figures, repetitions, postures, falls, and what
 * happens when memory is out. */
#include "test.h"

#include <string.h>

#include "analyse/analyse.h"
#include "base/memory.h"
#include "people_kit.h"

enum {
    NOSE,
    LEFT_EAR = 3,
    RIGHT_EAR,
    SHOULDER,
    ELBOW = 7,
    WRIST = 9,
    HIP = 11,
    KNEE = 13,
    ANKLE = 15
};

typedef struct scene {
    stance_analyse_settings settings;
    st_analyses *analyses;
    stance_poses poses;
    st_event_list events;
    const float *values;
    int64_t frame;
} scene;

static void open_scene(scene *s, int analyse, const char *exercises)
{
    stance_error err;
    *s = (scene){.settings = {.analyse = analyse,
                              .joint_score = 0.2,
                              .height_m = NAN,
                              .exercises = (char *)(uintptr_t)exercises,
                              .fall_speed = 0.6,
                              .fall_down_s = 1}};
    if (st_analyses_open(&s->analyses, &s->settings, stance_skeleton_find("coco17"),
                         1000000, &err) < 0)
        fail_msg("%s", err.message);
}

static void close_scene(scene *s)
{
    st_analyses_close(&s->analyses);
    stance_poses_clear(&s->poses);
    st_event_list_clear(&s->events);
}

/* Both sides of a joint, a little apart. */
static void put(stance_pose *pose, int point, double x, double y)
{
    for (int side = 0; side < 2; side++) {
        pose->keypoints[point + side].x = (float)(x + 4 * side);
        pose->keypoints[point + side].y = (float)y;
    }
}

/* Seen from their right side: 100 from ankle to hip, 60 to the shoulders. `sink` 0
 * stands, 1 is a deep squat. */
static stance_pose *stand(scene *s, double sink)
{
    s->poses.n = 0;
    stance_pose *pose = kit_person(&s->poses, 1, 100, 100, 60, 200);
    double hip_y = 200 + 45 * sink, knee_x = 110 + 38 * sink;
    put(pose, ANKLE, 110, 300);
    put(pose, KNEE, knee_x, 250 + 12 * sink);
    put(pose, HIP, 110 - 15 * sink, hip_y);
    put(pose, SHOULDER, 110 + 5 * sink, hip_y - 60);
    put(pose, ELBOW, 110 + 5 * sink, hip_y - 30);
    put(pose, WRIST, 110 + 5 * sink, hip_y);
    put(pose, LEFT_EAR, 112, hip_y - 80);
    pose->keypoints[NOSE].x = 126;
    pose->keypoints[NOSE].y = (float)(hip_y - 80);
    return pose;
}

static void look(scene *s, bool still)
{
    const st_moment moment = {s->frame * FRAME_US, s->frame, -1};
    assert_int_equal(
        st_analyses_run(s->analyses, &s->poses, &moment, still, &s->values, &s->events),
        0);
    s->frame++;
}

static double value(const scene *s, const char *analysis, const char *name)
{
    size_t n;
    const stance_measure *m = st_analyses_measures(s->analyses, &n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(m[i].analysis, analysis) == 0 && strcmp(m[i].name, name) == 0)
            return (double)s->values[i];
    fail_msg("no measure %s.%s", analysis, name);
    return NAN;
}

static const char *word(const scene *s, const char *analysis, const char *name)
{
    size_t n;
    const stance_measure *m = st_analyses_measures(s->analyses, &n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(m[i].analysis, analysis) == 0 && strcmp(m[i].name, name) == 0)
            return isfinite(s->values[i]) ? m[i].words[(int)s->values[i]] : "";
    fail_msg("no measure %s.%s", analysis, name);
    return NULL;
}

/* ---- angles ---- */

static void angles_of_a_known_figure(void **state)
{
    (void)state;
    scene s;
    open_scene(&s, STANCE_ANALYSE_ANGLES, NULL);
    stance_pose *pose = stand(&s, 0);
    put(pose, KNEE, 160, 200);  /* thigh to the front */
    put(pose, ANKLE, 160, 250); /* shank down */
    put(pose, ELBOW, 140, 140); /* arm to the front */
    put(pose, WRIST, 140, 110); /* hand up */
    look(&s, true);
    assert_string_equal(word(&s, "angles", "view"), "right-side");
    assert_near(value(&s, "angles", "left_hip"), 90, 0.1);
    assert_near(value(&s, "angles", "right_knee"), 90, 0.1);
    assert_near(value(&s, "angles", "left_shoulder"), 90, 0.1);
    assert_near(value(&s, "angles", "left_elbow"), 90, 0.1);
    assert_near(value(&s, "angles", "trunk"), 90, 0.1);
    assert_near(value(&s, "angles", "left_shank"), 90, 0.1);
    put(pose, ELBOW, 80, 140); /* behind: the same angle to the other side */
    look(&s, true);
    assert_near(value(&s, "angles", "left_shoulder"), -90, 0.1);
    pose->keypoints[KNEE].score = 0.1f;
    look(&s, true);
    assert_true(isnan(value(&s, "angles", "left_knee")));
    assert_near(value(&s, "angles", "right_knee"), 90, 0.1);
    close_scene(&s);
}

static void a_mirrored_figure_has_the_same_angles(void **state)
{
    (void)state;
    scene s;
    double angles[2], trunk[2];
    open_scene(&s, STANCE_ANALYSE_ANGLES, NULL);
    for (int mirrored = 0; mirrored < 2; mirrored++) {
        stance_pose *pose = stand(&s, 1);
        for (int k = 0; k < 17 && mirrored; k++)
            pose->keypoints[k].x = 400 - pose->keypoints[k].x;
        look(&s, true);
        assert_string_equal(word(&s, "angles", "view"),
                            mirrored ? "left-side" : "right-side");
        angles[mirrored] = value(&s, "angles", "left_knee");
        trunk[mirrored] = value(&s, "angles", "trunk");
    }
    assert_true(angles[0] > 60);
    assert_near(angles[1], angles[0], 1e-3);
    assert_near(trunk[1], trunk[0], 1e-3);
    close_scene(&s);
}

static void angles_in_space_need_no_view(void **state)
{
    (void)state;
    scene s;
    open_scene(&s, STANCE_ANALYSE_ANGLES, NULL);
    stance_pose *pose = stand(&s, 0);
    for (int k = 0; k < 17; k++)
        for (int i = 0; i < 3; i++)
            pose->keypoints[k].world[i] = 0.01f * (float)(k + 1) * (float)(i + 1);
    const float leg[3][3] = {{0, 0, 0.1f}, {0, 0.4f, 0.1f}, {0, 0.4f, -0.3f}};
    for (int j = 0; j < 3; j++) /* the shank points to the camera */
        memcpy(pose->keypoints[HIP + 2 * j].world, leg[j], sizeof(leg[j]));
    look(&s, true);
    assert_near(value(&s, "angles", "left_knee"), 90, 0.1);
    s.settings.angle_space = STANCE_ANGLE_PLANE;
    look(&s, true);
    assert_near(value(&s, "angles", "left_knee"), 0, 0.1);
    close_scene(&s);
}

/* ---- repetitions ---- */

/* Down and up again, `hold` frames below. */
static void squat(scene *s, int hold)
{
    for (int i = 0; i <= 60 + hold; i++) {
        double part = i < 30 ? i / 30.0 : i < 30 + hold ? 1 : (60 + hold - i) / 30.0;
        stand(s, part * part * (3 - 2 * part));
        look(s, false);
    }
    for (int i = 0; i < 10; i++) {
        stand(s, 0);
        look(s, false);
    }
}

static void squats_are_counted(void **state)
{
    (void)state;
    scene s;
    open_scene(&s, STANCE_ANALYSE_REPS, "squat,lunge");
    for (int i = 0; i < 3; i++)
        squat(&s, 0);
    assert_near(value(&s, "reps", "squat"), 3, 0);
    assert_near(value(&s, "reps", "lunge"), 0, 0);
    assert_int_equal(s.events.n, 3);
    for (size_t i = 0; i < s.events.n; i++) {
        const stance_event *e = &s.events.at[i];
        assert_string_equal(e->label, "squat");
        assert_true(e->start_us < e->turn_us && e->turn_us < e->end_us);
        assert_true(e->depth < 0.7F && e->depth > 0.3F);
    }
    squat(&s, 150); /* five seconds below: a place to stay at */
    assert_near(value(&s, "reps", "squat"), 3, 0);
    stand(&s, 0);
    for (int k = KNEE; k < 17; k++)
        s.poses.people[0].keypoints[k].score = 0;
    for (int i = 0; i < 40; i++)
        look(&s, false);
    assert_string_equal(word(&s, "reps", "state"), "not enough of the body in view");
    close_scene(&s);
}

/* Seen from the front: the feet are behind the body. */
static void push_ups_with_hidden_feet_are_counted(void **state)
{
    (void)state;
    scene s;
    open_scene(&s, STANCE_ANALYSE_REPS, "push-up");
    for (int i = 0; i < 4 * 45; i++) {
        double down = 15 * (1 - cos(2 * 3.14159265 * i / 45));
        stance_pose *pose = stand(&s, 0);
        put(pose, SHOULDER, 150, 100 + down);
        put(pose, ELBOW, 150 + down, 130 + down / 2);
        put(pose, WRIST, 150, 160);
        put(pose, HIP, 130, 110 + down / 2);
        put(pose, KNEE, 120, 120);
        for (int side = 0; side < 2; side++)
            pose->keypoints[ANKLE + side].score = 0;
        look(&s, false);
    }
    assert_near(value(&s, "reps", "push-up"), 4, 0);
    close_scene(&s);
}

/* ---- postures and falls ---- */

static void planks_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        double off;
        const char *posture, *advice;
    } planks[] = {
        {0, "plank", "good"},
        {-30, "plank-hips-high", "lower your hips"},
        {18, "plank-hips-low", "raise your hips"},
    };
    scene s;
    open_scene(&s, STANCE_ANALYSE_POSTURE, NULL);
    for (size_t i = 0; i < COUNT(planks); i++) {
        stance_pose *pose = stand(&s, 0);
        put(pose, ANKLE, 100, 300);
        put(pose, KNEE, 150, 290 + planks[i].off / 2);
        put(pose, HIP, 200, 280 + planks[i].off);
        put(pose, SHOULDER, 260, 268);
        put(pose, ELBOW, 260, 298);
        put(pose, WRIST, 280, 300);
        put(pose, LEFT_EAR, 278, 266);
        look(&s, true);
        assert_string_equal(word(&s, "posture", "posture"), planks[i].posture);
        assert_string_equal(word(&s, "posture", "advice"), planks[i].advice);
    }
    close_scene(&s);
}

enum { LIMBS = 6 };

/* Flat on the floor; on the floor as it is seen from under the ceiling, head away; on a
 * knee, hands at a shoe. */
static const double lying[LIMBS][3] = {{ANKLE, 120, 296}, {KNEE, 165, 292},
                                       {HIP, 210, 288},   {SHOULDER, 270, 286},
                                       {ELBOW, 295, 292}, {WRIST, 310, 297}};
static const double from_above[LIMBS][3] = {{ANKLE, 110, 300}, {KNEE, 155, 280},
                                            {HIP, 200, 262},   {SHOULDER, 258, 235},
                                            {ELBOW, 230, 252}, {WRIST, 205, 260}};
static const double kneeling[LIMBS][3] = {{ANKLE, 110, 300}, {KNEE, 130, 275},
                                          {HIP, 90, 256},    {SHOULDER, 138, 242},
                                          {ELBOW, 135, 270}, {WRIST, 118, 296}};

/* So far, 0 to 1, on the way there from standing. */
static void go(scene *s, const double there[LIMBS][3], double part)
{
    stance_pose *pose = stand(s, 0);
    for (size_t i = 0; i < LIMBS; i++) {
        const stance_keypoint *from = &pose->keypoints[(int)there[i][0]];
        put(pose, (int)there[i][0], (double)from->x * (1 - part) + there[i][1] * part,
            (double)from->y * (1 - part) + there[i][2] * part);
    }
    look(s, false);
}

static void go_on(scene *s, const double there[LIMBS][3], double from, double to,
                  int frames)
{
    for (int i = 0; i < frames; i++)
        go(s, there, from + (to - from) * i / frames);
}

static void move(scene *s, double from, double to, int frames)
{
    go_on(s, lying, from, to, frames);
}

static void a_fall_is_suspected_confirmed_and_cleared(void **state)
{
    (void)state;
    static const char *const labels[] = {"suspected", "confirmed", "cleared"};
    scene s;
    open_scene(&s, STANCE_ANALYSE_FALL, NULL);
    move(&s, 0, 0, 60);
    move(&s, 0, 1, 24);
    move(&s, 1, 1, 60);
    assert_string_equal(word(&s, "fall", "state"), "confirmed");
    move(&s, 1, 0, 60);
    move(&s, 0, 0, 30);
    assert_int_equal(s.events.n, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(s.events.at[i].kind, STANCE_EVENT_FALL);
        assert_string_equal(s.events.at[i].label, labels[i]);
    }
    assert_near(s.events.at[0].start_us / 1e6, 2.1, 0.3);
    s.events.n = 0;
    move(&s, 0, 1, 150); /* five seconds: somebody lies down */
    move(&s, 1, 1, 60);
    assert_int_equal(s.events.n, 0);
    assert_string_equal(word(&s, "fall", "state"), "down");
    close_scene(&s);
}

static void a_fall_seen_from_above_is_one_and_a_shoe_that_is_tied_is_none(void **state)
{
    (void)state;
    scene s;
    open_scene(&s, STANCE_ANALYSE_FALL, NULL);
    go_on(&s, kneeling, 0, 0, 60);
    go_on(&s, kneeling, 0, 1, 24);
    go_on(&s, kneeling, 1, 1, 60);
    go_on(&s, kneeling, 1, 0, 60);
    assert_int_equal(s.events.n, 0);
    go_on(&s, from_above, 0, 0, 60);
    go_on(&s, from_above, 0, 1, 24);
    go_on(&s, from_above, 1, 1, 60);
    assert_string_equal(word(&s, "fall", "state"), "confirmed");
    close_scene(&s);
}

/* A network that loses the feet of who kneels has the knees for the lowest joints. */
static void feet_that_are_hidden_are_where_they_were(void **state)
{
    (void)state;
    scene s;
    open_scene(&s, STANCE_ANALYSE_FALL, NULL);
    go_on(&s, kneeling, 0, 0, 60);
    go_on(&s, kneeling, 0, 0.6, 14);
    for (int i = 0; i < 60; i++) {
        stance_pose *pose = stand(&s, 0);
        for (size_t k = 0; k < LIMBS; k++)
            put(pose, (int)kneeling[k][0], kneeling[k][1], fmin(kneeling[k][2], 275));
        for (int side = 0; side < 2; side++)
            pose->keypoints[ANKLE + side].score = 0;
        look(&s, false);
    }
    assert_int_equal(s.events.n, 0);
    close_scene(&s);
}

static void a_downward_dog_is_no_plank(void **state)
{
    (void)state;
    scene s;
    open_scene(&s, STANCE_ANALYSE_POSTURE, NULL);
    stance_pose *pose = stand(&s, 0);
    put(pose, ANKLE, 110, 300);
    put(pose, KNEE, 140, 262);
    put(pose, HIP, 175, 225);
    put(pose, SHOULDER, 225, 262);
    put(pose, ELBOW, 245, 282);
    put(pose, WRIST, 265, 300);
    put(pose, LEFT_EAR, 232, 275);
    look(&s, true);
    assert_string_equal(word(&s, "posture", "posture"), "none");
    close_scene(&s);
}

/* ---- memory ---- */

static void memory_that_is_out_is_an_error(void **state)
{
    (void)state;
    scene s = {
        .settings = {.analyse = STANCE_ANALYSE_ALL, .joint_score = 0.2, .height_m = 1.8}};
    stance_error err;
    const st_moment moment = {0, 0, -1};
    int rc = STANCE_ENOMEM;
    for (int n = 1; rc == STANCE_ENOMEM; n++) {
        stand(&s, 0);
        st_memory_fail_at(n);
        rc = st_analyses_open(&s.analyses, &s.settings, stance_skeleton_find("coco17"), 0,
                              &err);
        if (rc == 0)
            rc = st_analyses_run(s.analyses, &s.poses, &moment, false, &s.values,
                                 &s.events);
        st_memory_fail_at(0);
        st_analyses_close(&s.analyses);
        assert_true(n < 100);
    }
    assert_int_equal(rc, 0);
    close_scene(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(angles_of_a_known_figure),
        cmocka_unit_test(a_mirrored_figure_has_the_same_angles),
        cmocka_unit_test(angles_in_space_need_no_view),
        cmocka_unit_test(squats_are_counted),
        cmocka_unit_test(push_ups_with_hidden_feet_are_counted),
        cmocka_unit_test(planks_are_told_apart),
        cmocka_unit_test(a_downward_dog_is_no_plank),
        cmocka_unit_test(a_fall_is_suspected_confirmed_and_cleared),
        cmocka_unit_test(a_fall_seen_from_above_is_one_and_a_shoe_that_is_tied_is_none),
        cmocka_unit_test(feet_that_are_hidden_are_where_they_were),
        cmocka_unit_test(memory_that_is_out_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
