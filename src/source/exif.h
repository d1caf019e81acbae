/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SOURCE_EXIF_H
#define ST_SOURCE_EXIF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * The EXIF orientation of a picture file: JPEG, PNG, WebP or TIFF.
 *
 * @param bytes the whole file (or its beginning)
 * @return 1 to 8; 1 (upright) where there is none, or it cannot be read
 */
int st_exif_orientation(const uint8_t *bytes, size_t n);

/** What an orientation asks for: mirrored left to right, then turned clockwise. */
void st_exif_turn(int orientation, int *turn_deg, bool *mirror);

#endif
