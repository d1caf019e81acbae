/* SPDX-License-Identifier: Apache-2.0 */
/* Which packets need not be decoded, when that is asked, and what comes of those that
 * were not; and what who looks and who decodes tell each other, between real threads. */
#include "test.h"

#include <pthread.h>
#include <string.h>

#include "base/clock.h"
#include "source/av_left_out.h"

/* ---- what is in a packet ---- */

static uint8_t avcc[7] = {1, 100, 0, 30, 0xff, 0xe0, 0};
static uint8_t hvcc[23] = {1, [21] = 0x0f /* one layer, lengths of four bytes */};

static AVCodecParameters parameters(enum AVCodecID id, uint8_t *extra, int n)
{
    return (AVCodecParameters){.codec_id = id, .extradata = extra, .extradata_size = n};
}

static bool unneeded(const AVCodecParameters *codec, const void *bytes, size_t n)
{
    AVPacket packet = {.data = (uint8_t *)bytes, .size = (int)n};
    return st_av_unreferenced(codec, &packet);
}
#define UNNEEDED(codec, bytes) unneeded(codec, bytes, sizeof(bytes) - 1)

static void h264_says_what_is_needed(void **state)
{
    (void)state;
    AVCodecParameters sized = parameters(AV_CODEC_ID_H264, avcc, sizeof(avcc));
    AVCodecParameters marked = parameters(AV_CODEC_ID_H264, NULL, 0);
    assert_true(UNNEEDED(&sized, "\0\0\0\3\x01..")); /* a slice that none needs */
    assert_false(UNNEEDED(&sized, "\0\0\0\3\x21.."));
    assert_false(UNNEEDED(&sized, "\0\0\0\3\x65..")); /* a key frame */
    assert_false(UNNEEDED(&sized, "\0\0\0\3\x05..")); /* one that says nonsense */
    /* words about it before it, and two slices */
    assert_true(UNNEEDED(&sized, "\0\0\0\2\x06.\0\0\0\2\x01.\0\0\0\2\x01."));
    assert_false(UNNEEDED(&sized, "\0\0\0\2\x06.\0\0\0\2\x01.\0\0\0\2\x41."));
    assert_false(UNNEEDED(&sized, "\0\0\0\2\x06."));              /* no picture */
    assert_false(UNNEEDED(&sized, "\0\0\0\2\x68.\0\0\0\2\x01.")); /* parameters as well */
    AVCodecParameters interlaced = sized;
    interlaced.field_order = AV_FIELD_TT;
    assert_false(UNNEEDED(&interlaced, "\0\0\0\3\x01.."));
    assert_true(UNNEEDED(&marked, "\0\0\0\1\x09\xf0\0\0\1\x01.."));
    assert_false(UNNEEDED(&marked, "\0\0\0\1\x09\xf0\0\0\1\x41.."));
    /* cut off, or longer than it is */
    assert_false(UNNEEDED(&sized, "\0\0\0\3\x01."));
    assert_false(UNNEEDED(&sized, "\0\0\0\2\x01.\0\0"));
    assert_false(UNNEEDED(&sized, "\xff\xff\xff\xff\x01."));
    assert_false(UNNEEDED(&sized, "\0\0\0\0"));
    assert_false(UNNEEDED(&marked, "\0\0\1"));
    assert_false(unneeded(&marked, NULL, 0));
    assert_false(unneeded(&sized, NULL, 0));
}

static void hevc_says_it_by_its_types(void **state)
{
    (void)state;
    AVCodecParameters sized = parameters(AV_CODEC_ID_HEVC, hvcc, sizeof(hvcc));
    assert_true(UNNEEDED(&sized, "\0\0\0\3\0\1."));    /* TRAIL_N */
    assert_false(UNNEEDED(&sized, "\0\0\0\3\2\1."));   /* TRAIL_R */
    assert_true(UNNEEDED(&sized, "\0\0\0\3\x10\1."));  /* RASL_N */
    assert_false(UNNEEDED(&sized, "\0\0\0\3\x26\1.")); /* IDR */
    assert_true(UNNEEDED(&sized, "\0\0\0\3\x4e\1.\0\0\0\3\0\1."));
    assert_false(UNNEEDED(&sized, "\0\0\0\1\0")); /* half a head */
    uint8_t layered[23];
    memcpy(layered, hvcc, sizeof(layered));
    layered[21] = 0x17; /* two layers */
    AVCodecParameters two = parameters(AV_CODEC_ID_HEVC, layered, sizeof(layered));
    assert_false(UNNEEDED(&two, "\0\0\0\3\0\1."));
    AVCodecParameters other = parameters(AV_CODEC_ID_VP9, NULL, 0);
    assert_false(UNNEEDED(&other, "\0\0\1\x01.."));
}

/* ---- a clip ---- */

static int64_t same(const void *user, int64_t pts)
{
    (void)user;
    return pts;
}

/* A packet of a clip in the order of decoding: P3 b1 b2 P6 b4 b5 ... */
static AVPacket nth(int i, uint8_t bytes[5])
{
    bool p = i % 3 == 0;
    memcpy(bytes, (uint8_t[]){0, 0, 1, p ? 0x41 : 0x01, 0}, 5);
    return (AVPacket){.data = bytes, .size = 5, .pts = p ? i + 3 : i};
}

