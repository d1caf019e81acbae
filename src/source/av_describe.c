/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known of an input before its second frame: which way up it is, how long, how
 * fast, with which sound. Times are in microseconds.
 */
#include "source/av_describe.h"

#include <libavutil/parseutils.h>
#include <math.h>
#include <stdlib.h>

#include "source/exif.h"

void st_av_orient(st_av_picture *picture, const st_av_input *input, const AVFrame *first,
                  int asked_deg)
{
    const AVDictionaryEntry *tag = av_dict_get(input->video->metadata, "rotate", NULL, 0);
    const AVDictionaryEntry *exif = av_dict_get(first->metadata, "Orientation", NULL, 0);
    const AVFrameSideData *side =
        av_frame_get_side_data(first, AV_FRAME_DATA_DISPLAYMATRIX);
    const int32_t *matrix = st_av_display_matrix(input->video);
    if (!matrix && side)
        matrix = (const int32_t *)(const void *)side->data;
    st_av_picture_orient(picture, matrix);
    if (asked_deg >= 0) {
        picture->turn_deg = asked_deg;
        picture->mirror = false;
    } else if (!matrix && input->stills && exif) {
        st_exif_turn(atoi(exif->value), &picture->turn_deg, &picture->mirror);
    } else if (!matrix && tag) { /* files from before there was a matrix */
        int turn_deg = (int)(lround(atof(tag->value) / 90) * 90 % 360);
        picture->turn_deg = (turn_deg + 360) % 360;
    }
}

static AVRational frame_rate(const st_av_input *input)
{
    AVRational fps = input->video->avg_frame_rate;
    return fps.num > 0 && fps.den > 0 ? fps : input->video->r_frame_rate;
}

/* When the recording began, as the file says; -1: it does not, or says something that
 * cannot be (many cameras write the beginning of 1904 or 1970). */
static int64_t recorded_us(const st_av_input *input)
{
    const AVDictionaryEntry *tag =
        av_dict_get(input->video->metadata, "creation_time", NULL, 0);
    int64_t us;
    if (!tag)
        tag = av_dict_get(input->format->metadata, "creation_time", NULL, 0);
    return tag && av_parse_time(&us, tag->value, 0) >= 0 && us > 0 ? us : -1;
}

void st_av_describe(stance_stream *stream, const st_av_input *input, AVFrame *first,
                    bool turned, st_audio *audio)
{
    AVStream *video = input->video;
    AVRational us = {1, 1000000}, base = video->time_base, fps = frame_rate(input);
    AVRational sar = av_guess_sample_aspect_ratio(input->format, video, first);
    stream->live = input->live;
    stream->stills = input->stills;
    if (sar.num > 0 && sar.den > 0) {
        stream->sar_num = turned ? sar.den : sar.num;
        stream->sar_den = turned ? sar.num : sar.den;
    }
    if (fps.num > 0 && fps.den > 0 && !stream->stills) {
        stream->fps_num = fps.num;
        stream->fps_den = fps.den;
    }
    stream->time_num = base.num;
    stream->time_den = base.den;
    if (video->duration != AV_NOPTS_VALUE)
        stream->duration_us = av_rescale_q(video->duration, base, us);
    else if (input->format->duration != AV_NOPTS_VALUE)
        stream->duration_us = av_rescale_q(input->format->duration, AV_TIME_BASE_Q, us);
    if (video->nb_frames > 0)
        stream->n_frames = video->nb_frames;
    if (stream->live || stream->stills || input->loop)
        stream->duration_us = stream->n_frames = -1;
    stream->clock_us = stream->stills ? -1 : recorded_us(input);
    if (input->audio) {
        *audio = (st_audio){.native = input->audio->codecpar,
                            .time_num = input->audio->time_base.num,
                            .time_den = input->audio->time_base.den};
        stream->audio = audio;
    }
}
