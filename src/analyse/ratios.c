/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lengths of the body (docs/analysis.md): medians and spreads so far, as shares of the
 * height, or in metres where a scale is known.
 *
 * The height itself is seldom seen: the top of the head has no keypoint, and feet are off
 * the picture. From the middle of the shoulders over hip and knee to the ankle it is
 * 0.779 of the height in adults, however they stand.
 *
 * A limb that points to the camera looks short, in every frame in which it does: the
 * median of lengths in a picture is a lower bound, and from the front or a side close to
 * the truth. In metres in space, where the network gives them, there is no such error.
 * The median comes from a histogram of fixed size, whose buckets grow by 2 %.
 *
 * Source: Drillis and Contini, "Body Segment Parameters" (1966), for the height.
 */
#include <math.h>
#include <string.h>

#include "analyse/analyse.h"
#include "analyse/known_distance.h"
#include "base/memory.h"
#include "base/status.h"

static const double SHOULDER_TO_ANKLE = 0.779; /* of the height */
static const double GROWTH = 1.02, SMALLEST = 0.01;

enum { BUCKETS = 420 /* from 0.01 to 40, of the height or in metres */ };

static const struct length {
    const char *name, *spread;
    int from, to;
} lengths[] = {
    {"left_upper_arm", "left_upper_arm_spread", ST_SHOULDER, ST_ELBOW},
    {"right_upper_arm", "right_upper_arm_spread", ST_SHOULDER + 1, ST_ELBOW + 1},
    {"left_forearm", "left_forearm_spread", ST_ELBOW, ST_WRIST},
    {"right_forearm", "right_forearm_spread", ST_ELBOW + 1, ST_WRIST + 1},
    {"left_thigh", "left_thigh_spread", ST_HIP, ST_KNEE},
    {"right_thigh", "right_thigh_spread", ST_HIP + 1, ST_KNEE + 1},
    {"left_shin", "left_shin_spread", ST_KNEE, ST_ANKLE},
    {"right_shin", "right_shin_spread", ST_KNEE + 1, ST_ANKLE + 1},
    {"trunk", "trunk_spread", ST_HIPS, ST_NECK},
    {"shoulders", "shoulders_spread", ST_SHOULDER, ST_SHOULDER + 1},
    {"hips", "hips_spread", ST_HIP, ST_HIP + 1},
};

enum { LENGTHS = sizeof(lengths) / sizeof(*lengths), HEIGHT = LENGTHS, ALL };

typedef struct shared {
    double pixels_per_m; /* of --known-distance; NAN: not known */
    bool metres;
} shared;

typedef struct person {
    uint32_t counts[ALL][BUCKETS];
    uint32_t n[ALL];
} person;

/* ---- medians ---- */

static void add(person *p, int i, double value)
{
    if (!(value > SMALLEST))
        return;
    int bucket = (int)(log(value / SMALLEST) / log(GROWTH));
    if (bucket >= BUCKETS)
        return;
    p->counts[i][bucket]++;
    p->n[i]++;
}

static double quantile(const person *p, int i, double share)
{
    double rank = share * p->n[i], seen = 0;
    for (int k = 0; k < BUCKETS; k++) {
        double next = seen + p->counts[i][k];
        if (p->counts[i][k] > 0 && next >= rank) {
            double part = (rank - seen) / p->counts[i][k];
            return SMALLEST * pow(GROWTH, k + fmin(1, fmax(0, part)));
        }
        seen = next;
    }
    return NAN;
}

/* ---- lengths ---- */

static double length_of(const st_body *b, int from, int to, bool space)
{
    if (!space)
        return st_body_length(b, from, to);
    double sum = 0;
    for (int i = 0; i < 3; i++)
        sum += pow(b->world[from][i] - b->world[to][i], 2);
    return sqrt(sum);
}

/* By the longer leg: the other one may point to the camera. */
static double height_of(const st_body *b, bool space)
{
    double leg = NAN;
    for (int side = 0; side < 2; side++)
        leg = fmax(leg, length_of(b, ST_HIP + side, ST_KNEE + side, space) +
                            length_of(b, ST_KNEE + side, ST_ANKLE + side, space));
    return (leg + length_of(b, ST_HIPS, ST_NECK, space)) / SHOULDER_TO_ANKLE;
}

static void ratios_look(const void *shared_, void *person_, const st_look *look)
{
    const shared *s = shared_;
    person *p = person_;
    const st_body *b = look->body;
    bool space =
        look->settings->angle_space != STANCE_ANGLE_PLANE && look->body->in_space;
    double height = height_of(b, space);
    /* What a length is divided by, and told in. */
    double unit = height;
    if (s->metres && isfinite(look->settings->height_m))
        unit = height / look->settings->height_m;
    else if (s->metres)
        unit = s->pixels_per_m;
    for (int i = 0; i < LENGTHS; i++)
        add(p, i, length_of(b, lengths[i].from, lengths[i].to, space) / unit);
    if (s->metres)
        add(p, HEIGHT, height / unit);
    for (int i = 0; i < ALL; i++) {
        if (p->n[i] == 0 || (i == HEIGHT && !s->metres))
            continue;
        look->values[2 * i] = (float)quantile(p, i, 0.5);
        look->values[2 * i + 1] = (float)(quantile(p, i, 0.75) - quantile(p, i, 0.25));
    }
}

static int ratios_open(void **out, const stance_analyse_settings *settings,
                       stance_error *err)
{
    double pixels_per_m = NAN;
    int rc = settings->scale ? st_known_distance(settings->scale, &pixels_per_m, err) : 0;
    if (rc == 0 && settings->scale && isfinite(settings->height_m))
        rc = st_fail(err, STANCE_EINVAL,
                     "--height-m and --known-distance: expected one of them, found both");
    if (rc < 0)
        return rc;
    shared *s = *out = st_alloc(sizeof(*s));
    if (!s)
        return st_fail_memory(err);
    s->pixels_per_m = pixels_per_m;
    s->metres = settings->scale || isfinite(settings->height_m);
    return 0;
}

static void ratios_close(void **out)
{
    st_free(*out);
    *out = NULL;
}

static void ratios_plan(void *shared_, const stance_analyse_settings *settings,
                        const st_body_map *map, st_measures *m)
{
    const shared *s = shared_;
    const char *unit = s->metres ? "m" : "";
    (void)settings;
    (void)map;
    for (int i = 0; i < LENGTHS; i++) {
        st_measures_add(m, lengths[i].name, unit, 3);
        st_measures_add(m, lengths[i].spread, unit, 3);
    }
    if (s->metres) {
        st_measures_add(m, "height", unit, 3);
        st_measures_add(m, "height_spread", unit, 3);
    }
}

const st_analysis st_ratios = {
    .name = "ratios",
    .bit = STANCE_ANALYSE_RATIOS,
    .open = ratios_open,
    .close = ratios_close,
    .plan = ratios_plan,
    .size = sizeof(person),
    .look = ratios_look,
};
