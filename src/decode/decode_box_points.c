/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Networks that give each person as a row: a box, a score, and the points.
 *
 * YOLO-pose and RTMO give one person in several rows: of boxes that overlap much the
 * surer one stays, as each of them is published with. MoveNet MultiPose gives six rows
 * and has sorted that out itself.
 *
 * Sources: Ultralytics' YOLO pose task (score 0.25, overlap 0.7); Lu et al., "RTMO"
 * (2024), as in rtmlib (score 0.7, overlap 0.45 with corners that are pixels); MoveNet
 * MultiPose's model card (score 0.25 as in its JavaScript). Compared with rtmlib and with
 * independent versions in tests/data/decoders.py.
 */
#include <math.h>

#include "decode/boxes.h"

static const float least_score = 0.05F;

static float clamp01(float value)
{
    return value < 0 ? 0 : value > 1 ? 1 : value;
}

/* A network may answer with what is no number: the point stays absent. */
static void set_point(stance_keypoint *point, float x, float y, float score)
{
    if (!isfinite(x) || !isfinite(y) || isnan(score))
        return;
    point->x = x;
    point->y = y;
    point->score = clamp01(score);
}

/* ---- YOLO-pose: 1 x (5 + 3K) x N: middle, size, score, K times x, y, score ---- */

static int check_yolo(const st_output *o, size_t n, const st_decode_about *about,
                      stance_error *err)
{
    int64_t wanted = 5 + 3 * (int64_t)about->skeleton->n_keypoints;
    return n == 1 && o[0].rank == 3 && o[0].dims[0] == 1 && o[0].dims[1] == wanted
               ? 0
               : st_decode_fail_shapes(
                     err, o, n, "one output of 1x%lldxN values for the points of %s",
                     (long long)wanted, about->skeleton->name);
}

static int run_yolo(const st_output *o, size_t n_outputs, const st_decode_about *about,
                    stance_poses *poses)
{
    st_boxes boxes;
    const float *data = o[0].data;
    size_t n = (size_t)o[0].dims[2];
    (void)n_outputs;
    boxes.n = 0;
    for (size_t i = 0; i < n; i++) {
        float score = data[4 * n + i];
        if (!(score >= least_score))
            continue;
        float x = data[i], y = data[n + i];
        float w = data[2 * n + i] / 2, h = data[3 * n + i] / 2;
        st_boxes_add(&boxes, &(st_box){x - w, y - h, x + w, y + h, score, i},
                     least_score);
    }
    st_boxes_sort(&boxes);
    st_boxes_drop_doubles(&boxes, 0.7F, ST_OVERLAP_PLAIN);
    int rc = stance_poses_reset(poses, about->skeleton, boxes.n);
    for (size_t i = 0; i < boxes.n && rc == 0; i++) {
        stance_pose *pose = &poses->people[i];
        pose->score = boxes.at[i].score;
        const float *column = data + 5 * n + boxes.at[i].row;
        for (size_t k = 0; k < about->skeleton->n_keypoints; k++, column += 3 * n)
            set_point(&pose->keypoints[k], column[0] / (float)about->width,
                      column[n] / (float)about->height, column[2 * n]);
    }
    return rc;
}

/* ---- RTMO: 1 x N x 5 corners and score, 1 x N x K x 3 points; N is open ---- */

static int check_rtmo(const st_output *o, size_t n, const st_decode_about *about,
                      stance_error *err)
{
    int64_t points = (int64_t)about->skeleton->n_keypoints;
    if (n == 2 && o[0].rank == 3 && o[0].dims[0] == 1 && o[0].dims[2] == 5 &&
        o[1].rank == 4 && o[1].dims[0] == 1 && o[1].dims[1] == o[0].dims[1] &&
        o[1].dims[2] == points && o[1].dims[3] == 3)
        return 0;
    return st_decode_fail_shapes(
        err, o, n, "outputs of 1xNx5 and 1xNx%lldx3 values for the points of %s",
        (long long)points, about->skeleton->name);
}

