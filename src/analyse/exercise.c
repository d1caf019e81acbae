/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The exercises that are known, and the numbers that they are made of.
 *
 * Heights serve better than angles where they can: how far the hips sink is seen from
 * every side, while a knee that bends towards the camera hardly changes its angle in the
 * picture. What keeps exercises apart is the position of the body (`fits`): hands that go
 * up are a jumping jack when the feet went apart, a curl when the elbows stayed down.
 */
#include "analyse/exercise.h"

#include <math.h>
#include <string.h>

#include "analyse/placing.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/status.h"

/* ---- numbers ---- */

/* Upwards from a to b, one side or both. */
static double rise(const st_look *look, int a, int b, int side)
{
    double sides[2];
    for (int i = 0; i < 2; i++)
        sides[i] = look->body->at[a >= ST_EAR ? a + i : a][1] -
                   look->body->at[b >= ST_EAR ? b + i : b][1];
    return side < 0 ? st_either(sides[0], sides[1]) : sides[side];
}

static double curl(const st_look *look)
{
    const st_body *b = look->body;
    double left = b->at[ST_ELBOW][1] - b->at[ST_WRIST][1];
    double right = b->at[ST_ELBOW + 1][1] - b->at[ST_WRIST + 1][1];
    return fmax(left, right) / look->arm;
}

/* 0 for a straight joint or a hanging arm. */
static double bend(const st_look *look, int a, int corner, int c, int side, bool raised)
{
    bool space =
        look->settings->angle_space != STANCE_ANGLE_PLANE && look->body->in_space;
    double sides[2];
    for (int i = 0; i < 2; i++) {
        double deg = st_body_corner_deg(look->body, a + i, corner + i, c + i, space);
        sides[i] = raised ? deg : 180 - deg;
    }
    return side < 0 ? st_either(sides[0], sides[1]) : sides[side];
}

double st_signal_of(const st_exercise *e, const st_look *look)
{
    switch (e->signal) {
    case ST_SIGNAL_KNEE:
        return bend(look, ST_HIP, ST_KNEE, ST_ANKLE, e->side, false);
    case ST_SIGNAL_HIP:
        return bend(look, ST_SHOULDER, ST_HIP, ST_KNEE, e->side, false);
    case ST_SIGNAL_SHOULDER:
        return bend(look, ST_HIP, ST_SHOULDER, ST_ELBOW, e->side, true);
    case ST_SIGNAL_ELBOW:
        return bend(look, ST_SHOULDER, ST_ELBOW, ST_WRIST, e->side, false);
    case ST_SIGNAL_HIP_HEIGHT:
        return rise(look, ST_ANKLE, ST_HIP, e->side) / look->leg;
    case ST_SIGNAL_HAND_HEIGHT:
        return rise(look, ST_SHOULDER, ST_WRIST, e->side) / look->arm;
    case ST_SIGNAL_CHEST_HEIGHT:
        return rise(look, ST_WRIST, ST_SHOULDER, e->side) / look->arm;
    case ST_SIGNAL_TRUNK_RISE:
        return rise(look, ST_HIPS, ST_NECK, -1) / look->leg;
    case ST_SIGNAL_CURL:
        return curl(look);
    case ST_SIGNALS:
        break;
    }
    return NAN;
}

bool st_exercise_sees(const st_exercise *e, const st_body *body)
{
    for (int i = 0; i < ST_EXERCISE_NEEDS && e->needs[i] >= 0; i++) {
        int spot = e->needs[i];
        bool seen = spot < ST_EAR ? st_body_has(body, spot)
                    : e->side >= 0
                        ? st_body_has(body, spot + e->side)
                        : st_body_has(body, spot) || st_body_has(body, spot + 1);
        if (!seen)
            return false;
    }
    return true;
}

/* ---- positions ---- */

static const double ELBOW_DEG = 35;                    /* of a push-up, at the turn */
static const double KNEE_DEG = 20, SHORT_THIGH = 0.75; /* of a squat, likewise */

