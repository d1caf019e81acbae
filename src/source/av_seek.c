/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --start without decoding all that lies before.
 *
 * A frame keeps its number and its time wherever a run begins, so the packets up to the
 * start are read and counted, which costs only reading; then the input is searched back
 * to the last key frame before, and it is checked that this is where it went. Containers
 * that cannot do it, or packets without times, are decoded from the beginning instead.
 */
#include "source/av_seek.h"

#include <string.h>

#include "base/memory.h"
#include "base/status.h"

enum { GROUP_MAX = 100000 }; /* frames from one key frame to the next */

/* Times of the packets since the last key frame, which is the first of them. */
typedef struct scan {
    int64_t *pts;
    size_t n, capacity;
    int64_t n_before; /* frames shown before the key frame */
    int64_t n_packets, key_packets;
    bool found;
} scan;

static bool add(scan *s, int64_t pts)
{
    if (s->n == s->capacity) {
        size_t capacity = s->capacity ? 2 * s->capacity : 256;
        int64_t *grown =
            s->n < GROUP_MAX ? st_realloc_array(s->pts, capacity, sizeof(*grown)) : NULL;
        if (!grown)
            return false;
        s->pts = grown;
        s->capacity = capacity;
    }
    s->pts[s->n++] = pts;
    return true;
}

/* A key frame that may be the one: what is shown before it is counted and let go. */
static void begin_group(scan *s, int64_t pts)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->n; i++) {
        if (s->pts[i] < pts)
            s->n_before++;
        else
            s->pts[kept++] = s->pts[i];
    }
    s->n = kept;
    s->key_packets = s->n_packets;
    s->found = true;
}

/* Read packets up to the target. False: they cannot be counted. */
static bool scan_packets(const st_av_input *input, int64_t target, AVPacket *packet,
                         scan *s, int64_t *key_pts)
{
    bool ok = true, more = true;
    while (ok && more && !atomic_load(input->stop) &&
           av_read_frame(input->format, packet) >= 0) {
        if (packet->stream_index == input->video->index) {
            bool shown = !(packet->flags & AV_PKT_FLAG_DISCARD) && packet->size > 0;
            int64_t pts = packet->pts;
            ok = pts != AV_NOPTS_VALUE;
            /* Packets come in the order of their decoding: from here on all are later. */
            more = packet->dts == AV_NOPTS_VALUE || packet->dts <= target;
            /* An edit list may hide the key frame that those after it need. */
            if (ok && (packet->flags & AV_PKT_FLAG_KEY) && pts <= target) {
                begin_group(s, pts);
                *key_pts = pts;
            }
            if (ok && shown)
                ok = add(s, pts);
            s->n_packets++;
        }
        av_packet_unref(packet);
    }
    /* Frames that follow the key frame in the container may be shown before it. */
    for (size_t i = 0; i < s->n; i++)
        s->n_before += s->pts[i] < *key_pts;
    return ok && s->found;
}

/* Search, and read on to the key frame, which then waits in `packet`. */
static bool go_to(const st_av_input *input, int64_t pts, AVPacket *packet)
{
    int index = input->video->index;
    if (av_seek_frame(input->format, index, pts, AVSEEK_FLAG_BACKWARD) < 0)
        return false;
    while (av_read_frame(input->format, packet) >= 0) {
        bool ours = packet->stream_index == index;
        if (ours)
            break;
        av_packet_unref(packet);
    }
    return packet->pts == pts && (packet->flags & AV_PKT_FLAG_KEY);
}

bool st_av_seek_start(const st_av_input *input)
{
    return avformat_seek_file(input->format, -1, INT64_MIN, INT64_MIN, INT64_MAX, 0) >=
               0 ||
           av_seek_frame(input->format, input->video->index, 0, AVSEEK_FLAG_BACKWARD) >=
               0;
}

static bool is_searchable(const st_av_input *input)
{
    return !input->live && !input->stills && input->format->pb &&
           (input->format->pb->seekable & AVIO_SEEKABLE_NORMAL);
}

int st_av_seek(const st_av_input *input, int64_t target, st_av_place *place,
               stance_error *err)
{
    scan s = {0};
    int64_t key_pts = 0;
    AVPacket *packet = is_searchable(input) ? av_packet_alloc() : NULL;
    if (!packet || !st_av_seek_start(input)) {
        av_packet_free(&packet);
        return STANCE_AGAIN;
    }
    bool there = scan_packets(input, target, packet, &s, &key_pts) &&
                 go_to(input, key_pts, packet);
    av_packet_unref(packet);
    /* Once more, since looking took the packet. */
    if (there)
        there = av_seek_frame(input->format, input->video->index, key_pts,
                              AVSEEK_FLAG_BACKWARD) >= 0;
    if (there)
        *place = (st_av_place){key_pts, s.n_before, s.key_packets};
    st_free(s.pts);
    av_packet_free(&packet);
    if (there)
        return 0;
    return st_av_seek_start(input)
               ? STANCE_AGAIN
               : st_fail(err, STANCE_EINPUT, "the beginning cannot be found again");
}
