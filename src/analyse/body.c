/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a pose of any skeleton to the spots that analyses work with.
 *
 * Skeletons call the same spot by different names, and put a neck or a pelvis at other
 * places: here they are the middle of the shoulders and hips wherever those are seen. A
 * score below the threshold
 * means "not seen", and what is made of a spot that is not seen is NAN, through every sum
 * to the result.
 */
#include "analyse/body.h"

#include <math.h>
#include <stdio.h>

#include "pose/poses.h"

/* Names of a spot, the usual one first. Those of two sides are without "left_". */
static const struct {
    int spot;
    bool sides;
    const char *names[4];
} spots[] = {
    {ST_NOSE, false, {"nose"}},
    {ST_HEAD, false, {"head_top", "head"}},
    {ST_NECK, false, {"neck", "thorax"}},
    {ST_HIPS, false, {"mid_hip", "pelvis", "hip"}},
    {ST_EAR, true, {"ear"}},
    {ST_SHOULDER, true, {"shoulder"}},
    {ST_ELBOW, true, {"elbow"}},
    {ST_WRIST, true, {"wrist"}},
    {ST_HIP, true, {"hip"}},
    {ST_KNEE, true, {"knee"}},
    {ST_ANKLE, true, {"ankle"}},
    {ST_HEEL, true, {"heel"}},
    {ST_TOE, true, {"big_toe", "foot_index"}},
};

static int find(const stance_skeleton *skeleton, const char *side,
                const char *const names[4])
{
    int found = -1;
    for (int i = 0; i < 4 && names[i] && found < 0; i++) {
        char name[32];
        snprintf(name, sizeof(name), "%s%s", side, names[i]);
        found = stance_skeleton_point(skeleton, name);
    }
    return found;
}

void st_body_map_open(st_body_map *map, const stance_skeleton *skeleton)
{
    for (size_t i = 0; i < sizeof(spots) / sizeof(*spots); i++) {
        int spot = spots[i].spot;
        map->point[spot] =
            (int16_t)find(skeleton, spots[i].sides ? "left_" : "", spots[i].names);
        if (spots[i].sides)
            map->point[spot + 1] = (int16_t)find(skeleton, "right_", spots[i].names);
    }
}

/* The middle of two, where both are seen; else what the skeleton has stays. */
static void middle(st_body *body, int spot, int left)
{
    if (!st_body_has(body, left) || !st_body_has(body, left + 1))
        return;
    for (int i = 0; i < 2; i++)
        body->at[spot][i] = (body->at[left][i] + body->at[left + 1][i]) / 2;
    for (int i = 0; i < 3; i++)
        body->world[spot][i] = (body->world[left][i] + body->world[left + 1][i]) / 2;
}

void st_body_see(st_body *body, const st_body_map *map, const stance_skeleton *skeleton,
                 const stance_pose *pose, double joint_score)
{
    body->in_space = false;
    for (int spot = 0; spot < ST_SPOTS; spot++) {
        int k = map->point[spot];
        const stance_keypoint *point = k >= 0 ? &pose->keypoints[k] : NULL;
        bool seen = point && stance_keypoint_given(point) && isfinite(point->x) &&
                    isfinite(point->y) && (double)point->score >= joint_score;
        bool placed = seen && st_pose_knows_world(skeleton, pose, point);
        body->in_space |= placed;
        body->at[spot][0] = seen ? (double)point->x : (double)NAN;
        body->at[spot][1] = seen ? (double)point->y : (double)NAN;
        for (int i = 0; i < 3; i++)
            body->world[spot][i] = placed ? (double)point->world[i] : (double)NAN;
    }
    middle(body, ST_NECK, ST_SHOULDER);
    middle(body, ST_HIPS, ST_HIP);
    if (map->point[ST_HEAD] < 0)
        middle(body, ST_HEAD, ST_EAR);
}

bool st_body_has(const st_body *body, int spot)
{
    return isfinite(body->at[spot][0]);
}

bool st_body_has_all(const st_body *body, const int *list)
{
    for (; *list >= 0; list++)
        if (!st_body_has(body, *list))
            return false;
    return true;
}

double st_body_length(const st_body *body, int a, int b)
{
    return hypot(body->at[a][0] - body->at[b][0], body->at[a][1] - body->at[b][1]);
}

double st_body_corner_deg(const st_body *body, int a, int b, int c, bool space)
{
    double u[3] = {0}, v[3] = {0}, dot = 0, uu = 0, vv = 0;
    for (int i = 0; i < (space ? 3 : 2); i++) {
        u[i] = space ? body->world[a][i] - body->world[b][i]
                     : body->at[a][i] - body->at[b][i];
        v[i] = space ? body->world[c][i] - body->world[b][i]
                     : body->at[c][i] - body->at[b][i];
        dot += u[i] * v[i];
        uu += u[i] * u[i];
        vv += v[i] * v[i];
    }
    if (!(uu > 0) || !(vv > 0))
        return NAN;
    return acos(fmin(1, fmax(-1, dot / sqrt(uu * vv)))) * ST_DEG;
}

double st_body_direction_deg(const st_body *body, int a, int b)
{
    double dx = body->at[b][0] - body->at[a][0], dy = body->at[a][1] - body->at[b][1];
    return isfinite(dx) && isfinite(dy) && (dx != 0 || dy != 0) ? atan2(dy, dx) * ST_DEG
                                                                : (double)NAN;
}

double st_either(double left, double right)
{
    if (!isfinite(left))
        return right;
    return isfinite(right) ? (left + right) / 2 : left;
}
