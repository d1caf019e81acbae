/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exchanged limbs: the left arm where the right one was, or a leg.
 *
 * For arms and for legs, two explanations of a frame are compared: that both went on from
 * where they were going, and that they did so with their names exchanged. If the second
 * needs far less motion, the limb is marked. Both limbs have to be apart by more than
 * they usually move, or nobody can tell: crossing legs are no swap.
 *
 * The marked frame is where it happens. If names stay exchanged the next frame fits it,
 * and is not marked; when they change back, that frame is.
 */
#include "track/swaps.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { FORGET_US = 250000 /* a place older than that says nothing */ };

/* Of limbs: the mean way of a point, exchanged, is at most this part of the way straight;
 * and both differ by at least this part of the person's height. */
static const double PART = 0.4, APART = 0.06;

static const char *const limbs[ST_LIMBS][ST_LIMB_POINTS] = {
    {"shoulder", "elbow", "wrist"},
    {"hip", "knee", "ankle"},
};

typedef struct place {
    float x, y, dx, dy; /* pixels; pixels a second */
    int64_t seen_us;    /* 0: not yet */
} place;

typedef struct person {
    st_id_record head;
    place points[];
} person;

static int find_side(const stance_skeleton *skeleton, const char *side, const char *name)
{
    char whole[40];
    snprintf(whole, sizeof(whole), "%s%s", side, name);
    return stance_skeleton_point(skeleton, whole);
}

void st_swaps_open(st_swaps *swaps, const stance_skeleton *skeleton)
{
    *swaps = (st_swaps){.n_points = skeleton->n_keypoints};
    for (int l = 0; l < ST_LIMBS; l++) {
        size_t n = 0;
        for (int i = 0; i < ST_LIMB_POINTS && limbs[l][i]; i++) {
            int left = find_side(skeleton, "left_", limbs[l][i]);
            int right = find_side(skeleton, "right_", limbs[l][i]);
            if (left < 0 || right < 0)
                continue;
            swaps->left[swaps->n_limbs][n] = (uint8_t)left;
            swaps->right[swaps->n_limbs][n++] = (uint8_t)right;
        }
        swaps->n_in[swaps->n_limbs] = n;
        swaps->n_limbs += n > 0;
    }
    st_id_table_init(&swaps->people,
                     offsetof(person, points) + skeleton->n_keypoints * sizeof(place));
}

void st_swaps_close(st_swaps *swaps)
{
    st_id_table_clear(&swaps->people);
}

static bool is_known(const place *p, const stance_keypoint *point, int64_t pts_us)
{
    return p->seen_us > 0 && pts_us - p->seen_us <= FORGET_US &&
           stance_keypoint_given(point);
}

/* From where a point was going to where a point is. */
static double way(const place *p, const stance_keypoint *point, int64_t pts_us)
{
    double dt_s = (double)(pts_us - p->seen_us) / 1e6;
    return hypot((double)point->x - ((double)p->x + (double)p->dx * dt_s),
                 (double)point->y - ((double)p->y + (double)p->dy * dt_s));
}

static bool is_swapped(const st_swaps *swaps, size_t limb, const place *places,
                       const stance_pose *pose, int64_t pts_us)
{
    double straight = 0, exchanged = 0;
    size_t n = 0;
    for (size_t i = 0; i < swaps->n_in[limb]; i++) {
        uint8_t l = swaps->left[limb][i], r = swaps->right[limb][i];
        const stance_keypoint *left = &pose->keypoints[l], *right = &pose->keypoints[r];
        if (!is_known(&places[l], left, pts_us) || !is_known(&places[r], right, pts_us))
            continue;
        straight += way(&places[l], left, pts_us) + way(&places[r], right, pts_us);
        exchanged += way(&places[l], right, pts_us) + way(&places[r], left, pts_us);
        n += 2;
    }
    double height = fmax(1, fmax((double)pose->box[2], (double)pose->box[3]));
    return n >= 4 && exchanged < PART * straight &&
           straight - exchanged > APART * height * (double)n;
}

static void mark(const st_swaps *swaps, size_t limb, const stance_pose *pose)
{
    for (size_t i = 0; i < swaps->n_in[limb]; i++) {
        pose->keypoints[swaps->left[limb][i]].swapped = true;
        pose->keypoints[swaps->right[limb][i]].swapped = true;
    }
}

/* Speeds are half of what was seen: networks jitter. After a swap there is none. */
static void remember(const st_swaps *swaps, person *p, const stance_pose *pose,
                     int64_t pts_us)
{
    for (size_t k = 0; k < swaps->n_points; k++) {
        const stance_keypoint *point = &pose->keypoints[k];
        place *at = &p->points[k];
        if (!stance_keypoint_given(point))
            continue;
        double dt_s = (double)(pts_us - at->seen_us) / 1e6;
        bool speed = is_known(at, point, pts_us) && dt_s > 0 && !point->swapped;
        at->dx = speed ? (float)(0.5 * ((double)point->x - (double)at->x) / dt_s) : 0;
        at->dy = speed ? (float)(0.5 * ((double)point->y - (double)at->y) / dt_s) : 0;
        at->x = point->x;
        at->y = point->y;
        at->seen_us = pts_us > 0 ? pts_us : 1;
    }
}

int st_swaps_mark(st_swaps *swaps, stance_poses *poses, int64_t pts_us, bool cut)
{
    if (cut)
        swaps->people.n = 0;
    st_id_table_expire(&swaps->people, pts_us - FORGET_US);
    for (size_t i = 0; i < poses->n; i++) {
        stance_pose *pose = &poses->people[i];
        if (pose->id <= 0)
            continue;
        bool fresh;
        person *p = st_id_table_get(&swaps->people, pose->id, pts_us, &fresh);
        if (!p)
            return STANCE_ENOMEM;
        if (fresh)
            memset(p->points, 0, swaps->n_points * sizeof(place));
        for (size_t l = 0; l < swaps->n_limbs; l++)
            if (is_swapped(swaps, l, p->points, pose, pts_us))
                mark(swaps, l, pose);
        remember(swaps, p, pose, pts_us);
    }
    return 0;
}
