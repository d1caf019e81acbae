/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CLEAR measures by motmetrics' rules, where they differ from TrackEval's.
 *
 * A pair is kept from whenever it was last made, and before anything else; then as many
 * of the others as can be are paired, the nearest first. Somebody in the labels who is
 * missed and found again later is one fragment, whether there were results in between or
 * not. Mostly tracked begins at 0.8 and not above it. Beside switches (another identity
 * for a person) it counts transfers (another person for an identity), ascends (a switch
 * to an identity never seen before) and migrates (a transfer to a person never matched
 * before).
 *
 * Source: motmetrics 1.4, mot.py and metrics.py; Bernardin and Stiefelhagen (2008).
 */
#include <math.h>

#include "base/memory.h"
#include "base/status.h"
#include "eval/track_measures.h"

typedef struct person {
    int64_t present, matched; /* frames */
    int64_t partner;          /* the identity it was paired with last; -1: none */
    bool missed;              /* since it was matched last */
} person;

typedef struct identity {
    int64_t partner; /* the person it was newly paired with last; -1: none */
    bool seen;       /* was matched in an earlier frame, or earlier in this */
} identity;

typedef struct tally {
    person *people;
    identity *identities;
    bool *gt_taken, *found_taken; /* in this frame */
    double farthest;              /* distance of a pair */
    stance_track_motmetrics *out;
} tally;

static void match(tally *t, person *p, identity *id, double distance)
{
    if (p->matched > 0 && p->missed)
        t->out->fragments++;
    p->missed = false;
    p->matched++;
    id->seen = true;
    t->out->distance_sum += distance;
}

/* Pairs of earlier frames, in the labels' order: two people may have had one identity. */
static void keep_pairs(tally *t, const st_track_frames *f)
{
    for (size_t i = 0; i < f->n_gt; i++) {
        person *p = &t->people[f->gt_boxes[i].track];
        size_t j = 0;
        while (j < f->n_found &&
               (t->found_taken[j] || f->found_boxes[j].track != p->partner))
            j++;
        double distance = j < f->n_found ? 1 - f->overlap[i * f->n_found + j] : INFINITY;
        if (distance > t->farthest)
            continue;
        t->gt_taken[i] = t->found_taken[j] = true;
        match(t, p, &t->identities[f->found_boxes[j].track], distance);
        t->out->matches++;
    }
}

static void pair(tally *t, uint32_t gt, uint32_t found, double distance)
{
    person *p = &t->people[gt];
    identity *id = &t->identities[found];
    bool is_switch = p->partner >= 0 && p->partner != found;
    bool is_transfer = id->partner >= 0 && id->partner != gt;
    t->out->ascends += is_switch && !id->seen;
    t->out->transfers += is_transfer;
    t->out->migrates += is_transfer && p->matched == 0;
    t->out->switches += is_switch;
    t->out->matches += !is_switch;
    match(t, p, id, distance);
    p->partner = found;
    id->partner = gt;
}

static void pair_others(tally *t, st_track_frames *f)
{
    size_t n = f->n_found;
    for (size_t i = 0; i < f->n_gt; i++)
        for (size_t j = 0; j < n; j++) {
            double distance = 1 - f->overlap[i * n + j];
            bool taken = t->gt_taken[i] || t->found_taken[j];
            f->cost[i * n + j] = taken || distance > t->farthest ? INFINITY : distance;
        }
    st_track_frames_assign(f, INFINITY);
    for (size_t i = 0; i < f->n_gt; i++) {
        int j = f->found_of_gt[i];
        if (j < 0)
            continue;
        t->gt_taken[i] = t->found_taken[j] = true;
        pair(t, f->gt_boxes[i].track, f->found_boxes[j].track,
             f->cost[i * n + (size_t)j]);
    }
}

static void take_frame(tally *t, st_track_frames *f)
{
    for (size_t i = 0; i < f->n_gt; i++)
        t->gt_taken[i] = false;
    for (size_t j = 0; j < f->n_found; j++)
        t->found_taken[j] = false;
    if (f->n_gt > 0 && f->n_found > 0) {
        keep_pairs(t, f);
        pair_others(t, f);
    }
    for (size_t i = 0; i < f->n_gt; i++) {
        person *p = &t->people[f->gt_boxes[i].track];
        p->present++;
        p->missed = p->missed || !t->gt_taken[i];
        t->out->misses += !t->gt_taken[i];
    }
    for (size_t j = 0; j < f->n_found; j++)
        t->out->fp += !t->found_taken[j];
}

static void set_shares(stance_track_motmetrics *m)
{
    int64_t pairs = m->matches + m->switches, people = pairs + m->misses;
    int64_t wrong = m->misses + m->switches + m->fp;
    m->motp = pairs > 0 ? m->distance_sum / (double)pairs : (double)NAN;
    m->mota = people > 0 ? 1 - (double)wrong / (double)people : (double)NAN;
}

static void count_people(const person *people, size_t n, stance_track_motmetrics *out)
{
    for (size_t i = 0; i < n; i++) {
        double ratio = (double)people[i].matched / (double)people[i].present;
        out->mt += ratio >= 0.8;
        out->pt += ratio >= 0.2 && ratio < 0.8;
        out->ml += ratio < 0.2;
    }
}

int st_track_motmetrics(st_track_frames *frames, double iou, stance_track_motmetrics *out,
                        stance_error *err)
{
    size_t n_gt = frames->gt->n_ids, n_found = frames->found->n_ids;
    tally t = {.farthest = 1 - iou, .out = out};
    *out = (stance_track_motmetrics){0};
    t.people = st_alloc_array(n_gt + 1, sizeof(*t.people));
    t.identities = st_alloc_array(n_found + 1, sizeof(*t.identities));
    t.gt_taken = st_alloc_array(frames->gt->most_in_frame + 1, sizeof(bool));
    t.found_taken = st_alloc_array(frames->found->most_in_frame + 1, sizeof(bool));
    int rc = 0;
    if (!t.people || !t.identities || !t.gt_taken || !t.found_taken) {
        rc = st_fail_memory(err);
    } else {
        for (size_t i = 0; i < n_gt; i++)
            t.people[i].partner = -1;
        for (size_t j = 0; j < n_found; j++)
            t.identities[j].partner = -1;
        for (st_track_frames_rewind(frames); st_track_frames_next(frames);)
            take_frame(&t, frames);
        count_people(t.people, n_gt, out);
        set_shares(out);
    }
    st_free(t.people);
    st_free(t.identities);
    st_free(t.gt_taken);
    st_free(t.found_taken);
    return rc;
}

void st_track_motmetrics_combine(const stance_track_figures *all, size_t n,
                                 stance_track_motmetrics *out)
{
    *out = (stance_track_motmetrics){0};
    for (size_t i = 0; i < n; i++) {
        const stance_track_motmetrics *m = &all[i].motmetrics;
        out->distance_sum += m->distance_sum;
        out->matches += m->matches;
        out->switches += m->switches;
        out->misses += m->misses;
        out->fp += m->fp;
        out->fragments += m->fragments;
        out->mt += m->mt;
        out->pt += m->pt;
        out->ml += m->ml;
        out->transfers += m->transfers;
        out->ascends += m->ascends;
        out->migrates += m->migrates;
    }
    set_shares(out);
}
