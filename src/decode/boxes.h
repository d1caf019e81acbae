/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_DECODE_BOXES_H
#define ST_DECODE_BOXES_H

#include "decode/decode.h"

/* Candidates for people as boxes: the best of them, and one where several are one. */

enum { ST_BOXES_MOST = 4096 };

typedef struct st_box {
    float x0, y0, x1, y1; /**< corners in pixels of the input */
    float score;
    size_t row; /**< the decoder's own number */
} st_box;

typedef struct st_boxes {
    st_box at[ST_BOXES_MOST];
    size_t n;
} st_boxes;

/** How much of two boxes together both have: a number that one of the families uses. */
typedef enum st_overlap {
    ST_OVERLAP_PLAIN,  /**< corners are places */
    ST_OVERLAP_PIXELS, /**< corners are pixels that belong to the box */
} st_overlap;

/** Take a candidate; when there are too many the weakest goes. One whose score is below
 * `least`, or that is no box of numbers, is not taken. The score is at most 1. */
void st_boxes_add(st_boxes *boxes, const st_box *box, float least);

/** Best first; of those with one score the lower row. Nothing can be added any more. */
void st_boxes_sort(st_boxes *boxes);

/** Of sorted boxes that overlap by more than `most` the surer one stays;
 * STANCE_PEOPLE_MAX at most. */
void st_boxes_drop_doubles(st_boxes *boxes, float most, st_overlap how);

#endif
