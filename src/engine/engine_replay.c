/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recorded tensors in place of a network: for tests that need no weights.
 *
 * A file holds the outputs of one inference after the other, and gives them back in that
 * order, whatever the input is; when they run out, that is an error. All numbers are
 * little-endian:
 *
 *     "STREPLAY"  u32 version (1)  u32 inputs  u32 outputs
 *     for each input, then each output: name (128 bytes, NUL-padded)  u32 type  u32 rank
 *                                       i64 dimensions (6)
 *     for each inference: the bytes of each output; where one of its dimensions is open
 *                         (-1), before them the dimensions it had (6 i64)
 *
 * `--record FILE` writes such a file while another engine runs. The file stays open and
 * is read as it goes, so its length does not matter.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/status.h"
#include "engine/engine.h"

static const char magic[8] = "STREPLAY";

enum {
    VERSION = 1,
    NAME_BYTES = 128,
    DIMS_BYTES = 6 * 8,
    INFO_BYTES = NAME_BYTES + 4 + 4 + DIMS_BYTES
};

struct st_net {
    char *path;
    char *device;
    size_t n_inputs, n_outputs;
    st_tensor_info inputs[ST_MAX_TENSORS], outputs[ST_MAX_TENSORS];
    long first_record;
};

struct st_request {
    const st_net *net;
    FILE *file;
    int64_t n_run;
    size_t room[ST_MAX_TENSORS]; /* bytes that each output's data has */
    st_tensor inputs[ST_MAX_TENSORS], outputs[ST_MAX_TENSORS];
};

static void put_number(unsigned char *to, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        to[i] = (unsigned char)(value >> (8 * i));
}

static uint64_t get_number(const unsigned char *from, int bytes)
{
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++)
        value |= (uint64_t)from[i] << (8 * i);
    return value;
}

/* Some dimension is told only by each inference. */
static bool is_open(const st_tensor_info *info)
{
    for (size_t i = 0; i < info->rank; i++)
        if (info->dims[i] == -1)
            return true;
    return false;
}

static void put_dims(const st_tensor_info *info, unsigned char packed[DIMS_BYTES])
{
    memset(packed, 0, DIMS_BYTES);
    for (size_t i = 0; i < info->rank; i++)
        put_number(packed + 8 * i, (uint64_t)info->dims[i], 8);
}

static void get_dims(const unsigned char packed[DIMS_BYTES], st_tensor_info *info)
{
    for (size_t i = 0; i < info->rank; i++)
        info->dims[i] = (int64_t)get_number(packed + 8 * i, 8);
}

static bool is_small_enough(const st_tensor_info *info)
{
    return st_tensor_count(info) <=
           ST_MAX_TENSOR_BYTES / (int64_t)st_tensor_type_size(info->type);
}

static void pack_info(const st_tensor_info *info, unsigned char packed[INFO_BYTES])
{
    memset(packed, 0, INFO_BYTES);
    memcpy(packed, info->name, strnlen(info->name, NAME_BYTES - 1));
    put_number(packed + NAME_BYTES, (uint64_t)info->type, 4);
    put_number(packed + NAME_BYTES + 4, info->rank, 4);
    put_dims(info, packed + NAME_BYTES + 8);
}

/* False when a number is out of range: files come from outside. */
static bool unpack_info(const unsigned char packed[INFO_BYTES], st_tensor_info *info,
                        bool may_be_open)
{
    memcpy(info->name, packed, NAME_BYTES - 1);
    info->name[NAME_BYTES - 1] = '\0';
    uint64_t type = get_number(packed + NAME_BYTES, 4);
    info->rank = get_number(packed + NAME_BYTES + 4, 4);
    if (info->rank > ST_MAX_TENSOR_RANK || type > ST_TENSOR_I64)
        return false;
    info->type = (st_tensor_type)type;
    get_dims(packed + NAME_BYTES + 8, info);
    if (may_be_open && is_open(info)) {
        for (size_t i = 0; i < info->rank; i++)
            if (info->dims[i] < -1)
                return false;
        return true;
    }
    return st_tensor_count(info) > 0 && is_small_enough(info);
}

static size_t bytes_of(const st_tensor_info *info)
{
    return (size_t)st_tensor_count(info) * st_tensor_type_size(info->type);
}

static int fail_format(const char *path, stance_error *err)
{
    return st_fail(err, STANCE_EENGINE,
                   "%s: expected recorded tensors, found something else", path);
}

