/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_ENGINE_OPENVINO_REQUEST_H
#define ST_ENGINE_OPENVINO_REQUEST_H

#include <openvino/c/openvino.h>
#include <stdatomic.h>

#include "base/limits.h"
#include "engine/engine.h"

/* Inferences of an opened network; see st_engine_class. */

enum { MOST_STREAMS = 8 };

struct st_net {
    ov_core_t *core; /* the process's */
    st_engine_request_settings settings;
    int threads;      /* of each inference */
    char *cache_path; /* of the compiled network; NULL: none is kept */
    /* One for each stream, NULL until it is needed; guarded by the core's lock.
     * OpenVINO's own streams (NUM_STREAMS above 1) gave wrong numbers with a network of
     * int8 weights, depending on chance. */
    ov_compiled_model_t *compiled[MOST_STREAMS];
    size_t n_streams;         /* inferences side by side */
    size_t n_compiled;        /* networks for them: one each, or one for all */
    atomic_size_t n_requests; /* opened so far: they go round the networks */
    size_t n_inputs, n_outputs;
    st_tensor_info inputs[ST_MAX_TENSORS], outputs[ST_MAX_TENSORS];
    bool widen[ST_MAX_TENSORS]; /* inputs of i32, which are shown as u8 */
    char *device;
    char *blob; /* what imported networks were made of: they keep using that memory */
    size_t blob_size;
};

/** A stream's network, loaded if it was not. */
int st_ov_net_stream(st_net *net, size_t stream, ov_compiled_model_t **compiled,
                     stance_error *err);

/** See st_engine_class. */
int st_ov_net_open(st_net **out, const st_engine_request_settings *settings,
                   stance_error *err);
void st_ov_net_close(st_net *net);

/** As many streams as are fastest, at most settings->streams; as found when that was
 * measured on this machine, which is done now where it was not. Needs the cache folder.
 */
int st_ov_choose_streams(const st_engine_request_settings *settings, const char *device);

int st_ov_request_open(st_request **out, st_net *net, stance_error *err);
void st_ov_request_close(st_request *r);
st_tensor *st_ov_request_input(st_request *r, size_t i);
int st_ov_request_infer(st_request *r, stance_error *err);
const st_tensor *st_ov_request_output(st_request *r, size_t i);

#endif
