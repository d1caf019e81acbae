/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of scenes: who stands where, does what, and what will happen.
 *
 * All that is left to chance (tempo of each repetition, side, direction of a fall) is
 * drawn here, once, from the seed; acts only look at it. So the events are not measured
 * from the drawing: the drawing follows them.
 */
#include <string.h>

#include "base/memory.h"
#include "mannequin/stage.h"

/* ---- for all scenes ---- */

void stage_add_event(stage *s, stance_event_kind kind, size_t who, const char *label,
                     double start_s, double turn_s, double end_s)
{
    int64_t start_us = (int64_t)floor(start_s * 1e6 + 0.5);
    stance_event event = stance_event_at(kind, (int64_t)who + 1, start_us);
    event.label = label;
    event.turn_us = turn_s < 0 ? -1 : (int64_t)floor(turn_s * 1e6 + 0.5);
    event.end_us = (int64_t)floor(end_s * 1e6 + 0.5);
    st_event_list_add(&s->events, &event);
    s->failed |= s->events.failed;
}

const move *actor_move(const actor *a, double t, double *u)
{
    size_t low = 0, high = a->n_moves; /* the last that has begun is below `high` */
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (a->moves[mid].start_s <= t)
            low = mid + 1;
        else
            high = mid;
    }
    *u = 0;
    if (low == 0)
        return NULL;
    const move *m = &a->moves[low - 1];
    double half = t < m->turn_s ? (t - m->start_s) / (m->turn_s - m->start_s)
                                : 1 + (t - m->turn_s) / (m->end_s - m->turn_s);
    *u = st_clamp(half / 2, 0, 1);
    return m;
}

double actor_effort(const actor *a, double t)
{
    double u;
    const move *m = actor_move(a, t, &u);
    return m ? m->amount * st_ease(u < 0.5 ? 2 * u : 2 - 2 * u) : 0;
}

double actor_part(const actor *a, double t, double in_s, double out_s)
{
    return st_ease((t - a->from_s) / in_s) - st_ease((t - a->until_s) / out_s);
}

/* Somebody is in a posture for a part of the clip, cut where the clip ends. */
static void add_posture(stage *s, size_t who, const char *label, double from_s,
                        double until_s)
{
    from_s = st_clamp(from_s, 0, s->seconds);
    until_s = st_clamp(until_s, 0, s->seconds);
    if (until_s > from_s)
        stage_add_event(s, STANCE_EVENT_POSTURE, who, label, from_s, -1, until_s);
}

static st_random chance_of(const stage *s, size_t who)
{
    return st_random_of(s->seed, 1000 + (uint64_t)who);
}

/* People side by side, a little apart in depth, facing about the front. */
static void place_in_row(stage *s, double apart, double yaw_spread_deg)
{
    for (size_t i = 0; i < s->n_actors; i++) {
        st_random r = chance_of(s, i);
        actor *a = &s->actors[i];
        double slot = (double)i - (double)(s->n_actors - 1) / 2;
        a->at =
            (v3){slot * apart, 0, s->n_actors > 1 ? st_random_between(&r, -0.3, 0.3) : 0};
        a->yaw_deg = st_random_between(&r, -yaw_spread_deg, yaw_spread_deg);
    }
}

/* People behind one another, lying across: their own z leads left or right. */
static void place_across(stage *s, double apart, double forward)
{
    for (size_t i = 0; i < s->n_actors; i++) {
        st_random r = chance_of(s, i);
        actor *a = &s->actors[i];
        double slot = (double)i - (double)(s->n_actors - 1) / 2;
        double sign = st_random_below(&r, 2) ? 1 : -1;
        a->yaw_deg = sign * (90 + st_random_between(&r, -14, 14));
        a->at = (v3){sign * forward + 0.3 * slot, 0, -slot * apart};
    }
}

typedef struct tempo {
    double rep_s, spread, pause_s,
        down;     /**< down: share of a repetition before its turn */
    double least; /**< amounts are between this and 1 */
    bool alternate;
} tempo;

