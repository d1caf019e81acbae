/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sound: copied packet by packet, or decoded, resampled and encoded anew.
 *
 * Times count from the output's first frame. When encoding anew, the first sample's time
 * is kept and the rest follows from counting samples; a gap in the source longer than a
 * tenth of a second is filled with silence, so that sound and picture stay together.
 */
#include "sink/av_sound.h"

#include <libavutil/audio_fifo.h>
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>
#include <string.h>

#include "base/log.h"
#include "base/status.h"

static const AVRational us = {1, 1000000};

enum { GAP_DIVISOR = 10, FRAME_SAMPLES = 1024, FILL_MAX_S = 60 };

static int fail(const st_av_sound *s, const char *what, int code, stance_error *err)
{
    return st_fail(err, code == AVERROR(ENOMEM) ? STANCE_ENOMEM : STANCE_EOUTPUT,
                   "%s: %s: %s", s->path, what, av_err2str(code));
}

/* Matroska's times begin with what the decoder needs to start (Opus: 6.5 ms), ours with
 * the first sound. Newer muxers see to it themselves. */
#if LIBAVFORMAT_VERSION_MAJOR < 60
static int64_t lead_in(const st_av_sound *s)
{
    const AVCodecParameters *par = s->stream->codecpar;
    bool counted = strcmp(s->muxer->oformat->name, "matroska") == 0 ||
                   strcmp(s->muxer->oformat->name, "webm") == 0;
    return counted && par->sample_rate > 0
               ? av_rescale_q(par->initial_padding, (AVRational){1, par->sample_rate},
                              s->stream->time_base)
               : 0;
}
#else
static int64_t lead_in(const st_av_sound *s)
{
    (void)s;
    return 0;
}
#endif

static int write_packet(st_av_sound *s, AVPacket *packet, stance_error *err)
{
    packet->stream_index = s->stream->index;
    packet->pos = -1;
    packet->pts += lead_in(s);
    packet->dts += lead_in(s);
    int code = av_interleaved_write_frame(s->muxer, packet);
    return code < 0 ? fail(s, "sound could not be written", code, err) : 0;
}

/* ---- opening ---- */

static int open_decoder(st_av_sound *s, const AVCodecParameters *par, stance_error *err)
{
    const AVCodec *codec = avcodec_find_decoder(par->codec_id);
    s->decoder = codec ? avcodec_alloc_context3(codec) : NULL;
    if (!s->decoder)
        return fail(s, "its sound cannot be decoded", AVERROR_DECODER_NOT_FOUND, err);
    int code = avcodec_parameters_to_context(s->decoder, par);
    s->decoder->pkt_timebase = s->from_base;
    if (code >= 0)
        code = avcodec_open2(s->decoder, codec, NULL);
    return code < 0 ? fail(s, "its sound cannot be decoded", code, err) : 0;
}

static int choose_rate(const AVCodec *codec, int wanted)
{
    int best = 0;
    if (!codec->supported_samplerates)
        return wanted;
    for (const int *r = codec->supported_samplerates; *r; r++)
        if (!best || abs(*r - wanted) < abs(best - wanted))
            best = *r;
    return best;
}

static int open_encoder(st_av_sound *s, stance_error *err)
{
    const AVCodec *codec = st_av_sound_encoder(s->muxer->oformat);
    s->encoder = codec ? avcodec_alloc_context3(codec) : NULL;
    if (!s->encoder)
        return fail(s, "its sound cannot be encoded", AVERROR_ENCODER_NOT_FOUND, err);
    AVCodecContext *e = s->encoder;
    e->sample_rate = choose_rate(codec, s->decoder->sample_rate);
    e->sample_fmt = codec->sample_fmts ? codec->sample_fmts[0] : AV_SAMPLE_FMT_FLTP;
    av_channel_layout_default(&e->ch_layout,
                              s->decoder->ch_layout.nb_channels >= 2 ? 2 : 1);
    e->time_base = (AVRational){1, e->sample_rate};
    e->bit_rate = 64000 * e->ch_layout.nb_channels;
    if (s->muxer->oformat->flags & AVFMT_GLOBALHEADER)
        e->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    AVChannelLayout *from = &s->decoder->ch_layout;
    if (from->order == AV_CHANNEL_ORDER_UNSPEC)
        av_channel_layout_default(from, from->nb_channels);
    int code = avcodec_open2(e, codec, NULL);
    if (code >= 0)
        code = swr_alloc_set_opts2(&s->resampler, &e->ch_layout, e->sample_fmt,
                                   e->sample_rate, from, s->decoder->sample_fmt,
                                   s->decoder->sample_rate, 0, NULL);
    if (code >= 0)
        code = swr_init(s->resampler);
    s->fifo = code >= 0 ? av_audio_fifo_alloc(e->sample_fmt, e->ch_layout.nb_channels,
                                              FRAME_SAMPLES)
                        : NULL;
    if (code >= 0 && !s->fifo)
        code = AVERROR(ENOMEM);
    return code < 0 ? fail(s, "its sound cannot be encoded", code, err) : 0;
}

