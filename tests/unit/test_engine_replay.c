/* SPDX-License-Identifier: Apache-2.0 */
/* Recorded tensors: what is recorded comes back, and what is cut off or wrong is told. */
#include "model_kit.h"

#include "base/limits.h"

enum { RECORDS = 3, HEAD_BYTES = 20, INFO_BYTES = 128 + 8 + 48 };

/* Two inputs and an output of each type, as a whole engine could have them. */
static const int64_t dims[][6] = {{1, 4, 4, 3}, {2},    {2, 3},
                                  {5},          {1, 3}, {1, 1, 1, 1, 1, 2}};
static st_tensor_info infos[6];
enum { INPUTS = 2, OUTPUTS = 4, RECORD_BYTES = 2 * 3 * 4 + 5 + 3 * 4 + 2 * 8 };

static void make_infos(void)
{
    static const struct {
        const char *name;
        st_tensor_type type;
        size_t rank;
    } rows[] = {{"picture", ST_TENSOR_U8, 4},  {"size", ST_TENSOR_I64, 1},
                {"floats", ST_TENSOR_F32, 2},  {"bytes", ST_TENSOR_U8, 1},
                {"numbers", ST_TENSOR_I32, 2}, {"long numbers", ST_TENSOR_I64, 6}};
    for (size_t i = 0; i < COUNT(rows); i++)
        infos[i] = kit_info(rows[i].name, rows[i].type, rows[i].rank, dims[i]);
}

/* The bytes of an output, from nothing but its number and its inference's. */
static void fill(unsigned char *bytes, size_t n, size_t output, int record)
{
    for (size_t i = 0; i < n; i++)
        bytes[i] = (unsigned char)(17 * record + 5 * (int)output + 3 * (int)i + 1);
}

static size_t bytes_of(const st_tensor_info *info)
{
    return (size_t)st_tensor_count(info) * st_tensor_type_size(info->type);
}

static void record(const char *path)
{
    unsigned char data[OUTPUTS][64];
    st_tensor tensors[OUTPUTS];
    const st_tensor *outputs[OUTPUTS];
    st_recorder *recorder;
    stance_error err = {0};
    make_infos();
    if (st_recorder_open(&recorder, path, infos, INPUTS, infos + INPUTS, OUTPUTS, &err))
        fail_msg("%s", err.message);
    for (int r = 0; r < RECORDS; r++) {
        for (size_t i = 0; i < OUTPUTS; i++) {
            tensors[i] =
                (st_tensor){infos[INPUTS + i], data[i], bytes_of(&infos[INPUTS + i])};
            outputs[i] = &tensors[i];
            fill(data[i], tensors[i].bytes, i, r);
        }
        assert_int_equal(st_recorder_add(recorder, outputs, OUTPUTS, &err), 0);
    }
    assert_int_equal(access(path, F_OK), -1); /* under its name only when complete */
    if (st_recorder_close(&recorder, &err) < 0)
        fail_msg("%s", err.message);
    assert_null(recorder);
}

static int open_net(st_net **net, const char *path, stance_error *err)
{
    st_engine_request_settings settings = {.replay_path = path, .threads = 1};
    return st_engine_replay.open(net, &settings, err);
}

static void expect_record(st_request *request, int record)
{
    unsigned char expected[64];
    for (size_t i = 0; i < OUTPUTS; i++) {
        const st_tensor *found = st_engine_replay.request_output(request, i);
        fill(expected, found->bytes, i, record);
        assert_int_equal(found->bytes, bytes_of(&infos[INPUTS + i]));
        assert_memory_equal(found->data, expected, found->bytes);
    }
}