/* Repetitions for everybody, one after the other, from half a second on. */
static void plan_moves(stage *s, const char *label, tempo p)
{
    for (size_t i = 0; i < s->n_actors; i++) {
        actor *a = &s->actors[i];
        st_random r = chance_of(s, i);
        double t = 0.5 + st_random_between(&r, 0, 0.25);
        size_t most = (size_t)(s->seconds / (p.rep_s * (1 - p.spread) + p.pause_s)) + 2;
        a->moves = st_alloc_array(most, sizeof(*a->moves));
        if (!a->moves) {
            s->failed = true;
            return;
        }
        while (t < s->seconds && a->n_moves < most) {
            double whole = p.rep_s * st_random_between(&r, 1 - p.spread, 1 + p.spread);
            move m = {.start_s = t,
                      .turn_s = t + whole * p.down,
                      .end_s = t + whole,
                      .amount = st_random_between(&r, p.least, 1),
                      .side = p.alternate && a->n_moves % 2 ? RIGHT : LEFT};
            if (m.end_s <= s->seconds)
                stage_add_event(s, STANCE_EVENT_REP, i, label, m.start_s, m.turn_s,
                                m.end_s);
            a->moves[a->n_moves++] = m;
            t = m.end_s + p.pause_s;
        }
    }
}

static void everybody(stage *s, act_fn act)
{
    for (size_t i = 0; i < s->n_actors; i++)
        s->actors[i].act = act;
}

/* The main part lasts from a second or two after the beginning to as long before the
 * end. */
static void plan_part(stage *s, double lead_s, double in_s, double out_s,
                      const char *label)
{
    for (size_t i = 0; i < s->n_actors; i++) {
        actor *a = &s->actors[i];
        st_random r = chance_of(s, i);
        a->from_s = lead_s + st_random_between(&r, 0, 0.5);
        a->until_s = s->seconds - lead_s - out_s;
        if (a->until_s < a->from_s + in_s)
            a->until_s = a->from_s + in_s;
        add_posture(s, i, "standing", 0, a->from_s);
        add_posture(s, i, label, a->from_s + in_s, a->until_s);
        add_posture(s, i, "standing", a->until_s + out_s, s->seconds);
    }
}

/* ---- scenes ---- */

static void set_stand(stage *s)
{
    place_in_row(s, 0.85, 22);
    everybody(s, act_stand);
    for (size_t i = 0; i < s->n_actors; i++)
        add_posture(s, i, "standing", 0, s->seconds);
}

/* Everybody on one way across the view, as far from one another as may be. */
static void walk_round(stage *s, path way)
{
    way.yaw_deg = s->view_yaw_deg + 90;
    double apart = path_lap(&way) / (double)s->n_actors;
    for (size_t i = 0; i < s->n_actors; i++, way.start += apart) {
        s->actors[i].act = act_walk;
        s->actors[i].path = way;
        add_posture(s, i, "walking", 0, s->seconds);
    }
}

static void set_walk(stage *s)
{
    walk_round(s, (path){.half = 0.55, .radius = 0.75, .start = 0.3, .pace = 0.95});
}

static void set_squats(stage *s)
{
    place_in_row(s, 0.95, 30);
    everybody(s, act_squat);
    plan_moves(s, "squat", (tempo){2.4, 0.12, 0.35, 0.48, 0.88, false});
}

static void set_jacks(stage *s)
{
    place_in_row(s, 1.75, 10);
    everybody(s, act_jack);
    plan_moves(s, "jumping-jack", (tempo){1.05, 0.06, 0.06, 0.5, 0.94, false});
}

static void set_pushups(stage *s)
{
    place_across(s, 1.0, -0.05);
    everybody(s, act_push_up);
    plan_moves(s, "push-up", (tempo){1.9, 0.12, 0.25, 0.5, 0.88, false});
}

static void set_situps(stage *s)
{
    place_across(s, 1.0, 0);
    everybody(s, act_sit_up);
    for (size_t i = 0; i < s->n_actors; i++) {
        st_random r = st_random_of(s->seed, 2000 + (uint64_t)i);
        s->actors[i].form = st_random_below(&r, SIT_UP_FORMS);
    }
    plan_moves(s, "sit-up", (tempo){2.6, 0.12, 0.3, 0.48, 0.9, false});
}

