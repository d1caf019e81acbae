/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MODEL_KIT_H
#define MODEL_KIT_H

/* Cards and recorded tensors that a test writes, and a network that is made of them. */

#include "dir_kit.h"

#include "engine/engine.h"
#include "stance/stance.h"

enum { KIT_POINTS = 17, KIT_VALUES = 3 * KIT_POINTS };

/* A card: `input` are further members of its input (", \"type\": \"u8\""). */
static inline void kit_write_card(const char *path, const char *name, const char *people,
                                  const char *input, const char *outputs)
{
    char text[1000];
    int n = snprintf(text, sizeof(text),
                     "{\"schema\": \"stance-card/1\", \"name\": \"%s\", \"title\": \"T\","
                     " \"licence\": \"Apache-2.0\", \"people\": \"%s\","
                     " \"decoder\": \"movenet\", \"skeleton\": \"coco17\","
                     " \"files\": [{\"name\": \"walker.tflite\"}],"
                     " \"input\": {\"width\": 192, \"height\": 192%s},"
                     " \"outputs\": %s}",
                     name, people, input, outputs);
    kit_write(path, text, (size_t)n);
}

/* What MoveNet would say: all points at one place of the input, with one score. */
typedef struct kit_person {
    float x, y, score;
} kit_person;

static inline void kit_fill(float values[KIT_VALUES], kit_person person)
{
    for (int k = 0; k < KIT_POINTS; k++) {
        values[3 * k] = person.y;
        values[3 * k + 1] = person.x;
        values[3 * k + 2] = person.score;
    }
}

static inline st_tensor_info kit_info(const char *name, st_tensor_type type, size_t rank,
                                      const int64_t *dims)
{
    st_tensor_info info = {.type = type, .rank = rank};
    snprintf(info.name, sizeof(info.name), "%s", name);
    memcpy(info.dims, dims, rank * sizeof(*dims));
    return info;
}

static const int64_t kit_input_dims[] = {1, 192, 192, 3};
static const int64_t kit_output_dims[] = {1, 1, KIT_POINTS, 3};

/* n inferences of `row` numbers each. */
static inline void kit_record(const char *path, const float *values, size_t n)
{
    st_tensor_info in = kit_info("in", ST_TENSOR_U8, 4, kit_input_dims);
    st_tensor_info out = kit_info("out", ST_TENSOR_F32, 4, kit_output_dims);
    float row[KIT_VALUES];
    st_tensor tensor = {.info = out, .data = row, .bytes = sizeof(row)};
    const st_tensor *outputs[] = {&tensor};
    st_recorder *recorder;
    stance_error err = {0};
    if (st_recorder_open(&recorder, path, &in, 1, &out, 1, &err) < 0)
        fail_msg("%s", err.message);
    for (size_t i = 0; i < n; i++) {
        memcpy(row, values + i * KIT_VALUES, sizeof(row));
        assert_int_equal(st_recorder_add(recorder, outputs, 1, &err), 0);
    }
    if (st_recorder_close(&recorder, &err) < 0)
        fail_msg("%s", err.message);
}

/* The defaults with options given as name, value pairs ended by NULL. */
static inline void kit_settings(stance_settings *s, const char *const *options)
{
    stance_error err = {0};
    assert_int_equal(stance_settings_defaults(s), 0);
    for (; options[0]; options += 2)
        if (stance_options_set(stance_settings_groups(), s, options[0], options[1],
                               &err) < 0)
            fail_msg("%s: %s", options[0], err.message);
}

#endif
