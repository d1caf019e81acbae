/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SINK_DRAW_H
#define ST_SINK_DRAW_H

#include "frame/frame.h"
#include "stance/run.h"

/* Poses and text drawn straight into a frame's own planes, touching only what changes. */

typedef struct st_draw st_draw;

extern const stance_option st_draw_options[];

st_draw *st_draw_new(const stance_draw_settings *settings);
void st_draw_free(st_draw **draw);

/** A zone or line. */
typedef struct st_draw_place {
    const char *name;
    const double (*points)[2]; /**< pixels */
    size_t n;
    bool closed; /**< from the last point back to the first */
} st_draw_place;

/** What is drawn beside the poses. Numbers of the text in the corner: NAN or below 0:
 * left out. */
typedef struct st_draw_text {
    double latency_ms; /**< inference of this frame */
    double fps;        /**< lately, of the whole run */
    int people;        /**< -1: not said (one person is followed) */
    const st_draw_place *places;
    size_t n_places;
    const stance_measure *measures; /**< what `analysis` is, see stance_result */
    size_t n_measures;
    const float *analysis; /**< NULL: none */
} st_draw_text;

/**
 * Draw onto a frame that nobody else holds.
 *
 * @param frame  written
 * @param poses  in pixels of the frame
 * @param text   may be NULL
 * @return 0 or STANCE_ENOMEM
 */
int st_draw_poses(st_draw *draw, stance_frame *frame, const stance_poses *poses,
                  const st_draw_text *text);

#endif
