/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SOURCE_AV_SEEK_H
#define ST_SOURCE_AV_SEEK_H

#include "source/av_input.h"

/** Where decoding has to begin. */
typedef struct st_av_place {
    int64_t pts;       /**< of the key frame, in the stream's time base */
    int64_t n_before;  /**< frames that are shown before it */
    int64_t n_packets; /**< packets of the stream that lie before it */
} st_av_place;

/**
 * Go to the last key frame at or before a time, by looking at packets only.
 *
 * @param target in the stream's time base
 * @param place where that is; left as it is otherwise
 * @return 0: the next packet of the stream is that key frame; STANCE_AGAIN: not possible
 * here, reading goes on at the beginning of the input; STANCE_EINPUT: not even that
 */
int st_av_seek(const st_av_input *input, int64_t target, st_av_place *place,
               stance_error *err);

/** Go to the beginning of the input. @return false: it cannot be */
bool st_av_seek_start(const st_av_input *input);

#endif
