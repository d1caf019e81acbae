/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One input on its way through all stages; the only file that knows every one of them.
 *
 *     decode thread --decoded--> inference thread --inferred--> caller's thread
 *     st_source_read             stance_runner_run              draw, sinks
 *
 * The queues are bounded: when one is full the stage before waits (files), or the oldest
 * frame is dropped and counted (live input). With flow.threads = 1 the same three steps
 * follow each other on the caller's thread. Frames stay in order because each stage has
 * one thread; sound travels through the same queues between the frames. docs/data-flow.md
 * tells the whole story.
 *
 * The subtle thing is how it ends: by the end of the input, by the user (stop), or
 * because a stage failed. Whoever ends it sets `halt` and closes the queues; each stage
 * lets go of what it holds, and the caller's thread empties the queues after the others
 * were joined.
 */
#include "pipeline.h"

#include <pthread.h>
#include <string.h>

#include "base/clock.h"
#include "base/histogram.h"
#include "base/memory.h"
#include "base/queue.h"
#include "base/status.h"
#include "model/model.h"
#include "sink/draw.h"
#include "sink/sink.h"
#include "source/source.h"

enum {
    LIVE_QUEUE = 1, /* live: one frame waits, so that the newest is looked at next */
    PROGRESS_EVERY_US = 200000, /* between two calls of on_progress */
    FPS_WINDOW_US = 500000,     /* "lately" for the frames a second that people see */
    PAUSE_STEP_US = 20000,
};

/* What travels: a frame with (later) its poses, or a packet of sound. */
typedef struct item {
    stance_frame *frame;
    st_packet *packet;
    stance_poses *poses;
    int64_t decoded_us, inference_us;
} item;

/* How a stage ended. */
typedef struct verdict {
    int rc;
    stance_error err;
} verdict;

typedef struct opened_sink {
    const stance_sink_class *class;
    void *self;
} opened_sink;

typedef struct pipeline {
    const st_pipeline_request *request;
    stance_stream stream;
    st_source *source;
    stance_runner *runner;
    opened_sink *sinks;
    size_t n_sinks;
    bool wants_picture;
    st_draw *draw;
    st_frame_pool *pictures; /* for annotated pictures of the stream's size */

    st_queue *decoded, *inferred;
    st_queue *free_poses; /* lists that no item holds */
    stance_poses *lists;
    size_t n_lists;
    pthread_t decoder, inferer;
    bool decoder_runs, inferer_runs;

    /* Each written by one stage's thread and read after it was joined. */
    verdict decode, infer, deliver;
    bool ended;         /* the source came to its end before anybody stopped it */
    int64_t dropped;    /* decode thread */
    int64_t frames_out; /* caller's thread, as all below */
    int64_t last_progress_us, fps_since_us, fps_frames;
    double fps;
    st_histogram times[STANCE_STAGE_COUNT], latency;
    int64_t busy_us[3];
} pipeline;

static void item_clear(pipeline *p, item *it)
{
    stance_frame_unref(&it->frame);
    if (it->packet)
        it->packet->release(it->packet);
    if (it->poses)
        st_queue_push(p->free_poses,
                      &it->poses); /* has room for all lists: never waits */
    memset(it, 0, sizeof(*it));
}

static bool halted(const pipeline *p)
{
    return atomic_load(p->request->halt);
}

/* A stage failed, or the user ended the run at a sink: everybody is to let go. */
static void halt(pipeline *p)
{
    atomic_store(p->request->halt, true);
    if (p->decoded)
        st_queue_close(p->decoded);
    if (p->inferred)
        st_queue_close(p->inferred);
}

/* ---- stage 1: decoding ----------------------------------------------------------------
 */

/* 0 with an item, or STANCE_END, or an error. */
static int decode_one(pipeline *p, item *it)
{
    memset(it, 0, sizeof(*it));
    while (atomic_load(p->request->pause) && !halted(p))
        st_sleep_us(PAUSE_STEP_US);
    if (halted(p))
        return STANCE_END;
    st_source_item read = {0};
    int64_t start_us = st_clock_us();
    int rc = st_source_read(p->source, &read, &p->decode.err);
    int64_t end_us = st_clock_us();
    p->busy_us[0] += end_us - start_us;
    if (rc == STANCE_END)
        p->ended = !halted(p);
    if (rc != 0)
        return rc;
    if (read.frame)
        st_histogram_add(&p->times[STANCE_STAGE_DECODE], end_us - start_us);
    it->frame = read.frame;
    it->packet = read.packet;
    it->decoded_us = end_us;
    return 0;
}

