/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decoded pictures become frames: 8-bit planes, upright.
 *
 * The usual formats are taken as they are, without a copy: the frame holds a reference to
 * the decoder's own buffer. Others (10 bits, NV12, RGB, palettes) are converted to the
 * nearest planar format with the same chroma and the same range. A display matrix is a
 * mirror and a turn; both are done once, here, so that everybody later sees upright
 * pixels.
 */
#include "source/av_picture.h"

#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
#include <math.h>

#include "base/limits.h"
#include "base/status.h"

/* ---- orientation ---- */

void st_av_picture_orient(st_av_picture *picture, const int32_t *matrix)
{
    picture->turn_deg = 0;
    picture->mirror = false;
    if (!matrix)
        return;
    /* (x, y) is shown at (a x + c y, b x + d y); mirroring only changes a and b, so the
     * turn is read from c and d. */
    double a = matrix[0], b = matrix[1], c = matrix[3], d = matrix[4];
    if (c == 0 && d == 0)
        return;
    int quarters = (int)lround(atan2(-c, d) / (acos(-1.0) / 2));
    picture->turn_deg = ((quarters % 4 + 4) % 4) * 90;
    picture->mirror = a * d - b * c < 0;
}

/* ---- formats ---- */

static bool direct_format(enum AVPixelFormat from, stance_pix *to)
{
    static const struct {
        enum AVPixelFormat from;
        stance_pix to;
    } table[] = {
        {AV_PIX_FMT_YUV420P, STANCE_PIX_YUV420P},
        {AV_PIX_FMT_YUVJ420P, STANCE_PIX_YUV420P},
        {AV_PIX_FMT_YUV422P, STANCE_PIX_YUV422P},
        {AV_PIX_FMT_YUVJ422P, STANCE_PIX_YUV422P},
        {AV_PIX_FMT_YUV444P, STANCE_PIX_YUV444P},
        {AV_PIX_FMT_YUVJ444P, STANCE_PIX_YUV444P},
        {AV_PIX_FMT_YUVA420P, STANCE_PIX_YUV420P},
        {AV_PIX_FMT_YUVA422P, STANCE_PIX_YUV422P},
        {AV_PIX_FMT_YUVA444P, STANCE_PIX_YUV444P},
        {AV_PIX_FMT_GRAY8, STANCE_PIX_GRAY8},
        {AV_PIX_FMT_GBRP, STANCE_PIX_GBRP},
        {AV_PIX_FMT_GBRAP, STANCE_PIX_GBRP},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        if (table[i].from == from) {
            *to = table[i].to;
            return true;
        }
    return false;
}

/* The 8-bit planar format with the same kind of components. */
static enum AVPixelFormat nearest_format(enum AVPixelFormat from)
{
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get(from);
    if (!d || (d->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)))
        return AV_PIX_FMT_GBRP;
    if (d->nb_components < 3)
        return AV_PIX_FMT_GRAY8;
    if (d->log2_chroma_w == 0)
        return AV_PIX_FMT_YUV444P; /* 4:4:0 too: no detail is lost */
    return d->log2_chroma_h == 0 ? AV_PIX_FMT_YUV422P : AV_PIX_FMT_YUV420P;
}

static bool is_full_range(const AVFrame *from)
{
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get(from->format);
    switch (from->format) {
    case AV_PIX_FMT_YUVJ420P:
    case AV_PIX_FMT_YUVJ422P:
    case AV_PIX_FMT_YUVJ444P:
    case AV_PIX_FMT_YUVJ440P:
    case AV_PIX_FMT_YUVJ411P:
        return true;
    default:
        break;
    }
    if (d && ((d->flags & AV_PIX_FMT_FLAG_RGB) || (d->flags & AV_PIX_FMT_FLAG_PAL)))
        return true;
    if (d && d->nb_components < 3) /* grey pictures use all of it unless they say not */
        return from->color_range != AVCOL_RANGE_MPEG;
    return from->color_range == AVCOL_RANGE_JPEG;
}

static void set_colour(stance_frame *frame, const AVFrame *from)
{
    bool rgb = frame->format == STANCE_PIX_GBRP;
    frame->colour = (stance_colour){
        .primaries = (uint8_t)from->color_primaries,
        .transfer = (uint8_t)from->color_trc,
        .matrix = rgb ? (uint8_t)AVCOL_SPC_RGB : (uint8_t)from->colorspace,
        .location = (uint8_t)from->chroma_location,
        .full_range = rgb || is_full_range(from),
    };
}

static int convert(st_av_picture *p, const AVFrame *from, const char *name,
                   stance_error *err)
{
    enum AVPixelFormat to = nearest_format(from->format);
    const char *found = av_get_pix_fmt_name(from->format);
    p->sws = sws_getCachedContext(p->sws, from->width, from->height, from->format,
                                  from->width, from->height, to,
                                  SWS_BICUBIC | SWS_ACCURATE_RND, NULL, NULL, NULL);
    if (!p->sws)
        return st_fail(err, STANCE_EINPUT,
                       "%s: pictures of the format %s cannot be converted", name,
                       found ? found : "unknown");
    const int *matrix = sws_getCoefficients(from->colorspace);
    int range = is_full_range(from);
    /* The same range on both sides: only bits and layout change. */
    sws_setColorspaceDetails(p->sws, matrix, range, matrix, range, 0, 1 << 16, 1 << 16);
    av_frame_free(&p->converted);
    p->converted = av_frame_alloc();
    if (!p->converted)
        return st_fail_memory(err);
    p->converted->width = from->width;
    p->converted->height = from->height;
    p->converted->format = to;
    if (av_frame_get_buffer(p->converted, 0) < 0 ||
        av_frame_copy_props(p->converted, from) < 0)
        return st_fail_memory(err);
    p->converted->color_range = range ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    sws_scale(p->sws, (const uint8_t *const *)from->data, from->linesize, 0, from->height,
              p->converted->data, p->converted->linesize);
    return 0;
}

