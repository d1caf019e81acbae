/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An evaluation of tracks: files found, read, put under the benchmark's rules, measured.
 *
 * One sequence after the other, so that only one is in memory. The measures see tables
 * in which everything counts and know nothing of files and classes.
 */
#include <math.h>

#include "base/memory.h"
#include "base/status.h"
#include "eval/track_files.h"
#include "eval/track_measures.h"

struct stance_eval_track {
    st_track_files files; /* whose names the figures have */
    stance_track_figures *figures;
    size_t n; /* sequences; the figures of all together stand behind them */
};

static int check_settings(const stance_eval_track_settings *settings, stance_error *err)
{
    if (!stance_track_benchmark_name(settings->benchmark))
        return st_fail(err, STANCE_EINVAL, "expected a benchmark, found number %d",
                       settings->benchmark);
    if (!(settings->iou == 0 || (settings->iou >= 0.01 && settings->iou <= 1)))
        return st_fail(err, STANCE_EINVAL, "expected an overlap from 0.01 to 1, found %g",
                       settings->iou);
    return 0;
}

static int check_length(const st_track_sequence *sequence, const st_tracks *tracks,
                        const char *path, stance_error *err)
{
    if (sequence->n_frames > 0 && tracks->last_frame > sequence->n_frames)
        return st_fail(err, STANCE_EINPUT,
                       "%s: expected frames up to %lld, as %s says, found frame %d", path,
                       (long long)sequence->n_frames, sequence->info, tracks->last_frame);
    return 0;
}

static int measure(const st_tracks *gt, const st_tracks *found, double iou,
                   stance_track_figures *figures, stance_error *err)
{
    st_track_frames frames = {0};
    st_track_pairs pairs = {0};
    int rc = st_track_frames_open(&frames, gt, found, err);
    if (rc == 0)
        rc = st_track_clear(&frames, iou, figures->n_frames, &figures->clear, err);
    if (rc == 0)
        rc = st_track_motmetrics(&frames, iou, &figures->motmetrics, err);
    if (rc == 0)
        rc = st_track_pairs_fill(&pairs, &frames, iou, err);
    if (rc == 0)
        rc = st_track_identity(&pairs, &frames, &figures->identity, err);
    if (rc == 0)
        st_track_hota(&pairs, &frames, &figures->hota);
    st_track_pairs_clear(&pairs);
    st_track_frames_close(&frames);
    return rc;
}

static int measure_sequence(const st_track_sequence *sequence,
                            const stance_eval_track_settings *settings,
                            stance_track_figures *figures, stance_error *err)
{
    st_tracks gt = {0}, found = {0};
    figures->name = sequence->name;
    figures->benchmark = settings->benchmark;
    int rc = st_tracks_open(&gt, sequence->gt, err);
    if (rc == 0)
        rc = check_length(sequence, &gt, sequence->gt, err);
    if (rc == 0)
        rc = st_tracks_open(&found, sequence->results, err);
    if (rc == 0)
        rc = check_length(sequence, &found, sequence->results, err);
    int last = gt.last_frame > found.last_frame ? gt.last_frame : found.last_frame;
    figures->n_frames = sequence->n_frames > 0 ? sequence->n_frames : last;
    if (rc == 0)
        rc = st_tracks_apply_rules(&gt, sequence->gt, &found, sequence->results,
                                   &figures->benchmark, &figures->n_gt_left_out,
                                   &figures->n_left_out, err);
    figures->n_gt_ids = (int64_t)gt.n_ids;
    figures->n_gt_boxes = (int64_t)gt.n;
    figures->n_ids = (int64_t)found.n_ids;
    figures->n_boxes = (int64_t)found.n;
    if (rc == 0)
        rc = measure(&gt, &found, settings->iou > 0 ? settings->iou : 0.5, figures, err);
    st_tracks_clear(&gt);
    st_tracks_clear(&found);
    return rc;
}

static void combine(const stance_track_figures *all, size_t n, stance_track_figures *out)
{
    out->benchmark = n > 0 ? all[0].benchmark : STANCE_TRACK_PLAIN;
    for (size_t i = 0; i < n; i++) {
        if (all[i].benchmark != out->benchmark)
            out->benchmark = STANCE_TRACK_AUTO;
        out->n_frames += all[i].n_frames;
        out->n_gt_ids += all[i].n_gt_ids;
        out->n_gt_boxes += all[i].n_gt_boxes;
        out->n_gt_left_out += all[i].n_gt_left_out;
        out->n_ids += all[i].n_ids;
        out->n_boxes += all[i].n_boxes;
        out->n_left_out += all[i].n_left_out;
    }
    st_track_clear_combine(all, n, &out->clear);
    st_track_motmetrics_combine(all, n, &out->motmetrics);
    st_track_identity_combine(all, n, &out->identity);
    st_track_hota_combine(all, n, &out->hota);
}

int stance_eval_track_open(stance_eval_track **out, const char *gt, const char *results,
                           const stance_eval_track_settings *settings, stance_error *err)
{
    static const stance_eval_track_settings usual = {0};
    settings = settings ? settings : &usual;
    *out = NULL;
    int rc = check_settings(settings, err);
    stance_eval_track *eval = rc == 0 ? st_alloc(sizeof(*eval)) : NULL;
    if (rc == 0 && !eval)
        rc = st_fail_memory(err);
    if (rc == 0)
        rc = st_track_files_find(&eval->files, gt, results, err);
    if (rc == 0) {
        eval->n = eval->files.n;
        eval->figures = st_alloc_array(eval->n + 1, sizeof(*eval->figures));
        if (!eval->figures)
            rc = st_fail_memory(err);
    }
    for (size_t i = 0; rc == 0 && i < eval->n; i++)
        rc =
            measure_sequence(&eval->files.sequences[i], settings, &eval->figures[i], err);
    if (rc == 0) {
        combine(eval->figures, eval->n, &eval->figures[eval->n]);
        *out = eval;
    } else if (eval) {
        stance_eval_track_close(&eval);
    }
    return rc;
}

void stance_eval_track_close(stance_eval_track **eval)
{
    stance_eval_track *e = *eval;
    if (!e)
        return;
    st_track_files_clear(&e->files);
    st_free(e->figures);
    st_free(e);
    *eval = NULL;
}

size_t stance_eval_track_count(const stance_eval_track *eval)
{
    return eval->n;
}

const stance_track_figures *stance_eval_track_at(const stance_eval_track *eval, size_t n)
{
    return n <= eval->n ? &eval->figures[n] : NULL;
}
