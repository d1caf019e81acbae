/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which frames of a source are handed on. Times count from the source's first frame, and
 * a frame belongs to the part that it begins in, so that two runs with --end 5 and
 * --start 5 share no frame and miss none.
 */
#include "source/picker.h"

#include <math.h>

static int64_t to_us(double seconds)
{
    return (int64_t)llround(seconds * 1e6);
}

static bool is_before(const stance_source_settings *s, int64_t pts_us)
{
    return !isnan(s->start_s) && pts_us < to_us(s->start_s);
}

static bool is_behind(const stance_source_settings *s, int64_t pts_us)
{
    return !isnan(s->end_s) && pts_us >= to_us(s->end_s);
}

st_pick st_picker_next(st_picker *picker, int64_t pts_us)
{
    const stance_source_settings *s = picker->settings;
    if (is_before(s, pts_us))
        return ST_PICK_BEFORE;
    if (is_behind(s, pts_us))
        return ST_PICK_END;
    if (picker->n_seen++ % (s->every > 0 ? s->every : 1) != 0)
        return ST_PICK_SKIP;
    picker->n_given++;
    return ST_PICK_GIVE;
}

bool st_picker_full(const st_picker *picker)
{
    return picker->settings->max_frames > 0 &&
           picker->n_given >= picker->settings->max_frames;
}

bool st_picker_hears(const st_picker *picker, int64_t pts_us, int64_t duration_us)
{
    return !is_before(picker->settings, pts_us + duration_us - 1) &&
           !is_behind(picker->settings, pts_us);
}
