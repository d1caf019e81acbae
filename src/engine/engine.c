/* SPDX-License-Identifier: Apache-2.0 */
/* The table of engines, and the types of tensors. */
#include "engine/engine.h"

#include <string.h>

static const st_engine_class *const engines[] = {&st_engine_openvino, &st_engine_replay};

const st_engine_class *st_engine_at(size_t n)
{
    return n < sizeof(engines) / sizeof(engines[0]) ? engines[n] : NULL;
}

const st_engine_class *st_engine_find(const char *name)
{
    const st_engine_class *engine = NULL;
    for (size_t i = 0; (engine = st_engine_at(i)) != NULL; i++)
        if (strcmp(engine->name, name) == 0)
            break;
    return engine;
}

static const struct {
    const char *name;
    size_t size;
} types[] = {
    [ST_TENSOR_U8] = {"u8", 1},
    [ST_TENSOR_F32] = {"f32", 4},
    [ST_TENSOR_I32] = {"i32", 4},
    [ST_TENSOR_I64] = {"i64", 8},
};

size_t st_tensor_type_size(st_tensor_type type)
{
    return (size_t)type < sizeof(types) / sizeof(types[0]) ? types[type].size : 0;
}

const char *st_tensor_type_name(st_tensor_type type)
{
    return (size_t)type < sizeof(types) / sizeof(types[0]) ? types[type].name : "unknown";
}

int64_t st_tensor_count(const st_tensor_info *info)
{
    int64_t n = 1;
    for (size_t i = 0; i < info->rank; i++) {
        if (info->dims[i] < 0 ||
            (info->dims[i] > 0 && n > INT64_MAX / 16 / info->dims[i]))
            return -1;
        n *= info->dims[i];
    }
    return n;
}
