/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SINK_AV_PICTURE_FILE_H
#define ST_SINK_AV_PICTURE_FILE_H

#include "base/file.h"
#include "sink/av_convert.h"

/* A frame as a picture: a file, JPEG, PNG, WebP, BMP or TIFF by its name; or a JPEG in a
 * page. */

/** True for a name that ends like one. */
bool st_av_picture_has_name(const char *path);
/** That such a picture can be written. @return 0 or STANCE_EINVAL */
int st_av_picture_check(const char *path, stance_error *err);

/** Write it where `out` has its bytes for now. @param convert kept between pictures */
int st_av_picture_write(st_av_convert *convert, const stance_frame *frame,
                        const st_out_file *out, stance_error *err);
/** Write it, and give it its name. */
int st_av_picture_save(st_av_convert *convert, const stance_frame *frame,
                       const char *path, stance_error *err);

/** A JPEG that a page carries as text. */
typedef struct st_page_picture {
    char *base64; /**< NULL: there is none; st_free() */
    int width, height;
} st_page_picture;

/**
 * A frame for a page, made smaller where it is wider or higher than `widest`, with square
 * pixels.
 *
 * @param sar_num,sar_den the frame's sample aspect ratio; 0/1: square
 * @param picture replaced; on an error it is as before
 * @return 0, STANCE_EOUTPUT or STANCE_ENOMEM
 */
int st_av_picture_base64(st_av_convert *convert, const stance_frame *frame, int sar_num,
                         int sar_den, int widest, st_page_picture *picture,
                         stance_error *err);

#endif
