/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decoding, and counting what was lost on the way.
 *
 * A corrupt packet is counted and decoding goes on; its frame is lost. Some decoders also
 * leave frames out without a word (pictures before the first key frame of H.264 and
 * HEVC): where one packet is one frame, the difference at the end tells.
 *
 * Hardware: what was named and is not there is an error; "auto" takes what works and says
 * which. Frames come back to main memory, since everything after works there.
 */
#include "source/av_decoder.h"

#include <libavutil/hwcontext.h>
#include <libavutil/pixdesc.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/status.h"

enum { SHORT_SIDE = 270 /* pixels that are left of a picture at least */ };

/* ---- hardware ---- */

bool st_av_hwaccel_works(enum AVHWDeviceType type)
{
    AVBufferRef *device = NULL;
    bool works = av_hwdevice_ctx_create(&device, type, NULL, NULL, 0) >= 0;
    av_buffer_unref(&device);
    return works;
}

static enum AVPixelFormat get_format(AVCodecContext *codec,
                                     const enum AVPixelFormat *formats)
{
    const st_av_decoder *decoder = codec->opaque;
    for (const enum AVPixelFormat *f = formats; *f != AV_PIX_FMT_NONE; f++)
        if (*f == decoder->hw_format)
            return *f;
    if (decoder
            ->hwaccel_asked) /* this stream cannot be decoded there: no silent fallback */
        return AV_PIX_FMT_NONE;
    return avcodec_default_get_format(codec, formats);
}

static bool find_hw_format(const AVCodec *codec, enum AVHWDeviceType type,
                           enum AVPixelFormat *format)
{
    for (int i = 0;; i++) {
        const AVCodecHWConfig *config = avcodec_get_hw_config(codec, i);
        if (!config)
            return false;
        if (config->device_type == type &&
            (config->methods & AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX)) {
            *format = config->pix_fmt;
            return true;
        }
    }
}

static bool use_device(st_av_decoder *d, enum AVHWDeviceType type)
{
    return find_hw_format(d->codec->codec, type, &d->hw_format) &&
           av_hwdevice_ctx_create(&d->codec->hw_device_ctx, type, NULL, NULL, 0) >= 0;
}

static int fail_hwaccel(const char *asked, stance_error *err)
{
    char there[256] = "";
    size_t n = 0;
    for (enum AVHWDeviceType t = av_hwdevice_iterate_types(AV_HWDEVICE_TYPE_NONE);
         t != AV_HWDEVICE_TYPE_NONE && n < sizeof(there) - 32;
         t = av_hwdevice_iterate_types(t))
        if (st_av_hwaccel_works(t))
            n += (size_t)snprintf(there + n, sizeof(there) - n, "%s%s", n ? ", " : "",
                                  av_hwdevice_get_type_name(t));
    return st_fail(
        err, STANCE_EINVAL,
        "--hwaccel %s: not on this machine, or not for this kind of video; %s%s", asked,
        n ? "there are: none, " : "nothing but none is there", there);
}

static int set_hwaccel(st_av_decoder *d, const char *asked, stance_error *err)
{
    if (!asked || strcmp(asked, "none") == 0 || !*asked)
        return 0;
    d->codec->get_format = get_format;
    if (strcmp(asked, "auto") != 0) {
        enum AVHWDeviceType type = av_hwdevice_find_type_by_name(asked);
        d->hwaccel_asked = true;
        return type != AV_HWDEVICE_TYPE_NONE && use_device(d, type)
                   ? 0
                   : fail_hwaccel(asked, err);
    }
    enum AVHWDeviceType type = AV_HWDEVICE_TYPE_NONE;
    while ((type = av_hwdevice_iterate_types(type)) != AV_HWDEVICE_TYPE_NONE)
        if (use_device(d, type)) {
            st_log(STANCE_LOG_INFO, "source", "%s: decoding by %s", d->name,
                   av_hwdevice_get_type_name(type));
            return 0;
        }
    st_log(STANCE_LOG_INFO, "source",
           "%s: no hardware decoder works, decoding by the CPU", d->name);
    return 0;
}

/* Decoders make nothing of it that there was no memory for a picture, and call what comes
 * after it damaged. */
static int get_buffer(AVCodecContext *codec, AVFrame *frame, int flags)
{
    st_av_decoder *d = codec->opaque;
    int code = avcodec_default_get_buffer2(codec, frame, flags);
    if (code == AVERROR(ENOMEM))
        atomic_store(&d->starved, true);
    return code;
}

static int fail_starved(const st_av_decoder *d, stance_error *err)
{
    return st_fail(err, STANCE_ENOMEM,
                   "%s: there is not enough memory for its pictures of %dx%d", d->name,
                   d->codec->width, d->codec->height);
}

/* ---- opening ---- */

/* How often pictures can be halved while they are decoded, so that a network still sees
 * enough. */
static int halvings(const AVStream *stream)
{
    const AVCodecParameters *par = stream->codecpar;
    const AVCodec *codec = avcodec_find_decoder(par->codec_id);
    bool lines = par->field_order > AV_FIELD_PROGRESSIVE; /* of two times each */
    int side = par->width < par->height ? par->width : par->height, n = 0;
    while (codec && !lines && n < codec->max_lowres && side >> (n + 1) >= SHORT_SIDE)
        n++;
    return n;
}

