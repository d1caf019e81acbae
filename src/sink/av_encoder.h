/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SINK_AV_ENCODER_H
#define ST_SINK_AV_ENCODER_H

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

#include "stance/run.h"

/* Which container and encoder, and the encoder opened for a stream. */

/** The container for a file name. @return 0 or STANCE_EINVAL */
int st_av_choose_container(const char *path, const AVOutputFormat **container,
                           stance_error *err);

/** The encoder asked for, or the usual one of the container. @return 0 or STANCE_EINVAL
 */
int st_av_choose_encoder(const AVOutputFormat *container, const char *path,
                         const char *asked, const AVCodec **encoder, stance_error *err);

/** That the encoder has what --crf and --preset ask for. @return 0 or STANCE_EINVAL */
int st_av_check_settings(const AVCodec *encoder, const stance_video_settings *settings,
                         stance_error *err);

/** Why an encoder failed. @param text room for it */
const char *st_av_encoder_reason(int code, char text[128]);

/**
 * Open it.
 *
 * @param threads 0: the encoder's choice
 * @param out     returned, avcodec_free_context()
 * @return 0, STANCE_EINVAL (a setting the encoder has not), STANCE_EOUTPUT, STANCE_ENOMEM
 */
int st_av_encoder_open(const AVCodec *encoder, const AVOutputFormat *container,
                       const stance_stream *stream, const stance_video_settings *settings,
                       int threads, AVCodecContext **out, stance_error *err);

#endif
