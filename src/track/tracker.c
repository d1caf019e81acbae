/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is who: SORT with ByteTrack's two stages.
 *
 * Everybody followed has a filter that says where they should be now. The sure poses of a
 * frame find their people first, the unsure ones those who are then still missing. What
 * is left of the poses are new people; who is left of the people is lost, and kept for
 * max_lost_s seconds of the stream. Time is the tracker's own clock, which goes on by
 * what the stream's times do, and stands still where they go back.
 *
 * Poses of a low score begin without an id: they are somebody once they are found again.
 *
 * Source: A. Bewley et al., "Simple online and realtime tracking" (2016); Y. Zhang et
 * al., "ByteTrack: multi-object tracking by associating every detection box" (2022).
 */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "pose/box.h"
#include "track/track.h"

/* How alike somebody and a pose have to be. 0.3 is SORT's own. */
static const double match_byte = 0.25, match_sort = 0.3;
enum { MOST_LOST_S = 86400, MOST_MISSED_UNSURE = 1, MOST_MISSED_NEW = 2 };
static const uint64_t long_us = 1000000000000; /* longer is no longer: nobody is kept */

/* For so long, and twice as long as they are known, are new people kept. */
static const double least_kept_s = 0.2;
/* Somebody new does not stand just where somebody known does: overlap of boxes. */
static const double most_common = 0.7;
/* Who is unseen for longer is looked for where they were thought to be then. */
static const double most_guess_s = 1.8;

/* ---- opening ---- */

static int check_part(const char *name, double value, bool given, stance_error *err)
{
    if ((value >= 0 && value <= 1) || (!given && isnan(value)))
        return 0;
    return st_fail(err, STANCE_EINVAL, "%s: expected 0 to 1, found %g", name, value);
}

static int check(const stance_track_settings *s, stance_error *err)
{
    int rc = check_part("track-high", s->high, false, err);
    rc = rc < 0 ? rc : check_part("track-low", s->low, true, err);
    rc = rc < 0 ? rc : check_part("track-new", s->start, false, err);
    rc = rc < 0 ? rc : check_part("track-match", s->match, false, err);
    rc = rc < 0 ? rc : check_part("track-pose", s->pose, true, err);
    if (rc == 0 && !(s->max_lost_s >= 0 && s->max_lost_s <= MOST_LOST_S))
        rc = st_fail(err, STANCE_EINVAL,
                     "max-lost: expected seconds from 0 to %d, found %g", MOST_LOST_S,
                     s->max_lost_s);
    if (rc == 0 && (s->tracker < STANCE_TRACKER_BYTE || s->tracker > STANCE_TRACKER_OFF))
        rc =
            st_fail(err, STANCE_EINVAL, "tracker: expected 0 to 2, found %d", s->tracker);
    return rc;
}

int stance_tracker_open(stance_tracker **tracker, const stance_track_settings *settings,
                        stance_error *err)
{
    *tracker = NULL;
    int rc = check(settings, err);
    if (rc < 0)
        return rc;
    stance_tracker *t = st_alloc(sizeof(*t));
    if (!t)
        return st_fail_memory(err);
    t->settings = *settings;
    t->match = settings->match;
    if (isnan(t->match))
        t->match = settings->tracker == STANCE_TRACKER_SORT ? match_sort : match_byte;
    *tracker = t;
    return 0;
}

void stance_tracker_close(stance_tracker **tracker)
{
    stance_tracker *t = *tracker;
    if (!t)
        return;
    st_free(t->people);
    st_free(t->list);
    st_free(t->points);
    st_free(t->seen);
    st_free(t->rows);
    st_free(t->columns);
    st_assignment_clear(&t->assignment);
    st_free(t);
    *tracker = NULL;
}

/* ---- room ---- */

static int make_room(void **block, size_t n, size_t size)
{
    void *larger = st_realloc_array(*block, n, size);
    if (larger)
        *block = larger;
    return larger ? 0 : STANCE_ENOMEM;
}

static int room_for_people(stance_tracker *t, size_t n)
{
    size_t k = t->skeleton ? t->skeleton->n_keypoints : 0;
    if (n <= t->room)
        return 0;
    n = n + n / 2 < STANCE_PEOPLE_MAX ? n + n / 2 : STANCE_PEOPLE_MAX;
    if (make_room((void **)&t->people, n, sizeof(*t->people)) < 0 ||
        make_room((void **)&t->list, n, sizeof(*t->list)) < 0 ||
        make_room((void **)&t->rows, n, sizeof(*t->rows)) < 0 ||
        make_room((void **)&t->points, n * k, sizeof(*t->points)) < 0)
        return STANCE_ENOMEM;
    for (size_t i = t->room; i < n; i++)
        t->people[i].slot = i;
    t->room = n;
    return 0;
}

