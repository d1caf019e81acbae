/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables of boxes with identities: read, put in order, and checked.
 *
 * Boxes of a frame keep the file's order, because it decides ties in the measures. An
 * identity is once in a frame: nothing can be measured otherwise.
 */
#include "eval/tracks.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/status.h"

void st_tracks_clear(st_tracks *tracks)
{
    st_free(tracks->boxes);
    *tracks = (st_tracks){0};
}

int st_tracks_add(st_tracks *tracks, const st_track_box *box, const char *name,
                  stance_error *err)
{
    if (tracks->n == tracks->capacity) {
        if (tracks->n >= ST_MAX_LABELS)
            return st_fail(err, STANCE_EINPUT, "%s: expected at most %d boxes", name,
                           ST_MAX_LABELS);
        size_t capacity = tracks->capacity ? 2 * tracks->capacity : 256;
        st_track_box *boxes = st_realloc_array(tracks->boxes, capacity, sizeof(*boxes));
        if (!boxes)
            return st_fail_memory(err);
        tracks->boxes = boxes;
        tracks->capacity = capacity;
    }
    tracks->boxes[tracks->n++] = *box;
    return 0;
}

/* ---- order ---- */

typedef struct box_key {
    int64_t id;
    size_t number;
    int frame;
} box_key;

static int compare_box(const void *a, const void *b)
{
    const st_track_box *x = a, *y = b;
    if (x->frame != y->frame)
        return x->frame < y->frame ? -1 : 1;
    return x->track < y->track ? -1 : x->track > y->track;
}

