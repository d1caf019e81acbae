/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Smoothing as frames come: the One-Euro filter, for each point of each person.
 *
 * A low-pass filter whose cutoff grows with the speed: at rest it is steady, in motion it
 * hardly lags. Speed is counted in the person's own heights a second, so that the same
 * settings serve near and far people and every picture size; it is that of the point in
 * the plane, so that x and y are filtered alike. Real times between frames are used. A
 * new identity, a point that was away for a while, and a cut begin anew.
 *
 * Networks have a fault that mice have not: for a frame, a wrist is somewhere else and
 * then back again. So the speed is made of the middle one of the last three steps: a step
 * that is taken back at once does not count as motion, and motion counts one frame later.
 *
 * Source: Casiez, Roussel and Vogel, "1 Euro Filter: A Simple Speed-based Low-pass Filter
 * for Noisy Input in Interactive Systems" (2012).
 */
#include "track/smooth.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#define FIELD(name) offsetof(stance_smooth_settings, name)

static const stance_choice strengths[] = {
    {"off", STANCE_SMOOTH_OFF, "points as the network gives them"},
    {"low", STANCE_SMOOTH_LOW, "less jitter at rest, hardly any delay"},
    {"high", STANCE_SMOOTH_HIGH, "steadier still; fast moves lag a little more"},
    {"zero-phase", STANCE_SMOOTH_ZERO_PHASE,
     "Butterworth forward and backward, without delay; not for live input"},
    {0},
};

const stance_option st_smooth_options[] = {
    {.name = "smooth",
     .type = STANCE_OPTION_CHOICE,
     .offset = FIELD(smooth),
     .preset = "off",
     .choices = strengths,
     .help = "smooth each person's points over time"},
    {.name = "cutoff",
     .type = STANCE_OPTION_NUMBER,
     .offset = FIELD(cutoff_hz),
     .preset = "6",
     .min = 0.1,
     .max = 1000,
     .unit = "Hz",
     .value_name = "HZ",
     .help = "what --smooth zero-phase keeps: motions slower than that"},
    {.name = "raw",
     .type = STANCE_OPTION_BOOL,
     .offset = FIELD(raw),
     .preset = "no",
     .help = "write the points before smoothing beside the smoothed ones"},
    {.name = "fill-gaps",
     .type = STANCE_OPTION_TIME,
     .offset = FIELD(fill_gaps_s),
     .preset = "0",
     .max = 10,
     .unit = "s",
     .help = "fill in people and points that were missed for at most so long, marked as "
             "interpolated; results come later by as much"},
    {0},
};

void st_channels_get(const stance_keypoint *point, float channels[ST_CHANNELS])
{
    channels[0] = point->x;
    channels[1] = point->y;
    channels[2] = point->z;
    memcpy(channels + 3, point->world, sizeof(point->world));
}

void st_channels_set(stance_keypoint *point, const float channels[ST_CHANNELS],
                     bool keep_raw)
{
    if (keep_raw && !point->interpolated) {
        point->raw[0] = point->x;
        point->raw[1] = point->y;
    }
    point->x = channels[0];
    point->y = channels[1];
    point->z = channels[2];
    memcpy(point->world, channels + 3, sizeof(point->world));
}

typedef struct point_state {
    int64_t given_us; /* when last; -1: not yet */
    float raw[ST_CHANNELS], value[ST_CHANNELS], speed[ST_CHANNELS];
    float steps[2][ST_CHANNELS]; /* the last two, as speeds */
} point_state;

typedef struct person {
    st_id_record head;
    double size; /* of the person, pixels, changing slowly */
    point_state points[];
} person;

st_one_euro st_one_euro_of(int smooth)
{
    return smooth == STANCE_SMOOTH_HIGH ? (st_one_euro){0.15, 2, 1.5}
                                        : (st_one_euro){0.3, 5, 2};
}

void st_smoother_open(st_smoother *smoother, st_one_euro strength, bool keep_raw,
                      const stance_skeleton *skeleton)
{
    *smoother = (st_smoother){
        .strength = strength, .keep_raw = keep_raw, .n_points = skeleton->n_keypoints};
    st_id_table_init(&smoother->people, offsetof(person, points) +
                                            skeleton->n_keypoints * sizeof(point_state));
}

