/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_FRAME_SAMPLE_H
#define ST_FRAME_SAMPLE_H

#include "stance/frame.h"

/*
 * The one way from a frame to a network's input: crop, resize, colour and layout in one
 * pass, straight from the frame's planes. The same affine map takes keypoints back.
 */

/** Source pixel (x, y) = (a x' + b y' + c, d x' + e y' + f) of the input position x', y',
 * both with the origin at the outer corner of the top-left pixel. */
typedef struct st_affine {
    double a, b, c, d, e, f;
} st_affine;

/** A part of the source, in source pixels; may reach outside. */
typedef struct st_view {
    double x, y, w, h; /**< as it lies before it is turned */
    double turn;       /**< radians, clockwise around its middle */
} st_view;

/** A part of the source, put onto width x height pixels. */
st_affine st_affine_view(const st_view *view, int width, int height);
void st_affine_apply(const st_affine *map, double x, double y, double *out_x,
                     double *out_y);

typedef enum st_sample_layout { ST_SAMPLE_NHWC, ST_SAMPLE_NCHW } st_sample_layout;
typedef enum st_sample_type { ST_SAMPLE_U8, ST_SAMPLE_F32 } st_sample_type;

/** What the network wants. */
typedef struct st_sample_spec {
    int width, height; /**< pixels of the input */
    st_sample_layout layout;
    st_sample_type type;
    bool bgr;                /**< blue first */
    float mean[3], scale[3]; /**< F32: (value - mean) x scale, in the order of channels;
                                U8: unused */
    uint8_t pad[3];          /**< R, G, B outside of the source */
    bool edge; /**< outside of the source is what its edge shows, not `pad` */
} st_sample_spec;

/** Memory of one runner: columns, rows and colour tables worked out once per map. */
typedef struct st_sampler st_sampler;
st_sampler *st_sampler_new(const st_sample_spec *spec);
void st_sampler_free(st_sampler **sampler);

/**
 * Fill a network's input from a frame, bilinear between pixel centres, without a filter
 * before.
 *
 * @param frame  any STANCE_PIX_*
 * @param map    from input positions to source positions
 * @param bounds x, y, w, h in source pixels: outside of it (or of the picture) is
 * padding; NULL: the whole picture
 * @param tensor spec's width x height x 3 values
 */
void st_sampler_run(st_sampler *sampler, const stance_frame *frame, const st_affine *map,
                    const double bounds[4], void *tensor);

/** The plain version of the same, one pixel after the other: the tests' reference. */
void st_sample_plain(const st_sample_spec *spec, const stance_frame *frame,
                     const st_affine *map, const double bounds[4], void *tensor);

#endif
