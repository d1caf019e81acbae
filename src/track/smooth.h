/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_TRACK_SMOOTH_H
#define ST_TRACK_SMOOTH_H

#include "pose/id_table.h"
#include "stance/run.h"
#include "track/window.h"

/* Steadier points: see smooth.c (as frames come) and zero_phase.c (looking ahead). */

/** The option rows of stance_smooth_settings, ended by a NULL name. */
extern const stance_option st_smooth_options[];

/** The numbers of a point that are smoothed: x, y, z, world[3]. */
enum { ST_CHANNELS = 6 };

void st_channels_get(const stance_keypoint *point, float channels[ST_CHANNELS]);
/** @param keep_raw write x, y as they were to point->raw, unless they were filled in */
void st_channels_set(stance_keypoint *point, const float channels[ST_CHANNELS],
                     bool keep_raw);

/** Points that are gone for longer, and people, start anew. */
enum { ST_SMOOTH_GAP_US = 500000 };

/* ---- as frames come: One-Euro ---- */

/** How strongly: steady at rest against quick in motion. */
typedef struct st_one_euro {
    double rest_hz;   /**< cutoff at rest */
    double per_speed; /**< Hz more for each of the person's own heights a second */
    double speed_hz;  /**< cutoff for the speed itself */
} st_one_euro;

/** What --smooth low and high stand for. @param smooth STANCE_SMOOTH_LOW or _HIGH */
st_one_euro st_one_euro_of(int smooth);

typedef struct st_smoother {
    st_one_euro strength;
    bool keep_raw;
    size_t n_points;
    st_id_table people;
} st_smoother;

void st_smoother_open(st_smoother *smoother, st_one_euro strength, bool keep_raw,
                      const stance_skeleton *skeleton);
void st_smoother_close(st_smoother *smoother);

/**
 * Smooth the points of those who have an id, in place.
 *
 * @param pts_us the frame's time; frames come in order
 * @param cut    everybody starts anew
 * @return 0 or STANCE_ENOMEM
 */
int st_smoother_run(st_smoother *smoother, stance_poses *poses, int64_t pts_us, bool cut);

/* ---- looking ahead: Butterworth, forward and backward ---- */

typedef struct st_zero_phase {
    double cutoff_hz;
    bool keep_raw;
    size_t n_points;
    st_id_table people; /**< state of the pass forward */
} st_zero_phase;

void st_zero_phase_open(st_zero_phase *filter, double cutoff_hz, bool keep_raw,
                        const stance_skeleton *skeleton);
void st_zero_phase_close(st_zero_phase *filter);

/** How far the way back has to begin ahead, so that where it begins leaves no trace: in
 * time, and in frames, of which the latter counts near half the frame rate. */
int64_t st_zero_phase_ahead_us(double cutoff_hz);
enum { ST_ZERO_PHASE_AHEAD = 20 };

/** The way forward: fills frame->forward. Frames come in order.
 * @return 0 or STANCE_ENOMEM */
int st_zero_phase_forward(st_zero_phase *filter, st_window_frame *frame);

/** The way back, from the newest frame with `forward` to the oldest, whose points are
 * written. @param n frames of the window that have `forward`, >= 1 */
void st_zero_phase_backward(const st_zero_phase *filter, const st_window *window,
                            size_t n);

#endif
