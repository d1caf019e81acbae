/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SOURCE_AV_PICTURE_H
#define ST_SOURCE_AV_PICTURE_H

#include "frame/frame.h"
#include "source/av_library.h"

/* From libav's pictures to stance's frames: 8 bits, planar, upright. */

typedef struct st_av_picture {
    int turn_deg; /**< clockwise, after mirroring */
    bool mirror;
    struct SwsContext *sws; /**< for formats that no stance_pix fits */
    AVFrame *converted;
    st_frame_pool *pool; /**< for turned frames */
    int pool_width, pool_height;
    stance_pix pool_format;
    int shrunk;                    /**< pictures were decoded smaller: halved as often */
    int whole_width, whole_height; /**< as the container tells, not turned */
    int width, height;             /**< of the last frame */
    stance_pix format;
} st_av_picture;

/** Turn as a display matrix says; NULL: not at all. */
void st_av_picture_orient(st_av_picture *picture, const int32_t *matrix);

/** What comes was decoded smaller, halved as often. */
void st_av_picture_shrunk(st_av_picture *picture, const AVCodecParameters *par,
                          int shrunk);

/**
 * A frame of a decoded picture: its own memory where the format fits and nothing is to be
 * turned, else a copy; of a picture without pixels, one like the last and without them
 * (data[0] is NULL). Times and index are the caller's to set.
 *
 * @param name  for messages
 * @param frame returned, stance_frame_unref()
 * @return 0, STANCE_EINPUT or STANCE_ENOMEM
 */
int st_av_picture_make(st_av_picture *picture, const AVFrame *from, const char *name,
                       stance_frame **frame, stance_error *err);

void st_av_picture_clear(st_av_picture *picture);

#endif
