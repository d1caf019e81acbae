/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_TRACK_CUT_H
#define ST_TRACK_CUT_H

#include "stance/frame.h"

/* Where one shot of a film ends and the next begins. */

enum { ST_CUT_COLUMNS = 32, ST_CUT_ROWS = 18 };

/** Zero-initialise. */
typedef struct st_cut {
    bool any;    /**< there was a frame before */
    float usual; /**< how much frames of this shot differ, lately */
    float before[ST_CUT_ROWS * ST_CUT_COLUMNS]; /**< that frame, coarsely */
} st_cut;

/**
 * Whether a new shot begins with this frame.
 *
 * @param frame the next one; its brightness is looked at
 */
bool st_cut_here(st_cut *cut, const stance_frame *frame);

#endif
