/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From points to turns of joints, for animation.
 *
 * Hips, trunk and shoulders each have two directions (to the side and up), which give a
 * turn in full. A limb has one, and the least turn that brings it there is taken: how it
 * is twisted about itself cannot be seen from points, and is not made up.
 *
 * So that each line is met exactly: hips turn by the line of the hips, the trunk by the
 * line from hips to shoulders, and the shoulders by their own line. That is why Spine and
 * Neck are joints at the place of another, as in the files of Carnegie Mellon's motion
 * capture database.
 */
#include "pose/bvh_body.h"

#include <math.h>
#include <string.h>

const st_bvh_part st_bvh_parts[ST_BVH_PLACES] = {
    [ST_BVH_HIPS] = {"Hips", -1, -1, {0}, NULL},
    [ST_BVH_LEFT_UP_LEG] = {"LeftUpLeg", ST_BVH_HIPS, -1, {1, 0, 0}, "left_hip"},
    [ST_BVH_LEFT_LEG] = {"LeftLeg", ST_BVH_LEFT_UP_LEG, -1, {0, -1, 0}, "left_knee"},
    [ST_BVH_LEFT_FOOT] =
        {"LeftFoot", ST_BVH_LEFT_LEG, ST_BVH_LEFT_TOES, {0, -1, 0}, "left_ankle"},
    [ST_BVH_RIGHT_UP_LEG] = {"RightUpLeg", ST_BVH_HIPS, -1, {-1, 0, 0}, "right_hip"},
    [ST_BVH_RIGHT_LEG] = {"RightLeg", ST_BVH_RIGHT_UP_LEG, -1, {0, -1, 0}, "right_knee"},
    [ST_BVH_RIGHT_FOOT] =
        {"RightFoot", ST_BVH_RIGHT_LEG, ST_BVH_RIGHT_TOES, {0, -1, 0}, "right_ankle"},
    [ST_BVH_SPINE] = {"Spine", ST_BVH_HIPS, -1, {0}, NULL},
    [ST_BVH_SPINE1] = {"Spine1", ST_BVH_SPINE, -1, {0, 1, 0}, NULL},
    [ST_BVH_NECK] = {"Neck", ST_BVH_SPINE1, -1, {0}, NULL},
    [ST_BVH_HEAD] = {"Head", ST_BVH_NECK, ST_BVH_HEAD, {0, 1, 0}, NULL},
    [ST_BVH_LEFT_ARM] = {"LeftArm", ST_BVH_SPINE1, -1, {1, 0, 0}, "left_shoulder"},
    [ST_BVH_LEFT_FORE_ARM] =
        {"LeftForeArm", ST_BVH_LEFT_ARM, -1, {1, 0, 0}, "left_elbow"},
    [ST_BVH_LEFT_HAND] =
        {"LeftHand", ST_BVH_LEFT_FORE_ARM, ST_BVH_LEFT_FINGERS, {1, 0, 0}, "left_wrist"},
    [ST_BVH_RIGHT_ARM] = {"RightArm", ST_BVH_SPINE1, -1, {-1, 0, 0}, "right_shoulder"},
    [ST_BVH_RIGHT_FORE_ARM] =
        {"RightForeArm", ST_BVH_RIGHT_ARM, -1, {-1, 0, 0}, "right_elbow"},
    [ST_BVH_RIGHT_HAND] = {"RightHand",
                           ST_BVH_RIGHT_FORE_ARM,
                           ST_BVH_RIGHT_FINGERS,
                           {-1, 0, 0},
                           "right_wrist"},
    [ST_BVH_LEFT_TOES] = {NULL, ST_BVH_LEFT_FOOT, -1, {0, 0, 1}, "left_big_toe"},
    [ST_BVH_RIGHT_TOES] = {NULL, ST_BVH_RIGHT_FOOT, -1, {0, 0, 1}, "right_big_toe"},
    [ST_BVH_LEFT_FINGERS] = {NULL, ST_BVH_LEFT_HAND, -1, {1, 0, 0}, "left_index"},
    [ST_BVH_RIGHT_FINGERS] = {NULL, ST_BVH_RIGHT_HAND, -1, {-1, 0, 0}, "right_index"},
};

/* ---- vectors and matrices, whose columns are the turned axes ---- */

static double dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void cross(const double a[3], const double b[3], double out[3])
{
    out[0] = a[1] * b[2] - a[2] * b[1];
    out[1] = a[2] * b[0] - a[0] * b[2];
    out[2] = a[0] * b[1] - a[1] * b[0];
}

