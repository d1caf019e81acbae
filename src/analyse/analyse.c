/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From followed people to what they do, fourth stage of the flow: each analysis that is
 * asked for looks at each person of each frame.
 *
 * Of each person one record is kept: what several analyses need (how long a leg looks),
 * then the room of each analysis. Whoever has no identity, or is in a picture by itself,
 * has a record for this one look: what needs no time is measured all the same.
 *
 * The length of a leg is what heights and speeds are told in, that of an arm what hands
 * do. It is the longest that was seen lately: a limb only ever looks shorter than it is.
 * It is forgotten slowly, as people come nearer or go away.
 */
#include "analyse/analyse.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "pose/id_table.h"

/* In this time a length follows most of the way to a longer, or a shorter, one. */
static const double GROW_S = 0.15, SOON_S = 2, FORGET_S = 12;
/* Of a straight limb: its inner angle, and one half of it by the other. */
static const double STRAIGHT_DEG = 155, LEAST_SHARE = 0.85;
static const double UPRIGHT_DEG = 25; /* a trunk that stands on straight legs */
static const double TRUNK_TO_LEG = 1.25, SHOULDERS_TO_LEG = 1.5; /* of adults */

static const st_analysis *const all[] = {
    &st_angles, &st_ratios, &st_reps, &st_posture, &st_fall, &st_gait, &st_activity,
};

enum { N_ALL = sizeof(all) / sizeof(*all), ALIGN = 16 };

typedef struct person {
    st_id_record head;
    st_moment last;
    double leg, arm, age_s;
} person;

struct st_analyses {
    const stance_analyse_settings *settings;
    const stance_skeleton *skeleton;
    int64_t max_lost_us;
    st_body_map map;
    struct part {
        const st_analysis *class;
        void *shared;
        size_t at;    /* of its room in a record */
        size_t first; /* of its measures */
    } parts[N_ALL];
    size_t n_parts;
    st_measures measures;
    st_id_table people;
    void *stranger; /* a record for one look */
    float *values;
    size_t n_values;
};

stance_measure *st_measures_add(st_measures *m, const char *name, const char *unit,
                                int decimals)
{
    static stance_measure none; /* where there is no memory: nobody looks at it */
    if (m->n == m->capacity) {
        size_t capacity = m->capacity ? 2 * m->capacity : 32;
        stance_measure *more = st_realloc_array(m->at, capacity, sizeof(*more));
        if (!more) {
            m->failed = true;
            return &none;
        }
        m->at = more;
        m->capacity = capacity;
    }
    m->at[m->n] = (stance_measure){
        .name = name, .unit = unit, .decimals = decimals, .at = {-1, -1, -1}};
    return &m->at[m->n++];
}

stance_event st_look_event(const st_look *look, stance_event_kind kind, const char *label)
{
    stance_event event = stance_event_at(kind, look->pose->id, look->moment.pts_us);
    event.label = label;
    event.clock_us = look->moment.clock_us;
    event.frame = look->moment.frame;
    event.people = look->people;
    event.order = look->pose->order;
    event.inference_us = look->pose->inference_us;
    event.at[0] = (float)look->body->at[ST_HIPS][0];
    event.at[1] = (float)look->body->at[ST_HIPS][1];
    return event;
}

/* ---- opening and closing ---- */

static int open_part(st_analyses *a, const st_analysis *class, size_t *size,
                     stance_error *err)
{
    struct part *part = &a->parts[a->n_parts];
    *part = (struct part){.class = class, .at = *size, .first = a->measures.n};
    int rc = class->open ? class->open(&part->shared, a->settings, err) : 0;
    if (rc < 0)
        return rc;
    a->n_parts++;
    *size += (class->size + ALIGN - 1) / ALIGN * ALIGN;
    if (class->plan)
        class->plan(part->shared, a->settings, &a->map, &a->measures);
    for (const stance_measure *m = class->measures; m && m->name; m++)
        st_measures_add(&a->measures, m->name, m->unit, m->decimals)->words = m->words;
    for (size_t i = part->first; i < a->measures.n; i++)
        a->measures.at[i].analysis = class->name;
    return a->measures.failed ? st_fail_memory(err) : 0;
}