static void what_was_recorded_comes_back(void **state)
{
    (void)state;
    const st_engine_class *engine = &st_engine_replay;
    stance_error err = {0};
    st_net *net;
    record(in_dir("a.tensors"));
    if (open_net(&net, in_dir("a.tensors"), &err) < 0)
        fail_msg("%s", err.message);
    assert_ptr_equal(st_engine_find("replay"), engine);
    assert_int_equal(engine->n_inputs(net), INPUTS);
    assert_int_equal(engine->n_outputs(net), OUTPUTS);
    for (size_t i = 0; i < INPUTS + OUTPUTS; i++) {
        const st_tensor_info *found =
            i < INPUTS ? engine->input(net, i) : engine->output(net, i - INPUTS);
        assert_string_equal(found->name, infos[i].name);
        assert_int_equal(found->type, infos[i].type);
        assert_int_equal(found->rank, infos[i].rank);
        assert_memory_equal(found->dims, infos[i].dims, infos[i].rank * sizeof(int64_t));
    }
    st_request *a, *b; /* each reads from the beginning */
    assert_int_equal(engine->request_open(&a, net, &err), 0);
    assert_int_equal(engine->request_open(&b, net, &err), 0);
    memset(engine->request_input(a, 0)->data, 1, engine->request_input(a, 0)->bytes);
    for (int r = 0; r < RECORDS; r++) {
        assert_int_equal(engine->infer(a, &err), 0);
        expect_record(a, r);
    }
    for (int times = 0; times < 2; times++) {
        assert_int_equal(engine->infer(a, &err), STANCE_EENGINE);
        kit_expect_part("end", err.message, "another inference after 3, found the end");
        kit_expect_part("end", err.message, in_dir("a.tensors"));
    }
    assert_int_equal(engine->infer(b, &err), 0);
    expect_record(b, 0);
    engine->request_close(a);
    engine->request_close(b);
    engine->close(net);
}

/* The numbers stand where the file's description says, on any machine. */
static void the_file_is_as_described(void **state)
{
    (void)state;
    size_t n;
    record(in_dir("b.tensors"));
    unsigned char *file = (unsigned char *)kit_read(in_dir("b.tensors"), &n);
    assert_int_equal(n, HEAD_BYTES + 6 * INFO_BYTES + RECORDS * RECORD_BYTES);
    assert_memory_equal(file, "STREPLAY\1\0\0\0\2\0\0\0\4\0\0\0", HEAD_BYTES);
    assert_string_equal((char *)file + HEAD_BYTES, "picture");
    assert_memory_equal(file + HEAD_BYTES + 128, "\0\0\0\0\4\0\0\0\1\0\0\0\0\0\0\0\4",
                        17);
    unsigned char first[24];
    fill(first, sizeof(first), 0, 0);
    assert_memory_equal(file + HEAD_BYTES + 6 * INFO_BYTES, first, sizeof(first));
    free(file);
}

static void a_file_cut_off_anywhere_gives_its_whole_inferences(void **state)
{
    (void)state;
    size_t size, head = HEAD_BYTES + 6 * INFO_BYTES;
    const char *path = in_dir("cut.tensors");
    record(path);
    char *file = kit_read(path, &size);
    for (size_t n = 0; n < size; n++) {
        stance_error err = {0};
        st_net *net;
        st_request *request;
        kit_write(path, file, n);
        int rc = open_net(&net, path, &err);
        if (rc != (n < head ? STANCE_EENGINE : 0))
            fail_msg("%zu bytes: found %d (%s)", n, rc, err.message);
        if (rc < 0) {
            kit_expect_part("cut", err.message, "expected recorded tensors");
            assert_null(net);
            continue;
        }
        assert_int_equal(st_engine_replay.request_open(&request, net, &err), 0);
        size_t whole = 0;
        while (st_engine_replay.infer(request, &err) == 0)
            expect_record(request, (int)whole++);
        if (whole != (n - head) / RECORD_BYTES)
            fail_msg("%zu bytes: found %zu inferences, expected %zu", n, whole,
                     (n - head) / RECORD_BYTES);
        st_engine_replay.request_close(request);
        st_engine_replay.close(net);
    }
    free(file);
}

static void put(char *at, uint64_t value, int n)
{
    for (int i = 0; i < n; i++)
        at[i] = (char)(value >> (8 * i));
}

