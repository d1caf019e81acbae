/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a network may answer: any numbers at all, in shapes that a decoder takes. Scores
 * stay within 0 and 1, points that are given are numbers, and there are not too many
 * people. The first byte picks the decoder; the rest are floats, again from the start
 * when they run out.
 */
#include <stdlib.h>
#include <string.h>

#include "../decoder_shapes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 1 << 16 };

static void expect(bool good)
{
    if (!good)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static float values[MOST];
    if (size < 1 + sizeof(float))
        return 0;
    const decoder_shape *shape = &decoder_shapes[data[0] % N_DECODER_SHAPES];
    size_t n_floats = (size - 1) / sizeof(float);
    for (size_t i = 0; i < MOST; i++)
        memcpy(&values[i], data + 1 + i % n_floats * sizeof(float), sizeof(float));
    const st_decoder_class *decoder = st_decoder_find(shape->decoder);
    st_decode_about about = shapes_about(shape);
    st_output outputs[SHAPES_OUTPUTS];
    expect(shapes_outputs(shape, values, outputs) <= MOST);
    stance_poses poses;
    stance_poses_init(&poses);
    expect(decoder->check(outputs, shape->n_outputs, &about, NULL) == 0);
    expect(decoder->run(outputs, shape->n_outputs, &about, &poses) == 0);
    expect(shapes_wrong(&poses, about.skeleton) == NULL);
    stance_poses_clear(&poses);
    return 0;
}
