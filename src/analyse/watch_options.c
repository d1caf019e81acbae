/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people may say about zones, lines and events.
 */
#include <stddef.h>

#include "analyse/watch.h"

#define FIELD(name) offsetof(stance_watch_settings, name)

static const stance_choice outsides[] = {
    {"drop", STANCE_OUTSIDE_DROP, "are left out of all results, as if not there"},
    {"keep", STANCE_OUTSIDE_KEEP, "stay; zones only make events"},
    {0},
};

static const stance_choice stands[] = {
    {"feet", STANCE_STAND_FEET, "between the ankles, or below the box"},
    {"middle", STANCE_STAND_MIDDLE, "the middle of the box"},
    {0},
};

const stance_option st_watch_options[] = {
    {.name = "zone",
     .type = STANCE_OPTION_STRING,
     .offset = FIELD(zones),
     .join = ';',
     .value_name = "[NAME=]X,Y...",
     .help = "an area of the floor in the picture, three points or more, such as "
             "'till=10%,50% 40%,50% 40%,100%'; going in and out are events; may be given "
             "several times"},
    {.name = "outside",
     .type = STANCE_OPTION_CHOICE,
     .offset = FIELD(outside),
     .preset = "drop",
     .choices = outsides,
     .help = "people who are in no --zone"},
    {.name = "line",
     .type = STANCE_OPTION_STRING,
     .offset = FIELD(lines),
     .join = ';',
     .value_name = "[NAME=]X,Y X,Y",
     .help = "a line between two points; crossing it is an event, to its left or right "
             "as seen from the first point; may be given several times"},
    {.name = "stand",
     .type = STANCE_OPTION_CHOICE,
     .offset = FIELD(stand),
     .preset = "feet",
     .choices = stands,
     .help = "which point of a person counts for zones and lines"},
    {.name = "margin",
     .type = STANCE_OPTION_NUMBER,
     .offset = FIELD(margin),
     .max = 10000,
     .unit = "px",
     .value_name = "PIXELS",
     .help = "how far beyond a border somebody has to get; not given: a twentieth of "
             "their height"},
    {.name = "min-life",
     .type = STANCE_OPTION_TIME,
     .offset = FIELD(min_life_s),
     .preset = "0.5",
     .max = 3600,
     .unit = "s",
     .help = "people who are there for less time make no events"},
    {.name = "dwell",
     .type = STANCE_OPTION_TIME,
     .offset = FIELD(dwell_s),
     .max = 864000,
     .unit = "s",
     .help = "a stay of so long, in the picture or in a zone, is an event; not given: "
             "none"},
    {0},
};
