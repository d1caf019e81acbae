/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STANCE_FRAME_H
#define STANCE_FRAME_H

#include "stance/common.h"

/*
 * The picture that every stage shares: 8-bit planes, upright, with a time.
 *
 * Coordinates everywhere: pixels of the upright source picture, x right, y down, origin
 * at the outer corner of the top-left pixel (the centre of the first pixel is 0.5, 0.5).
 */

#ifdef __cplusplus
extern "C" {
#endif

/** Plane layouts. All are 8 bits a sample, one plane a component. */
typedef enum stance_pix {
    STANCE_PIX_GRAY8,   /**< 1 plane: luma, or grey by its own */
    STANCE_PIX_YUV420P, /**< Y, U, V; chroma (w + 1) / 2 by (h + 1) / 2 */
    STANCE_PIX_YUV422P, /**< Y, U, V; chroma (w + 1) / 2 by h */
    STANCE_PIX_YUV444P, /**< Y, U, V; all w by h */
    STANCE_PIX_GBRP,    /**< G, B, R; all w by h, full range */
    STANCE_PIX_COUNT
} stance_pix;

/** Colour description in the code points of ITU-T H.273 (2 = unspecified). */
typedef struct stance_colour {
    uint8_t primaries; /**< 1 BT.709, 6 BT.601, 9 BT.2020, ... */
    uint8_t transfer;  /**< 1 BT.709, 13 sRGB, 16 PQ, 18 HLG, ... */
    uint8_t matrix;    /**< 0 RGB, 1 BT.709, 5 and 6 BT.601, 9 BT.2020 */
    uint8_t location;  /**< chroma sample location as H.273 plus 1; 0 = unspecified */
    bool full_range;   /**< luma 0..255 rather than 16..235 */
} stance_colour;

/**
 * One picture with its time. Reference counted; read-only once more than one holds it.
 * All members are set by whoever makes the frame and only read afterwards.
 */
typedef struct stance_frame {
    int width, height; /**< 1 to STANCE_FRAME_SIDE_MAX, upright, before sample aspect */
    stance_pix format;
    stance_colour colour;
    uint8_t *data[3]; /**< first byte of each plane's top row; NULL where there is none */
    ptrdiff_t
        stride[3]; /**< bytes from one row to the next; at least the plane's width */

    int64_t index;  /**< number in the source, from 0, counting from its first frame */
    int64_t pts_us; /**< microseconds since the source's first frame */
    int64_t duration_us; /**< how long it is shown; 0 when not known */
    const char *file;    /**< the picture's own file in a run of pictures, else NULL */

    struct stance_frame_private *priv; /**< reference count and memory */
} stance_frame;

#define STANCE_FRAME_SIDE_MAX 16384

/**
 * Make a frame with uninitialised pixels.
 *
 * @param width,height pixels, 1 to STANCE_FRAME_SIDE_MAX
 * @return the frame, unref with stance_frame_unref(); NULL: out of memory or a wrong size
 *
 * Threads: any.
 */
STANCE_API stance_frame *stance_frame_new(int width, int height, stance_pix format);

/**
 * Make a frame (STANCE_PIX_GBRP) from packed RGB bytes, which are copied.
 *
 * @param rgb    height rows of width x 3 bytes, R first; borrowed
 * @param stride bytes from one row to the next, at least width x 3
 * @return the frame; NULL: out of memory or a wrong size
 */
STANCE_API stance_frame *stance_frame_from_rgb(const uint8_t *rgb, int width, int height,
                                               ptrdiff_t stride);

/** Copy a frame out as packed RGB bytes.
 *
 * @param rgb    room for height rows of `stride` bytes, filled R, G, B; borrowed
 * @param stride at least width x 3
 */
STANCE_API void stance_frame_to_rgb(const stance_frame *frame, uint8_t *rgb,
                                    ptrdiff_t stride);

/** One more holder. Returns `frame`. Any thread. */
STANCE_API stance_frame *stance_frame_ref(stance_frame *frame);

/** One holder less; the last one frees. Sets *frame to NULL; a NULL frame is fine. Any
 * thread. */
STANCE_API void stance_frame_unref(stance_frame **frame);

/**
 * Number of planes and the size of one, in samples.
 *
 * @param plane 0 to 2; a plane the format lacks is 0 x 0
 */
STANCE_API int stance_pix_planes(stance_pix format);
STANCE_API void stance_pix_plane_size(stance_pix format, int plane, int width, int height,
                                      int *plane_width, int *plane_height);
/** "yuv420p", ...; NULL for a value out of range. */
STANCE_API const char *stance_pix_name(stance_pix format);

#ifdef __cplusplus
}
#endif
#endif
