/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --follow: one person out of many, and the same one for as long as they are there.
 *
 * "Largest" and "centre" are choices for the moment when somebody has to be chosen; from
 * then on the identity decides. Somebody else is chosen when the one followed is lost for
 * good, or when another has been clearly the better choice for a while: whoever walked
 * through the first frame must not be followed for ever.
 */
#include "track/follow.h"

#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "pose/poses.h"

enum { CHANGE_US = 1000000 /* so long somebody has to be the better choice */ };

static const double CLEARLY = 1.5; /* times larger, or times nearer */

#define FIELD(name) offsetof(stance_follow_settings, name)

const stance_option st_follow_options[] = {
    {.name = "follow",
     .type = STANCE_OPTION_STRING,
     .offset = FIELD(follow),
     .value_name = "WHOM",
     .help = "keep only some of the people: largest or centre (one person, the same for "
             "as long as they are there), longest (who is there for the longest time; "
             "the input is read twice), or id:3,7"},
    {.name = "cuts",
     .type = STANCE_OPTION_BOOL,
     .offset = FIELD(cuts),
     .preset = "yes",
     .help = "look for cuts in a film; nobody keeps an identity across one"},
    {0},
};

static int read_ids(st_follow *follow, const char *text, stance_error *err)
{
    const char *at = text;
    do {
        char *end;
        errno = 0;
        long long id = strtoll(at, &end, 10);
        if (end == at || errno || id < 1 || (*end && (*end != ',' || !end[1])))
            return st_fail(err, STANCE_EINVAL,
                           "--follow: expected ids from 1, such as id:3,7, found 'id:%s'",
                           text);
        if (follow->n_ids == ST_FOLLOW_MOST)
            return st_fail(err, STANCE_EINVAL, "--follow: expected at most %d ids",
                           ST_FOLLOW_MOST);
        follow->ids[follow->n_ids++] = id;
        at = *end ? end + 1 : end;
    } while (*at);
    return 0;
}

int st_follow_read(st_follow *follow, const char *text, stance_error *err)
{
    static const char *const words[] = {"", "largest", "centre", "longest"};
    *follow = (st_follow){.whom = ST_FOLLOW_ALL};
    if (!text || !*text)
        return 0;
    for (int i = ST_FOLLOW_LARGEST; i <= ST_FOLLOW_LONGEST; i++)
        if (strcmp(text, words[i]) == 0 ||
            (i == ST_FOLLOW_CENTRE && strcmp(text, "center") == 0)) {
            follow->whom = (st_follow_whom)i;
            return 0;
        }
    if (strncmp(text, "id:", 3) != 0)
        return st_fail(err, STANCE_EINVAL,
                       "--follow: expected largest, centre, longest or id:N,..., found "
                       "'%s'",
                       text);
    follow->whom = ST_FOLLOW_IDS;
    return read_ids(follow, text + 3, err);
}

/* How good a choice somebody is, above 0; twice as large, or twice as near, is twice as
 * good. */
static double merit(const st_follow *follow, const stance_pose *pose)
{
    if (follow->whom == ST_FOLLOW_LARGEST)
        return fmax(1e-6, (double)pose->box[2] * (double)pose->box[3]);
    double x = (double)pose->box[0] + (double)pose->box[2] / 2;
    double y = (double)pose->box[1] + (double)pose->box[3] / 2;
    double away = hypot(x - follow->width / 2, y - follow->height / 2);
    return 1 / fmax(away, 0.01 * hypot(follow->width, follow->height));
}

static const stance_pose *best_of(const st_follow *follow, const stance_poses *poses)
{
    const stance_pose *best = NULL;
    for (size_t i = 0; i < poses->n; i++)
        if (poses->people[i].id > 0 &&
            (!best || merit(follow, &poses->people[i]) > merit(follow, best)))
            best = &poses->people[i];
    return best;
}

static void follow_now(st_follow *follow, int64_t id)
{
    follow->now = id;
    follow->better = 0;
}

static void choose(st_follow *follow, const stance_poses *poses, int64_t pts_us)
{
    const stance_pose *best = best_of(follow, poses);
    const stance_pose *now = follow->now ? st_poses_find(poses, follow->now) : NULL;
    if (now)
        follow->seen_us = pts_us;
    if (!best)
        return;
    if (!follow->now || (!now && pts_us - follow->seen_us > follow->max_lost_us)) {
        follow_now(follow, best->id);
        follow->seen_us = pts_us;
    } else if (!now || merit(follow, best) < CLEARLY * merit(follow, now)) {
        follow->better = 0;
    } else if (follow->better != best->id) {
        follow->better = best->id;
        follow->better_us = pts_us;
    } else if (pts_us - follow->better_us >= CHANGE_US) {
        follow_now(follow, best->id);
    }
}

static bool is_followed(void *user, const stance_pose *pose)
{
    const st_follow *follow = user;
    if (follow->whom != ST_FOLLOW_IDS)
        return pose->id > 0 && pose->id == follow->now;
    for (size_t i = 0; i < follow->n_ids; i++)
        if (pose->id == follow->ids[i])
            return true;
    return false;
}

void st_follow_cut(st_follow *follow)
{
    if (follow->whom == ST_FOLLOW_LARGEST || follow->whom == ST_FOLLOW_CENTRE)
        follow->now = follow->better = 0;
}

void st_follow_run(st_follow *follow, stance_poses *poses, int64_t pts_us)
{
    if (follow->whom == ST_FOLLOW_ALL)
        return;
    if (follow->whom != ST_FOLLOW_IDS && follow->whom != ST_FOLLOW_LONGEST)
        choose(follow, poses, pts_us);
    st_poses_sift(poses, is_followed, follow);
}

/* ---- who is there for the longest time ---- */

typedef struct stay {
    st_id_record head;
    int64_t first_us;
} stay;

void st_longest_open(st_longest *longest)
{
    *longest = (st_longest){.length_us = -1};
    st_id_table_init(&longest->people, sizeof(stay));
}

void st_longest_close(st_longest *longest)
{
    st_id_table_clear(&longest->people);
}

int st_longest_run(st_longest *longest, const stance_poses *poses, int64_t pts_us,
                   int64_t max_lost_us)
{
    st_id_table_expire(&longest->people, pts_us - max_lost_us);
    for (size_t i = 0; i < poses->n; i++) {
        bool fresh;
        if (poses->people[i].id <= 0)
            continue;
        stay *s = st_id_table_get(&longest->people, poses->people[i].id, pts_us, &fresh);
        if (!s)
            return STANCE_ENOMEM;
        if (fresh)
            s->first_us = pts_us;
        if (pts_us - s->first_us > longest->length_us) {
            longest->id = s->head.id;
            longest->length_us = pts_us - s->first_us;
        }
    }
    return 0;
}