int st_analyses_open(st_analyses **out, const stance_analyse_settings *settings,
                     const stance_skeleton *skeleton, int64_t max_lost_us,
                     stance_error *err)
{
    *out = NULL;
    if (settings->analyse == 0)
        return 0;
    st_analyses *a = st_alloc(sizeof(*a));
    if (!a)
        return st_fail_memory(err);
    size_t size = (sizeof(person) + ALIGN - 1) / ALIGN * ALIGN;
    int rc = 0;
    a->settings = settings;
    a->skeleton = skeleton;
    a->max_lost_us = max_lost_us;
    st_body_map_open(&a->map, skeleton);
    for (size_t i = 0; i < N_ALL && rc == 0; i++)
        if (settings->analyse & all[i]->bit)
            rc = open_part(a, all[i], &size, err);
    st_id_table_init(&a->people, size);
    a->stranger = st_alloc(size);
    if (rc == 0 && !a->stranger)
        rc = st_fail_memory(err);
    if (rc < 0)
        st_analyses_close(&a);
    *out = a;
    return rc;
}

void st_analyses_close(st_analyses **analyses)
{
    st_analyses *a = *analyses;
    if (!a)
        return;
    for (size_t i = 0; i < a->n_parts; i++)
        if (a->parts[i].class->close)
            a->parts[i].class->close(&a->parts[i].shared);
    st_id_table_clear(&a->people);
    st_free(a->measures.at);
    st_free(a->stranger);
    st_free(a->values);
    st_free(a);
    *analyses = NULL;
}

int st_analyses_check(const stance_analyse_settings *settings, stance_error *err)
{
    st_analyses *a;
    int rc = st_analyses_open(&a, settings, stance_skeleton_find("coco17"), 0, err);
    st_analyses_close(&a);
    return rc;
}

const stance_measure *st_analyses_measures(const st_analyses *a, size_t *n)
{
    *n = a->measures.n;
    return a->measures.at;
}

/* ---- a person ---- */

/* The longer of two limbs as they look now.
 * @param straight set to whether one of them is straight and not foreshortened: what it
 * measures is its length */
static double limb_now(const st_body *b, int first, bool *straight)
{
    double longest = NAN;
    *straight = false;
    for (int side = 0; side < 2; side++) {
        int upper = first + side, middle = upper + 2, lower = upper + 4;
        double near = st_body_length(b, upper, middle);
        double far = st_body_length(b, middle, lower);
        longest = fmax(longest, near + far);
        *straight |= near > LEAST_SHARE * far && far > LEAST_SHARE * near &&
                     st_body_corner_deg(b, upper, middle, lower, false) > STRAIGHT_DEG;
    }
    return longest;
}

/* Up at once, but for a part: one frame may be wrong. Down slowly, but soon where the
 * limb is straight (somebody walks away) or little is known of somebody, whose first
 * frames may have been wrong altogether. */
static void see_length(double *length, double now, bool straight, double step_s,
                       double age_s)
{
    double forget_s =
        straight ? fmin(SOON_S, 0.2 + age_s) : fmin(FORGET_S, 1 + 2 * age_s);
    if (!(*length > 0))
        *length = isfinite(now) ? now : 0;
    else if (isfinite(now))
        *length +=
            (now - *length) * (1 - exp(-step_s / (now > *length ? GROW_S : forget_s)));
}

/* A bent leg looks short: the trunk, too, says how long it is; where both point to the
 * camera, the shoulders do. */
static void see_lengths(person *p, const st_body *body, double step_s)
{
    double trunk = st_body_length(body, ST_NECK, ST_HIPS);
    double shoulders = st_body_length(body, ST_SHOULDER, ST_SHOULDER + 1);
    double other = fmax(TRUNK_TO_LEG * trunk, SHOULDERS_TO_LEG * shoulders);
    bool straight;
    p->age_s += step_s;
    double leg = limb_now(body, ST_HIP, &straight);
    double lean_deg = fabs(st_body_direction_deg(body, ST_HIPS, ST_NECK) - 90);
    straight &= lean_deg < UPRIGHT_DEG;
    see_length(&p->leg, fmax(leg, other), straight, step_s, p->age_s);
    /* A straight arm may well point to the camera. */
    double arm = limb_now(body, ST_SHOULDER, &straight);
    see_length(&p->arm, arm, false, step_s, p->age_s);
}

