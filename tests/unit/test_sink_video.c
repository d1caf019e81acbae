/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Annotated video and pictures, written and then read back with libav: frames, times,
 * size, colour and shape of pixels, in every container; sound; and what is refused.
 */
#include "sink_kit.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

enum { FRAMES = 70 /* more than encoders look ahead */ };

static const stance_summary done = {
    .frames_in = FRAMES, .frames_out = FRAMES, .complete = true};
static const char *const fast[] = {"preset", "ultrafast", NULL};

/* What a file holds. */
typedef struct found {
    int width, height, n_frames, n_audio;
    double time[FRAMES + 1], end; /* in order of showing; seconds */
    double audio_start, audio_end;
    AVRational sar;
    int range, space, primaries, mean; /* mean luma of the first frame */
    enum AVCodecID audio;
    bool index_first; /* "moov" before "mdat" */
} found;

static void note_frame(found *f, const AVStream *stream, const AVFrame *frame)
{
    double base = av_q2d(stream->time_base);
    if (f->n_frames == 0) {
        int64_t sum = 0;
        for (int y = 0; y < frame->height; y++)
            for (int x = 0; x < frame->width; x++)
                sum += frame->data[0][y * frame->linesize[0] + x];
        f->mean = (int)(sum / (frame->width * frame->height));
        f->range = frame->color_range;
        f->space = frame->colorspace;
        f->primaries = frame->color_primaries;
        f->sar = frame->sample_aspect_ratio;
        f->width = frame->width;
        f->height = frame->height;
    }
    if (f->n_frames <= FRAMES)
        f->time[f->n_frames] = (double)frame->best_effort_timestamp * base;
    f->n_frames++;
}

static void decode(found *f, AVCodecContext *decoder, const AVStream *stream,
                   AVPacket *packet)
{
    AVFrame *frame = av_frame_alloc();
    assert_true(avcodec_send_packet(decoder, packet) >= 0);
    while (avcodec_receive_frame(decoder, frame) >= 0)
        note_frame(f, stream, frame);
    av_frame_free(&frame);
}

static bool moov_before_mdat(const char *path)
{
    char bytes[64] = {0};
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t n = fread(bytes, 1, sizeof(bytes), file);
    fclose(file);
    for (size_t i = 0; i + 4 <= n; i++)
        if (memcmp(bytes + i, "moov", 4) == 0)
            return true;
    return false;
}

static found read_back(const char *path)
{
    found f = {0};
    AVFormatContext *file = NULL;
    if (avformat_open_input(&file, path, NULL, NULL) < 0)
        fail_msg("%s cannot be read back", path);
    assert_true(avformat_find_stream_info(file, NULL) >= 0);
    const AVCodec *codec;
    int at = av_find_best_stream(file, AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0);
    assert_true(at >= 0);
    AVStream *stream = file->streams[at];
    AVCodecContext *decoder = avcodec_alloc_context3(codec);
    avcodec_parameters_to_context(decoder, stream->codecpar);
    decoder->pkt_timebase = stream->time_base;
    assert_true(avcodec_open2(decoder, codec, NULL) >= 0);
    AVPacket *packet = av_packet_alloc();
    while (av_read_frame(file, packet) >= 0) {
        const AVStream *of = file->streams[packet->stream_index];
        double base = av_q2d(of->time_base);
        int64_t start = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
        double end = (double)(start + packet->duration) * base;
        if (packet->stream_index == at) {
            f.end = end > f.end ? end : f.end;
            decode(&f, decoder, stream, packet);
        } else {
            if (f.n_audio++ == 0)
                f.audio_start = (double)start * base;
            f.audio = of->codecpar->codec_id;
            f.audio_end = end;
        }
        av_packet_unref(packet);
    }
    decode(&f, decoder, stream, NULL);
    av_packet_free(&packet);
    avcodec_free_context(&decoder);
    avformat_close_input(&file);
    f.index_first = moov_before_mdat(path);
    return f;
}

/* Times of a variable rate: now and then a frame stays twice or three times as long. */
static int64_t time_of(int i, bool variable)
{
    return (int64_t)40000 * (variable ? i + i / 5 + 2 * (i / 11) : i);
}

