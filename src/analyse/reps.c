/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Repetitions of exercises (docs/analysis.md): for each exercise a number is made of the
 * body (exercise.c), and a repetition is when it goes from rest beyond the turn and back.
 *
 * Two thresholds with a gap between keep noise from counting; a low-pass keeps single
 * wrong frames from it. A repetition also has to take a believable time, must not stay
 * turned for long (who sits down has not begun a squat), and the body has to be in a
 * position for it. When what an exercise needs is not seen for a moment it waits; when
 * for longer, it begins anew and says so.
 */
#include <math.h>
#include <string.h>

#include "analyse/exercise.h"
#include "base/low_pass.h"
#include "base/memory.h"
#include "base/status.h"

static const double CUTOFF_HZ = 6;
static const double WAIT_S = 0.7;   /* not seen for so long: anew */
static const double WRONG_S = 0.25; /* out of position for so long: anew */
static const double TEMPO_S = 15;   /* since the last one: no tempo */

static const double PLANTED = 0.22; /* legs that a planted spot may move */

enum { LAST = 4 /* repetitions that make the tempo */ };

enum { UNSEEN, LOST, READY, AWAY, TURNED };
static const char *const states[] = {"not enough of the body in view",
                                     "not in position",
                                     "ready",
                                     "going",
                                     "turned",
                                     NULL};

/* The values behind the counts, in order. */
enum { STATE, AMOUNT, TEMPO, DEPTH };

typedef struct shared {
    st_exercise at[ST_EXERCISES_MOST];
    size_t n;
} shared;

typedef struct course {
    int state, count;
    st_low_pass filter;
    double last_s;         /* seen */
    double wrong_s;        /* out of position, so far */
    stance_event rep;      /* as it is known so far */
    double turn, turned_s; /* the farthest so far; since when beyond the threshold */
    double amount;
    bool fits;         /* where it was farthest */
    double planted[3]; /* where that spot was when it began */
} course;

typedef struct person {
    double ends_s[LAST], depth;
    int n_ends;
    course at[ST_EXERCISES_MOST];
} person;

/* ---- the course of one exercise ---- */

/* How far it is: 0 at rest, 1 at the turn. */
static double amount_of(const st_exercise *e, double value)
{
    return (value - e->rest) / (e->turn - e->rest);
}

/* Where the planted spots are, and how far apart. */
static void where(const st_exercise *e, const st_look *look, double out[3])
{
    const st_body *b = look->body;
    if (e->planted < 0)
        return;
    for (int i = 0; i < 2; i++)
        out[i] = st_either(b->at[e->planted][i], b->at[e->planted + 1][i]);
    out[2] = st_body_length(b, e->planted, e->planted + 1);
}

static bool stayed(const st_exercise *e, const course *c, const st_look *look)
{
    double now[3], most = PLANTED * look->leg;
    if (e->planted < 0)
        return true;
    where(e, look, now);
    return !(hypot(now[0] - c->planted[0], now[1] - c->planted[1]) > most) &&
           !(fabs(now[2] - c->planted[2]) > most);
}

static void begin(const st_exercise *e, course *c, const st_look *look)
{
    where(e, look, c->planted);
    c->state = AWAY;
    c->rep = st_look_event(look, STANCE_EVENT_REP, NULL);
    c->turn = -INFINITY;
}

static void finish(const st_exercise *e, person *p, course *c, const st_look *look)
{
    double took_s = look->t_s - (double)c->rep.start_us / 1e6;
    c->state = READY;
    if (!c->fits || took_s < e->least_s || took_s > e->most_s)
        return;
    c->count++;
    c->rep.label = e->name;
    c->rep.end_us = look->moment.pts_us;
    c->rep.depth = (float)(e->rest + c->turn * (e->turn - e->rest));
    p->depth = (double)c->rep.depth;
    if (p->n_ends == LAST)
        memmove(p->ends_s, p->ends_s + 1, (size_t)--p->n_ends * sizeof(*p->ends_s));
    p->ends_s[p->n_ends++] = look->t_s;
    st_event_list_add(look->events, &c->rep);
}

static void turn(const st_exercise *e, course *c, const st_look *look)
{
    if (c->amount <= c->turn)
        return;
    c->turn = c->amount;
    c->rep.turn_us = look->moment.pts_us;
    c->fits = stayed(e, c, look) && (!e->fits || e->fits(look, ST_AT_TURN));
    if (c->state == AWAY && c->amount >= 1) {
        c->state = TURNED;
        c->turned_s = look->t_s;
    }
}