/* The track in the muxer: as it was, or (NULL) as the encoder makes it. */
static int add_track(st_av_sound *s, const AVCodecParameters *par, stance_error *err)
{
    s->stream = avformat_new_stream(s->muxer, NULL);
    if (!s->stream)
        return st_fail_memory(err);
    AVCodecParameters *own = s->stream->codecpar;
    if ((par ? avcodec_parameters_copy(own, par)
             : avcodec_parameters_from_context(own, s->encoder)) < 0)
        return st_fail_memory(err);
    own->codec_tag = 0;
    s->stream->time_base = par ? s->from_base : s->encoder->time_base;
    s->last_dts = INT64_MIN;
    return 0;
}

int st_av_sound_open(st_av_sound *s, AVFormatContext *muxer, const st_audio *audio,
                     bool may_copy, const char *path, stance_error *err)
{
    const AVCodecParameters *par = audio->native;
    const AVOutputFormat *container = muxer->oformat;
    const char *name = avcodec_get_name(par->codec_id);
    s->muxer = muxer;
    s->path = path;
    s->from_base = (AVRational){audio->time_num, audio->time_den};
    if (container->audio_codec == AV_CODEC_ID_NONE) {
        st_log(STANCE_LOG_WARN, "video",
               "%s: the sound is left out: a %s file holds none", path, container->name);
        return 0;
    }
    if (may_copy && st_av_sound_can_hold(container, par->codec_id))
        return add_track(s, par, err);
    stance_error why = {0};
    int rc = open_decoder(s, par, &why);
    if (rc == 0)
        rc = open_encoder(s, &why);
    if (rc == STANCE_EOUTPUT) { /* pictures without sound are better than nothing */
        st_av_sound_close(s);
        st_log(STANCE_LOG_WARN, "video", "the sound (%s) is left out: %s", name,
               why.message);
        return 0;
    }
    if (rc < 0)
        return st_fail_memory(err);
    st_log(STANCE_LOG_INFO, "video",
           "%s: the sound is encoded anew as %s: a %s file cannot hold %s", path,
           s->encoder->codec->name, container->name, name);
    return add_track(s, NULL, err);
}

/* ---- copying ---- */

static int copy(st_av_sound *s, const st_packet *packet, int64_t pts_us,
                stance_error *err)
{
    AVPacket *native = av_packet_clone(packet->native);
    if (!native)
        return st_fail_memory(err);
    int64_t ahead = native->pts != AV_NOPTS_VALUE && native->dts != AV_NOPTS_VALUE
                        ? native->pts - native->dts
                        : 0;
    native->pts = av_rescale_q(pts_us, us, s->from_base);
    native->dts = native->pts - ahead;
    av_packet_rescale_ts(native, s->from_base, s->stream->time_base);
    if (s->last_dts != INT64_MIN && native->dts <= s->last_dts) {
        native->dts = s->last_dts + 1; /* damaged times: muxers want them to rise */
        if (native->pts < native->dts)
            native->pts = native->dts;
    }
    s->last_dts = native->dts;
    int rc = write_packet(s, native, err);
    av_packet_free(&native);
    return rc;
}

/* ---- encoding anew ---- */

static int take_packets(st_av_sound *s, stance_error *err)
{
    AVPacket *packet = av_packet_alloc();
    int rc = packet ? 0 : st_fail_memory(err);
    while (rc == 0) {
        int code = avcodec_receive_packet(s->encoder, packet);
        if (code == AVERROR(EAGAIN) || code == AVERROR_EOF)
            break;
        if (code < 0)
            rc = fail(s, "sound could not be encoded", code, err);
        else {
            av_packet_rescale_ts(packet, s->encoder->time_base, s->stream->time_base);
            rc = write_packet(s, packet, err);
        }
    }
    av_packet_free(&packet);
    return rc;
}

/* Encode what the fifo holds, in whole frames; at the end the rest too. */
static int encode(st_av_sound *s, bool all, stance_error *err)
{
    AVCodecContext *e = s->encoder;
    int size = e->frame_size > 0 ? e->frame_size : FRAME_SAMPLES, rc = 0;
    while (rc == 0) {
        int n = av_audio_fifo_size(s->fifo);
        if (n < size && !(all && n > 0))
            break;
        AVFrame *frame = av_frame_alloc();
        if (!frame)
            return st_fail_memory(err);
        frame->nb_samples = n < size ? n : size;
        frame->format = e->sample_fmt;
        frame->sample_rate = e->sample_rate;
        frame->pts = s->next_pts;
        int code = av_channel_layout_copy(&frame->ch_layout, &e->ch_layout);
        if (code >= 0)
            code = av_frame_get_buffer(frame, 0);
        if (code >= 0)
            code = av_audio_fifo_read(s->fifo, (void **)frame->data, frame->nb_samples);
        s->next_pts += frame->nb_samples;
        if (code >= 0)
            code = avcodec_send_frame(e, frame);
        av_frame_free(&frame);
        rc = code < 0 ? fail(s, "sound could not be encoded", code, err)
                      : take_packets(s, err);
    }
    return rc;
}

