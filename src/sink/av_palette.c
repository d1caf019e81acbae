/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GIF holds 256 colours a picture: libavfilter finds the best ones for each picture,
 * which looks much better than a fixed table and needs no second look at the whole clip.
 */
#include "sink/av_palette.h"

#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <stdio.h>

#include "base/status.h"

int st_av_palette_open(st_av_palette *p, int width, int height, stance_error *err)
{
    static const char line[] = "split[a][b];[a]palettegen=stats_mode=single[p];"
                               "[b][p]paletteuse=new=1:dither=bayer:bayer_scale=4";
    char args[128];
    AVFilterInOut *inputs = avfilter_inout_alloc(), *outputs = avfilter_inout_alloc();
    snprintf(args, sizeof(args), "video_size=%dx%d:pix_fmt=%d:time_base=1/100", width,
             height, AV_PIX_FMT_RGB32);
    p->graph = avfilter_graph_alloc();
    int code = inputs && outputs && p->graph ? 0 : AVERROR(ENOMEM);
    if (code >= 0)
        code = avfilter_graph_create_filter(&p->in, avfilter_get_by_name("buffer"), "in",
                                            args, NULL, p->graph);
    if (code >= 0)
        code = avfilter_graph_create_filter(&p->out, avfilter_get_by_name("buffersink"),
                                            "out", NULL, NULL, p->graph);
    if (code >= 0) {
        *outputs = (AVFilterInOut){.name = av_strdup("in"), .filter_ctx = p->in};
        *inputs = (AVFilterInOut){.name = av_strdup("out"), .filter_ctx = p->out};
        code = avfilter_graph_parse_ptr(p->graph, line, &inputs, &outputs, NULL);
    }
    if (code >= 0)
        code = avfilter_graph_config(p->graph, NULL);
    avfilter_inout_free(&inputs);
    avfilter_inout_free(&outputs);
    return code < 0 ? st_fail(err, STANCE_EOUTPUT, "no palette can be made: %s",
                              av_err2str(code))
                    : 0;
}

int st_av_palette_apply(st_av_palette *p, AVFrame **frame, stance_error *err)
{
    int code = av_buffersrc_add_frame(p->in, *frame);
    if (code >= 0)
        code = av_buffersink_get_frame(p->out, *frame);
    return code < 0 ? st_fail(err, STANCE_EOUTPUT, "no palette could be made: %s",
                              av_err2str(code))
                    : 0;
}

void st_av_palette_close(st_av_palette *p)
{
    avfilter_graph_free(&p->graph);
}
