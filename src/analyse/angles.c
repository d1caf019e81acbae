/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Angles of joints and segments, and how fast those of joints change (docs/analysis.md).
 *
 * Joints bend by 0 degrees when the body stands straight with hanging arms; flexion is
 * positive, and so is raising an arm. In the picture only a side view tells flexion from
 * extension: there the angle has a sign, by which side of the body the camera sees; from
 * the front, and in space, it is how far the joint is from straight. Segments lie at so
 * many degrees anticlockwise from the horizontal, as if the person walked to the right.
 *
 * Which side is seen follows from where the face is before the trunk, which is true of
 * people who lie as well. It is smoothed, and has two thresholds.
 *
 * Source: the conventions are those that Sports2D documents (Pagnon, "Sports2D", JOSS
 * 2024); where the skeleton has no top of the head, that is between the ears.
 */
#include <math.h>

#include "analyse/analyse.h"
#include "base/low_pass.h"
#include "base/memory.h"
#include "base/status.h"

static const double SPEED_SPAN_S = 0.25; /* of the values whose slope is the speed */
static const double VIEW_S = 0.3;        /* smoothing of the side that is seen */
static const double SIDE_ABOVE = 0.12, FRONT_BELOW = 0.06; /* face before the trunk */

enum { ANKLE, KNEE, HIP, SHOULDER, ELBOW, JOINTS };
enum { FOOT, SHANK, THIGH, ARM, FOREARM, PELVIS, TRUNK, SHOULDERS, HEAD, SEGMENTS };
enum { FRONTAL, RIGHT_SIDE, LEFT_SIDE };

static const char *const views[] = {"frontal", "right-side", "left-side", NULL};

/* An angle between two segments, each from a spot to the next one along the body; spots
 * with two sides are the left ones. Sign: of flexion, where the right side is seen. */
static const struct joint {
    const char *name[2], *speed[2];
    int upper[2], lower[2];
    int sign;
} joints[JOINTS] = {
    [ANKLE] = {{"left_ankle", "right_ankle"},
               {"left_ankle_speed", "right_ankle_speed"},
               {ST_ANKLE, ST_KNEE},
               {ST_HEEL, ST_TOE},
               0},
    [KNEE] = {{"left_knee", "right_knee"},
              {"left_knee_speed", "right_knee_speed"},
              {ST_HIP, ST_KNEE},
              {ST_KNEE, ST_ANKLE},
              1},
    [HIP] = {{"left_hip", "right_hip"},
             {"left_hip_speed", "right_hip_speed"},
             {ST_NECK, ST_HIPS},
             {ST_HIP, ST_KNEE},
             -1},
    [SHOULDER] = {{"left_shoulder", "right_shoulder"},
                  {"left_shoulder_speed", "right_shoulder_speed"},
                  {ST_NECK, ST_HIPS},
                  {ST_SHOULDER, ST_ELBOW},
                  -1},
    [ELBOW] = {{"left_elbow", "right_elbow"},
               {"left_elbow_speed", "right_elbow_speed"},
               {ST_SHOULDER, ST_ELBOW},
               {ST_ELBOW, ST_WRIST},
               -1},
};

static const struct segment {
    const char *name[2];
    int from, to;
} segments[SEGMENTS] = {
    [FOOT] = {{"left_foot", "right_foot"}, ST_HEEL, ST_TOE},
    [SHANK] = {{"left_shank", "right_shank"}, ST_ANKLE, ST_KNEE},
    [THIGH] = {{"left_thigh", "right_thigh"}, ST_KNEE, ST_HIP},
    [ARM] = {{"left_arm", "right_arm"}, ST_ELBOW, ST_SHOULDER},
    [FOREARM] = {{"left_forearm", "right_forearm"}, ST_WRIST, ST_ELBOW},
    [PELVIS] = {{"pelvis"}, ST_HIP, ST_HIP + 1},
    [TRUNK] = {{"trunk"}, ST_HIPS, ST_NECK},
    [SHOULDERS] = {{"shoulders"}, ST_SHOULDER, ST_SHOULDER + 1},
    [HEAD] = {{"head"}, ST_NECK, ST_HEAD},
};

/* Where each measure stands among the values; -1: the skeleton lacks a spot. */
typedef struct shared {
    int first, view, joint[JOINTS][2], segment[SEGMENTS][2];
} shared;

