/* SPDX-License-Identifier: Apache-2.0 */
/* A network against its card: what does not fit is found when it is opened. */
#include "model_kit.h"

#include "base/memory.h"

typedef struct net {
    st_tensor_type in_type, out_type;
    int64_t in[4], out[4];
    const char *out_name;
} net;

#define SAME                                                                \
    {                                                                       \
        ST_TENSOR_U8, ST_TENSOR_F32, {1, 192, 192, 3}, {1, 1, 17, 3}, "out" \
    }
#define WITH_INPUT(type, ...)                                  \
    {                                                          \
        type, ST_TENSOR_F32, __VA_ARGS__, {1, 1, 17, 3}, "out" \
    }
#define WITH_OUTPUT(...)                                           \
    {                                                              \
        ST_TENSOR_U8, ST_TENSOR_F32, {1, 192, 192, 3}, __VA_ARGS__ \
    }
#define IN(...)     \
    {               \
        __VA_ARGS__ \
    }

/* Tensors as `n` says and one inference in which every value is 1. */
static void write_net(const char *path, const net *n, size_t n_inputs, size_t n_outputs)
{
    st_tensor_info ins[2], outs[2];
    static unsigned char bytes[17 * 8 * 64];
    st_tensor tensors[2];
    const st_tensor *outputs[2] = {&tensors[0], &tensors[1]};
    st_recorder *recorder;
    for (size_t i = 0; i < 2; i++) {
        ins[i] = kit_info("in", n->in_type, 4, n->in);
        outs[i] = kit_info(n->out_name, n->out_type, 4, n->out);
        tensors[i] = (st_tensor){outs[i], bytes,
                                 (size_t)st_tensor_count(&outs[i]) *
                                     st_tensor_type_size(n->out_type)};
    }
    assert_true(tensors[0].bytes <= sizeof(bytes));
    memset(bytes, 0, sizeof(bytes));
    size_t size = st_tensor_type_size(n->out_type);
    for (size_t i = 0; n->out_type != ST_TENSOR_F32 && i < sizeof(bytes); i += size)
        bytes[i] = 1; /* the low byte of a number */
    assert_int_equal(
        st_recorder_open(&recorder, path, ins, n_inputs, outs, n_outputs, NULL), 0);
    assert_int_equal(st_recorder_add(recorder, outputs, n_outputs, NULL), 0);
    assert_int_equal(st_recorder_close(&recorder, NULL), 0);
}

static void use(stance_settings *s)
{
    const char *const options[] = {
        "engine", "replay", "card", in_dir("walker.json"), "replay", in_dir("a.tensors"),
        NULL};
    kit_settings(s, options);
}

#define SHAPE "[{\"shape\": [1, 1, 17, 3]}]"