/* False where the direction cannot be told. */
static bool normalise(double v[3])
{
    double length = sqrt(dot(v, v));
    if (!(length > 1e-9))
        return false;
    for (int i = 0; i < 3; i++)
        v[i] /= length;
    return true;
}

static bool direction(const double from[3], const double to[3], double out[3])
{
    for (int i = 0; i < 3; i++)
        out[i] = to[i] - from[i];
    return normalise(out);
}

/* The part of `v` that is square to the unit `axis`. */
static bool square_to(const double axis[3], double v[3])
{
    double along = dot(axis, v);
    for (int i = 0; i < 3; i++)
        v[i] -= along * axis[i];
    return normalise(v);
}

static void apply(const double m[3][3], const double v[3], double out[3])
{
    for (int i = 0; i < 3; i++)
        out[i] = dot(m[i], v);
}

static void product(const double a[3][3], const double b[3][3], double out[3][3])
{
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            out[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j];
}

static void from_axes(const double x[3], const double y[3], double out[3][3])
{
    double z[3];
    cross(x, y, z);
    for (int i = 0; i < 3; i++) {
        out[i][0] = x[i];
        out[i][1] = y[i];
        out[i][2] = z[i];
    }
}

/* The least turn from unit `a` to unit `b` (Rodrigues); half turns go about `spare`. */
static void least_turn(const double a[3], const double b[3], const double spare[3],
                       double out[3][3])
{
    double axis[3], c = dot(a, b);
    cross(a, b, axis);
    double s = sqrt(dot(axis, axis));
    if (!normalise(axis)) {
        memcpy(axis, spare, sizeof(axis));
        if (c < 0 && !square_to(a, axis))
            c = 1; /* cannot be: the spare axis is square to it */
        s = 0;
    }
    const double k[3][3] = {
        {0, -axis[2], axis[1]}, {axis[2], 0, -axis[0]}, {-axis[1], axis[0], 0}};
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            out[i][j] = (i == j ? c : 0) + s * k[i][j] + (1 - c) * axis[i] * axis[j];
}

void st_bvh_matrix(const double turn_deg[3], double m[3][3])
{
    double r[3], c[3], s[3];
    for (int i = 0; i < 3; i++) {
        r[i] = turn_deg[i] * (M_PI / 180);
        c[i] = cos(r[i]);
        s[i] = sin(r[i]);
    }
    const double z[3][3] = {{c[0], -s[0], 0}, {s[0], c[0], 0}, {0, 0, 1}};
    const double x[3][3] = {{1, 0, 0}, {0, c[1], -s[1]}, {0, s[1], c[1]}};
    const double y[3][3] = {{c[2], 0, s[2]}, {0, 1, 0}, {-s[2], 0, c[2]}};
    double zx[3][3];
    product(z, x, zx);
    product(zx, y, m);
}

/* The inverse; angles stay near those before, so that they can be interpolated. */
static void angles_of(const double m[3][3], double turn_deg[3])
{
    double found[3], sx = fmax(-1, fmin(1, m[2][1]));
    found[1] = asin(sx);
    if (fabs(sx) < 1 - 1e-12) {
        found[0] = atan2(-m[0][1], m[1][1]);
        found[2] = atan2(-m[2][0], m[2][2]);
    } else { /* z and y turn about the same line: all of it is z's */
        found[0] = atan2(m[1][0], m[0][0]);
        found[2] = 0;
    }
    for (int i = 0; i < 3; i++) {
        double deg = found[i] * (180 / M_PI);
        turn_deg[i] = deg + 360 * nearbyint((turn_deg[i] - deg) / 360);
    }
}

/* ---- places ---- */

typedef bool (*point_fn)(void *user, const char *name, double out[3]);

static bool middle(point_fn point, void *user, const char *a, const char *b,
                   double out[3])
{
    double p[3], q[3];
    if (!point(user, a, p) || !point(user, b, q))
        return false;
    for (int i = 0; i < 3; i++)
        out[i] = (p[i] + q[i]) / 2;
    return true;
}

