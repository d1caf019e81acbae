/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stance's own JSON as boxes with identities: results of several people, or the truth of
 * drawn people.
 *
 * Frame n of MOTChallenge's counting is frame_index n - 1.
 */
#include <limits.h>

#include "base/limits.h"
#include "base/status.h"
#include "eval/tracks.h"

#define MOST_ID ((int64_t)1 << 53)

static int take_person(st_tracks *tracks, const st_json *json,
                       const st_json_value *person, st_track_box *box, const char *name,
                       stance_error *err)
{
    const st_json_value *sides = NULL;
    if (st_json_type_of(person) != ST_JSON_OBJECT)
        return st_json_fail(json, person, err, "expected a person");
    if (!st_json_member(person, "id")) {
        tracks->nobody = tracks->nobody ? tracks->nobody : box->line + 1;
        tracks->n_nobody++;
        return 0;
    }
    int rc = st_json_get_int(json, person, "id", true, 0, MOST_ID, &box->id, err);
    if (rc == 0)
        rc = st_json_get_array(json, person, "box", true, 4, 4, &sides, err);
    for (size_t i = 0; rc == 0 && i < 4; i++)
        rc = st_json_at_number(json, sides, i, i < 2 ? -ST_MAX_PLACE : 0, ST_MAX_PLACE,
                               &box->box[i], err);
    return rc == 0 ? st_tracks_add(tracks, box, name, err) : rc;
}

static int take_frame(st_tracks *tracks, const st_json *json, const st_json_value *frame,
                      uint32_t number, const char *name, stance_error *err)
{
    const st_json_value *people = NULL;
    st_track_box box = {.confidence = 1, .line = number, .class_id = ST_TRACK_NO_CLASS};
    int64_t index = 0;
    if (st_json_type_of(frame) != ST_JSON_OBJECT)
        return st_json_fail(json, frame, err, "expected a frame");
    if (!st_json_member(frame, "people") && st_json_member(frame, "keypoints"))
        return st_json_fail(json, frame, err,
                            "expected people with ids, found the form for one person");
    int rc =
        st_json_get_int(json, frame, "frame_index", true, 0, INT_MAX - 1, &index, err);
    if (rc == 0)
        rc = st_json_get_array(json, frame, "people", true, 0, ST_MAX_FRAME_BOXES,
                               &people, err);
    box.frame = (int)index + 1;
    for (size_t i = 0; rc == 0 && i < st_json_count(people); i++)
        rc = take_person(tracks, json, st_json_at(people, i), &box, name, err);
    return rc;
}

int st_tracks_take_json(st_tracks *tracks, const st_json *json, const char *name,
                        stance_error *err)
{
    const st_json_value *root = st_json_root(json), *frames = NULL;
    if (st_json_type_of(root) != ST_JSON_OBJECT)
        return st_json_fail(json, root, err,
                            "expected stance's JSON of several people, an object with "
                            "frames");
    int rc =
        st_json_get_array(json, root, "frames", true, 0, ST_MAX_LABELS, &frames, err);
    for (size_t i = 0; rc == 0 && i < st_json_count(frames); i++)
        rc = take_frame(tracks, json, st_json_at(frames, i), (uint32_t)i, name, err);
    return rc;
}
