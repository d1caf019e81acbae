/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SINK_DRAW_MASK_H
#define ST_SINK_DRAW_MASK_H

#include "frame/frame.h"

/*
 * How much of each pixel a shape covers, 0 to 255, and where it covers anything at all.
 * Shapes of one colour are put together (the larger coverage counts, so that joints of
 * bones are no darker than bones), then painted at once, which leaves the mask empty.
 */
typedef struct st_mask {
    int width, height;
    size_t stride; /**< a multiple of ST_MASK_BLOCK, larger than the width */
    uint8_t *data;
    uint8_t
        *touched;    /**< 1 where a block of 16 columns and two rows may cover anything */
    size_t n_blocks; /**< in two rows */
    int top, bottom; /**< touched rows; top >= bottom: none */
} st_mask;

enum { ST_MASK_BLOCK = 16 };

/** The first touched block from `at` on, of the rows that `y` belongs to; n_blocks: none.
 */
size_t st_mask_next_block(const st_mask *mask, int y, size_t at);

/** Make the mask fit a picture; zero-initialise it before the first time. @return 0 or
 * STANCE_ENOMEM */
int st_mask_fit(st_mask *mask, int width, int height);
void st_mask_clear(st_mask *mask);

/** A line with round ends; a disc where both ends are one. Any finite coordinates. */
void st_mask_line(st_mask *mask, double x0, double y0, double x1, double y1,
                  double radius);
/** A box with round corners, x to x + w and y to y + h. */
void st_mask_box(st_mask *mask, double x, double y, double w, double h, double radius);
/** Ready coverage, w x h bytes; what lies outside of the picture is left out. */
void st_mask_bits(st_mask *mask, int x, int y, int w, int h, const uint8_t *bits);

/** Blend a colour into all planes where the mask covers, and empty the mask.
 * @param opacity 0 to 1 */
void st_mask_paint(st_mask *mask, stance_frame *frame, const uint8_t rgb[3],
                   double opacity);

#endif
