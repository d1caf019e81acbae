/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Videos, addresses, standard input and cameras, by libav.
 *
 *     av_input.c    name -> container, streams
 *     av_decoder.c  packets -> pictures, counting what is lost
 *     av_left_out.c which packets need not be decoded (--fast)
 *     av_deinterlace.c, av_picture.c  pictures -> upright 8-bit frames
 *     av_describe.c, av_seek.c, av_sound_queue.c  what is known of it, --start, sound
 * This room reads packets, keeps the stream's times in order, and applies what is to be
 * picked. Times are the stream's own, counted from its first frame; where one is missing
 * or runs backwards it is repaired from the frame before, and counted. Sound is handed on
 * as packets.
 */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/status.h"
#include "source/av_arrivals.h"
#include "source/av_decoder.h"
#include "source/av_deinterlace.h"
#include "source/av_describe.h"
#include "source/av_input.h"
#include "source/av_left_out.h"
#include "source/av_picture.h"
#include "source/av_seek.h"
#include "source/av_sound_queue.h"
#include "source/picker.h"

enum {
    BAD_READS_MAX = 100, /* failed reads in a row before a file counts as ended */
    WORTH_SEEKING_S = 2, /* a start before that is decoded to */
};

static const AVRational in_us = {1, 1000000};

typedef struct source_av {
    const st_source_request *request;
    st_av_input input;
    st_av_decoder decoder;
    st_av_left_out left_out;
    st_av_deinterlace deinterlace;
    st_av_picture picture;
    st_picker picker;
    AVPacket *packet;
    AVFrame *frame;
    stance_frame *first; /* decoded at opening, not yet handed on */
    st_av_sound_queue sound;
    st_audio audio;
    AVRational time_base;
    int64_t first_pts, last_pts, usual_duration; /* in time_base */
    int64_t from_pts; /* after a search: packets shown before it are not decoded */
    int64_t n_frames, n_out, n_packets, repaired_times, end_us;
    st_av_arrivals arrivals;
    int64_t began_us; /* a clip treated as live: when its first frame was given */
    int64_t loop_us;  /* added to times, because the clip began again */
    int64_t loop_out; /* frames read before it did, the last time */
    bool paced;       /* frames come when their time is there */
    int bad_reads;
    bool draining, filter_ended, all_read;
    bool opened; /* first_pts is known */
    int broken;  /* why reading ended early: a libav code, 0: it did not */
} source_av;

static int64_t to_us(const void *self, int64_t pts)
{
    const source_av *s = self;
    return av_rescale_q(pts - s->first_pts, s->time_base, in_us);
}

static bool takes(const st_source_request *request)
{
    return request->n_inputs == 1;
}

/* ---- times ---- */

/* The time of the frame in s->frame, always behind that of the frame before. */
static void set_time(source_av *s)
{
    int64_t pts = s->arrivals.untimed ? st_av_arrivals_last(&s->arrivals)
                                      : s->frame->best_effort_timestamp;
    int64_t step = s->usual_duration > 0 ? s->usual_duration : 1;
    if (s->n_frames == 0) {
        s->repaired_times += pts == AV_NOPTS_VALUE;
        pts = pts == AV_NOPTS_VALUE ? 0 : pts;
        if (!s->opened)
            s->first_pts = pts;
    } else if (pts == AV_NOPTS_VALUE || pts <= s->last_pts) {
        pts = s->last_pts + step;
        s->repaired_times++;
    }
    s->n_frames++;
    s->last_pts = pts;
    s->frame->pts = pts;
}

/* Convert s->frame. */
static int make_frame(source_av *s, stance_frame **frame, stance_error *err)
{
    int64_t duration = s->arrivals.untimed ? 0 : st_av_frame_duration(s->frame);
    int rc = st_av_picture_make(&s->picture, s->frame, s->request->inputs[0], frame, err);
    if (rc < 0)
        return rc;
    if (duration <= 0)
        duration = s->usual_duration;
    /* Who sends them counts what they sent. */
    (*frame)->index = s->n_out - 1 + (s->arrivals.untimed ? s->decoder.lost : 0);
    if (s->input.stills)
        return 0; /* pictures have no times */
    (*frame)->pts_us = s->loop_us + to_us(s, s->frame->pts);
    (*frame)->duration_us =
        duration > 0 ? av_rescale_q(duration, s->time_base, in_us) : 0;
    return 0;
}

/* ---- reading ---- */

/* The end of the packets: what the container announced and did not hold is lost. */
static void count_cut_off(source_av *s)
{
    const char *name = s->input.format->iformat->name;
    int64_t announced = avformat_index_get_entries_count(s->input.video);
    if (!strstr(name, "mov") || s->input.live || s->broken || announced <= s->n_packets)
        return;
    s->decoder.lost += announced - s->n_packets;
    s->decoder.decode_errors++;
    st_log(STANCE_LOG_WARN, "source", "%s: cut off: %lld of %lld frames are not in it",
           s->request->inputs[0], (long long)(announced - s->n_packets),
           (long long)announced);
}

