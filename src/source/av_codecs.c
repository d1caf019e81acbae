/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What libav can do on this machine: decoders, encoders, hardware.
 *
 * Being compiled in is not being there: encoders that need hardware are listed only when
 * they can be opened, and kinds of hardware only when a device can be made.
 */
#include <libavutil/hwcontext.h>
#include <libavutil/pixdesc.h>

#include "source/av_decoder.h"
#include "source/source.h"
#include "stance/run.h"

static bool needs_hardware(const AVCodec *codec)
{
    return (codec->capabilities & (AV_CODEC_CAP_HARDWARE | AV_CODEC_CAP_HYBRID)) != 0;
}

/* A hardware encoder that cannot be opened at a usual size is not there. */
static bool encoder_works(const AVCodec *codec)
{
    if (!needs_hardware(codec))
        return true;
    AVCodecContext *context = avcodec_alloc_context3(codec);
    bool works = false;
    if (context) {
        context->width = 640;
        context->height = 480;
        context->time_base = (AVRational){1, 25};
        context->pix_fmt = AV_PIX_FMT_NV12;
        works = avcodec_open2(context, codec, NULL) >= 0;
    }
    avcodec_free_context(&context);
    return works;
}

static void list_codecs(bool encoders, stance_line_fn fn, void *user)
{
    void *place = NULL;
    const AVCodec *codec;
    while ((codec = av_codec_iterate(&place))) {
        bool right = encoders ? av_codec_is_encoder(codec) : av_codec_is_decoder(codec);
        if (!right || codec->type != AVMEDIA_TYPE_VIDEO)
            continue;
        /* Decoding by hardware is asked for by --hwaccel, not by a decoder's name. */
        if (encoders ? !encoder_works(codec) : needs_hardware(codec))
            continue;
        fn(user, encoders ? "encoder" : "decoder", codec->name,
           codec->long_name ? codec->long_name : "");
    }
}

void stance_codecs_list(stance_line_fn fn, void *user)
{
    st_av_start();
    list_codecs(false, fn, user);
    list_codecs(true, fn, user);
    enum AVHWDeviceType type = AV_HWDEVICE_TYPE_NONE;
    while ((type = av_hwdevice_iterate_types(type)) != AV_HWDEVICE_TYPE_NONE)
        if (st_av_hwaccel_works(type))
            fn(user, "hwaccel", av_hwdevice_get_type_name(type), "");
}
