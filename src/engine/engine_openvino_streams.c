/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several inferences of few threads, or few of several: which is faster on this machine.
 *
 * Many of one thread each nearly always are, because no thread waits for another; where
 * caches are small or memory is slow, fewer may be. That is measured when a network is
 * first used in this way, and kept in the cache beside the compiled networks that the
 * measuring needed anyway. Results are the same in either case.
 */
#include <pthread.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "engine/compiled_cache.h"
#include "engine/engine_openvino_request.h"

enum {
    FILL = 0x3f,         /* as bytes and as floats (0.75) something usual */
    AT_LEAST_US = 60000, /* of measuring, and */
    AT_LEAST = 2,        /* so many inferences by each */
    TIMES = 2,           /* of which the better one counts */
};
static const double CLEARLY = 0.9; /* of the time: less is noise */

typedef struct lane {
    pthread_t thread;
    st_request *request;
    int64_t until_us;
    int64_t n;
    bool failed;
} lane;

static void *infer_for_a_while(void *arg)
{
    lane *l = arg;
    stance_error err;
    for (l->n = 0; !l->failed && (l->n < AT_LEAST || st_clock_us() < l->until_us); l->n++)
        l->failed = st_ov_request_infer(l->request, &err) < 0;
    return NULL;
}

/* Microseconds an inference, of all together; 0: could not be measured. */
static double measure_once(lane *lanes, size_t n)
{
    int64_t start_us = st_clock_us(), done = 0;
    size_t started = 0;
    bool failed = false;
    for (; started < n && !failed; started += !failed) {
        lanes[started].until_us = start_us + AT_LEAST_US;
        failed = pthread_create(&lanes[started].thread, NULL, infer_for_a_while,
                                &lanes[started]) != 0;
    }
    for (size_t i = 0; i < started; i++) {
        pthread_join(lanes[i].thread, NULL);
        failed |= lanes[i].failed;
        done += lanes[i].n;
    }
    return failed ? 0 : (double)(st_clock_us() - start_us) / (double)done;
}

static double measure(st_net *net)
{
    lane lanes[MOST_STREAMS] = {0};
    stance_error err;
    double best_us = 0;
    bool good = true;
    for (size_t i = 0; i < net->n_streams && good; i++) {
        good = st_ov_request_open(&lanes[i].request, net, &err) == 0;
        for (size_t k = 0; k < net->n_inputs && good; k++) {
            st_tensor *input = st_ov_request_input(lanes[i].request, k);
            memset(input->data, FILL, input->bytes);
        }
        good = good && st_ov_request_infer(lanes[i].request, &err) == 0; /* warms up */
    }
    for (int i = 0; i < TIMES && good; i++) {
        double us = measure_once(lanes, net->n_streams);
        good = us > 0;
        best_us = i == 0 || us < best_us ? us : best_us;
    }
    for (size_t i = 0; i < net->n_streams; i++)
        st_ov_request_close(lanes[i].request);
    return good ? best_us : 0;
}

static int find_fastest(const st_engine_request_settings *settings)
{
    st_engine_request_settings one = *settings;
    double best_us = 0;
    int best = settings->streams;
    one.fewer = false;
    for (int streams = settings->streams; streams >= 1; streams /= 2) {
        st_net *net;
        stance_error err;
        one.streams = streams;
        if (st_ov_net_open(&net, &one, &err) < 0)
            break;
        double us = measure(net);
        st_log(STANCE_LOG_DEBUG, "engine", "%d side by side, %d threads each: %.0f us",
               streams, net->threads, us);
        st_ov_net_close(net);
        if (us > 0 && (best_us == 0 || us < CLEARLY * best_us)) {
            best_us = us;
            best = streams;
        }
    }
    return best;
}

static bool write_choice(void *user, const char *path)
{
    FILE *file = fopen(path, "wb");
    bool good = file && fprintf(file, "%d\n", *(const int *)user) > 0;
    return file ? fclose(file) == 0 && good : false;
}

static int read_choice(const char *path, int most)
{
    char *text;
    size_t n;
    int streams = 0;
    st_compiled_cache_read(path, &text, &n);
    if (text && n == 2 && text[0] >= '1' && text[0] <= '0' + most)
        streams = text[0] - '0';
    st_free(text);
    return streams;
}

int st_ov_choose_streams(const st_engine_request_settings *s, const char *device)
{
    char numbers[64];
    ov_version_t version = {0};
    ov_get_openvino_version(&version);
    snprintf(numbers, sizeof(numbers), "at most %d streams of %d threads %dx%d",
             s->streams, s->threads, s->width, s->height);
    const char *keys[] = {s->model_hash, s->weights_hash, device, numbers,
                          version.buildNumber ? version.buildNumber : ""};
    char *path =
        st_compiled_cache_path(s->cache_dir, keys, sizeof(keys) / sizeof(keys[0]));
    ov_version_free(&version);
    int streams = path ? read_choice(path, MOST_STREAMS) : s->streams;
    if (streams == 0) {
        st_log(STANCE_LOG_DEBUG, "engine",
               "measuring, once, how this machine infers fastest");
        streams = find_fastest(s);
        st_compiled_cache_write(path, write_choice, &streams);
    }
    st_free(path);
    return streams < s->streams ? streams : s->streams;
}
