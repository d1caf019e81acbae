/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pictures for encoders. What fits is handed over without a copy: libav's frame holds a
 * reference to ours, so that encoders may keep it as long as they look ahead.
 */
#include "sink/av_convert.h"

#include <libavutil/opt.h>
#include <libswscale/swscale.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"

enum { HD_LINES = 720 };

enum AVPixelFormat st_av_pix_fmt(stance_pix format)
{
    static const enum AVPixelFormat formats[STANCE_PIX_COUNT] = {
        [STANCE_PIX_GRAY8] = AV_PIX_FMT_GRAY8,
        [STANCE_PIX_YUV420P] = AV_PIX_FMT_YUV420P,
        [STANCE_PIX_YUV422P] = AV_PIX_FMT_YUV422P,
        [STANCE_PIX_YUV444P] = AV_PIX_FMT_YUV444P,
        [STANCE_PIX_GBRP] = AV_PIX_FMT_GBRP,
    };
    return formats[format];
}

static void let_go(void *user, uint8_t *data)
{
    stance_frame *frame = user;
    (void)data;
    stance_frame_unref(&frame);
}

/* libav's frame around ours. */
static int wrap(const stance_frame *frame, AVFrame *out)
{
    stance_frame *held = stance_frame_ref((stance_frame *)frame);
    out->buf[0] =
        av_buffer_create(held->data[0], 1, let_go, held, AV_BUFFER_FLAG_READONLY);
    if (!out->buf[0]) {
        stance_frame_unref(&held);
        return STANCE_ENOMEM;
    }
    for (int i = 0; i < stance_pix_planes(frame->format); i++) {
        out->data[i] = held->data[i];
        out->linesize[i] = (int)held->stride[i];
    }
    return 0;
}

int st_av_matrix(stance_pix format, const stance_colour *colour, int height)
{
    if (format != STANCE_PIX_GBRP && colour->matrix != AVCOL_SPC_UNSPECIFIED &&
        colour->matrix != AVCOL_SPC_RGB)
        return colour->matrix == AVCOL_SPC_BT470BG ? AVCOL_SPC_SMPTE170M /* the same */
                                                   : colour->matrix;
    return height >= HD_LINES ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
}

/* The scaler for this pair of pictures. The ranges must be known when it is made: told
 * later, pictures of one format and two ranges would only be copied. */
static struct SwsContext *get_scaler(st_av_convert *c, const stance_frame *frame,
                                     bool full_range, int matrix, const AVFrame *out)
{
    int own = st_av_matrix(frame->format, &frame->colour, frame->height);
    st_av_pair pair = {{frame->width, out->width},
                       {frame->height, out->height},
                       {st_av_pix_fmt(frame->format), out->format},
                       {frame->colour.full_range, full_range},
                       {own, matrix}};
    if (c->sws && memcmp(&c->pair, &pair, sizeof(pair)) == 0)
        return c->sws;
    st_av_convert_clear(c);
    c->sws = sws_alloc_context();
    if (!c->sws)
        return NULL;
    const struct {
        const char *name;
        int value;
    } options[] = {
        {"srcw", pair.width[0]},           {"dstw", pair.width[1]},
        {"srch", pair.height[0]},          {"dsth", pair.height[1]},
        {"src_format", pair.format[0]},    {"dst_format", pair.format[1]},
        {"src_range", pair.full_range[0]}, {"dst_range", pair.full_range[1]},
    };
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
        av_opt_set_int(c->sws, options[i].name, options[i].value, 0);
    av_opt_set_int(c->sws, "sws_flags", SWS_BICUBIC | SWS_ACCURATE_RND, 0);
    if (sws_init_context(c->sws, NULL, NULL) < 0) {
        st_av_convert_clear(c);
        return NULL;
    }
    sws_setColorspaceDetails(c->sws, sws_getCoefficients(own), frame->colour.full_range,
                             sws_getCoefficients(matrix), full_range, 0, 1 << 16,
                             1 << 16);
    c->pair = pair;
    return c->sws;
}

static int scale(st_av_convert *c, const stance_frame *frame, bool full_range, int matrix,
                 AVFrame *out)
{
    struct SwsContext *sws = get_scaler(c, frame, full_range, matrix, out);
    if (!sws || av_frame_get_buffer(out, 0) < 0)
        return STANCE_ENOMEM;
    const uint8_t *planes[4] = {frame->data[0], frame->data[1], frame->data[2], NULL};
    const int strides[4] = {(int)frame->stride[0], (int)frame->stride[1],
                            (int)frame->stride[2], 0};
    sws_scale(sws, planes, strides, 0, frame->height, out->data, out->linesize);
    return 0;
}

int st_av_convert_frame(st_av_convert *c, const stance_frame *frame,
                        enum AVPixelFormat format, int width, int height, bool full_range,
                        int matrix, AVFrame **out)
{
    bool rgb = frame->format == STANCE_PIX_GBRP;
    AVFrame *made = *out = av_frame_alloc();
    if (!made)
        return STANCE_ENOMEM;
    made->format = format;
    made->width = width;
    made->height = height;
    bool fits = format == st_av_pix_fmt(frame->format) && frame->width == width &&
                frame->height == height &&
                (rgb || frame->colour.full_range == full_range) &&
                (rgb || frame->format == STANCE_PIX_GRAY8 ||
                 st_av_matrix(frame->format, &frame->colour, frame->height) == matrix);
    int rc = fits ? wrap(frame, made) : scale(c, frame, full_range, matrix, made);
    if (rc < 0)
        av_frame_free(out);
    return rc;
}

void st_av_convert_clear(st_av_convert *c)
{
    sws_freeContext(c->sws);
    c->sws = NULL;
}
