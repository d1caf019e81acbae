/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SOURCE_AV_DESCRIBE_H
#define ST_SOURCE_AV_DESCRIBE_H

#include "source/av_input.h"
#include "source/av_picture.h"

/**
 * How the pictures have to be turned: as was asked, as the display matrix says, as an old
 * "rotate" tag or (a picture) EXIF says.
 *
 * @param first the first frame as it was decoded
 * @param asked_deg -1: as the input says
 */
void st_av_orient(st_av_picture *picture, const st_av_input *input, const AVFrame *first,
                  int asked_deg);

/**
 * What the container and the first frame tell of the stream, except what is a fact only
 * of the converted frame (size, format, colour).
 *
 * @param turned the picture is turned by 90 or 270 degrees
 * @param audio  kept
 */
void st_av_describe(stance_stream *stream, const st_av_input *input, AVFrame *first,
                    bool turned, st_audio *audio);

#endif
