/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Steps, cadence and symmetry (docs/analysis.md).
 *
 * What is looked at is how far one ankle is from the other. Seen from a side it is the
 * distance along the way: it is largest when a heel comes down, and the foot ahead is the
 * one that stepped. From the front or from behind it is the height: each foot is lifted
 * in turn, and is highest in the middle of its step. Which of the two serves is decided
 * by which of them swings more. Only who moves on, or whose size in the picture changes,
 * walks: squats and jumping jacks move ankles as well.
 *
 * Source: after Zeni et al., Gait & Posture 27 (2008): events of gait from the distance
 * of the feet.
 */
#include <math.h>
#include <string.h>

#include "analyse/analyse.h"
#include "base/low_pass.h"

static const double CUTOFF_HZ = 5;            /* of the distance between the feet */
static const double DRIFT_HZ = 0.7;           /* of how they move on */
static const double MOVES_ON = 0.15;          /* legs a second */
static const double SWING[2] = {0.16, 0.035}; /* legs between two extremes: along, up */
static const double LEAST_STEP_S = 0.22, MOST_STEP_S = 1.6;

enum { ALONG, UP, WAYS };
enum { STEPS, CADENCE, SYMMETRY, STEP_TIME_LEFT, STEP_TIME_RIGHT };

/* In that order. */
static const stance_measure measures[] = {
    {.name = "steps", .unit = ""},
    {.name = "cadence", .unit = "1/min"},
    {.name = "symmetry", .unit = "", .decimals = 2},
    {.name = "left_step", .unit = "s", .decimals = 2},
    {.name = "right_step", .unit = "s", .decimals = 2},
    {0},
};
enum { TIMES = 6 /* steps that make the figures */ };

/* Extremes of one of the two distances. */
typedef struct swing {
    st_low_pass filter;
    double extreme, extreme_s; /* the farthest since the last turn */
    int way;                   /* 1: towards the left foot; -1; 0: not yet */
    double range;              /* between the last two extremes, forgotten slowly */
} swing;

typedef struct person {
    swing swings[WAYS];
    st_low_pass drift[2];
    double hips[2], leg, last_s;
    int steps;
    double step_s[2][TIMES]; /* how long steps of the left and right foot took */
    int n[2];
    double last_step_s;
    int last_side;
} person;

/* ---- moving on ---- */

static bool moves_on(person *p, const st_look *look)
{
    const double *hips = look->body->at[ST_HIPS];
    double step_s = look->t_s - p->last_s, speed = 0;
    if (!isfinite(hips[0]) || !isfinite(look->leg))
        return false;
    if (p->leg > 0 && step_s > 0 && step_s < 1) {
        double gain = st_low_pass_gain(DRIFT_HZ, step_s);
        for (int i = 0; i < 2; i++) {
            double v = (hips[i] - p->hips[i]) / look->leg / step_s;
            speed += pow(st_low_pass_step(&p->drift[i], v, gain), 2);
        }
    }
    p->hips[0] = hips[0];
    p->hips[1] = hips[1];
    p->leg = look->leg;
    p->last_s = look->t_s;
    return sqrt(speed) > MOVES_ON;
}

/* ---- steps ---- */

static void count(person *p, int side, double t_s)
{
    double took_s = t_s - p->last_step_s;
    if (p->last_step_s > 0 && took_s < LEAST_STEP_S)
        return;
    p->steps++;
    if (p->last_step_s > 0 && took_s <= MOST_STEP_S && side != p->last_side) {
        if (p->n[side] == TIMES)
            memmove(p->step_s[side], p->step_s[side] + 1,
                    (size_t)--p->n[side] * sizeof(**p->step_s));
        p->step_s[side][p->n[side]++] = took_s;
    } else {
        p->n[0] = p->n[1] = 0; /* they had stopped */
    }
    p->last_step_s = t_s;
    p->last_side = side;
}

/* @return the way of the extreme that is over now, 0: none is */
static int see_swing(swing *s, double value, double threshold, double t_s, double step_s)
{
    value = st_low_pass_step(&s->filter, value, st_low_pass_gain(CUTOFF_HZ, step_s));
    s->range *= exp(-step_s / 3);
    if (s->way == 0) {
        s->extreme = value;
        s->way = 1;
    }
    if ((value - s->extreme) * s->way >= 0) {
        s->extreme = value;
        s->extreme_s = t_s;
        return 0;
    }
    double back = fabs(value - s->extreme);
    if (back < threshold)
        return 0;
    int way = s->way;
    s->range = fmax(s->range, back);
    s->way = -way;
    s->extreme = value;
    return way;
}

static void see_steps(person *p, const st_look *look, bool walks)
{
    const st_body *b = look->body;
    double step_s = fmax(look->step_s, 1e-3), ends_s[WAYS];
    int ways[WAYS];
    for (int i = 0; i < WAYS; i++) {
        double value = (b->at[ST_ANKLE][i] - b->at[ST_ANKLE + 1][i]) / look->leg;
        swing *s = &p->swings[i];
        if (!isfinite(value)) {
            *s = (swing){.filter = st_low_pass_at_rest(NAN)};
            ways[i] = 0;
            continue;
        }
        ends_s[i] = s->extreme_s;
        ways[i] = see_swing(s, value, SWING[i], look->t_s, step_s);
    }
    int which = p->swings[ALONG].range > 2.5 * p->swings[UP].range ? ALONG : UP;
    if (!walks || ways[which] == 0)
        return;
    /* Along: the foot that is ahead on the way. Up: the one that is higher, which is at
     * the smaller y. */
    double ahead = p->drift[0].s2 >= 0 ? 1 : -1;
    bool left = which == ALONG ? ways[which] * ahead > 0 : ways[which] < 0;
    count(p, left ? ST_LEFT : ST_RIGHT, ends_s[which]);
}

/* ---- figures ---- */

static double mean(const double *at, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += at[i];
    return n > 0 ? sum / n : (double)NAN;
}

static void gait_look(const void *shared, void *person_, const st_look *look)
{
    person *p = person_;
    (void)shared;
    if (look->still)
        return;
    if (look->step_s == 0)
        for (int i = 0; i < WAYS; i++)
            p->swings[i].filter = st_low_pass_at_rest(NAN);
    bool walks = moves_on(p, look);
    see_steps(p, look, walks);
    look->values[STEPS] = (float)p->steps;
    if (!walks || look->t_s - p->last_step_s > MOST_STEP_S)
        return;
    double left = mean(p->step_s[ST_LEFT], p->n[ST_LEFT]);
    double right = mean(p->step_s[ST_RIGHT], p->n[ST_RIGHT]);
    double both = st_either(left, right);
    look->values[CADENCE] = (float)(60 / both);
    if (p->n[0] >= 2 && p->n[1] >= 2) {
        look->values[SYMMETRY] = (float)(fmin(left, right) / fmax(left, right));
        look->values[STEP_TIME_LEFT] = (float)left;
        look->values[STEP_TIME_RIGHT] = (float)right;
    }
}

const st_analysis st_gait = {
    .name = "gait",
    .bit = STANCE_ANALYSE_GAIT,
    .measures = measures,
    .size = sizeof(person),
    .look = gait_look,
};
