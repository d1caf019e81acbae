/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_TRACK_FOLLOW_H
#define ST_TRACK_FOLLOW_H

#include "pose/id_table.h"
#include "stance/run.h"

/* Whom to follow: one of the people there are, or some that are named by their ids. */

/** The option rows of stance_follow_settings, ended by a NULL name. */
extern const stance_option st_follow_options[];

typedef enum st_follow_whom {
    ST_FOLLOW_ALL,
    ST_FOLLOW_LARGEST,
    ST_FOLLOW_CENTRE,
    ST_FOLLOW_LONGEST, /**< known only when the input has ended, see st_longest */
    ST_FOLLOW_IDS,
} st_follow_whom;

enum { ST_FOLLOW_MOST = 64 };

typedef struct st_follow {
    st_follow_whom whom;
    int64_t ids[ST_FOLLOW_MOST]; /**< ST_FOLLOW_IDS: those asked for */
    size_t n_ids;
    int64_t now;     /**< who is followed; 0: nobody yet */
    int64_t seen_us; /**< when last */
    int64_t better;  /**< somebody who has been the better choice since `better_us` */
    int64_t better_us, max_lost_us;
    double width, height; /**< of the picture */
} st_follow;

/** @param text as stance_follow_settings.follow
 * @return 0 or STANCE_EINVAL */
int st_follow_read(st_follow *follow, const char *text, stance_error *err);

/** A cut: somebody has to be chosen anew. */
void st_follow_cut(st_follow *follow);

/** Leave those in the list who are followed. */
void st_follow_run(st_follow *follow, stance_poses *poses, int64_t pts_us);

/** Who is seen for the longest time, found while people come and go. */
typedef struct st_longest {
    st_id_table people;
    int64_t id, length_us; /**< the best so far; id 0: nobody yet */
} st_longest;

void st_longest_open(st_longest *longest);
void st_longest_close(st_longest *longest);
/** @param max_lost_us those unseen for longer do not come back
 * @return 0 or STANCE_ENOMEM */
int st_longest_run(st_longest *longest, const stance_poses *poses, int64_t pts_us,
                   int64_t max_lost_us);

#endif
