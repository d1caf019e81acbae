/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One input on its way through all stages; with pipeline_flow.c the only place that knows
 * every one of them. Here the parts are opened, closed, and summed up; the flow runs
 * them.
 *
 * The order of opening is what makes the start short: the source is opened and begins to
 * decode while the model is still being compiled on another thread, and what is quick to
 * refuse (a missing input, an unknown encoder) is refused before the model is waited for.
 * docs/data-flow.md tells the whole story.
 */
#include "pipeline.h"

#include <string.h>

#include "base/clock.h"
#include "base/cores.h"
#include "base/memory.h"
#include "base/status.h"
#include "model/model.h"
#include "pipeline_flow.h"
#include "sink/sink.h"

/* What is known from looking at the input for the first time. */
typedef struct first_look {
    st_spool *spool;    /* NULL: it is looked at once */
    st_outputs outputs; /* opened the first time, so that what cannot be is told then */
    bool done;
    bool broke_off;  /* the input did, behind what could be read */
    int64_t longest; /* who was there for the longest time */
    int people_seen;
} first_look;

/* ---- opening and closing ---- */

static bool only_poses(const st_pipeline_request *r)
{
    bool only = true;
    for (size_t i = 0; i < r->n_outputs; i++)
        only &= r->outputs[i].sink->only_poses;
    return only;
}

/* Whether nobody looks at every frame that is taken. */
static bool leaves_out(const st_pipeline_request *r)
{
    const stance_settings *s = r->settings;
    return s->flow.fast && s->source.every <= 1 && !s->source.loop &&
           !st_people_looks_first(s) && only_poses(r);
}

st_source_request st_pipeline_source(const st_pipeline_request *r)
{
    st_source_request request = {
        .inputs = r->inputs,
        .n_inputs = r->n_inputs,
        .settings = &r->settings->source,
        .stop = r->halt,
        .decode_threads = (int)r->settings->flow.threads,
    };
    for (size_t i = 0; i < r->n_outputs; i++)
        request.wants_audio |= r->outputs[i].sink->audio != NULL;
    request.leaves_out = leaves_out(r);
    request.rough = r->settings->source.decode == STANCE_DECODE_ROUGH && only_poses(r);
    return request;
}

/* Maybe it was opened while another input ran. */
static int open_source(st_flow *p, stance_error *err)
{
    st_source_request request = st_pipeline_source(p->request);
    st_opening **opened = p->request->opened;
    int rc = 0;
    request.wants_audio &= !p->spool || p->looked;
    if (*opened && st_opening_is(*opened, &request)) {
        p->opening = *opened;
        *opened = NULL;
    } else {
        st_opening_close(opened);
        rc = st_opening_do(&p->opening, &request, err);
    }
    if (rc < 0)
        return rc;
    p->source = p->opening->source;
    p->stream = p->opening->stream;
    if (p->stream.live) /* the first frame is there */
        p->stream.clock_us = st_clock_wall_us();
    return 0;
}

/* What the sinks are told of the model; or of the truth in its place. */
static int describe_model(st_flow *p, stance_error *err)
{
    const st_pipeline_request *r = p->request;
    stance_model *model;
    int rc = r->get_runner(r->user, &model, &p->runner, err);
    if (rc < 0)
        return rc;
    if (!model) {
        p->stream.model = STANCE_MODEL_TRUTH;
        p->stream.skeleton = stance_skeleton_find("coco17");
        p->stream.single = false;
        return 0;
    }
    const stance_model_info *info = stance_model_get_info(model);
    p->stream.model = info->name;
    p->stream.skeleton = info->skeleton;
    p->stream.single = st_model_single(model);
    p->info = info;
    return 0;
}

int st_pipeline_no_truth(const char *input, bool as_model, stance_error *err)
{
    return st_fail(err, STANCE_EINVAL,
                   "%s: %s needs drawn people (mannequin:SCENE): nobody knows the truth "
                   "of another input",
                   input, as_model ? "--model truth" : "--truth");
}

