/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From recorded tensors to poses in source pixels. What a network says is fixed here, so
 * the place of a point tells which square of the source the runner looked at.
 */
#include "model_kit.h"

#include <math.h>

#include "model/model.h"

enum { WIDTH = 640, HEIGHT = 480 };

#define OUTPUTS "[{\"shape\": [1, 1, 17, 3]}]"

typedef struct rig {
    stance_settings settings;
    stance_model *model;
    stance_runner *runner;
    stance_frame *frame;
    stance_poses poses;
    stance_error err;
} rig;

static int open_model(rig *r, const float *values, size_t n, const char *const *more)
{
    const char *const options[] = {
        "engine", "replay", "card", in_dir("walker.json"), "replay", in_dir("a.tensors"),
        NULL};
    const char *all[20];
    size_t n_all = 0;
    *r = (rig){0};
    for (size_t i = 0; options[i]; i++)
        all[n_all++] = options[i];
    for (; more && *more; more++)
        all[n_all++] = *more;
    all[n_all] = NULL;
    kit_settings(&r->settings, all);
    if (values)
        kit_record(in_dir("a.tensors"), values, n);
    stance_poses_init(&r->poses);
    return stance_model_open(&r->model, &r->settings.model, &r->err);
}

static void open_rig(rig *r, const float *values, size_t n, const char *const *more)
{
    kit_write_card(in_dir("walker.json"), "walker", "one", "", OUTPUTS);
    if (open_model(r, values, n, more) < 0 ||
        stance_runner_open(&r->runner, r->model, &r->err) < 0)
        fail_msg("%s", r->err.message);
    r->frame = stance_frame_new(WIDTH, HEIGHT, STANCE_PIX_GRAY8);
    assert_non_null(r->frame);
    for (int y = 0; y < HEIGHT; y++)
        memset(r->frame->data[0] + y * r->frame->stride[0], y % 256, WIDTH);
}

static void close_rig(rig *r)
{
    stance_runner_close(&r->runner);
    assert_null(r->runner);
    stance_model_close(&r->model);
    assert_null(r->model);
    stance_frame_unref(&r->frame);
    stance_poses_clear(&r->poses);
    stance_settings_clear(&r->settings);
}

static void run(rig *r)
{
    int rc = stance_runner_run(r->runner, r->frame, &r->poses, &r->err);
    if (rc < 0)
        fail_msg("%d: %s", rc, r->err.message);
}

static void expect_point(const rig *r, size_t k, double x, double y)
{
    assert_int_equal(r->poses.n, 1);
    const stance_keypoint *p = &r->poses.people[0].keypoints[k];
    if (!(fabs(p->x - x) <= 1e-3 && fabs(p->y - y) <= 1e-3))
        fail_msg("point %zu: found %g, %g, expected %g, %g", k, p->x, p->y, x, y);
}

/* Whoever stands in 640 x 480 pixels seen as a square of 640 with 80 above and below:
 * hips at (300, 200), shoulders 20 above, feet 60 below. The rule's next crop is the
 * square of 144 around the hips. */
static void standing(float values[KIT_VALUES], float score)
{
    kit_fill(values, (kit_person){300 / 640.0f, (200 + 80) / 640.0f, score});
    values[3 * 5] = values[3 * 6] = (180 + 80) / 640.0f;
    values[3 * 15] = values[3 * 16] = (260 + 80) / 640.0f;
}

enum { CROP_X = 300 - 72, CROP_Y = 200 - 72, CROP_SIDE = 144 };

static void points_are_mapped_to_source_pixels(void **state)
{
    static const struct {
        const char *region;
        double x, y, side; /* the square that is looked at */
    } rows[] = {
        {"", 0, -80, 640},
        {"10,4,20,30", 5, 4, 30},          /* higher than wide: centred */
        {"100,50,200,100", 100, 0, 200},   /* wider than high */
        {"600,420,100,100", 590, 420, 60}, /* as far as it lies in the picture */
        {"0,0,640,480", 0, -80, 640},
    };
    static const kit_person places[] = {
        {0, 0, 0.9f}, {1, 1, 0.9f}, {0.25f, 0.75f, 0.9f}, {0.5f, -0.25f, 0.9f}};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *const more[] = {"region", rows[i].region, "crop", "whole", NULL};
        float values[COUNT(places)][KIT_VALUES];
        rig r;
        for (size_t k = 0; k < COUNT(places); k++)
            kit_fill(values[k], places[k]);
        open_rig(&r, values[0], COUNT(places), more);
        for (size_t k = 0; k < COUNT(places); k++) {
            run(&r);
            for (size_t p = 0; p < KIT_POINTS; p++)
                expect_point(&r, p, rows[i].x + rows[i].side * (double)places[k].x,
                             rows[i].y + rows[i].side * (double)places[k].y);
        }
        close_rig(&r);
    }
}

