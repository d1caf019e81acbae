/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_FRAME_PACKET_H
#define ST_FRAME_PACKET_H

#include "stance/common.h"

/*
 * Sound passes through unopened: the source hands compressed packets to the sinks. Both
 * ends are libav files; nothing between them looks inside `native`.
 */

/** Sound that a source can pass on. Lives as long as the source. */
typedef struct st_audio {
    const void *native;     /**< AVCodecParameters of the track */
    int time_num, time_den; /**< time base of the track */
} st_audio;

/** One compressed packet of the track. Reference counted by its maker through `release`.
 */
typedef struct st_packet {
    void *native; /**< AVPacket, times in the track's time base, not yet shifted */
    int64_t
        pts_us; /**< microseconds since the source's first video frame; may be below 0 */
    int64_t duration_us;
    void (*release)(
        struct st_packet *packet); /**< frees everything, the struct included */
} st_packet;

#endif
