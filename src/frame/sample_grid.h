/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_FRAME_SAMPLE_GRID_H
#define ST_FRAME_SAMPLE_GRID_H

#include <math.h>

#include "stance/frame.h"

/*
 * Where a source position falls between the samples of a plane; shared by the fast and
 * the plain way of sampling, so that both mean the same by "bilinear", "inside" and
 * chroma siting.
 */

/** Two neighbouring samples along one axis and the weight of the second. */
typedef struct st_axis {
    int low, high;
    float weight;
} st_axis;

/** Per axis (0: x, 1: y) and plane kind (0: luma, 1: chroma). */
typedef struct st_grid {
    double scale[2][2], shift[2][2]; /**< index = scale x source position + shift */
    double from[2], to[2];           /**< what is looked at, in source pixels */
    int first[2][2], last[2][2];     /**< samples that may be used */
} st_grid;

/** @param bounds x, y, w, h in source pixels, clipped to the picture; NULL: all of it */
void st_grid_init(st_grid *grid, const stance_frame *frame, const double bounds[4]);

static inline bool st_grid_inside(const st_grid *grid, int axis, double source)
{
    return source >= grid->from[axis] && source < grid->to[axis];
}

static inline st_axis st_grid_at(const st_grid *grid, int axis, int chroma, double source)
{
    double index = grid->scale[axis][chroma] * source + grid->shift[axis][chroma];
    double low = floor(index);
    int first = grid->first[axis][chroma], last = grid->last[axis][chroma];
    int i = (int)low;
    st_axis at = {.low = i, .high = i + 1, .weight = (float)(index - low)};
    at.low = at.low < first ? first : at.low > last ? last : at.low;
    at.high = at.high < first ? first : at.high > last ? last : at.high;
    return at;
}

static inline float st_sample_clamp(float value)
{
    return value < 0 ? 0 : value > 255 ? 255 : value;
}

static inline uint8_t st_sample_to_u8(float value)
{
    return (uint8_t)(int)(st_sample_clamp(value) + 0.5f);
}

#endif