static void a_region_outside_of_the_picture_is_an_error(void **state)
{
    static const char *const regions[] = {"640,0,10,10", "0,480,10,10", "5000,5000,1,1"};
    (void)state;
    for (size_t i = 0; i < COUNT(regions); i++) {
        const char *const more[] = {"region", regions[i], NULL};
        float values[KIT_VALUES];
        rig r;
        standing(values, 0.9f);
        open_rig(&r, values, 1, more);
        r.poses.n = 0;
        int rc = stance_runner_run(r.runner, r.frame, &r.poses, &r.err);
        if (rc != STANCE_EINVAL)
            fail_msg("%s: found %d, expected %d", regions[i], rc, STANCE_EINVAL);
        kit_expect_part("region", r.err.message, "640x480");
        assert_int_equal(r.poses.n, 0);
        close_rig(&r);
    }
}

static void boxes_hold_the_points_that_are_sure(void **state)
{
    (void)state;
    static const char *const more[] = {"crop", "whole", NULL};
    float values[KIT_VALUES];
    rig r;
    standing(values, 0.9f);
    values[1] = 0.9f; /* the nose is far away, but not sure */
    values[2] = 0.19f;
    values[3] = NAN; /* an eye that the network does not give */
    values[3 * 7 + 1] = 0.5f;
    open_rig(&r, values, 1, more);
    run(&r);
    assert_int_equal(r.poses.n, 1);
    const float *box = r.poses.people[0].box;
    assert_near(box[0], 300, 1e-3);
    assert_near(box[1], 180, 1e-3);
    assert_near(box[2], 20, 1e-3);
    assert_near(box[3], 80, 1e-3);
    assert_false(stance_keypoint_given(&r.poses.people[0].keypoints[1]));
    expect_point(&r, 0, 576, 200);
    close_rig(&r);
}

static void the_score_decides_whether_somebody_is_there(void **state)
{
    static const struct {
        const char *min_score;
        float score;
        size_t n;
    } rows[] = {{"", 0.16f, 1},     {"", 0.14f, 0},     {"0.5", 0.5f, 1},
                {"0.5", 0.499f, 0}, {"0", 0.0f, 1},     {"1", 1.0f, 1},
                {"1", 0.999f, 0},   {"0.25", -0.5f, 0}, {"1", 7.0f, 1}};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *const more[] = {rows[i].min_score[0] ? "min-score" : NULL,
                                    rows[i].min_score, NULL};
        float values[KIT_VALUES];
        rig r;
        standing(values, rows[i].score);
        open_rig(&r, values, 1, more);
        run(&r);
        if (r.poses.n != rows[i].n)
            fail_msg("score %g, least %s: found %zu people, expected %zu", rows[i].score,
                     rows[i].min_score, r.poses.n, rows[i].n);
        close_rig(&r);
    }
}

static void the_crop_follows_the_person_and_forgets_who_is_gone(void **state)
{
    (void)state;
    static const float half = 0.5f;
    float values[6][KIT_VALUES];
    rig r;
    standing(values[0], 0.9f);
    kit_fill(values[1], (kit_person){half, half, 0.1f}); /* nobody */
    standing(values[2], 0.9f);
    standing(values[3], 0.9f); /* in the crop it means another place */
    standing(values[4], 0.9f);
    standing(values[5], 0.9f);
    open_rig(&r, values[0], 6, NULL);
    run(&r);
    expect_point(&r, 11, 300, 200); /* seen in the whole picture */
    run(&r);
    assert_int_equal(r.poses.n, 0);
    run(&r);
    expect_point(&r, 11, 300, 200); /* in the whole picture again */
    run(&r);
    /* The nearest of the squares that there are: sixths of a doubling, sixteenths. */
    double side = exp2(43.0 / 6), x = 33 * side / 16, y = 22 * side / 16;
    expect_point(&r, 11, x + side * (300 / 640.0 - 0.5), y + side * (0.4375 - 0.5));
    stance_runner_reset(r.runner);
    run(&r);
    expect_point(&r, 11, 300, 200);
    assert_int_equal(stance_runner_last_times(r.runner).inferences, 1);
    close_rig(&r);

    static const char *const whole[] = {"crop", "whole", NULL};
    open_rig(&r, values[2], 2, whole);
    for (int i = 0; i < 2; i++) {
        run(&r);
        expect_point(&r, 11, 300, 200);
    }
    close_rig(&r);
}

