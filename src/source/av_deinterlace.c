/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interlaced video: libavfilter's bwdif, one frame for each frame.
 *
 * The comb of two half pictures confuses a network where people move. Frames that are not
 * interlaced pass through untouched, so a stream may change its mind.
 */
#include "source/av_deinterlace.h"

#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <stdio.h>

#include "base/status.h"

static int fail(stance_error *err, const char *name, int code)
{
    char reason[128];
    return st_fail(err, code == AVERROR(ENOMEM) ? STANCE_ENOMEM : STANCE_EINPUT,
                   "%s: interlaced frames could not be made whole: %s", name,
                   st_av_reason(code, reason));
}

int st_av_deinterlace_open(st_av_deinterlace *d, const AVFrame *like,
                           AVRational time_base, const char *name, stance_error *err)
{
    char args[256];
    AVFilterContext *bwdif = NULL;
    AVRational sar = like->sample_aspect_ratio;
    if (sar.num <= 0 || sar.den <= 0)
        sar = (AVRational){1, 1};
    snprintf(args, sizeof(args),
             "video_size=%dx%d:pix_fmt=%d:time_base=%d/%d:pixel_aspect=%d/%d",
             like->width, like->height, like->format, time_base.num, time_base.den,
             sar.num, sar.den);
    d->time_base = time_base;
    d->graph = avfilter_graph_alloc();
    if (!d->graph)
        return st_fail_memory(err);
    int code = avfilter_graph_create_filter(&d->in, avfilter_get_by_name("buffer"), "in",
                                            args, NULL, d->graph);
    if (code >= 0)
        code = avfilter_graph_create_filter(&bwdif, avfilter_get_by_name("bwdif"),
                                            "bwdif", "mode=send_frame:deint=interlaced",
                                            NULL, d->graph);
    if (code >= 0)
        code = avfilter_graph_create_filter(&d->out, avfilter_get_by_name("buffersink"),
                                            "out", NULL, NULL, d->graph);
    if (code >= 0)
        code = avfilter_link(d->in, 0, bwdif, 0);
    if (code >= 0)
        code = avfilter_link(bwdif, 0, d->out, 0);
    if (code >= 0)
        code = avfilter_graph_config(d->graph, NULL);
    return code < 0 ? fail(err, name, code) : 0;
}

int st_av_deinterlace_send(st_av_deinterlace *d, AVFrame *frame, stance_error *err)
{
    int code = av_buffersrc_add_frame(d->in, frame);
    return code < 0 ? fail(err, "video", code) : 0;
}

int st_av_deinterlace_receive(st_av_deinterlace *d, AVFrame *frame, stance_error *err)
{
    int code = av_buffersink_get_frame(d->out, frame);
    if (code == AVERROR(EAGAIN))
        return STANCE_AGAIN;
    if (code == AVERROR_EOF)
        return STANCE_END;
    if (code < 0)
        return fail(err, "video", code);
    if (frame->pts != AV_NOPTS_VALUE)
        frame->pts =
            av_rescale_q(frame->pts, av_buffersink_get_time_base(d->out), d->time_base);
    return 0;
}

void st_av_deinterlace_close(st_av_deinterlace *d)
{
    avfilter_graph_free(&d->graph);
}
