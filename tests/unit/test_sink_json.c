/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stance's JSON: what is written for one person, several and nobody, the numbers put in
 * place at the end, names that are no UTF-8, and outputs that fail.
 */
#include "sink_kit.h"

#include "sink/utf8.h"
#include "json/json.h"

static const stance_summary done = {.frames_in = 12,
                                    .frames_out = 3,
                                    .skipped = 9,
                                    .duration_us = 480200,
                                    .complete = true};

static void make_poses(stance_poses *poses, size_t n)
{
    stance_poses_init(poses);
    assert_int_equal(stance_poses_reset(poses, stance_skeleton_find("coco17"), n), 0);
    for (size_t i = 0; i < n; i++) {
        poses->people[i].score = 0.5f + (float)i; /* the second is above 1 */
        memcpy(poses->people[i].box, (float[]){1.25f, 2, 3, 4.125f}, 4 * sizeof(float));
        for (size_t k = 1; k < 17; k++)
            poses->people[i].keypoints[k] =
                (stance_keypoint){.x = (float)k + 0.126f,
                                  .y = -0.001f,
                                  .z = NAN,
                                  .score = (float)k / 8 - 0.25f,
                                  .raw = {NAN, NAN}};
    }
}

static st_json *read_back(const char *path)
{
    st_json *json = NULL;
    stance_error err = {0};
    if (st_json_open(path, 1 << 20, STANCE_EINPUT, &json, &err) < 0)
        fail_msg("%s", err.message);
    return json;
}

static const st_json_value *member(const st_json *json, const st_json_value *of,
                                   const char *name)
{
    const st_json_value *value = NULL;
    stance_error err;
    if (st_json_get_object(json, of, name, true, &value, &err) < 0 &&
        st_json_get_array(json, of, name, true, 0, 1000, &value, &err) < 0)
        fail_msg("%s", err.message);
    return value;
}

static double number(const st_json *json, const st_json_value *of, const char *name)
{
    double value = NAN; /* stays when the member is null */
    stance_error err;
    if (st_json_get_number(json, of, name, false, -1e9, 1e9, &value, &err) < 0)
        fail_msg("%s", err.message);
    return value;
}

static const char *words(const st_json *json, const st_json_value *of, const char *name)
{
    const char *value = NULL;
    stance_error err;
    if (st_json_get_text(json, of, name, true, &value, &err) < 0)
        fail_msg("%s", err.message);
    return value;
}

/* Three frames, 40, 40.333 and 40 ms apart, with `n` people each. */
static void write_document(const char *path, stance_stream *stream, size_t n)
{
    static const int64_t times[3] = {0, 40000, 80333};
    kit_sink s;
    stance_poses poses;
    unlink(path);
    make_poses(&poses, n);
    kit_expect(&s, kit_open(&s, &st_sink_json, path, NULL), 0);
    kit_expect(&s, kit_begin(&s, stream), 0);
    for (int i = 0; i < 3; i++)
        kit_expect(&s, kit_give(&s, kit_frame(stream, 4 * i, times[i], 40000), &poses),
                   0);
    assert_int_equal(st_file_kind_of(path), ST_FILE_ABSENT); /* not before the end */
    kit_expect(&s, kit_end(&s, &done), 0);
    assert_int_equal(st_file_kind_of(path), ST_FILE_REGULAR);
    kit_close(&s);
    stance_poses_clear(&poses);
}