static void what_is_left_out_comes_between_the_others(void **state)
{
    (void)state;
    AVCodecParameters codec = parameters(AV_CODEC_ID_H264, NULL, 0);
    st_av_left_out left = {0};
    st_calm *calm = st_calm_new();
    st_calm_tell(calm, 10, false);
    st_calm_tell(calm, 30, true);
    st_calm_tell(calm, 1000, false);
    int first = -1, last = -1;
    int64_t n_out = 0, shown = 0, pts;
    for (int i = 0; i < 192; i++) {
        uint8_t bytes[5];
        AVPacket packet = nth(i, bytes);
        if (st_av_leave_out(&left, &codec, &packet, calm, same, NULL)) {
            first = first < 0 ? i : first;
            last = i;
            continue;
        }
        /* A decoder gives a frame out when the next one that others need is in. */
        int64_t before = i % 3 == 0 ? i : i - 10;
        while (st_av_take_left_out(&left, before, &pts)) {
            assert_true(pts > shown && pts < before);
            shown = pts;
            n_out++;
        }
    }
    while (st_av_take_left_out(&left, INT64_MAX, &pts))
        n_out++;
    /* calm from 10 to 30: asked at 48 of 9, at 64 of 25, at 80 of 30, at 96 of 35 */
    assert_int_equal(first, 64);
    assert_int_equal(last, 95);
    assert_int_equal(left.n_left, n_out);
    assert_int_equal(n_out, 22);
    st_calm_free(&calm);
}

static void nothing_is_left_out_when_times_went_back(void **state)
{
    (void)state;
    AVCodecParameters codec = parameters(AV_CODEC_ID_H264, NULL, 0);
    st_av_left_out left = {0};
    st_calm *calm = st_calm_new();
    st_calm_tell(calm, INT64_MAX, true);
    int64_t n_before = 0;
    for (int i = 0; i < 400; i++) {
        uint8_t bytes[] = {0, 0, 1, 1, 0};
        int64_t pts = i < 200 ? i : i - 200;
        AVPacket packet = {.data = bytes, .size = 5, .pts = pts, .dts = pts};
        bool out = st_av_leave_out(&left, &codec, &packet, calm, same, NULL);
        assert_true(i < 200 || !out);
        n_before += out;
    }
    assert_in_range(n_before, 90, 150);
    st_calm_free(&calm);
}

static void no_more_than_three_in_a_row(void **state)
{
    (void)state;
    AVCodecParameters codec = parameters(AV_CODEC_ID_H264, NULL, 0);
    st_av_left_out left = {0};
    st_calm *calm = st_calm_new();
    st_calm_tell(calm, INT64_MAX, true);
    int n_out = 0;
    for (int i = 0; i < 64 + 16; i++) {
        uint8_t bytes[] = {0, 0, 1, 1, 0};
        AVPacket packet = {.data = bytes, .size = 5, .pts = i};
        n_out += st_av_leave_out(&left, &codec, &packet, calm, same, NULL);
    }
    assert_int_equal(n_out, 24); /* of 32 that are asked about */
    AVPacket untimed = {
        .data = (uint8_t[]){0, 0, 1, 1, 0}, .size = 5, .pts = AV_NOPTS_VALUE};
    assert_false(st_av_leave_out(&left, &codec, &untimed, calm, same, NULL));
    st_calm_free(&calm);
    assert_null(calm);
    assert_false(st_calm_at(NULL, 3));
}

/* ---- between threads ---- */

static void *look(void *user)
{
    st_calm *calm = user;
    for (int i = 0; i < 1000; i++) {
        st_sleep_us(i % 100 == 0 ? 1000 : 0);
        if (i % 10 == 9)
            st_calm_tell(calm, i, i / 10 % 2 == 0);
        st_calm_took(calm);
    }
    return NULL;
}

static void who_decodes_waits_for_who_looks(void **state)
{
    (void)state;
    st_calm *calm = st_calm_new();
    pthread_t looker;
    for (int i = 0; i < 1000; i++)
        st_calm_gave(calm);
    assert_int_equal(pthread_create(&looker, NULL, look, calm), 0);
    for (int i = 0; i < 1000; i += 3)
        assert_int_equal(st_calm_at(calm, i), i / 10 % 2 == 0);
    /* It has taken all there was, and tells no more. */
    assert_false(st_calm_at(calm, 5000));
    pthread_join(looker, NULL);
    st_calm_free(&calm);
}

static void *close_soon(void *user)
{
    st_sleep_us(20000);
    st_calm_close(user);
    return NULL;
}

static void nobody_waits_when_nobody_looks(void **state)
{
    (void)state;
    st_calm *calm = st_calm_new();
    pthread_t closer;
    st_calm_gave(calm);
    assert_int_equal(pthread_create(&closer, NULL, close_soon, calm), 0);
    assert_false(st_calm_at(calm, 0));
    pthread_join(closer, NULL);
    st_calm_tell(calm, 5, true);
    assert_false(st_calm_at(calm, 3));
    st_calm_free(&calm);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(h264_says_what_is_needed),
        cmocka_unit_test(hevc_says_it_by_its_types),
        cmocka_unit_test(what_is_left_out_comes_between_the_others),
        cmocka_unit_test(nothing_is_left_out_when_times_went_back),
        cmocka_unit_test(no_more_than_three_in_a_row),
        cmocka_unit_test(who_decodes_waits_for_who_looks),
        cmocka_unit_test(nobody_waits_when_nobody_looks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