void st_smoother_close(st_smoother *smoother)
{
    st_id_table_clear(&smoother->people);
}

/* The share of what is new, for a low-pass filter of that cutoff. */
static double share_of(double cutoff_hz, double dt_s)
{
    double turns = 2 * 3.14159265358979323846 * cutoff_hz * dt_s;
    return turns / (turns + 1);
}

static float blend(float old, float new, double share)
{
    return isfinite(old) ? (float)((double)old + ((double)new - (double)old) * share)
                         : new;
}

static float middle(float a, float b, float c)
{
    return fmaxf(fminf(a, b), fminf(fmaxf(a, b), c));
}

/* Channels 0 to 2 are pixels, 3 to 5 metres; each three have one speed. */
static void filter_three(const st_one_euro *strength, point_state *state,
                         const float *fresh, int first, double dt_s, double size)
{
    double quick = share_of(strength->speed_hz, dt_s), squares = 0;
    for (int c = first; c < first + 3; c++) {
        float step = (float)(((double)fresh[c] - (double)state->raw[c]) / dt_s);
        if (!isfinite(step))
            continue;
        float speed = middle(state->steps[0][c], state->steps[1][c], step);
        state->steps[0][c] = state->steps[1][c];
        state->steps[1][c] = step;
        state->speed[c] = blend(state->speed[c], speed, quick);
        if (c != 2) /* the depth is a guess, and far noisier than the place */
            squares += (double)state->speed[c] * (double)state->speed[c];
    }
    double cutoff = strength->rest_hz + strength->per_speed * sqrt(squares) / size;
    double share = share_of(cutoff, dt_s);
    for (int c = first; c < first + 3; c++)
        state->value[c] = blend(state->value[c], fresh[c], share);
}

static void filter_point(const st_smoother *smoother, point_state *state,
                         stance_keypoint *point, int64_t pts_us, double size)
{
    const double height_m = 1.7; /* of people, for what is in metres */
    float fresh[ST_CHANNELS];
    st_channels_get(point, fresh);
    int64_t dt_us = pts_us - state->given_us;
    if (state->given_us < 0 || dt_us > ST_SMOOTH_GAP_US || dt_us < 0) {
        memcpy(state->value, fresh, sizeof(fresh));
        memset(state->speed, 0, sizeof(state->speed));
        memset(state->steps, 0, sizeof(state->steps));
    } else if (dt_us > 0) {
        double dt_s = (double)dt_us / 1e6;
        filter_three(&smoother->strength, state, fresh, 0, dt_s, size);
        filter_three(&smoother->strength, state, fresh, 3, dt_s, height_m);
    }
    memcpy(state->raw, fresh, sizeof(fresh));
    state->given_us = pts_us;
    st_channels_set(point, state->value, smoother->keep_raw);
}

int st_smoother_run(st_smoother *smoother, stance_poses *poses, int64_t pts_us, bool cut)
{
    if (cut)
        smoother->people.n = 0;
    st_id_table_expire(&smoother->people, pts_us - ST_SMOOTH_GAP_US);
    for (size_t i = 0; i < poses->n; i++) {
        stance_pose *pose = &poses->people[i];
        if (pose->id <= 0)
            continue;
        bool fresh;
        person *p = st_id_table_get(&smoother->people, pose->id, pts_us, &fresh);
        if (!p)
            return STANCE_ENOMEM;
        double size = fmax(1, fmax((double)pose->box[2], (double)pose->box[3]));
        p->size = fresh ? size : p->size + (size - p->size) * 0.1;
        for (size_t k = 0; k < smoother->n_points; k++) {
            if (fresh)
                p->points[k].given_us = -1;
            if (stance_keypoint_given(&pose->keypoints[k]))
                filter_point(smoother, &p->points[k], &pose->keypoints[k], pts_us,
                             p->size);
        }
    }
    return 0;
}
