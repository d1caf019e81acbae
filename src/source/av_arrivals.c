/* SPDX-License-Identifier: Apache-2.0 */
#include "source/av_arrivals.h"

#include "base/clock.h"

enum { RETRY_US = 2000 };

int st_av_arrivals_read(st_av_arrivals *arrivals, AVFormatContext *format,
                        AVPacket *packet, int video)
{
    int64_t began_us = st_clock_us();
    int code = av_read_frame(format, packet);
    if (code == AVERROR(EAGAIN))
        st_sleep_us(RETRY_US);
    int64_t now_us = st_clock_us();
    arrivals->waited_us += now_us - began_us;
    if (code >= 0 && packet->stream_index == video) {
        size_t at = arrivals->n++ % ST_AV_ARRIVALS;
        arrivals->pts[at] = arrivals->untimed ? now_us : packet->pts;
        arrivals->us[at] = now_us;
    }
    return code;
}

int64_t st_av_arrivals_last(const st_av_arrivals *arrivals)
{
    return arrivals->n ? arrivals->us[(arrivals->n - 1) % ST_AV_ARRIVALS] : 0;
}

static int64_t arrival_of(const st_av_arrivals *arrivals, int64_t pts)
{
    const size_t held = arrivals->n < ST_AV_ARRIVALS ? arrivals->n : ST_AV_ARRIVALS;
    int64_t best = AV_NOPTS_VALUE, us = st_av_arrivals_last(arrivals);
    for (size_t i = 1; i <= held; i++) { /* the newest first */
        size_t at = (arrivals->n - i) % ST_AV_ARRIVALS;
        if (arrivals->pts[at] != AV_NOPTS_VALUE && arrivals->pts[at] <= pts &&
            (best == AV_NOPTS_VALUE || arrivals->pts[at] > best)) {
            best = arrivals->pts[at];
            us = arrivals->us[at];
        }
    }
    return us;
}

void st_av_arrivals_tell(st_av_arrivals *arrivals, int64_t pts, st_source_item *item)
{
    item->arrived_us = arrival_of(arrivals, pts);
    item->waited_us = arrivals->waited_us;
    arrivals->waited_us = 0;
}
