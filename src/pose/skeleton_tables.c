/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Layouts of the body: COCO, OpenPose, MPII.
 *
 * "left" and "right" are the person's own. Sigmas of COCO's 17 points are those of the
 * COCO keypoint evaluation. tests/unit/test_skeleton.c checks each by mirror symmetry.
 */
#include "pose/skeleton_tables.h"

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

/* OpenPose's MPI model: the 14 of MPII's that are no trunk, and the chest. */
static const char *const mpi15_names[15] = {
    "head_top",      "neck",       "right_shoulder", "right_elbow", "right_wrist",
    "left_shoulder", "left_elbow", "left_wrist",     "right_hip",   "right_knee",
    "right_ankle",   "left_hip",   "left_knee",      "left_ankle",  "chest",
};

static const uint8_t mpi15_edges[][2] = {{0, 1},  {1, 2},   {2, 3},   {3, 4},  {1, 5},
                                         {5, 6},  {6, 7},   {1, 14},  {14, 8}, {8, 9},
                                         {9, 10}, {14, 11}, {11, 12}, {12, 13}};

static const uint8_t mpi15_mirror[15] = {0,  1,  5,  6, 7, 2,  3, 4,
                                         11, 12, 13, 8, 9, 10, 14};

/* COCO's where it has the point, a shoulder's for the others. */
static const float mpi15_sigmas[15] = {0.079f, 0.079f, 0.079f, 0.072f, 0.062f,
                                       0.079f, 0.072f, 0.062f, 0.107f, 0.087f,
                                       0.089f, 0.107f, 0.087f, 0.089f, 0.079f};

const stance_skeleton st_skeleton_coco17 = SKELETON(coco17, 17);
const stance_skeleton st_skeleton_openpose18 = SKELETON(openpose18, 18);
const stance_skeleton st_skeleton_mpii16 = SKELETON(mpii16, 16);
const stance_skeleton st_skeleton_mpi15 = SKELETON(mpi15, 15);
