/* SPDX-License-Identifier: Apache-2.0 */
/* The tracker's options. */
#include "track/track.h"

#define FIELD(field) offsetof(stance_track_settings, field)

static const stance_choice trackers[] = {
    {"byte", STANCE_TRACKER_BYTE,
     "sure poses first, then the unsure ones, by boxes and points"},
    {"sort", STANCE_TRACKER_SORT, "all poses at once, by boxes alone"},
    {"off", STANCE_TRACKER_OFF, "nobody has an id"},
    {0},
};

const stance_option st_track_options[] = {
    {.name = "tracker",
     .type = STANCE_OPTION_CHOICE,
     .offset = FIELD(tracker),
     .preset = "byte",
     .choices = trackers,
     .help = "how people keep their ids from frame to frame"},
    {.name = "max-lost",
     .type = STANCE_OPTION_TIME,
     .offset = FIELD(max_lost_s),
     .preset = "2",
     .min = 0,
     .max = 86400,
     .unit = "s",
     .help = "who is not seen for longer comes back as somebody new: seconds of the "
             "stream, however many frames they have"},
    {.name = "track-high",
     .type = STANCE_OPTION_NUMBER,
     .offset = FIELD(high),
     .min = 0,
     .max = 1,
     .help = "poses from this score on are sure: they find their people first; not "
             "given: 0.4 of the mean score of those who are followed"},
    {.name = "track-low",
     .type = STANCE_OPTION_NUMBER,
     .offset = FIELD(low),
     .preset = "0",
     .min = 0,
     .max = 1,
     .help = "poses with a lower score have no id"},
    {.name = "track-new",
     .type = STANCE_OPTION_NUMBER,
     .offset = FIELD(start),
     .min = 0,
     .max = 1,
     .help =
         "an unknown pose with this score is somebody new at once, a weaker one when "
         "the scores of its frames add up to it; not given: by the scores of those who "
         "are followed, 0.45 to 0.75 of their mean"},
    {.name = "track-match",
     .type = STANCE_OPTION_NUMBER,
     .offset = FIELD(match),
     .min = 0,
     .max = 1,
     .help = "how alike somebody and a pose have to be, 0 (anything near) to 1 (the very "
             "same); with sort the overlap of boxes; not given: 0.25, with sort 0.3"},
    {.name = "track-pose",
     .type = STANCE_OPTION_NUMBER,
     .offset = FIELD(pose),
     .preset = "0.5",
     .min = 0,
     .max = 1,
     .help = "how much the points of a body count beside its box, 0: nothing"},
    {0},
};

int stance_track_settings_defaults(stance_track_settings *settings)
{
    static const stance_option_group groups[] = {{"Identities", st_track_options, 0},
                                                 {0}};
    *settings = (stance_track_settings){0};
    return stance_options_defaults(groups, settings);
}
