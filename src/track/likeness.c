/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How unlike somebody followed and a pose are: by box, and by the points of the body.
 *
 * The number is a negative log likelihood. Boxes are as far apart as the filter's own
 * doubt makes them: where nobody has been seen for long, or frames are far apart, the
 * same distance is less. What is unlikely is less so than with a bell curve (Student's t
 * with 8 degrees of freedom), for boxes jump where an arm goes up or somebody steps in
 * front. A likelihood thins out over the area in which somebody is looked for, so that of
 * two people the one whose place is known has the first claim; without that the lost ones
 * would take everybody near.
 *
 * Points are compared as COCO compares them (OKS), where they would be if the body had
 * been moved and stretched with its box and else stood still.
 */
#include "track/track.h"

#include <math.h>

#include "pose/box.h"

static const double freedom = 8;       /* of Student's t */
static const double far_off = 25;      /* squared standard deviations: never */
static const double scale = 4.25;      /* from likelihood to what users see */
static const double least_score = 0.1; /* of a point that is compared */
static const double least_oks = 0.02; /* all points elsewhere: unlikely, not impossible */
static const double loose = 0.5;      /* part of the box's doubt that points have too */
static const double body = 0.53;      /* part of the box that is body, as in COCO */
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

double st_track_by_overlap(const st_followed *who, const st_seen *pose)
{
    float box[4];
    st_kalman_box(&who->motion, box);
    double overlap = st_box_overlap(box, pose->box);
    return overlap > 0 ? 1 - overlap : INFINITY;
}

/* OKS of the points that both have; -1: too few. */
static double oks(const st_followed *who, const stance_keypoint *points,
                  const st_seen *pose, const stance_skeleton *skeleton)
{
    const st_axis *now = who->motion.axis;
    double wider = now[ST_AXIS_WIDTH].at / who->held[ST_AXIS_WIDTH];
    double higher = now[ST_AXIS_HEIGHT].at / who->held[ST_AXIS_HEIGHT];
    double area = body * now[ST_AXIS_WIDTH].at * now[ST_AXIS_HEIGHT].at;
    double doubt = loose * st_kalman_doubt(&who->motion), sum = 0;
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
        sum += exp(-(dx * dx + dy * dy) / (2 * (area * reach * reach + doubt * doubt)));
        n++;
    }
    return n >= LEAST_POINTS ? sum / (double)n : -1;
}

double st_track_unlike(const st_followed *who, const stance_keypoint *points,
                       const st_seen *pose, const stance_skeleton *skeleton, double share)
{
    double place, shape, alike = -1;
    st_kalman_distance(&who->motion, pose->box, &place, &shape);
    if (!(place <= far_off && shape <= far_off))
        return INFINITY;
    double unlike =
        log((1 + place / freedom) * (1 + shape / freedom)) * (freedom + 2) / 2;
    unlike += log(st_kalman_vagueness(&who->motion));
    if (share > 0 && skeleton && pose->points && who->n_points > 0)
        alike = oks(who, points, pose, skeleton);
    /* Where there is nothing to compare, the points speak neither for nor against. */
    unlike += share * (alike < 0 ? 1 : -log((alike + least_oks) / (1 + least_oks)));
    return unlike / scale;
}

double st_track_by_reach(const st_followed *who, const st_seen *pose, double dt_s)
{
    const double most_speed = 4, jerk = 0.75; /* sizes a second, sizes */
    const double most_growth = 1.6;
    const st_axis *now = who->motion.axis;
    double size = who->motion.size, reach = size * (jerk + fmin(most_speed * dt_s, 1.5));
    double dx = (double)pose->box[0] + (double)pose->box[2] / 2 - now[ST_AXIS_X].at;
    double dy = (double)pose->box[1] + (double)pose->box[3] / 2 - now[ST_AXIS_Y].at;
    double growth = ((double)pose->box[2] + (double)pose->box[3]) / 2 / size;
    double away = sqrt(dx * dx + dy * dy) / reach;
    return away < 1 && growth < most_growth && growth > 1 / most_growth ? away : INFINITY;
}
