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
#include "track/track.h"

struct stance_tracker {
    stance_track_settings settings;
    double high, low, start; /* the settings', or by min_score */
    int64_t last_id;
    bool began; /* there was a frame */
    int64_t last_us, clock_us;
    st_followed *people;     /* room for `room`, n of them; the others keep their slots */
    stance_track *list;      /* what others see */
    stance_keypoint *points; /* room x n_points, by slot */
    const stance_skeleton *skeleton; /* of the points; NULL: there are none */
    size_t n, room, n_list;
    st_seen *seen; /* the frame's poses */
    size_t seen_room;
    int *rows, *columns; /* people and poses of a stage: room, seen_room */
    st_assignment assignment;
};

/* ---- opening ---- */

static int check_part(const char *name, double value, stance_error *err)
{
    if (value >= 0 && value <= 1)
        return 0;
    return st_fail(err, STANCE_EINVAL, "%s: expected 0 to 1, found %g", name, value);
}

static int check(const stance_tracker *t, stance_error *err)
{
    const stance_track_settings *s = &t->settings;
    int rc = check_part("track-high", t->high, err);
    rc = rc < 0 ? rc : check_part("track-low", t->low, err);
    rc = rc < 0 ? rc : check_part("track-new", t->start, err);
    rc = rc < 0 ? rc : check_part("track-match", s->match, err);
    rc = rc < 0 ? rc : check_part("track-pose", s->pose, err);
    if (rc == 0 && !(s->max_lost_s >= 0 && s->max_lost_s <= 86400))
        rc = st_fail(err, STANCE_EINVAL,
                     "max-lost: expected seconds from 0 to 86400, found %g",
                     s->max_lost_s);
    if (rc == 0 && (s->tracker < STANCE_TRACKER_BYTE || s->tracker > STANCE_TRACKER_OFF))
        rc =
            st_fail(err, STANCE_EINVAL, "tracker: expected 0 to 2, found %d", s->tracker);
    return rc;
}

/* Between the lowest score that the poses can have and 1. */
static double above(double least, double part)
{
    return least + part * (1 - least);
}

int stance_tracker_open(stance_tracker **tracker, const stance_track_settings *settings,
                        stance_error *err)
{
    stance_tracker *t = st_alloc(sizeof(*t));
    *tracker = NULL;
    if (!t)
        return st_fail_memory(err);
    double least =
        settings->min_score > 0 && settings->min_score < 1 ? settings->min_score : 0;
    t->settings = *settings;
    t->low = isnan(settings->low) ? least : settings->low;
    t->high = isnan(settings->high) ? above(least, 0.25) : settings->high;
    t->start = isnan(settings->start) ? above(least, 0.25) : settings->start;
    int rc = check(t, err);
    if (rc < 0)
        stance_tracker_close(&t);
    *tracker = t;
    return rc;
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

static bool is_gone(const stance_tracker *t, const st_followed *who)
{
    int64_t lost_us = t->clock_us - who->clock_us;
    if ((double)lost_us > t->settings.max_lost_s * 1e6)
        return true;
    return who->missed > 2 && who->missed > 2 * (size_t)who->hits;
}

static stance_keypoint *points_of(const stance_tracker *t, const st_followed *who)
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
    memcpy(points_of(t, who), pose->points, who->n_points * sizeof(*pose->points));
}

static void found(stance_tracker *t, int i, int pose, int64_t pts_us)
{
    st_followed *who = &t->people[i];
    st_seen *seen = &t->seen[pose];
    st_kalman_update(&who->motion, seen->box);
    take_points(t, who, seen);
    who->known_us += t->clock_us - who->clock_us;
    who->clock_us = t->clock_us;
    who->last_us = pts_us;
    who->hits++;
    who->missed = 0;
    who->person = pose;
    seen->who = i;
    if (who->id == 0)
        who->id = ++t->last_id;
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
    st_followed *who = &t->people[t->n];
    *who = (st_followed){.first_us = pts_us,
                         .last_us = pts_us,
                         .clock_us = t->clock_us,
                         .hits = 1,
                         .person = pose,
                         .slot = who->slot};
    st_kalman_begin(&who->motion, seen->box);
    take_points(t, who, seen);
    if ((double)seen->score >= t->start)
        who->id = ++t->last_id;
    seen->who = (int)t->n++;
}