static int room_for_poses(stance_tracker *t, size_t n)
{
    if (n <= t->seen_room)
        return 0;
    n += n / 2;
    if (make_room((void **)&t->seen, n, sizeof(*t->seen)) < 0 ||
        make_room((void **)&t->columns, n, sizeof(*t->columns)) < 0)
        return STANCE_ENOMEM;
    t->seen_room = n;
    return 0;
}

/* Other points than before: nobody's old ones can be compared. */
static int take_skeleton(stance_tracker *t, const stance_skeleton *skeleton)
{
    if (!skeleton || skeleton == t->skeleton)
        return 0;
    if (make_room((void **)&t->points, t->room * skeleton->n_keypoints,
                  sizeof(*t->points)) < 0)
        return STANCE_ENOMEM;
    t->skeleton = skeleton;
    for (size_t i = 0; i < t->n; i++)
        t->people[i].n_points = 0;
    return 0;
}

/* ---- people ---- */

/* Whoever is last takes the place; the slots change with them. */
static void forget(stance_tracker *t, size_t i)
{
    st_followed gone = t->people[i];
    for (; i + 1 < t->n; i++)
        t->people[i] = t->people[i + 1];
    t->people[--t->n] = gone;
}

/* Whoever was seen for a moment only is given up sooner. */
static bool is_gone(const stance_tracker *t, const st_followed *who)
{
    double lost_s = (double)(t->clock_us - who->clock_us) / 1e6;
    double known_s = (double)who->known_us / 1e6;
    if (lost_s > t->settings.max_lost_s)
        return true;
    if (who->id == 0)
        return who->missed > MOST_MISSED_UNSURE;
    return who->missed > MOST_MISSED_NEW && lost_s > least_kept_s + 2 * known_s;
}

stance_keypoint *st_track_points(const stance_tracker *t, const st_followed *who)
{
    return t->skeleton ? t->points + who->slot * t->skeleton->n_keypoints : NULL;
}

static void take_points(stance_tracker *t, st_followed *who, const st_seen *pose)
{
    who->n_points = 0;
    if (!t->skeleton || !pose->points)
        return;
    who->n_points = t->skeleton->n_keypoints;
    for (int i = 0; i < 4; i++)
        who->held[i] = who->motion.axis[i].at;
    memcpy(st_track_points(t, who), pose->points, who->n_points * sizeof(*pose->points));
}

/* A sure pose is somebody at once; unsure ones when their scores add up to a sure one. */
void st_track_count(stance_tracker *t, st_followed *who, st_seen *seen, int64_t pts_us)
{
    seen->taken = true;
    if (who->hits > 0)
        who->known_us += t->clock_us - who->clock_us;
    who->clock_us = t->clock_us;
    who->last_us = pts_us;
    who->hits++;
    who->missed = 0;
    who->evidence += (double)seen->score;
    take_points(t, who, seen);
    if (who->id == 0 && who->evidence >= t->start)
        who->id = ++t->last_id;
}

/* Found twice: another pose of somebody who has one in this frame. */
static bool is_double(const stance_tracker *t, const st_seen *pose)
{
    for (size_t i = 0; i < t->n; i++) {
        const st_followed *who = &t->people[i];
        if (who->person >= 0 && who->hits > 1 &&
            st_box_overlap(t->seen[who->person].box, pose->box) > most_common)
            return true;
    }
    return false;
}

/* The one lost for longest makes way. */
static void begin(stance_tracker *t, int pose, int64_t pts_us)
{
    st_seen *seen = &t->seen[pose];
    if (t->n == STANCE_PEOPLE_MAX) {
        size_t oldest = 0;
        for (size_t i = 1; i < t->n; i++)
            if (t->people[i].clock_us < t->people[oldest].clock_us)
                oldest = i;
        if (t->people[oldest].person >= 0)
            return;
        forget(t, oldest);
    }
    st_followed *who = &t->people[t->n++];
    *who = (st_followed){.first_us = pts_us, .person = pose, .slot = who->slot};
    st_kalman_begin(&who->motion, seen->box);
    st_track_count(t, who, seen, pts_us);
}

