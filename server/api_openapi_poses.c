/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The API described: joints, and what is told of people, those of `stance schema` in the
 * flat form that generated clients understand. api_openapi_schemas.c has everything else,
 * and writes it.
 */
#include "api_openapi.h"

/* ---- words ---- */

static const char *mode(int mode)
{
    static const char *const words[] = {"single", "multi", NULL};
    return words[mode];
}

static const char *visibility(int visibility)
{
    static const char *const words[] = {"visible", "hidden-by-self", "hidden-by-others",
                                        "outside", NULL};
    return words[visibility];
}

static const char *poses_form(int form)
{
    static const char *const words[] = {"stance/1", NULL};
    return words[form];
}

/* ---- joints ---- */

static const field keypoint[] = {
    {"name", "string", .is = MUST},
    {"x", "number", MUST | NULLS,
     .help = "pixels; null: the network did not give the point"},
    {"y", "number", .is = MUST | NULLS},
    {"z", "number", 0, .help = "pixels behind the middle of the hips"},
    {"score", "number", MUST, .help = "0 to 1"},
    {"world", "number", LIST, .help = "x, y, z: metres from the middle of the hips",
     .n = 3},
    {"visibility", "string", 0, .help = "where it is known", .word = visibility},
    {"raw", "number", LIST, .help = "x, y before they were smoothed", .n = 2},
    {"interpolated", "boolean", 0, .help = "true: filled in between other frames"},
    {"swapped", "boolean", 0,
     .help = "true: left and right look exchanged since the last frame"},
    {0}};

static const field measure[] = {
    {"analysis", "string", MUST, .help = "angles, reps, ...: which one measures it"},
    {"name", "string", MUST, .help = "left_knee, squat, ..."},
    {"unit", "string", 0, .help = "deg, deg/s, m, s, 1/min; empty: a plain number"},
    {"words", "string", LIST, .help = "where it is no number: one of these"},
    {0}};

static const field person[] = {
    {"id", "integer", MUST | NULLS,
     .help = "the same number for the same person; null: not "
             "followed"},
    {"score", "number", MUST, .help = "0 to 1"},
    {"box", "number", MUST | LIST, .help = "x, y, width, height in pixels", .n = 4},
    {"interpolated", "boolean", 0, .help = "true: filled in between other frames"},
    {"position", "number", LIST, .help = "middle of the hips: metres from the camera",
     .n = 3},
    {"keypoints", "Keypoint", .is = MUST | LIST},
    {"analysis", "Analysis", .is = 0},
    {0}};

static const field frame[] = {
    {"frame_index", "integer", MUST, .help = "number of the frame in the source, from 0"},
    {"timestamp_ms", "number", MUST | NULLS,
     .help = "since the first frame; null for pictures"},
    {"file", "string", 0, .help = "for pictures: what it is called"},
    {"interpolated", "boolean", 0, .help = "true: from, or between, other frames"},
    {"people", "Person", LIST, .help = "in the mode multi"},
    {"pose_score", "number", NULLS,
     .help = "in the mode single: 0 to 1; null: nobody was found"},
    {"id", "integer", 0, .help = "in the mode single: as of a Person"},
    {"position", "number", LIST, .help = "in the mode single: as of a Person", .n = 3},
    {"keypoints", "Keypoint", LIST,
     .help = "in the mode single; empty: nobody was found"},
    {"analysis", "Analysis", .is = 0},
    {0}};

static const field meta[] = {
    {"fps", "number", MUST | NULLS,
     .help = "of the source, on average; null for pictures"},
    {"width", "integer", MUST | NULLS, .help = "pixels of the upright picture"},
    {"height", "integer", .is = MUST | NULLS},
    {"frame_count", "integer", MUST | NULLS, .help = "elements of 'frames'"},
    {"duration_ms", "number", MUST | NULLS,
     .help = "of what was looked at; null for pictures"},
    {"start_ms", "number", MUST | NULLS, .help = "the first frame's own time"},
    {"rotation_applied", "integer", MUST, .help = "degrees clockwise: 0, 90, 180 or 270"},
    {"source", "string", MUST, .help = "what the file is called"},
    {"model", "string", MUST | NULLS, .help = "the network"},
    {"skeleton", "string", MUST, .help = "which points"},
    {"mode", "string", MUST, .help = "one person at most, or any number", .word = mode},
    {"measures", "Measure", LIST, .help = "with 'analyse': what is told of each person"},
    {0}};

static const field summary[] = {
    {"frames_in", "integer", MUST,
     .help = "of the source: the next three and 'lost' together"},
    {"frames_out", "integer", MUST, .help = "elements of 'frames'"},
    {"dropped", "integer", MUST, .help = "too old"},
    {"skipped", "integer", MUST, .help = "left out by option"},
    {"lost", "integer", MUST, .help = "could not be decoded"},
    {"decode_errors", "integer", MUST, .help = "corrupt packets"},
    {"interpolated", "integer", MUST, .help = "part of frames_out"},
    {"repaired_times", "integer", MUST,
     .help = "frames whose time was missing or backward"},
    {"people_seen", "integer", 0, .help = "the most in one frame"},
    {"duration_ms", "number", MUST | NULLS, .help = "null for pictures"},
    {"complete", "boolean", MUST, .help = "false: it was broken off"},
    {0}};

static const field poses[] = {{"schema", "string", .is = MUST, .word = poses_form},
                              {"meta", "Meta", .is = MUST},
                              {"keypoint_format", "string", MUST | LIST,
                               .help = "names of the points, in their order"},
                              {"frames", "Frame", .is = MUST | LIST},
                              {"summary", "Summary", .is = MUST},
                              {0}};

/* ---- all of them ---- */

const object openapi_poses[] = {
    {"Keypoint", NULL, keypoint},
    {"Measure", "something that is told of each person in each frame", measure},
    {"Person", NULL, person},
    {"Frame", "who is in a frame or picture", frame},
    {"Meta", "what was looked at", meta},
    {"Summary", "counts of frames", summary},
    {"Poses", "joints of a whole video or picture, as `stance schema` says", poses},
    {0},
};