static void set_lunges(stage *s)
{
    place_in_row(s, 0.95, 35);
    everybody(s, act_lunge);
    plan_moves(s, "lunge", (tempo){2.8, 0.10, 0.4, 0.5, 1, true});
}

static void set_curls(stage *s)
{
    place_in_row(s, 0.95, 30);
    everybody(s, act_curl);
    for (size_t i = 0; i < s->n_actors; i++)
        s->actors[i].weights = true;
    plan_moves(s, "curl", (tempo){2.1, 0.10, 0.3, 0.45, 0.92, false});
}

static void set_plank_form(stage *s, int form, const char *label)
{
    place_across(s, 0.95, -0.05);
    everybody(s, act_plank);
    for (size_t i = 0; i < s->n_actors; i++) {
        s->actors[i].form = form;
        add_posture(s, i, label, 0, s->seconds);
    }
}

static void set_plank(stage *s)
{
    set_plank_form(s, PLANK_RIGHT, "plank");
}

static void set_plank_high(stage *s)
{
    set_plank_form(s, PLANK_HIGH, "plank-hips-high");
}

static void set_plank_low(stage *s)
{
    set_plank_form(s, PLANK_LOW, "plank-hips-low");
}

static void set_tree(stage *s)
{
    place_in_row(s, 0.95, 18);
    everybody(s, act_tree);
    plan_part(s, 0.6, 1.5, 1.5, "tree");
}

static void set_wave(stage *s)
{
    place_in_row(s, 1.0, 25);
    everybody(s, act_wave);
    plan_part(s, 0.8, 0.7, 0.7, "waving");
}

static void set_sit(stage *s)
{
    place_in_row(s, 0.95, 50);
    everybody(s, act_sit);
    for (size_t i = 0; i < s->n_actors; i++)
        s->actors[i].seat = true;
    plan_part(s, 0.8, 1.7, 1.6, "sitting");
}

static void set_tie_shoes(stage *s)
{
    place_in_row(s, 1.0, 60);
    everybody(s, act_tie_shoes);
    plan_part(s, 0.7, 1.5, 1.4, "kneeling");
}

static void set_lie_down(stage *s)
{
    place_across(s, 1.0, 0.1);
    everybody(s, act_lie_down);
    for (size_t i = 0; i < s->n_actors; i++) {
        actor *a = &s->actors[i];
        st_random r = chance_of(s, i);
        a->from_s = 0.8 + st_random_between(&r, 0, 0.6);
        add_posture(s, i, "standing", 0, a->from_s);
        add_posture(s, i, "lying", a->from_s + LIE_DOWN_S, s->seconds);
    }
}

static void set_fall(stage *s)
{
    place_across(s, 1.1, 0);
    everybody(s, act_fall);
    for (size_t i = 0; i < s->n_actors; i++) {
        actor *a = &s->actors[i];
        st_random r = st_random_of(s->seed, 2000 + (uint64_t)i);
        a->form = st_random_below(&r, 4);
        if (a->form >= 2) /* sideways: across the view when it faces the camera */
            a->yaw_deg = st_random_between(&r, -15, 15);
        a->from_s = 1.8 + st_random_between(&r, 0, 1.2);
        a->until_s = a->from_s + st_random_between(&r, 0.85, 1.1);
        add_posture(s, i, "standing", 0, a->from_s);
        if (a->until_s <= s->seconds)
            stage_add_event(s, STANCE_EVENT_FALL, i, NULL, a->from_s, -1, a->until_s);
        add_posture(s, i, "lying", a->until_s, s->seconds);
    }
}

/* There on the near side, back on the far one. */
static void set_cross(stage *s)
{
    walk_round(s, (path){.half = s->view_half * 0.42, .radius = 0.42, .pace = 1.0});
}

static void set_enter_leave(stage *s)
{
    double pace = 1.15, half = s->view_half + 1.3, through_s = 2 * half / pace;
    for (size_t i = 0; i < s->n_actors; i++) {
        actor *a = &s->actors[i];
        st_random r = chance_of(s, i);
        double spare_s = s->seconds - through_s;
        double share = s->n_actors > 1 ? (double)i / (double)(s->n_actors - 1) : 0.5;
        double begins_s = spare_s > 0 ? spare_s * share : 0;
        double lane = ((double)(i % 4) - 1.5) * 0.5;
        double depth = s->view_yaw_deg;
        a->act = act_walk;
        a->path =
            (path){.middle = {lane * st_sin_deg(depth), 0, lane * st_cos_deg(depth)},
                   .yaw_deg = depth + (st_random_below(&r, 2) ? 90 : -90),
                   .half = half,
                   .radius = 0,
                   .start = -begins_s * pace,
                   .pace = pace};
    }
}

