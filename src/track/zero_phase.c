/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Smoothing that looks ahead: a Butterworth low-pass of second order, run forward in time
 * and then backward, so that the delays cancel; together of fourth order, as is usual in
 * the analysis of motion.
 *
 * A recording may be of any length, so the way back does not begin at its end: it begins
 * a few periods of the cutoff ahead, where what the filter did not see has died away
 * before it comes to the frame in question. Frames wait in a window for so long.
 *
 * The steps are those of base/low_pass.h, so that frames may come at uneven times. With
 * even ones it is scipy.signal.filtfilt(*butter(2, cutoff, fs=fps), x, padtype=None).
 *
 * Source: Winter, "Biomechanics and Motor Control of Human Movement".
 */
#include <math.h>
#include <stddef.h>

#include "base/low_pass.h"
#include "pose/poses.h"
#include "track/smooth.h"

typedef struct point_state {
    int64_t given_us; /* -1: not yet */
    st_low_pass channels[ST_CHANNELS];
} point_state;

typedef struct person {
    st_id_record head;
    point_state points[];
} person;

static float step(st_low_pass *f, float value, double g)
{
    return (float)st_low_pass_step(f, (double)value, g);
}

int64_t st_zero_phase_ahead_us(double cutoff_hz)
{
    return (int64_t)(3e6 / cutoff_hz);
}

void st_zero_phase_open(st_zero_phase *filter, double cutoff_hz, bool keep_raw,
                        const stance_skeleton *skeleton)
{
    *filter = (st_zero_phase){
        .cutoff_hz = cutoff_hz, .keep_raw = keep_raw, .n_points = skeleton->n_keypoints};
    st_id_table_init(&filter->people, offsetof(person, points) +
                                          skeleton->n_keypoints * sizeof(point_state));
}

void st_zero_phase_close(st_zero_phase *filter)
{
    st_id_table_clear(&filter->people);
}

static void forward_point(const st_zero_phase *filter, point_state *state,
                          stance_keypoint *point, int64_t pts_us)
{
    float channels[ST_CHANNELS];
    st_channels_get(point, channels);
    int64_t dt_us = pts_us - state->given_us;
    bool anew = state->given_us < 0 || dt_us > ST_SMOOTH_GAP_US || dt_us < 0;
    double g = st_low_pass_gain(filter->cutoff_hz, (double)dt_us / 1e6);
    for (int c = 0; c < ST_CHANNELS; c++) {
        if (anew)
            state->channels[c] = st_low_pass_at_rest((double)channels[c]);
        else if (dt_us > 0)
            channels[c] = step(&state->channels[c], channels[c], g);
    }
    state->given_us = pts_us;
    st_channels_set(point, channels, false);
}

int st_zero_phase_forward(st_zero_phase *filter, st_window_frame *frame)
{
    if (frame->cut)
        filter->people.n = 0;
    st_id_table_expire(&filter->people, frame->pts_us - ST_SMOOTH_GAP_US);
    int rc = stance_poses_copy(&frame->forward, frame->poses);
    for (size_t i = 0; i < frame->forward.n && rc == 0; i++) {
        stance_pose *pose = &frame->forward.people[i];
        if (pose->id <= 0)
            continue;
        bool fresh;
        person *p = st_id_table_get(&filter->people, pose->id, frame->pts_us, &fresh);
        if (!p)
            return STANCE_ENOMEM;
        for (size_t k = 0; k < filter->n_points; k++) {
            if (fresh)
                p->points[k].given_us = -1;
            if (stance_keypoint_given(&pose->keypoints[k]))
                forward_point(filter, &p->points[k], &pose->keypoints[k], frame->pts_us);
        }
    }
    return rc;
}

/* The frames of the window in which a point goes on without a break. */
static size_t reach(const st_window *window, size_t n, int64_t id, size_t k,
                    const stance_keypoint **points)
{
    size_t found = 0;
    int64_t last_us = st_window_at(window, 0)->pts_us;
    for (size_t i = 0; i < n; i++) {
        const st_window_frame *frame = st_window_at(window, i);
        if ((i > 0 && frame->cut) || frame->pts_us - last_us > ST_SMOOTH_GAP_US)
            break;
        const stance_pose *pose = st_poses_find(&frame->forward, id);
        points[i] = pose && stance_keypoint_given(&pose->keypoints[k])
                        ? &pose->keypoints[k]
                        : NULL;
        if (points[i]) {
            last_us = frame->pts_us;
            found = i + 1;
        }
    }
    return found;
}

static void backward_point(const st_zero_phase *filter, const st_window *window,
                           const stance_keypoint *const *points, size_t n,
                           stance_keypoint *out)
{
    st_low_pass state[ST_CHANNELS];
    float value[ST_CHANNELS];
    st_channels_get(points[n - 1], value);
    for (int c = 0; c < ST_CHANNELS; c++)
        state[c] = st_low_pass_at_rest((double)value[c]);
    int64_t last_us = st_window_at(window, n - 1)->pts_us;
    for (size_t i = n - 1; i-- > 0;) {
        if (!points[i])
            continue;
        int64_t pts_us = st_window_at(window, i)->pts_us;
        double g = st_low_pass_gain(filter->cutoff_hz, (double)(last_us - pts_us) / 1e6);
        st_channels_get(points[i], value);
        for (int c = 0; c < ST_CHANNELS && pts_us < last_us; c++)
            value[c] = step(&state[c], value[c], g);
        last_us = pts_us;
    }
    st_channels_set(out, value, filter->keep_raw);
}

void st_zero_phase_backward(const st_zero_phase *filter, const st_window *window,
                            size_t n)
{
    enum { MOST = ST_WINDOW_MOST };
    const stance_keypoint *points[MOST];
    stance_poses *poses = st_window_at(window, 0)->poses;
    n = n < MOST ? n : MOST;
    for (size_t i = 0; i < poses->n; i++) {
        stance_pose *pose = &poses->people[i];
        if (pose->id <= 0)
            continue;
        for (size_t k = 0; k < filter->n_points; k++) {
            size_t far = stance_keypoint_given(&pose->keypoints[k])
                             ? reach(window, n, pose->id, k, points)
                             : 0;
            if (far > 0)
                backward_point(filter, window, points, far, &pose->keypoints[k]);
        }
    }
}