static int read_header(st_net *net, FILE *file, stance_error *err)
{
    unsigned char head[20], packed[INFO_BYTES];
    if (fread(head, sizeof(head), 1, file) != 1 ||
        memcmp(head, magic, sizeof(magic)) != 0)
        return fail_format(net->path, err);
    uint64_t version = get_number(head + 8, 4);
    net->n_inputs = get_number(head + 12, 4);
    net->n_outputs = get_number(head + 16, 4);
    if (version != VERSION)
        return st_fail(err, STANCE_EENGINE, "%s: expected version %d, found %llu",
                       net->path, VERSION, (unsigned long long)version);
    if (net->n_inputs == 0 || net->n_inputs > ST_MAX_TENSORS || net->n_outputs == 0 ||
        net->n_outputs > ST_MAX_TENSORS)
        return fail_format(net->path, err);
    for (size_t i = 0; i < net->n_inputs + net->n_outputs; i++) {
        st_tensor_info *info =
            i < net->n_inputs ? &net->inputs[i] : &net->outputs[i - net->n_inputs];
        if (fread(packed, sizeof(packed), 1, file) != 1 ||
            !unpack_info(packed, info, i >= net->n_inputs))
            return fail_format(net->path, err);
    }
    net->first_record = ftell(file);
    return 0;
}

static void net_close(st_net *net)
{
    if (!net)
        return;
    st_free(net->path);
    st_free(net->device);
    st_free(net);
}

static int net_open(st_net **out, const st_engine_request_settings *settings,
                    stance_error *err)
{
    *out = NULL;
    if (!settings->replay_path)
        return st_fail(err, STANCE_EINVAL,
                       "the engine 'replay' needs --replay FILE with recorded tensors");
    int rc = 0;
    FILE *file = NULL;
    st_net *net = st_alloc(sizeof(*net));
    if (!net)
        return st_fail_memory(err);
    net->path = st_strdup(settings->replay_path);
    net->device = st_strdup("recorded tensors");
    if (!net->path || !net->device) {
        rc = st_fail_memory(err);
        goto out;
    }
    file = fopen(net->path, "rb");
    if (!file) {
        rc = st_fail(err, STANCE_EENGINE, "%s: %s", net->path, strerror(errno));
        goto out;
    }
    rc = read_header(net, file, err);
    if (rc == 0) {
        *out = net;
        net = NULL;
    }
out:
    if (file)
        fclose(file);
    net_close(net);
    return rc;
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

/* Records have one order. */
static size_t one_stream(const st_net *net)
{
    (void)net;
    return 1;
}

static void request_close(st_request *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < ST_MAX_TENSORS; i++) {
        st_free_aligned(r->inputs[i].data);
        st_free_aligned(r->outputs[i].data);
    }
    if (r->file)
        fclose(r->file);
    st_free(r);
}

/* What is open gets its room when it is read. */
static bool make_tensor(st_tensor *tensor, const st_tensor_info *info)
{
    tensor->info = *info;
    if (is_open(info))
        return true;
    tensor->bytes = bytes_of(info);
    tensor->data = st_alloc_aligned(tensor->bytes);
    return tensor->data != NULL;
}

static int request_open(st_request **out, st_net *net, stance_error *err)
{
    *out = NULL;
    st_request *r = st_alloc(sizeof(*r));
    bool ok = r != NULL;
    for (size_t i = 0; i < net->n_inputs && ok; i++)
        ok = make_tensor(&r->inputs[i], &net->inputs[i]);
    for (size_t i = 0; i < net->n_outputs && ok; i++)
        ok = make_tensor(&r->outputs[i], &net->outputs[i]);
    if (!ok) {
        request_close(r);
        return st_fail_memory(err);
    }
    r->net = net;
    r->file = fopen(net->path, "rb");
    if (!r->file || fseek(r->file, net->first_record, SEEK_SET) != 0) {
        int rc = st_fail(err, STANCE_EENGINE, "%s: %s", net->path, strerror(errno));
        request_close(r);
        return rc;
    }
    *out = r;
    return 0;
}

static st_tensor *request_input(st_request *r, size_t i)
{
    return &r->inputs[i];
}

/* The size that an open output had in this inference, and room for it. */
static int read_size(st_request *r, size_t i, stance_error *err)
{
    const st_tensor_info *info = &r->net->outputs[i];
    st_tensor *out = &r->outputs[i];
    unsigned char packed[DIMS_BYTES];
    if (fread(packed, sizeof(packed), 1, r->file) != 1)
        return STANCE_END;
    get_dims(packed, &out->info);
    bool good = st_tensor_count(&out->info) >= 0 && is_small_enough(&out->info);
    for (size_t k = 0; k < info->rank && good; k++)
        good = info->dims[k] == -1 || info->dims[k] == out->info.dims[k];
    if (!good) {
        out->info = *info;
        out->bytes = 0;
        return fail_format(r->net->path, err);
    }
    out->bytes = bytes_of(&out->info);
    if (out->bytes <= r->room[i])
        return 0;
    st_free_aligned(out->data);
    out->data = st_alloc_aligned(out->bytes);
    r->room[i] = out->data ? out->bytes : 0;
    return out->data ? 0 : st_fail_memory(err);
}

