/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_PEOPLE_H
#define ST_PEOPLE_H

#include "analyse/analyse.h"
#include "analyse/watch.h"
#include "stance/run.h"

/*
 * What happens to people between the network (or a file of poses) and the sinks:
 *
 *     identities -> swapped limbs -> gaps -> smoothing -> whom to follow -> events
 *     -> analyses
 *
 * Frames go in one by one and come out in the same order, some of them later: filling
 * gaps and smoothing without delay have to see what comes next.
 */

typedef struct st_people st_people;

/** Refuse what cannot be, before anything is opened. @param stream may be NULL: not known
 * yet @return 0 or STANCE_EINVAL */
int st_people_check(const stance_settings *settings, const stance_stream *stream,
                    stance_error *err);

/** True when somebody else than the network decides who is followed: it has to look for
 * everybody. */
bool st_people_chooses(const stance_settings *settings);

/** True when the input has to be seen once before it is known who is followed. */
bool st_people_looks_first(const stance_settings *settings);

/** How identities come about. */
typedef struct st_people_request {
    const stance_settings *settings; /**< kept */
    const stance_stream *stream;     /**< kept */
    bool has_ids;    /**< the poses come with identities: they are used as they are */
    bool pixels;     /**< frames that wait have pictures, which take memory */
    int64_t longest; /**< for --follow longest: who that is; 0: to be found out */
} st_people_request;

/** @param people returned, st_people_close()
 * @return 0, STANCE_EINVAL or STANCE_ENOMEM */
int st_people_open(st_people **people, const st_people_request *request,
                   stance_error *err);
void st_people_close(st_people **people);

/** Frames that may be inside at once. */
size_t st_people_most(const st_people *people);

/**
 * The next frame goes in. There must be room: take out what is ready first.
 *
 * @param poses kept, and changed, until it comes out
 * @param cut   a new shot begins with this frame
 * @return 0 or STANCE_ENOMEM
 */
int st_people_push(st_people *people, stance_poses *poses, int64_t pts_us, int64_t index,
                   bool cut, stance_error *err);

/** Nothing more goes in: all that is inside can come out. @return 0 or STANCE_ENOMEM */
int st_people_finish(st_people *people, stance_error *err);

/** Whether the oldest frame inside can come out. */
bool st_people_ready(const st_people *people);

/** The size of the frame that comes out next, where pictures differ. @return 0 or
 * STANCE_EINVAL */
int st_people_resize(st_people *people, int width, int height, stance_error *err);

/** What a frame comes out with. */
typedef struct st_people_frame {
    bool filled;                /**< somebody, or a point, was filled in */
    const stance_event *events; /**< noticed with it; good until the next call */
    size_t n_events;
    const float *analysis; /**< as stance_result has it; good until the next call */
} st_people_frame;

/** The oldest frame comes out; its poses are as they will be written.
 * @return 0 or STANCE_ENOMEM */
int st_people_pop(st_people *people, st_people_frame *out, stance_error *err);

/** Everything is out: what is known only now, good until close.
 * @return 0 or STANCE_ENOMEM */
int st_people_end(st_people *people, const stance_event **events, size_t *n_events,
                  stance_error *err);

/** Who was there for the longest time so far; 0: nobody. For --follow longest. */
int64_t st_people_longest(const st_people *people);

/** What is measured of people: for the stream that sinks see. Live until close. */
const stance_measure *st_people_measures(const st_people *people, size_t *n);

/** It knows the zones and lines. */
const st_watch *st_people_watch(const st_people *people);

#endif
