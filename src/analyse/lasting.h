/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_ANALYSE_LASTING_H
#define ST_ANALYSE_LASTING_H

#include "analyse/analyse.h"

/** Something that is one of several, and changes when another has been right for a while.
 * Zero-initialise: it is 0. */
typedef struct st_lasting {
    int now, next;               /**< what it is; what may follow */
    st_moment since, next_since; /**< from when each has been right */
} st_lasting;

/** The next look. @param seen what is right in it; in a picture by itself it is so at
 * once
 * @return true: it has changed */
bool st_lasting_see(st_lasting *lasting, int seen, const st_look *look, double hold_s);

/** The event that it began: a posture of the person, from when it has been right. */
stance_event st_lasting_event(const st_lasting *lasting, const st_look *look);

#endif