static int start_draining(source_av *s, stance_error *err)
{
    s->draining = true;
    count_cut_off(s);
    return st_av_decoder_send(&s->decoder, NULL, err);
}

/* What a failed av_read_frame() means. 0: go on */
static int judge_read(source_av *s, int code, stance_error *err)
{
    if (atomic_load(s->request->stop))
        return STANCE_END;
    if (code == AVERROR(EAGAIN))
        return 0; /* a camera has no frame yet, which was waited for */
    if (code == AVERROR_EOF)
        return start_draining(s, err);
    if (code == AVERROR_INVALIDDATA && ++s->bad_reads < BAD_READS_MAX) {
        s->decoder.decode_errors++;
        return 0;
    }
    s->broken = code;
    return start_draining(s, err);
}

/* Read one packet: into the decoder, or (sound) into the queue. */
static int read_packet(source_av *s, stance_error *err)
{
    int code = st_av_arrivals_read(&s->arrivals, s->input.format, s->packet,
                                   s->input.video->index);
    if (code < 0)
        return judge_read(s, code, err);
    int rc = 0;
    s->bad_reads = 0;
    bool before = s->packet->pts != AV_NOPTS_VALUE && s->packet->pts < s->from_pts;
    if (s->packet->stream_index == s->input.video->index) {
        s->n_packets++;
        if (!before && !st_av_leave_out(&s->left_out, s->input.video->codecpar, s->packet,
                                        s->request->calm, to_us, s))
            rc = st_av_decoder_send(&s->decoder, s->packet, err);
    } else if (s->input.audio && s->packet->stream_index == s->input.audio->index) {
        rc = st_av_sound_queue_push(&s->sound, s->input.audio, s->packet, err);
    }
    av_packet_unref(s->packet);
    return rc;
}

/* The next picture in s->frame, whole and with its time. @return 0, AGAIN, END, error */
static int receive(source_av *s, stance_error *err)
{
    while (s->deinterlace.graph) {
        int rc = st_av_deinterlace_receive(&s->deinterlace, s->frame, err);
        if (rc != STANCE_AGAIN)
            return rc;
        rc = st_av_left_out_receive(&s->left_out, &s->decoder, s->frame, err);
        if (rc == STANCE_END && !s->filter_ended) {
            s->filter_ended = true;
            rc = st_av_deinterlace_send(&s->deinterlace, NULL, err);
        } else if (rc == 0 && !s->frame->data[0] &&
                   !st_av_left_out_fill(&s->left_out, s->frame)) {
            s->decoder.lost++; /* what was interlaced ends with one that was not */
        } else if (rc == 0) {
            set_time(s);
            rc = st_av_deinterlace_send(&s->deinterlace, s->frame, err);
        }
        if (rc != 0)
            return rc;
    }
    int rc = st_av_left_out_receive(&s->left_out, &s->decoder, s->frame, err);
    if (rc != 0)
        return rc;
    set_time(s);
    if (!st_av_frame_interlaced(s->frame) || s->input.stills)
        return 0;
    rc = st_av_deinterlace_open(&s->deinterlace, s->frame, s->time_base,
                                s->request->inputs[0], err);
    if (rc == 0)
        rc = st_av_deinterlace_send(&s->deinterlace, s->frame, err);
    return rc == 0 ? receive(s, err) : rc;
}

/* The next picture in s->frame, reading as far as it takes. */
static int next_picture(source_av *s, stance_error *err)
{
    for (;;) {
        int rc = receive(s, err);
        if (rc == 0)
            s->n_out++;
        if (rc != STANCE_AGAIN)
            return rc;
        if (atomic_load(s->request->stop))
            return STANCE_END;
        rc = read_packet(s, err);
        if (rc != 0)
            return rc;
    }
}

/* ---- opening ---- */

static int fail_empty(const source_av *s, stance_error *err)
{
    char reason[128];
    const char *name = s->request->inputs[0];
    if (s->broken)
        return st_fail(err, STANCE_EINPUT, "%s: %s", name,
                       st_av_reason(s->broken, reason));
    if (atomic_load(s->request->stop))
        return st_fail(err, STANCE_EINTERRUPTED, "%s: interrupted before the first frame",
                       name);
    return st_fail(err, STANCE_EINPUT,
                   "%s: expected frames, found none that can be decoded", name);
}

