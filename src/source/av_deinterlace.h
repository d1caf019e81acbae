/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SOURCE_AV_DEINTERLACE_H
#define ST_SOURCE_AV_DEINTERLACE_H

#include <libavfilter/avfilter.h>

#include "source/av_library.h"

/* Interlaced pictures made whole: as many frames out as in, one later. */

typedef struct st_av_deinterlace {
    AVFilterGraph *graph;
    AVFilterContext *in, *out;
    AVRational time_base;
} st_av_deinterlace;

/** @param time_base of the frames' pts */
int st_av_deinterlace_open(st_av_deinterlace *d, const AVFrame *like,
                           AVRational time_base, const char *name, stance_error *err);
/** Hand in a frame, which is taken; NULL: there are no more. */
int st_av_deinterlace_send(st_av_deinterlace *d, AVFrame *frame, stance_error *err);
/** @return 0, STANCE_AGAIN, STANCE_END, or an error */
int st_av_deinterlace_receive(st_av_deinterlace *d, AVFrame *frame, stance_error *err);
void st_av_deinterlace_close(st_av_deinterlace *d);

#endif