static void wrong_numbers_in_the_file_are_told(void **state)
{
    enum { INFO = HEAD_BYTES + 2 * INFO_BYTES }; /* the first output's */
    static const struct {
        const char *what;
        size_t at;
        int bytes;
        uint64_t value;
        const char *message;
    } rows[] = {
        {"magic", 0, 1, 'x', "expected recorded tensors"},
        {"version", 8, 4, 2, "expected version 1, found 2"},
        {"no inputs", 12, 4, 0, "expected recorded tensors"},
        {"inputs", 12, 4, ST_MAX_TENSORS + 1, "expected recorded tensors"},
        {"no outputs", 16, 4, 0, "expected recorded tensors"},
        {"outputs", 16, 4, UINT32_MAX, "expected recorded tensors"},
        {"type", INFO + 128, 4, 4, "expected recorded tensors"},
        {"type", INFO + 128, 4, UINT32_MAX, "expected recorded tensors"},
        {"rank", INFO + 132, 4, ST_MAX_TENSOR_RANK + 1, "expected recorded tensors"},
        {"dimension 0", INFO + 136, 8, 0, "expected recorded tensors"},
        {"dimension -2", INFO + 136, 8, UINT64_MAX - 1, "expected recorded tensors"},
        {"open input", HEAD_BYTES + 136, 8, UINT64_MAX, "expected recorded tensors"},
        {"large", INFO + 136, 8, ST_MAX_TENSOR_BYTES / 12 + 1, "expected recorded"},
        {"overflow", INFO + 136, 8, INT64_MAX, "expected recorded tensors"},
        {"overflow", INFO + 136, 8, (UINT64_MAX / 3) + 1, "expected recorded tensors"},
    };
    (void)state;
    size_t size;
    const char *path = in_dir("wrong.tensors");
    record(path);
    char *file = kit_read(path, &size);
    for (size_t i = 0; i < COUNT(rows); i++) {
        stance_error err = {0};
        st_net *net;
        char *wrong = malloc(size);
        assert_non_null(wrong);
        memcpy(wrong, file, size);
        put(wrong + rows[i].at, rows[i].value, rows[i].bytes);
        kit_write(path, wrong, size);
        free(wrong);
        int rc = open_net(&net, path, &err);
        if (rc != STANCE_EENGINE)
            fail_msg("%s: found %d, expected %d", rows[i].what, rc, STANCE_EENGINE);
        kit_expect_part(rows[i].what, err.message, rows[i].message);
        kit_expect_part(rows[i].what, err.message, path);
    }
    /* A name without an end is cut, and the rest stands. */
    memset(file + INFO, 'n', 128);
    kit_write(path, file, size);
    st_net *net;
    assert_int_equal(open_net(&net, path, NULL), 0);
    assert_int_equal(strlen(st_engine_replay.output(net, 0)->name), 127);
    st_engine_replay.close(net);
    free(file);
}

/* Rows that only each inference counts: 2, none, 3. */
static void open_outputs_come_back(void **state)
{
    (void)state;
    static const int64_t n_rows[RECORDS] = {2, 0, 3};
    static const int64_t open_dims[6] = {1, -1, 2};
    const char *path = in_dir("open.tensors");
    float data[6] = {1, 2, 3, 4, 5, 6};
    stance_error err = {0};
    st_recorder *recorder;
    st_net *net;
    st_request *request;
    make_infos();
    const st_tensor_info open = kit_info("rows", ST_TENSOR_F32, 3, open_dims);
    assert_int_equal(st_recorder_open(&recorder, path, infos, 1, &open, 1, &err), 0);
    for (int r = 0; r < RECORDS; r++) {
        st_tensor tensor = {open, data, (size_t)n_rows[r] * 8};
        const st_tensor *outputs[] = {&tensor};
        tensor.info.dims[1] = n_rows[r];
        assert_int_equal(st_recorder_add(recorder, outputs, 1, &err), 0);
    }
    assert_int_equal(st_recorder_close(&recorder, &err), 0);
    assert_int_equal(open_net(&net, path, &err), 0);
    assert_int_equal(st_engine_replay.output(net, 0)->dims[1], -1);
    assert_int_equal(st_engine_replay.request_open(&request, net, &err), 0);
    for (int r = 0; r < RECORDS; r++) {
        assert_int_equal(st_engine_replay.infer(request, &err), 0);
        const st_tensor *out = st_engine_replay.request_output(request, 0);
        assert_int_equal(out->info.dims[1], n_rows[r]);
        assert_int_equal(out->bytes, n_rows[r] * 8);
        if (out->bytes > 0)
            assert_memory_equal(out->data, data, out->bytes);
    }
    assert_int_equal(st_engine_replay.infer(request, &err), STANCE_EENGINE);
    kit_expect_part("open", err.message, "found the end");
    st_engine_replay.request_close(request);
    st_engine_replay.close(net);
}