int st_av_decoder_open(st_av_decoder *d, const AVStream *stream,
                       const st_av_decode_how *how, const char *name, stance_error *err)
{
    char reason[128];
    const AVCodec *codec = avcodec_find_decoder(stream->codecpar->codec_id);
    d->name = name;
    d->hw_format = AV_PIX_FMT_NONE;
    if (!codec)
        return st_fail(err, STANCE_EINPUT,
                       "%s: expected a codec that this machine can decode, found %s",
                       name, avcodec_get_name(stream->codecpar->codec_id));
    int64_t pixels = (int64_t)stream->codecpar->width * stream->codecpar->height;
    if (pixels > ST_MAX_FRAME_PIXELS)
        return st_fail(err, STANCE_EINPUT,
                       "%s: expected pictures of at most %d megapixels, found %dx%d",
                       name, ST_MAX_FRAME_PIXELS / 1000000, stream->codecpar->width,
                       stream->codecpar->height);
    d->codec = avcodec_alloc_context3(codec);
    if (!d->codec || avcodec_parameters_to_context(d->codec, stream->codecpar) < 0)
        return st_fail_memory(err);
    d->codec->pkt_timebase = stream->time_base;
    d->codec->thread_count = how->threads;
    d->codec->thread_type =
        how->live ? FF_THREAD_SLICE : FF_THREAD_FRAME | FF_THREAD_SLICE;
    d->codec->max_pixels = ST_MAX_FRAME_PIXELS;
    d->codec->opaque = d;
    d->codec->get_buffer2 = get_buffer;
    int rc = set_hwaccel(d, how->hwaccel, err);
    if (rc < 0)
        return rc;
    if (how->rough && !d->codec->hw_device_ctx) {
        d->codec->skip_loop_filter = AVDISCARD_ALL;
        d->codec->lowres = halvings(stream);
    }
    int code = avcodec_open2(d->codec, codec, NULL);
    if (code < 0)
        return st_fail(err, STANCE_EINPUT, "%s: the decoder %s could not be opened: %s",
                       name, codec->name, st_av_reason(code, reason));
    return 0;
}

void st_av_decoder_close(st_av_decoder *d)
{
    avcodec_free_context(&d->codec);
}

/* ---- decoding ---- */

/* A packet (or what was left of it inside the decoder) came to nothing. */
static int count_error(st_av_decoder *d, int code, stance_error *err)
{
    char reason[128];
    if (code == AVERROR(ENOMEM) || atomic_load(&d->starved))
        return fail_starved(d, err);
    d->lost++;
    d->decode_errors += !d->damaged; /* a packet known to be damaged was counted */
    d->damaged = false;
    st_log(STANCE_LOG_DEBUG, "source", "%s: a frame could not be decoded: %s", d->name,
           st_av_reason(code, reason));
    if (d->hwaccel_asked && d->n_frames == 0)
        return st_fail(err, STANCE_EINPUT,
                       "%s: this video cannot be decoded by the hardware asked for: %s",
                       d->name, reason);
    if (++d->errors_in_a_row > ST_MAX_SKIPPED_ERRORS)
        return st_fail(err, STANCE_EINPUT,
                       "%s: given up after %d corrupt packets in a row", d->name,
                       d->errors_in_a_row);
    return 0;
}

int st_av_decoder_send(st_av_decoder *d, const AVPacket *packet, stance_error *err)
{
    if (packet && packet->size > 0 && !(packet->flags & AV_PKT_FLAG_DISCARD))
        d->n_packets++;
    if (packet && (packet->flags & AV_PKT_FLAG_CORRUPT)) {
        d->decode_errors++;
        d->damaged = true;
    }
    int code = avcodec_send_packet(d->codec, packet);
    if (code >= 0 || code == AVERROR_EOF)
        return 0;
    return count_error(d, code, err);
}

/* At the end: frames that never came out. */
static void count_left_out(st_av_decoder *d)
{
    enum AVCodecID id = d->codec->codec_id;
    if ((id != AV_CODEC_ID_H264 && id != AV_CODEC_ID_HEVC) || d->interlaced)
        return;
    int64_t missing = d->n_packets - d->n_frames - d->lost;
    if (missing > 0) {
        st_log(STANCE_LOG_DEBUG, "source", "%s: the decoder left out %lld frames",
               d->name, (long long)missing);
        d->lost += missing;
    }
}

static int to_main_memory(st_av_decoder *d, AVFrame *frame, stance_error *err)
{
    char reason[128];
    if (frame->format != d->hw_format || d->hw_format == AV_PIX_FMT_NONE)
        return 0;
    AVFrame *copy = av_frame_alloc();
    int code = copy ? av_hwframe_transfer_data(copy, frame, 0) : AVERROR(ENOMEM);
    if (code >= 0)
        code = av_frame_copy_props(copy, frame);
    if (code >= 0) {
        av_frame_unref(frame);
        av_frame_move_ref(frame, copy);
    }
    av_frame_free(&copy);
    return code < 0 ? st_fail(err, STANCE_EINPUT,
                              "%s: a frame could not be fetched from "
                              "the hardware: %s",
                              d->name, st_av_reason(code, reason))
                    : 0;
}

int st_av_decoder_receive(st_av_decoder *d, AVFrame *frame, stance_error *err)
{
    for (;;) {
        int code = avcodec_receive_frame(d->codec, frame);
        if (atomic_load(&d->starved))
            return fail_starved(d, err);
        if (code == AVERROR(EAGAIN))
            return STANCE_AGAIN;
        if (code == AVERROR_EOF) {
            count_left_out(d);
            return STANCE_END;
        }
        if (code < 0) {
            int rc = count_error(d, code, err);
            if (rc < 0)
                return rc;
            continue;
        }
        d->n_frames++;
        d->errors_in_a_row = 0;
        d->interlaced |= st_av_frame_interlaced(frame);
        if (frame->decode_error_flags || (frame->flags & AV_FRAME_FLAG_CORRUPT)) {
            d->decode_errors += !d->damaged;
            d->damaged = false;
        }
        return to_main_memory(d, frame, err);
    }
}
