/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The forms in which joints are written: their names, endings and sinks.
 *
 * .json may be several of them; it is stance's own where no other is named.
 */
#include "formats.h"

#include <string.h>
#include <strings.h>

#include "jobs.h"

const stance_choice pose_formats[] = {
    {"auto", FORMAT_AUTO, "by the name's ending"},
    {"stance", FORMAT_STANCE, "stance's own JSON"},
    {"ndjson", FORMAT_NDJSON, "the same as a stream, a frame a line"},
    {"csv", FORMAT_CSV, "a table, a row for each person"},
    {"csv-long", FORMAT_CSV_LONG, "a table, a row for each keypoint"},
    {"coco", FORMAT_COCO, "COCO's results, for evaluation tools"},
    {"openpose", FORMAT_OPENPOSE, "a folder of OpenPose's files, one a frame"},
    {"mot", FORMAT_MOT, "boxes and ids as MOTChallenge has them"},
    {"trc", FORMAT_TRC, "marker trajectories, for biomechanics"},
    {"bvh", FORMAT_BVH, "motion, for animation"},
    {0},
};

static const format_row rows[FORMAT_COUNT] = {
    [FORMAT_STANCE] = {"stance", "json", ".json", .says_complete = true},
    [FORMAT_NDJSON] = {"ndjson", "ndjson", ".ndjson", ".jsonl", .says_complete = true},
    [FORMAT_CSV] = {"csv", "csv", ".csv"},
    [FORMAT_CSV_LONG] = {"csv-long", "csv-long", ".csv"},
    [FORMAT_COCO] = {"coco", "coco", ".json"},
    [FORMAT_OPENPOSE] = {"openpose", "openpose", "", .folder = true, .several = true},
    [FORMAT_MOT] = {"mot", "mot", ".txt"},
    [FORMAT_TRC] = {"trc", "trc", ".trc", .several = true},
    [FORMAT_BVH] = {"bvh", "bvh", ".bvh", .several = true},
};

static bool fits(const format_row *row, const char *ending)
{
    return (*row->ending && strcasecmp(row->ending, ending) == 0) ||
           (row->other_ending && strcasecmp(row->other_ending, ending) == 0);
}

bool is_format_name(const char *path)
{
    bool found = false;
    for (int i = FORMAT_STANCE; i < FORMAT_COUNT; i++)
        found |= fits(&rows[i], path_ending(path));
    return found;
}

const format_row *format_of(int format, const char *path)
{
    const char *ending = path ? path_ending(path) : "";
    for (int i = FORMAT_STANCE; format == FORMAT_AUTO && i < FORMAT_COUNT; i++)
        if (fits(&rows[i], ending))
            return &rows[i];
    return &rows[format == FORMAT_AUTO ? FORMAT_STANCE : format];
}
