/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SINK_AV_CONVERT_H
#define ST_SINK_AV_CONVERT_H

#include <libavutil/frame.h>

#include "frame/frame.h"

/* From stance's frames to what an encoder takes. */

/** What a scaler was made for: of the frame, of the encoder. */
typedef struct st_av_pair {
    int width[2], height[2], format[2], full_range[2], matrix[2];
} st_av_pair;

typedef struct st_av_convert {
    struct SwsContext *sws;
    st_av_pair pair;
} st_av_convert;

/** libav's format of the same planes; the range is told beside it, not by it. */
enum AVPixelFormat st_av_pix_fmt(stance_pix format);

/** The matrix (H.273) that a frame's colours are meant by: its own, else BT.709 from 720
 * lines up and BT.601 below; the same rule as in frame/colour.c. */
int st_av_matrix(stance_pix format, const stance_colour *colour, int height);

/**
 * A picture for an encoder: the frame's own memory where format and size fit (the frame
 * is held until the encoder lets go), else converted and scaled.
 *
 * @param format,width,height what the encoder takes
 * @param full_range of the encoder's pictures
 * @param matrix of the encoder's pictures (H.273); no matter for RGB
 * @param out    returned, av_frame_free()
 * @return 0 or STANCE_ENOMEM
 */
int st_av_convert_frame(st_av_convert *convert, const stance_frame *frame,
                        enum AVPixelFormat format, int width, int height, bool full_range,
                        int matrix, AVFrame **out);

void st_av_convert_clear(st_av_convert *convert);

#endif
