/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Falls (docs/analysis.md): suspected, confirmed, cleared.
 *
 * Suspected: the trunk went down fast, from the height of somebody who stands or sits to
 * that of somebody on the floor, within two seconds. Confirmed: they stayed down.
 * Cleared: they are up again. Speed alone is not enough (who sits down is fast for a
 * moment), nor is height (who lies down slowly ends as low), so both are asked for, and
 * that the hips sank as well: who does sit-ups keeps them where they are.
 *
 * How low somebody is, is told against the lowest joint; how fast they go down, against
 * their feet, which stay about where they are in a fall, whichever way it goes. Feet that
 * are hidden are taken to be where they were: without them somebody who kneels would
 * seem to sink into the floor.
 *
 * Only joints are looked at: it works with pictures switched off.
 */
#include <math.h>
#include <string.h>

#include "analyse/placing.h"

static const double LOOK_BACK_S = 2; /* within which all of it happens */
static const double FAST_S = 0.8;    /* that the speed is taken over */
static const double UPRIGHT_S = 0.2; /* up for so long before */
static const double MARGIN =
    0.06;                        /* above the heights of who is down: not down any more */
static const double UP = 0.9;    /* the neck's height of who sits or stands, legs */
static const double DOWN = 0.62; /* and of who is on the floor, at most */
static const double HIPS_DOWN = 0.45; /* likewise: who kneels has them higher */
/* Head first towards the camera: the trunk points down in the picture, and the neck is no
 * higher above the feet than so. Who kneels to tie a shoe has it higher. */
static const double LEVEL_DEG = 86, OVER_FEET = 0.15;
/* Stretched out: from under the ceiling, who lies reaches far up in the picture. */
static const double LONG = 1.1, LONG_DEG = 60, LONG_HEIGHT = 1;
/* Folded up across the view, neck close to the ankles: who lies like that is lower than
 * who kneels. */
static const double FOLDED = 0.8, FOLDED_DEG = 55, FOLDED_DOWN = 0.45;
static const double STANDS_DEG = 60;  /* the trunk of who sits or stands, at most */
static const double HIPS_SINK = 0.25; /* legs that the hips sank at least */
static const double SETTLED = 0.25; /* of the speed asked for: the fall begins or ends */
static const double RISEN_S = 0.5;  /* up again for so long: it is over */

enum { PAST = 64 /* moments remembered, at most one every LOOK_BACK_S / PAST */ };

enum { UNSEEN, UPRIGHT, DOWN_SLOWLY, SUSPECTED, CONFIRMED };
static const char *const states[] = {"not seen",  "up",        "down",
                                     "suspected", "confirmed", NULL};

enum { STATE, SPEED, DOWN_S };

/* In that order. */
static const stance_measure measures[] = {
    {.name = "state", .unit = "", .words = states},
    {.name = "speed", .unit = "legs/s", .decimals = 2},
    {.name = "down", .unit = "s", .decimals = 1},
    {0},
};

typedef struct moment {
    double t_s, neck, hips; /* above the feet, legs */
    bool up;                /* somebody who sits or stands */
} moment;

typedef struct person {
    int state;
    st_moment onset;
    double down_since_s, up_since_s, between_s;
    stance_event fall;
    double feet_y; /* where the ankles were seen last */
    moment past[PAST];
    int n_past;
} person;

/* ---- what was lately ---- */

static void remember(person *p, const moment *now)
{
    if (p->n_past > 0 && now->t_s - p->past[p->n_past - 1].t_s < LOOK_BACK_S / PAST)
        return;
    int drop = p->n_past == PAST;
    while (drop < p->n_past && now->t_s - p->past[drop].t_s > LOOK_BACK_S)
        drop++;
    p->n_past -= drop;
    memmove(p->past, p->past + drop, (size_t)p->n_past * sizeof(*p->past));
    p->past[p->n_past++] = *now;
}

/* Seconds, of those remembered, in which they sat or stood: a single frame may be
 * wrong. */
static double upright_s(const person *p)
{
    double sum = 0;
    for (int i = 1; i < p->n_past; i++)
        if (p->past[i].up && p->past[i - 1].up)
            sum += p->past[i].t_s - p->past[i - 1].t_s;
    return sum;
}

static double hips_sank(const person *p, const moment *now)
{
    double most = -INFINITY;
    for (int i = 0; i < p->n_past; i++)
        most = fmax(most, p->past[i].hips);
    return most - now->hips;
}

/* Downwards, legs a second: how much lower the trunk is than it was, over the time that a
 * fall takes. */
static double speed_of(const person *p, const moment *now)
{
    double most = 0, middle = (now->neck + now->hips) / 2;
    for (int i = p->n_past; i-- > 0 && now->t_s - p->past[i].t_s <= FAST_S + 1e-6;)
        most = fmax(most, (p->past[i].neck + p->past[i].hips) / 2 - middle);
    return most / FAST_S;
}

static void see_descent(person *p, const st_look *look, double speed)
{
    if (!(speed > SETTLED * look->settings->fall_speed))
        p->onset = look->moment;
}

