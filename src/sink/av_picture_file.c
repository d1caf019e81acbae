/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A frame as a picture, encoded by libav: a file, for annotated pictures and screenshots,
 * or the text that a page carries.
 *
 * A file is written beside its name and put there when it is whole. The same pixels give
 * the same bytes: one thread, and no name of the encoder in them.
 */
#include "sink/av_picture_file.h"

#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavutil/base64.h>
#include <libavutil/opt.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/status.h"

static const struct {
    const char *ending, *encoder;
    enum AVPixelFormat colour, grey;
    bool full_range;
} kinds[] = {
    {".jpg", "mjpeg", AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ420P, true},
    {".jpeg", "mjpeg", AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ420P, true},
    {".jpe", "mjpeg", AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ420P, true},
    {".png", "png", AV_PIX_FMT_RGB24, AV_PIX_FMT_GRAY8, true},
    {".webp", "libwebp", AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV420P, false},
    {".bmp", "bmp", AV_PIX_FMT_BGR24, AV_PIX_FMT_GRAY8, true},
    {".tif", "tiff", AV_PIX_FMT_RGB24, AV_PIX_FMT_GRAY8, true},
    {".tiff", "tiff", AV_PIX_FMT_RGB24, AV_PIX_FMT_GRAY8, true},
};

/* Of JPEG, from 2 (best) to 31. */
enum { FILE_QUALITY = 2, PAGE_QUALITY = 4 };
enum { N_KINDS = sizeof(kinds) / sizeof(kinds[0]) };

/* How a frame is encoded. */
typedef struct want {
    size_t kind;
    int width, height, jpeg_quality;
    bool fine; /* chroma as fine as the source's, where that is finer than halved */
} want;

static size_t find_kind(const char *path)
{
    const char *ending = st_path_ending(path);
    for (size_t i = 0; i < N_KINDS; i++)
        if (strcasecmp(ending, kinds[i].ending) == 0)
            return i;
    return N_KINDS;
}

bool st_av_picture_has_name(const char *path)
{
    return find_kind(path) < N_KINDS;
}

int st_av_picture_check(const char *path, stance_error *err)
{
    size_t kind = find_kind(path);
    if (kind == N_KINDS)
        return st_fail(err, STANCE_EINVAL,
                       "%s: expected the name of a picture, ending in .jpg, .png, .webp, "
                       ".bmp or .tiff",
                       path);
    if (!avcodec_find_encoder_by_name(kinds[kind].encoder))
        return st_fail(err, STANCE_EINVAL, "%s: this build of libav cannot write %s",
                       path, kinds[kind].ending);
    return 0;
}

static int open_encoder(const stance_frame *frame, const want *w, AVCodecContext **out,
                        stance_error *err)
{
    const AVCodec *codec = avcodec_find_encoder_by_name(kinds[w->kind].encoder);
    AVCodecContext *c = *out = codec ? avcodec_alloc_context3(codec) : NULL;
    if (!c)
        return codec ? st_fail_memory(err)
                     : st_fail(err, STANCE_EOUTPUT, "this build of libav cannot write %s",
                               kinds[w->kind].ending);
    bool grey = frame->format == STANCE_PIX_GRAY8;
    c->width = w->width;
    c->height = w->height;
    c->time_base = (AVRational){1, 25};
    c->pix_fmt = grey ? kinds[w->kind].grey : kinds[w->kind].colour;
    if (kinds[w->kind].full_range)
        c->color_range = AVCOL_RANGE_JPEG;
    if (codec->id == AV_CODEC_ID_MJPEG) {
        if (w->fine &&
            (frame->format == STANCE_PIX_YUV444P || frame->format == STANCE_PIX_GBRP))
            c->pix_fmt = AV_PIX_FMT_YUVJ444P;
        c->flags |= AV_CODEC_FLAG_QSCALE | AV_CODEC_FLAG_BITEXACT;
        c->global_quality = w->jpeg_quality * FF_QP2LAMBDA;
    }
    if (codec->id == AV_CODEC_ID_WEBP)
        av_opt_set(c->priv_data, "quality", "90", 0);
    c->thread_count = 1;
    int code = avcodec_open2(c, codec, NULL);
    return code < 0
               ? st_fail(err, STANCE_EOUTPUT,
                         "the encoder %s could not be opened for a picture of %dx%d: "
                         "%s",
                         codec->name, w->width, w->height, av_err2str(code))
               : 0;
}

