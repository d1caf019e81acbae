/* SPDX-License-Identifier: Apache-2.0 */
/*
 * H.264 says in each piece of a frame (NAL unit) how much it is needed, nal_ref_idc
 * (ISO/IEC 14496-10, 7.4.1); HEVC in its type (ISO/IEC 23008-2, table 7-1): the even
 * types below 16 are of frames that no other of their own temporal layer needs, which is
 * no other at all where there is one layer.
 */
#include "source/av_left_out.h"

#include <string.h>

#include "base/cores.h"
#include "base/log.h"
#include "base/status.h"

/* ---- what is in a packet ---- */

typedef struct unit {
    const uint8_t *bytes;
    size_t n;
} unit;

/* Units with their lengths before them (MP4, Matroska). @return false: no more, or wrong
 */
static bool next_sized(const uint8_t **at, const uint8_t *end, int n_length, unit *u)
{
    size_t n = 0;
    if (end - *at < n_length)
        return false;
    for (int i = 0; i < n_length; i++)
        n = n << 8 | (*at)[i];
    if (n > (size_t)(end - *at - n_length))
        return false;
    *u = (unit){*at + n_length, n};
    *at += n_length + n;
    return true;
}

/* Units behind 00 00 01 (MPEG transport streams, raw streams). */
static bool next_marked(const uint8_t **at, const uint8_t *end, unit *u)
{
    const uint8_t *p = *at;
    while (end - p >= 3 && (p[0] || p[1] || p[2] != 1))
        p++;
    if (end - p < 3)
        return false;
    *u = (unit){p + 3, (size_t)(end - p - 3)}; /* the first bytes are of interest */
    *at = p + 3;
    return true;
}

/* Bytes of a unit's length; 0: units are marked. */
static int length_size(const AVCodecParameters *codec)
{
    bool hevc = codec->codec_id == AV_CODEC_ID_HEVC;
    int at = hevc ? 21 : 4; /* of avcC and hvcC */
    if (codec->extradata_size <= at || codec->extradata[0] != 1)
        return 0;
    return (codec->extradata[at] & 3) + 1;
}

/* Of hvcC; of marked units it is not known. */
static bool has_one_layer(const AVCodecParameters *codec)
{
    return codec->extradata_size > 21 && codec->extradata[0] == 1 &&
           (codec->extradata[21] >> 3 & 7) == 1;
}

typedef enum needed { NO_PICTURE, NEEDED, NOT_NEEDED } needed;

static needed judge_h264(const unit *u)
{
    if (u->n < 1)
        return NO_PICTURE;
    int type = u->bytes[0] & 31;
    if (type == 6 || type == 9 || type == 12) /* words about it, marks, filling */
        return NO_PICTURE;
    return type == 1 && (u->bytes[0] >> 5 & 3) == 0 ? NOT_NEEDED : NEEDED;
}

static needed judge_hevc(const unit *u)
{
    if (u->n < 2)
        return NO_PICTURE;
    int type = u->bytes[0] >> 1 & 63;
    if (type == 35 || (type >= 38 && type <= 40)) /* marks, filling, words about it */
        return NO_PICTURE;
    return type < 16 && type % 2 == 0 ? NOT_NEEDED : NEEDED;
}

bool st_av_unreferenced(const AVCodecParameters *codec, const AVPacket *packet)
{
    bool h264 = codec->codec_id == AV_CODEC_ID_H264;
    if (!h264 && (codec->codec_id != AV_CODEC_ID_HEVC || !has_one_layer(codec)))
        return false;
    if (codec->field_order > AV_FIELD_PROGRESSIVE)
        return false;
    const uint8_t *at = packet->data, *end = at + packet->size;
    int n_length = length_size(codec);
    bool some = false;
    unit u;
    while (n_length ? next_sized(&at, end, n_length, &u) : next_marked(&at, end, &u)) {
        needed n = h264 ? judge_h264(&u) : judge_hevc(&u);
        if (n == NEEDED)
            return false;
        some |= n == NOT_NEEDED;
    }
    return some && (!n_length || at == end);
}

/* ---- what is left out ---- */

/* @param n how many there are @return how many there are now */
static size_t insert(int64_t *sorted, size_t n, int64_t value)
{
    size_t i = n;
    for (; i > 0 && sorted[i - 1] > value; i--)
        sorted[i] = sorted[i - 1];
    sorted[i] = value;
    return n + 1;
}

