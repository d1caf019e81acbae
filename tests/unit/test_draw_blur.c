/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --blur faces: heads are unrecognisable in every plane layout, also those that are seen
 * from behind or not found for a moment; nothing else is touched.
 */
#include "test.h"

#include <math.h>
#include <string.h>

#include "draw_kit.h"

enum { NOSE = 0, LEFT_EYE = 1, LEFT_SHOULDER = 5, RIGHT_SHOULDER = 6 };

/* Each pixel differs from its neighbours, so that nothing flat is there by itself. */
static stance_frame *make_noise(int w, int h, stance_pix format, int64_t pts_us)
{
    stance_frame *frame = stance_frame_new(w, h, format);
    unsigned seed = 1;
    assert_non_null(frame);
    frame->pts_us = pts_us;
    for (int p = 0; p < stance_pix_planes(format); p++) {
        int pw, ph;
        stance_pix_plane_size(format, p, w, h, &pw, &ph);
        for (int y = 0; y < ph; y++)
            for (int x = 0; x < pw; x++) {
                seed = seed * 1664525U + 1013904223U;
                frame->data[p][y * frame->stride[p] + x] = (uint8_t)(seed >> 24);
            }
    }
    return frame;
}

/* Samples of all planes that differ from the one to their left, within so many pixels of
 * a place; as a share of all there. */
static double detail(const stance_frame *frame, double x, double y, double reach)
{
    int differ = 0, n = 0;
    for (int p = 0; p < stance_pix_planes(frame->format); p++) {
        int w, h;
        stance_pix_plane_size(frame->format, p, frame->width, frame->height, &w, &h);
        double sx = w < frame->width ? 2 : 1, sy = h < frame->height ? 2 : 1;
        for (int j = 0; j < h; j++)
            for (int i = 1; i < w; i++) {
                const uint8_t *at = frame->data[p] + j * frame->stride[p] + i;
                if (hypot(i * sx - x, j * sy - y) > reach)
                    continue;
                differ += at[0] != at[-1];
                n++;
            }
    }
    return n ? (double)differ / n : 0;
}

static void look_at(stance_poses *poses, float x, float y)
{
    put(poses, NOSE, x, y, 0.05f); /* however unsure */
    put(poses, LEFT_EYE, x + 8, y - 6, 0.05f);
    put(poses, LEFT_EYE + 1, x - 8, y - 6, 0.05f);
    poses->people[0].box[0] = x - 30;
    poses->people[0].box[1] = y - 20;
    poses->people[0].box[2] = 60;
    poses->people[0].box[3] = 200;
}

static const stance_draw_settings blurring = {.threshold = 0.2,
                                              .blur = STANCE_BLUR_FACES};

static void faces_are_blurred_in_every_layout(void **state)
{
    (void)state;
    static const int sizes[][2] = {{320, 240}, {321, 241}};
    for (int f = 0; f < STANCE_PIX_COUNT; f++)
        for (size_t i = 0; i < COUNT(sizes); i++) {
            stance_frame *frame = make_noise(sizes[i][0], sizes[i][1], f, 0);
            stance_frame *before = make_noise(sizes[i][0], sizes[i][1], f, 0);
            stance_poses poses;
            make_poses(&poses);
            look_at(&poses, 150, 60);
            assert_true(detail(frame, 150, 60, 14) > 0.9);
            draw_once(&blurring, frame, &poses, NULL);
            assert_true(detail(frame, 150, 60, 14) < 0.3);
            for (int y = 120; y < frame->height; y++) /* below, nothing has changed */
                assert_memory_equal(frame->data[0] + y * frame->stride[0],
                                    before->data[0] + y * before->stride[0],
                                    (size_t)frame->width);
            stance_poses_clear(&poses);
            stance_frame_unref(&frame);
            stance_frame_unref(&before);
        }
}

/* From behind, or without points at all. */
static void heads_without_faces_are_blurred(void **state)
{
    (void)state;
    stance_frame *frame = make_noise(320, 240, STANCE_PIX_YUV420P, 0);
    stance_poses poses;
    make_poses(&poses);
    put(&poses, LEFT_SHOULDER, 170, 90, 0.9f);
    put(&poses, RIGHT_SHOULDER, 130, 90, 0.9f);
    put(&poses, 11, 165, 160, 0.9f); /* hips */
    put(&poses, 12, 135, 160, 0.9f);
    draw_once(&blurring, frame, &poses, NULL);
    assert_true(detail(frame, 150, 65, 12) < 0.3);
    stance_frame_unref(&frame);
    stance_poses_clear(&poses);

    frame = make_noise(320, 240, STANCE_PIX_YUV420P, 0);
    make_poses(&poses);
    const float box[4] = {100, 50, 60, 150};
    memcpy(poses.people[0].box, box, sizeof(box));
    draw_once(&blurring, frame, &poses, NULL);
    assert_true(detail(frame, 130, 65, 12) < 0.3);
    stance_frame_unref(&frame);
    stance_poses_clear(&poses);
}

/* Somebody who is not found for a moment is still there; in another picture not. */
static void faces_stay_blurred_for_a_moment(void **state)
{
    (void)state;
    st_draw *draw = st_draw_new(&blurring);
    stance_poses poses, none;
    make_poses(&poses);
    make_poses(&none);
    none.n = 0;
    look_at(&poses, 150, 60);
    static const struct {
        int64_t us;
        bool found, blurred;
    } frames[] = {{1000000, true, true},  {1100000, false, true},
                  {1400000, false, true}, {1700000, false, false},
                  {1800000, true, true},  {1800000, false, false},
                  {1900000, true, true},  {100000, false, false}};
    for (size_t i = 0; i < COUNT(frames); i++) {
        stance_frame *frame = make_noise(320, 240, STANCE_PIX_YUV420P, frames[i].us);
        assert_int_equal(
            st_draw_poses(draw, frame, frames[i].found ? &poses : &none, NULL), 0);
        assert_int_equal(detail(frame, 150, 60, 14) < 0.3, frames[i].blurred);
        stance_frame_unref(&frame);
    }
    st_draw_free(&draw);
    stance_poses_clear(&poses);
    stance_poses_clear(&none);
}

static void odd_places_are_blurred_without_harm(void **state)
{
    (void)state;
    static const float places[][2] = {{-5, -5}, {325, 245}, {1e9f, 3}, {3, -1e30f}};
    for (size_t i = 0; i < COUNT(places); i++) {
        stance_frame *frame = make_noise(320, 240, STANCE_PIX_YUV420P, 0);
        stance_poses poses;
        make_poses(&poses);
        look_at(&poses, places[i][0], places[i][1]);
        draw_once(&blurring, frame, &poses, NULL);
        stance_poses_clear(&poses);
        stance_frame_unref(&frame);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faces_are_blurred_in_every_layout),
        cmocka_unit_test(heads_without_faces_are_blurred),
        cmocka_unit_test(faces_stay_blurred_for_a_moment),
        cmocka_unit_test(odd_places_are_blurred_without_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