/* Resample a decoded frame (NULL: what is left inside) into the fifo. */
static int resample(st_av_sound *s, const AVFrame *from, stance_error *err)
{
    AVFrame *to = av_frame_alloc();
    if (!to)
        return st_fail_memory(err);
    to->format = s->encoder->sample_fmt;
    to->sample_rate = s->encoder->sample_rate;
    int code = av_channel_layout_copy(&to->ch_layout, &s->encoder->ch_layout);
    if (code >= 0)
        code = swr_convert_frame(s->resampler, to, from);
    if (code == AVERROR_INPUT_CHANGED) { /* the source has other sound from here on */
        code = swr_config_frame(s->resampler, to, from);
        if (code >= 0)
            code = swr_init(s->resampler);
        if (code >= 0)
            code = swr_convert_frame(s->resampler, to, from);
    }
    if (code >= 0 && to->nb_samples > 0)
        code = av_audio_fifo_write(s->fifo, (void **)to->data, to->nb_samples);
    av_frame_free(&to);
    return code < 0 ? fail(s, "sound could not be resampled", code, err) : 0;
}

/* Where the sound should be by now, in the encoder's samples; fills a gap with silence.
 */
static int keep_together(st_av_sound *s, int64_t pts_us, stance_error *err)
{
    int rate = s->encoder->sample_rate;
    int64_t due = av_rescale_q(pts_us, us, s->encoder->time_base);
    if (!s->started) {
        s->started = true;
        s->next_pts = due;
        return 0;
    }
    int64_t gap = due - s->next_pts - av_audio_fifo_size(s->fifo) -
                  swr_get_delay(s->resampler, rate);
    if (gap < rate / GAP_DIVISOR || gap > (int64_t)rate * FILL_MAX_S)
        return 0;
    int code =
        swr_inject_silence(s->resampler, (int)(gap * s->decoder->sample_rate / rate));
    return code < 0 ? fail(s, "sound could not be resampled", code, err) : 0;
}

static int decode(st_av_sound *s, const AVPacket *packet, stance_error *err)
{
    AVFrame *frame = av_frame_alloc();
    int rc = frame ? 0 : st_fail_memory(err);
    if (rc == 0 && avcodec_send_packet(s->decoder, packet) < 0 && packet)
        st_log(STANCE_LOG_DEBUG, "video", "%s: a corrupt packet of sound is left out",
               s->path);
    while (rc == 0 && avcodec_receive_frame(s->decoder, frame) >= 0) {
        rc = resample(s, frame, err);
        if (rc == 0)
            rc = encode(s, false, err);
        av_frame_unref(frame);
    }
    av_frame_free(&frame);
    return rc;
}

/* Sound from before the first frame: mp4 and mov cut within a packet by an edit list, in
 * other containers it would move the pictures. What a codec needs to start is no sound.
 */
static bool is_too_early(const st_av_sound *s, int64_t pts_us, int64_t duration_us)
{
    const AVCodecParameters *par = s->stream->codecpar;
    if (s->muxer->oformat->flags & AVFMT_TS_NEGATIVE)
        return pts_us < 0 && pts_us + duration_us <= 0;
    if (s->encoder || par->sample_rate <= 0)
        return pts_us < 0;
    return pts_us < -av_rescale(par->initial_padding + 1, 1000000, par->sample_rate);
}

int st_av_sound_write(st_av_sound *s, const st_packet *packet, int64_t shift_us,
                      stance_error *err)
{
    int64_t pts_us = packet->pts_us - shift_us;
    if (!s->stream || is_too_early(s, pts_us, packet->duration_us))
        return 0;
    if (!s->encoder)
        return copy(s, packet, pts_us, err);
    int rc = keep_together(s, pts_us, err);
    return rc < 0 ? rc : decode(s, packet->native, err);
}

int st_av_sound_end(st_av_sound *s, stance_error *err)
{
    if (!s->encoder || !s->started)
        return 0;
    int rc = decode(s, NULL, err);
    if (rc == 0)
        rc = resample(s, NULL, err);
    if (rc == 0)
        rc = encode(s, true, err);
    if (rc == 0 && avcodec_send_frame(s->encoder, NULL) >= 0)
        rc = take_packets(s, err);
    return rc;
}

void st_av_sound_close(st_av_sound *s)
{
    avcodec_free_context(&s->decoder);
    avcodec_free_context(&s->encoder);
    swr_free(&s->resampler);
    av_audio_fifo_free(s->fifo);
    s->fifo = NULL;
}