static int begin(rig *r)
{
    return stance_runner_begin(r->runner, r->frame, STANCE_MOMENT_NEXT, &r->err);
}

/* Frames that do not wait for one another can be begun before the one before is ended. */
static void frames_side_by_side_are_those_one_by_one(void **state)
{
    float values[2][KIT_VALUES];
    static const char *const whole[] = {"crop", "whole", NULL};
    rig r;
    (void)state;
    standing(values[0], 0.9f);
    kit_fill(values[1], (kit_person){0.25f, 0.5f, 0.9f});
    open_rig(&r, values[0], 2, whole);
    assert_int_equal(stance_runner_ahead(r.runner), 1);
    assert_int_equal(stance_runner_end(r.runner, &r.poses, &r.err), STANCE_EINVAL);
    assert_int_equal(begin(&r), 0);
    assert_int_equal(begin(&r), STANCE_EINVAL);
    assert_int_equal(stance_runner_end(r.runner, &r.poses, &r.err), 0);
    expect_point(&r, 11, 300, 200);
    assert_int_equal(stance_runner_last_times(r.runner).inferences, 1);
    assert_int_equal(begin(&r), 0);
    assert_int_equal(stance_runner_end(r.runner, &r.poses, &r.err), 0);
    expect_point(&r, 11, 160, 240);
    assert_int_equal(begin(&r), 0);
    close_rig(&r); /* with one on its way */
}

static void still(rig *r, int inferences)
{
    int rc = stance_runner_still(r->runner, r->frame, &r->poses, &r->err);
    if (rc < 0)
        fail_msg("%d: %s", rc, r->err.message);
    int found = stance_runner_last_times(r->runner).inferences;
    if (found != inferences)
        fail_msg("found %d inferences, expected %d", found, inferences);
}

static void a_still_picture_is_looked_at_twice(void **state)
{
    (void)state;
    float values[6][KIT_VALUES];
    rig r;
    standing(values[0], 0.9f);
    kit_fill(values[1], (kit_person){0.25f, 0.5f, 0.8f});
    standing(values[2], 0.9f); /* the next picture: the whole of it again */
    kit_fill(values[3], (kit_person){0.5f, 0.25f, 0.05f});
    kit_fill(values[4], (kit_person){0.5f, 0.5f, 0.1f});
    standing(values[5], 0.9f);
    open_rig(&r, values[0], 6, NULL);
    still(&r, 2);
    expect_point(&r, 3, CROP_X + CROP_SIDE / 4.0, CROP_Y + CROP_SIDE / 2.0);
    assert_near(r.poses.people[0].score, 0.8, 1e-6);
    still(&r, 2); /* somebody at first, nobody at the second look */
    assert_int_equal(r.poses.n, 0);
    still(&r, 1); /* nobody whose crop could be looked at */
    assert_int_equal(r.poses.n, 0);
    run(&r);
    expect_point(&r, 11, 300, 200);
    close_rig(&r);
}

static void the_end_of_the_tensors_is_an_error_without_poses(void **state)
{
    (void)state;
    float values[KIT_VALUES];
    rig r;
    standing(values, 0.9f);
    open_rig(&r, values, 1, NULL);
    run(&r);
    assert_int_equal(stance_runner_run(r.runner, r.frame, &r.poses, &r.err),
                     STANCE_EENGINE);
    assert_int_equal(r.poses.n, 0);
    stance_runner_reset(r.runner);
    assert_int_equal(stance_runner_still(r.runner, r.frame, &r.poses, NULL),
                     STANCE_EENGINE);
    assert_int_equal(r.poses.n, 0);
    close_rig(&r);
}

