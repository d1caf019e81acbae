/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Points to turns of joints: put back together, the bones point where the points do; what
 * cannot be told stays as it was.
 */
#include "test.h"

#include <math.h>
#include <string.h>

#include "pose/bvh_body.h"

typedef struct body {
    const char *names[32];
    double at[32][3];
    size_t n;
    const char *without; /* a point that is not known */
} body;

static bool point_of(void *user, const char *name, double out[3])
{
    const body *b = user;
    for (size_t i = 0; i < b->n; i++)
        if (strcmp(b->names[i], name) == 0 &&
            (!b->without || strcmp(b->without, name) != 0)) {
            memcpy(out, b->at[i], sizeof(b->at[i]));
            return true;
        }
    return false;
}

static void add(body *b, const char *name, double x, double y, double z)
{
    b->names[b->n] = name;
    memcpy(b->at[b->n++], (double[]){x, y, z}, sizeof(b->at[0]));
}

/* Standing in the rest pose, hips at 1 m, facing z. */
static body resting(void)
{
    body b = {0};
    add(&b, "left_hip", 0.1, 1, 0), add(&b, "right_hip", -0.1, 1, 0);
    add(&b, "left_knee", 0.1, 0.6, 0), add(&b, "right_knee", -0.1, 0.6, 0);
    add(&b, "left_ankle", 0.1, 0.2, 0), add(&b, "right_ankle", -0.1, 0.2, 0);
    add(&b, "left_big_toe", 0.1, 0.2, 0.2), add(&b, "right_big_toe", -0.1, 0.2, 0.2);
    add(&b, "left_shoulder", 0.2, 1.5, 0), add(&b, "right_shoulder", -0.2, 1.5, 0);
    add(&b, "left_elbow", 0.5, 1.5, 0), add(&b, "right_elbow", -0.5, 1.5, 0);
    add(&b, "left_wrist", 0.75, 1.5, 0), add(&b, "right_wrist", -0.75, 1.5, 0);
    add(&b, "left_ear", 0.08, 1.7, 0), add(&b, "right_ear", -0.08, 1.7, 0);
    return b;
}

static unsigned seed;

static double random_unit(void)
{
    seed = seed * 1664525U + 1013904223U;
    return (double)(seed >> 8) / (1 << 24) * 2 - 1;
}

