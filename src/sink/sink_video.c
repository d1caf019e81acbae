/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Annotated video: pictures encoded, sound passed on, one file at the end.
 *
 *     av_encoder.c  which container and encoder     av_sound.c    the track of sound
 *     av_convert.c  our pictures for the encoder    av_palette.c  256 colours for GIF
 *
 * Times are the source's, counted from the first frame written, in the source's own time
 * base where the container takes it. How long each frame is shown travels beside the
 * encoder, which hands packets out in another order. The file gets its name only when it
 * is complete; an mp4 then has its index in front, so that it plays while it is loaded.
 */
#include <libavutil/opt.h>
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/status.h"
#include "sink/av_convert.h"
#include "sink/av_encoder.h"
#include "sink/av_palette.h"
#include "sink/av_sound.h"
#include "sink/sink.h"

#define FIELD(name) offsetof(stance_video_settings, name)

const stance_option st_video_options[] = {
    {.name = "encoder",
     .letter = 'e',
     .type = STANCE_OPTION_STRING,
     .offset = FIELD(encoder),
     .value_name = "NAME",
     .help =
         "video encoder, see 'stance devices'; not given: H.264, or what the container "
         "usually holds"},
    {.name = "crf",
     .type = STANCE_OPTION_NUMBER,
     .offset = FIELD(crf),
     .max = 63,
     .value_name = "N",
     .help =
         "constant quality on the encoder's own scale, lower is better; not given: the "
         "encoder's usual"},
    {.name = "preset",
     .type = STANCE_OPTION_STRING,
     .offset = FIELD(preset),
     .value_name = "NAME",
     .help = "speed against size: ultrafast ... medium ... veryslow with libx264"},
    {.name = "bitrate",
     .type = STANCE_OPTION_SIZE,
     .offset = FIELD(bitrate),
     .preset = "0",
     .max = 1e9,
     .unit = "bit/s",
     .value_name = "RATE",
     .help = "bits a second, such as 4M, in place of constant quality; 0: by quality"},
    {0},
};

enum { DURATIONS = 512 /* more frames than any encoder holds back */ };

typedef struct shown {
    int64_t pts, duration;
} shown;

typedef struct sink_video {
    const char *path;
    const stance_settings *settings;
    const stance_stream *stream;
    const AVOutputFormat *container;
    const AVCodec *codec;
    st_out_file out;
    AVFormatContext *muxer;
    AVCodecContext *encoder;
    AVStream *track;
    AVPacket *packet;
    st_av_convert convert;
    st_av_palette palette;
    st_av_sound sound;
    st_packet *early; /* sound before the first frame; own copies of the packets */
    size_t n_early;
    bool begun;       /* the first frame was there */
    int64_t first_us; /* its time */
    int64_t last_pts;
    int matrix;                 /* of the encoder's colours */
    shown durations[DURATIONS]; /* of the last frames, in a ring */
    int64_t n_frames;
} sink_video;

static int fail(const sink_video *s, const char *what, int code, stance_error *err)
{
    char reason[128];
    return st_fail(err, code == AVERROR(ENOMEM) ? STANCE_ENOMEM : STANCE_EOUTPUT,
                   "%s: %s: %s", s->path, what, st_av_encoder_reason(code, reason));
}

/* ---- opening ---- */

static int choose(sink_video *s, const char *target, const stance_settings *settings,
                  stance_error *err)
{
    int rc = st_av_choose_container(target, &s->container, err);
    return rc < 0 ? rc
                  : st_av_choose_encoder(s->container, target, settings->video.encoder,
                                         &s->codec, err);
}

static int check(const char *target, const stance_settings *settings,
                 const stance_stream *stream, stance_error *err)
{
    sink_video s = {0};
    (void)stream;
    int rc = choose(&s, target, settings, err);
    return rc < 0 ? rc : st_av_check_settings(s.codec, &settings->video, err);
}

static int open_sink(void *self, const char *target, const stance_settings *settings,
                     stance_error *err)
{
    sink_video *s = self;
    s->path = target;
    s->settings = settings;
    int rc = choose(s, target, settings, err);
    return rc < 0 ? rc : st_out_file_open(&s->out, target, err);
}

/* mp4 and mov: the index in front. What cannot be searched gets it in pieces. */
static void set_muxer_options(const sink_video *s, AVDictionary **options)
{
    bool mov =
        strcmp(s->container->name, "mp4") == 0 || strcmp(s->container->name, "mov") == 0;
    if (mov)
        av_dict_set(options, "movflags",
                    s->out.in_place ? "+frag_keyframe+empty_moov" : "+faststart", 0);
}

