/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CLEAR measures by TrackEval's rules: MOTA, MOTP, switches, fragmentations, mostly
 * tracked.
 *
 * In each frame pairs are found that first keep those of the frame before, then overlap
 * most. A switch is counted against the last identity that somebody had, however long
 * ago; pairs are kept only from the frame before. The subtle thing: frames without any
 * label, or without any result, do not count as a frame between.
 *
 * Source: Bernardin and Stiefelhagen, "Evaluating multiple object tracking performance:
 * the CLEAR MOT metrics" (2008); TrackEval 1.3, metrics/clear.py for the rules.
 */
#include <float.h>
#include <math.h>

#include "base/memory.h"
#include "base/status.h"
#include "eval/track_measures.h"

#define KEEP 1000.0 /* a pair of the frame before counts more than any overlap */

typedef struct person {
    int64_t present, matched; /* frames */
    int64_t starts;           /* times that it began to be tracked */
    int64_t last;             /* the identity that it had last; -1: none yet */
    int64_t before;           /* the identity in the frame `at` */
    int64_t at;
} person;

static bool was_tracked(const person *p, int64_t frame)
{
    return p->at == frame && frame > 0;
}

static void set_costs(st_track_frames *f, const person *people, double iou, int64_t frame)
{
    for (size_t i = 0; i < f->n_gt; i++) {
        const person *p = &people[f->gt_boxes[i].track];
        for (size_t j = 0; j < f->n_found; j++) {
            double overlap = f->overlap[i * f->n_found + j];
            bool same = was_tracked(p, frame - 1) && p->before == f->found_boxes[j].track;
            double score = (same ? KEEP : 0) + overlap;
            f->cost[i * f->n_found + j] = overlap < iou - DBL_EPSILON ? 0 : -score;
        }
    }
}

static void count_matches(st_track_frames *f, person *people, int64_t frame,
                          stance_track_clear *out)
{
    int64_t n = 0;
    double sum = 0;
    for (size_t i = 0; i < f->n_gt; i++) {
        person *p = &people[f->gt_boxes[i].track];
        int j = f->found_of_gt[i];
        p->present++;
        if (j < 0 || !(f->cost[i * f->n_found + (size_t)j] < -DBL_EPSILON))
            continue;
        uint32_t track = f->found_boxes[j].track;
        out->switches += p->last >= 0 && p->last != track;
        p->starts += !was_tracked(p, frame - 1);
        p->matched++;
        p->last = p->before = track;
        p->at = frame;
        sum += f->overlap[i * f->n_found + (size_t)j];
        n++;
    }
    out->tp += n;
    out->fn += (int64_t)f->n_gt - n;
    out->fp += (int64_t)f->n_found - n;
    out->overlap_sum += sum;
}

static double share(double part, double of)
{
    return part / fmax(1, of);
}

static void set_shares(stance_track_clear *c)
{
    double tp = (double)c->tp, fn = (double)c->fn, fp = (double)c->fp;
    double switches = (double)c->switches;
    c->recall = share(tp, tp + fn);
    c->precision = share(tp, tp + fp);
    c->f1 = share(tp, tp + 0.5 * fn + 0.5 * fp);
    c->moda = share(tp - fp, tp + fn);
    c->mota = share(tp - fp - switches, tp + fn);
    c->motal = share(tp - fp - (switches > 0 ? log10(switches) : 0), tp + fn);
    c->motp = share(c->overlap_sum, tp);
    c->smota = share(c->overlap_sum - fp - switches, tp + fn);
    c->fp_per_frame = share(fp, (double)c->n_timed);
}

static void count_people(const person *people, size_t n, stance_track_clear *out)
{
    for (size_t i = 0; i < n; i++) {
        double ratio = (double)people[i].matched / (double)people[i].present;
        if (ratio > 0.8)
            out->mt++;
        else if (ratio >= 0.2)
            out->pt++;
        else
            out->ml++;
        out->fragments += people[i].starts > 0 ? people[i].starts - 1 : 0;
    }
}

int st_track_clear(st_track_frames *frames, double iou, int64_t n_frames,
                   stance_track_clear *out, stance_error *err)
{
    *out = (stance_track_clear){0};
    if (frames->found->n == 0 || frames->gt->n == 0) { /* and all shares are 0 */
        out->fn = (int64_t)frames->gt->n;
        out->fp = (int64_t)frames->found->n;
        out->ml = (int64_t)frames->gt->n_ids;
        return 0;
    }
    person *people = st_alloc_array(frames->gt->n_ids, sizeof(*people));
    if (!people)
        return st_fail_memory(err);
    for (size_t i = 0; i < frames->gt->n_ids; i++)
        people[i].last = -1;
    int64_t frame = 0; /* of those that have both */
    for (st_track_frames_rewind(frames); st_track_frames_next(frames);) {
        if (frames->n_gt == 0 || frames->n_found == 0) {
            for (size_t i = 0; i < frames->n_gt; i++)
                people[frames->gt_boxes[i].track].present++;
            out->fn += (int64_t)frames->n_gt;
            out->fp += (int64_t)frames->n_found;
            continue;
        }
        frame++;
        set_costs(frames, people, iou, frame);
        st_track_frames_assign(frames, INFINITY);
        count_matches(frames, people, frame, out);
    }
    count_people(people, frames->gt->n_ids, out);
    out->n_timed = n_frames;
    set_shares(out);
    st_free(people);
    return 0;
}

void st_track_clear_combine(const stance_track_figures *all, size_t n,
                            stance_track_clear *out)
{
    *out = (stance_track_clear){0};
    for (size_t i = 0; i < n; i++) {
        const stance_track_clear *c = &all[i].clear;
        out->overlap_sum += c->overlap_sum;
        out->tp += c->tp;
        out->fn += c->fn;
        out->fp += c->fp;
        out->switches += c->switches;
        out->fragments += c->fragments;
        out->mt += c->mt;
        out->pt += c->pt;
        out->ml += c->ml;
        out->n_timed += c->n_timed;
    }
    set_shares(out);
}
