/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events of people who come, go, stay, and cross borders.
 *
 * Three things keep noise from becoming news. Somebody has to be there for a while
 * (min_life): what they did until then waits in their record, and is told, with the times
 * at which it happened, when they have lived so long, or never. Borders have a margin: a
 * zone or line is crossed by whoever gets clearly beyond it, so that nobody who stands on
 * it goes in and out. And who is not seen has not left before the tracker has given them
 * up; the time told is that of the first frame without them.
 *
 * Where people outside of all zones are dropped, to be there means to be in a zone.
 */
#include "analyse/watch.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "pose/id_table.h"
#include "pose/poses.h"

enum { PENDING = 16 /* events of somebody who has not lived long enough yet */ };

typedef struct border {
    int8_t side; /* zone: 1 in, -1 out; line: -1 left, 1 right; 0: not known */
    bool dwelt;  /* the stay in the zone was told */
    int64_t since_us, since_frame; /* zone: when they went in */
    double at[2];                  /* line: where they were last on that side */
} border;

typedef struct person {
    st_id_record head;
    int64_t first_us;   /* seen */
    int64_t present_us; /* there since; -1: not there (outside of all zones) */
    int64_t present_frame;
    bool confirmed; /* has lived long enough */
    bool dwelt;
    st_moment gone;    /* the first frame without them; pts -1: they are here */
    stance_event last; /* where they were, who else, ...: what every event begins with */
    size_t n_pending;
    stance_event pending[PENDING];
    border zones[ST_PLACES_MOST], lines[ST_PLACES_MOST];
} person;

struct st_watch {
    int64_t max_lost_us, min_life_us, dwell_us; /* dwell -1: not asked for */
    int outside, stand;
    int width, height; /* of the picture; -1: not known */
    double margin;
    st_places zones, lines;
    st_id_table people;
    st_event_list *told; /* what is noticed with this frame */
    bool begun; /* a frame was seen: who comes now was not there from the start */
};

int st_watch_check(const stance_watch_settings *settings, stance_error *err)
{
    st_places *scratch = st_alloc(sizeof(*scratch));
    if (!scratch)
        return st_fail_memory(err);
    int rc = st_places_read(scratch, "zone", 3, settings->zones, 0, 0, err);
    if (rc == 0)
        rc = st_places_read(scratch, "line", 2, settings->lines, 0, 0, err);
    st_free(scratch);
    return rc;
}

int st_watch_open(st_watch **out, const stance_watch_settings *settings, int width,
                  int height, int64_t max_lost_us, stance_error *err)
{
    *out = NULL;
    st_watch *w = st_alloc(sizeof(*w));
    if (!w)
        return st_fail_memory(err);
    w->max_lost_us = max_lost_us;
    w->min_life_us = (int64_t)(settings->min_life_s * 1e6);
    w->dwell_us = isnan(settings->dwell_s) ? -1 : (int64_t)(settings->dwell_s * 1e6);
    w->outside = settings->outside;
    w->stand = settings->stand;
    w->margin = settings->margin;
    st_id_table_init(&w->people, sizeof(person));
    int rc = st_watch_resize(w, settings, width, height, err);
    if (rc < 0)
        st_watch_close(&w);
    *out = w;
    return rc;
}

int st_watch_resize(st_watch *w, const stance_watch_settings *settings, int width,
                    int height, stance_error *err)
{
    w->width = width > 0 ? width : -1;
    w->height = height > 0 ? height : -1;
    int rc =
        st_places_read(&w->zones, "zone", 3, settings->zones, w->width, w->height, err);
    return rc < 0 ? rc
                  : st_places_read(&w->lines, "line", 2, settings->lines, w->width,
                                   w->height, err);
}

void st_watch_close(st_watch **watch)
{
    if (!*watch)
        return;
    st_id_table_clear(&(*watch)->people);
    st_free(*watch);
    *watch = NULL;
}

const st_places *st_watch_zones(const st_watch *watch)
{
    return &watch->zones;
}

const st_places *st_watch_lines(const st_watch *watch)
{
    return &watch->lines;
}

/* ---- telling ---- */

static void tell(st_watch *w, const stance_event *event)
{
    st_event_list_add(w->told, event);
}

/* Something that somebody did now; it waits while they have not lived long enough. */
static void note_since(st_watch *w, person *p, stance_event_kind kind, const char *place,
                       const char *label, int64_t stay_us, int64_t since_frame)
{
    stance_event event = p->last;
    event.kind = kind;
    event.place = place;
    event.label = label;
    event.stay_us = stay_us;
    if (kind == STANCE_EVENT_DWELL) { /* from when they came */
        event.start_us -= stay_us;
        event.clock_us -= event.clock_us >= 0 ? stay_us : 0;
        event.frame = since_frame;
    }
    if (p->confirmed)
        tell(w, &event);
    else if (p->n_pending < PENDING)
        p->pending[p->n_pending++] = event;
}

static void note(st_watch *w, person *p, stance_event_kind kind, const char *place,
                 const char *label, int64_t stay_us)
{
    note_since(w, p, kind, place, label, stay_us, -1);
}

