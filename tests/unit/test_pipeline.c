/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole line without weights: a clip written by hand (yuv4mpeg), recorded tensors in
 * place of the network, and sinks of the test's own. Counts, order, threads, stopping,
 * failing, and that the flow allocates nothing per frame.
 */
#include "test.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "engine/engine.h"
#include "stance/stance.h"

enum { WIDTH = 64, HEIGHT = 48, FRAMES = 60 };

static char dir[64];

static char *in_dir(const char *name)
{
    static char path[4][200];
    static int next;
    next = (next + 1) % 4;
    snprintf(path[next], sizeof(path[next]), "%s/%s", dir, name);
    return path[next];
}

static void write_clip(const char *name, int n_frames)
{
    FILE *file = fopen(in_dir(name), "wb");
    assert_non_null(file);
    fprintf(file, "YUV4MPEG2 W%d H%d F25:1 Ip A1:1 C420jpeg\n", WIDTH, HEIGHT);
    for (int i = 0; i < n_frames; i++) {
        fputs("FRAME\n", file);
        for (int k = 0; k < WIDTH * HEIGHT * 3 / 2; k++)
            fputc((k * 7 + i * 13) & 255, file);
    }
    fclose(file);
}

/* As many recorded outputs as frames: a person whose nose walks from left to right. */
static void write_tensors(const char *name, int n)
{
    st_tensor_info in = {
        .name = "in", .type = ST_TENSOR_U8, .rank = 4, .dims = {1, 192, 192, 3}};
    st_tensor_info out = {
        .name = "out", .type = ST_TENSOR_F32, .rank = 4, .dims = {1, 1, 17, 3}};
    float values[51];
    st_tensor tensor = {.info = out, .data = values, .bytes = sizeof(values)};
    const st_tensor *outputs[] = {&tensor};
    st_recorder *recorder;
    stance_error err = {0};
    assert_int_equal(st_recorder_open(&recorder, in_dir(name), &in, 1, &out, 1, &err), 0);
    for (int i = 0; i < n; i++) {
        for (int k = 0; k < 17; k++) {
            values[3 * k] = 0.3f + 0.02f * (float)k;
            values[3 * k + 1] = 0.2f + 0.005f * (float)i;
            values[3 * k + 2] = 0.9f;
        }
        assert_int_equal(st_recorder_add(recorder, outputs, 1, &err), 0);
    }
    assert_int_equal(st_recorder_close(&recorder, &err), 0);
}

static void write_card(const char *name)
{
    FILE *file = fopen(in_dir(name), "wb");
    assert_non_null(file);
    fputs("{\"schema\": \"stance-card/1\", \"name\": \"walker\", \"title\": \"Recorded\","
          " \"licence\": \"Apache-2.0\", \"people\": \"one\", \"decoder\": \"movenet\","
          " \"skeleton\": \"coco17\","
          " \"files\": [{\"name\": \"walker.tflite\"}],"
          " \"input\": {\"width\": 192, \"height\": 192, \"layout\": \"NHWC\", \"type\": "
          "\"u8\","
          " \"colour\": \"RGB\"},"
          " \"outputs\": [{\"shape\": [1, 1, 17, 3]}]}",
          file);
    fclose(file);
}

static int make_files(void **state)
{
    (void)state;
    strcpy(dir, "/tmp/stance-test-pipeline-XXXXXX");
    if (!mkdtemp(dir))
        return -1;
    write_clip("clip.y4m", FRAMES);
    write_clip("long.y4m", 10 * FRAMES);
    write_tensors("clip.tensors", FRAMES);
    write_tensors("long.tensors", 10 * FRAMES);
    write_tensors("short.tensors", 5);
    write_card("walker.json");
    return 0;
}

static int remove_files(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof(command), "rm -rf '%s'", dir);
    return system(command);
}

static void use_settings(stance_settings *s, const char *tensors, const char *threads)
{
    const stance_option_group *groups = stance_settings_groups();
    stance_error err = {0};
    assert_int_equal(stance_settings_defaults(s), 0);
    const char *const pairs[][2] = {
        {"engine", "replay"},
        {"model", "walker"},
        {"card", in_dir("walker.json")},
        {"replay", in_dir(tensors)},
        {"threads", threads},
        {"crop", "whole"},
    };
    for (size_t i = 0; i < COUNT(pairs); i++)
        if (stance_options_set(groups, s, pairs[i][0], pairs[i][1], &err) < 0)
            fail_msg("%s: %s", pairs[i][0], err.message);
}

/* A sink that remembers what it was given. Its settings come by global: sinks take text
 * only. */
typedef struct memory_sink {
    int64_t n, last_index, ended, closed, stop_at, fail_at, allocations_at_100,
        allocations;
    float nose_x[10 * FRAMES];
    stance_run *run; /* stopped at stop_at */
    bool user_end;
} memory_sink;

static memory_sink memory;

