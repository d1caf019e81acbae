/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SOURCE_AV_INPUT_H
#define ST_SOURCE_AV_INPUT_H

#include "source/av_library.h"
#include "source/source.h"

/** An opened container, camera or address, with its streams chosen. */
typedef struct st_av_input {
    AVFormatContext *format;
    AVStream *video;
    AVStream *audio; /**< NULL: none, or not wanted */
    bool loop;       /**< begins again at its end */
    bool live;       /**< as design defines it, or as --live says */
    bool stills;     /**< one picture, or pictures without times */
    const atomic_bool *stop;
} st_av_input;

/**
 * Open the request's only input.
 *
 * @param input st_av_input_close() in any case
 * @return 0, STANCE_EINVAL, STANCE_EINPUT or STANCE_ENOMEM
 */
int st_av_input_open(st_av_input *input, const st_source_request *request,
                     stance_error *err);
void st_av_input_close(st_av_input *input);

#endif
