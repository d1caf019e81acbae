/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a frame's own components to RGB and back, by the matrix and range that the frame
 * states (ITU-T H.273). A frame that states no matrix is taken as players take it: BT.709
 * from 720 lines up, BT.601 below. RGB here is R'G'B': transfer curves are left as they
 * are.
 */
#include "frame/frame.h"

#include <math.h>

enum { HD_LINES = 720 };

/* Luma weights of red and blue, by H.273 matrix number. */
static void luma_weights(const stance_frame *frame, double *red, double *blue)
{
    int matrix = frame->colour.matrix;
    if (matrix == 2)
        matrix = frame->height >= HD_LINES ? 1 : 6;
    switch (matrix) {
    case 1:
        *red = 0.2126, *blue = 0.0722;
        return;
    case 4:
        *red = 0.30, *blue = 0.11;
        return;
    case 7:
        *red = 0.212, *blue = 0.087;
        return;
    case 9:
    case 10:
        *red = 0.2627, *blue = 0.0593;
        return;
    default:
        *red = 0.299, *blue = 0.114;
    }
}

void st_colour_to_rgb(const stance_frame *frame, st_colour_matrix *matrix)
{
    *matrix = (st_colour_matrix){0};
    if (frame->format == STANCE_PIX_GBRP) {
        matrix->c[0][2] = matrix->c[1][0] = matrix->c[2][1] = 1;
        return;
    }
    bool full = frame->colour.full_range;
    double gain = full ? 1.0 : 255.0 / 219.0;
    double floor_level = full ? 0 : 16;
    for (int i = 0; i < 3; i++)
        matrix->c[i][0] = (float)gain;
    if (frame->format == STANCE_PIX_GRAY8) {
        for (int i = 0; i < 3; i++)
            matrix->offset[i] = (float)(-gain * floor_level);
        return;
    }
    double red, blue;
    luma_weights(frame, &red, &blue);
    double green = 1 - red - blue;
    double chroma_gain = full ? 1.0 : 255.0 / 224.0;
    matrix->c[0][2] = (float)(2 * (1 - red) * chroma_gain);
    matrix->c[1][1] = (float)(-2 * blue * (1 - blue) / green * chroma_gain);
    matrix->c[1][2] = (float)(-2 * red * (1 - red) / green * chroma_gain);
    matrix->c[2][1] = (float)(2 * (1 - blue) * chroma_gain);
    for (int i = 0; i < 3; i++)
        matrix->offset[i] =
            (float)(-gain * floor_level - 128.0 * (matrix->c[i][1] + matrix->c[i][2]));
}

static uint8_t to_byte(double value)
{
    return (uint8_t)(value <= 0 ? 0 : value >= 255 ? 255 : lrint(value));
}

void st_colour_from_rgb(const stance_frame *frame, const uint8_t rgb[3], uint8_t out[3])
{
    if (frame->format == STANCE_PIX_GBRP) {
        out[0] = rgb[1];
        out[1] = rgb[2];
        out[2] = rgb[0];
        return;
    }
    double red, blue;
    luma_weights(frame, &red, &blue);
    bool full = frame->colour.full_range;
    double luma = red * rgb[0] + (1 - red - blue) * rgb[1] + blue * rgb[2];
    double chroma_gain = full ? 1.0 : 224.0 / 255.0;
    out[0] = to_byte(full ? luma : 16 + luma * 219.0 / 255.0);
    out[1] = to_byte(128 + (rgb[2] - luma) / (2 * (1 - blue)) * chroma_gain);
    out[2] = to_byte(128 + (rgb[0] - luma) / (2 * (1 - red)) * chroma_gain);
}

void st_frame_fill_black(stance_frame *frame)
{
    uint8_t black[3];
    st_colour_from_rgb(frame, (const uint8_t[3]){0, 0, 0}, black);
    for (int p = 0; p < stance_pix_planes(frame->format); p++) {
        int w, h;
        stance_pix_plane_size(frame->format, p, frame->width, frame->height, &w, &h);
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++)
                frame->data[p][y * frame->stride[p] + x] = black[p];
    }
}

stance_frame *stance_frame_from_rgb(const uint8_t *rgb, int width, int height,
                                    ptrdiff_t stride)
{
    stance_frame *frame = stance_frame_new(width, height, STANCE_PIX_GBRP);
    if (!frame)
        return NULL;
    frame->colour =
        (stance_colour){.primaries = 1, .transfer = 13, .matrix = 0, .full_range = true};
    for (int y = 0; y < height; y++) {
        const uint8_t *in = rgb + y * stride;
        for (int x = 0; x < width; x++, in += 3) {
            frame->data[0][y * frame->stride[0] + x] = in[1];
            frame->data[1][y * frame->stride[1] + x] = in[2];
            frame->data[2][y * frame->stride[2] + x] = in[0];
        }
    }
    return frame;
}

void stance_frame_to_rgb(const stance_frame *frame, uint8_t *rgb, ptrdiff_t stride)
{
    st_colour_matrix m;
    st_colour_to_rgb(frame, &m);
    int planes = stance_pix_planes(frame->format);
    int chroma_w, chroma_h;
    stance_pix_plane_size(frame->format, planes - 1, frame->width, frame->height,
                          &chroma_w, &chroma_h);
    int shift_x = chroma_w < frame->width, shift_y = chroma_h < frame->height;
    for (int y = 0; y < frame->height; y++) {
        uint8_t *out = rgb + y * stride;
        const uint8_t *row[3];
        for (int p = 0; p < 3; p++) {
            int from = p < planes ? p : 0; /* grey: the columns of planes 1 and 2 are 0 */
            row[p] = frame->data[from] + (p ? y >> shift_y : y) * frame->stride[from];
        }
        for (int x = 0; x < frame->width; x++, out += 3)
            for (int i = 0; i < 3; i++)
                out[i] =
                    to_byte(m.c[i][0] * row[0][x] + m.c[i][1] * row[1][x >> shift_x] +
                            m.c[i][2] * row[2][x >> shift_x] + m.offset[i]);
    }
}