static int compare_key(const void *a, const void *b)
{
    const box_key *x = a, *y = b;
    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    if (x->frame != y->frame)
        return x->frame < y->frame ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

/* Until ids are numbered, `track` is the place in the file: qsort() keeps no order. */
static void sort_boxes(st_tracks *tracks)
{
    for (size_t i = 0; i < tracks->n; i++)
        tracks->boxes[i].track = (uint32_t)i;
    if (tracks->n > 0)
        qsort(tracks->boxes, tracks->n, sizeof(*tracks->boxes), compare_box);
}

static int fail_twice(const st_tracks *tracks, const box_key *a, const box_key *b,
                      const char *name, stance_error *err)
{
    unsigned first = tracks->boxes[a->number].line;
    unsigned second = tracks->boxes[b->number].line;
    if (tracks->is_text)
        return st_fail(err, STANCE_EINPUT,
                       "%s:%u: expected an id once in frame %d, found %lld also in line "
                       "%u",
                       name, second, b->frame, (long long)b->id, first);
    return st_fail(err, STANCE_EINPUT,
                   "%s: frames[%u]: expected an id once in frame_index %d, found %lld "
                   "twice",
                   name, second, b->frame - 1, (long long)b->id);
}

static int number_ids(st_tracks *tracks, const char *name, stance_error *err)
{
    box_key *keys = st_alloc_array(tracks->n + 1, sizeof(*keys));
    int rc = keys ? 0 : st_fail_memory(err);
    for (size_t i = 0; rc == 0 && i < tracks->n; i++)
        keys[i] = (box_key){tracks->boxes[i].id, i, tracks->boxes[i].frame};
    if (rc == 0 && tracks->n > 0)
        qsort(keys, tracks->n, sizeof(*keys), compare_key);
    for (size_t i = 0; rc == 0 && i < tracks->n; i++) {
        bool same = i > 0 && keys[i].id == keys[i - 1].id;
        if (same && keys[i].frame == keys[i - 1].frame)
            rc = fail_twice(tracks, &keys[i - 1], &keys[i], name, err);
        tracks->n_ids += !same;
        tracks->boxes[keys[i].number].track = (uint32_t)(tracks->n_ids - 1);
    }
    st_free(keys);
    return rc;
}

static int count_frames(st_tracks *tracks, const char *name, stance_error *err)
{
    size_t here = 0;
    for (size_t i = 0; i < tracks->n; i++) {
        int frame = tracks->boxes[i].frame;
        here = i > 0 && tracks->boxes[i - 1].frame == frame ? here + 1 : 1;
        if (here > ST_MAX_FRAME_BOXES)
            return st_fail(err, STANCE_EINPUT,
                           "%s: expected at most %d boxes in a frame, found more in "
                           "frame %d",
                           name, ST_MAX_FRAME_BOXES, frame);
        if (here > tracks->most_in_frame)
            tracks->most_in_frame = here;
        tracks->last_frame = frame;
    }
    return 0;
}

/* Numbers of ids keep their order. The fullest frame may be smaller now: room to spare.
 */
int st_tracks_compact(st_tracks *tracks, int64_t *n_left_out, stance_error *err)
{
    size_t n = 0;
    uint32_t *number = st_alloc_array(tracks->n_ids + 1, sizeof(*number));
    if (!number)
        return st_fail_memory(err);
    for (size_t i = 0; i < tracks->n; i++) {
        if (tracks->boxes[i].left_out)
            continue;
        number[tracks->boxes[i].track] = 1;
        tracks->boxes[n++] = tracks->boxes[i];
    }
    *n_left_out = (int64_t)(tracks->n - n);
    tracks->n = n;
    n = 0;
    for (size_t k = 0; k < tracks->n_ids; k++)
        if (number[k])
            number[k] = (uint32_t)n++;
    tracks->n_ids = n;
    for (size_t i = 0; i < tracks->n; i++)
        tracks->boxes[i].track = number[tracks->boxes[i].track];
    st_free(number);
    return 0;
}

/* ---- reading ---- */

static bool is_json(const char *bytes, size_t n)
{
    size_t at = 0;
    while (at < n && strchr(" \t\r\n", bytes[at]) && bytes[at])
        at++;
    return at < n && (bytes[at] == '{' || bytes[at] == '[');
}

/* Whoever has no id was too unsure to be anybody, and is left out. Where nobody has one,
 * people were not followed, and nothing can be said: an error, and never a made-up id. */
static int check_nobody(const st_tracks *tracks, const char *name, stance_error *err)
{
    if (tracks->n_nobody == 0)
        return 0;
    if (tracks->n == 0)
        return st_fail(err, STANCE_EINPUT,
                       "%s: expected boxes with ids, found none in %s %u nor anywhere: "
                       "people were not followed",
                       name, tracks->is_text ? "line" : "frame", tracks->nobody);
    st_log(STANCE_LOG_INFO, "eval", "%s: %zu boxes without an id are left out", name,
           tracks->n_nobody);
    return 0;
}

int st_tracks_parse(st_tracks *tracks, const char *bytes, size_t n, const char *name,
                    stance_error *err)
{
    st_json *json = NULL;
    int rc;
    if (is_json(bytes, n)) {
        rc = st_json_parse(bytes, n, name, STANCE_EINPUT, &json, err);
        if (rc == 0)
            rc = st_tracks_take_json(tracks, json, name, err);
    } else {
        rc = st_tracks_take_text(tracks, bytes, n, name, err);
    }
    st_json_close(&json);
    if (rc == 0)
        rc = check_nobody(tracks, name, err);
    if (rc == 0)
        sort_boxes(tracks);
    if (rc == 0)
        rc = count_frames(tracks, name, err);
    if (rc == 0)
        rc = number_ids(tracks, name, err);
    return rc;
}

int st_tracks_open(st_tracks *tracks, const char *path, stance_error *err)
{
    char *bytes = NULL;
    size_t n = 0;
    int rc = st_file_read(path, ST_MAX_LABEL_BYTES, STANCE_EINPUT, &bytes, &n, err);
    if (rc == 0)
        rc = st_tracks_parse(tracks, bytes, n, path, err);
    st_free(bytes);
    return rc;
}
