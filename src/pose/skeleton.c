/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keypoint layouts that networks speak: names, bones, mirror partners, OKS constants.
 *
 * "left" and "right" are the person's own. Sigmas of COCO's 17 points are those of the
 * COCO keypoint evaluation. A layout is one table here; tests/unit/test_skeleton.c checks
 * each by mirror symmetry.
 */
#include "stance/pose.h"

#include <string.h>

static const char *const coco17_names[17] = {
    "nose",          "left_eye",       "right_eye",  "left_ear",    "right_ear",
    "left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_wrist",
    "right_wrist",   "left_hip",       "right_hip",  "left_knee",   "right_knee",
    "left_ankle",    "right_ankle",
};

static const uint8_t coco17_edges[][2] = {
    {0, 1},   {0, 2},   {1, 3},   {2, 4},            /* face */
    {5, 6},   {5, 7},   {7, 9},   {6, 8},   {8, 10}, /* shoulders and arms */
    {5, 11},  {6, 12},  {11, 12},                    /* trunk */
    {11, 13}, {13, 15}, {12, 14}, {14, 16},          /* legs */
};

static const uint8_t coco17_mirror[17] = {0,  2, 1,  4,  3,  6,  5,  8, 7,
                                          10, 9, 12, 11, 14, 13, 16, 15};

static const float coco17_sigmas[17] = {
    0.026f, 0.025f, 0.025f, 0.035f, 0.035f, 0.079f, 0.079f, 0.072f, 0.072f,
    0.062f, 0.062f, 0.107f, 0.107f, 0.087f, 0.087f, 0.089f, 0.089f,
};

static const stance_skeleton skeletons[] = {
    {
        .name = "coco17",
        .n_keypoints = 17,
        .names = coco17_names,
        .n_edges = sizeof(coco17_edges) / sizeof(coco17_edges[0]),
        .edges = coco17_edges,
        .mirror = coco17_mirror,
        .sigmas = coco17_sigmas,
    },
};

const stance_skeleton *stance_skeleton_at(size_t n)
{
    return n < sizeof(skeletons) / sizeof(skeletons[0]) ? &skeletons[n] : NULL;
}

const stance_skeleton *stance_skeleton_find(const char *name)
{
    for (size_t i = 0; stance_skeleton_at(i); i++)
        if (strcmp(skeletons[i].name, name) == 0)
            return &skeletons[i];
    return NULL;
}