static void write_clip(const char *path, stance_stream *stream,
                       const char *const *options, bool variable, int64_t start_us)
{
    kit_sink s;
    stance_poses nobody;
    stance_poses_init(&nobody);
    kit_expect(&s, kit_open(&s, &st_sink_video, path, options), 0);
    kit_expect(&s, kit_begin(&s, stream), 0);
    for (int i = 0; i < FRAMES; i++) {
        int64_t at = time_of(i, variable), next = time_of(i + 1, variable);
        kit_expect(
            &s, kit_give(&s, kit_frame(stream, i, start_us + at, next - at), &nobody), 0);
    }
    assert_int_equal(st_file_kind_of(path), ST_FILE_ABSENT);
    kit_expect(&s, kit_end(&s, &done), 0);
    kit_close(&s);
}

static void times_survive(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool variable;
        double tolerance; /* what the container's time base allows, seconds */
    } cases[] = {
        {"a.mp4", false, 1e-6}, {"b.mp4", true, 1e-6},   {"c.mov", true, 1e-6},
        {"d.mkv", true, 0.001}, {"e.webm", true, 0.001}, {"f.ts", true, 0.0001},
        {"g.avi", false, 1e-6}, {"h.gif", true, 0.0101}, {"i.m4v", true, 1e-6},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        stance_stream stream = kit_stream(96, 64, STANCE_PIX_YUV420P);
        const char *path = in_dir(cases[i].name);
        bool x264 = strcmp(st_path_ending(path), ".webm") != 0 &&
                    strcmp(st_path_ending(path), ".gif") != 0;
        write_clip(path, &stream, x264 ? fast : NULL, cases[i].variable, 7000000);
        found f = read_back(path);
        if (f.n_frames != FRAMES)
            fail_msg("%s: %d frames, expected %d", cases[i].name, f.n_frames, FRAMES);
        double first = strcmp(st_path_ending(path), ".ts") == 0 ? f.time[0] : 0;
        for (int k = 0; k < FRAMES; k++) {
            double expected = (double)time_of(k, cases[i].variable) / 1e6;
            if (fabs(f.time[k] - first - expected) > cases[i].tolerance)
                fail_msg("%s: frame %d at %g s, expected %g", cases[i].name, k,
                         f.time[k] - first, expected);
        }
        double end = (double)time_of(FRAMES, cases[i].variable) / 1e6;
        bool knows_durations = !strchr("def", cases[i].name[0]);
        if (knows_durations && fabs(f.end - first - end) > cases[i].tolerance + 0.0001)
            fail_msg("%s: ends at %g s, expected %g", cases[i].name, f.end - first, end);
        assert_int_equal(f.width, 96);
        assert_int_equal(f.height, 64);
        bool mp4 = strstr(path, ".mp4") || strstr(path, ".mov") || strstr(path, ".m4v");
        assert_true(!mp4 || f.index_first);
    }
}

static void sizes_and_layouts(void **state)
{
    (void)state;
    static const int sizes[][2] = {{16, 16}, {33, 17}, {64, 47}, {2, 2}};
    for (int format = 0; format < STANCE_PIX_COUNT; format++)
        for (size_t i = 0; i < COUNT(sizes); i++) {
            stance_stream stream =
                kit_stream(sizes[i][0], sizes[i][1], (stance_pix)format);
            if (format == STANCE_PIX_GBRP)
                stream.colour = (stance_colour){1, 13, 0, 0, true};
            write_clip(in_dir("size.mp4"), &stream, fast, false, 0);
            found f = read_back(in_dir("size.mp4"));
            assert_int_equal(f.n_frames, FRAMES);
            assert_int_equal(f.width, sizes[i][0]);
            assert_int_equal(f.height, sizes[i][1]);
            unlink(in_dir("size.mp4"));
        }
}

static void colour_is_passed_on(void **state)
{
    (void)state;
    static const stance_colour colours[] = {
        {1, 1, 1, 1, false}, {6, 6, 6, 0, true}, {9, 16, 9, 0, false}};
    for (size_t i = 0; i < COUNT(colours); i++) {
        stance_stream stream = kit_stream(96, 64, STANCE_PIX_YUV420P);
        stream.colour = colours[i];
        stream.sar_num = 4, stream.sar_den = 3;
        write_clip(in_dir("colour.mp4"), &stream, fast, false, 0);
        found f = read_back(in_dir("colour.mp4"));
        assert_int_equal(f.space, colours[i].matrix);
        assert_int_equal(f.primaries, colours[i].primaries);
        assert_int_equal(f.range == AVCOL_RANGE_JPEG, colours[i].full_range);
        assert_int_equal(f.sar.num, 4);
        assert_int_equal(f.sar.den, 3);
        assert_near(f.mean, 108, 3); /* the ramp, neither stretched nor squeezed */
        unlink(in_dir("colour.mp4"));
    }
}

