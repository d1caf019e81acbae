/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Postures and what to do better (docs/analysis.md): planks, squats, sitting.
 *
 * A plank is a long body off the floor: ankles and shoulders far apart along the ground,
 * shoulders above the arms that carry them. Its line runs from the ankles to the
 * shoulders; hips above it are too high, below it too low, told in lengths of that line.
 * A squat is measured by how far the hips are above the knees, and from the front by
 * whether the knees stay over the feet. Sitting is looked at from a side.
 *
 * Advice changes only when another has been right for a while, so that it can be read.
 */
#include <math.h>

#include "analyse/lasting.h"
#include "analyse/placing.h"

static const double HOLD_S = 0.4; /* another posture or advice has to last so long */
static const double HIGH = 0.095, LOW = -0.045; /* hips off the plank's line */
static const double FOLDED = 0.4; /* likewise: a downward dog, say, is no plank */
static const double STRAIGHT_KNEE_DEG = 28;
static const double HEAD_UP_DEG = 35, HEAD_DOWN_DEG = -40;
static const double LEAN_DEG = 22, HEAD_AHEAD = 0.12; /* sitting */
static const double KNEES_IN = 0.75; /* gap of the knees, of that of the feet */

enum { NONE, PLANK, PLANK_HIGH, PLANK_LOW, SQUAT, SITTING };
static const char *const postures[] = {
    "none", "plank", "plank-hips-high", "plank-hips-low", "squat", "sitting", NULL};

enum {
    GOOD,
    HIPS_DOWN,
    HIPS_UP,
    KNEES_STRAIGHT,
    HEAD_LEVEL,
    HEAD_LIFT,
    DEEPER,
    KNEES_OUT,
    TRUNK_UPRIGHT,
    HEAD_BACK,
};
static const char *const advices[] = {"good",
                                      "lower your hips",
                                      "raise your hips",
                                      "straighten your knees",
                                      "look at the floor",
                                      "lift your head a little",
                                      "go deeper",
                                      "push your knees out",
                                      "sit upright",
                                      "draw your head back",
                                      NULL};

enum { POSTURE, ADVICE, HELD_S, HIPS_OFF, SQUAT_DEPTH, KNEE_LINE, TRUNK_LEAN };

/* In that order. */
static const stance_measure measures[] = {
    {.name = "posture", .unit = "", .words = postures},
    {.name = "advice", .unit = "", .words = advices},
    {.name = "plank_held", .unit = "s", .decimals = 1},
    {.name = "plank_hips", .unit = "", .decimals = 3},
    {.name = "squat_depth", .unit = "", .decimals = 2},
    {.name = "knee_line", .unit = "", .decimals = 2},
    {.name = "trunk_lean", .unit = "deg"},
    {0},
};

typedef struct person {
    st_lasting posture, advice;
    double plank_s;     /* since when some plank has been held; NAN: none is */
    stance_event event; /* of the posture */
    double deepest;     /* of this squat */
} person;

/* What one frame says. */
typedef struct finding {
    int posture, advice;
    double off, depth, knee_line, lean;
} finding;

/* ---- planks ---- */

static void middle_of(const st_body *b, int left, double out[2])
{
    for (int i = 0; i < 2; i++)
        out[i] = st_either(b->at[left][i], b->at[left + 1][i]);
}

/* Hips above (+) or below (-) the line from the ankles to the shoulders. */
static double hips_off(const st_body *b)
{
    double foot[2], neck[2], hips[2];
    middle_of(b, ST_ANKLE, foot);
    middle_of(b, ST_SHOULDER, neck);
    middle_of(b, ST_HIP, hips);
    double dx = neck[0] - foot[0], dy = neck[1] - foot[1];
    double across = dx * (hips[1] - foot[1]) - dy * (hips[0] - foot[0]);
    /* Upwards on the picture, whichever way the head points. */
    return (dx > 0 ? -across : across) / (dx * dx + dy * dy);
}

/* The head against the trunk: above 0 it looks up. */
static double head_deg(const st_body *b)
{
    double trunk = st_body_direction_deg(b, ST_HIPS, ST_NECK);
    double head = st_body_direction_deg(b, ST_NECK, ST_HEAD);
    double up = b->at[ST_NECK][0] > b->at[ST_HIPS][0] ? head - trunk : trunk - head;
    return up > 180 ? up - 360 : up < -180 ? up + 360 : up;
}

static void see_plank(const st_look *look, const st_placing *now, finding *f)
{
    double off = hips_off(look->body);
    if (!now->on_arms || !(off < FOLDED))
        return;
    f->off = off;
    double head = head_deg(look->body);
    f->posture = f->off > HIGH ? PLANK_HIGH : f->off < LOW ? PLANK_LOW : PLANK;
    f->advice = f->posture == PLANK_HIGH            ? HIPS_DOWN
                : f->posture == PLANK_LOW           ? HIPS_UP
                : now->knee_deg > STRAIGHT_KNEE_DEG ? KNEES_STRAIGHT
                : head > HEAD_UP_DEG                ? HEAD_LEVEL
                : head < HEAD_DOWN_DEG              ? HEAD_LIFT
                                                    : GOOD;
}