/* Only drawn people come with their truth. */
static int check_truth(const st_flow *p, bool wanted, stance_error *err)
{
    const st_pipeline_request *r = p->request;
    bool as_model = st_model_is_truth(&r->settings->model);
    if ((!wanted && !as_model) || st_source_knows_truth(p->source))
        return 0;
    return st_pipeline_no_truth(r->inputs[0], as_model, err);
}

/* The first of two times they are kept for the second. */
static int open_outputs(st_flow *p, first_look *look, stance_error *err)
{
    const st_pipeline_request *r = p->request;
    if (p->looked) {
        p->outputs = look->outputs;
        look->outputs = (st_outputs){0};
        return 0;
    }
    st_outputs *outputs = p->spool ? &look->outputs : &p->outputs;
    int rc = st_outputs_open(outputs, r->outputs, r->n_outputs, r->settings, err);
    return rc == 0 ? check_truth(p, outputs->wants_truth, err) : rc;
}

static void list_places(st_flow *p, const st_places *places, bool closed)
{
    for (size_t i = 0; i < places->n; i++) {
        const st_place *place = &places->at[i];
        p->places[p->n_places++] =
            (st_draw_place){place->name, place->points, place->n, closed};
    }
}

/* Who is who begins with what the network is. */
static int open_people(st_flow *p, stance_error *err)
{
    const st_people_request request = {
        .settings = p->request->settings,
        .stream = &p->stream,
        .has_ids = !p->runner,
        .pixels = true,
        .longest = p->longest,
    };
    p->finds_cuts = p->request->settings->follow.cuts && !p->stream.stills && p->runner;
    int rc = st_people_open(&p->people, &request, err);
    p->stream.followed =
        !p->stream.stills &&
        (!p->runner || p->request->settings->track.tracker != STANCE_TRACKER_OFF);
    if (rc == 0) {
        p->stream.measures = st_people_measures(p->people, &p->stream.n_measures);
        list_places(p, st_watch_zones(st_people_watch(p->people)), true);
        list_places(p, st_watch_lines(st_people_watch(p->people)), false);
    }
    return rc;
}

int st_pipeline_check_fast(const stance_stream *stream, const stance_model_info *info,
                           stance_error *err)
{
    if (stream->live)
        return st_fail(err, STANCE_EINVAL, "--fast: not with live input: it looks ahead");
    if (info->several || info->detector)
        return st_fail(err, STANCE_EINVAL,
                       "--fast: expected a network that looks for one person by itself, "
                       "found %s",
                       info->name);
    return 0;
}

/* --fast is for a clip and a network that follows one person in it; pictures each have
 * to be looked at. */
static int open_fast(st_flow *p, stance_error *err)
{
    const st_pipeline_request *r = p->request;
    if (!r->settings->flow.fast || !p->runner || p->stream.stills) {
        st_calm_close(p->opening->calm);
        return 0;
    }
    int rc = st_pipeline_check_fast(&p->stream, p->info, err);
    return rc < 0 ? rc : st_fast_open(&p->fast, p, err);
}

/* What needs the model: the runner, drawing, and the sinks' beginning. */
static int open_model_side(st_flow *p, stance_error *err)
{
    const st_pipeline_request *r = p->request;
    int rc = describe_model(p, err);
    if (rc == 0)
        rc = open_people(p, err);
    if (rc == 0)
        rc = st_flow_open_poses(p, err);
    if (rc == 0)
        rc = open_fast(p, err);
    if (rc < 0)
        return rc;
    if (p->outputs.wants_picture) {
        p->draw = st_draw_new(&r->settings->draw);
        p->pictures =
            st_frame_pool_new(p->stream.width, p->stream.height, p->stream.format);
        if (!p->draw || !p->pictures)
            return st_fail_memory(err);
    }
    return st_outputs_begin(&p->outputs, &p->stream, err);
}

