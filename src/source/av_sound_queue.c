/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sound on its way from the container to the sinks.
 *
 * Containers hold sound some way ahead of the frames it belongs to. It waits here for
 * them, so that a run which is ended early does not end with more sound than pictures. A
 * badly interleaved file would fill the memory: beyond a limit the oldest goes on anyway.
 */
#include "source/av_sound_queue.h"

#include <string.h>

#include "base/memory.h"
#include "base/status.h"

enum { WAITING_MAX = 4096 };

static void release(st_packet *packet)
{
    AVPacket *native = packet->native;
    av_packet_free(&native);
    st_free(packet);
}

static st_packet *make_packet(const AVStream *stream, AVPacket *from)
{
    st_packet *packet = st_alloc(sizeof(*packet));
    AVPacket *native = packet ? av_packet_alloc() : NULL;
    if (!native) {
        st_free(packet);
        return NULL;
    }
    av_packet_move_ref(native, from);
    AVRational base = stream->time_base, us = {1, 1000000};
    int64_t pts = native->pts != AV_NOPTS_VALUE ? native->pts : native->dts;
    *packet = (st_packet){.native = native,
                          .pts_us = pts == AV_NOPTS_VALUE ? INT64_MIN
                                                          : av_rescale_q(pts, base, us),
                          .duration_us = av_rescale_q(native->duration, base, us),
                          .release = release};
    return packet;
}

int st_av_sound_queue_push(st_av_sound_queue *q, const AVStream *stream, AVPacket *from,
                           stance_error *err)
{
    if (q->n == q->capacity && q->at > 0) {
        q->n -= q->at;
        memmove(q->packets, q->packets + q->at, q->n * sizeof(*q->packets));
        q->at = 0;
    }
    if (q->n == q->capacity) {
        size_t capacity = q->capacity ? 2 * q->capacity : 64;
        st_packet **grown = st_realloc_array(q->packets, capacity, sizeof(*grown));
        if (!grown)
            return st_fail_memory(err);
        q->packets = grown;
        q->capacity = capacity;
    }
    st_packet *packet = make_packet(stream, from);
    if (!packet)
        return st_fail_memory(err);
    q->packets[q->n++] = packet;
    return 0;
}

st_packet *st_av_sound_queue_take(st_av_sound_queue *q, const st_picker *picker,
                                  int64_t first_us, int64_t until_us)
{
    while (q->at < q->n) {
        st_packet *packet = q->packets[q->at];
        bool placed = packet->pts_us != INT64_MIN; /* else it has no time */
        int64_t pts_us = placed ? packet->pts_us - first_us : INT64_MIN;
        if (placed && pts_us >= until_us && q->n - q->at <= WAITING_MAX)
            return NULL;
        q->at++;
        packet->pts_us = pts_us;
        if (placed && st_picker_hears(picker, pts_us, packet->duration_us))
            return packet;
        release(packet);
    }
    return NULL;
}

void st_av_sound_queue_clear(st_av_sound_queue *q)
{
    for (size_t i = q->at; i < q->n; i++)
        release(q->packets[i]);
    st_free(q->packets);
    *q = (st_av_sound_queue){0};
}