static void set_crowd(stage *s)
{
    size_t per_row = 4;
    while (per_row * per_row < s->n_actors * 2)
        per_row++;
    for (size_t i = 0; i < s->n_actors; i++) {
        actor *a = &s->actors[i];
        st_random r = chance_of(s, i);
        size_t behind = i / per_row;
        double row = (double)behind;
        double across = (double)(i % per_row) - (double)(per_row - 1) / 2;
        double dx = st_random_between(&r, -0.16, 0.16);
        double dz = st_random_between(&r, -0.2, 0.2);
        a->at = (v3){across * 0.82 + 0.35 * row + dx, 0, 0.9 - row + dz};
        a->yaw_deg = st_random_between(&r, -55, 55);
        a->from_s = st_random_between(&r, 0, 2);
        a->until_s = s->seconds;
        switch (st_random_below(&r, 6)) {
        case 0:
            a->act = act_wave;
            add_posture(s, i, "standing", 0, a->from_s);
            add_posture(s, i, "waving", a->from_s + 0.7, s->seconds);
            break;
        case 1:
            a->act = act_tie_shoes;
            add_posture(s, i, "standing", 0, a->from_s);
            add_posture(s, i, "kneeling", a->from_s + 1.5, s->seconds);
            break;
        case 2: /* passes behind the others */
            a->act = act_walk;
            a->path = (path){.middle = {0, 0, -1.5 - 0.5 * (double)(i % 3)},
                             .yaw_deg = i % 2 ? 90 : -90,
                             .half = 1.5,
                             .radius = 0.3,
                             .start = st_random_between(&r, 0, 7),
                             .pace = 0.9};
            a->at = (v3){0, 0, 0};
            a->yaw_deg = 0;
            add_posture(s, i, "walking", 0, s->seconds);
            break;
        default:
            a->act = act_stand;
            add_posture(s, i, "standing", 0, s->seconds);
        }
    }
}

static const scene scenes[] = {
    {"stand", "stands at ease, looks around", 1, set_stand},
    {"walk", "walks round and round", 1, set_walk},
    {"squats", "squats", 1, set_squats},
    {"jacks", "jumping jacks", 1, set_jacks},
    {"pushups", "push-ups, seen from the side", 1, set_pushups},
    {"situps", "sit-ups, seen from the side", 1, set_situps},
    {"lunges", "lunges, left and right in turn", 1, set_lunges},
    {"curls", "curls both arms with dumbbells", 1, set_curls},
    {"plank", "forearm plank, as it should be", 1, set_plank},
    {"plank-hips-high", "the same with the hips too high", 1, set_plank_high},
    {"plank-hips-low", "the same with the hips too low", 1, set_plank_low},
    {"yoga-tree", "stands on one leg, arms up: the tree", 1, set_tree},
    {"wave", "waves a hand", 1, set_wave},
    {"sit", "sits down on a stool, gets up again", 1, set_sit},
    {"lie-down", "lies down on the floor, slowly: not a fall", 1, set_lie_down},
    {"tie-shoes", "kneels and ties a shoe: not a fall", 1, set_tie_shoes},
    {"fall", "falls to the back, the front or a side", 1, set_fall},
    {"cross", "people pass one another; who is behind is hidden", 2, set_cross},
    {"enter-leave", "people walk in at one side and out at the other", 2,
     set_enter_leave},
    {"crowd", "many people, standing, waving, passing", 8, set_crowd},
};

const scene *scene_at(size_t n)
{
    return n < sizeof(scenes) / sizeof(scenes[0]) ? &scenes[n] : NULL;
}

const scene *scene_find(const char *name)
{
    for (size_t i = 0; scene_at(i); i++)
        if (strcmp(scenes[i].name, name) == 0)
            return &scenes[i];
    return NULL;
}
