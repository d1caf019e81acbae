/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SOURCE_AV_LIBRARY_H
#define ST_SOURCE_AV_LIBRARY_H

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

#include "stance/common.h"

/* What all users of libav share: its log, its errors in words, and what differs between
 * its versions (FFmpeg 5.1 to 7). */

/** A libav error code in words. @param text room for the words @return text */
const char *st_av_reason(int code, char text[128]);

/** The 3 x 3 display matrix of a stream; NULL: none. */
const int32_t *st_av_display_matrix(const AVStream *stream);

/** How long a frame is shown, in its stream's time base; 0: not known. */
int64_t st_av_frame_duration(const AVFrame *frame);

bool st_av_frame_interlaced(const AVFrame *frame);

#endif
