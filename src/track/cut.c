/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cuts: where the picture is another one from one frame to the next.
 *
 * Each frame is reduced to a coarse grid of brightness. Two grids are compared by their
 * correlation, which a change of light, a flash or a fade hardly touches, since the
 * pattern stays; in a new shot the pattern is another. Shots that are composed alike
 * correlate as well, so a weaker correlation is enough where the brightness jumps far
 * more than it did within the shot.
 *
 * Frames without a pattern (black, between two shots that fade) are passed over: what
 * comes after them is compared with what was before.
 */
#include "track/cut.h"

#include <math.h>
#include <string.h>

#include "frame/frame.h"

enum {
    CELLS = ST_CUT_COLUMNS * ST_CUT_ROWS,
    SAMPLES = 6, /* along each side of a cell */
};

static const float PATTERN_LEAST = 4; /* spread of the brightness, of 255 */
static const float OTHER = 0.5F;      /* correlation of two shots */
static const float MAYBE_OTHER = 0.8F, JUMP = 20, JUMP_USUAL = 8;

static float cell_mean(const stance_frame *frame, int column, int row)
{
    int width, height;
    st_frame_plane_size(frame, 0, &width, &height);
    int x0 = (int)((int64_t)width * column / ST_CUT_COLUMNS);
    int x1 = (int)((int64_t)width * (column + 1) / ST_CUT_COLUMNS);
    int y0 = (int)((int64_t)height * row / ST_CUT_ROWS);
    int y1 = (int)((int64_t)height * (row + 1) / ST_CUT_ROWS);
    int sum = 0;
    for (int j = 0; j < SAMPLES; j++) {
        int y = y0 + (y1 - y0) * j / SAMPLES;
        const uint8_t *line = frame->data[0] + y * frame->stride[0];
        for (int i = 0; i < SAMPLES; i++)
            sum += line[x0 + (x1 - x0) * i / SAMPLES];
    }
    return (float)sum / (SAMPLES * SAMPLES);
}

static float reduce(const stance_frame *frame, float *grid)
{
    float mean = 0, square = 0;
    for (int row = 0; row < ST_CUT_ROWS; row++)
        for (int column = 0; column < ST_CUT_COLUMNS; column++) {
            float value = cell_mean(frame, column, row);
            grid[row * ST_CUT_COLUMNS + column] = value;
            mean += value / CELLS;
            square += value * value / CELLS;
        }
    return sqrtf(fmaxf(0, square - mean * mean));
}

static float mean_of(const float *grid)
{
    float mean = 0;
    for (int i = 0; i < CELLS; i++)
        mean += grid[i] / CELLS;
    return mean;
}

static float correlation(const float *a, const float *b)
{
    float mean_a = mean_of(a), mean_b = mean_of(b), ab = 0, aa = 0, bb = 0;
    for (int i = 0; i < CELLS; i++) {
        ab += (a[i] - mean_a) * (b[i] - mean_b);
        aa += (a[i] - mean_a) * (a[i] - mean_a);
        bb += (b[i] - mean_b) * (b[i] - mean_b);
    }
    return aa > 0 && bb > 0 ? ab / sqrtf(aa * bb) : 1;
}

static float difference(const float *a, const float *b)
{
    float sum = 0;
    for (int i = 0; i < CELLS; i++)
        sum += fabsf(a[i] - b[i]) / CELLS;
    return sum;
}

bool st_cut_here(st_cut *cut, const stance_frame *frame)
{
    float grid[CELLS];
    if (reduce(frame, grid) < PATTERN_LEAST)
        return false;
    bool here = false;
    if (cut->any) {
        float alike = correlation(cut->before, grid),
              jump = difference(cut->before, grid);
        here = alike < OTHER || (alike < MAYBE_OTHER && jump > JUMP &&
                                 jump > JUMP_USUAL * (cut->usual + 1));
        cut->usual = here ? 0 : cut->usual + (jump - cut->usual) / 8;
    }
    memcpy(cut->before, grid, sizeof(grid));
    cut->any = true;
    return here;
}
