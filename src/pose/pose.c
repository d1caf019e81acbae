/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of poses, and how alike two poses are.
 *
 * A list keeps its storage between frames: refilling it with as many people as before
 * allocates nothing. A point that the model did not give is NAN, never 0,0.
 */
#include "stance/pose.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "pose/poses.h"

void stance_poses_init(stance_poses *poses)
{
    memset(poses, 0, sizeof(*poses));
}

void stance_poses_clear(stance_poses *poses)
{
    st_free(poses->people);
    st_free(poses->keypoints);
    memset(poses, 0, sizeof(*poses));
}

void st_keypoints_clear(stance_keypoint *points, size_t n)
{
    for (size_t i = 0; i < n; i++)
        points[i] = (stance_keypoint){
            .x = NAN, .y = NAN, .z = NAN, .world = {NAN, NAN, NAN}, .raw = {NAN, NAN}};
}

/* Room for n people; those in the list stay, with their points. */
static int reserve(stance_poses *poses, const stance_skeleton *skeleton, size_t n)
{
    if (n > STANCE_PEOPLE_MAX || !skeleton ||
        skeleton->n_keypoints > STANCE_KEYPOINTS_MAX)
        return STANCE_EINVAL;
    size_t k = skeleton->n_keypoints;
    if (n > poses->capacity) {
        stance_pose *people = st_realloc_array(poses->people, n, sizeof(*people));
        if (!people)
            return STANCE_ENOMEM;
        poses->people = people;
        poses->capacity = n;
    }
    if (n * k > poses->keypoint_capacity) {
        stance_keypoint *points = st_alloc_array(n * k, sizeof(*points));
        if (!points)
            return STANCE_ENOMEM;
        for (size_t i = 0; i < poses->n; i++) {
            stance_keypoint *at =
                points + (poses->people[i].keypoints - poses->keypoints);
            memcpy(at, poses->people[i].keypoints, k * sizeof(*at));
            poses->people[i].keypoints = at;
        }
        st_free(poses->keypoints);
        poses->keypoints = points;
        poses->keypoint_capacity = n * k;
    }
    poses->skeleton = skeleton;
    return 0;
}

int stance_poses_reset(stance_poses *poses, const stance_skeleton *skeleton, size_t n)
{
    poses->n = 0;
    int rc = reserve(poses, skeleton, n);
    if (rc < 0)
        return rc;
    size_t k = skeleton->n_keypoints;
    poses->n = n;
    for (size_t i = 0; i < n; i++)
        poses->people[i] = (stance_pose){
            .keypoints = poses->keypoints ? poses->keypoints + i * k : NULL};
    st_keypoints_clear(poses->keypoints, n * k);
    return 0;
}

/* People may have been moved within the list, so the place of the first free points is
 * looked for. */
static stance_keypoint *free_points(const stance_poses *poses)
{
    size_t k = poses->skeleton->n_keypoints;
    bool used[STANCE_PEOPLE_MAX + 1] = {false};
    if (k == 0 || !poses->keypoints)
        return poses->keypoints;
    for (size_t i = 0; i < poses->n; i++)
        used[(size_t)(poses->people[i].keypoints - poses->keypoints) / k] = true;
    size_t place = 0;
    while (used[place])
        place++;
    return poses->keypoints + place * k;
}

int st_poses_append(stance_poses *poses, const stance_skeleton *skeleton)
{
    /* Where somebody was sifted out, people may stand behind the n-th place. */
    size_t n = poses->n < poses->capacity ? poses->capacity : 2 * poses->capacity + 1;
    n = n < STANCE_PEOPLE_MAX ? n : STANCE_PEOPLE_MAX;
    int rc = poses->n >= STANCE_PEOPLE_MAX ? STANCE_EINVAL : reserve(poses, skeleton, n);
    if (rc < 0)
        return rc;
    stance_keypoint *points = free_points(poses);
    st_keypoints_clear(points, skeleton->n_keypoints);
    poses->people[poses->n++] = (stance_pose){.keypoints = points};
    return 0;
}

stance_pose *st_poses_find(const stance_poses *poses, int64_t id)
{
    for (size_t i = 0; i < poses->n; i++)
        if (poses->people[i].id == id)
            return &poses->people[i];
    return NULL;
}

static bool given_world(const stance_keypoint *point)
{
    return isfinite(point->world[0]) && isfinite(point->world[1]) &&
           isfinite(point->world[2]);
}

bool st_pose_knows_world(const stance_skeleton *skeleton, const stance_pose *pose,
                         const stance_keypoint *point)
{
    for (size_t k = 0; k < skeleton->n_keypoints && given_world(point); k++) {
        const float *at = pose->keypoints[k].world;
        if (given_world(&pose->keypoints[k]) && (at[0] != 0 || at[1] != 0 || at[2] != 0))
            return true;
    }
    return false;
}

