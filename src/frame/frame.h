/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_FRAME_H
#define ST_FRAME_H

#include "stance/frame.h"

/* What the stages need of frames beyond the public header: pools, foreign memory,
 * turning. */

/** Frames of one size and format whose memory is used again. Any thread. */
typedef struct st_frame_pool st_frame_pool;

st_frame_pool *st_frame_pool_new(int width, int height, stance_pix format);
/** Frames still in use keep the memory alive. Sets *pool to NULL. */
void st_frame_pool_free(st_frame_pool **pool);
/** A frame with uninitialised pixels and zeroed times; NULL: out of memory. */
stance_frame *st_frame_pool_get(st_frame_pool *pool);

/**
 * A frame around memory that somebody else owns: set planes and strides afterwards.
 *
 * @param owner   handed to release when the last holder lets go
 * @param release called once, on any thread
 * @return NULL: out of memory, and release was not called
 */
stance_frame *st_frame_wrap(int width, int height, stance_pix format, void *owner,
                            void (*release)(void *owner));

/** Copy pixels; both frames have one size and format. */
void st_frame_copy_pixels(stance_frame *to, const stance_frame *from);
/** Copy colour, index, times and file. `file` is copied as a pointer. */
void st_frame_copy_props(stance_frame *to, const stance_frame *from);
/**
 * Of a frame that was decoded smaller: make it one of `width` x `height` pixels whose
 * planes hold one sample where there would be 2^shrunk along each axis. Only sampling
 * (sample.h) and looking for cuts know such frames.
 *
 * @param frame of the size that its planes have; nobody else holds it
 */
void st_frame_shrunk(stance_frame *frame, int width, int height, int shrunk);
/** The size of a plane as it lies in memory, in samples. */
void st_frame_plane_size(const stance_frame *frame, int plane, int *width, int *height);
/** How often its planes are halved; 0 but after st_frame_shrunk(). */
int st_frame_halvings(const stance_frame *frame);
/** Fill with black in the frame's own colour space. */
void st_frame_fill_black(stance_frame *frame);

/**
 * Turn the pixels of `from` into `to`, plane by plane.
 *
 * @param to       w x h for 0 and 180 degrees, h x w for 90 and 270, a format with the
 * same planes (see st_frame_turned_format)
 * @param turn_deg clockwise: 0, 90, 180, 270
 * @param mirror   mirrored left to right before it is turned
 */
void st_frame_turn(stance_frame *to, const stance_frame *from, int turn_deg, bool mirror);

/**
 * The format that holds a turned picture: 4:2:2 becomes 4:4:4 at 90 and 270 degrees
 * (chroma repeated by st_frame_turn), others stay.
 */
stance_pix st_frame_turned_format(stance_pix format, int turn_deg);

/** Coefficients of RGB from the frame's own components, see sample.c. */
typedef struct st_colour_matrix {
    float c[3][3]; /**< rows R, G, B; columns data[0], data[1], data[2] */
    float offset[3];
} st_colour_matrix;
void st_colour_to_rgb(const stance_frame *frame, st_colour_matrix *matrix);
/** The frame's own three components (0..255) of an RGB colour (0..255). */
void st_colour_from_rgb(const stance_frame *frame, const uint8_t rgb[3], uint8_t out[3]);

#endif