static bool is_low(const st_placing *now, double over_feet, double margin)
{
    bool stretched = now->length > LONG - margin && now->trunk_deg > LONG_DEG;
    bool folded = now->trunk_deg > FOLDED_DEG && !(now->length > FOLDED);
    bool head_first = now->trunk_deg > LEVEL_DEG && over_feet <= OVER_FEET + margin;
    bool flat =
        now->hips <= HIPS_DOWN + margin && (!folded || now->neck <= FOLDED_DOWN + margin);
    return (now->neck <= DOWN + margin && (flat || head_first)) ||
           (now->neck <= LONG_HEIGHT + margin && stretched);
}

/* ---- states ---- */

static void tell(const person *p, const st_look *look, const char *label)
{
    stance_event event = p->fall;
    event.label = label;
    event.end_us = look->moment.pts_us;
    st_event_list_add(look->events, &event);
}

static bool fell(const person *p, const st_look *look, const moment *now, double speed)
{
    return speed >= look->settings->fall_speed && upright_s(p) >= UPRIGHT_S &&
           hips_sank(p, now) >= HIPS_SINK;
}

static void begin(person *p, const st_look *look)
{
    p->state = SUSPECTED;
    p->fall = st_look_event(look, STANCE_EVENT_FALL, NULL);
    p->fall.start_us = p->onset.pts_us;
    p->fall.frame = p->onset.frame;
    p->fall.clock_us = p->onset.clock_us;
    tell(p, look, "suspected");
}

static void stay_down(person *p, const st_look *look)
{
    if (p->state != SUSPECTED ||
        look->t_s - p->down_since_s < look->settings->fall_down_s)
        return;
    p->state = CONFIRMED;
    tell(p, look, "confirmed");
}

static void go_down(person *p, const st_look *look, const moment *now, double speed)
{
    p->between_s = NAN;
    p->up_since_s = NAN;
    if (!isfinite(p->down_since_s))
        p->down_since_s = look->t_s;
    bool fallen = p->state == SUSPECTED || p->state == CONFIRMED;
    if (!fallen && fell(p, look, now, speed))
        begin(p, look);
    else if (!fallen)
        p->state = DOWN_SLOWLY;
    stay_down(p, look);
}

/* Neither up nor down: who kneels was on the floor for a moment only. */
static void rise(person *p, const st_look *look)
{
    if (p->state != SUSPECTED)
        return;
    if (!isfinite(p->between_s))
        p->between_s = look->t_s;
    if (look->t_s - p->between_s < RISEN_S)
        return;
    tell(p, look, "cleared");
    p->state = DOWN_SLOWLY;
}

static void come_up(person *p, const st_look *look)
{
    p->down_since_s = NAN;
    if (!isfinite(p->up_since_s))
        p->up_since_s = look->t_s;
    if (look->t_s - p->up_since_s < RISEN_S)
        return;
    if (p->state == SUSPECTED || p->state == CONFIRMED)
        tell(p, look, "cleared");
    p->state = UPRIGHT;
}

/* Feet that are not seen are where they were seen last, which may be lower than all that
 * is seen now. */
static void see_feet(person *p, const st_look *look, st_placing *now)
{
    double deeper = (p->feet_y - now->floor_y) / look->leg;
    if (isfinite(now->feet_y)) {
        p->feet_y = now->feet_y;
    } else if (deeper > 0) {
        now->neck += deeper;
        now->hips += deeper;
        now->floor_y = p->feet_y;
    }
}

static moment moment_of(const person *p, const st_look *look, const st_placing *now)
{
    double feet = isfinite(p->feet_y) ? (now->floor_y - p->feet_y) / look->leg : 0;
    return (moment){.t_s = look->t_s,
                    .neck = now->neck - feet,
                    .hips = now->hips - feet,
                    .up = now->neck >= UP && now->trunk_deg < STANDS_DEG};
}

static void fall_look(const void *shared, void *person_, const st_look *look)
{
    person *p = person_;
    (void)shared;
    st_placing placing = st_placing_of(look);
    if (look->still)
        return;
    if (p->state == UNSEEN) {
        p->down_since_s = p->up_since_s = p->between_s = p->feet_y = NAN;
        p->onset = look->moment;
    }
    if (isfinite(placing.neck) && isfinite(placing.hips)) {
        see_feet(p, look, &placing);
        moment now = moment_of(p, look, &placing);
        double speed = speed_of(p, &now);
        see_descent(p, look, speed);
        if (is_low(&placing, now.neck, 0))
            go_down(p, look, &now, speed);
        else if (placing.neck >= UP || p->state == UNSEEN)
            come_up(p, look);
        else if (!is_low(&placing, now.neck, MARGIN))
            rise(p, look);
        if (p->state == UNSEEN)
            p->state = UPRIGHT;
        remember(p, &now);
        look->values[SPEED] = (float)speed;
    }
    look->values[STATE] = (float)p->state;
    if (isfinite(p->down_since_s))
        look->values[DOWN_S] = (float)(look->t_s - p->down_since_s);
}

/* Networks often lose people who lie: nobody saw them come up. */
static void fall_miss(const void *shared, void *person_, const st_look *look)
{
    (void)shared;
    stay_down(person_, look);
}

const st_analysis st_fall = {
    .name = "fall",
    .bit = STANCE_ANALYSE_FALL,
    .measures = measures,
    .size = sizeof(person),
    .look = fall_look,
    .miss = fall_miss,
};
