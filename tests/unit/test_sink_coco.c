/* SPDX-License-Identifier: Apache-2.0 */
/*
 * COCO's results: the number of an image by its file's name, points of other skeletons,
 * and a file that is there only when it is complete.
 */
#include "sink_kit.h"

static const stance_summary done = {.frames_in = 1, .frames_out = 1, .complete = true};

/* @param file NULL: a frame of a clip */
static char *written(const char *file, const char *skeleton, size_t n_people)
{
    kit_sink s;
    size_t n;
    stance_poses poses;
    const char *path = in_dir("coco.json");
    stance_stream stream = kit_stream(32, 24, STANCE_PIX_GRAY8);
    stream.skeleton = stance_skeleton_find(skeleton);
    unlink(path);
    stance_poses_init(&poses);
    assert_int_equal(stance_poses_reset(&poses, stream.skeleton, n_people), 0);
    for (size_t i = 0; i + 1 < n_people; i++) { /* the last has no points */
        int knee = stance_skeleton_point(stream.skeleton, "left_knee");
        poses.people[i].score = 0.75f;
        poses.people[i].box[3] = 4.126f;
        poses.people[i].keypoints[knee] =
            (stance_keypoint){.x = 1.25f, .y = -3, .z = NAN, .score = 2.5f};
    }
    kit_expect(&s, kit_open(&s, &st_sink_coco, path, NULL), 0);
    kit_expect(&s, kit_begin(&s, &stream), 0);
    stance_frame *frame = kit_frame(&stream, 5, 0, 0);
    frame->file = file;
    kit_expect(&s, kit_give(&s, frame, &poses), 0);
    assert_int_equal(st_file_kind_of(path), ST_FILE_ABSENT);
    kit_expect(&s, kit_end(&s, &done), 0);
    kit_close(&s);
    stance_poses_clear(&poses);
    return kit_read(path, &n);
}

static void image_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        const char *id;
    } cases[] = {
        {NULL, "5"},
        {"000000000139.jpg", "139"},
        {"folder.1/7.x.jpg", "5"},
        {"/a/b/00.png", "0"},
        {"0139", "139"},
        {".jpg", "5"},
        {"12a.jpg", "5"},
        {"-12.jpg", "5"},
        {"999999999999999999.jpg", "999999999999999999"},
        {"9999999999999999999.jpg", "5"}, /* too large for a number */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char expected[64], *text = written(cases[i].file, "coco17", 2);
        snprintf(expected, sizeof(expected), "\"image_id\": %s,", cases[i].id);
        if (!strstr(text, expected))
            fail_msg("%s: expected %s in %s", cases[i].file, expected, text);
        free(text);
    }
}

static void any_skeleton(void **state)
{
    (void)state;
    const stance_skeleton *skeleton;
    for (size_t i = 0; (skeleton = stance_skeleton_at(i)); i++) {
        char *text = written("1.png", skeleton->name, 2);
        assert_string_equal(
            text,
            "[\n  {\"image_id\": 1, \"category_id\": 1, \"keypoints\": [0, 0, 0, 0, 0, "
            "0, "
            "0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, "
            "0, 0, 0, 0, 0, 0, 0, 0, 1.25, -3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0], \"score\": "
            "0.75, \"bbox\": [0, 0, 0, 4.13]}\n]\n");
        free(text);
    }
}

static void nobody(void **state)
{
    (void)state;
    char *text = written(NULL, "coco17", 0);
    assert_string_equal(text, "[]\n");
    free(text);
}

static void broken_off(void **state)
{
    (void)state;
    kit_sink s;
    const char *path = in_dir("broken.json");
    stance_stream stream = kit_stream(32, 24, STANCE_PIX_GRAY8);
    kit_expect(&s, kit_open(&s, &st_sink_coco, path, NULL), 0);
    kit_expect(&s, kit_begin(&s, &stream), 0);
    kit_close(&s);
    assert_int_equal(st_file_kind_of(path), ST_FILE_ABSENT);
    assert_int_equal(st_file_kind_of(in_dir("broken.json.part")), ST_FILE_ABSENT);
    kit_expect(&s, kit_open(&s, &st_sink_coco, in_dir("no/such.json"), NULL),
               STANCE_EOUTPUT);
    kit_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(image_numbers),
        cmocka_unit_test(any_skeleton),
        cmocka_unit_test(nobody),
        cmocka_unit_test(broken_off),
    };
    return cmocka_run_group_tests(tests, kit_make_dir, kit_remove_dir);
}
