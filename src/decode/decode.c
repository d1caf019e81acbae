/* SPDX-License-Identifier: Apache-2.0 */
/* The table of decoders: one file a family of networks. */
#include "decode/decode.h"

#include <string.h>

static const st_decoder_class *const decoders[] = {
    &st_decoder_movenet,    &st_decoder_openpose,     &st_decoder_posenet,
    &st_decoder_heatmap,    &st_decoder_heatmap_dark, &st_decoder_ssd,
    &st_decoder_yolox,      &st_decoder_picodet,      &st_decoder_nanodet,
    &st_decoder_fastestdet, &st_decoder_blazepose,    &st_decoder_blazepose_detector};

const st_decoder_class *st_decoder_at(size_t n)
{
    return n < sizeof(decoders) / sizeof(decoders[0]) ? decoders[n] : NULL;
}

const st_decoder_class *st_decoder_find(const char *name)
{
    const st_decoder_class *decoder = NULL;
    for (size_t i = 0; (decoder = st_decoder_at(i)) != NULL; i++)
        if (strcmp(decoder->name, name) == 0)
            break;
    return decoder;
}
