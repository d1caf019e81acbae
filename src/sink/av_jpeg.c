/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A frame as JPEG in memory, small enough to be carried inside a page. The same pixels
 * give the same bytes: one thread, and no name of the encoder in it.
 */
#include "sink/av_jpeg.h"

#include <libavcodec/avcodec.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"

enum { QUALITY = 4 }; /* of 2 (best) to 31 */

static void choose_size(const stance_frame *frame, int sar_num, int sar_den, int widest,
                        int *width, int *height)
{
    double w = frame->width, h = frame->height;
    if (sar_num > 0 && sar_den > 0)
        w *= (double)sar_num / sar_den;
    double most = fmax(w, h), scale = most > widest ? widest / most : 1;
    *width = (int)fmax(lround(w * scale), 1);
    *height = (int)fmax(lround(h * scale), 1);
}

static int open_encoder(int width, int height, AVCodecContext **out, stance_error *err)
{
    const AVCodec *codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
    AVCodecContext *c = *out = codec ? avcodec_alloc_context3(codec) : NULL;
    if (!c)
        return codec ? st_fail_memory(err)
                     : st_fail(err, STANCE_EOUTPUT, "this build of libav writes no JPEG");
    c->width = width;
    c->height = height;
    c->time_base = (AVRational){1, 25};
    c->pix_fmt = AV_PIX_FMT_YUV420P;
    c->color_range = AVCOL_RANGE_JPEG;
    c->flags |= AV_CODEC_FLAG_QSCALE | AV_CODEC_FLAG_BITEXACT;
    c->global_quality = QUALITY * FF_QP2LAMBDA;
    c->thread_count = 1;
    int code = avcodec_open2(c, codec, NULL);
    return code < 0 ? st_fail(err, STANCE_EOUTPUT, "a picture cannot be encoded: %s",
                              av_err2str(code))
                    : 0;
}

static int encode(AVCodecContext *c, AVFrame *picture, AVPacket *packet,
                  stance_error *err)
{
    picture->color_range = c->color_range;
    picture->quality = c->global_quality;
    int code = avcodec_send_frame(c, picture);
    if (code >= 0)
        code = avcodec_send_frame(c, NULL);
    if (code >= 0)
        code = avcodec_receive_packet(c, packet);
    return code < 0 ? st_fail(err, STANCE_EOUTPUT, "a picture could not be encoded: %s",
                              av_err2str(code))
                    : 0;
}

int st_av_jpeg(st_av_convert *convert, const stance_frame *frame, int sar_num,
               int sar_den, int widest, uint8_t **bytes, size_t *n_bytes, int *width,
               int *height, stance_error *err)
{
    AVCodecContext *c = NULL;
    AVFrame *picture = NULL;
    AVPacket *packet = av_packet_alloc();
    uint8_t *copy = NULL;
    int w, h;
    choose_size(frame, sar_num, sar_den, widest, &w, &h);
    int rc = packet ? open_encoder(w, h, &c, err) : st_fail_memory(err);
    if (rc == 0 && st_av_convert_frame(convert, frame, c->pix_fmt, w, h, true,
                                       AVCOL_SPC_SMPTE170M, &picture) < 0)
        rc = st_fail_memory(err);
    if (rc == 0)
        rc = encode(c, picture, packet, err);
    if (rc == 0) {
        copy = st_alloc_array((size_t)packet->size, 1);
        rc = copy ? 0 : st_fail_memory(err);
    }
    if (rc == 0) {
        memcpy(copy, packet->data, (size_t)packet->size);
        st_free(*bytes);
        *bytes = copy;
        *n_bytes = (size_t)packet->size;
        *width = w;
        *height = h;
    }
    av_frame_free(&picture);
    avcodec_free_context(&c);
    av_packet_free(&packet);
    return rc;
}
