/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as packets of H.264 and HEVC, with lengths of units or marks between them:
 * nothing behind them is read, and what is not a whole packet is never left out.
 */
#include <stdlib.h>
#include <string.h>

#include "source/av_left_out.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool unneeded(enum AVCodecID id, uint8_t *extra, int n_extra, uint8_t *data,
                     size_t size)
{
    AVCodecParameters codec = {
        .codec_id = id, .extradata = extra, .extradata_size = n_extra};
    AVPacket packet = {.data = data, .size = (int)size};
    return st_av_unreferenced(&codec, &packet);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t extra[23] = {1};
    uint8_t *copy = malloc(size ? size : 1); /* so that reading behind it is seen */
    if (!copy || size > 1 << 20) {
        free(copy);
        return 0;
    }
    if (size)
        memcpy(copy, data, size);
    for (int length = 1; length <= 4; length++) {
        extra[4] = extra[21] = (uint8_t)(0xfc | (length - 1));
        for (int i = 0; i < 2; i++) {
            enum AVCodecID id = i ? AV_CODEC_ID_HEVC : AV_CODEC_ID_H264;
            /* A byte less is no whole packet, unless the last unit was empty. */
            if (size > 0 && unneeded(id, extra, sizeof(extra), copy, size) &&
                unneeded(id, extra, sizeof(extra), copy, size - 1) && copy[size - 1] != 0)
                abort();
        }
    }
    unneeded(AV_CODEC_ID_H264, NULL, 0, copy, size);
    unneeded(AV_CODEC_ID_HEVC, NULL, 0, copy, size);
    free(copy);
    return 0;
}
