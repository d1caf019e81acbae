/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_MANNEQUIN_STAGE_H
#define ST_MANNEQUIN_STAGE_H

#include "mannequin/figure.h"
#include "pose/event_list.h"
#include "stance/mannequin.h"

/*
 * Who is in a scene and what they do.
 *
 * A scene puts actors on the stage, gives each an act, and says what will happen. An act
 * is a function of time alone, so that any frame is drawn without those before it.
 */

/** One repetition, in scene seconds. */
typedef struct move {
    double start_s, turn_s, end_s;
    double amount; /**< how far it goes, 1: usual */
    int side;
} move;

/** A closed way of two straight lines joined by half circles, or one line. */
typedef struct path {
    v3 middle;
    double yaw_deg;     /**< the straight part leads to where a body of this yaw faces */
    double half;        /**< of the straight part */
    double radius;      /**< of the half circles; 0: an open line */
    double start, pace; /**< metres from the path's start at second 0; metres a second */
} path;

/** Metres once round a closed way. */
double path_lap(const path *p);

typedef struct actor actor;
/** Set `p`, which is standing at ease, to what the actor does at second `t`. */
typedef void (*act_fn)(const actor *a, double t, posture *p);

struct actor {
    body body;
    look look;
    v3 at; /**< where its own space lies in the room */
    double yaw_deg;
    double phase; /**< 0 to 1, so that no two move alike */
    int side;     /**< the side it prefers */
    act_fn act;
    double from_s, until_s; /**< when the act's main part begins and ends */
    int form;               /**< which of an act's forms */
    move *moves;
    size_t n_moves;
    path path;
    bool weights, seat; /**< dumbbells in its hands; a stool behind it */
};

enum { STAGE_PEOPLE_MAX = 32 };

typedef struct stage {
    actor actors[STAGE_PEOPLE_MAX];
    size_t n_actors;
    double seconds; /**< of the scene: the clip's, times the speed */
    uint64_t seed;
    double view_yaw_deg;  /**< the yaw that faces the camera */
    double view_half;     /**< half of what the camera sees across the middle, metres */
    st_event_list events; /**< times in scene microseconds, in no order */
    bool failed;          /**< out of memory */
} stage;

typedef struct scene {
    const char *name, *help;
    int people; /**< where nobody says how many */
    void (*set)(stage *s);
} scene;

/** NULL when there is none. */
const scene *scene_find(const char *name);
const scene *scene_at(size_t n);

/** Add an event; in scene seconds. */
void stage_add_event(stage *s, stance_event_kind kind, size_t who, const char *label,
                     double start_s, double turn_s, double end_s);

/** The repetition that second `t` lies in; NULL: none. @param u how far it is, 0 to 1 */
const move *actor_move(const actor *a, double t, double *u);
/** 0 at rest, 1 at the turn. */
double actor_effort(const actor *a, double t);

/** 0 before from_s, 1 while the main part lasts, 0 after until_s. */
double actor_part(const actor *a, double t, double in_s, double out_s);

/* ---- acts ---- */

void act_stand(const actor *a, double t, posture *p);
void act_squat(const actor *a, double t, posture *p);
void act_jack(const actor *a, double t, posture *p);
void act_lunge(const actor *a, double t, posture *p);
void act_curl(const actor *a, double t, posture *p);
void act_wave(const actor *a, double t, posture *p);
void act_tree(const actor *a, double t, posture *p);
void act_sit(const actor *a, double t, posture *p);
void act_tie_shoes(const actor *a, double t, posture *p);
void act_push_up(const actor *a, double t, posture *p);
void act_sit_up(const actor *a, double t, posture *p); /**< form: see SIT_UP_* */
void act_plank(const actor *a, double t, posture *p);  /**< form: see PLANK_* */
void act_lie_down(const actor *a, double t, posture *p);
void act_fall(const actor *a, double t,
              posture *p); /**< form: 0 back, 1 front, 2, 3 side */
void act_walk(const actor *a, double t, posture *p); /**< own space = the room */

enum { PLANK_RIGHT, PLANK_HIGH, PLANK_LOW };
enum { SIT_UP_CROSSED, SIT_UP_BESIDE, SIT_UP_FORMS }; /**< where the hands are */

/** How long lying down takes. */
#define LIE_DOWN_S 6.0

#endif
