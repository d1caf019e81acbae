/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people are at, by rule (docs/analysis.md): standing, walking, sitting, lying,
 * waving. What fits no rule is none of them.
 *
 * Each frame fits a rule or none; an activity changes when another one has fitted for a
 * while. Its event is told when it ends, from when it began to fit.
 */
#include <math.h>

#include "analyse/lasting.h"
#include "analyse/placing.h"
#include "base/low_pass.h"

static const double HOLD_S = 0.5;       /* another activity has to fit for so long */
static const double SITS_S = 2;         /* sitting for so long: it may be a squat */
static const double WAVES_HOLD_S = 1.2; /* and hands have to go to and fro for so long */
static const double CUTOFF_HZ = 1.2;    /* of what moves on the way */
static const double WALKS_ABOVE = 0.24; /* legs a second, of the hips or of the feet */
static const double PASSED = 0.04;      /* legs that one foot is ahead of the other */
static const double PASSES_S = 1.2;     /* since one passed the other */
static const double WAVE = 0.1;         /* legs that a hand goes to a side */
static const double GONE_S = 1;         /* not seen for so long: speeds begin anew */

enum { NONE, STANDING, WALKING, SITTING, LYING, WAVING };
static const char *const words[] = {"none",  "standing", "walking", "sitting",
                                    "lying", "waving",   NULL};

enum { ACTIVITY, HELD_S };

/* In that order. */
static const stance_measure measures[] = {
    {.name = "activity", .unit = "", .words = words},
    {.name = "held", .unit = "s", .decimals = 1},
    {0},
};

/* A hand beside the elbow: where it last turned, and when. */
typedef struct hand {
    double extreme;
    int way; /* -1, 1; 0: not yet */
    double turned_s, since_s;
    int turns;
} hand;

typedef struct person {
    st_lasting activity;
    stance_event event;   /* of the activity */
    double hips, feet[2]; /* the frame before: where across, and how far apart */
    st_low_pass drift, stride;
    int ahead[2];    /* which foot, across and up: -1, 1; 0: not yet */
    double passed_s; /* when one last passed the other */
    hand hands[2];
} person;

/* ---- motion ---- */

static double rate(st_low_pass *filter, double change, double step_s)
{
    return st_low_pass_step(filter, change / step_s, st_low_pass_gain(CUTOFF_HZ, step_s));
}

/* Feet that pass one another; those of a jumping jack go apart and together. */
static bool see_passing(person *p, const st_look *look, const double feet[2])
{
    for (int i = 0; i < 2; i++) {
        int ahead = feet[i] > PASSED ? 1 : feet[i] < -PASSED ? -1 : 0;
        if (ahead != 0 && p->ahead[i] != 0 && ahead != p->ahead[i])
            p->passed_s = look->t_s;
        if (ahead != 0)
            p->ahead[i] = ahead;
    }
    return p->passed_s > 0 && look->t_s - p->passed_s < PASSES_S;
}

/* How fast somebody walks: hips that drift to a side and feet that pass one another, in
 * legs a second. */
static double see_walk(person *p, const st_look *look)
{
    const st_body *b = look->body;
    double feet[2], drift, step_s = look->step_s;
    for (int i = 0; i < 2; i++)
        feet[i] = (b->at[ST_ANKLE][i] - b->at[ST_ANKLE + 1][i]) / look->leg;
    double walk = NAN;
    if (step_s > 0 && step_s < GONE_S && isfinite(p->hips) && st_body_has(b, ST_HIPS)) {
        drift = rate(&p->drift, (b->at[ST_HIPS][0] - p->hips) / look->leg, step_s);
        double passing = hypot(feet[0] - p->feet[0], feet[1] - p->feet[1]);
        double stride = isfinite(passing) ? rate(&p->stride, passing, step_s) : 0;
        if (!see_passing(p, look, feet))
            stride = 0;
        walk = fabs(drift) + 0.5 * fmin(stride, 1);
    }
    p->feet[0] = feet[0];
    p->feet[1] = feet[1];
    p->hips = b->at[ST_HIPS][0];
    return walk;
}

/* To and fro of a raised hand: each turn after a way that is long enough counts. */
static bool see_hand(hand *h, const st_look *look, int side)
{
    const st_body *b = look->body;
    double x = (b->at[ST_WRIST + side][0] - b->at[ST_ELBOW + side][0]) / look->leg;
    bool raised = b->at[ST_WRIST + side][1] < b->at[ST_ELBOW + side][1] &&
                  b->at[ST_WRIST + side][1] < b->at[ST_SHOULDER + side][1];
    if (!raised || !isfinite(x)) {
        *h = (hand){0};
        return false;
    }
    if (h->way == 0) {
        *h = (hand){.extreme = x, .way = 1, .turned_s = look->t_s, .since_s = look->t_s};
    } else if ((x - h->extreme) * h->way > 0) {
        h->extreme = x;
    } else if (fabs(x - h->extreme) > WAVE) {
        h->way = -h->way;
        h->extreme = x;
        h->turned_s = look->t_s;
        h->turns++;
    }
    if (look->t_s - h->turned_s > WAVES_HOLD_S) { /* a hand that is held up */
        h->turns = 0;
        h->since_s = look->t_s;
    }
    return h->turns >= 3 && look->t_s - h->since_s > WAVES_HOLD_S;
}

/* ---- rules ---- */

static int rule(person *p, const st_look *look)
{
    st_placing now = st_placing_of(look);
    double walk = see_walk(p, look);
    bool waves = see_hand(&p->hands[0], look, 0) | see_hand(&p->hands[1], look, 1);
    if (now.hips < 0.36 && now.neck < 0.62 && now.trunk_deg > 50 && !now.on_arms)
        return LYING;
    if (now.trunk_deg > 40 || !isfinite(now.hips))
        return waves ? WAVING : NONE;
    if (waves)
        return WAVING;
    bool tall = now.neck - now.hips > 0.4; /* not somebody along the line of sight */
    bool walks = walk > WALKS_ABOVE;
    if (now.hips > (walks ? 0.72 : 0.84) && tall)
        return walks ? WALKING : STANDING;
    return now.hips > 0.3 && now.hips < 0.8 && !walks ? SITTING : NONE;
}

/* ---- what lasts ---- */

static void end(const person *p, int activity, const st_look *look, int64_t end_us)
{
    stance_event event = p->event;
    event.label = words[activity];
    event.end_us = end_us;
    if (activity != NONE)
        st_event_list_add(look->events, &event);
}

static void activity_look(const void *shared, void *person_, const st_look *look)
{
    person *p = person_;
    (void)shared;
    if (look->step_s == 0)
        p->hips = NAN;
    int now = rule(p, look);
    if (look->still) {
        look->values[ACTIVITY] = (float)now;
        return;
    }
    int was = p->activity.now;
    if (st_lasting_see(&p->activity, now, look, now == SITTING ? SITS_S : HOLD_S)) {
        end(p, was, look, p->activity.since.pts_us);
        p->event = st_lasting_event(&p->activity, look);
    }
    look->values[ACTIVITY] = (float)p->activity.now;
    if (p->activity.now != NONE)
        look->values[HELD_S] =
            (float)(look->t_s - (double)p->activity.since.pts_us / 1e6);
}

static void activity_leave(const void *shared, void *person_, const st_look *look)
{
    (void)shared;
    const person *p = person_;
    end(p, p->activity.now, look, look->moment.pts_us);
}

const st_analysis st_activity = {
    .name = "activity",
    .bit = STANCE_ANALYSE_ACTIVITY,
    .measures = measures,
    .size = sizeof(person),
    .look = activity_look,
    .leave = activity_leave,
};