static void close_all(st_flow *p)
{
    st_outputs_close(&p->outputs);
    stance_poses_clear(&p->truth);
    st_people_close(&p->people);
    st_frame_pool_free(&p->pictures);
    st_draw_free(&p->draw);
    st_opening_close(&p->opening);
    st_flow_close(p);
}

/* ---- what it came to ---- */

static void sum_up(st_flow *p, bool failed, stance_summary *summary)
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
        .interpolated = p->interpolated,
        .repaired_times = counts.repaired_times,
        .people_most = (int64_t)p->people_most,
        .people_seen = p->people_seen,
        .duration_us = counts.end_us,
        .complete = !failed && (p->ended || p->stream.live),
    };
    /* Frames that were decoded and let go of, because the run ended before their turn,
     * were not taken in. */
    summary->frames_in =
        summary->frames_out + summary->dropped + summary->skipped + summary->lost;
}

/* The longest stage of the thread that was busiest. */
static void find_limit(stance_stats *stats)
{
    static const int first_stage[4] = {STANCE_STAGE_DECODE, STANCE_STAGE_PREPROCESS,
                                       STANCE_STAGE_DRAW, STANCE_STAGE_COUNT};
    int busiest = 0;
    for (int i = 1; i < 3; i++)
        if (stats->busy[i] > stats->busy[busiest])
            busiest = i;
    stats->limit = first_stage[busiest];
    for (int s = first_stage[busiest]; s < first_stage[busiest + 1]; s++)
        if (stats->stage[s].total_us > stats->stage[stats->limit].total_us)
            stats->limit = s;
}

static void fill_stats(st_flow *p, int64_t wall_us, int64_t open_us, stance_stats *stats)
{
    stats->live = p->stream.live;
    stats->wall_us = wall_us;
    stats->open_us = open_us;
    stats->latency_median_us = (int64_t)st_histogram_percentile(&p->latency, 0.5);
    stats->latency_p95_us = (int64_t)st_histogram_percentile(&p->latency, 0.95);
    stats->cpu_us = st_clock_cpu_us() - p->cpu_us;
    stats->cores = st_cores();
    for (int s = 0; s < STANCE_STAGE_COUNT; s++)
        stats->stage[s] = (stance_stage_stats){
            .n = p->times[s].n,
            .total_us = p->times[s].total_us,
            .median_ms = st_histogram_percentile(&p->times[s], 0.5) / 1000,
            .p95_ms = st_histogram_percentile(&p->times[s], 0.95) / 1000,
        };
    for (int i = 0; i < 3; i++)
        stats->busy[i] = wall_us > 0 ? (double)p->busy_us[i] / (double)wall_us : 0;
    find_limit(stats);
}

/* What a second look at an input adds to the first. The first drew nothing, the second
 * had nothing inferred. */
static void add_stats(stance_stats *stats, const stance_stats *second)
{
    double first_s = (double)stats->wall_us, second_s = (double)second->wall_us;
    for (int i = 0; i < 3 && first_s + second_s > 0; i++)
        stats->busy[i] = (stats->busy[i] * first_s + second->busy[i] * second_s) /
                         (first_s + second_s);
    stats->wall_us += second->wall_us;
    stats->open_us += second->open_us;
    stats->cpu_us += second->cpu_us;
    stats->latency_median_us = second->latency_median_us;
    stats->latency_p95_us = second->latency_p95_us;
    stats->stage[STANCE_STAGE_DRAW] = second->stage[STANCE_STAGE_DRAW];
    stats->stage[STANCE_STAGE_ENCODE] = second->stage[STANCE_STAGE_ENCODE];
    stats->stage[STANCE_STAGE_DECODE].n += second->stage[STANCE_STAGE_DECODE].n;
    stats->stage[STANCE_STAGE_DECODE].total_us +=
        second->stage[STANCE_STAGE_DECODE].total_us;
    find_limit(stats);
}

/* Run, with everything open; then complete the outputs where there is something to keep.
 */
