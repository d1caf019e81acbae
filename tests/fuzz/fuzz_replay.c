/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a file of recorded tensors. A file that is taken gives tensors of the
 * sizes that its header says, as often as it holds them, and then says that it ended.
 *
 * The engine reads from a path, so the bytes go through a file of the process's own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "engine/engine.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_BYTES = 1 << 20, RUNS_MAX = 8 };

static char path[ST_MAX_PATH];
static volatile unsigned checksum; /* so that every byte given is looked at */

static void expect(bool good)
{
    if (!good)
        abort();
}

static void remove_file(void)
{
    unlink(path);
}

static void put_file(const uint8_t *data, size_t size)
{
    if (!path[0]) {
        const char *folder = getenv("TMPDIR");
        snprintf(path, sizeof(path), "%s/fuzz-replay-XXXXXX", folder ? folder : "/tmp");
        int fd = mkstemp(path);
        expect(fd >= 0 && close(fd) == 0 && atexit(remove_file) == 0);
    }
    FILE *file = fopen(path, "wb");
    expect(file != NULL);
    expect(fwrite(data, 1, size, file) == size && fclose(file) == 0);
}

/* All that one request would hold; files may ask for far more than a test should take. */
static size_t bytes_of(const st_net *net)
{
    size_t bytes = 0;
    const st_engine_class *e = &st_engine_replay;
    for (size_t i = 0; i < e->n_inputs(net) + e->n_outputs(net); i++) {
        const st_tensor_info *info = i < e->n_inputs(net)
                                         ? e->input(net, i)
                                         : e->output(net, i - e->n_inputs(net));
        int64_t n = st_tensor_count(info);
        expect(info->rank <= ST_MAX_TENSOR_RANK && strlen(info->name) < 128);
        if (n < 0) { /* told by each inference; never an input */
            expect(i >= e->n_inputs(net));
            continue;
        }
        expect(n > 0);
        expect((size_t)n * st_tensor_type_size(info->type) <= ST_MAX_TENSOR_BYTES);
        bytes += (size_t)n * st_tensor_type_size(info->type);
    }
    return bytes;
}

static void run(st_net *net, size_t size)
{
    const st_engine_class *e = &st_engine_replay;
    st_request *request;
    stance_error err = {0};
    size_t given = 0;
    int rc = e->request_open(&request, net, &err);
    expect(rc == 0);
    for (int n = 0; n < RUNS_MAX && rc == 0; n++) {
        rc = e->infer(request, &err);
        for (size_t i = 0; i < e->n_outputs(net) && rc == 0; i++) {
            const st_tensor *out = e->request_output(request, i);
            for (size_t b = 0; b < out->bytes; b++)
                checksum += ((const uint8_t *)out->data)[b];
            given += out->bytes;
        }
    }
    expect(rc == 0 || (rc == STANCE_EENGINE && err.message[0]));
    expect(given <= size); /* nothing was made up */
    e->request_close(request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    st_net *net;
    stance_error err = {0};
    put_file(data, size);
    st_engine_request_settings settings = {.replay_path = path, .threads = 1};
    if (st_engine_replay.open(&net, &settings, &err) < 0) {
        expect(err.code == STANCE_EENGINE && err.message[0]);
        return 0;
    }
    if (bytes_of(net) <= MOST_BYTES)
        run(net, size);
    st_engine_replay.close(net);
    return 0;
}
