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

static const char *const openpose18_names[18] = {
    "nose",          "neck",       "right_shoulder", "right_elbow", "right_wrist",
    "left_shoulder", "left_elbow", "left_wrist",     "right_hip",   "right_knee",
    "right_ankle",   "left_hip",   "left_knee",      "left_ankle",  "right_eye",
    "left_eye",      "right_ear",  "left_ear",
};

static const uint8_t openpose18_edges[][2] = {
    {0, 14},  {0, 15}, {14, 16}, {15, 17},           /* face */
    {0, 1},   {1, 2},  {1, 5},                       /* neck */
    {2, 3},   {3, 4},  {5, 6},   {6, 7},             /* arms */
    {1, 8},   {8, 9},  {9, 10},  {1, 11},  {11, 12}, /* trunk and legs */
    {12, 13},
};

static const uint8_t openpose18_mirror[18] = {0,  1,  5, 6, 7,  2,  3,  4,  11,
                                              12, 13, 8, 9, 10, 15, 14, 17, 16};

/* COCO has no neck: it is taken to be as hard to place as a shoulder. */
static const float openpose18_sigmas[18] = {
    0.026f, 0.079f, 0.079f, 0.072f, 0.062f, 0.079f, 0.072f, 0.062f, 0.107f,
    0.087f, 0.089f, 0.107f, 0.087f, 0.089f, 0.025f, 0.025f, 0.035f, 0.035f,
};

static const char *const mpii16_names[16] = {
    "right_ankle",    "right_knee",    "right_hip",   "left_hip",
    "left_knee",      "left_ankle",    "pelvis",      "thorax",
    "upper_neck",     "head_top",      "right_wrist", "right_elbow",
    "right_shoulder", "left_shoulder", "left_elbow",  "left_wrist",
};

static const uint8_t mpii16_edges[][2] = {
    {0, 1},   {1, 2},   {2, 6},  {6, 3},  {3, 4},   {4, 5},   /* legs */
    {6, 7},   {7, 8},   {8, 9},                               /* trunk and head */
    {10, 11}, {11, 12}, {12, 7}, {7, 13}, {13, 14}, {14, 15}, /* arms */
};

static const uint8_t mpii16_mirror[16] = {5, 4, 3,  2,  1,  0,  6,  7,
                                          8, 9, 15, 14, 13, 12, 11, 10};

/* COCO's where it has the point, a shoulder's for the others. */
static const float mpii16_sigmas[16] = {
    0.089f, 0.087f, 0.107f, 0.107f, 0.087f, 0.089f, 0.079f, 0.079f,
    0.079f, 0.079f, 0.062f, 0.072f, 0.079f, 0.079f, 0.072f, 0.062f,
};

static const char *const blazepose33_names[33] = {
    "nose",
    "left_eye_inner",
    "left_eye",
    "left_eye_outer",
    "right_eye_inner",
    "right_eye",
    "right_eye_outer",
    "left_ear",
    "right_ear",
    "left_mouth",
    "right_mouth",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_pinky",
    "right_pinky",
    "left_index",
    "right_index",
    "left_thumb",
    "right_thumb",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
    "left_heel",
    "right_heel",
    "left_foot_index",
    "right_foot_index",
};

static const uint8_t blazepose33_edges[][2] = {
    {0, 1},   {1, 2},   {2, 3},   {3, 7},             /* face, left */
    {0, 4},   {4, 5},   {5, 6},   {6, 8},   {9, 10},  /* face, right; mouth */
    {11, 12}, {11, 13}, {13, 15}, {12, 14}, {14, 16}, /* shoulders and arms */
    {15, 17}, {15, 19}, {15, 21}, {17, 19},           /* left hand */
    {16, 18}, {16, 20}, {16, 22}, {18, 20},           /* right hand */
    {11, 23}, {12, 24}, {23, 24},                     /* trunk */
    {23, 25}, {25, 27}, {24, 26}, {26, 28},           /* legs */
    {27, 29}, {27, 31}, {29, 31},                     /* left foot */
    {28, 30}, {28, 32}, {30, 32},                     /* right foot */
};

static const uint8_t blazepose33_mirror[33] = {
    0,  4,  5,  6,  1,  2,  3,  8,  7,  10, 9,  12, 11, 14, 13, 16, 15,
    18, 17, 20, 19, 22, 21, 24, 23, 26, 25, 28, 27, 30, 29, 32, 31};

/* COCO's where it has the point; else an eye's for the face, a wrist's for the hands, an
 * ankle's for the feet. */
static const float blazepose33_sigmas[33] = {
    0.026f, 0.025f, 0.025f, 0.025f, 0.025f, 0.025f, 0.025f, 0.035f, 0.035f,
    0.025f, 0.025f, 0.079f, 0.079f, 0.072f, 0.072f, 0.062f, 0.062f, 0.062f,
    0.062f, 0.062f, 0.062f, 0.062f, 0.062f, 0.107f, 0.107f, 0.087f, 0.087f,
    0.089f, 0.089f, 0.089f, 0.089f, 0.089f, 0.089f,
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
    {
        .name = "openpose18",
        .n_keypoints = 18,
        .names = openpose18_names,
        .n_edges = sizeof(openpose18_edges) / sizeof(openpose18_edges[0]),
        .edges = openpose18_edges,
        .mirror = openpose18_mirror,
        .sigmas = openpose18_sigmas,
    },
    {
        .name = "mpii16",
        .n_keypoints = 16,
        .names = mpii16_names,
        .n_edges = sizeof(mpii16_edges) / sizeof(mpii16_edges[0]),
        .edges = mpii16_edges,
        .mirror = mpii16_mirror,
        .sigmas = mpii16_sigmas,
    },
    {
        .name = "blazepose33",
        .n_keypoints = 33,
        .names = blazepose33_names,
        .n_edges = sizeof(blazepose33_edges) / sizeof(blazepose33_edges[0]),
        .edges = blazepose33_edges,
        .mirror = blazepose33_mirror,
        .sigmas = blazepose33_sigmas,
    },
};

int stance_skeleton_point(const stance_skeleton *skeleton, const char *name)
{
    for (size_t k = 0; k < skeleton->n_keypoints; k++)
        if (strcmp(skeleton->names[k], name) == 0)
            return (int)k;
    return -1;
}

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