static int open_first(source_av *s, stance_stream *stream, stance_error *err)
{
    int rc = next_picture(s, err);
    if (rc == STANCE_END)
        return fail_empty(s, err);
    if (rc < 0)
        return rc;
    st_av_orient(&s->picture, &s->input, s->frame, s->request->settings->rotate_deg);
    stream->rotation_deg = s->picture.turn_deg;
    st_av_describe(stream, &s->input, s->frame, s->picture.turn_deg % 180 != 0,
                   &s->audio);
    if (s->arrivals.untimed) {
        stream->fps_num = 0;
        stream->time_num = 1;
        stream->time_den = 1000000;
    }
    if (stream->fps_num > 0)
        s->usual_duration =
            av_rescale_q(1, (AVRational){stream->fps_den, stream->fps_num}, s->time_base);
    rc = make_frame(s, &s->first, err);
    av_frame_unref(s->frame);
    if (rc < 0)
        return rc;
    s->opened = true;
    stream->start_us = av_rescale_q(s->first_pts, s->time_base, in_us);
    stream->width = s->first->width;
    stream->height = s->first->height;
    stream->format = s->first->format;
    stream->colour = s->first->colour;
    return 0;
}

/* Forget what was read, because reading goes on at another place. */
static void restart(source_av *s, const st_av_place *place)
{
    avcodec_flush_buffers(s->decoder.codec);
    st_av_deinterlace_close(&s->deinterlace);
    st_av_sound_queue_clear(&s->sound);
    stance_frame_unref(&s->first);
    st_av_left_out_clear(&s->left_out);
    s->decoder.n_packets = s->decoder.n_frames = 0;
    s->decoder.lost = s->decoder.decode_errors = 0;
    s->draining = s->filter_ended = s->all_read = false;
    s->n_out = place->n_before;
    s->n_packets = place->n_packets;
    s->from_pts = place->pts;
    s->n_frames = s->repaired_times = 0;
}

/* --start: go there by packets where it is worth it. */
static int go_to_start(source_av *s, stance_error *err)
{
    double start_s = s->request->settings->start_s;
    st_av_place place = {.pts = INT64_MIN}; /* the beginning */
    if (isnan(start_s) || start_s < WORTH_SEEKING_S || s->draining)
        return 0;
    int64_t target =
        s->first_pts + av_rescale_q(llround(start_s * 1e6), in_us, s->time_base);
    int rc = st_av_seek(&s->input, target, &place, err);
    if (rc == STANCE_AGAIN && s->input.format->pb &&
        !(s->input.format->pb->seekable & AVIO_SEEKABLE_NORMAL))
        return 0; /* nothing was read on: the first frame is still the first */
    if (rc < 0)
        return st_fail_prefix(err, "%s", s->request->inputs[0]);
    restart(s, &place);
    return 0;
}

static int open_source(void *self, const st_source_request *request,
                       stance_stream *stream, stance_error *err)
{
    source_av *s = self;
    s->request = request;
    s->picker.settings = request->settings;
    s->from_pts = INT64_MIN;
    s->packet = av_packet_alloc();
    s->frame = av_frame_alloc();
    int rc = s->packet && s->frame ? st_av_input_open(&s->input, request, err)
                                   : st_fail_memory(err);
    if (rc < 0)
        return rc;
    s->paced = s->input.live && !s->input.stills &&
               st_file_kind_of(request->inputs[0]) == ST_FILE_REGULAR;
    /* A camera's JPEGs one behind the other: libav thinks that they are 25 a second. */
    s->arrivals.untimed = s->input.live && !s->paced && !s->input.stills &&
                          strstr(s->input.format->iformat->name, "jpeg");
    s->time_base = s->arrivals.untimed ? in_us : s->input.video->time_base;
    AVRational fps = s->input.video->avg_frame_rate;
    if (fps.num > 0 && fps.den > 0 && !s->arrivals.untimed)
        s->usual_duration = av_rescale_q(1, av_inv_q(fps), s->time_base);
    st_av_decode_how how = {.threads = request->decode_threads,
                            .live = s->input.live,
                            .hwaccel = request->settings->hwaccel,
                            .rough = request->rough};
    if (request->calm)
        how.threads = st_av_left_out_threads(s->input.video->codecpar, how.threads);
    rc = st_av_decoder_open(&s->decoder, s->input.video, &how, request->inputs[0], err);
    if (rc < 0)
        return rc;
    st_av_picture_shrunk(&s->picture, s->input.video->codecpar, s->decoder.codec->lowres);
    rc = open_first(s, stream, err);
    return rc < 0 ? rc : go_to_start(s, err);
}

/* ---- handing on ---- */

/* The next frame's time in the clip, without converting it yet. */
static int64_t pts_us(const source_av *s)
{
    if (s->first)
        return s->first->pts_us - s->loop_us;
    return s->input.stills ? 0 : to_us(s, s->frame->pts);
}

