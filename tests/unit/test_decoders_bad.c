/* SPDX-License-Identifier: Apache-2.0 */
/* What networks should not answer, for all decoders: no numbers, wrong shapes, nothing.
 */
#include "test.h"

#include <stdlib.h>

#include "../decoder_shapes.h"

enum { MOST = 1 << 16 };

static float values[MOST];

static void run(const decoder_shape *shape, const char *what)
{
    const st_decoder_class *decoder = st_decoder_find(shape->decoder);
    st_decode_about about = shapes_about(shape);
    st_output outputs[SHAPES_OUTPUTS];
    stance_poses poses;
    stance_error err = {0};
    stance_poses_init(&poses);
    assert_true(shapes_outputs(shape, values, outputs) <= MOST);
    if (decoder->check(outputs, shape->n_outputs, &about, &err) != 0)
        fail_msg("%s: %s", shape->decoder, err.message);
    assert_int_equal(decoder->run(outputs, shape->n_outputs, &about, &poses), 0);
    const char *wrong = shapes_wrong(&poses, about.skeleton);
    if (wrong)
        fail_msg("%s, %s: %s of %s", shape->decoder, about.skeleton->name, wrong, what);
    if (strcmp(what, "nothing") == 0 && poses.n > 0 && poses.people[0].score > 0.6F)
        fail_msg("%s: somebody out of nothing", shape->decoder);
    stance_poses_clear(&poses);
}

/* One value everywhere, and each of them among numbers that could be. */
static void no_numbers_do_no_harm(void **state)
{
    static const struct {
        const char *what;
        float value;
    } rows[] = {{"nothing", 0},   {"NaN", NAN},      {"infinity", INFINITY},
                {"ones", 1},      {"large", 3e38F},  {"-infinity", -INFINITY},
                {"halves", 0.5F}, {"small", -3e38F}, {"less than nothing", -1},
                {"tiny", 1e-40F}};
    (void)state;
    for (size_t n = 0; n < N_DECODER_SHAPES; n++)
        for (size_t i = 0; i < COUNT(rows); i++) {
            for (size_t k = 0; k < MOST; k++)
                values[k] = rows[i].value;
            run(&decoder_shapes[n], rows[i].what);
            uint32_t chance = 1;
            for (size_t k = 0; k < MOST; k++) {
                chance = chance * 1664525U + 1013904223U;
                values[k] = (chance >> 24) < 40 ? rows[i].value
                                                : (float)(chance >> 8) / (float)(1 << 24);
            }
            run(&decoder_shapes[n], "a mixture");
        }
}

static void refused(const decoder_shape *shape, const st_output *outputs, size_t n,
                    const char *what)
{
    const st_decoder_class *decoder = st_decoder_find(shape->decoder);
    st_decode_about about = shapes_about(shape);
    stance_error err = {0};
    if (decoder->check(outputs, n, &about, &err) != STANCE_EMODEL)
        fail_msg("%s: %s was taken", shape->decoder, what);
    if (!strstr(err.message, "expected") || !strstr(err.message, "found"))
        fail_msg("%s: %s: found \"%s\"", shape->decoder, what, err.message);
}

static size_t product(const st_output *output)
{
    size_t n = 1;
    for (size_t k = 0; k < output->rank; k++)
        n *= output->dims[k] < 0 ? 0 : (size_t)output->dims[k];
    return n;
}

/* Every size that is one more or one less and does not fit any more is refused, or it is
 * one that may be any. */
static bool may_be_any(const decoder_shape *shape, size_t output, size_t k)
{
    const char *d = shape->decoder;
    if (strcmp(d, "openpose") == 0 || strncmp(d, "heatmap", 7) == 0 ||
        strcmp(d, "boxes-fastestdet") == 0)
        return shape->n_outputs == 1 && shape->dims[output][k] < 16;
    if (strcmp(d, "boxes-ssd") == 0)
        return k < 3;
    if (strcmp(d, "blazepose") == 0)
        return shape->dims[output][k] == 8; /* the heatmaps */
    if (strcmp(d, "movenet-multi") == 0 || strcmp(d, "boxes-mmdet") == 0)
        return k == 1 && shape->n_outputs == 1;
    return strcmp(d, "yolo-pose") == 0 && k == 2;
}

