/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_MANNEQUIN_TRUTH_H
#define ST_MANNEQUIN_TRUTH_H

#include "mannequin/view.h"

/* What is true of one person in one frame. */

enum { TRUTH_POINTS = 17 };

/** The 17 points of coco17 in the room. */
void truth_points(const joints *j, const body *b, v3 points[TRUTH_POINTS]);

/** True when one of the points lies in the picture. */
bool truth_in_picture(const view *w, const v3 *points, size_t n);

/** A figure that may hide points. */
typedef struct figure {
    const solid *solids;
    size_t n;
} figure;

/**
 * Fill a pose: places, world places, visibility, box.
 *
 * @param figures everybody, @param who which of them the points belong to
 */
void truth_fill(const view *w, const figure *figures, size_t n_figures, size_t who,
                const v3 points[TRUTH_POINTS], stance_pose *pose);

#endif