/* ---- sound ---- */

static void no_release(st_packet *packet)
{
    (void)packet;
}

/* Two seconds and a half of 16-bit silence at 8 kHz, in packets of 20 ms. */
static void write_with_sound(const char *path)
{
    enum { RATE = 8000, SAMPLES = 160 };
    AVCodecParameters *par = avcodec_parameters_alloc();
    par->codec_type = AVMEDIA_TYPE_AUDIO;
    par->codec_id = AV_CODEC_ID_PCM_S16LE;
    par->format = AV_SAMPLE_FMT_S16;
    par->sample_rate = RATE;
    par->bits_per_coded_sample = 16;
    par->block_align = 2;
    par->bit_rate = 16 * RATE;
    av_channel_layout_default(&par->ch_layout, 1);
    st_audio audio = {par, 1, RATE};
    stance_stream stream = kit_stream(96, 64, STANCE_PIX_YUV420P);
    stream.audio = &audio;
    kit_sink s;
    stance_poses nobody;
    stance_poses_init(&nobody);
    kit_expect(&s, kit_open(&s, &st_sink_video, path, NULL), 0);
    kit_expect(&s, kit_begin(&s, &stream), 0);
    AVPacket *native = av_packet_alloc();
    for (int i = 0; i < FRAMES; i++) {
        for (int k = 0; k < 2; k++) {
            assert_int_equal(av_new_packet(native, 2 * SAMPLES), 0);
            memset(native->data, 0, 2 * SAMPLES);
            /* The track begins at 100 s; some of it lies before the first frame. */
            int64_t sample = (int64_t)(2 * i + k - 6) * SAMPLES;
            native->pts = native->dts = 100 * RATE + sample;
            native->duration = SAMPLES;
            st_packet packet = {native, sample * 1000000 / RATE, 20000, no_release};
            kit_expect(&s, s.class->audio(s.self, &packet, &s.err), 0);
            av_packet_unref(native);
        }
        kit_expect(&s, kit_give(&s, kit_frame(&stream, i, 40000 * i, 40000), &nobody), 0);
    }
    kit_expect(&s, kit_end(&s, &done), 0);
    kit_close(&s);
    av_packet_free(&native);
    avcodec_parameters_free(&par);
}

static void sound_goes_along(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum AVCodecID codec;
        double tolerance; /* of the start, seconds: what the codec needs to begin */
    } cases[] = {
        {"s.mov", AV_CODEC_ID_PCM_S16LE, 0.021}, {"s.mkv", AV_CODEC_ID_PCM_S16LE, 0.021},
        {"s.avi", AV_CODEC_ID_PCM_S16LE, 0.041}, {"s.mp4", AV_CODEC_ID_AAC, 0.15},
        {"s.webm", AV_CODEC_ID_OPUS, 0.021},     {"s.ts", AV_CODEC_ID_AAC, 1.6},
        {"s.gif", AV_CODEC_ID_NONE, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        write_with_sound(in_dir(cases[i].name));
        found f = read_back(in_dir(cases[i].name));
        assert_int_equal(f.n_frames, FRAMES);
        if (f.audio != cases[i].codec)
            fail_msg("%s: sound is %s, expected %s", cases[i].name,
                     avcodec_get_name(f.audio), avcodec_get_name(cases[i].codec));
        if (cases[i].codec == AV_CODEC_ID_NONE)
            continue;
        double length = f.audio_end - f.audio_start;
        if (fabs(f.audio_start) > cases[i].tolerance || fabs(length - 2.68) > 0.35)
            fail_msg("%s: sound from %g s, %g s long", cases[i].name, f.audio_start,
                     length);
        assert_near(f.time[0] - f.audio_start, 0, 0.15); /* together */
    }
}

/* ---- refusals ---- */

