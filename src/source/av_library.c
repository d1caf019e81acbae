/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libav as a whole: its log and its versions.
 *
 * libav prints to standard error unless told otherwise, and a library must not: its
 * messages become lines of stance's log, one level less important than it thinks, because
 * what matters is said by whoever called it.
 */
#include "source/av_library.h"

#include <libavdevice/avdevice.h>
#include <libavutil/display.h>
#include <pthread.h>
#include <string.h>

#include "base/log.h"
#include "source/source.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void on_log(void *context, int level, const char *format, va_list args)
{
    stance_log_level to = level <= AV_LOG_WARNING ? STANCE_LOG_DEBUG : STANCE_LOG_TRACE;
    char line[512];
    int prefix = 1;
    if (level > AV_LOG_VERBOSE || !st_log_wants(to))
        return;
    av_log_format_line2(context, level, format, args, line, sizeof(line), &prefix);
    line[strcspn(line, "\r\n")] = '\0';
    if (line[0])
        st_log(to, "libav", "%s", line);
}

static void start(void)
{
    av_log_set_callback(on_log);
    avdevice_register_all();
    avformat_network_init();
}

void st_av_start(void)
{
    pthread_once(&once, start);
}

const char *st_av_reason(int code, char text[128])
{
    if (av_strerror(code, text, 128) < 0)
        snprintf(text, 128, "error %d", code);
    return text;
}

#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 16, 100)
const int32_t *st_av_display_matrix(const AVStream *stream)
{
    const AVCodecParameters *par = stream->codecpar;
    const AVPacketSideData *data = av_packet_side_data_get(
        par->coded_side_data, par->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
    return data && data->size >= 9 * sizeof(int32_t) ? (const int32_t *)data->data : NULL;
}
#else
const int32_t *st_av_display_matrix(const AVStream *stream)
{
    size_t size = 0;
    const uint8_t *data =
        av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
    return data && size >= 9 * sizeof(int32_t) ? (const int32_t *)(const void *)data
                                               : NULL;
}
#endif

#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
bool st_av_frame_interlaced(const AVFrame *frame)
{
    return (frame->flags & AV_FRAME_FLAG_INTERLACED) != 0;
}
#else
bool st_av_frame_interlaced(const AVFrame *frame)
{
    return frame->interlaced_frame != 0;
}
#endif

#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
int64_t st_av_frame_duration(const AVFrame *frame)
{
    return frame->duration;
}
#else
int64_t st_av_frame_duration(const AVFrame *frame)
{
    return frame->pkt_duration;
}
#endif
