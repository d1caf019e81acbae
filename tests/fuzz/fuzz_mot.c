/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as labels, and behind the first line "---" as results, in either form. What
 * is taken keeps what the measures rely on, and every figure is in its range; what is
 * refused says why.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "eval/track_measures.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char between[] = "\n---\n";

static void expect(bool good)
{
    if (!good)
        abort();
}

static void expect_share(double share)
{
    expect(share >= 0 && share <= 1 + 1e-9);
}

static void check_tracks(const st_tracks *tracks)
{
    for (size_t i = 0; i < tracks->n; i++) {
        const st_track_box *box = &tracks->boxes[i];
        expect(box->frame >= 1 && box->id >= 0 && box->track < tracks->n_ids);
        expect(box->box[2] >= 0 && box->box[3] >= 0 && isfinite(box->box[0]));
        expect(i == 0 || tracks->boxes[i - 1].frame <= box->frame);
    }
    expect(tracks->n_ids <= tracks->n);
}

static int parse(st_tracks *tracks, const char *bytes, size_t n)
{
    stance_error err = {0};
    char *text = calloc(n + 1, 1); /* with a NUL behind it */
    if (!text)
        abort();
    memcpy(text, bytes, n);
    int rc = st_tracks_parse(tracks, text, n, "input", &err);
    free(text);
    expect(rc == 0 || (rc == STANCE_EINPUT && err.message[0] != '\0'));
    if (rc == 0) {
        check_tracks(tracks);
        expect(tracks->most_in_frame <= tracks->n);
    }
    return rc;
}

static void measure(const st_tracks *gt, const st_tracks *found)
{
    st_track_frames frames = {0};
    st_track_pairs pairs = {0};
    stance_track_figures f = {0}, all;
    expect(st_track_frames_open(&frames, gt, found, NULL) == 0);
    expect(st_track_clear(&frames, 0.5, 10, &f.clear, NULL) == 0);
    expect(st_track_motmetrics(&frames, 0.5, &f.motmetrics, NULL) == 0);
    expect(st_track_pairs_fill(&pairs, &frames, 0.5, NULL) == 0);
    expect(st_track_identity(&pairs, &frames, &f.identity, NULL) == 0);
    st_track_hota(&pairs, &frames, &f.hota);
    int64_t n_gt = (int64_t)gt->n, n_found = (int64_t)found->n;
    expect(f.clear.tp + f.clear.fn == n_gt && f.clear.tp + f.clear.fp == n_found);
    expect(f.identity.idtp + f.identity.idfn == n_gt && f.identity.idtp <= n_found);
    expect(f.motmetrics.matches + f.motmetrics.switches + f.motmetrics.misses == n_gt);
    expect(f.clear.mt + f.clear.pt + f.clear.ml == (int64_t)gt->n_ids);
    expect(f.clear.mota <= 1 && f.clear.switches <= f.clear.tp);
    expect_share(f.clear.motp);
    expect_share(f.identity.idf1);
    for (size_t a = 0; a < STANCE_TRACK_ALPHAS; a++) {
        expect(f.hota.tp[a] + f.hota.fn[a] == n_gt);
        expect(f.hota.tp[a] + f.hota.fp[a] == n_found);
        expect_share(f.hota.hota[a]);
        expect_share(f.hota.ass_a[a]);
        expect_share(f.hota.loc_a[a]);
    }
    st_track_hota_combine(&f, 1, &all.hota);
    expect(fabs(all.hota.hota[0] - f.hota.hota[0]) < 1e-9);
    st_track_pairs_clear(&pairs);
    st_track_frames_close(&frames);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const char *cut = size > 0 ? memmem(text, size, between, strlen(between)) : NULL;
    size_t n_gt = cut ? (size_t)(cut - text) : size;
    size_t skip = cut ? n_gt + strlen(between) : size;
    int benchmark = (int)(size % (STANCE_TRACK_MOT20 + 1));
    int64_t left_out[2];
    st_tracks gt = {0}, found = {0};
    stance_error err = {0};
    int rc = parse(&gt, text, n_gt);
    if (rc == 0)
        rc = parse(&found, text + skip, size - skip);
    if (rc == 0) {
        rc = st_tracks_apply_rules(&gt, "gt", &found, "found", &benchmark, &left_out[0],
                                   &left_out[1], &err);
        expect(rc == 0 || (rc == STANCE_EINPUT && err.message[0] != '\0'));
    }
    if (rc == 0) {
        check_tracks(&gt);
        check_tracks(&found);
        measure(&gt, &found);
    }
    st_tracks_clear(&gt);
    st_tracks_clear(&found);
    return 0;
}
