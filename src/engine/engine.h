/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_ENGINE_H
#define ST_ENGINE_H

#include "stance/model.h"

/* What runs networks. One file per engine, ending in a const st_engine_class. */

typedef enum st_tensor_type {
    ST_TENSOR_U8,
    ST_TENSOR_F32,
    ST_TENSOR_I32,
    ST_TENSOR_I64
} st_tensor_type;
size_t st_tensor_type_size(st_tensor_type type);
const char *st_tensor_type_name(st_tensor_type type);

/** Name, type and shape of one input or output. A dimension of -1 is not fixed by the
 * network: an output has one after each run, 0 too. */
typedef struct st_tensor_info {
    char name[128];
    st_tensor_type type;
    size_t rank;
    int64_t dims[6];
} st_tensor_info;

/** Number of values; -1 where a dimension is open or the product is absurd. */
int64_t st_tensor_count(const st_tensor_info *info);

/** Values. `data` is the request's; for outputs it lives until the next inference. */
typedef struct st_tensor {
    st_tensor_info info;
    void *data;
    size_t bytes;
} st_tensor;

typedef struct st_engine_request_settings {
    const char *model_path;   /**< the network's main file */
    const char *weights_path; /**< second file where the format has one, else NULL (found
                                 beside) */
    const char *device;
    const char *cache_dir;    /**< folder for compiled networks; NULL: none */
    const char *model_hash;   /**< sha256 of the main file: names it in the cache */
    const char *weights_hash; /**< sha256 of the second file, which may be another one
                                 beside the same main file; "": there is none */
    const char *replay_path;  /**< engine "replay" */
    int threads; /**< that infer, shared out evenly over the streams; at least 1 */
    int streams; /**< inferences side by side, at least 1 */
    bool fewer;  /**< take fewer streams, of more threads each, where that is faster */
    int width, height; /**< input size to set where the network leaves it open; 0: keep */
    bool resize;       /**< set it in any case */
} st_engine_request_settings;

typedef struct st_net st_net;         /* a compiled network: immutable, shared */
typedef struct st_request st_request; /* one inference in flight */

typedef struct st_engine_class {
    const char *name, *help;
    /** Paths and device are kept, cache_dir is not.
     * @return STANCE_EENGINE: device absent (err lists what is there), network not
     * readable; EMODEL, ENOMEM */
    int (*open)(st_net **net, const st_engine_request_settings *settings,
                stance_error *err);
    /** That there is such a device, as `open` would say it. NULL: any will do. */
    int (*check)(const char *device, stance_error *err);
    void (*close)(st_net *net);
    size_t (*n_inputs)(const st_net *net);
    size_t (*n_outputs)(const st_net *net);
    /** Networks that take pictures as i32 show u8 here: they take bytes as well. */
    const st_tensor_info *(*input)(const st_net *net, size_t i);
    const st_tensor_info *(*output)(const st_net *net, size_t i);
    /** The device really used, in words; lives as long as the net. */
    const char *(*device)(const st_net *net);
    /** Requests that may infer side by side. */
    size_t (*streams)(const st_net *net);
    int (*request_open)(st_request **request, st_net *net, stance_error *err);
    void (*request_close)(st_request *request);
    /** The request's own input memory, to be filled before each inference. */
    st_tensor *(*request_input)(st_request *request, size_t i);
    /** From inputs to outputs, on the caller's thread as far as the device allows.
     * Requests of one net may infer side by side. */
    int (*infer)(st_request *request, stance_error *err);
    const st_tensor *(*request_output)(st_request *request, size_t i);
    /** Call `fn` for every device. NULL: none of its own. */
    int (*devices)(void (*fn)(void *user, const char *name, const char *text), void *user,
                   stance_error *err);
} st_engine_class;

extern const st_engine_class st_engine_openvino;
extern const st_engine_class st_engine_replay;

const st_engine_class *st_engine_find(const char *name);
const st_engine_class *st_engine_at(size_t n);

/* Recorded tensors (engine_replay.c): written by model.c with --record, read by "replay".
 */
typedef struct st_recorder st_recorder;
int st_recorder_open(st_recorder **recorder, const char *path,
                     const st_tensor_info *inputs, size_t n_inputs,
                     const st_tensor_info *outputs, size_t n_outputs, stance_error *err);
int st_recorder_add(st_recorder *recorder, const st_tensor *const *outputs,
                    size_t n_outputs, stance_error *err);
int st_recorder_close(st_recorder **recorder, stance_error *err);

#endif