static void refused_at_once(void **state)
{
    (void)state;
    static const struct {
        const char *name, *options[3];
        int code;
        const char *says;
    } cases[] = {
        {"x.mp5", {NULL}, STANCE_EINVAL, ".mkv"},
        {"x", {NULL}, STANCE_EINVAL, ".mkv"},
        {"x.mp4", {"encoder", "libx246"}, STANCE_EINVAL, "'libx264'"},
        {"x.mp4", {"encoder", "aac"}, STANCE_EINVAL, "aac"},
        {"x.webm", {"encoder", "libx264"}, STANCE_EINVAL, "webm"},
        {"x.mp4", {"preset", "hasty"}, STANCE_EINVAL, "hasty"},
        {"x.gif", {"crf", "20"}, STANCE_EINVAL, "--crf"},
        {"x.gif", {"preset", "fast"}, STANCE_EINVAL, "--preset"},
        {"no/such/x.mp4", {NULL}, STANCE_EOUTPUT, "x.mp4"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        kit_sink s;
        int rc = kit_open(&s, &st_sink_video, in_dir(cases[i].name), cases[i].options);
        kit_expect(&s, rc, cases[i].code);
        if (!strstr(s.err.message, cases[i].says))
            fail_msg("\"%s\" does not say %s", s.err.message, cases[i].says);
        kit_close(&s);
        assert_int_equal(st_file_kind_of(in_dir("x.mp4.part")), ST_FILE_ABSENT);
    }
}

static void a_failed_run_leaves_nothing(void **state)
{
    (void)state;
    stance_stream stream = kit_stream(96, 64, STANCE_PIX_YUV420P);
    stance_poses nobody;
    stance_poses_init(&nobody);
    kit_sink s;
    kit_expect(&s, kit_open(&s, &st_sink_video, in_dir("gone.mp4"), fast), 0);
    kit_expect(&s, kit_begin(&s, &stream), 0);
    kit_expect(&s, kit_give(&s, kit_frame(&stream, 0, 0, 40000), &nobody), 0);
    kit_close(&s);
    assert_int_equal(st_file_kind_of(in_dir("gone.mp4")), ST_FILE_ABSENT);
    assert_int_equal(st_file_kind_of(in_dir("gone.mp4.part")), ST_FILE_ABSENT);
}

static void a_full_disk_is_told(void **state)
{
    (void)state;
    stance_stream stream = kit_stream(640, 480, STANCE_PIX_YUV420P);
    stance_poses nobody;
    stance_poses_init(&nobody);
    if (symlink("/dev/full", in_dir("full.mp4")) != 0)
        fail_msg("no link");
    kit_sink s;
    kit_expect(&s, kit_open(&s, &st_sink_video, in_dir("full.mp4"), fast), 0);
    int rc = kit_begin(&s, &stream);
    for (int i = 0; i < FRAMES && rc == 0; i++)
        rc = kit_give(&s, kit_frame(&stream, i, 40000 * i, 40000), &nobody);
    if (rc == 0)
        rc = kit_end(&s, &done);
    kit_expect(&s, rc, STANCE_EOUTPUT);
    assert_non_null(strstr(s.err.message, "full.mp4"));
    assert_non_null(strstr(s.err.message, "space"));
    kit_close(&s);
}

/* A run that is ended before its first frame has an output all the same. */
static void no_frames_at_all(void **state)
{
    (void)state;
    stance_stream stream = kit_stream(96, 64, STANCE_PIX_YUV420P);
    kit_sink s;
    kit_expect(&s, kit_open(&s, &st_sink_video, in_dir("none.mp4"), fast), 0);
    kit_expect(&s, kit_begin(&s, &stream), 0);
    kit_expect(&s, kit_end(&s, &done), 0);
    kit_close(&s);
    assert_int_equal(st_file_kind_of(in_dir("none.mp4")), ST_FILE_REGULAR);
}

int main(void)
{
    av_log_set_level(AV_LOG_QUIET);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_survive),
        cmocka_unit_test(sizes_and_layouts),
        cmocka_unit_test(colour_is_passed_on),
        cmocka_unit_test(sound_goes_along),
        cmocka_unit_test(refused_at_once),
        cmocka_unit_test(a_failed_run_leaves_nothing),
        cmocka_unit_test(a_full_disk_is_told),
        cmocka_unit_test(no_frames_at_all),
    };
    return cmocka_run_group_tests(tests, kit_make_dir, kit_remove_dir);
}