static int memory_frame(void *self, const stance_result *result, stance_error *err)
{
    (void)self;
    (void)err;
    assert_int_equal(result->frame->index, memory.n);
    assert_int_equal(result->frame->pts_us, memory.n * 40000);
    assert_int_equal(result->poses->n, 1);
    memory.nose_x[memory.n] = result->poses->people[0].keypoints[0].x;
    memory.last_index = result->frame->index;
    memory.n++;
    if (memory.n == 100)
        memory.allocations_at_100 = st_memory_count();
    memory.allocations = st_memory_count();
    if (memory.fail_at && memory.n == memory.fail_at) {
        err->code = STANCE_EOUTPUT;
        strcpy(err->message, "the disk is full");
        return STANCE_EOUTPUT;
    }
    if (memory.stop_at && memory.n == memory.stop_at) {
        if (memory.user_end)
            return STANCE_END;
        stance_run_stop(memory.run);
    }
    return 0;
}

static int memory_end(void *self, const stance_summary *summary, stance_error *err)
{
    (void)self;
    (void)summary;
    (void)err;
    memory.ended++;
    return 0;
}

static void memory_close(void *self)
{
    (void)self;
    memory.closed++;
}

static const stance_sink_class memory_class = {.name = "memory",
                                               .help = "",
                                               .size = 1,
                                               .frame = memory_frame,
                                               .end = memory_end,
                                               .close = memory_close};

static int run_clip(const stance_settings *s, const char *clip, stance_summary *summary,
                    stance_error *err)
{
    const char *input = in_dir(clip);
    stance_output output = {&memory_class, NULL};
    stance_stats stats;
    assert_int_equal(stance_run_open(&memory.run, s, err), 0);
    int rc = stance_run_input(memory.run, &input, 1, &output, 1, summary, &stats, err);
    stance_run_close(&memory.run);
    assert_null(memory.run);
    assert_int_equal(summary->frames_in, summary->frames_out + summary->dropped +
                                             summary->skipped + summary->lost);
    return rc;
}

static void every_frame_arrives_in_order_with_any_number_of_threads(void **state)
{
    (void)state;
    static const char *const threads[] = {"1", "2", "0", "8"};
    float first[FRAMES];
    for (size_t i = 0; i < COUNT(threads); i++) {
        stance_settings s;
        stance_summary summary;
        stance_error err = {0};
        use_settings(&s, "clip.tensors", threads[i]);
        memset(&memory, 0, sizeof(memory));
        int rc = run_clip(&s, "clip.y4m", &summary, &err);
        if (rc != 0)
            fail_msg("threads %s: %s", threads[i], err.message);
        assert_int_equal(memory.n, FRAMES);
        assert_int_equal(summary.frames_in, FRAMES);
        assert_int_equal(summary.duration_us, FRAMES * 40000);
        assert_true(summary.complete);
        assert_int_equal(memory.ended, 1);
        assert_int_equal(memory.closed, 1);
        if (i == 0)
            memcpy(first, memory.nose_x, sizeof(first));
        assert_memory_equal(first, memory.nose_x, sizeof(first));
        assert_near(first[20] - first[0], 20 * 0.005 * WIDTH, 1e-3);
        stance_settings_clear(&s);
    }
}

static void nothing_is_allocated_once_it_flows(void **state)
{
    (void)state;
    stance_settings s;
    stance_summary summary;
    stance_error err = {0};
    use_settings(&s, "long.tensors", "0");
    memset(&memory, 0, sizeof(memory));
    assert_int_equal(run_clip(&s, "long.y4m", &summary, &err), 0);
    /* Wrapping a decoded frame is one small block each; nothing else may grow with time.
     */
    int64_t per_frame = memory.allocations - memory.allocations_at_100;
    if (per_frame > 10 * FRAMES - 100 + 10)
        fail_msg("found %lld allocations", (long long)per_frame);
    stance_settings_clear(&s);
}

static void stopping_keeps_what_was_done(void **state)
{
    (void)state;
    static const char *const threads[] = {"1", "0"};
    for (size_t i = 0; i < COUNT(threads); i++)
        for (int user_end = 0; user_end < 2; user_end++) {
            stance_settings s;
            stance_summary summary;
            stance_error err = {0};
            use_settings(&s, "long.tensors", threads[i]);
            memset(&memory, 0, sizeof(memory));
            memory.stop_at = 20;
            memory.user_end = user_end;
            assert_int_equal(run_clip(&s, "long.y4m", &summary, &err),
                             STANCE_EINTERRUPTED);
            assert_true(memory.n >= 20 &&
                        memory.n < 60); /* what was in flight is finished */
            assert_int_equal(summary.frames_out, memory.n);
            assert_false(summary.complete);
            assert_int_equal(memory.ended, 1);
            assert_int_equal(memory.closed, 1);
            stance_settings_clear(&s);
        }
}