/* ---- frames ---- */

static void release(void *owner)
{
    AVFrame *held = owner;
    av_frame_free(&held);
}

/* A frame around a reference to the picture's own memory. */
static stance_frame *wrap(const AVFrame *from, stance_pix format)
{
    AVFrame *held = av_frame_clone(from);
    stance_frame *frame =
        held ? st_frame_wrap(from->width, from->height, format, held, release) : NULL;
    if (!frame) {
        av_frame_free(&held);
        return NULL;
    }
    for (int i = 0; i < stance_pix_planes(format); i++) {
        frame->data[i] = held->data[i];
        frame->stride[i] = held->linesize[i];
    }
    set_colour(frame, from);
    return frame;
}

/* Some decoders hand out pictures bottom up; frames are top down. */
static bool bottom_up(const AVFrame *from)
{
    return from->linesize[0] < 0;
}

static int turn(st_av_picture *p, stance_frame **frame, stance_error *err)
{
    const stance_frame *from = *frame;
    bool side = p->turn_deg == 90 || p->turn_deg == 270;
    int width = side ? from->height : from->width;
    int height = side ? from->width : from->height;
    stance_pix format = st_frame_turned_format(from->format, p->turn_deg);
    if (!p->pool || p->pool_width != width || p->pool_height != height ||
        p->pool_format != format) {
        st_frame_pool_free(&p->pool);
        p->pool = st_frame_pool_new(width, height, format);
        p->pool_width = width;
        p->pool_height = height;
        p->pool_format = format;
    }
    stance_frame *turned = p->pool ? st_frame_pool_get(p->pool) : NULL;
    if (!turned)
        return st_fail_memory(err);
    st_frame_copy_props(turned, from);
    st_frame_turn(turned, from, p->turn_deg, p->mirror);
    stance_frame_unref(frame);
    *frame = turned;
    return 0;
}

static void release_nothing(void *owner)
{
    (void)owner;
}

static int make_blank(const st_av_picture *p, stance_frame **frame, stance_error *err)
{
    *frame = st_frame_wrap(p->width, p->height, p->format, NULL, release_nothing);
    return *frame ? 0 : st_fail_memory(err);
}

static int copy_top_down(const AVFrame *from, stance_pix format, stance_frame **frame,
                         stance_error *err)
{
    *frame = stance_frame_new(from->width, from->height, format);
    if (!*frame)
        return st_fail_memory(err);
    for (int i = 0; i < stance_pix_planes(format); i++) {
        int width, height;
        stance_pix_plane_size(format, i, from->width, from->height, &width, &height);
        av_image_copy_plane((*frame)->data[i], (int)(*frame)->stride[i], from->data[i],
                            from->linesize[i], width, height);
    }
    set_colour(*frame, from);
    return 0;
}

void st_av_picture_shrunk(st_av_picture *p, const AVCodecParameters *par, int shrunk)
{
    p->shrunk = shrunk;
    p->whole_width = par->width;
    p->whole_height = par->height;
}

/* What the container tells tells the last pixels, which halving rounds; in the middle of
 * a stream the size may be another. */
static int whole_side(int told, int decoded, int shrunk)
{
    return AV_CEIL_RSHIFT(told, shrunk) == decoded ? told : decoded << shrunk;
}

static void enlarge(const st_av_picture *p, const AVFrame *from, stance_frame *frame)
{
    int width = whole_side(p->whole_width, from->width, p->shrunk);
    int height = whole_side(p->whole_height, from->height, p->shrunk);
    bool side = p->turn_deg == 90 || p->turn_deg == 270;
    st_frame_shrunk(frame, side ? height : width, side ? width : height, p->shrunk);
}

int st_av_picture_make(st_av_picture *p, const AVFrame *from, const char *name,
                       stance_frame **frame, stance_error *err)
{
    stance_pix format;
    int rc = 0;
    *frame = NULL;
    if (!from->data[0])
        return make_blank(p, frame, err);
    if (from->width > ST_MAX_FRAME_SIDE || from->height > ST_MAX_FRAME_SIDE)
        return st_fail(err, STANCE_EINPUT,
                       "%s: expected pictures of at most %d pixels a side, found %dx%d",
                       name, ST_MAX_FRAME_SIDE, from->width, from->height);
    if (!direct_format(from->format, &format)) {
        rc = convert(p, from, name, err);
        from = p->converted;
        if (rc < 0 || !direct_format(from->format, &format))
            return rc < 0 ? rc : st_fail(err, STANCE_EINPUT, "%s: no format fits", name);
    }
    if (bottom_up(from))
        rc = copy_top_down(from, format, frame, err);
    else if (!(*frame = wrap(from, format)))
        rc = st_fail_memory(err);
    if (rc == 0 && (p->turn_deg || p->mirror))
        rc = turn(p, frame, err);
    if (rc < 0) {
        stance_frame_unref(frame);
        return rc;
    }
    if (p->shrunk)
        enlarge(p, from, *frame);
    p->width = (*frame)->width;
    p->height = (*frame)->height;
    p->format = (*frame)->format;
    return 0;
}

void st_av_picture_clear(st_av_picture *p)
{
    sws_freeContext(p->sws);
    p->sws = NULL;
    av_frame_free(&p->converted);
    st_frame_pool_free(&p->pool);
}
