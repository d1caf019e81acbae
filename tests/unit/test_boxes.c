/* SPDX-License-Identifier: Apache-2.0 */
/* Person detectors' decoders: one box in each layout, and what is left of doubles. */
#include "test.h"

#include <math.h>
#include <string.h>

#include "decode/decode.h"

enum { SIDE = 64, CELLS8 = 64, CELLS16 = 16, CELLS32 = 4, CLASSES = 80 };

static const st_decode_about about = {&st_skeleton_box, SIDE, SIDE};
static float values[6][CELLS8 * 85];

static int empty(void **state)
{
    (void)state;
    memset(values, 0, sizeof(values));
    return 0;
}

static st_output output(int i, int64_t a, int64_t b, int64_t c, int64_t d)
{
    return (st_output){
        .data = values[i], .n = (size_t)(a * b * c * d), .rank = 4, .dims = {a, b, c, d}};
}

/* Expect boxes (x, y, width, height in pixels, score), best first. */
static void expect(const st_decoder_class *decoder, const st_output *outputs, size_t n,
                   const float boxes[][5], size_t n_boxes)
{
    stance_poses poses;
    stance_error err = {0};
    stance_poses_init(&poses);
    if (decoder->check(outputs, n, &about, &err) != 0)
        fail_msg("%s: %s", decoder->name, err.message);
    assert_int_equal(decoder->run(outputs, n, &about, &poses), 0);
    assert_int_equal(poses.n, n_boxes);
    for (size_t i = 0; i < n_boxes; i++) {
        for (int k = 0; k < 4; k++)
            assert_near(poses.people[i].box[k] * SIDE, boxes[i][k], 0.01);
        assert_near(poses.people[i].score, boxes[i][4], 0.001);
    }
    stance_poses_clear(&poses);
}

static void ssd_ends_where_it_says(void **state)
{
    (void)state;
    static const float rows[][7] = {
        {0, 1, 0.9F, 0.25F, 0.5F, 0.5F, 0.75F},
        {0, 1, 0.6F, 0.26F, 0.5F, 0.5F, 0.75F}, /* a double */
        {0, 1, 0.5F, 0.5F, 0, 0.75F, 1},
        {0, 1, 0.01F, 0, 0, 0.25F, 1},    /* too weak */
        {0, 1, 0.9F, 0.75F, 0, 0.75F, 1}, /* no width */
        {0, 1, NAN, 0, 0, 0.25F, 1},
        {-1, 0, 0, 0, 0, 0, 0},
        {0, 1, 0.9F, 0.75F, 0.75F, 1, 1}}; /* behind the end */
    memcpy(values[0], rows, sizeof(rows));
    const st_output outputs[] = {output(0, 1, 1, 8, 7)};
    expect(&st_decoder_ssd, outputs, 1,
           (const float[][5]){{16, 32, 16, 16, 0.9F}, {32, 0, 16, 64, 0.5F}}, 2);
}

static void yolox_counts_cells_stride_by_stride(void **state)
{
    (void)state;
    /* Stride 16, cell (1, 2), half a cell on, 16 by 32 pixels. */
    float *row = values[0] + (size_t)(CELLS8 + 2 * 4 + 1) * 85;
    const float cell[6] = {0.5F, 0.5F, 0, logf(2), 0.8F, 0.5F};
    memcpy(row, cell, sizeof(cell));
    const st_output outputs[] = {output(0, 1, CELLS8 + CELLS16 + CELLS32, 85, 1)};
    expect(&st_decoder_yolox, outputs, 1, (const float[][5]){{16, 24, 16, 32, 0.4F}}, 1);
}

static void picodet_gives_corners(void **state)
{
    (void)state;
    const float corners[8] = {4, 8, 20, 40, 30, 8, 50, 60}, scores[2] = {0.5F, 0.7F};
    memcpy(values[0], corners, sizeof(corners));
    memcpy(values[1], scores, sizeof(scores));
    const st_output outputs[] = {output(0, 1, 2, 4, 1), output(1, 1, 1, 2, 1)};
    expect(&st_decoder_picodet, outputs, 2,
           (const float[][5]){{30, 8, 20, 52, 0.7F}, {4, 8, 16, 32, 0.5F}}, 2);
}

static void nanodet_reads_distances(void **state)
{
    (void)state;
    /* Stride 8, cell (3, 4): 2 and 1 strides to the left and top, 3 and 5 onwards. */
    size_t cell = 4 * 8 + 3;
    const int bins[4] = {2, 1, 3, 5};
    values[0][cell * CLASSES] = 0.8F;
    for (size_t side = 0; side < 4; side++)
        values[3][(cell * 4 + side) * 8 + (size_t)bins[side]] =
            50; /* all of the softmax */
    const st_output outputs[] = {
        output(0, 1, CELLS8, CLASSES, 1),  output(1, 1, CELLS16, CLASSES, 1),
        output(2, 1, CELLS32, CLASSES, 1), output(3, 1, CELLS8, 32, 1),
        output(4, 1, CELLS16, 32, 1),      output(5, 1, CELLS32, 32, 1)};
    expect(&st_decoder_nanodet, outputs, 6, (const float[][5]){{12, 28, 40, 48, 0.8F}},
           1);
}

static void fastestdet_wants_the_person_first(void **state)
{
    (void)state;
    enum { W = 4, N = W * W };
    for (int i = 0; i < 2;
         i++) { /* cells (1, 2) and (3, 2): the second is rather a dog */
        size_t cell = (size_t)2 * W + (size_t)(i ? 3 : 1);
        values[0][0 * N + cell] = 1;
        values[0][5 * N + cell] = 0.25F;
        values[0][(5 + 16) * N + cell] = i ? 0.5F : 0;
    }
    const st_output outputs[] = {output(0, 1, 85, W, W)};
    /* At the cell's corner, half of the input wide and high. */
    expect(&st_decoder_fastestdet, outputs, 1,
           (const float[][5]){{0, 16, 32, 32, powf(0.25F, 0.4F)}}, 1);
}

static void wrong_shapes_are_refused(void **state)
{
    (void)state;
    static const st_decoder_class *const decoders[] = {
        &st_decoder_ssd, &st_decoder_yolox, &st_decoder_picodet, &st_decoder_nanodet,
        &st_decoder_fastestdet};
    for (size_t i = 0; i < COUNT(decoders); i++) {
        stance_error err = {0};
        const st_output outputs[] = {output(0, 1, 3, 5, 6), output(1, 1, 3, 5, 6)};
        for (size_t n = 0; n <= 2; n++)
            assert_int_equal(decoders[i]->check(outputs, n, &about, &err), STANCE_EMODEL);
        assert_non_null(strstr(err.message, "expected"));
        assert_true(decoders[i]->boxes && decoders[i]->several);
        assert_ptr_equal(st_decoder_find(decoders[i]->name), decoders[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(ssd_ends_where_it_says, empty),
        cmocka_unit_test_setup(yolox_counts_cells_stride_by_stride, empty),
        cmocka_unit_test_setup(picodet_gives_corners, empty),
        cmocka_unit_test_setup(nanodet_reads_distances, empty),
        cmocka_unit_test_setup(fastestdet_wants_the_person_first, empty),
        cmocka_unit_test_setup(wrong_shapes_are_refused, empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
