/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_POSE_EVENT_LIST_H
#define ST_POSE_EVENT_LIST_H

#include "stance/event.h"

/** When a frame is. */
typedef struct st_moment {
    int64_t pts_us, frame;
    int64_t clock_us; /**< -1: not known */
} st_moment;

/** What happened, in the order in which it was added. Zero-initialise. */
typedef struct st_event_list {
    stance_event *at;
    size_t n, capacity;
    bool failed; /**< there was no memory for one */
} st_event_list;

void st_event_list_add(st_event_list *list, const stance_event *event);
void st_event_list_clear(st_event_list *list);

#endif
