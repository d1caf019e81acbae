/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SINK_AV_SOUND_H
#define ST_SINK_AV_SOUND_H

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

#include "frame/packet.h"

/* The source's sound on its way into an annotated video: copied where the container can
 * hold it, else encoded anew, and never left out in silence. */

typedef struct st_av_sound {
    AVFormatContext *muxer;
    AVStream *stream; /**< NULL: there is no sound */
    AVRational from_base;
    const char *path; /**< for messages */
    int64_t last_dts; /**< where it is copied */
    /* Only where it is encoded anew: */
    AVCodecContext *decoder, *encoder;
    struct SwrContext *resampler;
    struct AVAudioFifo *fifo;
    int64_t next_pts; /**< of the encoder's next frame, in samples */
    bool started;
} st_av_sound;

/** True when sound of that kind can be put into the container as it is. */
bool st_av_sound_can_hold(const AVOutputFormat *container, enum AVCodecID codec);
/** The encoder for sound in that container; NULL: this machine has none. */
const AVCodec *st_av_sound_encoder(const AVOutputFormat *container);

/**
 * Add a track to the muxer, before its header is written.
 *
 * @param may_copy false: encode anew in any case, because the muxer refused the copy
 */
int st_av_sound_open(st_av_sound *sound, AVFormatContext *muxer, const st_audio *audio,
                     bool may_copy, const char *path, stance_error *err);
/** @param shift_us taken from the packet's time: where the output begins */
int st_av_sound_write(st_av_sound *sound, const st_packet *packet, int64_t shift_us,
                      stance_error *err);
/** Write what is left inside. */
int st_av_sound_end(st_av_sound *sound, stance_error *err);
void st_av_sound_close(st_av_sound *sound);

#endif
