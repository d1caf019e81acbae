/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_MODEL_AIM_H
#define ST_MODEL_AIM_H

#include <stdbool.h>

#include "decode/decode.h"

/*
 * Where the person who is followed is looked for, frame after frame.
 *
 * The pose in a frame wants a square for the next one (st_movenet_crop_next). That square
 * is not taken each time: as long as it is near the one looked at, that one stays; where
 * it goes away slowly, a new one is taken from the frame after the next on; only where it
 * jumps, at once. So the frame after this one can nearly always be begun before this one
 * is ended, and still what is looked at follows from the poses alone, never from how many
 * frames were on their way. A picture that does not wander also makes steadier points.
 */

/** A part of the source to look at. */
typedef struct st_target {
    st_square square; /**< of no meaning for the whole */
    bool following;   /**< false: the whole region */
} st_target;

typedef struct st_aim {
    st_target next;  /**< for the frame whose pose is not known yet */
    st_target later; /**< for the one after it, as far as can be told before */
} st_aim;

/** Nobody is followed: the whole region. */
void st_aim_reset(st_aim *aim);

/** The pose of a frame is known: what it wants to be looked at next.
 * @param region x, y, w, h of the source that is looked at */
void st_aim_move(st_aim *aim, st_target wanted, const double region[4]);

bool st_target_same(const st_target *a, const st_target *b);

#endif