static int open_track(sink_video *s, stance_error *err)
{
    s->track = avformat_new_stream(s->muxer, NULL);
    if (!s->track || avcodec_parameters_from_context(s->track->codecpar, s->encoder) < 0)
        return st_fail_memory(err);
    s->track->time_base = s->encoder->time_base;
    s->track->avg_frame_rate = s->encoder->framerate;
    s->track->sample_aspect_ratio = s->encoder->sample_aspect_ratio;
    return 0;
}

static int open_muxer(sink_video *s, bool copy_sound, stance_error *err)
{
    AVDictionary *options = NULL;
    const st_audio *audio = s->stream->audio;
    /* Said to be a file, so that a name such as "a:b.mp4" is not taken for an address. */
    char *url = st_format("file:%s", s->out.part_path);
    int code =
        url ? avformat_alloc_output_context2(&s->muxer, s->container, NULL, url) : -1;
    st_free(url);
    if (code < 0)
        return st_fail_memory(err);
    int rc = open_track(s, err);
    if (rc == 0 && audio)
        rc = st_av_sound_open(&s->sound, s->muxer, audio, copy_sound, s->path, err);
    if (rc < 0)
        return rc;
    /* Matroska shifts what codecs need to start by itself; nothing else is below 0. */
    if (strcmp(s->container->name, "matroska") == 0 ||
        strcmp(s->container->name, "webm") == 0)
        s->muxer->avoid_negative_ts = 0;
    if (s->out.in_place) /* somebody reads it as it comes */
        s->muxer->flags |= AVFMT_FLAG_FLUSH_PACKETS;
    code = avio_open(&s->muxer->pb, s->muxer->url, AVIO_FLAG_WRITE);
    set_muxer_options(s, &options);
    if (code >= 0)
        code = avformat_write_header(s->muxer, &options);
    av_dict_free(&options);
    return code < 0 ? fail(s, "could not be begun", code, err) : 0;
}

static void close_muxer(sink_video *s)
{
    st_av_sound_close(&s->sound);
    s->sound = (st_av_sound){0};
    if (s->muxer)
        avio_closep(&s->muxer->pb);
    avformat_free_context(s->muxer);
    s->muxer = NULL;
}

static int begin(void *self, const stance_stream *stream, stance_error *err)
{
    sink_video *s = self;
    s->stream = stream;
    s->last_pts = INT64_MIN;
    s->matrix = st_av_matrix(stream->format, &stream->colour, stream->height);
    s->packet = av_packet_alloc();
    if (!s->packet)
        return st_fail_memory(err);
    int rc = st_av_encoder_open(s->codec, s->container, stream, &s->settings->video,
                                (int)s->settings->flow.threads, &s->encoder, err);
    if (rc < 0)
        return st_fail_prefix(err, "%s", s->path);
    if (s->encoder->pix_fmt == AV_PIX_FMT_PAL8)
        rc = st_av_palette_open(&s->palette, stream->width, stream->height, err);
    if (rc == 0)
        rc = open_muxer(s, true, err);
    if (rc == STANCE_EOUTPUT && s->sound.stream && !s->sound.encoder) {
        close_muxer(s); /* some containers refuse a codec only now */
        rc = open_muxer(s, false, err);
    }
    return rc;
}

/* ---- frames ---- */

static int64_t duration_of(const sink_video *s, int64_t pts)
{
    for (int i = 0; i < DURATIONS; i++)
        if (s->durations[i].pts == pts)
            return s->durations[i].duration;
    return 0;
}

static int take_packets(sink_video *s, stance_error *err)
{
    for (;;) {
        int code = avcodec_receive_packet(s->encoder, s->packet);
        if (code == AVERROR(EAGAIN) || code == AVERROR_EOF)
            return 0;
        if (code < 0)
            return fail(s, "a frame could not be encoded", code, err);
        s->packet->stream_index = s->track->index;
        s->packet->duration = duration_of(s, s->packet->pts);
        av_packet_rescale_ts(s->packet, s->encoder->time_base, s->track->time_base);
        code = av_interleaved_write_frame(s->muxer, s->packet);
        if (code < 0)
            return fail(s, "could not be written", code, err);
        if (s->muxer->pb && s->muxer->pb->error < 0)
            return fail(s, "could not be written", s->muxer->pb->error, err);
    }
}

/* The frame's time and how long it is shown, in the encoder's time base. */
static int64_t place(sink_video *s, const stance_frame *frame)
{
    AVRational us = {1, 1000000}, base = s->encoder->time_base;
    int64_t pts = av_rescale_q(frame->pts_us - s->first_us, us, base);
    if (s->stream->stills) /* pictures have no times: a second each */
        pts = av_rescale_q(s->n_frames, (AVRational){1, 1}, base);
    if (s->last_pts != INT64_MIN && pts <= s->last_pts)
        pts = s->last_pts + 1; /* a coarser base than the source's */
    s->last_pts = pts;
    s->durations[s->n_frames % DURATIONS] =
        (shown){pts, av_rescale_q(frame->duration_us, us, base)};
    return pts;
}