static double trunk_rise(const st_look *look)
{
    return rise(look, ST_HIPS, ST_NECK, -1) / look->leg;
}

static double hip_height(const st_look *look)
{
    return rise(look, ST_ANKLE, ST_HIP, -1) / look->leg;
}

/* Standing, with a trunk as long as it should be: who leans on their hands and is seen
 * from their feet looks much like it, but for that. */
static bool stands(const st_look *look)
{
    return hip_height(look) > 0.8 && trunk_rise(look) > 0.47;
}

/* On the way down the trunk may lean far, from above most of all. */
static bool sinks(const st_look *look, st_phase phase)
{
    if (phase == ST_AT_REST)
        return stands(look);
    return hip_height(look) > 0.15 && trunk_rise(look) > 0.05;
}

/* Seen from a side it is the angle, from the front thighs look short. Who has only put
 * the feet apart has straight legs. */
static bool knees_bend(const st_look *look)
{
    double thigh = rise(look, ST_KNEE, ST_HIP, -1),
           shin = rise(look, ST_ANKLE, ST_KNEE, -1);
    return bend(look, ST_HIP, ST_KNEE, ST_ANKLE, -1, false) > KNEE_DEG ||
           thigh < SHORT_THIGH * shin;
}

static bool fits_squat(const st_look *look, st_phase phase)
{
    return sinks(look, phase) &&
           (phase != ST_AT_TURN || (knees_bend(look) && !(st_knee_gap(look) > ST_LUNGE)));
}

static bool fits_lunge(const st_look *look, st_phase phase)
{
    return sinks(look, phase) &&
           !(phase == ST_AT_TURN && !(st_knee_gap(look) > ST_LUNGE));
}

/* Hands on the floor, lower than the hips, nobody who stands, and elbows that bend. */
static bool fits_push_up(const st_look *look, st_phase phase)
{
    double bent = bend(look, ST_SHOULDER, ST_ELBOW, ST_WRIST, -1, false);
    if (phase == ST_AT_TURN && bent < ELBOW_DEG)
        return false;
    double chest = rise(look, ST_ANKLE, ST_SHOULDER, -1); /* feet may be hidden */
    return rise(look, ST_WRIST, ST_HIP, -1) > -0.05 * look->leg &&
           !(fabs(chest) > 1.45 * look->leg) && trunk_rise(look) < 0.47;
}

/* From the front the feet are seen to go apart. From a side they cannot be. */
static bool fits_jack(const st_look *look, st_phase phase)
{
    const st_body *b = look->body;
    if (hip_height(look) < 0.7 || trunk_rise(look) < 0.3)
        return false;
    if (phase != ST_AT_TURN ||
        st_body_length(b, ST_SHOULDER, ST_SHOULDER + 1) < 0.3 * look->leg)
        return true;
    return !(st_body_length(b, ST_ANKLE, ST_ANKLE + 1) < 0.3 * look->leg);
}

/* Hips on the floor: no higher than the feet, give or take. */
static bool fits_sit_up(const st_look *look, st_phase phase)
{
    (void)phase;
    return fabs(hip_height(look)) < 0.4;
}

/* Standing, and the arm that is curled has its elbow below the shoulder: not so a hand
 * that waves. */
static bool fits_curl(const st_look *look, st_phase phase)
{
    bool low = false;
    for (int side = 0; side < 2; side++)
        low |= rise(look, ST_ELBOW, ST_SHOULDER, side) > 0.28 * look->arm &&
               rise(look, ST_ELBOW, ST_WRIST, side) > 0;
    return hip_height(look) > 0.8 && trunk_rise(look) > 0.3 &&
           (phase != ST_AT_TURN || low);
}

/* ---- the table ---- */