static void one_person(void **state)
{
    (void)state;
    stance_stream stream = kit_stream(320, 240, STANCE_PIX_YUV420P);
    stream.start_us = -1500;
    stream.fps_num = 30000, stream.fps_den = 1001;
    write_document(in_dir("one.json"), &stream, 1);
    st_json *json = read_back(in_dir("one.json"));
    const st_json_value *root = st_json_root(json), *meta = member(json, root, "meta");
    assert_string_equal(words(json, root, "schema"), "stance/1");
    assert_string_equal(words(json, meta, "mode"), "single");
    assert_near(number(json, meta, "fps"), 29.97, 0);
    assert_near(number(json, meta, "frame_count"), 3, 0);
    assert_near(number(json, meta, "duration_ms"), 480.2, 0);
    assert_near(number(json, meta, "start_ms"), -1.5, 0);
    const st_json_value *frames = member(json, root, "frames");
    assert_int_equal(st_json_count(frames), 3);
    assert_near(number(json, st_json_at(frames, 2), "timestamp_ms"), 80.333, 0);
    assert_near(number(json, st_json_at(frames, 2), "frame_index"), 8, 0);
    const st_json_value *first = st_json_at(frames, 0);
    assert_near(number(json, first, "pose_score"), 0.5, 0);
    const st_json_value *points = member(json, first, "keypoints");
    assert_int_equal(st_json_count(points), 17);
    const st_json_value *absent = st_json_at(points, 0), *low = st_json_at(points, 1),
                        *high = st_json_at(points, 16);
    assert_string_equal(words(json, absent, "name"), "nose");
    assert_true(isnan(number(json, absent, "x")) && isnan(number(json, absent, "y")));
    assert_near(number(json, absent, "score"), 0, 0);
    assert_near(number(json, low, "x"), 1.13, 1e-9);
    assert_near(number(json, low, "y"), 0, 0);
    assert_near(number(json, low, "score"), 0, 0);  /* was below 0 */
    assert_near(number(json, high, "score"), 1, 0); /* was above 1 */
    const st_json_value *summary = member(json, root, "summary");
    assert_near(number(json, summary, "frames_in"), 12, 0);
    assert_near(number(json, summary, "skipped"), 9, 0);
    st_json_close(&json);
}

static void several_people(void **state)
{
    (void)state;
    stance_stream stream = kit_stream(320, 240, STANCE_PIX_YUV420P);
    stream.single = false;
    write_document(in_dir("two.json"), &stream, 2);
    st_json *json = read_back(in_dir("two.json"));
    const st_json_value *root = st_json_root(json);
    assert_string_equal(words(json, member(json, root, "meta"), "mode"), "multi");
    const st_json_value *frame = st_json_at(member(json, root, "frames"), 0);
    const st_json_value *people = member(json, frame, "people");
    assert_int_equal(st_json_count(people), 2);
    assert_true(isnan(number(json, st_json_at(people, 0), "id")));
    assert_near(number(json, st_json_at(people, 1), "score"), 1, 0);
    assert_int_equal(st_json_count(member(json, st_json_at(people, 1), "box")), 4);
    st_json_close(&json);
}

/* What is there only where it is known, in both forms. */
static void optional_members(void **state)
{
    (void)state;
    for (int single = 0; single < 2; single++) {
        stance_stream stream = kit_stream(320, 240, STANCE_PIX_YUV420P);
        stance_poses poses;
        kit_sink s;
        stream.single = single;
        make_poses(&poses, 1);
        poses.people[0].id = 7;
        poses.people[0].interpolated = true;
        poses.people[0].keypoints[3].raw[0] = 1.5f;
        poses.people[0].keypoints[3].raw[1] = -2.25f;
        poses.people[0].keypoints[4].swapped = true;
        kit_expect(&s, kit_open(&s, &st_sink_json, in_dir("more.json"), NULL), 0);
        kit_expect(&s, kit_begin(&s, &stream), 0);
        kit_expect(&s, kit_give(&s, kit_frame(&stream, 0, 0, 1), &poses), 0);
        kit_expect(&s, kit_end(&s, &done), 0);
        kit_close(&s);
        st_json *json = read_back(in_dir("more.json"));
        const st_json_value *frame =
            st_json_at(member(json, st_json_root(json), "frames"), 0);
        const st_json_value *one =
            single ? frame : st_json_at(member(json, frame, "people"), 0);
        assert_near(number(json, one, "id"), 7, 0);
        assert_non_null(st_json_member(one, "interpolated"));
        const st_json_value *points = member(json, one, "keypoints");
        const st_json_value *raw = member(json, st_json_at(points, 3), "raw");
        double y = 0;
        assert_int_equal(st_json_count(raw), 2);
        assert_int_equal(st_json_at_number(json, raw, 1, -9, 9, &y, NULL), 0);
        assert_near(y, -2.25, 0);
        assert_non_null(st_json_member(st_json_at(points, 4), "swapped"));
        assert_null(st_json_member(st_json_at(points, 4), "raw"));
        assert_null(st_json_member(st_json_at(points, 3), "swapped"));
        st_json_close(&json);
        stance_poses_clear(&poses);
    }
}

static void nobody(void **state)
{
    (void)state;
    for (int single = 0; single < 2; single++) {
        stance_stream stream = kit_stream(320, 240, STANCE_PIX_YUV420P);
        stream.single = single;
        write_document(in_dir("none.json"), &stream, 0);
        st_json *json = read_back(in_dir("none.json"));
        const st_json_value *frame =
            st_json_at(member(json, st_json_root(json), "frames"), 1);
        const char *list = single ? "keypoints" : "people";
        assert_int_equal(st_json_count(member(json, frame, list)), 0);
        assert_true(!single || isnan(number(json, frame, "pose_score")));
        st_json_close(&json);
    }
}

