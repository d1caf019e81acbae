/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_TRACK_SWAPS_H
#define ST_TRACK_SWAPS_H

#include "pose/id_table.h"
#include "stance/pose.h"

/* Where a network exchanges somebody's left and right limb from one frame to the next. */

enum { ST_LIMB_POINTS = 4, ST_LIMBS = 2 };

typedef struct st_swaps {
    size_t n_points;
    size_t n_limbs;                         /**< pairs of limbs that the skeleton has */
    size_t n_in[ST_LIMBS];                  /**< points of each */
    uint8_t left[ST_LIMBS][ST_LIMB_POINTS]; /**< of the pair's left side */
    uint8_t right[ST_LIMBS][ST_LIMB_POINTS];
    st_id_table people;
} st_swaps;

void st_swaps_open(st_swaps *swaps, const stance_skeleton *skeleton);
void st_swaps_close(st_swaps *swaps);

/**
 * Mark the points of limbs that look exchanged since the frame before.
 *
 * @param poses as the network gave them, with ids
 * @param cut   nobody is compared with before
 * @return 0 or STANCE_ENOMEM
 */
int st_swaps_mark(st_swaps *swaps, stance_poses *poses, int64_t pts_us, bool cut);

#endif