static int encode(sink_video *s, const stance_frame *picture, stance_error *err)
{
    AVFrame *frame;
    bool gif = s->palette.graph != NULL;
    int rc = st_av_convert_frame(
        &s->convert, picture, gif ? AV_PIX_FMT_RGB32 : s->encoder->pix_fmt,
        s->encoder->width, s->encoder->height,
        s->encoder->color_range == AVCOL_RANGE_JPEG, s->matrix, &frame);
    if (rc < 0)
        return st_fail_memory(err);
    frame->pts = place(s, picture);
    frame->color_range = s->encoder->color_range;
    frame->colorspace = s->encoder->colorspace;
    frame->color_primaries = s->encoder->color_primaries;
    frame->color_trc = s->encoder->color_trc;
    frame->sample_aspect_ratio = s->encoder->sample_aspect_ratio;
    if (s->encoder->flags & AV_CODEC_FLAG_QSCALE)
        frame->quality = s->encoder->global_quality;
    int64_t pts = frame->pts;
    if (gif)
        rc = st_av_palette_apply(&s->palette, &frame, err);
    frame->pts = pts;
    if (rc == 0) {
        int code = avcodec_send_frame(s->encoder, frame);
        rc = code < 0 ? fail(s, "a frame could not be encoded", code, err)
                      : take_packets(s, err);
    }
    av_frame_free(&frame);
    s->n_frames++;
    return rc;
}

/* ---- sound before the first frame ---- */

static int keep_early(sink_video *s, const st_packet *packet, stance_error *err)
{
    st_packet *grown = st_realloc_array(s->early, s->n_early + 1, sizeof(*grown));
    AVPacket *copy = grown ? av_packet_clone(packet->native) : NULL;
    if (grown)
        s->early = grown;
    if (!copy)
        return st_fail_memory(err);
    s->early[s->n_early] = *packet;
    s->early[s->n_early++].native = copy;
    return 0;
}

static int write_early(sink_video *s, stance_error *err)
{
    int rc = 0;
    for (size_t i = 0; i < s->n_early && rc == 0; i++)
        rc = st_av_sound_write(&s->sound, &s->early[i], s->first_us, err);
    return rc;
}

static void drop_early(sink_video *s)
{
    for (size_t i = 0; i < s->n_early; i++) {
        AVPacket *packet = s->early[i].native;
        av_packet_free(&packet);
    }
    st_free(s->early);
    s->early = NULL;
    s->n_early = 0;
}

static int on_frame(void *self, const stance_result *result, stance_error *err)
{
    sink_video *s = self;
    if (!s->begun) {
        s->begun = true;
        s->first_us = result->frame->pts_us;
        int rc = write_early(s, err);
        drop_early(s);
        if (rc < 0)
            return rc;
    }
    return encode(s, result->picture, err);
}

static int on_audio(void *self, const st_packet *packet, stance_error *err)
{
    sink_video *s = self;
    if (!s->sound.stream)
        return 0;
    return s->begun ? st_av_sound_write(&s->sound, packet, s->first_us, err)
                    : keep_early(s, packet, err);
}

/* ---- the end ---- */

static int end(void *self, const stance_summary *summary, stance_error *err)
{
    sink_video *s = self;
    (void)summary;
    int code = avcodec_send_frame(s->encoder, NULL);
    int rc = code < 0 ? fail(s, "could not be ended", code, err) : take_packets(s, err);
    if (rc == 0)
        rc = st_av_sound_end(&s->sound, err);
    if (rc < 0)
        return rc;
    if (s->palette.graph && s->n_frames > 0) /* else as long as the one before */
        av_opt_set_int(s->muxer->priv_data, "final_delay",
                       s->durations[(s->n_frames - 1) % DURATIONS].duration, 0);
    code = av_write_trailer(s->muxer);
    avio_flush(s->muxer->pb);
    if (code >= 0)
        code = s->muxer->pb->error;
    int closed = avio_closep(&s->muxer->pb);
    if (code < 0 || closed < 0)
        return fail(s, "could not be written", code < 0 ? code : closed, err);
    return st_out_file_commit(&s->out, err);
}

static void close_sink(void *self)
{
    sink_video *s = self;
    drop_early(s);
    close_muxer(s);
    st_av_palette_close(&s->palette);
    st_av_convert_clear(&s->convert);
    avcodec_free_context(&s->encoder);
    av_packet_free(&s->packet);
    st_out_file_close(&s->out);
}

const stance_sink_class st_sink_video = {
    .name = "video",
    .help = "annotated video with the source's sound",
    .size = sizeof(sink_video),
    .wants_picture = true,
    .check = check,
    .open = open_sink,
    .begin = begin,
    .frame = on_frame,
    .audio = on_audio,
    .end = end,
    .close = close_sink,
};