static void pictures_have_no_times(void **state)
{
    (void)state;
    stance_stream stream = kit_stream(320, 240, STANCE_PIX_YUV420P);
    stream.stills = true;
    stream.source = "caf\xe9/\xf0\x9f\x8f\x83"; /* Latin-1, then a good character */
    write_document(in_dir("still.json"), &stream, 1);
    st_json *json = read_back(in_dir("still.json"));
    const st_json_value *meta = member(json, st_json_root(json), "meta");
    assert_string_equal(words(json, meta, "source"), "caf\xef\xbf\xbd/\xf0\x9f\x8f\x83");
    assert_true(isnan(number(json, meta, "fps")));
    assert_true(isnan(number(json, meta, "duration_ms")));
    assert_near(number(json, meta, "frame_count"), 3, 0);
    const st_json_value *frame =
        st_json_at(member(json, st_json_root(json), "frames"), 1);
    assert_true(isnan(number(json, frame, "timestamp_ms")));
    st_json_close(&json);
}

static void utf8_is_made_clean(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *clean;
    } cases[] = {
        {"", ""},
        {"plain", "plain"},
        {"\xc3\xa9", "\xc3\xa9"},
        {"\xc3", "\xef\xbf\xbd"},                                 /* cut */
        {"\xc0\x80", "\xef\xbf\xbd\xef\xbf\xbd"},                 /* overlong */
        {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, /* a surrogate */
        {"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},                 /* the last one */
        {"\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xff"
         "a",
         "\xef\xbf\xbd"
         "a"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        st_text text = {0};
        st_utf8_clean(&text, cases[i].bytes);
        assert_string_equal(text.text, cases[i].clean);
        st_text_clear(&text);
    }
}

static void a_failed_run_leaves_nothing(void **state)
{
    (void)state;
    stance_stream stream = kit_stream(320, 240, STANCE_PIX_YUV420P);
    kit_sink s;
    const char *path = in_dir("gone.json"), *part = in_dir("gone.json.part");
    kit_expect(&s, kit_open(&s, &st_sink_json, path, NULL), 0);
    kit_expect(&s, kit_begin(&s, &stream), 0);
    assert_int_equal(st_file_kind_of(part), ST_FILE_REGULAR);
    kit_close(&s);
    assert_int_equal(st_file_kind_of(part), ST_FILE_ABSENT);
    assert_int_equal(st_file_kind_of(path), ST_FILE_ABSENT);
}

static void outputs_that_fail(void **state)
{
    (void)state;
    stance_stream stream = kit_stream(320, 240, STANCE_PIX_YUV420P);
    stance_poses poses;
    kit_sink s;
    make_poses(&poses, 1);
    kit_expect(&s, kit_open(&s, &st_sink_json, in_dir("no/such/x.json"), NULL),
               STANCE_EOUTPUT);
    assert_non_null(strstr(s.err.message, "x.json"));
    kit_close(&s);
    kit_expect(&s, kit_open(&s, &st_sink_json, "/dev/full", NULL), 0);
    kit_expect(&s, kit_begin(&s, &stream), 0);
    int rc = 0;
    for (int i = 0; i < 1000 && rc == 0; i++)
        rc = kit_give(&s, kit_frame(&stream, i, i, 1), &poses);
    kit_expect(&s, rc, STANCE_EOUTPUT); /* when it is met, not at the end */
    assert_non_null(strstr(s.err.message, "/dev/full"));
    assert_non_null(strstr(s.err.message, "space"));
    kit_close(&s);
    stance_poses_clear(&poses);
}

/* The locale's decimal comma has no place in JSON. */
static void no_decimal_commas(void **state)
{
    (void)state;
    if (!test_use_comma_locale())
        skip();
    one_person(state);
    setlocale(LC_ALL, "C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_person),
        cmocka_unit_test(several_people),
        cmocka_unit_test(optional_members),
        cmocka_unit_test(nobody),
        cmocka_unit_test(pictures_have_no_times),
        cmocka_unit_test(utf8_is_made_clean),
        cmocka_unit_test(a_failed_run_leaves_nothing),
        cmocka_unit_test(outputs_that_fail),
        cmocka_unit_test(no_decimal_commas),
    };
    return cmocka_run_group_tests(tests, kit_make_dir, kit_remove_dir);
}