static bool may_drop(const void *queued)
{
    return ((const item *)queued)->frame != NULL;
}

static int push_decoded(pipeline *p, item *it)
{
    if (!p->stream.live)
        return st_queue_push(p->decoded, it);
    item old = {0};
    int rc = st_queue_push_drop(p->decoded, it, may_drop, &old);
    if (rc == ST_QUEUE_DROPPED) {
        p->dropped++;
        item_clear(p, &old);
        rc = 0;
    }
    return rc;
}

static void *decode_thread(void *arg)
{
    pipeline *p = arg;
    item it;
    int rc;
    while ((rc = decode_one(p, &it)) == 0)
        if (push_decoded(p, &it) != 0) {
            item_clear(p, &it);
            break;
        }
    p->decode.rc = rc < 0 ? rc : 0;
    st_queue_close(p->decoded);
    return NULL;
}

/* ---- stage 2: inference ---------------------------------------------------------------
 */

static int infer_one(pipeline *p, item *it)
{
    if (!it->frame)
        return 0;
    if (st_queue_pop(p->free_poses, &it->poses) != 0)
        return STANCE_END;
    int64_t start_us = st_clock_us();
    int rc = p->stream.stills
                 ? stance_runner_still(p->runner, it->frame, it->poses, &p->infer.err)
                 : stance_runner_run(p->runner, it->frame, it->poses, &p->infer.err);
    p->busy_us[1] += st_clock_us() - start_us;
    stance_runner_times t = stance_runner_last_times(p->runner);
    st_histogram_add(&p->times[STANCE_STAGE_PREPROCESS], t.preprocess_us);
    st_histogram_add(&p->times[STANCE_STAGE_INFERENCE], t.inference_us);
    st_histogram_add(&p->times[STANCE_STAGE_POSTPROCESS], t.postprocess_us);
    it->inference_us = t.inference_us;
    return rc;
}

static void *infer_thread(void *arg)
{
    pipeline *p = arg;
    item it;
    int rc = 0;
    while (rc == 0 && st_queue_pop(p->decoded, &it) == 0) {
        rc = infer_one(p, &it);
        if (rc == 0)
            rc = st_queue_push(p->inferred, &it);
        if (rc != 0)
            item_clear(p, &it);
    }
    p->infer.rc = rc < 0 ? rc : 0;
    if (rc < 0)
        halt(p);
    st_queue_close(p->inferred);
    return NULL;
}

/* ---- stage 3: drawing and sinks -------------------------------------------------------
 */

/* A copy of the frame with the poses drawn on it. The frame itself may still be looked at
 * by the decoder, which predicts later frames from it. */
static stance_frame *annotate(pipeline *p, const item *it)
{
    const stance_frame *f = it->frame;
    bool usual = f->width == p->stream.width && f->height == p->stream.height &&
                 f->format == p->stream.format;
    stance_frame *picture = usual ? st_frame_pool_get(p->pictures)
                                  : stance_frame_new(f->width, f->height, f->format);
    if (!picture)
        return NULL;
    st_frame_copy_props(picture, f);
    if (p->request->settings->draw.background != STANCE_BACKGROUND_BLACK)
        st_frame_copy_pixels(picture, f);
    st_draw_text text = {.latency_ms = (double)it->inference_us / 1000.0,
                         .fps = p->fps,
                         .people = p->stream.single ? -1 : (int)it->poses->n};
    if (st_draw_poses(p->draw, picture, it->poses, &text) < 0)
        stance_frame_unref(&picture);
    return picture;
}

/* Frames a second lately, and word to whoever watches. */
static void tell_progress(pipeline *p, const item *it)
{
    int64_t now_us = st_clock_us();
    p->fps_frames++;
    if (now_us - p->fps_since_us >= FPS_WINDOW_US) {
        p->fps = (double)p->fps_frames * 1e6 / (double)(now_us - p->fps_since_us);
        p->fps_since_us = now_us;
        p->fps_frames = 0;
    }
    if (!p->request->on_progress || now_us - p->last_progress_us < PROGRESS_EVERY_US)
        return;
    p->last_progress_us = now_us;
    stance_progress progress = {
        .frames = p->frames_out,
        .n_frames = p->stream.n_frames,
        .fps = p->fps,
        .pts_us = it->frame->pts_us,
        .duration_us = p->stream.duration_us,
    };
    p->request->on_progress(p->request->progress_user, &progress);
}

