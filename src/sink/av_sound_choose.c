/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which sound a container can hold, and how sound is encoded for it.
 *
 * Mostly libav knows; the table has the containers about which it is too hopeful. What is
 * not listed here is encoded anew, which always plays, rather than copied in vain.
 */
#include <libavformat/avformat.h>
#include <string.h>

#include "sink/av_sound.h"

/* What is put into containers that libav does not judge well (it lets any sound into a
 * transport stream, and some into AVI that nobody can read), and which encoders are tried
 * where sound has to be encoded anew, best first. */
static const struct {
    const char *container;
    enum AVCodecID holds[10]; /* ended by NONE; empty: as libav says */
    const char *encoders[4];
} habits[] = {
    {"mpegts",
     {AV_CODEC_ID_AAC, AV_CODEC_ID_AAC_LATM, AV_CODEC_ID_MP2, AV_CODEC_ID_MP3,
      AV_CODEC_ID_AC3, AV_CODEC_ID_EAC3, AV_CODEC_ID_DTS, AV_CODEC_ID_OPUS},
     {"aac", "ac3", "mp2"}},
    {"avi",
     {AV_CODEC_ID_MP3, AV_CODEC_ID_MP2, AV_CODEC_ID_AC3, AV_CODEC_ID_AAC,
      AV_CODEC_ID_PCM_S16LE, AV_CODEC_ID_PCM_U8, AV_CODEC_ID_PCM_MULAW,
      AV_CODEC_ID_PCM_ALAW},
     {"libmp3lame", "ac3", "pcm_s16le"}},
    {"webm", {AV_CODEC_ID_NONE}, {"libopus", "libvorbis"}},
    {NULL, {AV_CODEC_ID_NONE}, {"aac", "ac3", "pcm_s16le"}}, /* all others */
};

static size_t habit_of(const AVOutputFormat *container)
{
    size_t i = 0;
    while (habits[i].container && strcmp(habits[i].container, container->name) != 0)
        i++;
    return i;
}

bool st_av_sound_can_hold(const AVOutputFormat *container, enum AVCodecID codec)
{
    const enum AVCodecID *holds = habits[habit_of(container)].holds;
    if (holds[0] == AV_CODEC_ID_NONE)
        return avformat_query_codec(container, codec, FF_COMPLIANCE_NORMAL) != 0;
    while (*holds != AV_CODEC_ID_NONE && *holds != codec)
        holds++;
    return *holds == codec;
}

const AVCodec *st_av_sound_encoder(const AVOutputFormat *container)
{
    const char *const *names = habits[habit_of(container)].encoders;
    const AVCodec *codec = NULL;
    for (int i = 0; !codec && i < 4 && names[i]; i++)
        codec = avcodec_find_encoder_by_name(names[i]);
    return codec;
}