static void so_many_people_as_asked_for(void **state)
{
    static const struct {
        const char *network, *people;
        int rc;
        bool single;
        const char *word;
    } rows[] = {
        {"one", "", 0, true, ""},
        {"one", "one", 0, true, ""},
        {"one", "1", 0, false, ""},
        {"one", "2", STANCE_EINVAL, false, "walker finds one person"},
        {"one", "all", STANCE_EINVAL, false, "a recording is that of one network"},
        {"one", "3x", STANCE_EINVAL, false, "found '3x'"},
        {"several", "", 0, false, ""},
        {"several", "one", 0, true, ""},
        {"several", "all", 0, false, ""},
        {"several", "3", 0, false, ""},
        {"several", "1024", 0, false, ""},
        {"several", "1025", STANCE_EINVAL, false, "1 to 1024, found '1025'"},
        {"several", "0", STANCE_EINVAL, false, "found '0'"},
        {"several", "-1", STANCE_EINVAL, false, "found '-1'"},
        {"several", "3x", STANCE_EINVAL, false, "found '3x'"},
        {"several", "many", STANCE_EINVAL, false, "found 'many'"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *const more[] = {rows[i].people[0] ? "people" : NULL, rows[i].people,
                                    NULL};
        float values[KIT_VALUES];
        rig r;
        standing(values, 0.9f);
        kit_write_card(in_dir("walker.json"), "walker", rows[i].network, "", OUTPUTS);
        int rc = open_model(&r, values, 1, more);
        if (rc != rows[i].rc)
            fail_msg("row %zu: found %d (%s), expected %d", i, rc, r.err.message,
                     rows[i].rc);
        kit_expect_part(rows[i].people, r.err.message, rows[i].word);
        if (rc == 0 && st_model_single(r.model) != rows[i].single)
            fail_msg("row %zu: the form of the JSON is wrong", i);
        close_rig(&r);
    }
}

static void what_is_known_of_a_network(void **state)
{
    (void)state;
    float values[KIT_VALUES];
    rig r;
    standing(values, 0.9f);
    open_rig(&r, values, 1, NULL);
    const stance_model_info *info = stance_model_get_info(r.model);
    assert_string_equal(info->name, "walker");
    assert_string_equal(info->skeleton->name, "coco17");
    assert_string_equal(info->engine, "replay");
    assert_string_equal(info->file, in_dir("a.tensors"));
    assert_non_null(info->device);
    assert_int_equal(info->input_width, 192);
    assert_false(info->several);
    close_rig(&r);
}

/* What is recorded again is the same file. */
static void recording_writes_what_the_network_said(void **state)
{
    (void)state;
    const char *const more[] = {"record", in_dir("again.tensors"), NULL};
    float values[2][KIT_VALUES];
    size_t n, n_again;
    rig r;
    standing(values[0], 0.9f);
    standing(values[1], 0.3f);
    open_rig(&r, values[0], 2, more);
    run(&r);
    run(&r);
    close_rig(&r);
    char *file = kit_read(in_dir("a.tensors"), &n);
    char *again = kit_read(in_dir("again.tensors"), &n_again);
    assert_int_equal(n, n_again);
    assert_memory_equal(file, again, n);
    free(file);
    free(again);
}

static char logged[300];

static void keep_line(void *user, stance_log_level level, const char *part,
                      const char *line)
{
    (void)user;
    (void)part;
    if (level == STANCE_LOG_ERROR)
        snprintf(logged, sizeof(logged), "%s", line);
}

static void a_recording_that_is_lost_is_told(void **state)
{
    (void)state;
    static const char *const more[] = {"record", "/dev/full", NULL};
    float values[KIT_VALUES];
    rig r;
    if (access("/dev/full", W_OK) != 0)
        skip();
    standing(values, 0.9f);
    stance_log_set(keep_line, NULL, STANCE_LOG_ERROR);
    open_rig(&r, values, 1, more);
    run(&r);
    close_rig(&r);
    stance_log_set(NULL, NULL, STANCE_LOG_ERROR);
    kit_expect_part("log", logged, "/dev/full");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_are_mapped_to_source_pixels),
        cmocka_unit_test(a_region_outside_of_the_picture_is_an_error),
        cmocka_unit_test(boxes_hold_the_points_that_are_sure),
        cmocka_unit_test(the_score_decides_whether_somebody_is_there),
        cmocka_unit_test(frames_side_by_side_are_those_one_by_one),
        cmocka_unit_test(the_crop_follows_the_person_and_forgets_who_is_gone),
        cmocka_unit_test(a_still_picture_is_looked_at_twice),
        cmocka_unit_test(the_end_of_the_tensors_is_an_error_without_poses),
        cmocka_unit_test(so_many_people_as_asked_for),
        cmocka_unit_test(what_is_known_of_a_network),
        cmocka_unit_test(recording_writes_what_the_network_said),
        cmocka_unit_test(a_recording_that_is_lost_is_told),
    };
    return cmocka_run_group_tests(tests, kit_make_dir, kit_remove_dir);
}