static int deliver_frame(pipeline *p, const item *it)
{
    stance_frame *picture = NULL;
    int64_t start_us = st_clock_us();
    if (p->wants_picture) {
        picture = annotate(p, it);
        if (!picture)
            return st_fail_memory(&p->deliver.err);
        st_histogram_add(&p->times[STANCE_STAGE_DRAW], st_clock_us() - start_us);
    }
    int64_t drawn_us = st_clock_us();
    stance_result result = {.frame = it->frame, .picture = picture, .poses = it->poses};
    int rc = 0;
    for (size_t i = 0; i < p->n_sinks && rc == 0; i++)
        if (p->sinks[i].class->frame)
            rc = p->sinks[i].class->frame(p->sinks[i].self, &result, &p->deliver.err);
    int64_t end_us = st_clock_us();
    st_histogram_add(&p->times[STANCE_STAGE_ENCODE], end_us - drawn_us);
    st_histogram_add(&p->latency, end_us - it->decoded_us);
    p->busy_us[2] += end_us - start_us;
    stance_frame_unref(&picture);
    if (rc < 0)
        return rc;
    p->frames_out++;
    tell_progress(p, it);
    return rc; /* STANCE_END: the user ended the run at a sink */
}

static int deliver_one(pipeline *p, const item *it)
{
    int rc = 0;
    if (it->frame)
        return deliver_frame(p, it);
    for (size_t i = 0; i < p->n_sinks && rc == 0; i++)
        if (p->sinks[i].class->audio)
            rc = p->sinks[i].class->audio(p->sinks[i].self, it->packet, &p->deliver.err);
    return rc;
}

/* ---- the flow -------------------------------------------------------------------------
 */

static void run_on_one_thread(pipeline *p)
{
    item it;
    int rc;
    while ((rc = decode_one(p, &it)) == 0) {
        rc = p->infer.rc = infer_one(p, &it);
        if (rc == 0)
            rc = deliver_one(p, &it);
        if (p->infer.rc == 0)
            p->deliver.rc = rc < 0 ? rc : 0;
        item_clear(p, &it);
        if (rc != 0)
            return;
    }
    p->decode.rc = rc < 0 ? rc : 0;
}

static void run_on_threads(pipeline *p)
{
    p->inferer_runs = pthread_create(&p->inferer, NULL, infer_thread, p) == 0;
    if (!p->inferer_runs) {
        p->infer.rc = st_fail(&p->infer.err, STANCE_ENOMEM, "no thread could be started");
        return;
    }
    item it;
    int rc = 0;
    while (rc == 0 && st_queue_pop(p->inferred, &it) == 0) {
        rc = deliver_one(p, &it);
        item_clear(p, &it);
    }
    p->deliver.rc = rc < 0 ? rc : 0;
    if (rc != 0)
        halt(p);
}

/* Join the threads and let go of what is left between them. */
static void settle(pipeline *p)
{
    if (p->decoder_runs)
        pthread_join(p->decoder, NULL);
    if (p->inferer_runs)
        pthread_join(p->inferer, NULL);
    p->decoder_runs = p->inferer_runs = false;
    st_queue *queues[] = {p->decoded, p->inferred};
    item it;
    for (int i = 0; i < 2; i++)
        while (queues[i] && st_queue_try_pop(queues[i], &it) == 0)
            item_clear(p, &it);
}

/* ---- opening and closing --------------------------------------------------------------
 */