static const st_exercise known[] = {
    {"squat",
     ST_SIGNAL_HIP_HEIGHT,
     -1,
     0.85,
     0.75,
     0.5,
     12,
     4,
     {ST_NECK, ST_HIP, ST_KNEE, ST_ANKLE, -1},
     ST_ANKLE,
     fits_squat},
    {"push-up",
     ST_SIGNAL_CHEST_HEIGHT,
     -1,
     0.78,
     0.62,
     0.4,
     10,
     4,
     {ST_SHOULDER, ST_ELBOW, ST_WRIST, ST_HIP, -1},
     ST_WRIST,
     fits_push_up},
    {"jumping-jack",
     ST_SIGNAL_HAND_HEIGHT,
     -1,
     -0.58,
     0.3,
     0.3,
     6,
     2,
     {ST_SHOULDER, ST_WRIST, ST_HIP, ST_ANKLE, -1},
     -1,
     fits_jack},
    {"sit-up",
     ST_SIGNAL_TRUNK_RISE,
     -1,
     0.22,
     0.38,
     0.6,
     12,
     4,
     {ST_NECK, ST_HIP, ST_KNEE, -1},
     ST_HIP,
     fits_sit_up},
    {"lunge",
     ST_SIGNAL_HIP_HEIGHT,
     -1,
     0.85,
     0.75,
     0.5,
     12,
     4,
     {ST_NECK, ST_HIP, ST_KNEE, ST_ANKLE, -1},
     -1,
     fits_lunge},
    {"curl",
     ST_SIGNAL_CURL,
     -1,
     -0.25,
     0.08,
     0.4,
     10,
     4,
     {ST_SHOULDER, ST_ELBOW, ST_WRIST, ST_HIP, ST_ANKLE, -1},
     -1,
     fits_curl},
};

enum { N_KNOWN = sizeof(known) / sizeof(*known), MOST_BYTES = 64 * 1024 };

static const st_exercise *find(const char *name, size_t n)
{
    for (size_t i = 0; i < N_KNOWN; i++)
        if (strlen(known[i].name) == n && strncmp(known[i].name, name, n) == 0)
            return &known[i];
    return NULL;
}

static int read_file(st_exercise *out, const char *path, stance_error *err)
{
    char *text = NULL;
    size_t size;
    int rc = st_file_read(path, MOST_BYTES, STANCE_EINVAL, &text, &size, err);
    if (rc == 0)
        rc = st_exercise_parse(out, text, path, err);
    st_free(text);
    return rc;
}

static int read_one(st_exercise *out, const char *name, size_t n, stance_error *err)
{
    const st_exercise *e = find(name, n);
    if (e) {
        *out = *e;
        return 0;
    }
    char *path = st_strndup(name, n);
    if (!path)
        return st_fail_memory(err);
    int rc =
        st_file_kind_of(path) == ST_FILE_ABSENT
            ? st_fail(err, STANCE_EINVAL,
                      "--exercise %s: expected squat, push-up, jumping-jack, sit-up, "
                      "lunge, curl or a file, found neither",
                      path)
            : read_file(out, path, err);
    st_free(path);
    return rc;
}

int st_exercises_read(st_exercise *out, const char *list, stance_error *err)
{
    int n = 0;
    if (!list || !*list) {
        memcpy(out, known, sizeof(known));
        return N_KNOWN;
    }
    for (const char *at = list; at; n++) {
        size_t length = strcspn(at, ",");
        if (n == ST_EXERCISES_MOST)
            return st_fail(err, STANCE_EINVAL, "--exercise: expected at most %d of them",
                           ST_EXERCISES_MOST);
        int rc = read_one(&out[n], at, length, err);
        if (rc < 0)
            return rc;
        for (int i = 0; i < n; i++)
            if (strcmp(out[i].name, out[n].name) == 0)
                return st_fail(err, STANCE_EINVAL, "--exercise: '%s' is there twice",
                               out[n].name);
        at = at[length] ? at + length + 1 : NULL;
    }
    return n;
}