static void failures_end_the_run_and_remove_outputs(void **state)
{
    (void)state;
    static const char *const threads[] = {"1", "0"};
    for (size_t i = 0; i < COUNT(threads); i++) {
        stance_settings s;
        stance_summary summary;
        stance_error err = {0};
        use_settings(&s, "clip.tensors", threads[i]);
        memset(&memory, 0, sizeof(memory));
        memory.fail_at = 7;
        assert_int_equal(run_clip(&s, "clip.y4m", &summary, &err), STANCE_EOUTPUT);
        assert_string_equal(err.message, "the disk is full");
        assert_int_equal(memory.ended, 0);
        assert_int_equal(memory.closed, 1);
        stance_settings_clear(&s);

        use_settings(&s, "short.tensors", threads[i]); /* the fifth is the last */
        memset(&memory, 0, sizeof(memory));
        assert_int_equal(run_clip(&s, "clip.y4m", &summary, &err), STANCE_EENGINE);
        assert_int_equal(memory.ended, 0);
        assert_int_equal(memory.closed, 1);
        stance_settings_clear(&s);

        use_settings(&s, "absent.tensors", threads[i]);
        memset(&memory, 0, sizeof(memory));
        assert_true(run_clip(&s, "clip.y4m", &summary, &err) < 0);
        assert_non_null(strstr(err.message, "absent.tensors"));
        assert_int_equal(memory.closed, 1);
        stance_settings_clear(&s);
    }
}

static void inputs_that_cannot_be_read_say_so(void **state)
{
    (void)state;
    stance_settings s;
    stance_summary summary;
    stance_error err = {0};
    use_settings(&s, "clip.tensors", "0");
    memset(&memory, 0, sizeof(memory));
    assert_int_equal(run_clip(&s, "no-such.mp4", &summary, &err), STANCE_EINPUT);
    assert_non_null(strstr(err.message, "no-such.mp4"));
    assert_int_equal(memory.closed, 0);
    stance_settings_clear(&s);
}

/* Whatever was said to come next, each input is itself. */
static void the_next_input_may_be_opened_ahead(void **state)
{
    (void)state;
    static const char *const said[] = {"clip.y4m", "clip.y4m",     "short.y4m",
                                       "none.y4m", "clip.tensors", "clip.y4m",
                                       "short.y4m"};
    static const char *const run[] = {"clip.y4m", "clip.y4m", "clip.y4m", "clip.y4m",
                                      "none.y4m", "clip.y4m", "clip.y4m"};
    const stance_output output = {&memory_class, NULL};
    const char *kept[2 * COUNT(run)];
    stance_settings s;
    stance_summary summary;
    stance_error err = {0};
    write_clip("short.y4m", 7);
    use_settings(&s, "long.tensors", "0");
    memset(&memory, 0, sizeof(memory));
    assert_int_equal(stance_run_open(&memory.run, &s, &err), 0);
    for (size_t i = 0; i < COUNT(run); i++) {
        bool none = strcmp(run[i], "none.y4m") == 0;
        const char **next = &kept[2 * i], **input = &kept[2 * i + 1];
        *next = strdup(in_dir(said[i])); /* as long as it may still be read */
        *input = strdup(in_dir(run[i]));
        memory.n = 0;
        stance_run_next(memory.run, next, 1, &output, 1);
        int rc = stance_run_input(memory.run, input, 1, &output, 1, &summary, NULL, &err);
        assert_int_equal(rc, none ? STANCE_EINPUT : 0);
        assert_int_equal(summary.frames_out, none ? 0 : FRAMES);
    }
    stance_run_close(&memory.run); /* with one that nobody ran */
    for (size_t i = 0; i < 2 * COUNT(run); i++)
        free((void *)(uintptr_t)kept[i]);
    stance_settings_clear(&s);
}

/* Each allocation fails in turn: an error every time, nothing leaked (the sanitizers
 * look). */
static void running_out_of_memory_is_an_error_not_a_crash(void **state)
{
    (void)state;
    for (long at = 1; at < 400; at++) {
        stance_settings s;
        stance_summary summary;
        stance_error err = {0};
        use_settings(&s, "clip.tensors", "1");
        memset(&memory, 0, sizeof(memory));
        const char *input = in_dir("clip.y4m");
        stance_output output = {&memory_class, NULL};
        s.source.max_frames = 3;
        st_memory_fail_at(at);
        int rc = stance_run_open(&memory.run, &s, &err);
        if (rc == 0)
            rc =
                stance_run_input(memory.run, &input, 1, &output, 1, &summary, NULL, &err);
        stance_run_close(&memory.run);
        long used = st_memory_count();
        st_memory_fail_at(0);
        (void)used;
        stance_settings_clear(&s);
        if (rc == 0)
            return; /* past the last allocation of such a run */
        assert_true(rc < 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_frame_arrives_in_order_with_any_number_of_threads),
        cmocka_unit_test(nothing_is_allocated_once_it_flows),
        cmocka_unit_test(stopping_keeps_what_was_done),
        cmocka_unit_test(failures_end_the_run_and_remove_outputs),
        cmocka_unit_test(inputs_that_cannot_be_read_say_so),
        cmocka_unit_test(the_next_input_may_be_opened_ahead),
        cmocka_unit_test(running_out_of_memory_is_an_error_not_a_crash),
    };
    return cmocka_run_group_tests(tests, make_files, remove_files);
}
