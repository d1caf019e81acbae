/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_MANNEQUIN_RENDER_H
#define ST_MANNEQUIN_RENDER_H

#include "mannequin/room.h"

/* Solids into a picture. */

/** One place of the picture, what has been drawn on it so far. */
typedef struct dot {
    float y, u, v; /**< times `cover`; chroma around 0 */
    float cover;   /**< 0 to 1 */
    float depth;   /**< of what is nearest */
} dot;

typedef struct layer {
    dot *dots; /**< width x height */
    int width, height;
    int box[4]; /**< what holds anything: x0, y0, x1, y1 */
} layer;

/** Empty what was drawn. */
void layer_wipe(layer *l);
void layer_draw(layer *l, const view *w, const solid *s);
/** Lay it over a picture of its size. */
void layer_put(const layer *l, stance_frame *frame);

enum { GRAIN_SIZE = 1 << 14 };

/** Noise as a sensor has it, added to the luma. @param grain GRAIN_SIZE numbers */
void grain_add(const int8_t *grain, uint64_t seed, stance_frame *frame);
void grain_make(int8_t *grain, st_random *r);

#endif