static void wrong_shapes_are_refused(void **state)
{
    (void)state;
    for (size_t n = 0; n < N_DECODER_SHAPES; n++) {
        const decoder_shape *shape = &decoder_shapes[n];
        st_output outputs[SHAPES_OUTPUTS + 1], wrong[SHAPES_OUTPUTS + 1];
        shapes_outputs(shape, values, outputs);
        outputs[shape->n_outputs] = (st_output){.n = 7, .rank = 1, .dims = {7}};
        refused(shape, outputs, 0, "no output");
        refused(shape, outputs, shape->n_outputs + 1, "one output more");
        for (size_t i = 0; i < shape->n_outputs; i++)
            for (size_t k = 0; k < outputs[i].rank; k++)
                for (int off = -1; off <= 1; off += 2) {
                    memcpy(wrong, outputs, sizeof(wrong));
                    wrong[i].dims[k] += off;
                    wrong[i].n = product(&wrong[i]);
                    if (!may_be_any(shape, i, k))
                        refused(shape, wrong, shape->n_outputs, "another size");
                }
    }
}

/* A network for another skeleton is not decoded by half. */
static void another_skeleton_is_refused(void **state)
{
    (void)state;
    for (size_t n = 0; n < N_DECODER_SHAPES; n++) {
        decoder_shape shape = decoder_shapes[n];
        st_output outputs[SHAPES_OUTPUTS];
        if (!shape.skeleton)
            continue;
        shapes_outputs(&shape, values, outputs);
        shape.skeleton =
            strcmp(shape.decoder, "blazepose") == 0 ? "coco17" : "blazepose33";
        refused(&shape, outputs, shape.n_outputs, "another skeleton");
    }
}

/* Nobody: tables without rows. */
static void no_rows_are_nobody(void **state)
{
    static const decoder_shape shapes[] = {{"rtmo", "coco17", 2, {{0}}},
                                           {"boxes-mmdet", NULL, 1, {{0}}},
                                           {"boxes-mmdet", NULL, 2, {{0}}},
                                           {"boxes-ssd", NULL, 1, {{0}}},
                                           {"yolo-pose", "coco17", 1, {{0}}}};
    (void)state;
    for (size_t n = 0; n < COUNT(shapes); n++) {
        const st_decoder_class *decoder = st_decoder_find(shapes[n].decoder);
        st_decode_about about = shapes_about(&shapes[n]);
        st_output outputs[2] = {{.rank = 3, .dims = {1, 0, 5}},
                                {.rank = 2, .dims = {1, 0}}};
        if (strcmp(shapes[n].decoder, "rtmo") == 0)
            outputs[1] = (st_output){.rank = 4, .dims = {1, 0, 17, 3}};
        if (strcmp(shapes[n].decoder, "boxes-ssd") == 0)
            outputs[0] = (st_output){.rank = 4, .dims = {1, 1, 0, 7}};
        if (strcmp(shapes[n].decoder, "yolo-pose") == 0)
            outputs[0] = (st_output){.rank = 3, .dims = {1, 56, 0}};
        stance_poses poses;
        stance_poses_init(&poses);
        assert_int_equal(decoder->check(outputs, shapes[n].n_outputs, &about, NULL), 0);
        assert_int_equal(decoder->run(outputs, shapes[n].n_outputs, &about, &poses), 0);
        assert_int_equal(poses.n, 0);
        stance_poses_clear(&poses);
    }
}

static void every_decoder_is_here(void **state)
{
    const st_decoder_class *decoder;
    (void)state;
    for (size_t i = 0; (decoder = st_decoder_at(i)) != NULL; i++) {
        bool here = false;
        for (size_t n = 0; n < N_DECODER_SHAPES; n++)
            here |= strcmp(decoder_shapes[n].decoder, decoder->name) == 0;
        if (!here)
            fail_msg("%s has no shape in decoder_shapes.h", decoder->name);
        assert_ptr_equal(st_decoder_find(decoder->name), decoder);
        assert_true(strlen(decoder->help) > 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_numbers_do_no_harm),
        cmocka_unit_test(wrong_shapes_are_refused),
        cmocka_unit_test(another_skeleton_is_refused),
        cmocka_unit_test(no_rows_are_nobody),
        cmocka_unit_test(every_decoder_is_here),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