/* ---- a frame ---- */

/* Time passes: everybody moves on, and some are given up. */
static void pass_time(stance_tracker *t, int64_t pts_us)
{
    uint64_t passed = 0;
    if (t->began && pts_us > t->last_us)
        passed = (uint64_t)pts_us - (uint64_t)t->last_us;
    if (passed > long_us)
        passed = long_us;
    t->began = true;
    t->last_us = pts_us;
    t->clock_us += (int64_t)passed;
    t->dt_s = (double)passed / 1e6;
    for (size_t i = t->n; i-- > 0;)
        if (is_gone(t, &t->people[i]))
            forget(t, i);
    for (size_t i = 0; i < t->n; i++) {
        st_followed *who = &t->people[i];
        /* When the last frame was, they had been unseen for: */
        double unseen_s = (double)(t->clock_us - who->clock_us) / 1e6 - t->dt_s;
        st_kalman_predict(&who->motion, fmax(fmin(t->dt_s, most_guess_s - unseen_s), 0));
        who->person = -1;
    }
}

static void look_at(stance_tracker *t, const stance_poses *poses)
{
    size_t k = poses->skeleton ? poses->skeleton->n_keypoints : 0;
    for (size_t i = 0; i < poses->n; i++) {
        const stance_pose *p = &poses->people[i];
        st_seen *s = &t->seen[i];
        *s = (st_seen){.score = p->score > 0 ? fminf(p->score, 1) : 0};
        s->usable = st_track_place(p, p->keypoints ? k : 0, s->box);
        if (k > 0 && t->settings.tracker != STANCE_TRACKER_SORT)
            s->points = p->keypoints;
    }
}

/* Those who were unsure at first have higher ids than some who came after them. */
static void list(stance_tracker *t, const st_followed *who)
{
    size_t at = t->n_list++;
    for (; at > 0 && t->list[at - 1].id > who->id; at--)
        t->list[at] = t->list[at - 1];
    stance_track *to = &t->list[at];
    *to = (stance_track){.id = who->id,
                         .speed = {(float)who->motion.axis[ST_AXIS_X].speed,
                                   (float)who->motion.axis[ST_AXIS_Y].speed},
                         .first_us = who->first_us,
                         .last_us = who->last_us,
                         .hits = who->hits,
                         .person = who->person};
    st_kalman_box(&who->motion, to->box);
    if (who->person >= 0)
        memcpy(to->box, t->seen[who->person].box, sizeof(to->box));
}

static void publish(stance_tracker *t, stance_poses *poses)
{
    t->n_list = 0;
    for (size_t i = 0; i < t->n; i++) {
        st_followed *who = &t->people[i];
        if (who->person >= 0)
            poses->people[who->person].id = who->id;
        else
            who->missed++;
        if (who->id > 0)
            list(t, who);
    }
}

int stance_tracker_update(stance_tracker *t, stance_poses *poses, int64_t pts_us,
                          stance_error *err)
{
    size_t n = poses->n;
    for (size_t i = 0; i < n; i++)
        poses->people[i].id = 0;
    if (t->settings.tracker == STANCE_TRACKER_OFF)
        return 0;
    size_t most = t->n + n < STANCE_PEOPLE_MAX ? t->n + n : STANCE_PEOPLE_MAX;
    if (n > STANCE_PEOPLE_MAX)
        return st_fail(err, STANCE_EINVAL, "expected at most %d people, found %zu",
                       STANCE_PEOPLE_MAX, n);
    if (take_skeleton(t, poses->skeleton) < 0 || room_for_people(t, most) < 0 ||
        room_for_poses(t, n) < 0)
        return st_fail_memory(err);
    pass_time(t, pts_us);
    look_at(t, poses);
    st_track_take_scores(t, n);
    if (st_track_match(t, n, pts_us) < 0)
        return st_fail_memory(err);
    for (size_t i = 0; i < n; i++)
        if (t->seen[i].usable && !t->seen[i].taken &&
            (double)t->seen[i].score >= t->low && !is_double(t, &t->seen[i]))
            begin(t, (int)i, pts_us);
    st_track_learn_scores(t);
    publish(t, poses);
    return 0;
}

void stance_tracker_cut(stance_tracker *t)
{
    t->n = 0;
    t->n_list = 0;
}

size_t stance_tracker_tracks(const stance_tracker *t, const stance_track **tracks)
{
    *tracks = t->list;
    return t->n_list;
}
