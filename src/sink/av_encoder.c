/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Choosing and opening the video encoder.
 *
 * What is asked for and cannot be is an error before anything is decoded. What nobody
 * asked for is chosen so that the file plays where people will open it: H.264 with 4:2:0
 * in mp4, mov, mkv; VP9 in webm. Pictures with an odd side keep their size, as 4:4:4
 * where the encoder takes only even sides otherwise.
 */
#include "sink/av_encoder.h"

#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/option.h"
#include "base/status.h"
#include "sink/av_convert.h"

static const struct {
    const char *ending, *format;
    const char *encoders[4]; /* the first that is there */
} containers[] = {
    {".mp4", "mp4", {"libx264", "libopenh264", "mpeg4"}},
    {".m4v", "mp4", {"libx264", "libopenh264", "mpeg4"}},
    {".mov", "mov", {"libx264", "libopenh264", "mpeg4"}},
    {".mkv", "matroska", {"libx264", "libopenh264", "mpeg4"}},
    {".ts", "mpegts", {"libx264", "libopenh264", "mpeg2video"}},
    {".avi", "avi", {"libx264", "mpeg4"}},
    {".webm", "webm", {"libvpx-vp9", "libvpx", "libaom-av1"}},
    {".gif", "gif", {"gif"}},
    {".mjpeg", "mjpeg", {"mjpeg"}}, /* pictures one behind the other, for live viewers */
};

enum { N_CONTAINERS = sizeof(containers) / sizeof(containers[0]) };

static size_t find_container(const char *path)
{
    const char *ending = st_path_ending(path);
    for (size_t i = 0; i < N_CONTAINERS; i++)
        if (strcasecmp(ending, containers[i].ending) == 0)
            return i;
    return N_CONTAINERS;
}

int st_av_choose_container(const char *path, const AVOutputFormat **container,
                           stance_error *err)
{
    size_t i = find_container(path);
    *container =
        i < N_CONTAINERS ? av_guess_format(containers[i].format, NULL, NULL) : NULL;
    if (*container)
        return 0;
    return st_fail(err, STANCE_EINVAL,
                   "%s: expected the name of a video, ending in .mp4, .mov, .mkv, .webm, "
                   ".avi, .ts, .gif or .mjpeg",
                   path);
}

static int fail_encoder(const char *asked, stance_error *err)
{
    st_nearest nearest = {.name = asked};
    const AVCodec *codec;
    void *place = NULL;
    while ((codec = av_codec_iterate(&place)))
        if (av_codec_is_encoder(codec) && codec->type == AVMEDIA_TYPE_VIDEO)
            st_nearest_add(&nearest, codec->name);
    if (!nearest.found)
        return st_fail(err, STANCE_EINVAL,
                       "--encoder %s: there is no such encoder on this machine; 'stance "
                       "devices' lists them",
                       asked);
    return st_fail(err, STANCE_EINVAL,
                   "--encoder %s: there is no such encoder on this machine; did you mean "
                   "'%s'? 'stance devices' lists them",
                   asked, nearest.found);
}

int st_av_choose_encoder(const AVOutputFormat *container, const char *path,
                         const char *asked, const AVCodec **encoder, stance_error *err)
{
    size_t at = find_container(path);
    *encoder = asked ? avcodec_find_encoder_by_name(asked) : NULL;
    for (size_t i = 0; !asked && !*encoder && at < N_CONTAINERS && i < 4; i++)
        if (containers[at].encoders[i])
            *encoder = avcodec_find_encoder_by_name(containers[at].encoders[i]);
    if (asked && (!*encoder || (*encoder)->type != AVMEDIA_TYPE_VIDEO))
        return fail_encoder(asked, err);
    if (!*encoder)
        return st_fail(err, STANCE_EINVAL,
                       "%s: this build of libav has no encoder for such a file", path);
    if (avformat_query_codec(container, (*encoder)->id, FF_COMPLIANCE_NORMAL) == 0)
        return st_fail(err, STANCE_EINVAL, "--encoder %s: a %s file cannot hold %s",
                       (*encoder)->name, container->name,
                       avcodec_get_name((*encoder)->id));
    return 0;
}

/* ---- settings ---- */

static bool takes_format(const AVCodec *encoder, enum AVPixelFormat format)
{
    for (const enum AVPixelFormat *f = encoder->pix_fmts; f && *f != AV_PIX_FMT_NONE; f++)
        if (*f == format)
            return true;
    return !encoder->pix_fmts;
}