typedef struct person {
    double facing; /* smoothed; above 0: their right side is seen */
    int view;
    st_slope slopes[JOINTS][2];
} person;

static int sided(int spot, int side)
{
    return spot >= ST_EAR ? spot + side : spot;
}

/* ---- what there is ---- */

static bool known(const st_body_map *map, int spot, int side)
{
    if (spot == ST_NECK)
        return map->point[ST_SHOULDER] >= 0 || map->point[ST_NECK] >= 0;
    if (spot == ST_HIPS)
        return map->point[ST_HIP] >= 0 || map->point[ST_HIPS] >= 0;
    if (spot == ST_HEAD)
        return map->point[ST_EAR] >= 0 || map->point[ST_HEAD] >= 0;
    return map->point[sided(spot, side)] >= 0;
}

/* Joints with a corner can have an arc: from the end of one segment to that of the other.
 */
static void add_joint(shared *s, const st_body_map *map, int i, int side, st_measures *m)
{
    const struct joint *j = &joints[i];
    s->joint[i][side] = -1;
    if (!known(map, j->upper[0], side) || !known(map, j->upper[1], side) ||
        !known(map, j->lower[0], side) || !known(map, j->lower[1], side))
        return;
    s->joint[i][side] = (int)(m->n - (size_t)s->first);
    stance_measure *measure = st_measures_add(m, j->name[side], "deg", 1);
    static const int arcs[JOINTS][3] = {
        [ANKLE] = {ST_KNEE, ST_ANKLE, ST_TOE},
        [KNEE] = {ST_HIP, ST_KNEE, ST_ANKLE},
        [HIP] = {ST_SHOULDER, ST_HIP, ST_KNEE},
        [SHOULDER] = {ST_HIP, ST_SHOULDER, ST_ELBOW},
        [ELBOW] = {ST_SHOULDER, ST_ELBOW, ST_WRIST},
    };
    for (int k = 0; k < 3; k++)
        measure->at[k] = map->point[arcs[i][k] + side];
    measure->stretched = i != SHOULDER && i != ANKLE;
    st_measures_add(m, j->speed[side], "deg/s", 0);
}

static void add_segment(shared *s, const st_body_map *map, int i, int side,
                        st_measures *m)
{
    const struct segment *g = &segments[i];
    bool there = g->name[side] && known(map, g->from, side) && known(map, g->to, side);
    s->segment[i][side] = there ? (int)(m->n - (size_t)s->first) : -1;
    if (there)
        st_measures_add(m, g->name[side], "deg", 1);
}

static int angles_open(void **out, const stance_analyse_settings *settings,
                       stance_error *err)
{
    (void)settings;
    *out = st_alloc(sizeof(shared));
    return *out ? 0 : st_fail_memory(err);
}

static void angles_close(void **out)
{
    st_free(*out);
    *out = NULL;
}

static void angles_plan(void *shared_, const stance_analyse_settings *settings,
                        const st_body_map *map, st_measures *m)
{
    shared *s = shared_;
    (void)settings;
    s->first = (int)m->n;
    for (int i = 0; i < JOINTS; i++)
        for (int side = 0; side < 2; side++)
            add_joint(s, map, i, side, m);
    for (int i = 0; i < SEGMENTS; i++)
        for (int side = 0; side < 2; side++)
            add_segment(s, map, i, side, m);
    s->view = (int)m->n - s->first;
    st_measures_add(m, "view", "", 0)->words = views;
}

/* ---- which side is seen ---- */

static double cross(const double a[2], const double b[2])
{
    return a[0] * b[1] - a[1] * b[0];
}

/* How far the face is before the trunk, in lengths of the trunk: 0 from the front, some
 * 0.2 from a side; above 0 where their right side is seen. */
static double facing_of(const st_body *b)
{
    double ear = st_either(b->at[ST_EAR][0], b->at[ST_EAR + 1][0]);
    double ear_y = st_either(b->at[ST_EAR][1], b->at[ST_EAR + 1][1]);
    const double face[2] = {b->at[ST_NOSE][0] - ear, b->at[ST_NOSE][1] - ear_y};
    const double trunk[2] = {b->at[ST_NECK][0] - b->at[ST_HIPS][0],
                             b->at[ST_NECK][1] - b->at[ST_HIPS][1]};
    double length2 = trunk[0] * trunk[0] + trunk[1] * trunk[1];
    return cross(trunk, face) / length2;
}

