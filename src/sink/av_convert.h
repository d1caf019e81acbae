/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SINK_AV_CONVERT_H
#define ST_SINK_AV_CONVERT_H

#include <libavutil/frame.h>

#include "frame/frame.h"

/* From stance's frames to what an encoder takes. */

typedef struct st_av_convert {
    struct SwsContext *sws;
} st_av_convert;

/** libav's format of the same planes; the range is told beside it, not by it. */
enum AVPixelFormat st_av_pix_fmt(stance_pix format);

/**
 * A picture for an encoder: the frame's own memory where format and size fit (the frame
 * is held until the encoder lets go), else converted and scaled.
 *
 * @param format,width,height what the encoder takes
 * @param full_range of the encoder's pictures
 * @param out    returned, av_frame_free()
 * @return 0 or STANCE_ENOMEM
 */
int st_av_convert_frame(st_av_convert *convert, const stance_frame *frame,
                        enum AVPixelFormat format, int width, int height, bool full_range,
                        AVFrame **out);

void st_av_convert_clear(st_av_convert *convert);

#endif
