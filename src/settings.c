/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The settings of a whole run: the stages' own tables, put together.
 *
 * Rows belong to the module that owns the field; this file only says in which order
 * people see them, and adds the rows of the flow itself.
 */
#include <stddef.h>

#include "analyse/analyse.h"
#include "analyse/watch.h"
#include "model/model.h"
#include "sink/draw.h"
#include "sink/sink.h"
#include "source/source.h"
#include "stance/run.h"
#include "track/follow.h"
#include "track/smooth.h"
#include "track/track.h"

#define FLOW(field) offsetof(stance_flow_settings, field)

static const stance_option flow_options[] = {
    {.name = "threads",
     .type = STANCE_OPTION_INT,
     .offset = FLOW(threads),
     .preset = "0",
     .min = 0,
     .max = 256,
     .value_name = "N",
     .help =
         "threads for decoding and encoding; 0: one a core, 1: everything on one thread; "
         "the results are the same"},
    {.name = "queue",
     .type = STANCE_OPTION_INT,
     .offset = FLOW(queue),
     .preset = "4",
     .min = 1,
     .max = 64,
     .unit = "frames",
     .value_name = "N",
     .help = "frames that may wait between two stages"},
    {.name = "fast",
     .type = STANCE_OPTION_BOOL,
     .offset = FLOW(fast),
     .preset = "no",
     .help = "look only at as many frames of a clip as it takes, and fill in the others "
             "between them, marked as interpolated; for one calm person. Where no output "
             "shows "
             "pictures, some are not even decoded"},
    {0},
};

static const stance_option_group groups[] = {
    {"Input", st_source_options, offsetof(stance_settings, source)},
    {"Network", st_model_options, offsetof(stance_settings, model)},
    {"Identities", st_track_options, offsetof(stance_settings, track)},
    {"Whom to follow", st_follow_options, offsetof(stance_settings, follow)},
    {"Smoothing", st_smooth_options, offsetof(stance_settings, smooth)},
    {"Zones and events", st_watch_options, offsetof(stance_settings, watch)},
    {"What people do", st_analyse_options, offsetof(stance_settings, analyse)},
    {"Drawing", st_draw_options, offsetof(stance_settings, draw)},
    {"Video", st_video_options, offsetof(stance_settings, video)},
    {"Screenshots", st_screenshot_options, offsetof(stance_settings, screenshots)},
    {"Flow", flow_options, offsetof(stance_settings, flow)},
    {0},
};

const stance_option_group *stance_settings_groups(void)
{
    return groups;
}

int stance_settings_defaults(stance_settings *settings)
{
    *settings = (stance_settings){0};
    return stance_options_defaults(groups, settings);
}

void stance_settings_clear(stance_settings *settings)
{
    stance_options_clear(groups, settings);
}