static int see_view(person *p, const st_look *look)
{
    double now = facing_of(look->body);
    if (isfinite(now)) {
        double part = look->step_s > 0 ? 1 - exp(-look->step_s / VIEW_S) : 1;
        p->facing += (now - p->facing) * part;
    }
    if (fabs(p->facing) > SIDE_ABOVE)
        p->view = p->facing > 0 ? RIGHT_SIDE : LEFT_SIDE;
    else if (fabs(p->facing) < FRONT_BELOW || look->still)
        p->view = FRONTAL;
    return p->view;
}

/* ---- angles ---- */

static bool segment_of(const st_body *b, const int spots[2], int side, bool space,
                       double out[3])
{
    int from = sided(spots[0], side), to = sided(spots[1], side);
    double sum = 0;
    out[2] = 0;
    for (int i = 0; i < (space ? 3 : 2); i++) {
        out[i] =
            space ? b->world[to][i] - b->world[from][i] : b->at[to][i] - b->at[from][i];
        sum += out[i] * out[i];
    }
    return sum > 0; /* not NAN */
}

static double joint_deg(const st_body *b, const struct joint *j, int side, int view,
                        bool space)
{
    double u[3], v[3];
    if (!segment_of(b, j->upper, side, space, u) ||
        !segment_of(b, j->lower, side, space, v))
        return NAN;
    double dot = u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
    double lengths = sqrt((u[0] * u[0] + u[1] * u[1] + u[2] * u[2]) *
                          (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]));
    double deg = acos(fmin(1, fmax(-1, dot / lengths))) * ST_DEG;
    if (j->sign == 0) /* the foot, seen from the shank: 90 is where it stands */
        return 90 - deg;
    if (space || view == FRONTAL)
        return deg;
    int sign = view == RIGHT_SIDE ? j->sign : -j->sign;
    bool back = sign * cross(u, v) < 0;
    /* Nothing bends back that far: it is over the top. */
    return !back ? deg : deg > 90 ? 360 - deg : -deg;
}

static void measure_joints(const shared *s, person *p, const st_look *look, bool space)
{
    for (int i = 0; i < JOINTS; i++)
        for (int side = 0; side < 2; side++) {
            int at = s->joint[i][side];
            if (at < 0)
                continue;
            double deg = joint_deg(look->body, &joints[i], side, p->view, space);
            look->values[at] = (float)deg;
            if (!look->still)
                look->values[at + 1] = (float)st_slope_add(&p->slopes[i][side], look->t_s,
                                                           deg, SPEED_SPAN_S);
        }
}

/* Seen from their left side, everything is as in a mirror. */
static void measure_segments(const shared *s, const person *p, const st_look *look)
{
    for (int i = 0; i < SEGMENTS; i++)
        for (int side = 0; side < 2; side++) {
            if (s->segment[i][side] < 0)
                continue;
            const struct segment *g = &segments[i];
            bool middle = !g->name[1]; /* of the body: it has no side */
            double deg =
                st_body_direction_deg(look->body, middle ? g->from : sided(g->from, side),
                                      middle ? g->to : sided(g->to, side));
            if (p->view == LEFT_SIDE)
                deg = deg > 0 ? 180 - deg : -180 - deg;
            look->values[s->segment[i][side]] = (float)deg;
        }
}

static void angles_look(const void *shared_, void *person_, const st_look *look)
{
    const shared *s = shared_;
    person *p = person_;
    int was = p->view;
    int where = look->settings->angle_space;
    bool space = where == STANCE_ANGLE_SPACE ||
                 (where == STANCE_ANGLE_AUTO && look->body->in_space);
    look->values[s->view] = (float)see_view(p, look);
    if (p->view != was) /* signs may have changed: that was no movement */
        for (int i = 0; i < JOINTS; i++)
            p->slopes[i][0].n = p->slopes[i][1].n = 0;
    measure_joints(s, p, look, space);
    measure_segments(s, p, look);
}

const st_analysis st_angles = {
    .name = "angles",
    .bit = STANCE_ANALYSE_ANGLES,
    .open = angles_open,
    .close = angles_close,
    .plan = angles_plan,
    .size = sizeof(person),
    .look = angles_look,
};