static void go_on(const st_exercise *e, person *p, course *c, const st_look *look)
{
    if (c->amount <= 0) {
        if (c->state == TURNED)
            finish(e, p, c, look);
        c->state = READY;
        return;
    }
    if (c->state == READY)
        begin(e, c, look);
    if (c->state == AWAY || c->state == TURNED)
        turn(e, c, look);
    if (c->state == TURNED && c->amount >= 1 && look->t_s - c->turned_s > e->hold_s)
        c->state = LOST; /* that is no repetition, but a place to stay at */
}

static void see(const st_exercise *e, person *p, course *c, const st_look *look)
{
    double value = st_exercise_sees(e, look->body) ? st_signal_of(e, look) : (double)NAN;
    double unseen_s = look->t_s - c->last_s;
    if (!isfinite(value)) {
        if (c->state != UNSEEN && unseen_s > WAIT_S)
            c->state = UNSEEN;
        return;
    }
    if (c->state == UNSEEN) {
        c->filter = st_low_pass_at_rest(value);
        c->state = LOST;
    }
    value = st_low_pass_step(&c->filter, value,
                             st_low_pass_gain(CUTOFF_HZ, fmin(unseen_s, 1)));
    c->last_s = look->t_s;
    c->amount = amount_of(e, value);
    bool fits = !e->fits || e->fits(look, c->amount <= 0 ? ST_AT_REST : ST_GOING);
    c->wrong_s = fits ? 0 : c->wrong_s + look->step_s;
    if (!fits && c->wrong_s > WRONG_S)
        c->state = LOST;
    else if (fits || c->state != LOST)
        go_on(e, p, c, look);
}

/* ---- all of them ---- */

/* Repetitions a minute, of the last few. */
static double tempo_of(const person *p, double now_s)
{
    int n = p->n_ends;
    if (n < 2 || now_s - p->ends_s[n - 1] > TEMPO_S)
        return NAN;
    return 60 * (n - 1) / (p->ends_s[n - 1] - p->ends_s[0]);
}

static void reps_look(const void *shared_, void *person_, const st_look *look)
{
    const shared *s = shared_;
    person *p = person_;
    int state = UNSEEN;
    double amount = NAN;
    if (look->still)
        return;
    for (size_t i = 0; i < s->n; i++) {
        course *c = &p->at[i];
        see(&s->at[i], p, c, look);
        look->values[i] = (float)c->count;
        if (c->state > state || (c->state == state && c->amount > amount)) {
            state = c->state; /* of the one that is farthest */
            amount = state >= READY ? c->amount : (double)NAN;
        }
    }
    float *values = look->values + s->n;
    values[STATE] = (float)state;
    if (isfinite(amount))
        values[AMOUNT] = (float)fmin(fmax(amount, 0), 9);
    values[TEMPO] = (float)tempo_of(p, look->t_s);
    values[DEPTH] = p->n_ends > 0 ? (float)p->depth : NAN;
}

static int reps_open(void **out, const stance_analyse_settings *settings,
                     stance_error *err)
{
    shared *s = *out = st_alloc(sizeof(*s));
    if (!s)
        return st_fail_memory(err);
    int n = st_exercises_read(s->at, settings->exercises, err);
    if (n < 0) {
        st_free(s);
        *out = NULL;
        return n;
    }
    s->n = (size_t)n;
    return 0;
}

static void reps_close(void **out)
{
    st_free(*out);
    *out = NULL;
}

static void reps_plan(void *shared_, const stance_analyse_settings *settings,
                      const st_body_map *map, st_measures *m)
{
    const shared *s = shared_;
    (void)settings;
    (void)map;
    for (size_t i = 0; i < s->n; i++)
        st_measures_add(m, s->at[i].name, "", 0);
    st_measures_add(m, "state", "", 0)->words = states;
    st_measures_add(m, "amount", "", 2);
    st_measures_add(m, "tempo", "1/min", 1);
    st_measures_add(m, "depth", "", 2);
}

const st_analysis st_reps = {
    .name = "reps",
    .bit = STANCE_ANALYSE_REPS,
    .open = reps_open,
    .close = reps_close,
    .plan = reps_plan,
    .size = sizeof(person),
    .look = reps_look,
};
