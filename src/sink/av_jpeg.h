/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SINK_AV_JPEG_H
#define ST_SINK_AV_JPEG_H

#include "sink/av_convert.h"

/**
 * A frame as the bytes of a JPEG, made smaller where it is wider than `widest`, with
 * square pixels.
 *
 * @param convert kept between pictures
 * @param sar_num,sar_den the frame's sample aspect ratio; 0/1: square
 * @param bytes   replaced: st_free()
 * @return 0, STANCE_EOUTPUT or STANCE_ENOMEM; then the bytes are those before
 */
int st_av_jpeg(st_av_convert *convert, const stance_frame *frame, int sar_num,
               int sar_den, int widest, uint8_t **bytes, size_t *n_bytes, int *width,
               int *height, stance_error *err);

#endif
