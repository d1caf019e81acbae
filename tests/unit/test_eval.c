/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Poses beside labels: figures that can be worked out by hand, rules at their edges, the
 * way of a pose into a file and back, and memory that runs out. What pycocotools says of
 * random labels is compared in tests/e2e/eval.py.
 */
#include "dir_kit.h"

#include <math.h>

#include "base/file.h"
#include "base/memory.h"
#include "eval/results.h"
#include "stance/eval.h"

enum { AP, AP50, AP75, APM, APL, AR, AR50, AR75, ARM, ARL };

static const char head[] =
    "{\"images\":[{\"id\":7,\"file_name\":\"a.jpg\",\"part\":\"x\"},"
    "{\"id\":3,\"file_name\":\"b.jpg\",\"part\":\"y\"}],"
    "\"categories\":[{\"id\":4,\"keypoints\":[\"Head top\",\"Neck\",\"left-hip\"]}],"
    "\"annotations\":[";

/* One of three points; area 5000 is "medium". */
#define PERSON(id, image, more)                                                \
    "{\"id\":" #id ",\"image_id\":" #image ",\"category_id\":4,\"area\":5000," \
    "\"bbox\":[0,0,50,100],\"keypoints\":[10,0,2,10,20,2,20,60,2]" more "}"
#define FOUND(image, x, score)                                                 \
    "{\"image_id\":" #image ",\"category_id\":4,\"keypoints\":[" #x ",0,1," #x \
    ",20,1,20,60,1],\"score\":" #score "}"

static stance_eval *open_text(const char *people, const char *only)
{
    char text[4000];
    stance_eval *eval = NULL;
    stance_error err = {0};
    const stance_eval_settings settings = {.only = &only, .n_only = only != NULL};
    int n = snprintf(text, sizeof(text), "%s%s]}", head, people);
    kit_write(in_dir("labels.json"), text, (size_t)n);
    if (stance_eval_open(&eval, in_dir("labels.json"), &settings, &err) < 0)
        fail_msg("%s", err.message);
    return eval;
}

static void read_results(stance_eval *eval, const char *found)
{
    char text[4000];
    stance_error err = {0};
    int n = snprintf(text, sizeof(text), "[%s]", found);
    kit_write(in_dir("results.json"), text, (size_t)n);
    if (stance_eval_read_results(eval, in_dir("results.json"), &err) < 0)
        fail_msg("%s", err.message);
}