static void confirm(st_watch *w, person *p)
{
    p->confirmed = true;
    for (size_t i = 0; i < p->n_pending; i++)
        tell(w, &p->pending[i]);
    p->n_pending = 0;
}

/* ---- where somebody is ---- */

static const stance_keypoint *point_of(const stance_poses *poses, const stance_pose *pose,
                                       const char *name)
{
    int k = stance_skeleton_point(poses->skeleton, name);
    return k >= 0 && stance_keypoint_given(&pose->keypoints[k]) &&
                   pose->keypoints[k].score >= 0.2F
               ? &pose->keypoints[k]
               : NULL;
}

/* Feet that are not seen are below the box, as far as anybody knows. */
static void find_place(const st_watch *w, const stance_poses *poses,
                       const stance_pose *pose, float at[2])
{
    const float *box = pose->box;
    at[0] = box[0] + box[2] / 2;
    at[1] = box[1] + (w->stand == STANCE_STAND_MIDDLE ? box[3] / 2 : box[3]);
    if (w->stand != STANCE_STAND_FEET)
        return;
    const stance_keypoint *left = point_of(poses, pose, "left_ankle");
    const stance_keypoint *right = point_of(poses, pose, "right_ankle");
    if (left && right) {
        at[0] = (left->x + right->x) / 2;
        at[1] = (left->y + right->y) / 2;
    }
}

/* How deep in a zone; a place beyond the picture's edge is taken to its inside. */
static double depth_of(const st_watch *w, size_t zone, const float at[2])
{
    double x = (double)at[0], y = (double)at[1];
    if (w->width > 0) {
        x = fmin(w->width - 0.5, fmax(0.5, x));
        y = fmin(w->height - 0.5, fmax(0.5, y));
    }
    return st_place_depth(&w->zones.at[zone], x, y);
}

static double margin_of(const st_watch *w, const stance_pose *pose)
{
    return isnan(w->margin) ? (double)pose->box[3] / 20 : w->margin;
}

static bool in_some_zone(const st_watch *w, const person *p)
{
    for (size_t i = 0; i < w->zones.n; i++)
        if (p->zones[i].side > 0)
            return true;
    return false;
}

/* ---- borders ---- */

static void leave_zone(st_watch *w, person *p, size_t zone)
{
    border *b = &p->zones[zone];
    b->side = -1;
    b->dwelt = false;
    note(w, p, STANCE_EVENT_ZONE, w->zones.at[zone].name, "out",
         p->last.start_us - b->since_us);
}

static void see_zone(st_watch *w, person *p, size_t zone, double margin)
{
    const st_place *place = &w->zones.at[zone];
    border *b = &p->zones[zone];
    double depth = depth_of(w, zone, p->last.at);
    int64_t now_us = p->last.start_us;
    if (b->side <= 0 && depth > (b->side == 0 ? 0 : margin)) {
        b->side = 1;
        b->since_us = now_us;
        b->since_frame = p->last.frame;
        note(w, p, STANCE_EVENT_ZONE, place->name, "in", -1);
    } else if (b->side > 0 && depth < -margin) {
        leave_zone(w, p, zone);
    } else if (b->side == 0) {
        b->side = -1;
    }
    if (b->side > 0 && w->dwell_us >= 0 && !b->dwelt &&
        now_us - b->since_us >= w->dwell_us) {
        b->dwelt = true;
        note_since(w, p, STANCE_EVENT_DWELL, place->name, NULL, now_us - b->since_us,
                   b->since_frame);
    }
}

static void see_line(st_watch *w, person *p, size_t line, double margin)
{
    const st_place *place = &w->lines.at[line];
    border *b = &p->lines[line];
    const double at[2] = {(double)p->last.at[0], (double)p->last.at[1]};
    double side = st_place_side(place, at[0], at[1]);
    if (!(fabs(side) > margin))
        return;
    int8_t now = side > 0 ? 1 : -1;
    if (b->side != 0 && now != b->side && st_place_crossed(place, b->at, at))
        note(w, p, STANCE_EVENT_LINE, place->name, now > 0 ? "right" : "left", -1);
    b->side = now;
    memcpy(b->at, at, sizeof(at));
}

/* ---- coming and going ---- */

static void come(st_watch *w, person *p)
{
    p->present_us = p->last.start_us;
    p->present_frame = p->last.frame;
    p->dwelt = false;
    note(w, p, STANCE_EVENT_ENTER, NULL, w->begun ? NULL : "at-start", -1);
}

static void go(st_watch *w, person *p)
{
    note(w, p, STANCE_EVENT_EXIT, NULL, NULL, p->last.start_us - p->present_us);
    p->present_us = -1;
}