void st_poses_sift(stance_poses *poses, bool (*keep)(void *user, const stance_pose *pose),
                   void *user)
{
    size_t n = 0;
    for (size_t i = 0; i < poses->n; i++)
        if (keep(user, &poses->people[i]))
            poses->people[n++] = poses->people[i];
    poses->n = n;
}

int stance_poses_copy(stance_poses *to, const stance_poses *from)
{
    to->n = 0;
    if (from->n == 0) {
        to->skeleton = from->skeleton;
        return 0;
    }
    int rc = stance_poses_reset(to, from->skeleton, from->n);
    if (rc < 0)
        return rc;
    size_t k = from->skeleton->n_keypoints;
    for (size_t i = 0; i < from->n; i++) {
        stance_keypoint *points = to->people[i].keypoints;
        to->people[i] = from->people[i];
        to->people[i].keypoints = points;
        if (k > 0) /* boxes have no points at all */
            memcpy(points, from->people[i].keypoints, k * sizeof(*points));
    }
    return 0;
}

/* Points that some layouts have and that others speak of by two of theirs. */
static const struct {
    const char *name, *left, *right;
} middles[] = {
    {"neck", "left_shoulder", "right_shoulder"},
    {"mid_hip", "left_hip", "right_hip"},
    {"pelvis", "left_hip", "right_hip"},
};

/* One place under two names. */
static const char *other_name(const char *name)
{
    return strcmp(name, "mid_hip") == 0  ? "pelvis"
           : strcmp(name, "pelvis") == 0 ? "mid_hip"
                                         : NULL;
}

/* The middle of two points, as sure as the less sure one. */
static void make_middle(const stance_skeleton *skeleton, const stance_pose *pose,
                        const char *name, stance_keypoint *middle)
{
    size_t n = sizeof(middles) / sizeof(middles[0]), i = 0;
    while (i < n && strcmp(middles[i].name, name) != 0)
        i++;
    if (i == n)
        return;
    int left = stance_skeleton_point(skeleton, middles[i].left);
    int right = stance_skeleton_point(skeleton, middles[i].right);
    if (left < 0 || right < 0)
        return;
    const stance_keypoint *a = &pose->keypoints[left], *b = &pose->keypoints[right];
    if (!stance_keypoint_given(a) || !stance_keypoint_given(b))
        return;
    middle->x = (a->x + b->x) / 2;
    middle->y = (a->y + b->y) / 2;
    middle->score = a->score < b->score ? a->score : b->score;
}

int stance_poses_convert(stance_poses *to, const stance_poses *from,
                         const stance_skeleton *skeleton)
{
    int rc = stance_poses_reset(to, skeleton, from->n);
    for (size_t i = 0; i < from->n && rc == 0; i++) {
        stance_pose *pose = &to->people[i];
        stance_keypoint *points = pose->keypoints;
        *pose = from->people[i];
        pose->keypoints = points;
    }
    for (size_t k = 0; k < skeleton->n_keypoints && rc == 0; k++) {
        const char *name = skeleton->names[k], *other = other_name(name);
        int n = from->n > 0 ? stance_skeleton_point(from->skeleton, name) : -1;
        if (n < 0 && other && from->n > 0)
            n = stance_skeleton_point(from->skeleton, other);
        for (size_t i = 0; i < from->n; i++) {
            if (n >= 0)
                to->people[i].keypoints[k] = from->people[i].keypoints[n];
            else
                make_middle(from->skeleton, &from->people[i], name,
                            &to->people[i].keypoints[k]);
        }
    }
    return rc;
}

bool stance_keypoint_given(const stance_keypoint *keypoint)
{
    return isfinite(keypoint->x) && isfinite(keypoint->y);
}

double stance_oks(const stance_skeleton *skeleton, const stance_keypoint *pose,
                  const stance_keypoint *truth, double area)
{
    double sum = 0;
    size_t n = 0;
    for (size_t k = 0; k < skeleton->n_keypoints; k++) {
        if (!stance_keypoint_given(&truth[k]))
            continue;
        n++;
        if (!stance_keypoint_given(&pose[k]))
            continue;
        double dx = pose[k].x - truth[k].x, dy = pose[k].y - truth[k].y;
        double reach = 2 * skeleton->sigmas[k];
        sum += exp(-(dx * dx + dy * dy) / (2 * area * reach * reach));
    }
    return n > 0 && area > 0 ? sum / (double)n : 0;
}
