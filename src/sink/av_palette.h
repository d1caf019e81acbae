/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SINK_AV_PALETTE_H
#define ST_SINK_AV_PALETTE_H

#include <libavfilter/avfilter.h>
#include <libavutil/frame.h>

#include "stance/common.h"

/* Pictures with 256 colours of their own each, for GIF. */

typedef struct st_av_palette {
    AVFilterGraph *graph;
    AVFilterContext *in, *out;
} st_av_palette;

int st_av_palette_open(st_av_palette *palette, int width, int height, stance_error *err);
/** Replace a picture (AV_PIX_FMT_RGB32) by one with a palette (AV_PIX_FMT_PAL8). */
int st_av_palette_apply(st_av_palette *palette, AVFrame **frame, stance_error *err);
void st_av_palette_close(st_av_palette *palette);

#endif
