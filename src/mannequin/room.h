/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_MANNEQUIN_ROOM_H
#define ST_MANNEQUIN_ROOM_H

#include "mannequin/view.h"

/* The place people are in: floor, walls, light, and the shadows on the floor. */

/** Brightness and colour as the pictures store them, before they are rounded: luma 0 to
 * 255, chroma around 0. */
typedef struct yuv {
    float y, u, v;
} yuv;

/** BT.709, limited range. */
yuv yuv_of(rgb colour);

/** 0 to 1 towards the light. */
extern const v3 room_light;

typedef struct room {
    yuv floor, wall, skirting, ceiling;
    double wall_shade[4]; /**< brightness of each wall */
    double half_x, front, back, height;
    double plank, per_plank; /**< width of a floor board; 1 / plank */
    uint32_t pattern;        /**< of the boards */
    yuv frame, picture;      /**< that hangs on the walls */
} room;

/** @param size metres from the middle that people need */
room room_random(st_random *r, double size);

/** The direction of the ray through a place of the picture, in the room. */
v3 room_ray(const view *w, double x, double y);

/** Draw floor and walls into the planes of a frame. @param smooth four rays a pixel */
void room_draw(const room *r, const view *w, bool smooth, stance_frame *frame);

/** Fill a frame with a picture (rows of width x 3 bytes R, G, B), cut to its shape. */
void backdrop_draw(const uint8_t *picture, int width, int height, stance_frame *frame);

enum { SHADOW_SIDE = 320 };

/** The floor seen from the light. */
typedef struct shadow {
    float cells[SHADOW_SIDE][SHADOW_SIDE], work[SHADOW_SIDE][SHADOW_SIDE];
    double x, z, cell; /**< corner and size of a cell, metres */
    int nx, nz;
} shadow;

void shadow_make(shadow *s, const solid *solids, size_t n);
/** Darken the floor in the picture. */
void shadow_draw(const shadow *s, const view *w, stance_frame *frame);

#endif
