/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Layouts with feet, hands or faces: BODY_25, Halpe, MediaPipe, COCO-WholeBody.
 *
 * "left" and "right" are the person's own, in the face too: its points are named from the
 * middle of the face outwards or from the ear to the chin, so that left_X mirrors
 * right_X.
 */
#include "pose/skeleton_tables.h"

/* OpenPose's BODY_25. */
static const char *const body25_names[25] = {
    "nose",           "neck",        "right_shoulder", "right_elbow",     "right_wrist",
    "left_shoulder",  "left_elbow",  "left_wrist",     "mid_hip",         "right_hip",
    "right_knee",     "right_ankle", "left_hip",       "left_knee",       "left_ankle",
    "right_eye",      "left_eye",    "right_ear",      "left_ear",        "left_big_toe",
    "left_small_toe", "left_heel",   "right_big_toe",  "right_small_toe", "right_heel",
};

static const uint8_t body25_edges[][2] = {
    {0, 15},  {0, 16},  {15, 17}, {16, 18}, {0, 1},   {1, 2},   {1, 5},   {2, 3},
    {3, 4},   {5, 6},   {6, 7},   {1, 8},   {8, 9},   {9, 10},  {10, 11}, {8, 12},
    {12, 13}, {13, 14}, {14, 19}, {19, 20}, {14, 21}, {11, 22}, {22, 23}, {11, 24}};

static const uint8_t body25_mirror[25] = {0,  1,  5,  6,  7,  2,  3,  4,  8,
                                          12, 13, 14, 9,  10, 11, 16, 15, 18,
                                          17, 22, 23, 24, 19, 20, 21};

/* COCO's where it has the point, a hip's for the middle of the hips, an ankle's for the
 * feet. */
static const float body25_sigmas[25] = {
    0.026f, 0.079f, 0.079f, 0.072f, 0.062f, 0.079f, 0.072f, 0.062f, 0.107f,
    0.107f, 0.087f, 0.089f, 0.107f, 0.087f, 0.089f, 0.025f, 0.025f, 0.035f,
    0.035f, 0.089f, 0.089f, 0.089f, 0.089f, 0.089f, 0.089f};

/* Halpe's body with feet, as AlphaPose and RTMPose give it. */
static const char *const halpe26_names[26] = {
    "nose",         "left_eye",      "right_eye",      "left_ear",
    "right_ear",    "left_shoulder", "right_shoulder", "left_elbow",
    "right_elbow",  "left_wrist",    "right_wrist",    "left_hip",
    "right_hip",    "left_knee",     "right_knee",     "left_ankle",
    "right_ankle",  "head_top",      "neck",           "pelvis",
    "left_big_toe", "right_big_toe", "left_small_toe", "right_small_toe",
    "left_heel",    "right_heel",
};

static const uint8_t halpe26_edges[][2] = {
    {0, 1},   {0, 2},   {1, 3},   {2, 4},   {17, 18}, {18, 5},  {18, 6},  {5, 7},
    {7, 9},   {6, 8},   {8, 10},  {18, 19}, {19, 11}, {19, 12}, {11, 13}, {13, 15},
    {12, 14}, {14, 16}, {15, 20}, {15, 22}, {15, 24}, {16, 21}, {16, 23}, {16, 25}};

static const uint8_t halpe26_mirror[26] = {0,  2,  1,  4,  3,  6,  5,  8,  7,
                                           10, 9,  12, 11, 14, 13, 16, 15, 17,
                                           18, 19, 21, 20, 23, 22, 25, 24};

/* Those of Halpe's own evaluation (halpecocotools). */
static const float halpe26_sigmas[26] = {
    0.026f, 0.025f, 0.025f, 0.035f, 0.035f, 0.079f, 0.079f, 0.072f, 0.072f,
    0.062f, 0.062f, 0.107f, 0.107f, 0.087f, 0.087f, 0.089f, 0.089f, 0.026f,
    0.026f, 0.066f, 0.079f, 0.079f, 0.079f, 0.079f, 0.079f, 0.079f};

/* MediaPipe's pose landmarks. */
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

/* COCO-WholeBody: COCO's 17, six of the feet, 68 of the face as iBUG counts them (from
 * the person's right to the left), 21 of each hand. */
