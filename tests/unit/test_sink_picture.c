/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Annotated pictures: every kind read back with the colours that went in, folders, names,
 * and what is refused.
 */
#include "sink_kit.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>

static const stance_summary done = {.frames_in = 1, .frames_out = 1, .complete = true};

/* One picture of one colour, w x h in a layout, as stance would hand it over. */
static stance_frame *make_picture(const stance_stream *stream, const uint8_t rgb[3])
{
    stance_frame *frame = stance_frame_new(stream->width, stream->height, stream->format);
    assert_non_null(frame);
    frame->colour = stream->colour;
    uint8_t own[3];
    st_colour_from_rgb(frame, rgb, own);
    for (int p = 0; p < stance_pix_planes(stream->format); p++) {
        int w, h;
        stance_pix_plane_size(stream->format, p, stream->width, stream->height, &w, &h);
        for (int y = 0; y < h; y++)
            memset(frame->data[p] + y * frame->stride[p], own[p], (size_t)w);
    }
    return frame;
}

static int write_one(const char *path, const stance_stream *stream, stance_frame *picture,
                     stance_error *err)
{
    kit_sink s;
    stance_poses nobody;
    stance_poses_init(&nobody);
    int rc = kit_open(&s, &st_sink_picture, path, NULL);
    if (rc == 0)
        rc = kit_begin(&s, stream);
    if (rc == 0)
        rc = kit_give(&s, picture, &nobody);
    else
        stance_frame_unref(&picture);
    if (rc == 0)
        rc = kit_end(&s, &done);
    *err = s.err;
    kit_close(&s);
    return rc;
}

/* The colour in the middle, read as a viewer does: files that name no matrix by BT.601.
 */
static void read_middle(const char *path, int *width, int *height, uint8_t rgb[3])
{
    AVFormatContext *file = NULL;
    const AVCodec *codec;
    if (avformat_open_input(&file, path, NULL, NULL) < 0)
        fail_msg("%s cannot be read back", path);
    assert_true(avformat_find_stream_info(file, NULL) >= 0);
    assert_true(av_find_best_stream(file, AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0) == 0);
    AVCodecContext *decoder = avcodec_alloc_context3(codec);
    avcodec_parameters_to_context(decoder, file->streams[0]->codecpar);
    assert_true(avcodec_open2(decoder, codec, NULL) >= 0);
    AVPacket *packet = av_packet_alloc();
    AVFrame *frame = av_frame_alloc();
    assert_true(av_read_frame(file, packet) >= 0);
    assert_true(avcodec_send_packet(decoder, packet) >= 0);
    avcodec_send_packet(decoder, NULL);
    assert_true(avcodec_receive_frame(decoder, frame) >= 0);
    *width = frame->width;
    *height = frame->height;
    struct SwsContext *sws =
        sws_getContext(frame->width, frame->height, frame->format, frame->width,
                       frame->height, AV_PIX_FMT_RGB24, SWS_BICUBIC, NULL, NULL, NULL);
    uint8_t *pixels = calloc((size_t)frame->width * 3 + 64, (size_t)frame->height);
    sws_scale(sws, (const uint8_t *const *)frame->data, frame->linesize, 0, frame->height,
              (uint8_t *[]){pixels}, (int[]){frame->width * 3});
    memcpy(rgb, pixels + 3 * (frame->height / 2 * frame->width + frame->width / 2), 3);
    free(pixels);
    sws_freeContext(sws);
    av_frame_free(&frame);
    av_packet_free(&packet);
    avcodec_free_context(&decoder);
    avformat_close_input(&file);
}

static void every_kind_keeps_its_colours(void **state)
{
    (void)state;
    static const char *const names[] = {"a.jpg", "b.jpeg", "c.png",  "d.bmp",
                                        "e.tif", "f.tiff", "g.webp", "H.PNG"};
    static const stance_colour colours[] = {
        {2, 2, 2, 0, true}, {1, 1, 1, 0, false}, {6, 6, 6, 0, true}};
    static const int sizes[][2] = {{64, 48}, {33, 17}, {1280, 720}};
    static const uint8_t red[3] = {200, 40, 60}, grey[3] = {120, 120, 120};
    for (size_t i = 0; i < COUNT(names); i++)
        for (int format = 0; format < STANCE_PIX_COUNT; format++)
            for (size_t c = 0; c < COUNT(colours); c++) {
                stance_stream stream =
                    kit_stream(sizes[c][0], sizes[c][1], (stance_pix)format);
                stream.stills = true;
                stream.colour = colours[c];
                if (format == STANCE_PIX_GBRP)
                    stream.colour = (stance_colour){1, 13, 0, 0, true};
                const uint8_t *in = format == STANCE_PIX_GRAY8 ? grey : red;
                const char *path = in_dir(names[i]);
                stance_error err = {0};
                int rc = write_one(path, &stream, make_picture(&stream, in), &err), w, h;
                if (rc < 0)
                    fail_msg("%s", err.message);
                uint8_t out[3];
                read_middle(path, &w, &h, out);
                assert_int_equal(w, stream.width);
                assert_int_equal(h, stream.height);
                for (int k = 0; k < 3; k++)
                    if (abs(out[k] - in[k]) > 6)
                        fail_msg("%s from %s, matrix %d: %d,%d,%d, expected %d,%d,%d",
                                 names[i], stance_pix_name(format), stream.colour.matrix,
                                 out[0], out[1], out[2], in[0], in[1], in[2]);
            }
}