/* ---- squats and sitting ---- */

static bool from_front(const st_look *look)
{
    return st_body_length(look->body, ST_SHOULDER, ST_SHOULDER + 1) > 0.28 * look->leg;
}

/* Both feet on the floor, knees bent alike, hips lower than standing. */
static void see_squat(const st_look *look, const st_placing *now, finding *f)
{
    const st_body *b = look->body;
    double knee = st_either(b->at[ST_KNEE][1], b->at[ST_KNEE + 1][1]);
    double hip = st_either(b->at[ST_HIP][1], b->at[ST_HIP + 1][1]);
    f->depth = (knee - hip) / (look->leg / 2);
    if (from_front(look))
        f->knee_line = st_body_length(b, ST_KNEE, ST_KNEE + 1) /
                       st_body_length(b, ST_ANKLE, ST_ANKLE + 1);
    if (!(now->hips < 0.82) || !(f->depth < 0.68) || now->trunk_deg > 60 ||
        st_knee_gap(look) > ST_LUNGE)
        return;
    f->posture = SQUAT;
    f->advice = f->knee_line < KNEES_IN ? KNEES_OUT : f->depth > 0.35 ? DEEPER : GOOD;
}

/* From a side: how far the ears are before the shoulders. */
static void see_sitting(const st_look *look, const st_placing *now, finding *f)
{
    const st_body *b = look->body;
    double ear = st_either(b->at[ST_EAR][0], b->at[ST_EAR + 1][0]);
    double ahead = fabs(ear - b->at[ST_NECK][0]) / look->leg;
    f->posture = SITTING;
    f->advice = now->trunk_deg > LEAN_DEG                 ? TRUNK_UPRIGHT
                : !from_front(look) && ahead > HEAD_AHEAD ? HEAD_BACK
                                                          : GOOD;
}

static double since_s(const person *p)
{
    return (double)p->posture.since.pts_us / 1e6;
}

static finding find(const person *p, const st_look *look)
{
    enum { SITS_AFTER_S = 3 };
    st_placing now = st_placing_of(look);
    finding f = {.off = NAN, .depth = NAN, .knee_line = NAN, .lean = now.trunk_deg};
    see_plank(look, &now, &f);
    if (f.posture == NONE)
        see_squat(look, &now, &f);
    bool stays = p->posture.now == SITTING ||
                 (p->posture.now == SQUAT && look->t_s - since_s(p) > SITS_AFTER_S);
    if (f.posture == SQUAT && stays) /* nobody squats for so long */
        see_sitting(look, &now, &f);
    return f;
}

/* ---- what lasts ---- */

static bool is_some_plank(int posture)
{
    return posture == PLANK || posture == PLANK_HIGH || posture == PLANK_LOW;
}

static void end(const person *p, int posture, const st_look *look, int64_t end_us)
{
    if (!is_some_plank(posture)) /* activities tell of those who sit */
        return;
    stance_event event = p->event;
    event.label = postures[posture];
    event.end_us = end_us;
    st_event_list_add(look->events, &event);
}

static void posture_look(const void *shared, void *person_, const st_look *look)
{
    person *p = person_;
    (void)shared;
    finding f = find(p, look);
    int was = p->posture.now;
    if (st_lasting_see(&p->posture, f.posture, look, HOLD_S)) {
        end(p, was, look, p->posture.since.pts_us);
        p->event = st_lasting_event(&p->posture, look);
        p->advice = (st_lasting){.now = f.advice, .next = f.advice};
    }
    st_lasting_see(&p->advice, f.advice, look, HOLD_S);
    if (!is_some_plank(p->posture.now))
        p->plank_s = NAN;
    else if (!is_some_plank(was))
        p->plank_s = since_s(p);
    look->values[POSTURE] = (float)p->posture.now;
    if (p->posture.now != NONE)
        look->values[ADVICE] = (float)p->advice.now;
    if (!look->still && is_some_plank(p->posture.now))
        look->values[HELD_S] = (float)(look->t_s - p->plank_s);
    look->values[HIPS_OFF] = (float)f.off;
    look->values[SQUAT_DEPTH] = (float)f.depth;
    look->values[KNEE_LINE] = (float)f.knee_line;
    look->values[TRUNK_LEAN] = (float)f.lean;
}

static void posture_leave(const void *shared, void *person_, const st_look *look)
{
    const person *p = person_;
    (void)shared;
    end(p, p->posture.now, look, look->moment.pts_us);
}

const st_analysis st_posture = {
    .name = "posture",
    .bit = STANCE_ANALYSE_POSTURE,
    .measures = measures,
    .size = sizeof(person),
    .look = posture_look,
    .leave = posture_leave,
};