static const char *const wholebody133_names[133] = {
    "nose",
    "left_eye",
    "right_eye",
    "left_ear",
    "right_ear",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
    "left_big_toe",
    "left_small_toe",
    "left_heel",
    "right_big_toe",
    "right_small_toe",
    "right_heel",
    "right_jaw_1",
    "right_jaw_2",
    "right_jaw_3",
    "right_jaw_4",
    "right_jaw_5",
    "right_jaw_6",
    "right_jaw_7",
    "right_jaw_8",
    "chin",
    "left_jaw_8",
    "left_jaw_7",
    "left_jaw_6",
    "left_jaw_5",
    "left_jaw_4",
    "left_jaw_3",
    "left_jaw_2",
    "left_jaw_1",
    "right_eyebrow_5",
    "right_eyebrow_4",
    "right_eyebrow_3",
    "right_eyebrow_2",
    "right_eyebrow_1",
    "left_eyebrow_1",
    "left_eyebrow_2",
    "left_eyebrow_3",
    "left_eyebrow_4",
    "left_eyebrow_5",
    "nose_bridge_1",
    "nose_bridge_2",
    "nose_bridge_3",
    "nose_bridge_4",
    "right_nostril_2",
    "right_nostril_1",
    "nose_base",
    "left_nostril_1",
    "left_nostril_2",
    "right_eyelid_1",
    "right_eyelid_2",
    "right_eyelid_3",
    "right_eyelid_4",
    "right_eyelid_5",
    "right_eyelid_6",
    "left_eyelid_4",
    "left_eyelid_3",
    "left_eyelid_2",
    "left_eyelid_1",
    "left_eyelid_6",
    "left_eyelid_5",
    "right_lip_1",
    "right_lip_2",
    "right_lip_3",
    "upper_lip",
    "left_lip_3",
    "left_lip_2",
    "left_lip_1",
    "left_lip_5",
    "left_lip_4",
    "lower_lip",
    "right_lip_4",
    "right_lip_5",
    "right_inner_lip_1",
    "right_inner_lip_2",
    "upper_inner_lip",
    "left_inner_lip_2",
    "left_inner_lip_1",
    "left_inner_lip_3",
    "lower_inner_lip",
    "right_inner_lip_3",
    "left_hand_root",
    "left_thumb_1",
    "left_thumb_2",
    "left_thumb_3",
    "left_thumb_4",
    "left_forefinger_1",
    "left_forefinger_2",
    "left_forefinger_3",
    "left_forefinger_4",
    "left_middle_finger_1",
    "left_middle_finger_2",
    "left_middle_finger_3",
    "left_middle_finger_4",
    "left_ring_finger_1",
    "left_ring_finger_2",
    "left_ring_finger_3",
    "left_ring_finger_4",
    "left_pinky_finger_1",
    "left_pinky_finger_2",
    "left_pinky_finger_3",
    "left_pinky_finger_4",
    "right_hand_root",
    "right_thumb_1",
    "right_thumb_2",
    "right_thumb_3",
    "right_thumb_4",
    "right_forefinger_1",
    "right_forefinger_2",
    "right_forefinger_3",
    "right_forefinger_4",
    "right_middle_finger_1",
    "right_middle_finger_2",
    "right_middle_finger_3",
    "right_middle_finger_4",
    "right_ring_finger_1",
    "right_ring_finger_2",
    "right_ring_finger_3",
    "right_ring_finger_4",
    "right_pinky_finger_1",
    "right_pinky_finger_2",
    "right_pinky_finger_3",
    "right_pinky_finger_4",
};

static const uint8_t wholebody133_edges[][2] = {
    {0, 1},     {0, 2},     {1, 3},     {2, 4},     {5, 6},     {5, 7},     {7, 9},
    {6, 8},     {8, 10},    {5, 11},    {6, 12},    {11, 12},   {11, 13},   {13, 15},
    {12, 14},   {14, 16},   {15, 17},   {15, 18},   {15, 19},   {16, 20},   {16, 21},
    {16, 22},   {23, 24},   {24, 25},   {25, 26},   {26, 27},   {27, 28},   {28, 29},
    {29, 30},   {30, 31},   {31, 32},   {32, 33},   {33, 34},   {34, 35},   {35, 36},
    {36, 37},   {37, 38},   {38, 39},   {40, 41},   {41, 42},   {42, 43},   {43, 44},
    {45, 46},   {46, 47},   {47, 48},   {48, 49},   {50, 51},   {51, 52},   {52, 53},
    {54, 55},   {55, 56},   {56, 57},   {57, 58},   {59, 60},   {60, 61},   {61, 62},
    {62, 63},   {63, 64},   {64, 59},   {65, 66},   {66, 67},   {67, 68},   {68, 69},
    {69, 70},   {70, 65},   {71, 72},   {72, 73},   {73, 74},   {74, 75},   {75, 76},
    {76, 77},   {77, 78},   {78, 79},   {79, 80},   {80, 81},   {81, 82},   {82, 71},
    {83, 84},   {84, 85},   {85, 86},   {86, 87},   {87, 88},   {88, 89},   {89, 90},
    {90, 83},   {9, 91},    {91, 92},   {92, 93},   {93, 94},   {94, 95},   {91, 96},
    {96, 97},   {97, 98},   {98, 99},   {91, 100},  {100, 101}, {101, 102}, {102, 103},
    {91, 104},  {104, 105}, {105, 106}, {106, 107}, {91, 108},  {108, 109}, {109, 110},
    {110, 111}, {10, 112},  {112, 113}, {113, 114}, {114, 115}, {115, 116}, {112, 117},
    {117, 118}, {118, 119}, {119, 120}, {112, 121}, {121, 122}, {122, 123}, {123, 124},
    {112, 125}, {125, 126}, {126, 127}, {127, 128}, {112, 129}, {129, 130}, {130, 131},
    {131, 132}};