static void a_folder_keeps_names(void **state)
{
    (void)state;
    static const char *const files[] = {"x/one.png", "y/two.jpg", "three.heic", NULL};
    static const char *const made[] = {"out/one.png", "out/two.jpg", "out/three.jpg",
                                       "out/000007.jpg"};
    stance_stream stream = kit_stream(64, 48, STANCE_PIX_YUV420P);
    stance_poses nobody;
    stance_poses_init(&nobody);
    kit_sink s;
    kit_expect(&s, kit_open(&s, &st_sink_picture, in_dir("out/"), NULL), 0);
    kit_expect(&s, kit_begin(&s, &stream), 0);
    for (size_t i = 0; i < COUNT(made); i++) {
        stance_frame *frame = kit_frame(&stream, 4 + (int64_t)i, 0, 0);
        frame->file = files[i];
        kit_expect(&s, kit_give(&s, frame, &nobody), 0);
        if (st_file_size(in_dir(made[i])) < 100)
            fail_msg("expected %s", made[i]);
    }
    kit_expect(&s, kit_end(&s, &done), 0);
    kit_close(&s);
}

static void refusals(void **state)
{
    (void)state;
    stance_stream stream = kit_stream(64, 48, STANCE_PIX_YUV420P);
    stance_poses nobody;
    stance_poses_init(&nobody);
    stance_error err = {0};
    assert_int_equal(
        write_one(in_dir("x.heic"), &stream, kit_frame(&stream, 0, 0, 0), &err),
        STANCE_EINVAL);
    assert_non_null(strstr(err.message, ".webp"));
    assert_int_equal(
        write_one(in_dir("no/such/x.jpg"), &stream, kit_frame(&stream, 0, 0, 0), &err),
        STANCE_EOUTPUT);
    kit_sink s; /* two pictures into one file */
    kit_expect(&s, kit_open(&s, &st_sink_picture, in_dir("two.png"), NULL), 0);
    kit_expect(&s, kit_begin(&s, &stream), 0);
    kit_expect(&s, kit_give(&s, kit_frame(&stream, 0, 0, 0), &nobody), 0);
    kit_expect(&s, kit_give(&s, kit_frame(&stream, 1, 0, 0), &nobody), STANCE_EINVAL);
    kit_close(&s);
    assert_int_equal(st_file_kind_of(in_dir("two.png")), ST_FILE_ABSENT);
    assert_int_equal(st_file_kind_of(in_dir("two.png.part")), ST_FILE_ABSENT);
    assert_int_equal(symlink("/dev/full", in_dir("full.bmp")), 0);
    assert_int_equal(
        write_one(in_dir("full.bmp"), &stream, kit_frame(&stream, 0, 0, 0), &err),
        STANCE_EOUTPUT);
    assert_non_null(strstr(err.message, "full.bmp"));
}

static void the_table_has_all(void **state)
{
    (void)state;
    static const char *const names[] = {"json", "video", "picture"};
    for (size_t i = 0; i < COUNT(names); i++)
        assert_string_equal(stance_sink_find(names[i])->name, names[i]);
    assert_null(stance_sink_find("movie"));
    assert_null(stance_sink_at(100));
    assert_non_null(strstr(stance_schema(), "stance/1"));
}

int main(void)
{
    av_log_set_level(AV_LOG_QUIET);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_keeps_its_colours),
        cmocka_unit_test(a_folder_keeps_names),
        cmocka_unit_test(refusals),
        cmocka_unit_test(the_table_has_all),
    };
    return cmocka_run_group_tests(tests, kit_make_dir, kit_remove_dir);
}