static void put_together(const st_bvh_stand *stand, const st_bvh_places *places,
                         double out[ST_BVH_PLACES][3])
{
    double room[ST_BVH_JOINTS][3][3];
    for (int p = 0; p < ST_BVH_PLACES; p++) {
        const st_bvh_part *part = &st_bvh_parts[p];
        double own[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
        double length = st_bvh_length(places, p);
        if (p < ST_BVH_JOINTS)
            st_bvh_matrix(stand->turn_deg[p], own);
        for (int i = 0; i < 3; i++) {
            out[p][i] = part->parent < 0 ? stand->at[i] : out[part->parent][i];
            for (int k = 0; k < 3; k++) {
                if (part->parent >= 0 && !isnan(length))
                    out[p][i] += room[part->parent][i][k] * part->rest[k] * length;
                if (p >= ST_BVH_JOINTS)
                    continue;
                room[p][i][k] = part->parent < 0 ? own[i][k] : 0;
                for (int m = 0; m < 3 && part->parent >= 0; m++)
                    room[p][i][k] += room[part->parent][i][m] * own[m][k];
            }
        }
    }
}

static void compare(const body *b, const st_bvh_stand *stand, double tolerance)
{
    st_bvh_places places;
    double found[ST_BVH_PLACES][3];
    st_bvh_find_places(&places, point_of, (void *)(uintptr_t)b);
    put_together(stand, &places, found);
    for (int p = 0; p < ST_BVH_PLACES; p++)
        for (int i = 0; i < 3 && !isnan(places.at[p][0]); i++)
            if (fabs(found[p][i] - places.at[p][i]) > tolerance)
                fail_msg("place %d, axis %d: found %g, expected %g", p, i, found[p][i],
                         places.at[p][i]);
}

static st_bvh_stand stand_of(const body *b, const st_bvh_stand *before)
{
    st_bvh_stand stand = before ? *before : (st_bvh_stand){0};
    st_bvh_places places;
    st_bvh_find_places(&places, point_of, (void *)(uintptr_t)b);
    st_bvh_make_stand(&stand, &places);
    return stand;
}

static void rest_has_no_turns(void **state)
{
    (void)state;
    body b = resting();
    st_bvh_stand stand = stand_of(&b, NULL);
    assert_near(stand.at[1], 1, 1e-12);
    for (int j = 0; j < ST_BVH_JOINTS; j++)
        for (int i = 0; i < 3; i++)
            assert_near(stand.turn_deg[j][i], 0, 1e-9);
    compare(&b, &stand, 1e-12);
}

/* The elbow straight up: a quarter turn about z, then none at the hand. */
static void a_raised_arm(void **state)
{
    (void)state;
    body b = resting();
    memcpy(b.at[10], (double[]){0.2, 1.8, 0}, sizeof(b.at[0]));
    memcpy(b.at[12], (double[]){0.2, 2.05, 0}, sizeof(b.at[0]));
    st_bvh_stand stand = stand_of(&b, NULL);
    assert_near(stand.turn_deg[ST_BVH_LEFT_ARM][0], 90, 1e-9);
    assert_near(stand.turn_deg[ST_BVH_LEFT_FORE_ARM][0], 0, 1e-9);
    compare(&b, &stand, 1e-12);
}

/* Any pose: where hips and shoulders are square to what they hang on, places are met
 * exactly, and the chain always has the right directions. */
static void any_pose(void **state)
{
    (void)state;
    seed = 7;
    for (int round = 0; round < 2000; round++) {
        body b = resting();
        for (size_t i = 0; i < b.n; i++)
            for (int k = 0; k < 3; k++)
                b.at[i][k] += 0.4 * random_unit();
        st_bvh_stand stand = stand_of(&b, NULL);
        compare(&b, &stand, 1e-9);
    }
}

/* Half turns, where the least turn could be about any axis. */
static void half_turns(void **state)
{
    (void)state;
    body b = resting();
    memcpy(b.at[2], (double[]){0.1, 1.4, 0}, sizeof(b.at[0])); /* a knee above its hip */
    memcpy(b.at[4], (double[]){0.1, 1.0, 0}, sizeof(b.at[0]));
    st_bvh_stand stand = stand_of(&b, NULL);
    compare(&b, &stand, 1e-9);
}

static void what_is_not_known_stays(void **state)
{
    (void)state;
    static const char *const without[] = {"left_elbow", "left_hip", "right_shoulder",
                                          "left_ear"};
    body b = resting();
    memcpy(b.at[10], (double[]){0.2, 1.8, 0}, sizeof(b.at[0]));
    st_bvh_stand before = stand_of(&b, NULL);
    for (size_t i = 0; i < COUNT(without); i++) {
        b.without = without[i];
        st_bvh_stand after = stand_of(&b, &before);
        for (int j = 0; j < ST_BVH_JOINTS; j++)
            for (int k = 0; k < 3; k++)
                assert_true(isfinite(after.turn_deg[j][k]));
        if (i == 0)
            assert_near(after.turn_deg[ST_BVH_LEFT_ARM][0], 90, 1e-9);
    }
    b.n = 0;
    st_bvh_stand after = stand_of(&b, &before);
    assert_memory_equal(&after, &before, sizeof(after));
}

/* A turn of more than half stays more than half: no jump to its negative. */
static void angles_go_on(void **state)
{
    (void)state;
    st_bvh_stand stand = {0};
    for (int deg = 0; deg <= 720; deg += 10) {
        body b = resting();
        double c = cos(deg * M_PI / 180), s = sin(deg * M_PI / 180);
        for (size_t i = 0; i < b.n; i++) {
            double x = b.at[i][0], z = b.at[i][2];
            b.at[i][0] = c * x + s * z;
            b.at[i][2] = c * z - s * x;
        }
        stand = stand_of(&b, &stand);
        assert_near(stand.turn_deg[ST_BVH_HIPS][2], deg, 1e-6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rest_has_no_turns),
        cmocka_unit_test(a_raised_arm),
        cmocka_unit_test(any_pose),
        cmocka_unit_test(half_turns),
        cmocka_unit_test(what_is_not_known_stays),
        cmocka_unit_test(angles_go_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