static int open_sinks(pipeline *p, stance_error *err)
{
    const st_pipeline_request *r = p->request;
    p->sinks = st_alloc_array(r->n_outputs, sizeof(*p->sinks));
    if (!p->sinks)
        return st_fail_memory(err);
    for (size_t i = 0; i < r->n_outputs; i++) {
        const stance_sink_class *class = r->outputs[i].sink;
        void *self = st_alloc(class->size);
        if (!self)
            return st_fail_memory(err);
        p->sinks[i] = (opened_sink){class, self};
        p->n_sinks = i + 1;
        p->wants_picture |= class->wants_picture;
        int rc =
            class->open ? class->open(self, r->outputs[i].target, r->settings, err) : 0;
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int begin_sinks(pipeline *p, stance_error *err)
{
    int rc = 0;
    for (size_t i = 0; i < p->n_sinks && rc == 0; i++)
        if (p->sinks[i].class->begin)
            rc = p->sinks[i].class->begin(p->sinks[i].self, &p->stream, err);
    return rc;
}

static int end_sinks(pipeline *p, const stance_summary *summary, stance_error *err)
{
    int rc = 0;
    for (size_t i = 0; i < p->n_sinks && rc == 0; i++)
        if (p->sinks[i].class->end)
            rc = p->sinks[i].class->end(p->sinks[i].self, summary, err);
    return rc;
}

static int open_source(pipeline *p, stance_error *err)
{
    const st_pipeline_request *r = p->request;
    st_source_request source = {
        .inputs = r->inputs,
        .n_inputs = r->n_inputs,
        .settings = &r->settings->source,
        .stop = r->halt,
        .decode_threads = (int)r->settings->flow.threads,
    };
    for (size_t i = 0; i < r->n_outputs; i++)
        source.wants_audio |= r->outputs[i].sink->audio != NULL;
    return st_source_open(&p->source, &source, &p->stream, err);
}

/* Queues, and lists of poses for every item that can hold one at a time. */
static int open_queues(pipeline *p, stance_error *err)
{
    size_t capacity = (size_t)p->request->settings->flow.queue;
    p->decoded = st_queue_new(p->stream.live ? LIVE_QUEUE : capacity, sizeof(item));
    p->inferred = st_queue_new(p->stream.live ? LIVE_QUEUE : capacity, sizeof(item));
    p->n_lists = capacity + 2; /* inferred, one at inference, one at the sinks */
    p->free_poses = st_queue_new(p->n_lists, sizeof(stance_poses *));
    p->lists = st_alloc_array(p->n_lists, sizeof(*p->lists));
    if (!p->decoded || !p->inferred || !p->free_poses || !p->lists)
        return st_fail_memory(err);
    for (size_t i = 0; i < p->n_lists; i++) {
        stance_poses *list = &p->lists[i];
        st_queue_push(p->free_poses, &list);
    }
    return 0;
}

/* What needs the model: the runner, what the sinks are told of the model, drawing. */
static int open_model_side(pipeline *p, stance_error *err)
{
    const st_pipeline_request *r = p->request;
    stance_model *model;
    int rc = r->get_runner(r->user, &model, &p->runner, err);
    if (rc < 0)
        return rc;
    const stance_model_info *info = stance_model_get_info(model);
    p->stream.model = info->name;
    p->stream.skeleton = info->skeleton;
    p->stream.single = st_model_single(model);
    if (p->wants_picture) {
        p->draw = st_draw_new(&r->settings->draw);
        p->pictures =
            st_frame_pool_new(p->stream.width, p->stream.height, p->stream.format);
        if (!p->draw || !p->pictures)
            return st_fail_memory(err);
    }
    return begin_sinks(p, err);
}

static void close_all(pipeline *p)
{
    for (size_t i = 0; i < p->n_sinks; i++) {
        if (p->sinks[i].class->close)
            p->sinks[i].class->close(p->sinks[i].self);
        st_free(p->sinks[i].self);
    }
    st_free(p->sinks);
    st_frame_pool_free(&p->pictures);
    st_draw_free(&p->draw);
    st_source_close(&p->source);
    for (size_t i = 0; p->lists && i < p->n_lists; i++)
        stance_poses_clear(&p->lists[i]);
    st_free(p->lists);
    st_queue_free(&p->free_poses);
    st_queue_free(&p->inferred);
    st_queue_free(&p->decoded);
}

/* ---- what it came to ------------------------------------------------------------------
 */

static void sum_up(pipeline *p, bool failed, stance_summary *summary)
{
    st_source_counts counts = {0};
    if (p->source)
        st_source_get_counts(p->source, &counts);
    *summary = (stance_summary){
        .frames_in = counts.frames_in,
        .frames_out = p->frames_out,
        .dropped = p->dropped,
        .skipped = counts.skipped,
        .lost = counts.lost,
        .decode_errors = counts.decode_errors,
        .repaired_times = counts.repaired_times,
        .duration_us = counts.end_us,
        .complete = !failed && (p->ended || p->stream.live),
    };
    /* Frames that were decoded and let go of, because the run ended before their turn,
     * were not taken in. */
    summary->frames_in =
        summary->frames_out + summary->dropped + summary->skipped + summary->lost;
}

static void fill_stats(pipeline *p, int64_t wall_us, int64_t open_us, stance_stats *stats)
{
    stats->wall_us = wall_us;
    stats->open_us = open_us;
    stats->latency_median_us = (int64_t)st_histogram_percentile(&p->latency, 0.5);
    for (int s = 0; s < STANCE_STAGE_COUNT; s++)
        stats->stage[s] = (stance_stage_stats){
            .n = p->times[s].n,
            .total_us = p->times[s].total_us,
            .median_ms = st_histogram_percentile(&p->times[s], 0.5) / 1000,
            .p95_ms = st_histogram_percentile(&p->times[s], 0.95) / 1000,
        };
    int busiest = 0;
    for (int i = 0; i < 3; i++) {
        stats->busy[i] = wall_us > 0 ? (double)p->busy_us[i] / (double)wall_us : 0;
        if (p->busy_us[i] > p->busy_us[busiest])
            busiest = i;
    }
    static const int first_stage[4] = {STANCE_STAGE_DECODE, STANCE_STAGE_PREPROCESS,
                                       STANCE_STAGE_DRAW, STANCE_STAGE_COUNT};
    stats->limit = first_stage[busiest];
    for (int s = first_stage[busiest]; s < first_stage[busiest + 1]; s++)
        if (p->times[s].total_us > p->times[stats->limit].total_us)
            stats->limit = s;
}

/* Run, with everything open; then complete the outputs where there is something to keep.
 */
static int run_and_end(pipeline *p, bool threaded, stance_summary *summary,
                       stance_error *err)
{
    if (threaded)
        run_on_threads(p);
    else
        run_on_one_thread(p);
    settle(p);
    const verdict *failed = p->infer.rc < 0     ? &p->infer
                            : p->deliver.rc < 0 ? &p->deliver
                                                : NULL;
    sum_up(p, failed || p->decode.rc < 0, summary);
    if (!failed && p->decode.rc < 0 && p->frames_out == 0)
        failed = &p->decode;
    if (failed) {
        if (err)
            *err = failed->err;
        return failed->rc;
    }
    int rc = end_sinks(p, summary, err);
    if (rc < 0)
        return rc;
    if (p->decode.rc <
        0) { /* what was read so far is kept, and says that it is not all */
        if (err)
            *err = p->decode.err;
        return p->decode.rc;
    }
    if (!summary->complete)
        return st_fail(err, STANCE_EINTERRUPTED, "%s: interrupted after %lld frames",
                       p->request->inputs[0], (long long)p->frames_out);
    if (summary->lost > 0 || summary->decode_errors > 0)
        return st_fail(err, STANCE_ELOST, "%s: %lld frames lost, %lld decode errors",
                       p->request->inputs[0], (long long)summary->lost,
                       (long long)summary->decode_errors);
    return 0;
}

int st_pipeline_run(const st_pipeline_request *request, stance_summary *summary,
                    stance_stats *stats, stance_error *err)
{
    *summary = (stance_summary){0};
    *stats = (stance_stats){0};
    int64_t start_us = st_clock_us(), open_us = 0;
    pipeline *p = st_alloc(sizeof(*p)); /* histograms make it large for a stack */
    if (!p)
        return st_fail_memory(err);
    p->request = request;
    int rc = open_source(p, err);
    if (rc == 0)
        rc = open_sinks(p, err);
    if (rc == 0)
        rc = open_queues(p, err);
    if (rc < 0)
        goto out;
    /* A live source goes on by itself: somebody must always be reading. */
    bool threaded = request->settings->flow.threads != 1 || p->stream.live;
    if (threaded)
        p->decoder_runs = pthread_create(&p->decoder, NULL, decode_thread, p) == 0;
    threaded = p->decoder_runs;
    rc = open_model_side(p, err);
    open_us = st_clock_us() - start_us;
    p->fps_since_us = p->last_progress_us = st_clock_us();
    if (rc == 0)
        rc = run_and_end(p, threaded, summary, err);
    else
        halt(p);
out:
    settle(p);
    close_all(p);
    fill_stats(p, st_clock_us() - start_us - open_us, open_us, stats);
    st_free(p);
    return rc;
}

const char *stance_stage_name(stance_stage stage)
{
    static const char *const names[STANCE_STAGE_COUNT] = {
        "decode", "preprocess", "inference", "postprocess", "draw", "encode"};
    return (unsigned)stage < STANCE_STAGE_COUNT ? names[stage] : NULL;
}