static void precision(void **state)
{
    (void)state;
    static const struct {
        const char *what, *people, *found;
        double ap, ar, ap_medium, ap_large;
    } cases[] = {
        {"nobody labelled, nobody found", "", "", -1, -1, -1, -1},
        {"nobody labelled, somebody found", "", FOUND(7, 10, 1), -1, -1, -1, -1},
        {"nobody found", PERSON(1, 7, ""), "", 0, 0, 0, -1},
        {"found exactly", PERSON(1, 7, ""), FOUND(7, 10, 0.1), 1, 1, 1, -1},
        {"one of two", PERSON(1, 7, "") "," PERSON(2, 3, ""), FOUND(7, 10, 0.1),
         51.0 / 101, 0.5, 51.0 / 101, -1},
        {"a wrong one that is less sure", PERSON(1, 7, ""),
         FOUND(7, 10, 0.9) "," FOUND(7, 1e6, 0.8), 1, 1, 1, -1},
        {"a wrong one that is surer", PERSON(1, 7, ""),
         FOUND(7, 10, 0.8) "," FOUND(3, 900, 0.9), 0.5, 1, -2, -1},
        {"as sure: images in order of id", PERSON(1, 7, ""),
         FOUND(7, 10, 0.9) "," FOUND(3, 900, 0.9), 0.5, 1, -2, -1},
        {"as sure: in order of the file", PERSON(1, 7, ""),
         FOUND(7, 10, 0.9) "," FOUND(7, 900, 0.9), 1, 1, -2, -1},
        {"a crowd counts for nothing", PERSON(1, 7, ",\"iscrowd\":1"), FOUND(7, 10, 1),
         -1, -1, -1, -1},
        {"nor do people without counted points", PERSON(1, 7, ",\"num_keypoints\":0"),
         FOUND(7, 10, 1), -1, -1, -1, -1},
        {"an id of 0 is never found", PERSON(0, 7, ""), FOUND(7, 10, 1), 0, 0, 0, -1},
        {"another category", PERSON(1, 7, ""),
         "{\"image_id\":7,\"category_id\":1,\"keypoints\":[10,0,2,10,20,2,20,60,2],"
         "\"score\":1}",
         0, 0, 0, -1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        double figures[STANCE_EVAL_AP_COUNT];
        stance_eval *eval = open_text(cases[i].people, NULL);
        read_results(eval, cases[i].found);
        assert_int_equal(stance_eval_ap(eval, figures, NULL), 0);
        print_message("%s\n", cases[i].what);
        assert_near(figures[AP], cases[i].ap, 1e-9);
        assert_near(figures[AR], cases[i].ar, 1e-9);
        if (cases[i].ap_medium > -2) /* where only the whole is simple */
            assert_near(figures[APM], cases[i].ap_medium, 1e-9);
        assert_near(figures[APL], cases[i].ap_large, 1e-9);
        stance_eval_close(&eval);
    }
}

static void names(void **state)
{
    (void)state;
    static const char *const expected[] = {"AP",   "AP50", "AP75", "APm", "APl", "AR",
                                           "AR50", "AR75", "ARm",  "ARl", NULL};
    for (size_t i = 0; i < COUNT(expected); i++)
        if (expected[i])
            assert_string_equal(stance_eval_ap_name(i), expected[i]);
        else
            assert_null(stance_eval_ap_name(i));
}

static void points_of_their_own(void **state)
{
    (void)state;
    stance_eval *eval = open_text(PERSON(1, 7, ""), NULL);
    const stance_skeleton *skeleton = stance_eval_get_info(eval).skeleton;
    static const char *const plain[] = {"head_top", "neck", "left_hip"};
    static const double sigmas[] = {0.079, 0.079, 0.107};
    assert_string_equal(skeleton->name, "own");
    assert_int_equal(skeleton->n_keypoints, 3);
    for (size_t k = 0; k < 3; k++) {
        assert_string_equal(skeleton->names[k], plain[k]);
        assert_near(skeleton->sigmas[k], sigmas[k], 1e-7);
        assert_int_equal(skeleton->mirror[k], k);
    }
    stance_eval_close(&eval);
}

static void images(void **state)
{
    (void)state;
    stance_eval_image image;
    float boxes[2][4];
    size_t n = 0;
    stance_eval *eval =
        open_text(PERSON(1, 7, "") "," PERSON(2, 7, ",\"iscrowd\":1"), NULL);
    assert_true(stance_eval_image_at(eval, 0, &image)); /* in order of id */
    assert_int_equal(image.id, 3);
    assert_true(stance_eval_image_at(eval, 1, &image));
    assert_string_equal(image.file, "a.jpg");
    assert_int_equal(image.n_people, 1);
    assert_false(stance_eval_image_at(eval, 2, &image));
    assert_int_equal(stance_eval_boxes(eval, 1, boxes, 2, &n, NULL), 0);
    assert_int_equal(n, 1);
    assert_near(boxes[0][3], 100, 0);
    assert_int_equal(stance_eval_boxes(eval, 2, boxes, 2, &n, NULL), STANCE_EINVAL);
    stance_eval_close(&eval);
    eval = open_text(PERSON(1, 7, ""), "part=[xz]");
    stance_eval_info info = stance_eval_get_info(eval);
    assert_int_equal(info.n_images, 1);
    assert_int_equal(info.n_images_left_out, 1);
    read_results(eval, FOUND(7, 10, 1) "," FOUND(3, 10, 1));
    info = stance_eval_get_info(eval);
    assert_int_equal(info.n_found, 1);
    assert_int_equal(info.n_found_left_out, 1);
    stance_eval_close(&eval);
}

/* ---- shares of points ---- */

static void shares(void **state)
{
    (void)state;
    /* The head is 20 pixels, the box 100, and two of three points are `x` - 10 off. */
    static const struct {
        const char *found;
        int size;
        double threshold, share, joint_mean;
        size_t n_matched;
    } cases[] = {
        {"", STANCE_EVAL_BOX, NAN, 0, 0, 0},
        {FOUND(7, 30, 1), STANCE_EVAL_BOX, NAN, 1, 1, 1},
        {FOUND(7, 30.5, 1), STANCE_EVAL_BOX, NAN, 1.0 / 3, 1.0 / 3, 1},
        {FOUND(7, 30.5, 1), STANCE_EVAL_BOX, 0.21, 1, 1, 1},
        {FOUND(7, 20, 1), STANCE_EVAL_HEAD, NAN, 1, 1, 1},
        {FOUND(7, 20.5, 1), STANCE_EVAL_HEAD, NAN, 1.0 / 3, 1.0 / 3, 1},
        {FOUND(3, 10, 1), STANCE_EVAL_BOX, NAN, 0, 0, 0}, /* in the other image */
        /* the nearer one, though it is less sure */
        {FOUND(7, 60, 1) "," FOUND(7, 12, 0.1), STANCE_EVAL_BOX, NAN, 1, 1, 1},
        /* a point that nobody gives */
        {"{\"image_id\":7,\"category_id\":4,\"keypoints\":[0,0,0,10,20,1,20,60,1],"
         "\"score\":1}",
         STANCE_EVAL_BOX, NAN, 1, 1, 1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const stance_eval_pck_settings settings = {.size = cases[i].size,
                                                   .threshold = cases[i].threshold};
        stance_eval_pck pck;
        stance_error err = {0};
        stance_eval *eval = open_text(PERSON(1, 7, ""), NULL);
        read_results(eval, cases[i].found);
        if (stance_eval_pck_of(eval, &settings, &pck, &err) < 0)
            fail_msg("%zu: %s", i, err.message);
        print_message("%zu\n", i);
        assert_near(pck.share, cases[i].share, 1e-12);
        assert_near(pck.joint_mean, cases[i].joint_mean, 1e-12);
        assert_int_equal(pck.n_people, 1);
        assert_int_equal(pck.n_matched, cases[i].n_matched);
        stance_eval_close(&eval);
    }
}

static void no_size(void **state)
{
    (void)state;
    stance_eval_pck_settings settings = {.size = STANCE_EVAL_TORSO, .threshold = NAN};
    stance_eval_pck pck;
    stance_error err;
    stance_eval *eval = open_text(PERSON(1, 7, ""), NULL);
    assert_int_equal(stance_eval_pck_of(eval, &settings, &pck, &err), STANCE_EINPUT);
    assert_non_null(strstr(err.message, "right hip"));
    settings.size = 9;
    assert_int_equal(stance_eval_pck_of(eval, &settings, &pck, &err), STANCE_EINVAL);
    stance_eval_close(&eval);
}

/* ---- poses added ---- */

static void make_poses(stance_poses *poses)
{
    stance_poses_init(poses);
    assert_int_equal(stance_poses_reset(poses, stance_skeleton_find("openpose18"), 3), 0);
    for (size_t i = 0; i < 2; i++) { /* the third has no points and is left out */
        stance_pose *pose = &poses->people[i];
        pose->score = 0.123456789f;
        memcpy(pose->box, (float[]){1.005f, 2, 30.337f, NAN}, sizeof(pose->box));
        pose->keypoints[1] =
            (stance_keypoint){.x = 10.126f, .y = 20.004f, .z = NAN, .score = 1.5f};
        pose->keypoints[11] =
            (stance_keypoint){.x = -0.001f, .y = 1e7f, .z = NAN, .score = -1};
    }
}

/* What is scored from memory is scored from the file it was written to. */
static void saved_and_read(void **state)
{
    (void)state;
    stance_poses poses;
    double a[STANCE_EVAL_AP_COUNT], b[STANCE_EVAL_AP_COUNT];
    size_t n;
    make_poses(&poses);
    stance_eval *eval = open_text(PERSON(1, 7, ""), NULL);
    assert_int_equal(stance_eval_add(eval, 1, &poses, NULL), 0);
    assert_int_equal(stance_eval_add(eval, 2, &poses, NULL), STANCE_EINVAL);
    assert_int_equal(stance_eval_save(eval, in_dir("saved.json"), NULL), 0);
    assert_int_equal(stance_eval_ap(eval, a, NULL), 0);
    assert_int_equal(stance_eval_get_info(eval).n_found, 2);
    stance_eval_close(&eval);
    char *text = kit_read(in_dir("saved.json"), &n);
    assert_non_null(strstr(text, "{\"image_id\": 7, \"category_id\": 4, \"keypoints\": "
                                 "[0, 0, 0, 10.13, 20, 1, 0, 10000000, 0], \"score\": "
                                 "0.123457, \"bbox\": [1, 2, 30.34, 0]}"));
    free(text);
    eval = open_text(PERSON(1, 7, ""), NULL);
    assert_int_equal(stance_eval_read_results(eval, in_dir("saved.json"), NULL), 0);
    assert_int_equal(stance_eval_ap(eval, b, NULL), 0);
    assert_memory_equal(a, b, sizeof(a));
    assert_int_equal(stance_eval_save(eval, in_dir("no/such/folder.json"), NULL),
                     STANCE_EOUTPUT);
    stance_eval_close(&eval);
    stance_poses_clear(&poses);
}

/* Results that are refused leave those that were there. */
static void refused_results(void **state)
{
    (void)state;
    static const char text[] = "[" FOUND(7, 10, 1) ", " FOUND(8, 10, 1) "]";
    stance_error err;
    stance_eval *eval = open_text(PERSON(1, 7, ""), NULL);
    read_results(eval, FOUND(7, 10, 0.5));
    kit_write(in_dir("bad.json"), text, sizeof(text) - 1);
    assert_int_equal(stance_eval_read_results(eval, in_dir("bad.json"), &err),
                     STANCE_EINPUT);
    assert_non_null(strstr(err.message, "[1]: image_id"));
    assert_int_equal(stance_eval_get_info(eval).n_found, 1);
    stance_eval_close(&eval);
}

/* ---- memory that runs out ---- */

static int everything(void)
{
    double figures[STANCE_EVAL_AP_COUNT];
    const stance_eval_pck_settings settings = {.threshold = NAN};
    stance_eval_pck pck;
    stance_poses poses;
    stance_eval *eval = NULL;
    stance_poses_init(&poses);
    int rc = stance_eval_open(&eval, in_dir("labels.json"), NULL, NULL);
    if (rc == 0)
        rc = stance_eval_read_results(eval, in_dir("results.json"), NULL);
    if (rc == 0)
        rc = stance_poses_reset(&poses, stance_skeleton_find("openpose18"), 1);
    if (rc == 0) {
        poses.people[0].keypoints[1].x = poses.people[0].keypoints[1].y = 1;
        rc = stance_eval_add(eval, 0, &poses, NULL);
    }
    if (rc == 0)
        rc = stance_eval_ap(eval, figures, NULL);
    if (rc == 0)
        rc = stance_eval_pck_of(eval, &settings, &pck, NULL);
    if (rc == 0)
        rc = stance_eval_save(eval, in_dir("saved.json"), NULL);
    stance_eval_close(&eval);
    stance_poses_clear(&poses);
    return rc;
}

static void without_memory(void **state)
{
    (void)state;
    stance_eval *eval = open_text(PERSON(1, 7, ""), NULL);
    read_results(eval, FOUND(7, 10, 0.5));
    stance_eval_close(&eval);
    long before = st_memory_count();
    assert_int_equal(everything(), 0);
    long n = st_memory_count() - before;
    for (long i = 1; i <= n; i++) {
        st_memory_fail_at(i);
        int rc = everything();
        st_memory_fail_at(0);
        if (rc >= 0)
            fail_msg("allocation %ld of %ld failed unseen", i, n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(precision),
        cmocka_unit_test(names),
        cmocka_unit_test(points_of_their_own),
        cmocka_unit_test(images),
        cmocka_unit_test(shares),
        cmocka_unit_test(no_size),
        cmocka_unit_test(saved_and_read),
        cmocka_unit_test(refused_results),
        cmocka_unit_test(without_memory),
    };
    return cmocka_run_group_tests(tests, kit_make_dir, kit_remove_dir);
}