/* @param look of which pose, people, moment, still, values (all of the person's) and
 * events are there */
static void look_at(const st_analyses *a, person *p, st_look look, bool fresh)
{
    st_body body;
    float *values = look.values;
    st_body_see(&body, &a->map, a->skeleton, look.pose, a->settings->joint_score);
    look.settings = a->settings;
    look.body = &body;
    look.t_s = (double)look.moment.pts_us / 1e6;
    look.step_s = fresh ? 0 : (double)(look.moment.pts_us - p->last.pts_us) / 1e6;
    see_lengths(p, &body, look.step_s);
    look.leg = p->leg > 0 ? p->leg : (double)NAN;
    look.arm = p->arm > 0 ? p->arm : (double)NAN;
    for (size_t i = 0; i < a->n_parts; i++) {
        const struct part *part = &a->parts[i];
        look.values = values + part->first;
        part->class->look(part->shared, (char *)p + part->at, &look);
    }
    p->last = look.moment;
}

/* Of somebody who is not found: not yet, or for good. */
static void pass_over(const st_analyses *a, person *p, const st_moment *moment, bool left,
                      st_event_list *events)
{
    const st_look look = {.settings = a->settings,
                          .moment = *moment,
                          .t_s = (double)moment->pts_us / 1e6,
                          .events = events};
    size_t first = events->n;
    for (size_t i = 0; i < a->n_parts; i++) {
        const st_analysis *class = a->parts[i].class;
        void (*fn)(const void *, void *, const st_look *) =
            left ? class->leave : class->miss;
        if (fn)
            fn(a->parts[i].shared, (char *)p + a->parts[i].at, &look);
    }
    for (size_t i = first; i < events->n; i++)
        events->at[i].id = p->head.id;
}

/* ---- a frame ---- */

static int make_room(st_analyses *a, size_t n)
{
    if (n > a->n_values) {
        float *more = st_realloc_array(a->values, n, sizeof(*more));
        if (!more)
            return STANCE_ENOMEM;
        a->values = more;
        a->n_values = n;
    }
    for (size_t i = 0; i < n; i++)
        a->values[i] = NAN;
    return 0;
}

static void miss(st_analyses *a, const st_moment *now, st_event_list *events)
{
    for (size_t i = a->people.n; i-- > 0;) {
        person *p = st_id_table_at(&a->people, i);
        if (p->head.seen_us == now->pts_us)
            continue;
        pass_over(a, p, now, false, events);
        if (now->pts_us - p->head.seen_us <= a->max_lost_us)
            continue;
        pass_over(a, p, &p->last, true, events);
        st_id_table_drop(&a->people, i);
    }
}

int st_analyses_run(st_analyses *a, const stance_poses *poses, const st_moment *moment,
                    bool still, const float **values, st_event_list *events)
{
    *values = NULL;
    if (make_room(a, poses->n * a->measures.n) < 0)
        return STANCE_ENOMEM;
    for (size_t i = 0; i < poses->n; i++) {
        const stance_pose *pose = &poses->people[i];
        bool alone = still || pose->id <= 0, fresh = true;
        person *p = a->stranger;
        if (!alone)
            p = st_id_table_get(&a->people, pose->id, moment->pts_us, &fresh);
        else
            memset(p, 0, a->people.size);
        if (!p)
            return STANCE_ENOMEM;
        const st_look look = {.pose = pose,
                              .people = (int)poses->n,
                              .moment = *moment,
                              .still = alone,
                              .values = a->values + i * a->measures.n,
                              .events = events};
        look_at(a, p, look, fresh);
    }
    if (!still)
        miss(a, moment, events);
    *values = a->values;
    return events->failed ? STANCE_ENOMEM : 0;
}

int st_analyses_end(st_analyses *a, st_event_list *events)
{
    for (size_t i = 0; i < a->people.n; i++) {
        person *p = st_id_table_at(&a->people, i);
        pass_over(a, p, &p->last, true, events);
    }
    return events->failed ? STANCE_ENOMEM : 0;
}
