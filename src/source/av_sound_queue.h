/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SOURCE_AV_SOUND_QUEUE_H
#define ST_SOURCE_AV_SOUND_QUEUE_H

#include "frame/packet.h"
#include "source/av_library.h"
#include "source/picker.h"

/* Sound that was read and is not due yet: first in, first out. */

typedef struct st_av_sound_queue {
    st_packet **packets;
    size_t at, n, capacity;
} st_av_sound_queue;

/** Put in a packet of the stream, whose contents are taken. @return 0 or STANCE_ENOMEM */
int st_av_sound_queue_push(st_av_sound_queue *queue, const AVStream *stream,
                           AVPacket *from, stance_error *err);

/**
 * The next packet that is due, with its time counted from the first frame; what lies
 * outside of --start and --end is left out.
 *
 * @param first_us time of the source's first video frame
 * @param until_us sound up to here is due, counted from the first frame; INT64_MAX: all
 * @return NULL: none; else the caller's
 */
st_packet *st_av_sound_queue_take(st_av_sound_queue *queue, const st_picker *picker,
                                  int64_t first_us, int64_t until_us);

/** Let go of all. */
void st_av_sound_queue_clear(st_av_sound_queue *queue);

#endif
