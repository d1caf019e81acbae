/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_AV_ARRIVALS_H
#define SOURCE_AV_ARRIVALS_H

#include <libavformat/avformat.h>
#include <stdbool.h>
#include <stdint.h>

#include "source/source.h"

/*
 * When packets of a live input came in, and how long they were waited for. A frame comes
 * out of the decoder some packets after its own, where frames are sent in another order
 * than they are shown; its delay counts from its own.
 */

enum { ST_AV_ARRIVALS = 32 /* more than any decoder keeps back */ };

typedef struct st_av_arrivals {
    int64_t pts[ST_AV_ARRIVALS], us[ST_AV_ARRIVALS];
    size_t n;          /* noted in all: the newest is at (n - 1) % ST_AV_ARRIVALS */
    int64_t waited_us; /* since it was told last */
    bool untimed;      /* frames have no times but when they come */
} st_av_arrivals;

/** av_read_frame(), noting it; a moment is waited where there is nothing yet. @param
 * video index of the stream that counts */
int st_av_arrivals_read(st_av_arrivals *arrivals, AVFormatContext *format,
                        AVPacket *packet, int video);

/** When the last one came; 0: none did. */
int64_t st_av_arrivals_last(const st_av_arrivals *arrivals);

/** When that of a frame came (the last that is not shown behind it; where none is known,
 * the last of all), and how long packets were waited for since this was called. */
void st_av_arrivals_tell(st_av_arrivals *arrivals, int64_t pts, st_source_item *item);

#endif
