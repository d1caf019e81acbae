/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people may say about the analyses.
 */
#include <stddef.h>

#include "analyse/analyse.h"

#define FIELD(name) offsetof(stance_analyse_settings, name)

static const stance_choice analyses[] = {
    {"angles", STANCE_ANALYSE_ANGLES, "of joints and segments, and how fast joints move"},
    {"ratios", STANCE_ANALYSE_RATIOS,
     "lengths of limbs, against the height or in metres"},
    {"reps", STANCE_ANALYSE_REPS, "repetitions of exercises"},
    {"posture", STANCE_ANALYSE_POSTURE,
     "planks, squats and sitting, and what to do better"},
    {"fall", STANCE_ANALYSE_FALL, "falls"},
    {"gait", STANCE_ANALYSE_GAIT, "steps, cadence, symmetry"},
    {"activity", STANCE_ANALYSE_ACTIVITY, "standing, walking, sitting, lying, waving"},
    {"all", STANCE_ANALYSE_ALL, "all of these"},
    {"none", 0, "nothing"},
    {0},
};

static const stance_choice spaces[] = {
    {"auto", STANCE_ANGLE_AUTO, "in space where the network gives places in metres"},
    {"plane", STANCE_ANGLE_PLANE, "in the picture's plane"},
    {"space", STANCE_ANGLE_SPACE, "in space, or not at all"},
    {0},
};

const stance_option st_analyse_options[] = {
    {.name = "analyse",
     .type = STANCE_OPTION_FLAGS,
     .offset = FIELD(analyse),
     .preset = "none",
     .choices = analyses,
     .value_name = "LIST",
     .help = "what to find out about people from their joints; it goes to all outputs"},
    {.name = "joint-score",
     .type = STANCE_OPTION_NUMBER,
     .offset = FIELD(joint_score),
     .preset = "0.2",
     .min = 0,
     .max = 1,
     .value_name = "SCORE",
     .help = "analyses take joints with a lower score as not seen"},
    {.name = "angles-in",
     .type = STANCE_OPTION_CHOICE,
     .offset = FIELD(angle_space),
     .preset = "auto",
     .choices = spaces,
     .help = "where angles of joints are measured"},
    {.name = "height-m",
     .type = STANCE_OPTION_NUMBER,
     .offset = FIELD(height_m),
     .min = 0.3,
     .max = 3,
     .unit = "m",
     .value_name = "METRES",
     .help = "how tall people are: lengths are told in metres"},
    {.name = "known-distance",
     .type = STANCE_OPTION_STRING,
     .offset = FIELD(scale),
     .value_name = "'X,Y X,Y METRES'",
     .help = "two points of the picture, as far from the camera as the people, and the "
             "metres between them; another way to lengths in metres"},
    {.name = "exercise",
     .type = STANCE_OPTION_STRING,
     .offset = FIELD(exercises),
     .join = ',',
     .value_name = "LIST",
     .help =
         "which repetitions are counted: squat, push-up, jumping-jack, sit-up, lunge, "
         "curl, or files of your own; not given: all six"},
    {.name = "fall-speed",
     .type = STANCE_OPTION_NUMBER,
     .offset = FIELD(fall_speed),
     .preset = "0.6",
     .min = 0.1,
     .max = 10,
     .value_name = "LEGS",
     .help = "how fast hips go down in a fall, in lengths of a leg a second"},
    {.name = "fall-down-s",
     .type = STANCE_OPTION_NUMBER,
     .offset = FIELD(fall_down_s),
     .preset = "1",
     .min = 0,
     .max = 3600,
     .unit = "s",
     .value_name = "SECONDS",
     .help = "a fall is confirmed when somebody has stayed down for so long"},
    {0},
};
