/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SINK_DRAW_PRIVATE_H
#define ST_SINK_DRAW_PRIVATE_H

#include "sink/draw.h"
#include "sink/draw_mask.h"
#include "sink/draw_text.h"

/* What draw.c (figures), draw_words.c (text), draw_analysis.c (analyses)
 * and draw_blur.c (faces) share. */

enum { ST_MOST_HEADS = 64 };

typedef struct st_head {
    double x, y, radius; /* pixels */
    int64_t seen_us;
} st_head;

struct st_draw {
    stance_draw_settings settings;
    st_mask mask;
    int width, height; /* that the sizes below were worked out for */
    double line;       /* width of a bone, for a person of usual size */
    int corner_size;   /* of the text in the corner; 0: no room */
    st_glyphs corner, score, label;
    st_head heads[ST_MOST_HEADS]; /* that were blurred lately */
    size_t n_heads;
    int64_t last_us; /* the frame before */
};

/** Whether a point is sure enough to be drawn. */
bool st_draw_shows(const st_draw *draw, const stance_keypoint *point);

/** Of several people, or places, each has a colour. */
const uint8_t *st_draw_colour(size_t number);

/** Make the heads of those people unrecognisable, and those of the last half second that
 * are not found now. */
void st_draw_blur_faces(st_draw *draw, stance_frame *frame, const stance_poses *poses);

/** Each point's score beside it. @return 0 or STANCE_ENOMEM, as all below */
int st_draw_scores(st_draw *draw, stance_frame *frame, const stance_skeleton *skeleton,
                   const stance_pose *pose);

/** The person's number above them, and what else there is room for. @param n people in
 * the frame */
int st_draw_label(st_draw *draw, stance_frame *frame, const stance_pose *pose, size_t n,
                  const uint8_t *colour);

/** White text with a dark rim at a place, moved into the picture where it would not fit.
 */
int st_draw_name(st_draw *draw, stance_frame *frame, double x, double y,
                 const char *name);

/** Arcs with degrees, and what else the analyses say of a person. @param values of the
 * text's measures */
int st_draw_analysis(st_draw *draw, stance_frame *frame, const stance_pose *pose,
                     const st_draw_text *text, const float *values);

/** The text in the corner. */
int st_draw_corner(st_draw *draw, stance_frame *frame, const st_draw_text *text);

#endif