static const uint8_t wholebody133_mirror[133] = {
    0,   2,   1,   4,   3,   6,   5,   8,   7,   10,  9,   12,  11,  14,  13,  16,  15,
    20,  21,  22,  17,  18,  19,  39,  38,  37,  36,  35,  34,  33,  32,  31,  30,  29,
    28,  27,  26,  25,  24,  23,  49,  48,  47,  46,  45,  44,  43,  42,  41,  40,  50,
    51,  52,  53,  58,  57,  56,  55,  54,  68,  67,  66,  65,  70,  69,  62,  61,  60,
    59,  64,  63,  77,  76,  75,  74,  73,  72,  71,  82,  81,  80,  79,  78,  87,  86,
    85,  84,  83,  90,  89,  88,  112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122,
    123, 124, 125, 126, 127, 128, 129, 130, 131, 132, 91,  92,  93,  94,  95,  96,  97,
    98,  99,  100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111};

/* Those of the COCO-WholeBody evaluation (myeval_wholebody.py); the two feet and the two
 * halves of the face differ there. */
static const float wholebody133_sigmas[133] = {
    0.026f, 0.025f, 0.025f, 0.035f, 0.035f, 0.079f, 0.079f, 0.072f, 0.072f, 0.062f,
    0.062f, 0.107f, 0.107f, 0.087f, 0.087f, 0.089f, 0.089f, 0.068f, 0.066f, 0.066f,
    0.092f, 0.094f, 0.094f, 0.042f, 0.043f, 0.044f, 0.043f, 0.040f, 0.035f, 0.031f,
    0.025f, 0.020f, 0.023f, 0.029f, 0.032f, 0.037f, 0.038f, 0.043f, 0.041f, 0.045f,
    0.013f, 0.012f, 0.011f, 0.011f, 0.012f, 0.012f, 0.011f, 0.011f, 0.013f, 0.015f,
    0.009f, 0.007f, 0.007f, 0.007f, 0.012f, 0.009f, 0.008f, 0.016f, 0.010f, 0.017f,
    0.011f, 0.009f, 0.011f, 0.009f, 0.007f, 0.013f, 0.008f, 0.011f, 0.012f, 0.010f,
    0.034f, 0.008f, 0.008f, 0.009f, 0.008f, 0.008f, 0.007f, 0.010f, 0.008f, 0.009f,
    0.009f, 0.009f, 0.007f, 0.007f, 0.008f, 0.011f, 0.008f, 0.008f, 0.008f, 0.010f,
    0.008f, 0.029f, 0.022f, 0.035f, 0.037f, 0.047f, 0.026f, 0.025f, 0.024f, 0.035f,
    0.018f, 0.024f, 0.022f, 0.026f, 0.017f, 0.021f, 0.021f, 0.032f, 0.020f, 0.019f,
    0.022f, 0.031f, 0.029f, 0.022f, 0.035f, 0.037f, 0.047f, 0.026f, 0.025f, 0.024f,
    0.035f, 0.018f, 0.024f, 0.022f, 0.026f, 0.017f, 0.021f, 0.021f, 0.032f, 0.020f,
    0.019f, 0.022f, 0.031f};

const stance_skeleton st_skeleton_body25 = SKELETON(body25, 25);
const stance_skeleton st_skeleton_halpe26 = SKELETON(halpe26, 26);
const stance_skeleton st_skeleton_blazepose33 = SKELETON(blazepose33, 33);
const stance_skeleton st_skeleton_wholebody133 = SKELETON(wholebody133, 133);
