/* SPDX-License-Identifier: Apache-2.0 */
/* Which frames of a source are handed on, and what inputs are taken for. */
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/picker.h"

/* The picks of frames at 0, 100, 200, ... ms, as letters: before, skip, give, end. */
static void picks(double start_s, double end_s, int every, int max, char *out, int n)
{
    stance_source_settings s = {
        .start_s = start_s, .end_s = end_s, .every = every, .max_frames = max};
    st_picker picker = {.settings = &s};
    for (int i = 0; i < n; i++)
        out[i] =
            st_picker_full(&picker) ? '.' : "bsge"[st_picker_next(&picker, i * 100000)];
    out[n] = '\0';
}

static void test_picks(void **state)
{
    static const struct {
        double start_s, end_s;
        int every, max;
        const char *expected;
    } rows[] = {
        {NAN, NAN, 1, 0, "gggggggggg"},  {0.3, NAN, 1, 0, "bbbggggggg"},
        {0.25, NAN, 1, 0, "bbbggggggg"}, {NAN, 0.5, 1, 0, "gggggeeeee"},
        {0.2, 0.6, 1, 0, "bbggggeeee"},  {NAN, NAN, 3, 0, "gssgssgssg"},
        {0.2, NAN, 2, 0, "bbgsgsgsgs"},  {NAN, NAN, 1, 4, "gggg......"},
        {0.1, NAN, 2, 2, "bgsg......"},  {0.3, 0.4, 1, 0, "bbbgeeeeee"},
        {1.5, NAN, 1, 0, "bbbbbbbbbb"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char found[11];
        picks(rows[i].start_s, rows[i].end_s, rows[i].every, rows[i].max, found, 10);
        assert_string_equal(found, rows[i].expected);
    }
}

/* Two runs, one to a time and one from it, share no frame and miss none. */
static void test_parts_fit(void **state)
{
    (void)state;
    for (int cut = 1; cut < 40; cut++) {
        char head[41], tail[41];
        picks(NAN, cut * 0.0333, 1, 0, head, 40);
        picks(cut * 0.0333, NAN, 1, 0, tail, 40);
        for (int i = 0; i < 40; i++)
            assert_true((head[i] == 'g') != (tail[i] == 'g'));
    }
}

static void test_sound(void **state)
{
    stance_source_settings s = {.start_s = 1, .end_s = 2};
    st_picker picker = {.settings = &s};
    (void)state;
    assert_false(st_picker_hears(&picker, 900000, 100000));
    assert_true(st_picker_hears(&picker, 990000, 20000));
    assert_true(st_picker_hears(&picker, 1999999, 20000));
    assert_false(st_picker_hears(&picker, 2000000, 20000));
}

static void test_guess(void **state)
{
    static const struct {
        const char *input;
        stance_input_kind kind;
    } rows[] = {
        {"camera:0", STANCE_INPUT_LIVE},
        {"/dev/video7", STANCE_INPUT_LIVE},
        {"rtsp://host/1", STANCE_INPUT_LIVE},
        {"RTSP://host/1", STANCE_INPUT_LIVE},
        {"udp://0.0.0.0:5000", STANCE_INPUT_LIVE},
        {"http://host/clip.mp4", STANCE_INPUT_VIDEO},
        {"-", STANCE_INPUT_VIDEO},
        {"none.mp4", STANCE_INPUT_VIDEO},
        {"none.JPG", STANCE_INPUT_PICTURE},
        {"none/*.jpg", STANCE_INPUT_GLOB},
        {"/tmp", STANCE_INPUT_FOLDER},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (stance_input_guess(rows[i].input) != rows[i].kind)
            fail_msg("%s: expected %d, found %d", rows[i].input, (int)rows[i].kind,
                     (int)stance_input_guess(rows[i].input));
    assert_true(stance_input_is_video_name("a.WebM"));
    assert_false(stance_input_is_video_name("webm"));
    assert_false(stance_input_is_picture_name("a.mp4"));
}

/* A file without a known ending is looked into. */
static void test_guess_by_bytes(void **state)
{
    char path[] = "/tmp/stance-test-guess-XXXXXX";
    static const struct {
        const char *bytes;
        size_t n;
        stance_input_kind kind;
    } rows[] = {
        {"\xff\xd8\xff\xe0............", 16, STANCE_INPUT_PICTURE},
        {"\x89PNG\r\n\x1a\n........", 16, STANCE_INPUT_PICTURE},
        {"RIFF....WEBP....", 16, STANCE_INPUT_PICTURE},
        {"RIFF....AVI .....", 16, STANCE_INPUT_VIDEO},
        {"....ftypisom....", 16, STANCE_INPUT_VIDEO},
        {"BM", 2, STANCE_INPUT_VIDEO}, /* too short to be anything */
    };
    (void)state;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(ftruncate(fd, 0), 0);
        assert_int_equal(pwrite(fd, rows[i].bytes, rows[i].n, 0), (long)rows[i].n);
        assert_int_equal(stance_input_guess(path), rows[i].kind);
    }
    close(fd);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_picks),          cmocka_unit_test(test_parts_fit),
        cmocka_unit_test(test_sound),          cmocka_unit_test(test_guess),
        cmocka_unit_test(test_guess_by_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
