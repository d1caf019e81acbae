/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SOURCE_PICKER_H
#define ST_SOURCE_PICKER_H

#include "source/source.h"

/* --start, --end, --every, --max-frames: one rule for all sources. */

typedef struct st_picker {
    const stance_source_settings *settings;
    int64_t n_seen, n_given; /**< frames between start and end; frames handed on */
} st_picker;

typedef enum st_pick {
    ST_PICK_BEFORE, /**< before --start: not a frame of this run */
    ST_PICK_SKIP,   /**< left out by --every */
    ST_PICK_GIVE,   /**< hand it on */
    ST_PICK_END,    /**< at or behind --end */
} st_pick;

/** What becomes of the next frame, which is shown at `pts_us`; counts it. */
st_pick st_picker_next(st_picker *picker, int64_t pts_us);

/** True when as many frames were handed on as --max-frames allows. */
bool st_picker_full(const st_picker *picker);

/** True when sound at that time lies between --start and --end. */
bool st_picker_hears(const st_picker *picker, int64_t pts_us, int64_t duration_us);

#endif
