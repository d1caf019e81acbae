/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How alike somebody followed and a pose are: by box, and by the points of the body.
 */
#include "track/track.h"

#include <math.h>

#include "pose/box.h"

static const double least_score = 0.1; /* of a point that is compared */
enum { LEAST_POINTS = 3 };

bool st_track_place(const stance_pose *pose, size_t n_points, float box[4])
{
    float x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;
    for (int i = 0; i < 4; i++)
        box[i] = pose->box[i];
    if (st_box_is_one(box))
        return true;
    for (size_t k = 0; k < n_points; k++) {
        const stance_keypoint *p = &pose->keypoints[k];
        if (!stance_keypoint_given(p))
            continue;
        x0 = fminf(x0, p->x);
        y0 = fminf(y0, p->y);
        x1 = fmaxf(x1, p->x);
        y1 = fmaxf(y1, p->y);
    }
    /* Points on one line have a place, too. */
    float least = fmaxf(fmaxf(x1 - x0, y1 - y0) / 5, 1);
    float wide = fmaxf(x1 - x0, least), high = fmaxf(y1 - y0, least);
    box[0] = (x0 + x1 - wide) / 2;
    box[1] = (y0 + y1 - high) / 2;
    box[2] = wide;
    box[3] = high;
    return st_box_is_one(box);
}

double st_track_overlap(const st_followed *who, const st_seen *pose)
{
    float box[4];
    st_kalman_box(&who->motion, box);
    return st_box_overlap(box, pose->box);
}

/* OKS of the points as they were last seen, moved and stretched along with the box; -1
 * where too few are in both. */
static double likeness_of_points(const st_followed *who, const stance_keypoint *points,
                                 const st_seen *pose, const stance_skeleton *skeleton)
{
    const st_axis *now = who->motion.axis;
    double wider = now[ST_AXIS_WIDTH].at / who->held[ST_AXIS_WIDTH];
    double higher = now[ST_AXIS_HEIGHT].at / who->held[ST_AXIS_HEIGHT];
    double area = 0.53 * now[ST_AXIS_WIDTH].at * now[ST_AXIS_HEIGHT].at, sum = 0;
    size_t n = 0;
    for (size_t k = 0; k < who->n_points; k++) {
        const stance_keypoint *a = &points[k], *b = &pose->points[k];
        if (!stance_keypoint_given(a) || !stance_keypoint_given(b) ||
            (double)a->score < least_score || (double)b->score < least_score)
            continue;
        double x = now[ST_AXIS_X].at + wider * ((double)a->x - who->held[ST_AXIS_X]);
        double y = now[ST_AXIS_Y].at + higher * ((double)a->y - who->held[ST_AXIS_Y]);
        double dx = x - (double)b->x, dy = y - (double)b->y;
        double reach = 2 * (double)skeleton->sigmas[k];
        sum += exp(-(dx * dx + dy * dy) / (2 * area * reach * reach));
        n++;
    }
    return n >= LEAST_POINTS ? sum / (double)n : -1;
}

double st_track_likeness(const st_followed *who, const stance_keypoint *points,
                         const st_seen *pose, const stance_skeleton *skeleton,
                         double share)
{
    float box[4], wide[4];
    double doubt = st_kalman_doubt(&who->motion);
    st_kalman_box(&who->motion, box);
    for (int i = 0; i < 4; i++) {
        wide[i] = pose->box[i] + (float)(i < 2 ? -doubt : 2 * doubt);
        box[i] += (float)(i < 2 ? -doubt : 2 * doubt);
    }
    double likeness = st_box_overlap(box, wide) / (1 + doubt / who->motion.size);
    if (share > 0 && likeness > 0 && skeleton && pose->points && who->n_points > 0) {
        double held = likeness_of_points(who, points, pose, skeleton);
        if (held >= 0)
            likeness *= 1 - share + share * held;
    }
    return likeness;
}