static int give(source_av *s, st_source_item *item, stance_error *err)
{
    item->frame = s->first;
    if (s->input.live)
        st_av_arrivals_tell(&s->arrivals, s->first ? s->first_pts : s->frame->pts, item);
    int rc = s->first ? 0 : make_frame(s, &item->frame, err);
    s->first = NULL;
    if (rc < 0)
        return rc;
    st_calm_gave(s->request->calm);
    s->end_us = item->frame->pts_us + item->frame->duration_us;
    if (s->paced) {
        if (s->began_us == 0)
            s->began_us = st_clock_us() - item->frame->pts_us;
        item->waited_us = -st_clock_us();
        st_source_wait(s->request, s->began_us + item->frame->pts_us);
        item->arrived_us = st_clock_us();
        item->waited_us += item->arrived_us;
    }
    return 0;
}

/* --loop: the clip begins again, its times go on. @return 0; STANCE_END: not asked for,
 * or nothing came of it the last time */
static int begin_again(source_av *s, stance_error *err)
{
    const st_av_place start = {.pts = INT64_MIN, .n_before = s->n_out};
    int64_t lost = s->decoder.lost, errors = s->decoder.decode_errors;
    if (!s->input.loop || s->n_out == s->loop_out || atomic_load(s->request->stop))
        return STANCE_END;
    if (!st_av_seek_start(&s->input))
        return st_fail(err, STANCE_EINPUT, "%s: the beginning cannot be found again",
                       s->request->inputs[0]);
    restart(s, &start);
    s->decoder.lost = lost;
    s->decoder.decode_errors = errors;
    s->loop_us = s->end_us;
    s->loop_out = s->n_out;
    return 0;
}

static int fail_broken(const source_av *s, stance_error *err)
{
    char reason[128];
    return st_fail(err, STANCE_EINPUT, "%s: reading broke off after %lld frames: %s",
                   s->request->inputs[0], (long long)s->n_out,
                   st_av_reason(s->broken, reason));
}

/* 0 with item->frame, STANCE_END, or an error. */
static int next_frame(source_av *s, st_source_item *item, stance_error *err)
{
    for (;;) {
        int rc = s->first ? 0 : next_picture(s, err);
        st_pick pick = ST_PICK_END;
        if (rc == 0)
            pick = st_picker_next(&s->picker, pts_us(s));
        bool over = rc == STANCE_END || (rc == 0 && pick == ST_PICK_END);
        if (over && begin_again(s, err) == 0)
            continue;
        if (rc == STANCE_END && !atomic_load(s->request->stop))
            s->all_read = true;
        if (rc != 0)
            return rc;
        if (pick == ST_PICK_END)
            return STANCE_END;
        if (pick == ST_PICK_GIVE)
            rc = give(s, item, err);
        stance_frame_unref(&s->first);
        av_frame_unref(s->frame);
        if (pick == ST_PICK_GIVE)
            return rc;
    }
}

static st_packet *take_sound(source_av *s)
{
    int64_t first_us = av_rescale_q(s->first_pts, s->time_base, in_us);
    return st_av_sound_queue_take(&s->sound, &s->picker, first_us,
                                  s->all_read ? INT64_MAX : s->end_us);
}

static int read_item(void *self, st_source_item *item, stance_error *err)
{
    source_av *s = self;
    item->packet = take_sound(s);
    if (item->packet)
        return 0;
    /* Of a live input some are dropped later: whoever counts those ends it. */
    if (!s->input.live && st_picker_full(&s->picker))
        return STANCE_END;
    int rc = s->all_read ? STANCE_END : next_frame(s, item, err);
    if (rc != STANCE_END || !s->all_read)
        return rc;
    item->packet = take_sound(s);
    if (item->packet)
        return 0;
    return s->broken ? fail_broken(s, err) : STANCE_END;
}

static void counts(void *self, st_source_counts *counts)
{
    const source_av *s = self;
    *counts = (st_source_counts){
        .frames_in = s->picker.n_seen + s->decoder.lost,
        .skipped = s->picker.n_seen - s->picker.n_given,
        .lost = s->decoder.lost,
        .decode_errors = s->decoder.decode_errors,
        .repaired_times = s->repaired_times,
        .end_us = s->end_us,
    };
}

static void close_source(void *self)
{
    source_av *s = self;
    st_av_sound_queue_clear(&s->sound);
    stance_frame_unref(&s->first);
    st_av_deinterlace_close(&s->deinterlace);
    st_av_picture_clear(&s->picture);
    st_av_decoder_close(&s->decoder);
    st_av_input_close(&s->input);
    av_frame_free(&s->frame);
    st_av_left_out_clear(&s->left_out);
    av_packet_free(&s->packet);
}

const st_source_class st_source_av = {
    .name = "av",
    .help = "videos, addresses, standard input and cameras",
    .size = sizeof(source_av),
    .takes = takes,
    .open = open_source,
    .read = read_item,
    .counts = counts,
    .close = close_source,
};
