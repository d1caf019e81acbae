/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_EVAL_TRACKS_H
#define ST_EVAL_TRACKS_H

#include "stance/eval_track.h"
#include "json/json.h"

/* Boxes with identities of one sequence in memory, whatever their form was: mot_file.c
 * and tracks_json.c fill them. */

enum { ST_TRACK_NO_CLASS = INT32_MIN };

typedef struct st_track_box {
    int64_t id;        /* as the file has it */
    double box[4];     /* x, y, width, height */
    double confidence; /* 1 where the file does not say */
    uint32_t track;    /* number of the id among all, once finished */
    uint32_t line;     /* where it stands: a line of text, or an element of "frames" */
    int frame;         /* from 1 */
    int class_id;      /* ST_TRACK_NO_CLASS: the file does not say */
    bool left_out;     /* does not count; set by the evaluation */
} st_track_box;

typedef struct st_tracks {
    st_track_box *boxes; /* once finished: by frame, in the file's order within */
    size_t n, capacity;
    size_t n_ids; /* different ones; `track` numbers them in their order */
    size_t most_in_frame;
    size_t n_nobody; /* boxes without an id, which are left out */
    uint32_t nobody; /* line of the first; in JSON the frame's number from 1 */
    int last_frame;
    bool is_text;
    bool has_classes; /* every box has one, as the benchmarks' labels have */
} st_tracks;

/** Read a file of either form and finish. @param tracks zeros; st_tracks_clear() in any
 * case. @param name what to call it in errors */
int st_tracks_open(st_tracks *tracks, const char *path, stance_error *err);
/** The same of bytes with a NUL behind them. */
int st_tracks_parse(st_tracks *tracks, const char *bytes, size_t n, const char *name,
                    stance_error *err);
void st_tracks_clear(st_tracks *tracks);
/** Take out the boxes that are left out, and the ids that have none any more. */
int st_tracks_compact(st_tracks *tracks, int64_t *n_left_out, stance_error *err);

/**
 * Leave out what does not count by a benchmark's rules (track_rules.c), in both tables.
 *
 * @param benchmark stance_track_benchmark; AUTO is replaced by what the labels say
 * @param gt_name, found_name what to call them in errors
 * @param gt_left_out, left_out numbers of boxes
 */
int st_tracks_apply_rules(st_tracks *gt, const char *gt_name, st_tracks *found,
                          const char *found_name, int *benchmark, int64_t *gt_left_out,
                          int64_t *left_out, stance_error *err);

/* ---- for the two forms ---- */

int st_tracks_add(st_tracks *tracks, const st_track_box *box, const char *name,
                  stance_error *err);
/** MOTChallenge's text. */
int st_tracks_take_text(st_tracks *tracks, const char *text, size_t n, const char *name,
                        stance_error *err);
/** stance's JSON. */
int st_tracks_take_json(st_tracks *tracks, const st_json *json, const char *name,
                        stance_error *err);

#endif
