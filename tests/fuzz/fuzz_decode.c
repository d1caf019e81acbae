/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a network may answer: any numbers at all, in shapes that a decoder takes. Scores
 * stay within 0 and 1, points that are given are numbers, and there are not too many
 * people. The first byte picks the decoder; the rest are floats, again from the start
 * when they run out.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "decode/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 1 << 16, SIDE = 32 };

static const struct {
    const char *decoder, *skeleton;
    size_t n_outputs;
    int64_t dims[6][4];
} shapes[] = {
    {"movenet", "coco17", 1, {{1, 1, 17, 3}}},
    {"openpose", "openpose18", 1, {{1, 6, 7, 57}}},
    {"openpose", "openpose18", 2, {{1, 19, 5, 9}, {1, 38, 5, 9}}},
    {"posenet", "coco17", 3, {{1, 5, 6, 17}, {1, 5, 6, 34}, {1, 5, 6, 64}}},
    {"heatmap", "mpii16", 1, {{1, 7, 6, 16}}},
    {"heatmap-dark", "coco17", 1, {{1, 17, 8, 6}}},
    {"boxes-ssd", NULL, 1, {{1, 1, 20, 7}}},
    {"boxes-yolox", NULL, 1, {{1, 21, 85, 1}}},
    {"boxes-picodet", NULL, 2, {{1, 40, 4, 1}, {1, 1, 40, 1}}},
    {"boxes-nanodet",
     NULL,
     6,
     {{1, 16, 80, 1},
      {1, 4, 80, 1},
      {1, 1, 80, 1},
      {1, 16, 32, 1},
      {1, 4, 32, 1},
      {1, 1, 32, 1}}},
    {"boxes-fastestdet", NULL, 1, {{1, 85, 4, 5}}},
};

static void expect(bool good)
{
    if (!good)
        abort();
}

static void check_poses(const stance_poses *poses, const stance_skeleton *skeleton)
{
    expect(poses->n <= STANCE_PEOPLE_MAX);
    for (size_t i = 0; i < poses->n; i++) {
        const stance_pose *pose = &poses->people[i];
        expect(pose->score >= 0 && pose->score <= 1);
        for (int k = 0; k < 4; k++)
            expect(isfinite(pose->box[k]));
        for (size_t k = 0; k < skeleton->n_keypoints; k++) {
            const stance_keypoint *p = &pose->keypoints[k];
            expect(!stance_keypoint_given(p) || (p->score >= 0 && p->score <= 1));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static float values[MOST];
    if (size < 1 + sizeof(float))
        return 0;
    size_t which = data[0] % (sizeof(shapes) / sizeof(shapes[0]));
    size_t n_floats = (size - 1) / sizeof(float);
    for (size_t i = 0; i < MOST; i++)
        memcpy(&values[i], data + 1 + i % n_floats * sizeof(float), sizeof(float));
    const st_decoder_class *decoder = st_decoder_find(shapes[which].decoder);
    st_decode_about about = {shapes[which].skeleton
                                 ? stance_skeleton_find(shapes[which].skeleton)
                                 : &st_skeleton_box,
                             SIDE, SIDE};
    st_output outputs[6];
    size_t at = 0;
    for (size_t i = 0; i < shapes[which].n_outputs; i++) {
        outputs[i] = (st_output){.data = values + at, .n = 1, .rank = 4};
        memcpy(outputs[i].dims, shapes[which].dims[i], sizeof(shapes[which].dims[i]));
        for (int k = 0; k < 4; k++)
            outputs[i].n *= (size_t)shapes[which].dims[i][k];
        at += outputs[i].n;
    }
    stance_poses poses;
    stance_poses_init(&poses);
    expect(decoder->check(outputs, shapes[which].n_outputs, &about, NULL) == 0);
    expect(decoder->run(outputs, shapes[which].n_outputs, &about, &poses) == 0);
    check_poses(&poses, about.skeleton);
    stance_poses_clear(&poses);
    return 0;
}
