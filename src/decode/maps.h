/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_DECODE_MAPS_H
#define ST_DECODE_MAPS_H

#include "decode/decode.h"

/* Heatmaps and fields: stacks of small pictures, whatever their order in memory. */

typedef struct st_maps {
    const float *data;
    int n, width, height;
    ptrdiff_t step_n, step_y, step_x; /**< in floats */
} st_maps;

/**
 * A view of an output of four dimensions, the first being 1.
 *
 * @param channels  the number of maps: says which dimension they are, last (NHWC) or
 * second (NCHW)
 * @return false: neither is
 */
bool st_maps_of(const st_output *output, int channels, st_maps *maps);

/** The maps from the `first`-th on. */
st_maps st_maps_from(const st_maps *maps, int first, int n);

static inline float st_maps_at(const st_maps *m, int n, int x, int y)
{
    return m->data[n * m->step_n + y * m->step_y + x * m->step_x];
}

/** Between the cells by the cubic rule (a = -0.75, as OpenCV's), beyond the edge as at
 * it. x, y count cells from the middle of the first. */
float st_maps_cubic(const st_maps *m, int n, double x, double y);

/** The same of two maps, the n-th and the next. */
void st_maps_cubic_two(const st_maps *m, int n, double x, double y, float values[2]);

/** The cell that x, y lie in, beyond the edge the nearest. */
float st_maps_nearest(const st_maps *m, int n, double x, double y);

typedef struct st_peak {
    float x, y; /**< cells from the middle of the first; st_maps_width() further on */
    float score;
} st_peak;

/**
 * Local maxima of one map, found among the cells and placed between them on a grid
 * `fine` times as fine.
 *
 * @param least what a peak has to reach
 * @param peaks room for `most`; ordered by score, best first
 * @return how many; those too many are the weakest
 */
size_t st_maps_peaks(const st_maps *m, int n, float least, int fine, st_peak *peaks,
                     size_t most);

#endif
