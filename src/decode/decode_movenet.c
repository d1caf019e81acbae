/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MoveNet SinglePose: 17 rows of (y, x, score) as fractions of the square input, and the
 * rule that says where to look in the next frame.
 *
 * The network always answers with 17 points, so "nobody" is for the caller to say, from
 * the pose's score: the mean of the points' scores.
 *
 * Source: the network's model card and the crop rule of TensorFlow's MoveNet tutorial
 * (init_crop_region, torso_visible, determine_torso_and_body_range,
 * determine_crop_region); checked in tests/data/movenet_end_to_end.py.
 */
#include <math.h>

#include "base/status.h"
#include "decode/decode.h"

enum {
    N_POINTS = 17,
    LEFT_SHOULDER = 5,
    RIGHT_SHOULDER = 6,
    LEFT_HIP = 11,
    RIGHT_HIP = 12,
};

static const double min_crop_score = 0.2; /* a point counts for the crop from here */
static const double torso_expansion = 1.9, body_expansion = 1.2;

static int check(const st_output *outputs, size_t n_outputs, const st_decode_about *about,
                 stance_error *err)
{
    const stance_skeleton *skeleton = about->skeleton;
    if (n_outputs != 1 || outputs[0].n != N_POINTS * 3)
        return st_decode_fail_shapes(err, outputs, n_outputs,
                                     "one output of 1x1x17x3 values");
    if (skeleton->n_keypoints != N_POINTS)
        return st_fail(err, STANCE_EMODEL,
                       "expected a skeleton of 17 points, found %s with %zu",
                       skeleton->name, skeleton->n_keypoints);
    return 0;
}

static float clamp01(float value)
{
    return value < 0 ? 0 : value > 1 ? 1 : value;
}

static int run(const st_output *outputs, size_t n_outputs, const st_decode_about *about,
               stance_poses *poses)
{
    (void)n_outputs;
    int rc = stance_poses_reset(poses, about->skeleton, 1);
    if (rc < 0)
        return rc;
    stance_pose *pose = &poses->people[0];
    double sum = 0;
    for (int k = 0; k < N_POINTS; k++) {
        const float *row = outputs[0].data + 3 * k;
        if (!isfinite(row[0]) || !isfinite(row[1]) || !isfinite(row[2]))
            continue; /* absent, as it is after the reset */
        pose->keypoints[k].y = row[0];
        pose->keypoints[k].x = row[1];
        pose->keypoints[k].score = clamp01(row[2]);
        sum += pose->keypoints[k].score;
    }
    pose->score = (float)(sum / N_POINTS);
    return 0;
}

const st_decoder_class st_decoder_movenet = {
    .name = "movenet",
    .help = "MoveNet SinglePose: 17 points as y, x, score",
    .several = false,
    .min_score = 0.15, /* empty rooms give 0.06 to 0.15, people rarely less */
    .check = check,
    .run = run,
};

/* ---- where to look next ---- */

st_square st_movenet_crop_whole(const double region[4])
{
    double side = fmax(region[2], region[3]);
    return (st_square){region[0] + (region[2] - side) / 2,
                       region[1] + (region[3] - side) / 2, side};
}

static bool seen(const stance_pose *pose, int k)
{
    return stance_keypoint_given(&pose->keypoints[k]) &&
           pose->keypoints[k].score > min_crop_score;
}

static bool torso_seen(const stance_pose *pose)
{
    return (seen(pose, LEFT_HIP) || seen(pose, RIGHT_HIP)) &&
           (seen(pose, LEFT_SHOULDER) || seen(pose, RIGHT_SHOULDER));
}

st_square st_movenet_crop_next(const stance_pose *pose, const double region[4],
                               bool *found)
{
    const stance_keypoint *points = pose->keypoints;
    double torso_x = 0, torso_y = 0, body_x = 0, body_y = 0;
    *found = false;
    /* The rule takes the middle of both hips even when only one of them is sure. */
    if (!torso_seen(pose) || !stance_keypoint_given(&points[LEFT_HIP]) ||
        !stance_keypoint_given(&points[RIGHT_HIP]))
        return st_movenet_crop_whole(region);
    double centre_x = ((double)points[LEFT_HIP].x + points[RIGHT_HIP].x) / 2;
    double centre_y = ((double)points[LEFT_HIP].y + points[RIGHT_HIP].y) / 2;
    for (int k = 0; k < N_POINTS; k++) {
        if (!stance_keypoint_given(&points[k]))
            continue;
        double dx = fabs(centre_x - points[k].x), dy = fabs(centre_y - points[k].y);
        bool torso =
            k == LEFT_SHOULDER || k == RIGHT_SHOULDER || k == LEFT_HIP || k == RIGHT_HIP;
        if (torso) { /* whatever their score: the published rule does so too */
            torso_x = fmax(torso_x, dx);
            torso_y = fmax(torso_y, dy);
        }
        if (points[k].score >= min_crop_score) {
            body_x = fmax(body_x, dx);
            body_y = fmax(body_y, dy);
        }
    }
    double half = fmax(fmax(torso_x, torso_y) * torso_expansion,
                       fmax(body_x, body_y) * body_expansion);
    /* No further than the farthest edge of what is looked at. */
    double to_left = centre_x - region[0], to_right = region[0] + region[2] - centre_x;
    double to_top = centre_y - region[1], to_bottom = region[1] + region[3] - centre_y;
    half = fmin(half, fmax(fmax(to_left, to_right), fmax(to_top, to_bottom)));
    if (half > fmax(region[2], region[3]) / 2 || half < 1)
        return st_movenet_crop_whole(region);
    *found = true;
    return (st_square){centre_x - half, centre_y - half, 2 * half};
}