static void open_outputs_of_no_size_are_told(void **state)
{
    (void)state;
    static const int64_t open_dims[6] = {1, -1, 2};
    static const int64_t wrong[][3] = {{1, -1, 2},
                                       {2, 1, 2},
                                       {1, 1, 3},
                                       {1, ST_MAX_TENSOR_BYTES / 8 + 1, 2},
                                       {1, INT64_MAX, 2}};
    const char *path = in_dir("size.tensors");
    for (size_t i = 0; i < COUNT(wrong); i++) {
        float data[6] = {0};
        stance_error err = {0};
        st_recorder *recorder;
        st_net *net;
        st_request *request;
        make_infos();
        const st_tensor_info open = kit_info("rows", ST_TENSOR_F32, 3, open_dims);
        st_tensor tensor = {open, data, sizeof(data)};
        const st_tensor *outputs[] = {&tensor};
        memcpy(tensor.info.dims, wrong[i], sizeof(wrong[i]));
        assert_int_equal(st_recorder_open(&recorder, path, infos, 1, &open, 1, &err), 0);
        assert_int_equal(st_recorder_add(recorder, outputs, 1, &err), 0);
        assert_int_equal(st_recorder_close(&recorder, &err), 0);
        assert_int_equal(open_net(&net, path, &err), 0);
        assert_int_equal(st_engine_replay.request_open(&request, net, &err), 0);
        assert_int_equal(st_engine_replay.infer(request, &err), STANCE_EENGINE);
        kit_expect_part("size", err.message, "expected recorded tensors");
        st_engine_replay.request_close(request);
        st_engine_replay.close(net);
    }
}

static void what_is_not_there_is_told(void **state)
{
    (void)state;
    stance_error err = {0};
    st_net *net;
    assert_int_equal(open_net(&net, NULL, &err), STANCE_EINVAL);
    kit_expect_part("none", err.message, "--replay FILE");
    assert_int_equal(open_net(&net, in_dir("no.tensors"), &err), STANCE_EENGINE);
    kit_expect_part("absent", err.message, in_dir("no.tensors"));
    assert_int_equal(open_net(&net, kit_dir, &err), STANCE_EENGINE);
    kit_expect_part("folder", err.message, kit_dir);
    assert_null(net);
}

static void what_cannot_be_recorded_is_told(void **state)
{
    (void)state;
    stance_error err = {0};
    st_recorder *recorder;
    make_infos();
    int rc = st_recorder_open(&recorder, in_dir("no/folder.tensors"), infos, INPUTS,
                              infos + INPUTS, OUTPUTS, &err);
    assert_int_equal(rc, STANCE_EOUTPUT);
    assert_null(recorder);
    kit_expect_part("folder", err.message, in_dir("no"));
    assert_int_equal(st_recorder_close(&recorder, &err), 0);
    if (access("/dev/full", W_OK) != 0)
        return;
    rc = st_recorder_open(&recorder, "/dev/full", infos, INPUTS, infos + INPUTS, OUTPUTS,
                          &err);
    assert_int_equal(rc, 0);
    assert_int_equal(st_recorder_close(&recorder, &err), STANCE_EOUTPUT);
    kit_expect_part("full", err.message, "/dev/full");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_recorded_comes_back),
        cmocka_unit_test(the_file_is_as_described),
        cmocka_unit_test(a_file_cut_off_anywhere_gives_its_whole_inferences),
        cmocka_unit_test(wrong_numbers_in_the_file_are_told),
        cmocka_unit_test(open_outputs_come_back),
        cmocka_unit_test(open_outputs_of_no_size_are_told),
        cmocka_unit_test(what_is_not_there_is_told),
        cmocka_unit_test(what_cannot_be_recorded_is_told),
    };
    return cmocka_run_group_tests(tests, kit_make_dir, kit_remove_dir);
}