/* x264 and x265 refuse odd sides where chroma is halved. */
static bool wants_even_sides(const AVCodec *encoder)
{
    return encoder->id == AV_CODEC_ID_H264 || encoder->id == AV_CODEC_ID_HEVC;
}

static enum AVPixelFormat choose_format(const AVCodec *encoder,
                                        const stance_stream *stream)
{
    bool odd = (stream->width | stream->height) & 1;
    enum AVPixelFormat own = st_av_pix_fmt(stream->format);
    if (encoder->id == AV_CODEC_ID_GIF)
        return AV_PIX_FMT_PAL8;
    if (odd && wants_even_sides(encoder) && takes_format(encoder, AV_PIX_FMT_YUV444P))
        return AV_PIX_FMT_YUV444P;
    if (takes_format(encoder, AV_PIX_FMT_YUV420P))
        return AV_PIX_FMT_YUV420P; /* what every player plays */
    if (takes_format(encoder, own))
        return own;
    return encoder->pix_fmts
               ? avcodec_find_best_pix_fmt_of_list(encoder->pix_fmts, own, 0, NULL)
               : own;
}

/* A base that holds the source's times exactly where the encoder allows it. */
static AVRational choose_time_base(const AVCodec *encoder,
                                   const AVOutputFormat *container,
                                   const stance_stream *stream)
{
    AVRational base = {stream->time_num, stream->time_den};
    AVRational fps = {stream->fps_num, stream->fps_den};
    if (encoder->id == AV_CODEC_ID_GIF)
        return (AVRational){1, 100};
    if (strcmp(container->name, "avi") == 0 && fps.num > 0)
        return av_inv_q(fps); /* the container counts frames, not time */
    if (encoder->id == AV_CODEC_ID_MPEG4 && base.den > 65535)
        return (AVRational){1, 60000}; /* the format has 16 bits for it */
    if (encoder->supported_framerates && fps.num > 0)
        return av_inv_q(encoder->supported_framerates[av_find_nearest_q_idx(
            fps, encoder->supported_framerates)]);
    return base.num > 0 && base.den > 0 ? base : (AVRational){1, 1000000};
}

static void set_colour(AVCodecContext *c, const stance_stream *stream)
{
    const stance_colour *colour = &stream->colour;
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get(c->pix_fmt);
    bool rgb = d && (d->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL));
    c->color_primaries = colour->primaries ? colour->primaries : AVCOL_PRI_UNSPECIFIED;
    c->color_trc = colour->transfer ? colour->transfer : AVCOL_TRC_UNSPECIFIED;
    c->colorspace = rgb              ? AVCOL_SPC_RGB
                    : colour->matrix ? colour->matrix
                                     : st_av_matrix(stream->format, colour, c->height);
    c->chroma_sample_location = colour->location;
    c->color_range = colour->full_range && stream->format != STANCE_PIX_GBRP
                         ? AVCOL_RANGE_JPEG
                         : AVCOL_RANGE_MPEG;
    if (rgb || c->codec_id == AV_CODEC_ID_MJPEG) /* JPEG knows no other */
        c->color_range = AVCOL_RANGE_JPEG;
}

/* The encoder has such a setting; it may still refuse the value. */
static int set_option(AVCodecContext *c, const char *name, const char *value,
                      stance_error *err)
{
    return av_opt_set(c->priv_data, name, value, 0) < 0
               ? st_fail(err, STANCE_EINVAL,
                         "--%s %s: the encoder %s does not take this value", name, value,
                         c->codec->name)
               : 0;
}

static bool has_option(const AVCodec *codec, const char *name)
{
    void *class = (void *)&codec->priv_class;
    return codec->priv_class && av_opt_find(class, name, NULL, 0, AV_OPT_SEARCH_FAKE_OBJ);
}

/* x264 and x265 say themselves what they think of a wrong preset, past every log. */
static int check_preset(const AVCodec *encoder, const char *preset, stance_error *err)
{
    static const char *const presets[] = {"ultrafast", "superfast", "veryfast", "faster",
                                          "fast",      "medium",    "slow",     "slower",
                                          "veryslow",  "placebo"};
    if (strncmp(encoder->name, "libx26", 6) != 0)
        return 0;
    for (size_t i = 0; i < sizeof(presets) / sizeof(presets[0]); i++)
        if (strcmp(preset, presets[i]) == 0)
            return 0;
    return st_fail(err, STANCE_EINVAL,
                   "--preset: expected ultrafast, superfast, veryfast, faster, fast, "
                   "medium, slow, slower, veryslow or placebo, found '%s'",
                   preset);
}

