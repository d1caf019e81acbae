/* SPDX-License-Identifier: Apache-2.0 */
/* What the analyses say, on the picture: arcs where joints are, words beside people, and
 * nothing beyond the picture's edge. */
#include "draw_kit.h"

#include <string.h>

#include "frame/frame.h"

enum { WIDTH = 320, HEIGHT = 240, HIP = 11, KNEE = 13, ANKLE = 15 };

static const char *const advices[] = {"good", "raise your hips", NULL};
static const char *const postures[] = {"none", "plank", NULL};
static const stance_measure measures[] = {
    {.analysis = "angles",
     .name = "left_knee",
     .unit = "deg",
     .at = {HIP, KNEE, ANKLE},
     .stretched = true},
    {.analysis = "reps", .name = "squat", .unit = "", .at = {-1, -1, -1}},
    {.analysis = "posture", .name = "posture", .words = postures, .at = {-1, -1, -1}},
    {.analysis = "posture", .name = "advice", .words = advices, .at = {-1, -1, -1}},
};

static stance_frame *grey(void)
{
    stance_frame *frame = stance_frame_new(WIDTH, HEIGHT, STANCE_PIX_YUV420P);
    assert_non_null(frame);
    for (int plane = 0; plane < 3; plane++)
        memset(frame->data[plane], 128,
               (size_t)frame->stride[plane] * (size_t)(plane ? HEIGHT / 2 : HEIGHT));
    return frame;
}

/* Pixels of a part of the picture that are not as they were. */
static int changed(const stance_frame *frame, int x0, int y0, int x1, int y1)
{
    int n = 0;
    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x++)
            n += frame->data[0][y * frame->stride[0] + x] != 128;
    return n;
}

static void make_leg(stance_poses *poses, float x, float y)
{
    make_poses(poses);
    put(poses, HIP, x, y, 0.9F);
    put(poses, KNEE, x + 50, y + 30, 0.9F);
    put(poses, ANKLE, x, y + 60, 0.9F);
    const float box[4] = {x, y, 50, 60};
    memcpy(poses->people[0].box, box, sizeof(box));
}

static st_draw_text text_of(const float *values)
{
    return (st_draw_text){.latency_ms = NAN,
                          .people = -1,
                          .measures = measures,
                          .n_measures = COUNT(measures),
                          .analysis = values};
}

static const stance_draw_settings shown = {.threshold = 0.2,
                                           .overlay = STANCE_OVERLAY_ANALYSIS};

static void arcs_and_words_are_where_they_belong(void **state)
{
    (void)state;
    static const float values[] = {118, 3, 1, 1};
    stance_poses poses;
    make_leg(&poses, 100, 100);
    stance_frame *frame = grey();
    st_draw_text text = text_of(values);
    draw_once(&shown, frame, &poses, &text);
    assert_true(changed(frame, 130, 100, 200, 160) > 20); /* around the knee */
    assert_true(changed(frame, 158, 90, 320, 160) > 60);  /* right of the box */
    assert_int_equal(changed(frame, 0, 0, 90, HEIGHT), 0);
    assert_int_equal(changed(frame, 0, 180, WIDTH, HEIGHT), 0);
    stance_frame_unref(&frame);
    stance_poses_clear(&poses);
}

static void nothing_is_drawn_of_what_is_not_known(void **state)
{
    (void)state;
    static const float unknown[] = {NAN, 0, 0, NAN}, known[] = {118, 3, 1, 1};
    const stance_draw_settings off = {.threshold = 0.2};
    stance_poses poses;
    make_leg(&poses, 100, 100);
    stance_frame *frame = grey();
    st_draw_text text = text_of(unknown);
    draw_once(&shown, frame, &poses, &text);
    text = text_of(known);
    draw_once(&off, frame, &poses, &text);
    assert_int_equal(changed(frame, 0, 0, WIDTH, HEIGHT), 0);
    put(&poses, KNEE, 150, 130, 0.1F); /* too unsure to be drawn, and so is its arc */
    draw_once(&shown, frame, &poses, &text);
    assert_int_equal(changed(frame, 110, 120, 155, 160), 0);
    stance_frame_unref(&frame);
    stance_poses_clear(&poses);
}

/* The address sanitizer sees what is written beyond a plane. */
static void people_at_the_edges(void **state)
{
    (void)state;
    static const float places[][2] = {{-40, -40}, {300, -50}, {290, 220},
                                      {-45, 210}, {1e6F, 50}, {150, -1e6F}};
    static const float values[] = {-170, 12, 1, 1};
    for (size_t i = 0; i < COUNT(places); i++) {
        stance_poses poses;
        make_leg(&poses, places[i][0], places[i][1]);
        stance_frame *frame = grey();
        st_draw_text text = text_of(values);
        draw_once(&shown, frame, &poses, &text);
        stance_frame_unref(&frame);
        stance_poses_clear(&poses);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arcs_and_words_are_where_they_belong),
        cmocka_unit_test(nothing_is_drawn_of_what_is_not_known),
        cmocka_unit_test(people_at_the_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
