/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One person, one heatmap for each joint: the highest cell, and a place within it.
 *
 * Two rules for that place. "Quarter": a quarter of a cell towards the higher neighbour,
 * as most networks of this kind were scored with. "DARK": where a bell through the
 * logarithm of the cells around has its top, for networks trained for it.
 *
 * Cell i stands for the input's pixel i x stride, counted from the middle of the first.
 *
 * Source: Xiao et al., "Simple Baselines" (2018); Zhang et al., "Distribution-Aware
 * Coordinate Representation" (2020), with the kernel of 3 that PP-TinyPose uses; checked
 * against independent versions in tests/reference/.
 */
#include <math.h>

#include "decode/maps.h"

static int check(const st_output *outputs, size_t n_outputs, const st_decode_about *about,
                 stance_error *err)
{
    st_maps maps;
    int n = (int)about->skeleton->n_keypoints;
    if (n_outputs != 1 || !st_maps_of(&outputs[0], n, &maps))
        return st_decode_fail_shapes(
            err, outputs, n_outputs,
            "one output of %d heatmaps, one for each point of %s", n,
            about->skeleton->name);
    return 0;
}

/* The highest cell. @return false: there is no number in the map */
static bool find_top(const st_maps *m, int n, int *x, int *y, float *top)
{
    *top = -INFINITY;
    for (int cy = 0; cy < m->height; cy++)
        for (int cx = 0; cx < m->width; cx++) {
            float value = st_maps_at(m, n, cx, cy);
            if (value > *top) {
                *top = value;
                *x = cx;
                *y = cy;
            }
        }
    return isfinite(*top);
}

static bool has_room(const st_maps *m, int x, int y, int room)
{
    return x >= room && y >= room && x < m->width - room && y < m->height - room;
}

static float quarter(float before, float behind)
{
    return behind > before ? 0.25F : behind < before ? -0.25F : 0;
}

static void refine_quarter(const st_maps *m, int n, int x, int y, float *dx, float *dy)
{
    if (!has_room(m, x, y, 1))
        return;
    *dx = quarter(st_maps_at(m, n, x - 1, y), st_maps_at(m, n, x + 1, y));
    *dy = quarter(st_maps_at(m, n, x, y - 1), st_maps_at(m, n, x, y + 1));
}

/* Logarithm of the cell after a blur over three by three; beyond the edge is nothing. */
static double blurred_log(const st_maps *m, int n, int x, int y)
{
    static const double kernel[3] = {0.23899427, 0.52201147, 0.23899427};
    double sum = 0;
    for (int dy = -1; dy <= 1; dy++)
        for (int dx = -1; dx <= 1; dx++) {
            int cx = x + dx, cy = y + dy;
            if (cx >= 0 && cy >= 0 && cx < m->width && cy < m->height)
                sum += kernel[dx + 1] * kernel[dy + 1] * st_maps_at(m, n, cx, cy);
        }
    return log(sum > 1e-10 ? sum : 1e-10);
}

static void refine_dark(const st_maps *m, int n, int x, int y, float *dx, float *dy)
{
    double v[5][5];
    if (!has_room(m, x, y, 2))
        return;
    for (int j = 0; j < 5; j++)
        for (int i = 0; i < 5; i++)
            v[j][i] = blurred_log(m, n, x + i - 2, y + j - 2);
    double gx = 0.5 * (v[2][3] - v[2][1]), gy = 0.5 * (v[3][2] - v[1][2]);
    double xx = 0.25 * (v[2][4] - 2 * v[2][2] + v[2][0]);
    double yy = 0.25 * (v[4][2] - 2 * v[2][2] + v[0][2]);
    double xy = 0.25 * (v[3][3] - v[1][3] - v[3][1] + v[1][1]);
    double det = xx * yy - xy * xy;
    if (fabs(det) < 1e-12)
        return;
    double ox = -(yy * gx - xy * gy) / det, oy = -(xx * gy - xy * gx) / det;
    if (fabs(ox) <= 2 && fabs(oy) <= 2) { /* further off it is no bell */
        *dx = (float)ox;
        *dy = (float)oy;
    }
}

typedef void (*refine_fn)(const st_maps *m, int n, int x, int y, float *dx, float *dy);

static int decode(const st_output *outputs, size_t n_outputs,
                  const st_decode_about *about, refine_fn refine, stance_poses *poses)
{
    st_maps maps;
    int n = (int)about->skeleton->n_keypoints;
    if (n_outputs != 1 || !st_maps_of(&outputs[0], n, &maps))
        return stance_poses_reset(poses, about->skeleton, 0);
    int rc = stance_poses_reset(poses, about->skeleton, 1);
    if (rc < 0)
        return rc;
    stance_pose *pose = &poses->people[0];
    float sum = 0;
    for (int k = 0; k < n; k++) {
        int x = 0, y = 0;
        float top, dx = 0, dy = 0;
        if (!find_top(&maps, k, &x, &y, &top))
            continue;
        refine(&maps, k, x, y, &dx, &dy);
        stance_keypoint *point = &pose->keypoints[k];
        point->x = ((float)x + dx) / (float)maps.width + 0.5F / (float)about->width;
        point->y = ((float)y + dy) / (float)maps.height + 0.5F / (float)about->height;
        point->score = top < 0 ? 0 : top > 1 ? 1 : top;
        sum += point->score;
    }
    pose->score = sum / (float)n;
    return 0;
}

static int run_quarter(const st_output *outputs, size_t n_outputs,
                       const st_decode_about *about, stance_poses *poses)
{
    return decode(outputs, n_outputs, about, refine_quarter, poses);
}

static int run_dark(const st_output *outputs, size_t n_outputs,
                    const st_decode_about *about, stance_poses *poses)
{
    return decode(outputs, n_outputs, about, refine_dark, poses);
}

const st_decoder_class st_decoder_heatmap = {
    .name = "heatmap",
    .help = "one heatmap a point, the place by quarters of a cell: one person",
    .min_score = 0.1,
    .check = check,
    .run = run_quarter,
};

const st_decoder_class st_decoder_heatmap_dark = {
    .name = "heatmap-dark",
    .help = "one heatmap a point, the place by the shape of its top: one person",
    .min_score = 0.1,
    .check = check,
    .run = run_dark,
};
