/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inferences by OpenVINO: the memory of inputs and outputs.
 *
 * Outputs whose size is open until a run are other tensors after each; inputs of i32 are
 * filled as bytes and widened. An inference of one thread runs on the caller's, so that
 * nobody has to be woken for it.
 */
#include "engine/engine_openvino_request.h"

#include "base/memory.h"
#include "base/status.h"
#include "engine/engine_openvino_core.h"

struct st_request {
    st_net *net;
    ov_infer_request_t *request;
    ov_tensor_t *ov_inputs[ST_MAX_TENSORS], *ov_outputs[ST_MAX_TENSORS];
    void *bytes[ST_MAX_TENSORS]; /* in place of i32 inputs; else NULL */
    st_tensor inputs[ST_MAX_TENSORS], outputs[ST_MAX_TENSORS];
};

/* Point `tensor` at what an OpenVINO tensor holds, with the shape it has now. */
static int look_at(const ov_tensor_t *from, const st_tensor_info *info, st_tensor *tensor)
{
    ov_shape_t shape = {0};
    tensor->info = *info;
    tensor->data = NULL; /* what holds nothing may have no place */
    if (ov_tensor_get_byte_size(from, &tensor->bytes) != OK ||
        (tensor->bytes > 0 && ov_tensor_data(from, &tensor->data) != OK) ||
        ov_tensor_get_shape(from, &shape) != OK)
        return STANCE_EENGINE;
    if (shape.rank <= ST_MAX_TENSOR_RANK) {
        tensor->info.rank = (size_t)shape.rank;
        for (int64_t i = 0; i < shape.rank; i++)
            tensor->info.dims[i] = shape.dims[i];
    }
    ov_shape_free(&shape);
    return 0;
}

void st_ov_request_close(st_request *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < ST_MAX_TENSORS; i++) {
        ov_tensor_free(r->ov_inputs[i]);
        ov_tensor_free(r->ov_outputs[i]);
        st_free_aligned(r->bytes[i]);
    }
    ov_infer_request_free(r->request);
    st_free(r);
}

/* The memory that the caller fills: OpenVINO's, or bytes that are widened into it. */
static int prepare_input(st_request *r, size_t i, stance_error *err)
{
    if (look_at(r->ov_inputs[i], &r->net->inputs[i], &r->inputs[i]) < 0)
        return st_fail(err, STANCE_EENGINE, "the network's inputs could not be read");
    if (!r->net->widen[i])
        return 0;
    r->inputs[i].bytes /= sizeof(int32_t);
    r->inputs[i].data = r->bytes[i] = st_alloc_aligned(r->inputs[i].bytes);
    return r->bytes[i] ? 0 : st_fail_memory(err);
}

static void widen_input(st_request *r, size_t i)
{
    void *data = NULL;
    const uint8_t *bytes = r->bytes[i];
    if (ov_tensor_data(r->ov_inputs[i], &data) != OK)
        return;
    for (size_t k = 0; k < r->inputs[i].bytes; k++)
        ((int32_t *)data)[k] = bytes[k];
}

/* One with an open size is another tensor after each run. */
static int take_output(st_request *r, size_t i, stance_error *err)
{
    ov_tensor_free(r->ov_outputs[i]);
    r->ov_outputs[i] = NULL;
    ov_status_e status =
        ov_infer_request_get_output_tensor_by_index(r->request, i, &r->ov_outputs[i]);
    return status == OK ? 0
                        : st_ov_fail(err, status, "a network's output could not be read");
}

int st_ov_request_open(st_request **out, st_net *net, stance_error *err)
{
    *out = NULL;
    ov_compiled_model_t *compiled;
    size_t stream = atomic_fetch_add(&net->n_requests, 1) % net->n_compiled;
    int rc = st_ov_net_stream(net, stream, &compiled, err);
    if (rc < 0)
        return rc;
    st_request *r = st_alloc(sizeof(*r));
    if (!r)
        return st_fail_memory(err);
    r->net = net;
    ov_status_e status = ov_compiled_model_create_infer_request(compiled, &r->request);
    for (size_t i = 0; i < net->n_inputs && status == OK; i++)
        status =
            ov_infer_request_get_input_tensor_by_index(r->request, i, &r->ov_inputs[i]);
    rc = status == OK ? 0 : st_ov_fail(err, status, "an inference could not be prepared");
    for (size_t i = 0; i < net->n_inputs && rc == 0; i++)
        rc = prepare_input(r, i, err);
    for (size_t i = 0; i < net->n_outputs && rc == 0; i++)
        if (st_tensor_count(&net->outputs[i]) >= 0)
            rc = take_output(r, i, err);
    if (rc < 0) {
        st_ov_request_close(r);
        return rc;
    }
    *out = r;
    return 0;
}

st_tensor *st_ov_request_input(st_request *r, size_t i)
{
    return &r->inputs[i];
}

int st_ov_request_infer(st_request *r, stance_error *err)
{
    for (size_t i = 0; i < r->net->n_inputs; i++)
        if (r->net->widen[i])
            widen_input(r, i);
    ov_status_e status = ov_infer_request_infer(r->request);
    if (status != OK)
        return st_ov_fail(err, status, "inference failed");
    int rc = 0;
    for (size_t i = 0; i < r->net->n_outputs && rc == 0; i++)
        if (st_tensor_count(&r->net->outputs[i]) < 0)
            rc = take_output(r, i, err);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < r->net->n_outputs; i++)
        if (look_at(r->ov_outputs[i], &r->net->outputs[i], &r->outputs[i]) < 0)
            return st_fail(err, STANCE_EENGINE,
                           "the network's outputs could not be read");
    return 0;
}

const st_tensor *st_ov_request_output(st_request *r, size_t i)
{
    return &r->outputs[i];
}