static void drop_first(int64_t *sorted, size_t *n)
{
    memmove(&sorted[0], &sorted[1], --*n * sizeof(*sorted));
}

static void note_time(st_av_left_out *left, int64_t pts)
{
    if (left->n_newest == ST_AV_ASK_BACK) {
        if (pts <= left->newest[0])
            return;
        drop_first(left->newest, &left->n_newest);
    }
    left->n_newest = insert(left->newest, left->n_newest, pts);
}

bool st_av_leave_out(st_av_left_out *left, const AVCodecParameters *codec,
                     const AVPacket *packet, st_calm *calm,
                     int64_t (*to_us)(const void *user, int64_t pts), const void *user)
{
    left->off |= packet->dts != AV_NOPTS_VALUE && left->n_packets > 0 &&
                 packet->dts < left->last_dts;
    if (packet->dts != AV_NOPTS_VALUE)
        left->last_dts = packet->dts;
    if (left->n_packets++ % ST_AV_ASK_EVERY == 0)
        left->calm = !left->off && left->n_newest == ST_AV_ASK_BACK &&
                     st_calm_at(calm, to_us(user, left->newest[0]));
    if (packet->pts == AV_NOPTS_VALUE)
        return false;
    bool out = left->calm && !left->off && left->in_row < ST_AV_LEFT_IN_ROW &&
               left->n_waiting < ST_AV_LEFT_MOST && st_av_unreferenced(codec, packet) &&
               !(packet->flags & (AV_PKT_FLAG_CORRUPT | AV_PKT_FLAG_DISCARD));
    left->in_row = out ? left->in_row + 1 : 0;
    if (out)
        left->n_waiting = insert(left->waiting, left->n_waiting, packet->pts);
    else
        note_time(left, packet->pts);
    left->n_left += out;
    return out;
}

bool st_av_take_left_out(st_av_left_out *left, int64_t before, int64_t *pts)
{
    if (left->n_waiting == 0 || left->waiting[0] >= before)
        return false;
    *pts = left->waiting[0];
    drop_first(left->waiting, &left->n_waiting);
    return true;
}

/* ---- in the order in which they are shown ---- */

int st_av_left_out_receive(st_av_left_out *left, st_av_decoder *decoder, AVFrame *frame,
                           stance_error *err)
{
    int rc = 0;
    if (left->ready && left->ready->data[0])
        av_frame_move_ref(frame, left->ready);
    else
        rc = st_av_decoder_receive(decoder, frame, err);
    if (rc != 0 && rc != STANCE_END)
        return rc;
    int64_t shown = frame->best_effort_timestamp, pts;
    bool all = rc == STANCE_END || (left->off && shown < left->last_out);
    if (!st_av_take_left_out(left, all ? INT64_MAX : shown, &pts)) {
        left->last_out = shown;
        return rc;
    }
    if (!left->ready && !(left->ready = av_frame_alloc()))
        return st_fail_memory(err);
    if (rc == 0)
        av_frame_move_ref(left->ready, frame);
    frame->best_effort_timestamp = pts;
    return 0;
}

bool st_av_left_out_fill(const st_av_left_out *left, AVFrame *frame)
{
    int64_t pts = frame->best_effort_timestamp, shown = frame->pts;
    if (!left->ready || !left->ready->data[0] || av_frame_ref(frame, left->ready) < 0)
        return false;
    frame->best_effort_timestamp = pts;
    frame->pts = shown;
    return true;
}

int st_av_left_out_threads(const AVCodecParameters *codec, int asked)
{
    if (codec->codec_id != AV_CODEC_ID_H264 && codec->codec_id != AV_CODEC_ID_HEVC)
        return asked; /* nothing is left out */
    int n = asked ? asked : st_cores() + 1;
    return n < ST_AV_LEFT_THREADS ? n : ST_AV_LEFT_THREADS;
}

void st_av_left_out_clear(st_av_left_out *left)
{
    if (left->n_left > 0)
        st_log(STANCE_LOG_DEBUG, "source", "%lld frames were not decoded",
               (long long)left->n_left);
    av_frame_free(&left->ready);
    *left = (st_av_left_out){0};
}
