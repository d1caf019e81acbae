/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One picture file, decoded by libav from memory.
 *
 * From memory, because libav would take a '%' in a file's name for a pattern of many
 * files, and because the EXIF orientation is read from the same bytes.
 */
#include "source/av_still.h"

#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/status.h"
#include "source/av_decoder.h"
#include "source/av_picture.h"
#include "source/exif.h"
#include "source/source.h"

enum { IO_BUFFER = 1 << 15 };

typedef struct memory {
    const uint8_t *bytes;
    size_t n, at;
} memory;

static int read_memory(void *user, uint8_t *to, int size)
{
    memory *m = user;
    size_t n = m->n - m->at < (size_t)size ? m->n - m->at : (size_t)size;
    if (n == 0)
        return AVERROR_EOF;
    memcpy(to, m->bytes + m->at, n);
    m->at += n;
    return (int)n;
}

static int64_t seek_memory(void *user, int64_t offset, int whence)
{
    memory *m = user;
    if (whence == AVSEEK_SIZE)
        return (int64_t)m->n;
    int64_t at = whence == SEEK_CUR   ? (int64_t)m->at + offset
                 : whence == SEEK_END ? (int64_t)m->n + offset
                                      : offset;
    if (at < 0 || at > (int64_t)m->n)
        return AVERROR(EINVAL);
    m->at = (size_t)at;
    return at;
}

/* Packets into the decoder until it gives the first picture. */
static int decode_first(AVFormatContext *format, const AVStream *stream,
                        st_av_decoder *decoder, AVFrame *picture, stance_error *err)
{
    AVPacket *packet = av_packet_alloc();
    bool ended = false;
    int rc = packet ? STANCE_AGAIN : st_fail_memory(err);
    while (rc == STANCE_AGAIN) {
        if (ended || av_read_frame(format, packet) < 0) {
            rc = ended ? STANCE_END : st_av_decoder_send(decoder, NULL, err);
            ended = true;
        } else if (packet->stream_index == stream->index) {
            rc = st_av_decoder_send(decoder, packet, err);
        }
        if (packet)
            av_packet_unref(packet);
        if (rc == 0)
            rc = st_av_decoder_receive(decoder, picture, err);
    }
    av_packet_free(&packet);
    return rc;
}

static const char picture_formats[] =
    "bmp_pipe,dds_pipe,dpx_pipe,exr_pipe,gif,gif_pipe,image2,j2k_pipe,jpeg_pipe,"
    "jpegls_pipe,jpegxl_pipe,mjpeg,mov,pam_pipe,pbm_pipe,pcx_pipe,pgm_pipe,pgmyuv_pipe,"
    "png_pipe,ppm_pipe,psd_pipe,qoi_pipe,sgi_pipe,sunrast_pipe,tiff_pipe,webp_pipe,"
    "xbm_pipe,xpm_pipe,xwd_pipe";

static int open_format(AVFormatContext **format, AVIOContext *io, const char *path,
                       stance_error *err)
{
    *format = avformat_alloc_context();
    if (!*format)
        return st_fail_memory(err);
    (*format)->pb = io;
    /* A playlist that is called a picture may not have others opened. */
    AVDictionary *options = NULL;
    av_dict_set(&options, "format_whitelist", picture_formats, 0);
    av_dict_set(&options, "protocol_whitelist", "", 0);
    int code = avformat_open_input(format, NULL, NULL, &options);
    av_dict_free(&options);
    if (code >= 0)
        code = avformat_find_stream_info(*format, NULL);
    return code < 0 ? st_fail(err, STANCE_EINPUT,
                              "%s: expected a picture, found something else (or a file "
                              "that is damaged)",
                              path)
                    : 0;
}

static int make_frame(const AVFrame *picture, int orientation, const char *path,
                      int rotate_deg, int *turned_deg, stance_frame **frame,
                      stance_error *err)
{
    st_av_picture maker = {0};
    if (rotate_deg >= 0)
        maker.turn_deg = rotate_deg;
    else
        st_exif_turn(orientation, &maker.turn_deg, &maker.mirror);
    *turned_deg = maker.turn_deg;
    int rc = st_av_picture_make(&maker, picture, path, frame, err);
    st_av_picture_clear(&maker);
    return rc;
}

int st_av_still_decode(const uint8_t *bytes, size_t n, const char *path, int rotate_deg,
                       int *turned_deg, int sar[2], stance_frame **frame,
                       stance_error *err)
{
    memory source = {.bytes = bytes, .n = n};
    AVFormatContext *format = NULL;
    st_av_decoder decoder = {0};
    const st_av_decode_how how = {.threads = 1, .live = true};
    AVFrame *picture = av_frame_alloc();
    uint8_t *buffer = av_malloc(IO_BUFFER);
    AVIOContext *io = buffer ? avio_alloc_context(buffer, IO_BUFFER, 0, &source,
                                                  read_memory, NULL, seek_memory)
                             : NULL;
    *frame = NULL;
    st_av_start();
    int rc = io && picture ? open_format(&format, io, path, err) : st_fail_memory(err);
    int best =
        rc == 0 ? av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0) : -1;
    if (rc == 0 && best < 0)
        rc =
            st_fail(err, STANCE_EINPUT, "%s: expected a picture, found none in it", path);
    if (rc == 0)
        rc = st_av_decoder_open(&decoder, format->streams[best], &how, path, err);
    if (rc == 0)
        rc = decode_first(format, format->streams[best], &decoder, picture, err);
    if (rc == STANCE_END || (rc == 0 && decoder.decode_errors > 0))
        rc = st_fail(err, STANCE_EINPUT, "%s: the picture is damaged", path);
    if (rc == 0) {
        AVRational ratio =
            av_guess_sample_aspect_ratio(format, format->streams[best], picture);
        sar[0] = ratio.num > 0 ? ratio.num : 0;
        sar[1] = ratio.num > 0 ? ratio.den : 1;
        rc = make_frame(picture, st_exif_orientation(bytes, n), path, rotate_deg,
                        turned_deg, frame, err);
    }
    st_av_decoder_close(&decoder);
    avformat_close_input(&format);
    if (io)
        av_freep(&io->buffer);
    else
        av_free(buffer);
    avio_context_free(&io);
    av_frame_free(&picture);
    return rc;
}

int st_av_still_read(const char *path, int rotate_deg, int *turned_deg, int sar[2],
                     stance_frame **frame, stance_error *err)
{
    char *bytes;
    size_t n;
    *frame = NULL;
    if (st_file_kind_of(path) == ST_FILE_ABSENT)
        return st_fail(err, STANCE_EINPUT, "%s: there is no such file", path);
    int rc = st_file_read(path, ST_MAX_PICTURE_BYTES, STANCE_EINPUT, &bytes, &n, err);
    if (rc < 0)
        return rc;
    rc = st_av_still_decode((const uint8_t *)bytes, n, path, rotate_deg, turned_deg, sar,
                            frame, err);
    st_free(bytes);
    return rc;
}

int stance_picture_read(const char *path, stance_frame **frame, stance_error *err)
{
    int turned_deg, sar[2];
    return st_av_still_read(path, -1, &turned_deg, sar, frame, err);
}
