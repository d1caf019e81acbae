/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Networks run by OpenVINO's C API.
 *
 * A device that was asked for and is absent is an error that lists what is there; nothing
 * falls back in silence. Precision is fixed to f32 (int8 networks stay int8), so that
 * machines with and without bf16 agree, and one inference uses one stream with a fixed
 * number of threads; several streams are several compiled networks, each loaded when it
 * is first needed. How many are fastest, engine_openvino_streams.c finds out. Compiled
 * networks are kept by compiled_cache.c rather than by OpenVINO's own cache, which is not
 * safe when several processes start at once.
 */
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/status.h"
#include "engine/compiled_cache.h"
#include "engine/engine_openvino_core.h"
#include "engine/engine_openvino_request.h"

/* ---- opening ---- */

static bool type_from_ov(ov_element_type_e type, st_tensor_type *out)
{
    switch (type) {
    case U8:
        *out = ST_TENSOR_U8;
        return true;
    case F32:
        *out = ST_TENSOR_F32;
        return true;
    case I32:
        *out = ST_TENSOR_I32;
        return true;
    case I64:
        *out = ST_TENSOR_I64;
        return true;
    default:
        return false;
    }
}

static int describe_port(const ov_output_const_port_t *port, st_tensor_info *info,
                         stance_error *err)
{
    char *name = NULL;
    ov_partial_shape_t shape = {0};
    ov_element_type_e type = DYNAMIC;
    if (ov_port_get_any_name(port, &name) == OK) {
        snprintf(info->name, sizeof(info->name), "%s", name);
        ov_free(name);
    }
    ov_status_e status = ov_port_get_element_type(port, &type);
    if (status == OK)
        status = ov_port_get_partial_shape(port, &shape);
    if (status != OK)
        return st_ov_fail(err, status,
                          "the network's inputs and outputs could not be read");
    int rc = 0;
    if (!type_from_ov(type, &info->type))
        rc = st_fail(err, STANCE_EENGINE,
                     "%s: expected values of type u8, f32, i32 or i64, found another",
                     info->name);
    else if (shape.rank.min != shape.rank.max || shape.rank.max > ST_MAX_TENSOR_RANK)
        rc = st_fail(err, STANCE_EENGINE, "%s: expected at most %d dimensions",
                     info->name, ST_MAX_TENSOR_RANK);
    else
        info->rank = (size_t)shape.rank.max;
    for (size_t i = 0; rc == 0 && i < info->rank; i++) {
        ov_dimension_t dim = shape.dims[i];
        info->dims[i] = dim.min == dim.max ? dim.min : -1;
    }
    ov_partial_shape_free(&shape);
    return rc;
}

typedef ov_status_e (*port_at)(const ov_compiled_model_t *, size_t,
                               ov_output_const_port_t **);

static int describe_ports(const ov_compiled_model_t *compiled, size_t n, port_at at,
                          st_tensor_info *infos, stance_error *err)
{
    if (n == 0 || n > ST_MAX_TENSORS)
        return st_fail(err, STANCE_EENGINE,
                       "expected a network with 1 to %d inputs and outputs, found %zu",
                       ST_MAX_TENSORS, n);
    int rc = 0;
    for (size_t i = 0; i < n && rc == 0; i++) {
        ov_output_const_port_t *port = NULL;
        ov_status_e status = at(compiled, i, &port);
        rc = status == OK
                 ? describe_port(port, &infos[i], err)
                 : st_ov_fail(err, status, "the network's inputs could not be read");
        ov_output_const_port_free(port);
    }
    return rc;
}

static int describe_net(st_net *net, stance_error *err)
{
    ov_compiled_model_inputs_size(net->compiled[0], &net->n_inputs);
    ov_compiled_model_outputs_size(net->compiled[0], &net->n_outputs);
    int rc = describe_ports(net->compiled[0], net->n_inputs,
                            ov_compiled_model_input_by_index, net->inputs, err);
    if (rc == 0)
        rc = describe_ports(net->compiled[0], net->n_outputs,
                            ov_compiled_model_output_by_index, net->outputs, err);
    for (size_t i = 0; i < net->n_inputs && rc == 0; i++) {
        net->widen[i] = net->inputs[i].type == ST_TENSOR_I32;
        if (net->widen[i])
            net->inputs[i].type = ST_TENSOR_U8;
    }
    return rc;
}

static bool is_cpu(const st_engine_request_settings *settings)
{
    return strcmp(settings->device, "CPU") == 0;
}