/* JPEG and WebP say nothing of their colours: readers take them as BT.601. */
static int picture_matrix(const AVCodecContext *c, const stance_frame *frame)
{
    return c->codec_id == AV_CODEC_ID_MJPEG || c->codec_id == AV_CODEC_ID_WEBP
               ? AVCOL_SPC_SMPTE170M
               : st_av_matrix(frame->format, &frame->colour, frame->height);
}

static int encode(st_av_convert *convert, const stance_frame *frame, const want *w,
                  AVPacket *packet, stance_error *err)
{
    AVCodecContext *c = NULL;
    AVFrame *picture = NULL;
    int rc = open_encoder(frame, w, &c, err);
    if (rc == 0 && st_av_convert_frame(convert, frame, c->pix_fmt, c->width, c->height,
                                       kinds[w->kind].full_range,
                                       picture_matrix(c, frame), &picture) < 0)
        rc = st_fail_memory(err);
    if (rc == 0) {
        picture->color_range = c->color_range;
        picture->quality = c->global_quality;
        int code = avcodec_send_frame(c, picture);
        if (code >= 0)
            code = avcodec_send_frame(c, NULL);
        if (code >= 0)
            code = avcodec_receive_packet(c, packet);
        if (code < 0)
            rc = st_fail(err, STANCE_EOUTPUT, "a picture could not be encoded: %s",
                         av_err2str(code));
    }
    av_frame_free(&picture);
    avcodec_free_context(&c);
    return rc;
}

int st_av_picture_write(st_av_convert *convert, const stance_frame *frame,
                        const st_out_file *out, stance_error *err)
{
    const want w = {.kind = find_kind(out->path),
                    .width = frame->width,
                    .height = frame->height,
                    .jpeg_quality = FILE_QUALITY,
                    .fine = true};
    AVPacket *packet = av_packet_alloc();
    int rc = packet ? encode(convert, frame, &w, packet, err) : st_fail_memory(err);
    FILE *file = rc == 0 ? fopen(out->part_path, "wb") : NULL;
    if (rc == 0) {
        bool ok = file && fwrite(packet->data, 1, (size_t)packet->size, file) ==
                              (size_t)packet->size;
        if (file && fclose(file) != 0)
            ok = false;
        if (!ok)
            rc = st_fail(err, STANCE_EOUTPUT, "%s: %s", out->path, strerror(errno));
    } else {
        st_fail_prefix(err, "%s", out->path);
    }
    av_packet_free(&packet);
    return rc;
}

int st_av_picture_save(st_av_convert *convert, const stance_frame *frame,
                       const char *path, stance_error *err)
{
    st_out_file out;
    int rc = st_out_file_open(&out, path, err);
    if (rc == 0)
        rc = st_av_picture_write(convert, frame, &out, err);
    if (rc == 0)
        rc = st_out_file_commit(&out, err);
    st_out_file_close(&out);
    return rc;
}

/* With square pixels, and no larger than asked for. */
static want page_size(const stance_frame *frame, int sar_num, int sar_den, int widest)
{
    double w = frame->width, h = frame->height;
    if (sar_num > 0 && sar_den > 0)
        w *= (double)sar_num / sar_den;
    double most = fmax(w, h), scale = most > widest ? widest / most : 1;
    return (want){.kind = find_kind("x.jpg"),
                  .width = (int)fmax(lround(w * scale), 1),
                  .height = (int)fmax(lround(h * scale), 1),
                  .jpeg_quality = PAGE_QUALITY};
}

int st_av_picture_base64(st_av_convert *convert, const stance_frame *frame, int sar_num,
                         int sar_den, int widest, st_page_picture *picture,
                         stance_error *err)
{
    const want w = page_size(frame, sar_num, sar_den, widest);
    AVPacket *packet = av_packet_alloc();
    int rc = packet ? encode(convert, frame, &w, packet, err) : st_fail_memory(err);
    int size = rc == 0 ? AV_BASE64_SIZE(packet->size) : 0;
    char *text = rc == 0 ? st_alloc_array((size_t)size, 1) : NULL;
    if (rc == 0 && (!text || !av_base64_encode(text, size, packet->data, packet->size))) {
        st_free(text);
        rc = st_fail_memory(err);
    }
    if (rc == 0) {
        st_free(picture->base64);
        *picture = (st_page_picture){text, w.width, w.height};
    }
    av_packet_free(&packet);
    return rc;
}