static int run_and_end(st_flow *p, stance_summary *summary, stance_error *err)
{
    st_flow_run(p);
    const st_verdict *failed = p->infer.rc < 0     ? &p->infer
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
    int rc = st_outputs_end(&p->outputs, summary, err);
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

static int run_once(const st_pipeline_request *request, first_look *look,
                    stance_summary *summary, stance_stats *stats, stance_error *err)
{
    *summary = (stance_summary){0};
    *stats = (stance_stats){0};
    int64_t start_us = st_clock_us(), open_us = 0;
    st_flow *p = st_alloc(sizeof(*p)); /* histograms make it large for a stack */
    if (!p)
        return st_fail_memory(err);
    p->request = request;
    p->cpu_us = st_clock_cpu_us(); /* of what opens, if nothing else comes */
    p->spool = look->spool;
    p->looked = look->done;
    p->longest = look->longest;
    p->people_seen = look->people_seen;
    int rc = open_source(p, err);
    if (rc == 0)
        rc = st_people_check(request->settings, &p->stream, err);
    if (rc == 0)
        rc = open_outputs(p, look, err);
    if (rc == 0)
        rc = st_flow_open(p, err);
    if (rc < 0)
        goto out;
    /* A live source goes on by itself: somebody must always be reading. */
    if (request->settings->flow.threads != 1 || p->stream.live)
        st_flow_start_decoding(p);
    rc = open_model_side(p, err);
    open_us = st_clock_us() - start_us;
    p->cpu_us = st_clock_cpu_us();
    if (rc == 0)
        rc = run_and_end(p, summary, err);
    else
        st_flow_halt(p);
    look->people_seen = p->people_seen;
    look->broke_off = p->frames_out > 0 && rc < 0 && rc == p->decode.rc;
    look->longest = p->people ? st_people_longest(p->people) : 0;
out:
    st_flow_settle(p);
    close_all(p);
    fill_stats(p, st_clock_us() - start_us - open_us, open_us, stats);
    st_free(p);
    return rc;
}

/* Whom to follow is known only at the end: the input is read twice, the network looks
 * once. */
static int run_twice(const st_pipeline_request *request, stance_summary *summary,
                     stance_stats *stats, stance_error *err)
{
    first_look look = {0};
    stance_stats second;
    int rc = st_spool_open(&look.spool, err);
    if (rc == 0)
        rc = run_once(request, &look, summary, stats, err);
    if (rc == STANCE_EINTERRUPTED) {
        summary->frames_out = 0;
        st_fail(err, rc,
                "%s: interrupted while it was looked at for the first time; nothing was "
                "written",
                request->inputs[0]);
    }
    if (rc == STANCE_ELOST || look.broke_off)
        rc = 0; /* said again when it is read again */
    if (rc == 0)
        rc = st_spool_rewind(look.spool, err);
    look.done = true;
    if (rc == 0) {
        rc = run_once(request, &look, summary, &second, err);
        add_stats(stats, &second);
    }
    st_outputs_close(&look.outputs);
    st_spool_close(&look.spool);
    return rc;
}

int st_pipeline_run(const st_pipeline_request *request, stance_summary *summary,
                    stance_stats *stats, stance_error *err)
{
    first_look look = {0};
    *summary = (stance_summary){0};
    *stats = (stance_stats){0};
    int rc = st_people_check(request->settings, NULL, err);
    if (rc < 0)
        return rc;
    if (!st_people_looks_first(request->settings))
        return run_once(request, &look, summary, stats, err);
    if (strcmp(request->inputs[0], "-") == 0)
        return st_fail(err, STANCE_EINVAL,
                       "--follow longest: the input is read twice, and standard input "
                       "cannot be");
    return run_twice(request, summary, stats, err);
}

const char *stance_stage_name(stance_stage stage)
{
    static const char *const names[STANCE_STAGE_COUNT] = {
        "decode", "preprocess", "inference", "postprocess", "draw", "encode"};
    return (unsigned)stage < STANCE_STAGE_COUNT ? names[stage] : NULL;
}