static int request_infer(st_request *r, stance_error *err)
{
    int rc = 0;
    for (size_t i = 0; i < r->net->n_outputs && rc == 0; i++) {
        st_tensor *out = &r->outputs[i];
        if (is_open(&r->net->outputs[i]))
            rc = read_size(r, i, err);
        if (rc == 0 && out->bytes > 0 && fread(out->data, out->bytes, 1, r->file) != 1)
            rc = STANCE_END;
    }
    if (rc == STANCE_END)
        return st_fail(err, STANCE_EENGINE,
                       "%s: expected the tensors of another inference after %lld, found "
                       "the end",
                       r->net->path, (long long)r->n_run);
    if (rc == 0)
        r->n_run++;
    return rc;
}

static const st_tensor *request_output(st_request *r, size_t i)
{
    return &r->outputs[i];
}

const st_engine_class st_engine_replay = {
    .name = "replay",
    .help = "recorded tensors, for tests",
    .open = net_open,
    .close = net_close,
    .n_inputs = n_inputs,
    .n_outputs = n_outputs,
    .input = input_info,
    .output = output_info,
    .device = device_name,
    .streams = one_stream,
    .request_open = request_open,
    .request_close = request_close,
    .request_input = request_input,
    .infer = request_infer,
    .request_output = request_output,
};

/* ---- recording ---- */

struct st_recorder {
    st_out_file out;
    FILE *file;
    bool open[ST_MAX_TENSORS]; /* outputs whose size is written with each inference */
};

static void write_infos(FILE *file, const st_tensor_info *infos, size_t n)
{
    unsigned char packed[INFO_BYTES];
    for (size_t i = 0; i < n; i++) {
        pack_info(&infos[i], packed);
        fwrite(packed, sizeof(packed), 1, file);
    }
}

int st_recorder_open(st_recorder **recorder, const char *path,
                     const st_tensor_info *inputs, size_t n_inputs,
                     const st_tensor_info *outputs, size_t n_outputs, stance_error *err)
{
    *recorder = NULL;
    st_recorder *r = st_alloc(sizeof(*r));
    if (!r)
        return st_fail_memory(err);
    int rc = st_out_file_open(&r->out, path, err);
    if (rc == 0) {
        r->file = fopen(r->out.part_path, "wb");
        if (!r->file)
            rc = st_fail(err, STANCE_EOUTPUT, "%s: %s", path, strerror(errno));
    }
    if (rc < 0) {
        st_out_file_close(&r->out);
        st_free(r);
        return rc;
    }
    unsigned char head[20];
    memcpy(head, magic, sizeof(magic));
    put_number(head + 8, VERSION, 4);
    put_number(head + 12, n_inputs, 4);
    put_number(head + 16, n_outputs, 4);
    fwrite(head, sizeof(head), 1, r->file);
    write_infos(r->file, inputs, n_inputs);
    write_infos(r->file, outputs, n_outputs);
    for (size_t i = 0; i < n_outputs; i++)
        r->open[i] = is_open(&outputs[i]);
    *recorder = r;
    return 0;
}

int st_recorder_add(st_recorder *r, const st_tensor *const *outputs, size_t n_outputs,
                    stance_error *err)
{
    for (size_t i = 0; i < n_outputs; i++) {
        const st_tensor *out = outputs[i];
        unsigned char packed[DIMS_BYTES];
        put_dims(&out->info, packed);
        if ((r->open[i] && fwrite(packed, sizeof(packed), 1, r->file) != 1) ||
            (out->bytes > 0 && fwrite(out->data, out->bytes, 1, r->file) != 1))
            return st_fail(err, STANCE_EOUTPUT, "%s: %s", r->out.path, strerror(errno));
    }
    return 0;
}

int st_recorder_close(st_recorder **recorder, stance_error *err)
{
    st_recorder *r = *recorder;
    int rc = 0;
    *recorder = NULL;
    if (!r)
        return 0;
    bool bad = ferror(r->file) != 0;
    if (fclose(r->file) != 0 || bad)
        rc = st_fail(err, STANCE_EOUTPUT, "%s: could not be written whole", r->out.path);
    else
        rc = st_out_file_commit(&r->out, err);
    st_out_file_close(&r->out);
    st_free(r);
    return rc;
}