static int run_rtmo(const st_output *o, size_t n_outputs, const st_decode_about *about,
                    stance_poses *poses)
{
    st_boxes boxes;
    size_t n = (size_t)o[0].dims[1], n_points = about->skeleton->n_keypoints;
    (void)n_outputs;
    boxes.n = 0;
    for (size_t i = 0; i < n; i++) {
        const float *row = o[0].data + 5 * i;
        st_boxes_add(&boxes, &(st_box){row[0], row[1], row[2], row[3], row[4], i},
                     least_score);
    }
    st_boxes_sort(&boxes);
    st_boxes_drop_doubles(&boxes, 0.45F, ST_OVERLAP_PIXELS);
    int rc = stance_poses_reset(poses, about->skeleton, boxes.n);
    for (size_t i = 0; i < boxes.n && rc == 0; i++) {
        stance_pose *pose = &poses->people[i];
        const float *point = o[1].data + boxes.at[i].row * n_points * 3;
        pose->score = boxes.at[i].score;
        for (size_t k = 0; k < n_points; k++, point += 3)
            set_point(&pose->keypoints[k], point[0] / (float)about->width,
                      point[1] / (float)about->height, point[2]);
    }
    return rc;
}

/* ---- MoveNet MultiPose: 1 x 6 x 56: 17 times y, x, score; y, x, y, x of the box; score
 */

enum { MULTI_POINTS = 17, MULTI_ROW = 3 * MULTI_POINTS + 5 };

static int check_multi(const st_output *o, size_t n, const st_decode_about *about,
                       stance_error *err)
{
    if (n == 1 && o[0].rank == 3 && o[0].dims[0] == 1 && o[0].dims[2] == MULTI_ROW &&
        o[0].dims[1] > 0 && about->skeleton->n_keypoints == MULTI_POINTS)
        return 0;
    return st_decode_fail_shapes(
        err, o, n, "one output of 1x6x%d values and a skeleton of %d points", MULTI_ROW,
        MULTI_POINTS);
}

static int run_multi(const st_output *o, size_t n_outputs, const st_decode_about *about,
                     stance_poses *poses)
{
    st_boxes boxes;
    (void)n_outputs;
    boxes.n = 0;
    for (size_t i = 0; i < (size_t)o[0].dims[1] && i < STANCE_PEOPLE_MAX; i++) {
        const float *end = o[0].data + i * MULTI_ROW + (ptrdiff_t)3 * MULTI_POINTS;
        st_boxes_add(&boxes, &(st_box){end[1], end[0], end[3], end[2], end[4], i}, 0);
    }
    st_boxes_sort(&boxes);
    int rc = stance_poses_reset(poses, about->skeleton, boxes.n);
    for (size_t i = 0; i < boxes.n && rc == 0; i++) {
        stance_pose *pose = &poses->people[i];
        const float *point = o[0].data + boxes.at[i].row * MULTI_ROW;
        pose->score = boxes.at[i].score;
        for (size_t k = 0; k < MULTI_POINTS; k++, point += 3)
            set_point(&pose->keypoints[k], point[1], point[0], point[2]);
    }
    return rc;
}

const st_decoder_class st_decoder_yolo_pose = {
    .name = "yolo-pose",
    .help = "YOLO-pose: rows of box, score and points; several people",
    .several = true,
    .min_score = 0.25,
    .check = check_yolo,
    .run = run_yolo,
};

const st_decoder_class st_decoder_rtmo = {
    .name = "rtmo",
    .help = "RTMO: boxes with scores, and their points; several people",
    .several = true,
    .min_score = 0.7,
    .check = check_rtmo,
    .run = run_rtmo,
};

const st_decoder_class st_decoder_movenet_multi = {
    .name = "movenet-multi",
    .help = "MoveNet MultiPose: 17 points as y, x, score, with a box; up to six people",
    .several = true,
    .min_score = 0.25,
    .check = check_multi,
    .run = run_multi,
};