int st_av_check_settings(const AVCodec *encoder, const stance_video_settings *settings,
                         stance_error *err)
{
    if (!isnan(settings->crf) && !has_option(encoder, "crf"))
        return st_fail(
            err, STANCE_EINVAL,
            "--crf: the encoder %s has no constant quality; --bitrate sets its "
            "rate",
            encoder->name);
    if (settings->preset && !has_option(encoder, "preset"))
        return st_fail(err, STANCE_EINVAL, "--preset: the encoder %s has no presets",
                       encoder->name);
    return settings->preset ? check_preset(encoder, settings->preset, err) : 0;
}

/* Where nobody says how good: what looks good at a usual speed. */
static void set_usual_quality(AVCodecContext *c)
{
    if (has_option(c->codec, "crf")) {
        if (strncmp(c->codec->name, "libvpx", 6) == 0)
            av_opt_set(c->priv_data, "crf", "32", 0);
        c->bit_rate = 0;
    } else if (c->codec->id == AV_CODEC_ID_MPEG4 || c->codec->id == AV_CODEC_ID_MJPEG ||
               c->codec->id == AV_CODEC_ID_MPEG2VIDEO) {
        c->flags |= AV_CODEC_FLAG_QSCALE;
        c->global_quality = 4 * FF_QP2LAMBDA;
    } else {
        c->bit_rate = (int64_t)c->width * c->height * 3; /* about 6 Mbit/s at 1080p */
    }
}

static int set_quality(AVCodecContext *c, const stance_video_settings *s,
                       stance_error *err)
{
    int rc = 0;
    if (strncmp(c->codec->name, "libvpx", 6) == 0) { /* its own default is very slow */
        av_opt_set(c->priv_data, "deadline", "good", 0);
        av_opt_set(c->priv_data, "cpu-used", "5", 0);
        av_opt_set(c->priv_data, "row-mt", "1", 0);
    }
    if (strcmp(c->codec->name, "libx265") == 0) /* it prints, past every log */
        av_opt_set(c->priv_data, "x265-params", "log-level=none", 0);
    if (s->bitrate > 0 || !isnan(s->crf))
        c->bit_rate = s->bitrate;
    else
        set_usual_quality(c);
    if (!isnan(s->crf)) {
        char value[32]; /* written without the locale's decimal comma */
        int hundredths = (int)lround(s->crf * 100);
        snprintf(value, sizeof(value), "%d.%02d", hundredths / 100, hundredths % 100);
        rc = set_option(c, "crf", value, err);
    }
    if (rc == 0 && s->preset)
        rc = set_option(c, "preset", s->preset, err);
    return rc;
}

const char *st_av_encoder_reason(int code, char text[128])
{
    if (code == AVERROR_EXTERNAL) /* all that libav is told by x264 */
        return "it failed, as it does for want of memory";
    av_strerror(code, text, 128);
    return text;
}

int st_av_encoder_open(const AVCodec *encoder, const AVOutputFormat *container,
                       const stance_stream *stream, const stance_video_settings *settings,
                       int threads, AVCodecContext **out, stance_error *err)
{
    AVCodecContext *c = *out = avcodec_alloc_context3(encoder);
    if (!c)
        return st_fail_memory(err);
    c->width = stream->width;
    c->height = stream->height;
    c->pix_fmt = choose_format(encoder, stream);
    c->time_base = choose_time_base(encoder, container, stream);
    if (stream->fps_num > 0)
        c->framerate = (AVRational){stream->fps_num, stream->fps_den};
    if (stream->sar_num > 0)
        c->sample_aspect_ratio = (AVRational){stream->sar_num, stream->sar_den};
    set_colour(c, stream);
    c->thread_count = threads;
    if (stream->live) /* no frame waits for later ones to be encoded beside it */
        c->thread_type = FF_THREAD_SLICE;
    if (container->flags & AVFMT_GLOBALHEADER)
        c->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    int rc = set_quality(c, settings, err);
    if (rc == 0) {
        char reason[128];
        int code = avcodec_open2(c, encoder, NULL);
        if (code < 0)
            rc = st_fail(err, STANCE_EOUTPUT,
                         "the encoder %s could not be opened for %dx%d pictures: %s",
                         encoder->name, stream->width, stream->height,
                         st_av_encoder_reason(code, reason));
    }
    if (rc < 0)
        avcodec_free_context(out);
    return rc;
}
