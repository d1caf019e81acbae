/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which pose of a frame is whose: scores that are sure, and the stages in which people
 * and poses look for one another.
 */
#include "track/track.h"

#include <math.h>

/* Which part of the typical score is sure; how many standard deviations below it somebody
 * is new at once, and between which parts of it that stays. */
static const double part_high = 0.4, spreads_start = 1.5;
static const double least_start = 0.45, most_start = 0.75, least_spread = 0.02;
static const double typical_share = 1.0 / 64; /* of a frame in the typical score */
static const double least_match = 1e-6;       /* below all that can be reached */

/* Networks give very different scores: what is sure goes by those of the people who are
 * followed; in the first frame, of all poses. */
void st_track_take_scores(stance_tracker *t, size_t n_poses)
{
    const stance_track_settings *s = &t->settings;
    double sum = 0, squares = 0;
    size_t n = 0;
    for (size_t i = 0; i < n_poses && t->typical <= 0; i++)
        if (t->seen[i].usable) {
            double score = (double)t->seen[i].score;
            sum += score;
            squares += score * score;
            n++;
        }
    if (n > 0) {
        t->typical = sum / (double)n;
        t->spread = fmax(squares / (double)n - t->typical * t->typical,
                         least_spread * t->typical * t->typical);
    }
    double usual = t->typical - spreads_start * sqrt(t->spread);
    usual = fmin(fmax(usual, least_start * t->typical), most_start * t->typical);
    t->low = s->low;
    t->high = isnan(s->high) ? part_high * t->typical : s->high;
    t->start = isnan(s->start) ? usual : s->start;
}

void st_track_learn_scores(stance_tracker *t)
{
    double sum = 0, squares = 0;
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++)
        if (t->people[i].person >= 0 && t->people[i].hits > 1) {
            double score = (double)t->seen[t->people[i].person].score;
            sum += score;
            squares += (score - t->typical) * (score - t->typical);
            n++;
        }
    if (n > 0) {
        t->typical += typical_share * (sum / (double)n - t->typical);
        t->spread += typical_share * (squares / (double)n - t->spread);
    }
}

/* Which people and which poses look for one another, and how. */
typedef struct stage {
    double score, score_end; /* poses from this score on, and below that */
    double most;             /* unlike one another */
    size_t missed;           /* people not found in so many frames at most */
    enum { BY_ALL, BY_OVERLAP, BY_REACH } by;
    bool sure, unsure; /* people with an id, and those without */
} stage;

static bool takes_part(const st_followed *who, const stage *s)
{
    return who->person < 0 && who->missed <= s->missed &&
           (who->id > 0 ? s->sure : s->unsure);
}

static double unlike(const stance_tracker *t, const st_followed *who, const st_seen *pose,
                     const stage *s)
{
    if (s->by == BY_OVERLAP)
        return st_track_by_overlap(who, pose);
    if (s->by == BY_REACH)
        return st_track_by_reach(who, pose, t->dt_s);
    return st_track_unlike(who, st_track_points(t, who), pose, t->skeleton,
                           t->settings.pose);
}

static int match(stance_tracker *t, size_t n_poses, const stage *s, int64_t pts_us)
{
    st_assignment *a = &t->assignment;
    size_t n_rows = 0, n_columns = 0;
    for (size_t i = 0; i < t->n; i++)
        if (takes_part(&t->people[i], s))
            t->rows[n_rows++] = (int)i;
    for (size_t i = 0; i < n_poses; i++) {
        double score = (double)t->seen[i].score;
        if (t->seen[i].usable && !t->seen[i].taken && score >= s->score &&
            score < s->score_end)
            t->columns[n_columns++] = (int)i;
    }
    if (n_rows == 0 || n_columns == 0)
        return 0;
    if (st_assignment_begin(a, n_rows, n_columns) < 0)
        return STANCE_ENOMEM;
    for (size_t r = 0; r < n_rows; r++)
        for (size_t c = 0; c < n_columns; c++)
            a->cost[r * n_columns + c] =
                unlike(t, &t->people[t->rows[r]], &t->seen[t->columns[c]], s);
    st_assignment_solve(a, s->most);
    for (size_t r = 0; r < n_rows; r++) {
        if (a->column[r] == ST_UNASSIGNED)
            continue;
        st_followed *who = &t->people[t->rows[r]];
        who->person = t->columns[a->column[r]];
        st_kalman_update(&who->motion, t->seen[who->person].box);
        st_track_count(t, who, &t->seen[who->person], pts_us);
    }
    return 0;
}

int st_track_match(stance_tracker *t, size_t n_poses, int64_t pts_us)
{
    const double any = INFINITY, most = -log(fmax(t->match, least_match));
    const stage sort[] = {{t->low, any, 1 - t->match, SIZE_MAX, BY_OVERLAP, true, true}};
    const stage byte[] = {
        {t->high, any, most, SIZE_MAX, BY_ALL, true, false},
        {t->low, t->high, most, 0, BY_ALL, true, false},
        {t->low, any, most, SIZE_MAX, BY_ALL, false, true},
        {t->high, any, 1, 0, BY_REACH, true, true}, /* who is left, from frame to frame */
    };
    bool is_sort = t->settings.tracker == STANCE_TRACKER_SORT;
    size_t n = is_sort ? 1 : sizeof(byte) / sizeof(byte[0]);
    int rc = 0;
    for (size_t i = 0; i < n && rc == 0; i++)
        rc = match(t, n_poses, is_sort ? &sort[i] : &byte[i], pts_us);
    return rc;
}