/* ---- a frame ---- */

/* Time passes: everybody moves on, and some are given up. */
static void pass_time(stance_tracker *t, int64_t pts_us)
{
    int64_t passed = t->began && pts_us > t->last_us ? pts_us - t->last_us : 0;
    t->began = true;
    t->last_us = pts_us;
    t->clock_us += passed;
    for (size_t i = t->n; i-- > 0;)
        if (is_gone(t, &t->people[i]))
            forget(t, i);
    for (size_t i = 0; i < t->n; i++) {
        st_kalman_predict(&t->people[i].motion, (double)passed / 1e6);
        t->people[i].person = -1;
    }
}

static void look_at(stance_tracker *t, const stance_poses *poses)
{
    size_t k = poses->skeleton ? poses->skeleton->n_keypoints : 0;
    for (size_t i = 0; i < poses->n; i++) {
        const stance_pose *p = &poses->people[i];
        st_seen *s = &t->seen[i];
        *s = (st_seen){.score = p->score, .who = -1};
        s->usable = st_track_place(p, p->keypoints ? k : 0, s->box);
        if (k > 0 && t->settings.tracker != STANCE_TRACKER_SORT)
            s->points = p->keypoints;
    }
}

/* Which people and which poses take part. */
typedef struct stage {
    double score; /* poses of at least this score, and below the next */
    double score_end;
    size_t missed_max;   /* people who were not found in so many frames at most */
    bool known, unknown; /* people with an id, and those without */
} stage;

static int match(stance_tracker *t, size_t n_poses, const stage *s, int64_t pts_us)
{
    size_t n_rows = 0, n_columns = 0;
    for (size_t i = 0; i < t->n; i++) {
        const st_followed *who = &t->people[i];
        if (who->person < 0 && who->missed <= s->missed_max &&
            (who->id > 0 ? s->known : s->unknown))
            t->rows[n_rows++] = (int)i;
    }
    for (size_t i = 0; i < n_poses; i++) {
        double score = (double)t->seen[i].score;
        if (t->seen[i].usable && t->seen[i].who < 0 && score >= s->score &&
            score < s->score_end)
            t->columns[n_columns++] = (int)i;
    }
    if (n_rows == 0 || n_columns == 0)
        return 0;
    st_assignment *a = &t->assignment;
    if (st_assignment_begin(a, n_rows, n_columns) < 0)
        return STANCE_ENOMEM;
    bool sort = t->settings.tracker == STANCE_TRACKER_SORT;
    for (size_t r = 0; r < n_rows; r++) {
        const st_followed *who = &t->people[t->rows[r]];
        for (size_t c = 0; c < n_columns; c++) {
            const st_seen *pose = &t->seen[t->columns[c]];
            double like = sort ? st_track_overlap(who, pose)
                               : st_track_likeness(who, points_of(t, who), pose,
                                                   t->skeleton, t->settings.pose);
            if (like > 0 && like >= t->settings.match)
                a->cost[r * n_columns + c] = 1 - like;
        }
    }
    st_assignment_solve(a, 1);
    for (size_t r = 0; r < n_rows; r++)
        if (a->column[r] != ST_UNASSIGNED)
            found(t, t->rows[r], t->columns[a->column[r]], pts_us);
    return 0;
}

static int match_all(stance_tracker *t, size_t n_poses, int64_t pts_us)
{
    const double any = 2; /* above every score */
    bool sort = t->settings.tracker == STANCE_TRACKER_SORT;
    const stage stages[] = {
        {sort ? t->low : t->high, any, SIZE_MAX, true, sort},
        {t->low, t->high, 0, true, false},
        {t->low, any, SIZE_MAX, false, true},
    };
    int rc = 0;
    for (int i = 0; i < (sort ? 1 : 3) && rc == 0; i++)
        rc = match(t, n_poses, &stages[i], pts_us);
    return rc;
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
        if (who->id == 0)
            continue;
        stance_track *to = &t->list[t->n_list++];
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
    if (match_all(t, n, pts_us) < 0)
        return st_fail_memory(err);
    for (size_t i = 0; i < n; i++)
        if (t->seen[i].usable && t->seen[i].who < 0 && (double)t->seen[i].score >= t->low)
            begin(t, (int)i, pts_us);
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
