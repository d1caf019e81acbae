/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plain way of sampling: one pixel of the network's input after the other, any affine
 * map. Slow and easy to check; the reference for sample.c, and the way that turned crops
 * take.
 */
#include <math.h>

#include "frame/frame.h"
#include "frame/sample.h"
#include "frame/sample_grid.h"

/* Chroma sample location by H.273 plus 1; unspecified is left for video, centre for JPEG.
 */
static void chroma_siting(const stance_frame *frame, bool *left, bool *top, bool *bottom)
{
    int location = frame->colour.location;
    if (location == 0)
        location = frame->colour.full_range ? 2 : 1;
    *left = location == 1 || location == 3 || location == 5;
    *top = location == 3 || location == 4;
    *bottom = location == 5 || location == 6;
}

void st_grid_init(st_grid *grid, const stance_frame *frame, const double bounds[4])
{
    const int size[2] = {frame->width, frame->height};
    const double shrunk = 1.0 / (1 << st_frame_halvings(frame));
    int luma_size[2];
    bool left, top, bottom;
    st_frame_plane_size(frame, 0, &luma_size[0], &luma_size[1]);
    chroma_siting(frame, &left, &top, &bottom);
    for (int axis = 0; axis < 2; axis++) {
        grid->from[axis] = bounds ? fmax(bounds[axis], 0) : 0;
        grid->to[axis] =
            bounds ? fmin(bounds[axis] + bounds[axis + 2], size[axis]) : size[axis];
        for (int chroma = 0; chroma < 2; chroma++) {
            int plane_size[2];
            int plane = chroma && stance_pix_planes(frame->format) > 1 ? 1 : 0;
            st_frame_plane_size(frame, plane, &plane_size[0], &plane_size[1]);
            bool halved = plane_size[axis] < luma_size[axis];
            double scale = halved ? 0.5 : 1;
            /* Centres: sample i of a full plane is at i + 0.5. A halved plane's sample i
             * is between pixels 2i and 2i + 1 (at 2i + 1), or on one of them. */
            double shift = -0.5;
            if (halved && ((axis == 0 && left) || (axis == 1 && top)))
                shift = -0.25;
            if (halved && axis == 1 && bottom)
                shift = -0.75;
            /* A sample of a picture that was decoded smaller is the mean of its 2^n, and
             * in their middle. */
            scale *= shrunk;
            shift = (shift + 0.5) * shrunk - 0.5;
            grid->scale[axis][chroma] = scale;
            grid->shift[axis][chroma] = shift;
            /* Nothing outside of the bounds shines in. */
            int first = (int)floor(grid->from[axis] * scale);
            int last = (int)ceil(grid->to[axis] * scale) - 1;
            int most = plane_size[axis] - 1;
            first = first < 0 ? 0 : first > most ? most : first;
            grid->first[axis][chroma] = first;
            grid->last[axis][chroma] = last < first ? first : last > most ? most : last;
        }
    }
}

static float sample_plane(const stance_frame *frame, int plane, const st_axis *x,
                          const st_axis *y)
{
    const uint8_t *low = frame->data[plane] + y->low * frame->stride[plane];
    const uint8_t *high = frame->data[plane] + y->high * frame->stride[plane];
    float left = low[x->low] + (float)(high[x->low] - low[x->low]) * y->weight;
    float right = low[x->high] + (float)(high[x->high] - low[x->high]) * y->weight;
    return left + (right - left) * x->weight;
}

static void store(const st_sample_spec *spec, int x, int y, const float rgb[3],
                  void *tensor)
{
    size_t width = (size_t)spec->width, area = width * (size_t)spec->height;
    size_t at = (size_t)y * width + (size_t)x;
    for (size_t k = 0; k < 3; k++) {
        float value = rgb[spec->bgr ? 2 - k : k];
        size_t place = spec->layout == ST_SAMPLE_NHWC ? at * 3 + k : k * area + at;
        if (spec->type == ST_SAMPLE_U8)
            ((uint8_t *)tensor)[place] = st_sample_to_u8(value);
        else
            ((float *)tensor)[place] =
                (st_sample_clamp(value) - spec->mean[k]) * spec->scale[k];
    }
}

void st_sample_plain(const st_sample_spec *spec, const stance_frame *frame,
                     const st_affine *map, const double bounds[4], void *tensor)
{
    st_grid grid;
    st_colour_matrix matrix;
    st_grid_init(&grid, frame, bounds);
    st_colour_to_rgb(frame, &matrix);
    int planes = stance_pix_planes(frame->format);
    for (int y = 0; y < spec->height; y++)
        for (int x = 0; x < spec->width; x++) {
            double sx, sy;
            float rgb[3] = {spec->pad[0], spec->pad[1], spec->pad[2]};
            st_affine_apply(map, x + 0.5, y + 0.5, &sx, &sy);
            if (spec->edge ||
                (st_grid_inside(&grid, 0, sx) && st_grid_inside(&grid, 1, sy))) {
                float own[3] = {0};
                for (int p = 0; p < planes; p++) {
                    st_axis column = st_grid_at(&grid, 0, p > 0, sx);
                    st_axis row = st_grid_at(&grid, 1, p > 0, sy);
                    own[p] = sample_plane(frame, p, &column, &row);
                }
                for (int i = 0; i < 3; i++)
                    rgb[i] = matrix.c[i][0] * own[0] + matrix.c[i][1] * own[1] +
                             matrix.c[i][2] * own[2] + matrix.offset[i];
            }
            store(spec, x, y, rgb, tensor);
        }
}