static void see(st_watch *w, const stance_poses *poses, const stance_pose *pose,
                const st_moment *moment, person *p)
{
    double margin = margin_of(w, pose);
    bool by_zone = w->outside == STANCE_OUTSIDE_DROP && w->zones.n > 0;
    p->last = stance_event_at(STANCE_EVENT_ENTER, pose->id, moment->pts_us);
    p->last.clock_us = moment->clock_us;
    p->last.frame = moment->frame;
    p->last.people = (int)poses->n;
    p->last.order = pose->order;
    p->last.inference_us = pose->inference_us;
    find_place(w, poses, pose, p->last.at);
    p->gone.pts_us = -1;
    if (!p->confirmed && moment->pts_us - p->first_us >= w->min_life_us)
        confirm(w, p);
    if (!by_zone && p->present_us < 0)
        come(w, p);
    for (size_t i = 0; i < w->zones.n; i++)
        see_zone(w, p, i, margin);
    if (by_zone && in_some_zone(w, p) != (p->present_us >= 0)) {
        if (p->present_us < 0)
            come(w, p);
        else
            go(w, p);
    }
    for (size_t i = 0; i < w->lines.n; i++)
        see_line(w, p, i, margin);
    if (p->present_us >= 0 && w->dwell_us >= 0 && !p->dwelt &&
        moment->pts_us - p->present_us >= w->dwell_us) {
        p->dwelt = true;
        note_since(w, p, STANCE_EVENT_DWELL, NULL, NULL, moment->pts_us - p->present_us,
                   p->present_frame);
    }
}

/* They left with the first frame without them. */
static void lose(st_watch *w, person *p)
{
    p->last.start_us = p->last.end_us = p->gone.pts_us;
    p->last.frame = p->gone.frame;
    p->last.clock_us = p->gone.clock_us;
    for (size_t i = 0; i < w->zones.n; i++)
        if (p->zones[i].side > 0)
            leave_zone(w, p, i);
    if (p->present_us >= 0)
        go(w, p);
}

static void miss(st_watch *w, const st_moment *moment)
{
    for (size_t i = w->people.n; i-- > 0;) {
        person *p = st_id_table_at(&w->people, i);
        if (p->head.seen_us == moment->pts_us)
            continue;
        if (p->gone.pts_us < 0)
            p->gone = *moment;
        if (moment->pts_us - p->head.seen_us <= w->max_lost_us)
            continue;
        lose(w, p);
        st_id_table_drop(&w->people, i);
    }
}

/* Of a list: a place is that of one pose, whose points are the skeleton's. */
typedef struct inside_of {
    const st_watch *watch;
    const stance_poses *poses;
} inside_of;

/* Nobody in particular: where they are now is all there is. */
static bool is_inside(void *user, const stance_pose *pose)
{
    const inside_of *in = user;
    float at[2];
    find_place(in->watch, in->poses, pose, at);
    for (size_t i = 0; i < in->watch->zones.n; i++)
        if (depth_of(in->watch, i, at) > 0)
            return true;
    return false;
}

static bool is_present(void *user, const stance_pose *pose)
{
    const inside_of *in = user;
    const person *p =
        pose->id > 0 ? st_id_table_find(&in->watch->people, pose->id) : NULL;
    return p ? p->present_us >= 0 : is_inside(user, pose);
}

static bool drops(const st_watch *w)
{
    return w->zones.n > 0 && w->outside == STANCE_OUTSIDE_DROP;
}

void st_watch_still(const st_watch *w, stance_poses *poses)
{
    inside_of in = {w, poses};
    if (drops(w))
        st_poses_sift(poses, is_inside, &in);
}

/* Those outside of all zones are not counted: what was told of this frame is put right.
 */
static void count_again(st_watch *w, int64_t frame, int people)
{
    for (size_t i = 0; i < w->told->n; i++)
        if (w->told->at[i].frame == frame)
            w->told->at[i].people = people;
    for (size_t i = 0; i < w->people.n; i++) {
        person *p = st_id_table_at(&w->people, i);
        if (p->last.frame == frame)
            p->last.people = people;
        for (size_t k = 0; k < p->n_pending; k++)
            if (p->pending[k].frame == frame)
                p->pending[k].people = people;
    }
}

int st_watch_run(st_watch *w, stance_poses *poses, const st_moment *moment,
                 st_event_list *events)
{
    w->told = events;
    for (size_t i = 0; i < poses->n; i++) {
        const stance_pose *pose = &poses->people[i];
        bool fresh;
        if (pose->id <= 0)
            continue;
        person *p = st_id_table_get(&w->people, pose->id, moment->pts_us, &fresh);
        if (!p)
            return STANCE_ENOMEM;
        if (fresh) {
            p->first_us = moment->pts_us;
            p->present_us = -1;
        }
        see(w, poses, pose, moment, p);
    }
    miss(w, moment);
    inside_of in = {w, poses};
    if (drops(w)) {
        st_poses_sift(poses, is_present, &in);
        count_again(w, moment->frame, (int)poses->n);
    }
    w->begun = true;
    return events->failed ? STANCE_ENOMEM : 0;
}

int st_watch_end(st_watch *w, st_event_list *events)
{
    w->told = events;
    for (size_t i = 0; i < w->people.n; i++) {
        person *p = st_id_table_at(&w->people, i);
        if (p->gone.pts_us >= 0)
            lose(w, p);
    }
    return events->failed ? STANCE_ENOMEM : 0;
}