static void a_network_has_to_fit_its_card(void **state)
{
    static const struct {
        const char *input, *outputs; /* of the card */
        net net;
        size_t n_inputs, n_outputs;
        const char *message; /* NULL: it fits */
    } rows[] = {
        {"", SHAPE, SAME, 1, 1, NULL},
        {"", "[{}]", SAME, 1, 1, NULL},
        {"", "[{\"shape\": [1, -1, 17, 3]}]", SAME, 1, 1, NULL},
        {"", "[{\"name\": \"out\"}]", SAME, 1, 1, NULL},
        {", \"type\": \"u8\"", SHAPE, SAME, 1, 1, NULL},
        {"", SHAPE, SAME, 1, 2, NULL}, /* more than the card asks for */
        {"", SHAPE, WITH_INPUT(ST_TENSOR_F32, IN(1, 192, 192, 3)), 1, 1, NULL},
        {", \"layout\": \"NCHW\"", SHAPE, WITH_INPUT(ST_TENSOR_U8, IN(1, 3, 192, 192)), 1,
         1, NULL},
        {"", SHAPE, SAME, 2, 1, "walker: expected a network with one input, found 2"},
        {"", SHAPE, WITH_INPUT(ST_TENSOR_U8, IN(1, 256, 192, 3)), 1, 1,
         "walker: expected an input of 1x192x192x3, found 1x256x192x3"},
        {", \"layout\": \"NCHW\"", SHAPE, SAME, 1, 1,
         "walker: expected an input of 1x3x192x192, found 1x192x192x3"},
        {"", SHAPE, WITH_INPUT(ST_TENSOR_I32, IN(1, 192, 192, 3)), 1, 1,
         "walker: expected an input of u8 or f32, found i32"},
        {", \"type\": \"f32\"", SHAPE, SAME, 1, 1,
         "walker: expected an input of f32, found u8"},
        {", \"type\": \"u8\"", SHAPE, WITH_INPUT(ST_TENSOR_F32, IN(1, 192, 192, 3)), 1, 1,
         "walker: expected an input of u8, found f32"},
        {"", SHAPE, WITH_OUTPUT({1, 17, 1, 3}, "out"), 1, 1,
         "output 0: expected the shape of its card, found 1x17x1x3"},
        {"", "[{\"shape\": [17, 3]}]", SAME, 1, 1, "found 1x1x17x3"},
        {"", "[{\"name\": \"poses\"}]", SAME, 1, 1,
         "walker: expected an output poses, found none of it"},
        {"", "[{}, {}]", SAME, 1, 1, "walker: expected an output more, found none of it"},
        {"", "[{}, {}]", SAME, 1, 2,
         "walker: expected one output of 1x1x17x3 values, found 1x1x17x3, 1x1x17x3"},
        {"", "[{}]", WITH_OUTPUT({1, 1, 16, 3}, "out"), 1, 1,
         "walker: expected one output of 1x1x17x3 values, found 1x1x16x3"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        stance_settings s;
        stance_model *model;
        stance_error err = {0};
        kit_write_card(in_dir("walker.json"), "walker", "one", rows[i].input,
                       rows[i].outputs);
        write_net(in_dir("a.tensors"), &rows[i].net, rows[i].n_inputs, rows[i].n_outputs);
        use(&s);
        int rc = stance_model_open(&model, &s.model, &err);
        if (rc != (rows[i].message ? STANCE_EMODEL : 0))
            fail_msg("row %zu: found %d (%s)", i, rc, err.message);
        if (rows[i].message)
            kit_expect_part("card and network", err.message, rows[i].message);
        assert_true((model != NULL) == (rc == 0));
        stance_model_close(&model);
        stance_settings_clear(&s);
    }
}

/* Whatever type a network gives its numbers in. */
static void outputs_of_any_type_are_numbers(void **state)
{
    static const st_tensor_type types[] = {ST_TENSOR_U8, ST_TENSOR_I32, ST_TENSOR_I64};
    (void)state;
    for (size_t i = 0; i < COUNT(types); i++) {
        stance_settings s;
        stance_model *model;
        stance_runner *runner;
        stance_poses poses;
        stance_error err = {0};
        net n = SAME;
        n.out_type = types[i];
        kit_write_card(in_dir("walker.json"), "walker", "one", "", SHAPE);
        write_net(in_dir("a.tensors"), &n, 1, 1);
        use(&s);
        if (stance_model_open(&model, &s.model, &err) < 0 ||
            stance_runner_open(&runner, model, &err) < 0)
            fail_msg("%s", err.message);
        stance_frame *frame = stance_frame_new(64, 32, STANCE_PIX_GRAY8);
        assert_non_null(frame);
        for (int y = 0; y < 32; y++)
            memset(frame->data[0] + y * frame->stride[0], 0, 64);
        stance_poses_init(&poses);
        if (stance_runner_run(runner, frame, &poses, &err) < 0)
            fail_msg("%s", err.message);
        assert_int_equal(poses.n, 1);
        for (size_t k = 0; k < KIT_POINTS; k++) { /* 1, 1: the crop's last corner */
            assert_near(poses.people[0].keypoints[k].x, 64, 1e-4);
            assert_near(poses.people[0].keypoints[k].y, 48, 1e-4);
            assert_near(poses.people[0].keypoints[k].score, 1, 0);
        }
        stance_poses_clear(&poses);
        stance_frame_unref(&frame);
        stance_runner_close(&runner);
        stance_model_close(&model);
        stance_settings_clear(&s);
    }
}

static void what_no_part_is_called_is_told(void **state)
{
    (void)state;
    static const char *const words[][3] = {
        {"movenet", "nonesux", "expected a known decoder, found 'nonesux'"},
        {"coco17", "coco99", "expected a known skeleton, found 'coco99'"},
    };
    net n = SAME;
    write_net(in_dir("a.tensors"), &n, 1, 1);
    for (size_t i = 0; i < COUNT(words); i++) {
        stance_settings s;
        stance_model *model;
        stance_error err = {0};
        size_t size;
        kit_write_card(in_dir("walker.json"), "walker", "one", "", SHAPE);
        char *card = kit_read(in_dir("walker.json"), &size);
        char *at = strstr(card, words[i][0]);
        assert_non_null(at);
        assert_true(strlen(words[i][1]) == strlen(words[i][0]));
        memcpy(at, words[i][1], strlen(words[i][1]));
        kit_write(in_dir("walker.json"), card, size);
        free(card);
        use(&s);
        assert_int_equal(stance_model_open(&model, &s.model, &err), STANCE_EMODEL);
        kit_expect_part("card", err.message, words[i][2]);
        assert_null(model);
        st_free(s.model.engine);
        s.model.engine = st_strdup("abacus");
        assert_int_equal(stance_model_open(&model, &s.model, &err), STANCE_EINVAL);
        kit_expect_part("engine", err.message, "found 'abacus'");
        stance_settings_clear(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_network_has_to_fit_its_card),
        cmocka_unit_test(outputs_of_any_type_are_numbers),
        cmocka_unit_test(what_no_part_is_called_is_told),
    };
    return cmocka_run_group_tests(tests, kit_make_dir, kit_remove_dir);
}
