/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SOURCE_AV_STILL_H
#define ST_SOURCE_AV_STILL_H

#include "frame/frame.h"

/**
 * Decode a picture file that is in memory.
 *
 * @param path       for messages
 * @param rotate_deg clockwise; -1: as the file's EXIF says
 * @param turned_deg how far it was turned clockwise
 * @param sar        width and height of a pixel, 0/1: unknown
 * @param frame      returned, stance_frame_unref()
 * @return 0, STANCE_EINPUT or STANCE_ENOMEM
 */
int st_av_still_decode(const uint8_t *bytes, size_t n, const char *path, int rotate_deg,
                       int *turned_deg, int sar[2], stance_frame **frame,
                       stance_error *err);

/** The same of a picture file on the disk. */
int st_av_still_read(const char *path, int rotate_deg, int *turned_deg, int sar[2],
                     stance_frame **frame, stance_error *err);

#endif