void st_bvh_find_places(st_bvh_places *places, point_fn point, void *user)
{
    for (int p = 0; p < ST_BVH_PLACES; p++) {
        double *at = places->at[p];
        const char *name = st_bvh_parts[p].point;
        if (!name || !point(user, name, at))
            at[0] = at[1] = at[2] = NAN;
    }
    double *hips = places->at[ST_BVH_HIPS], *chest = places->at[ST_BVH_SPINE1],
           *head = places->at[ST_BVH_HEAD];
    if (!middle(point, user, "left_hip", "right_hip", hips) &&
        !point(user, "mid_hip", hips))
        point(user, "pelvis", hips);
    if (!middle(point, user, "left_shoulder", "right_shoulder", chest))
        point(user, "neck", chest);
    if (!middle(point, user, "left_ear", "right_ear", head) &&
        !point(user, "head_top", head))
        point(user, "nose", head);
    memcpy(places->at[ST_BVH_SPINE], hips, sizeof(places->at[0]));
    memcpy(places->at[ST_BVH_NECK], chest, sizeof(places->at[0]));
    /* Another name for the same place in other layouts. */
    if (isnan(places->at[ST_BVH_LEFT_TOES][0]))
        point(user, "left_foot_index", places->at[ST_BVH_LEFT_TOES]);
    if (isnan(places->at[ST_BVH_RIGHT_TOES][0]))
        point(user, "right_foot_index", places->at[ST_BVH_RIGHT_TOES]);
}

double st_bvh_length(const st_bvh_places *places, int place)
{
    int parent = st_bvh_parts[place].parent;
    double v[3];
    for (int i = 0; i < 3; i++)
        v[i] = parent < 0 ? 0 : places->at[place][i] - places->at[parent][i];
    return sqrt(dot(v, v));
}

/* ---- turns ---- */

/* The turn whose x axis is to the side and whose y axis is upward; one of them exactly,
 * the other as nearly as it can be. */
static bool turn_of_two(const double side_from[3], const double side_to[3],
                        const double up_from[3], const double up_to[3], bool side_exact,
                        double out[3][3])
{
    double side[3], up[3];
    if (!direction(side_from, side_to, side) || !direction(up_from, up_to, up) ||
        !(side_exact ? square_to(side, up) : square_to(up, side)))
        return false;
    from_axes(side, up, out);
    return true;
}

/* A joint's turn in the room; false: not to be told now. */
static bool turn_in_room(int joint, const st_bvh_places *places, const double above[3][3],
                         double out[3][3])
{
    const double(*at)[3] = places->at;
    const double *hips = at[ST_BVH_HIPS], *chest = at[ST_BVH_SPINE1];
    int child = st_bvh_parts[joint].end;
    if (joint == ST_BVH_HIPS)
        return turn_of_two(at[ST_BVH_RIGHT_UP_LEG], at[ST_BVH_LEFT_UP_LEG], hips, chest,
                           true, out);
    if (joint == ST_BVH_SPINE)
        return turn_of_two(at[ST_BVH_RIGHT_ARM], at[ST_BVH_LEFT_ARM], hips, chest, false,
                           out);
    if (joint == ST_BVH_SPINE1)
        return turn_of_two(at[ST_BVH_RIGHT_ARM], at[ST_BVH_LEFT_ARM], hips, chest, true,
                           out);
    for (int i = 0; i < ST_BVH_JOINTS && child < 0; i++)
        if (st_bvh_parts[i].parent == joint)
            child = i;
    double rest[3], is[3], turn[3][3],
        forward[3] = {above[0][2], above[1][2], above[2][2]};
    if (child < 0 || !direction(places->at[joint], places->at[child], is))
        return false;
    apply(above, st_bvh_parts[child].rest, rest);
    least_turn(rest, is, forward, turn);
    product(turn, above, out);
    return true;
}

void st_bvh_make_stand(st_bvh_stand *stand, const st_bvh_places *places)
{
    static const double straight[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    double room[ST_BVH_JOINTS][3][3];
    if (!isnan(places->at[ST_BVH_HIPS][0]))
        memcpy(stand->at, places->at[ST_BVH_HIPS], sizeof(stand->at));
    for (int j = 0; j < ST_BVH_JOINTS; j++) {
        int parent = st_bvh_parts[j].parent;
        const double(*above)[3] = parent < 0 ? straight : room[parent];
        double own[3][3];
        if (turn_in_room(j, places, above, room[j])) {
            for (int i = 0; i < 3; i++) /* above, transposed, times the joint's */
                for (int k = 0; k < 3; k++)
                    own[i][k] = above[0][i] * room[j][0][k] +
                                above[1][i] * room[j][1][k] + above[2][i] * room[j][2][k];
            angles_of(own, stand->turn_deg[j]);
        } else {
            st_bvh_matrix(stand->turn_deg[j], own);
            product(above, own, room[j]);
        }
    }
}