/* What every network is compiled with. Set on the core, because an imported network takes
 * these from there and not from what it was compiled with; call with the core locked. */
static ov_status_e set_properties(const st_net *net)
{
    char threads[16];
    snprintf(threads, sizeof(threads), "%d", net->threads);
    const char *const properties[][2] = {
        {ov_property_key_hint_performance_mode, "LATENCY"},
        {ov_property_key_hint_inference_precision, "f32"},
        {ov_property_key_num_streams, "1"},
        {ov_property_key_inference_num_threads, threads},
        /* Each pinned thread takes the first processor there is, so that several
         * networks, or several programs, of one thread each would all share that one. */
        {ov_property_key_hint_enable_cpu_pinning, "NO"},
    };
    const size_t count = sizeof(properties) / sizeof(properties[0]);
    ov_status_e status = OK;
    for (size_t i = 0; i < count && is_cpu(&net->settings) && status == OK; i++)
        status =
            ov_core_set_property(net->core, "CPU", properties[i][0], properties[i][1]);
    return status;
}

static ov_status_e reshape_input(ov_model_t *model, int width, int height)
{
    ov_output_port_t *port = NULL;
    ov_partial_shape_t shape = {0};
    ov_status_e status = ov_model_input(model, &port);
    if (status == OK)
        status = ov_port_get_partial_shape((ov_output_const_port_t *)port, &shape);
    if (status == OK && shape.rank.max == 4) {
        /* NHWC has its 3 channels last, NCHW second; batches become one picture. */
        int row = shape.dims[3].max == 3 ? 1 : 2;
        int channels = row == 1 ? 3 : 1;
        shape.dims[channels].min = shape.dims[channels].max = 3;
        shape.dims[0].min = shape.dims[0].max = 1;
        shape.dims[row].min = shape.dims[row].max = height;
        shape.dims[row + 1].min = shape.dims[row + 1].max = width;
        status = ov_model_reshape_single_input(model, shape);
    }
    ov_partial_shape_free(&shape);
    ov_output_port_free(port);
    return status;
}

static int compile_net(ov_compiled_model_t **compiled, const ov_core_t *core,
                       const st_engine_request_settings *s, stance_error *err)
{
    ov_model_t *model = NULL;
    int rc = 0;
    ov_status_e status = ov_core_read_model(core, s->model_path, s->weights_path, &model);
    if (status != OK) {
        rc = st_fail(
            err, STANCE_EENGINE,
            "%s: expected a network (TFLite, ONNX, OpenVINO IR, frozen TensorFlow), "
            "found something that OpenVINO cannot read",
            s->model_path);
        goto out;
    }
    if ((s->resize || ov_model_is_dynamic(model)) && s->width > 0)
        status = reshape_input(model, s->width, s->height);
    if (status == OK)
        status = ov_core_compile_model(core, model, s->device, 0, compiled);
    if (status != OK)
        rc = st_ov_fail(err, status, s->model_path);
out:
    ov_model_free(model);
    return rc;
}

static bool export_net(void *user, const char *path)
{
    return ov_compiled_model_export_model(user, path) == OK;
}

/* From the cache where it is there, else compiled and put there. Call with the core
 * locked. */
static int load_stream(st_net *net, ov_compiled_model_t **compiled, stance_error *err)
{
    const st_engine_request_settings *s = &net->settings;
    ov_core_t *core = net->core;
    ov_status_e status = set_properties(net);
    if (status != OK)
        return st_ov_fail(err, status, s->device);
    if (net->cache_path && !net->blob)
        st_compiled_cache_read(net->cache_path, &net->blob, &net->blob_size);
    if (net->blob &&
        ov_core_import_model(core, net->blob, net->blob_size, s->device, compiled) == OK)
        return 0;
    *compiled = NULL;
    int rc = compile_net(compiled, core, s, err);
    if (rc == 0 && net->cache_path && !net->blob)
        st_compiled_cache_write(net->cache_path, export_net, *compiled);
    return rc;
}

int st_ov_net_stream(st_net *net, size_t stream, ov_compiled_model_t **compiled,
                     stance_error *err)
{
    st_ov_core_lock();
    int rc = net->compiled[stream] ? 0 : load_stream(net, &net->compiled[stream], err);
    *compiled = net->compiled[stream];
    st_ov_core_unlock();
    return rc;
}

