/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SOURCE_AV_LEFT_OUT_H
#define ST_SOURCE_AV_LEFT_OUT_H

#include "source/av_decoder.h"
#include "source/calm.h"

/*
 * Packets that are not decoded where little happens: those of frames that no other frame
 * is predicted from (H.264, HEVC), about half of what x264 and x265 write; phones write
 * none. Their times are kept, so that each has its frame, without pixels, in the order in
 * which frames are shown.
 *
 * Whether little happens is asked for every 16 packets, of a time 40 decoded frames back:
 * of those the decoder keeps back at most 3 for its threads and 16 for their order, and
 * the others are more than it takes to look at what was before them. So the same packets
 * are left out however many threads there are.
 */

enum {
    ST_AV_ASK_EVERY = 16,   /**< packets */
    ST_AV_ASK_BACK = 40,    /**< packets that are decoded */
    ST_AV_LEFT_IN_ROW = 3,  /**< no more are left out one after the other */
    ST_AV_LEFT_THREADS = 4, /**< of the decoder, each of which keeps a frame back */
    ST_AV_LEFT_MOST =
        128, /**< more than can wait at once: 3 for each that is kept back */
};

/** Zeroed: a new one; st_av_left_out_clear() in the end. */
typedef struct st_av_left_out {
    int64_t newest[ST_AV_ASK_BACK]; /**< times of packets, ascending: the latest */
    size_t n_newest;
    int64_t n_packets, last_dts, last_out;
    bool off;  /**< times went back: nothing is left out any more */
    bool calm; /**< of these 16 */
    int in_row;
    int64_t waiting[ST_AV_LEFT_MOST]; /**< times of frames left out, ascending */
    size_t n_waiting;
    int64_t n_left; /**< in all */
    AVFrame *ready; /**< decoded, but some that were left out come before it */
} st_av_left_out;

/** Whether no other frame needs this one. False for other codecs than H.264 and HEVC (of
 * that only what a container says to have one layer), for interlaced video, for packets
 * that bring parameters along, and for what is no such packet. @param packet any bytes */
bool st_av_unreferenced(const AVCodecParameters *codec, const AVPacket *packet);

/**
 * Take note of a packet that is to be decoded.
 *
 * @param to_us what a time of a packet is for `calm`
 * @return true: it is left out
 */
bool st_av_leave_out(st_av_left_out *left, const AVCodecParameters *codec,
                     const AVPacket *packet, st_calm *calm,
                     int64_t (*to_us)(const void *user, int64_t pts), const void *user);

/** The next that was left out and is shown before `pts`. @return false: there is none */
bool st_av_take_left_out(st_av_left_out *left, int64_t before, int64_t *pts);

/** As st_av_decoder_receive(); in their order come also those that were left out, without
 * pixels and with nothing but best_effort_timestamp. */
int st_av_left_out_receive(st_av_left_out *left, st_av_decoder *decoder, AVFrame *frame,
                           stance_error *err);

/** How many threads the decoder may have of those asked for (0: its choice), so that it
 * keeps no more frames back than is counted on. */
int st_av_left_out_threads(const AVCodecParameters *codec, int asked);

/** For who cannot do without pixels: those of the frame behind it, which may not be yet.
 * @return false: there is none */
bool st_av_left_out_fill(const st_av_left_out *left, AVFrame *frame);

/** Forget all of it: reading goes on at another place, or ends. */
void st_av_left_out_clear(st_av_left_out *left);

#endif
