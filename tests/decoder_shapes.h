/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STANCE_TESTS_DECODER_SHAPES_H
#define STANCE_TESTS_DECODER_SHAPES_H

#include <math.h>
#include <string.h>

#include "decode/decode.h"

/* Shapes that each decoder takes, for tests and fuzzing that give it any numbers. The
 * input has 32 x 32 pixels. A dimension of 0 ends the shape. */

enum { SHAPES_SIDE = 32, SHAPES_OUTPUTS = 6 };

typedef struct decoder_shape {
    const char *decoder, *skeleton; /**< NULL: boxes */
    size_t n_outputs;
    int64_t dims[SHAPES_OUTPUTS][4];
} decoder_shape;

static const decoder_shape decoder_shapes[] = {
    {"movenet", "coco17", 1, {{1, 1, 17, 3}}},
    {"openpose", "openpose18", 1, {{1, 6, 7, 57}}},
    {"openpose", "openpose18", 2, {{1, 19, 5, 9}, {1, 38, 5, 9}}},
    {"openpose", "mpi15", 1, {{1, 44, 7, 8}}},
    {"openpose", "body25", 2, {{1, 26, 6, 8}, {1, 52, 6, 8}}},
    {"posenet", "coco17", 3, {{1, 5, 6, 17}, {1, 5, 6, 34}, {1, 5, 6, 64}}},
    {"posenet",
     "coco17",
     4,
     {{1, 4, 4, 17}, {1, 4, 4, 34}, {1, 4, 4, 32}, {1, 4, 4, 32}}},
    {"heatmap", "mpii16", 1, {{1, 7, 6, 16}}},
    {"heatmap-dark", "coco17", 1, {{1, 17, 8, 6}}},
    {"simcc", "coco17", 2, {{1, 17, 64}, {1, 17, 64}}},
    {"simcc", "wholebody133", 2, {{1, 133, 32}, {1, 133, 32}}},
    {"yolo-pose", "coco17", 1, {{1, 56, 84}}},
    {"rtmo", "coco17", 2, {{1, 40, 5}, {1, 40, 17, 3}}},
    {"movenet-multi", "coco17", 1, {{1, 6, 56}}},
    {"blazepose", "blazepose33", 4, {{1, 195}, {1, 1}, {1, 8, 8, 39}, {1, 117}}},
    {"blazepose-detector", NULL, 2, {{1, 46, 12}, {1, 46, 1}}},
    {"boxes-ssd", NULL, 1, {{1, 1, 20, 7}}},
    {"boxes-yolox", NULL, 1, {{1, 21, 85}}},
    {"boxes-picodet", NULL, 2, {{1, 40, 4}, {1, 1, 40}}},
    {"boxes-nanodet",
     NULL,
     6,
     {{1, 16, 80}, {1, 4, 80}, {1, 1, 80}, {1, 16, 32}, {1, 4, 32}, {1, 1, 32}}},
    {"boxes-fastestdet", NULL, 1, {{1, 85, 4, 5}}},
    {"boxes-mmdet", NULL, 1, {{1, 40, 5}}},
    {"boxes-mmdet", NULL, 2, {{1, 40, 5}, {1, 40}}},
};

enum { N_DECODER_SHAPES = sizeof(decoder_shapes) / sizeof(decoder_shapes[0]) };

/* Points that a decoder gives behind the skeleton's come with it. */
static inline st_decode_about shapes_about(const decoder_shape *shape)
{
    static stance_skeleton skeleton;
    skeleton =
        *(shape->skeleton ? stance_skeleton_find(shape->skeleton) : &st_skeleton_box);
    skeleton.n_keypoints += st_decoder_find(shape->decoder)->n_extra;
    return (st_decode_about){&skeleton, SHAPES_SIDE, SHAPES_SIDE};
}

/* The outputs, one after the other in `values`. @return how many values they have */
static inline size_t shapes_outputs(const decoder_shape *shape, const float *values,
                                    st_output outputs[SHAPES_OUTPUTS])
{
    size_t at = 0;
    for (size_t i = 0; i < shape->n_outputs; i++) {
        outputs[i] = (st_output){.data = values + at, .n = 1};
        for (size_t k = 0; k < 4 && shape->dims[i][k] > 0; k++) {
            outputs[i].dims[outputs[i].rank++] = shape->dims[i][k];
            outputs[i].n *= (size_t)shape->dims[i][k];
        }
        at += outputs[i].n;
    }
    return at;
}

/* What holds for the people of any decoder. @return NULL, or what does not hold */
static inline const char *shapes_wrong(const stance_poses *poses,
                                       const stance_skeleton *skeleton)
{
    if (poses->n > STANCE_PEOPLE_MAX)
        return "too many people";
    for (size_t i = 0; i < poses->n; i++) {
        const stance_pose *pose = &poses->people[i];
        if (!(pose->score >= 0 && pose->score <= 1))
            return "a pose's score";
        if (i > 0 && pose->score > poses->people[i - 1].score)
            return "the order by score";
        for (int k = 0; k < 4; k++)
            if (!isfinite(pose->box[k]))
                return "a box";
        for (size_t k = 0; k < skeleton->n_keypoints; k++) {
            const stance_keypoint *p = &pose->keypoints[k];
            if (stance_keypoint_given(p) && !(p->score >= 0 && p->score <= 1))
                return "a point's score";
        }
    }
    return NULL;
}

#endif
