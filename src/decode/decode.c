/* SPDX-License-Identifier: Apache-2.0 */
/* The table of decoders: one file a family of networks. */
#include "decode/decode.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"

static const st_decoder_class *const decoders[] = {&st_decoder_movenet,
                                                   &st_decoder_openpose,
                                                   &st_decoder_posenet,
                                                   &st_decoder_heatmap,
                                                   &st_decoder_heatmap_dark,
                                                   &st_decoder_ssd,
                                                   &st_decoder_yolox,
                                                   &st_decoder_picodet,
                                                   &st_decoder_nanodet,
                                                   &st_decoder_fastestdet,
                                                   &st_decoder_mmdet,
                                                   &st_decoder_simcc,
                                                   &st_decoder_yolo_pose,
                                                   &st_decoder_rtmo,
                                                   &st_decoder_movenet_multi,
                                                   &st_decoder_blazepose,
                                                   &st_decoder_blazepose_detector};

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

/* "1x17x384, 1xNx5": N where only a run tells. */
static void describe(const st_output *outputs, size_t n, char *text, size_t size)
{
    size_t at = (size_t)snprintf(text, size, "%s", n ? "" : "none");
    for (size_t i = 0; i < n && at < size; i++) {
        if (i > 0)
            at += (size_t)snprintf(text + at, size - at, ", ");
        if (outputs[i].rank == 0 && at < size)
            at += (size_t)snprintf(text + at, size - at, "one value");
        for (size_t k = 0; k < outputs[i].rank && at < size; k++) {
            const char *between = k > 0 ? "x" : "";
            if (outputs[i].dims[k] < 0)
                at += (size_t)snprintf(text + at, size - at, "%sN", between);
            else
                at += (size_t)snprintf(text + at, size - at, "%s%lld", between,
                                       (long long)outputs[i].dims[k]);
        }
    }
}

int st_decode_fail_shapes(stance_error *err, const st_output *outputs, size_t n,
                          const char *expected, ...)
{
    char wanted[256], found[192];
    va_list arguments;
    va_start(arguments, expected);
    vsnprintf(wanted, sizeof(wanted), expected, arguments);
    va_end(arguments);
    describe(outputs, n, found, sizeof(found));
    return st_fail(err, STANCE_EMODEL, "expected %s, found %s", wanted, found);
}