/* Where the compiled network is kept: what its name has to tell apart. */
static char *cache_path(const st_net *net)
{
    const st_engine_request_settings *s = &net->settings;
    char numbers[64];
    ov_version_t version = {0};
    if (!s->cache_dir || !s->model_hash || !is_cpu(s))
        return NULL;
    ov_get_openvino_version(&version);
    snprintf(numbers, sizeof(numbers), "%d threads %dx%d f32", net->threads, s->width,
             s->height);
    const char *keys[] = {s->model_hash, s->weights_hash,
                          s->device,     net->device,
                          numbers,       version.buildNumber ? version.buildNumber : ""};
    char *path =
        st_compiled_cache_path(s->cache_dir, keys, sizeof(keys) / sizeof(keys[0]));
    ov_version_free(&version);
    return path;
}

void st_ov_net_close(st_net *net)
{
    if (!net)
        return;
    for (size_t i = 0; i < net->n_compiled; i++)
        ov_compiled_model_free(net->compiled[i]);
    st_free(net->blob);
    st_free(net->cache_path);
    st_free(net->device);
    st_free(net);
    st_ov_core_put();
}

/* AUTO decides when it compiles: what runs is asked afterwards. */
static void name_device(st_net *net, const ov_core_t *core, const char *device)
{
    char *used = NULL, *text;
    if (net->compiled[0] && strncmp(device, "AUTO", 4) == 0 &&
        ov_compiled_model_get_property(net->compiled[0], "EXECUTION_DEVICES", &used) ==
            OK) {
        text = st_format("AUTO, running on %s", used);
        ov_free(used);
    } else {
        char *name = st_ov_full_name(core, device);
        text = st_format("%s: %s", device, name ? name : "");
        st_free(name);
    }
    st_free(net->device);
    net->device = text;
}

/* Other devices have their own ways of doing things side by side. */
static void share_out(st_net *net, int streams)
{
    net->n_streams = streams < MOST_STREAMS ? (size_t)streams : MOST_STREAMS;
    net->n_compiled = is_cpu(&net->settings) ? net->n_streams : 1;
    int each = net->settings.threads / (int)net->n_streams;
    net->threads = each > 1 ? each : 1;
}

int st_ov_net_open(st_net **out, const st_engine_request_settings *s, stance_error *err)
{
    ov_core_t *core;
    *out = NULL;
    int rc = st_ov_core_get(&core, err);
    if (rc < 0)
        return rc;
    st_net *net = st_alloc(sizeof(*net));
    if (!net) {
        st_ov_core_put();
        return st_fail_memory(err);
    }
    net->core = core;
    net->settings = *s;
    rc = st_ov_check_device(core, s->device, err);
    if (rc == 0) {
        name_device(net, core, s->device);
        bool choose = s->fewer && is_cpu(s) && s->cache_dir && s->model_hash;
        share_out(net, choose && net->device ? st_ov_choose_streams(s, net->device)
                                             : s->streams);
        net->cache_path = cache_path(net);
        net->settings.cache_dir = NULL; /* the caller's, until now */
        ov_compiled_model_t *first;
        rc = net->device ? st_ov_net_stream(net, 0, &first, err) : st_fail_memory(err);
    }
    if (rc == 0) {
        name_device(net, core, s->device);
        rc = net->device ? describe_net(net, err) : st_fail_memory(err);
    }
    if (rc < 0) {
        st_ov_net_close(net);
        return rc;
    }
    *out = net;
    return 0;
}

static size_t n_inputs(const st_net *net)
{
    return net->n_inputs;
}

static size_t n_outputs(const st_net *net)
{
    return net->n_outputs;
}

static const st_tensor_info *input_info(const st_net *net, size_t i)
{
    return &net->inputs[i];
}

static const st_tensor_info *output_info(const st_net *net, size_t i)
{
    return &net->outputs[i];
}

static const char *device_name(const st_net *net)
{
    return net->device;
}

static size_t streams(const st_net *net)
{
    return net->n_streams;
}

const st_engine_class st_engine_openvino = {
    .name = "openvino",
    .help = "Intel's OpenVINO: CPU, GPU, NPU, AUTO",
    .open = st_ov_net_open,
    .check = st_ov_check,
    .close = st_ov_net_close,
    .n_inputs = n_inputs,
    .n_outputs = n_outputs,
    .input = input_info,
    .output = output_info,
    .device = device_name,
    .streams = streams,
    .request_open = st_ov_request_open,
    .request_close = st_ov_request_close,
    .request_input = st_ov_request_input,
    .infer = st_ov_request_infer,
    .request_output = st_ov_request_output,
    .devices = st_ov_devices,
};
