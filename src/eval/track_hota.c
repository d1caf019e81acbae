/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HOTA, and the accuracies that it is made of, at 19 thresholds.
 *
 * First everybody's boxes are compared over the whole sequence (track_pairs.c): how well
 * do two identities go together? Then boxes are paired frame by frame so that identities
 * which go together and boxes which overlap are preferred, once for all thresholds; at
 * each threshold those pairs count that overlap enough. A pair's association accuracy is
 * that of its two identities, and the mean is taken over pairs of boxes.
 *
 * Source: Luiten et al., "HOTA: a higher order metric for evaluating multi-object
 * tracking" (2021); TrackEval 1.3, metrics/hota.py, for the rules in between.
 */
#include <float.h>
#include <math.h>

#include "eval/track_measures.h"

#define NOTHING 1e-10 /* keeps a mean over no boxes at 1 */

enum { ALPHAS = STANCE_TRACK_ALPHAS };

static double alpha(size_t a)
{
    return 0.05 + (double)a * 0.05;
}

/* How well two identities go together over all frames: 0 to 1. */
static double affinity(const st_track_pairs *pairs, const st_track_pair *p)
{
    double boxes = (double)(pairs->gt_boxes[p->gt] + pairs->found_boxes[p->found]);
    return p->together / (boxes - p->together);
}

static void set_costs(const st_track_pairs *pairs, st_track_frames *f)
{
    for (size_t i = 0; i < f->n_gt; i++)
        for (size_t j = 0; j < f->n_found; j++) {
            double overlap = f->overlap[i * f->n_found + j];
            const st_track_pair *p =
                overlap > 0 ? st_track_pairs_find(pairs, f->gt_boxes[i].track,
                                                  f->found_boxes[j].track)
                            : NULL;
            f->cost[i * f->n_found + j] = p ? -(affinity(pairs, p) * overlap) : 0;
        }
}

/* loc_a is a sum until the end. */
static void count_matches(const st_track_pairs *pairs, const st_track_frames *f,
                          stance_track_hota *out)
{
    int64_t n[ALPHAS] = {0};
    for (size_t i = 0; i < f->n_gt; i++) {
        int j = f->found_of_gt[i];
        double overlap = j < 0 ? 0 : f->overlap[i * f->n_found + (size_t)j];
        if (!(overlap > 0))
            continue;
        st_track_pair *p =
            st_track_pairs_find(pairs, f->gt_boxes[i].track, f->found_boxes[j].track);
        for (size_t a = 0; p && a < ALPHAS && overlap >= alpha(a) - DBL_EPSILON; a++) {
            n[a]++;
            p->matched[a]++;
            out->loc_a[a] += overlap;
        }
    }
    for (size_t a = 0; a < ALPHAS; a++) {
        out->tp[a] += n[a];
        out->fn[a] += (int64_t)f->n_gt - n[a];
        out->fp[a] += (int64_t)f->n_found - n[a];
    }
}

/* Means over the matched boxes of their identities' accuracy. */
static void associate(const st_track_pairs *pairs, size_t a, stance_track_hota *out)
{
    double accuracy = 0, recall = 0, precision = 0, tp = fmax(1, (double)out->tp[a]);
    for (size_t i = 0; i < pairs->n; i++) {
        const st_track_pair *p = &pairs->pairs[i];
        double n = p->matched[a], gt = (double)pairs->gt_boxes[p->gt];
        double found = (double)pairs->found_boxes[p->found];
        accuracy += n * (n / fmax(1, gt + found - n));
        recall += n * (n / fmax(1, gt));
        precision += n * (n / fmax(1, found));
    }
    out->ass_a[a] = accuracy / tp;
    out->ass_re[a] = recall / tp;
    out->ass_pr[a] = precision / tp;
}

static void set_shares(stance_track_hota *h, size_t a)
{
    double tp = (double)h->tp[a], fn = (double)h->fn[a], fp = (double)h->fp[a];
    h->det_re[a] = tp / fmax(1, tp + fn);
    h->det_pr[a] = tp / fmax(1, tp + fp);
    h->det_a[a] = tp / fmax(1, tp + fn + fp);
    h->hota[a] = sqrt(h->det_a[a] * h->ass_a[a]);
    h->owta[a] = sqrt(h->det_re[a] * h->ass_a[a]);
}

void st_track_hota(st_track_pairs *pairs, st_track_frames *frames, stance_track_hota *out)
{
    *out = (stance_track_hota){0};
    for (st_track_frames_rewind(frames); st_track_frames_next(frames);) {
        set_costs(pairs, frames);
        st_track_frames_assign(frames, INFINITY);
        count_matches(pairs, frames, out);
    }
    for (size_t a = 0; a < ALPHAS; a++) {
        associate(pairs, a, out);
        out->loc_a[a] = fmax(NOTHING, out->loc_a[a]) / fmax(NOTHING, (double)out->tp[a]);
        set_shares(out, a);
    }
}

void st_track_hota_combine(const stance_track_figures *all, size_t n,
                           stance_track_hota *out)
{
    *out = (stance_track_hota){0};
    for (size_t a = 0; a < ALPHAS; a++) {
        double places = 0;
        for (size_t i = 0; i < n; i++) {
            const stance_track_hota *h = &all[i].hota;
            double tp = (double)h->tp[a];
            out->tp[a] += h->tp[a];
            out->fn[a] += h->fn[a];
            out->fp[a] += h->fp[a];
            out->ass_a[a] += h->ass_a[a] * tp;
            out->ass_re[a] += h->ass_re[a] * tp;
            out->ass_pr[a] += h->ass_pr[a] * tp;
            places += h->loc_a[a] * tp;
        }
        double tp = (double)out->tp[a];
        out->ass_a[a] /= fmax(1, tp);
        out->ass_re[a] /= fmax(1, tp);
        out->ass_pr[a] /= fmax(1, tp);
        out->loc_a[a] = fmax(NOTHING, places) / fmax(NOTHING, tp);
        set_shares(out, a);
    }
}

double stance_track_mean(const double row[STANCE_TRACK_ALPHAS])
{
    double sum = 0;
    for (size_t a = 0; a < ALPHAS; a++)
        sum += row[a];
    return sum / ALPHAS;
}
