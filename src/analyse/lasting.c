/* SPDX-License-Identifier: Apache-2.0 */
/* What lasts: a posture, an activity, an advice. Single frames do not change it, and it
 * is told from the frame in which it began to be right, not from when that was sure. */
#include "analyse/lasting.h"

bool st_lasting_see(st_lasting *l, int seen, const st_look *look, double hold_s)
{
    if (seen == l->now) {
        l->next = seen;
        return false;
    }
    if (seen != l->next) {
        l->next = seen;
        l->next_since = look->moment;
    }
    double held_s = (double)(look->moment.pts_us - l->next_since.pts_us) / 1e6;
    if (held_s < hold_s && !look->still)
        return false;
    l->now = seen;
    l->since = l->next_since;
    return true;
}

stance_event st_lasting_event(const st_lasting *l, const st_look *look)
{
    stance_event event = st_look_event(look, STANCE_EVENT_POSTURE, NULL);
    event.start_us = l->since.pts_us;
    event.clock_us = l->since.clock_us;
    event.frame = l->since.frame;
    return event;
}
