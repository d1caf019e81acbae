/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SOURCE_AV_DECODER_H
#define ST_SOURCE_AV_DECODER_H

#include <stdatomic.h>

#include "source/av_library.h"

/* Packets of one video stream into pictures, with an account of what could not be
 * decoded. */

typedef struct st_av_decoder {
    AVCodecContext *codec;
    const char *name;   /**< the input, for messages */
    bool hwaccel_asked; /**< a device was named: falling back is an error */
    enum AVPixelFormat hw_format;
    atomic_bool starved; /* there was no memory for a picture: any thread of libav's */
    int64_t lost, decode_errors;
    /* To find frames that the decoder leaves out without a word. */
    int64_t n_packets, n_frames;
    bool interlaced, damaged;
    int errors_in_a_row;
} st_av_decoder;

typedef struct st_av_decode_how {
    int threads;         /**< 0: as many as there are cores */
    bool live;           /**< no frame waits for later ones to be decoded beside it */
    const char *hwaccel; /**< "none", "auto" or a device type; NULL: none */
    bool rough;          /**< no loop filter; large pictures smaller, where the codec can:
                            codec->lowres halvings */
} st_av_decode_how;

/**
 * @param decoder st_av_decoder_close() in any case
 * @return 0, STANCE_EINVAL, STANCE_EINPUT or STANCE_ENOMEM
 */
int st_av_decoder_open(st_av_decoder *decoder, const AVStream *stream,
                       const st_av_decode_how *how, const char *name, stance_error *err);
void st_av_decoder_close(st_av_decoder *decoder);

/** Hand in a packet; NULL: there are no more. Corrupt ones are counted, no error.
 * STANCE_EINPUT when nothing decodes any more, STANCE_ENOMEM. */
int st_av_decoder_send(st_av_decoder *decoder, const AVPacket *packet, stance_error *err);

/** Take a picture out. @return 0, STANCE_AGAIN (send on), STANCE_END, or an error */
int st_av_decoder_receive(st_av_decoder *decoder, AVFrame *frame, stance_error *err);

/** hwaccel: true when a device of that type can be used here. */
bool st_av_hwaccel_works(enum AVHWDeviceType type);

#endif
