/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SimCC: one person; for each point a row of scores along x and one along y, some of them
 * a pixel of the input. The place is where the two rows are highest, the score the mean
 * of the two heights; a point whose score is 0 or less was not seen.
 *
 * How many scores a pixel has ("split ratio", 2 in RTMPose) follows from the shapes.
 *
 * Source: Li et al., "SimCC" (2022); Jiang et al., "RTMPose" (2023), as in rtmlib
 * (get_simcc_maximum), which tests/data/decoders.py compares with.
 */
#include <math.h>

#include "decode/decode.h"

static bool is_row_of(const st_output *output, int64_t n, int64_t other, int64_t mine,
                      int64_t others)
{
    return output->rank == 3 && output->dims[0] == 1 && output->dims[1] == n &&
           output->dims[2] > 0 && output->dims[2] * others == other * mine;
}

static int check(const st_output *o, size_t n_outputs, const st_decode_about *about,
                 stance_error *err)
{
    int64_t n = (int64_t)about->skeleton->n_keypoints;
    if (n_outputs == 2 &&
        is_row_of(&o[0], n, o[1].dims[2], about->width, about->height) &&
        is_row_of(&o[1], n, o[0].dims[2], about->height, about->width))
        return 0;
    return st_decode_fail_shapes(
        err, o, n_outputs,
        "two outputs of 1x%lldx%d and 1x%lldx%d values, or as many times more, for the "
        "points of %s",
        (long long)n, about->width, (long long)n, about->height, about->skeleton->name);
}

/* Where a row is highest. @return false: it holds something that is no number */
static bool find_top(const float *row, size_t n, size_t *at, float *top)
{
    *at = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(row[i]))
            return false;
        if (row[i] > row[*at])
            *at = i;
    }
    *top = row[*at];
    return true;
}

static int run(const st_output *o, size_t n_outputs, const st_decode_about *about,
               stance_poses *poses)
{
    (void)n_outputs;
    size_t n = about->skeleton->n_keypoints;
    size_t wide = (size_t)o[0].dims[2], high = (size_t)o[1].dims[2];
    int rc = stance_poses_reset(poses, about->skeleton, 1);
    if (rc < 0)
        return rc;
    stance_pose *pose = &poses->people[0];
    float sum = 0;
    for (size_t k = 0; k < n; k++) {
        size_t x, y;
        float top_x, top_y;
        if (!find_top(o[0].data + k * wide, wide, &x, &top_x) ||
            !find_top(o[1].data + k * high, high, &y, &top_y))
            continue;
        float score = 0.5F * top_x + 0.5F * top_y;
        if (score <= 0)
            continue;
        stance_keypoint *point = &pose->keypoints[k];
        /* Places count pixels from the middle of the first. */
        point->x = (float)x / (float)wide + 0.5F / (float)about->width;
        point->y = (float)y / (float)high + 0.5F / (float)about->height;
        point->score = fminf(score, 1);
        sum += point->score;
    }
    pose->score = sum / (float)n;
    return 0;
}

const st_decoder_class st_decoder_simcc = {
    .name = "simcc",
    .help = "RTMPose: for each point its scores along x and along y; one person",
    .min_score = 0.1,
    .check = check,
    .run = run,
};
