/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STANCE_EVENT_H
#define STANCE_EVENT_H

#include "stance/common.h"

/* Things that happen, and when. */

#ifdef __cplusplus
extern "C" {
#endif

/** Kinds of things that happen. The numbers are kept in databases: new ones go to the
 * end. */
typedef enum stance_event_kind {
    STANCE_EVENT_REP,     /**< one repetition of an exercise, named by the label */
    STANCE_EVENT_FALL,    /**< from losing balance to lying still */
    STANCE_EVENT_ENTER,   /**< somebody comes into the picture; label "at-start": is in it
                             from the first frame on */
    STANCE_EVENT_EXIT,    /**< somebody has left the picture; start_us is when */
    STANCE_EVENT_POSTURE, /**< a posture or activity that lasts, named by the label */
    STANCE_EVENT_DWELL,   /**< somebody has stayed for the time asked for: in the picture,
                             or in the zone `place`; from start_us, noticed at end_us */
    STANCE_EVENT_ZONE, /**< somebody goes into the zone `place` (label "in") or out of it
                          ("out") */
    STANCE_EVENT_LINE, /**< somebody crosses the line `place`: label "left" or "right",
                          the side they get to, seen from its first point to its second
                        */
    STANCE_EVENT_GAP,  /**< nothing was seen from start_us to end_us: a camera or stream
                          was  lost, and is back */
    STANCE_EVENT_COUNT
} stance_event_kind;

/** "rep", "fall", ...; NULL for a value out of range. */
STANCE_API const char *stance_event_kind_name(stance_event_kind kind);

/** Something that happened, at times counted from the source's first frame. Strings are
 * static, or live as long as whoever hands out the event says. */
typedef struct stance_event {
    stance_event_kind kind;
    int64_t id;        /**< of the person, from 1; 0: of nobody in particular */
    const char *label; /**< "squat", "standing", "in", ...; NULL: none */
    const char *place; /**< name of the zone or line; NULL: the picture */
    int64_t start_us;
    int64_t turn_us; /**< repetitions: the lowest, highest or furthest point; else -1 */
    int64_t end_us;  /**< the same as start_us for what happens in one moment */
    int64_t
        stay_us; /**< exit, zone "out", dwell: how long they had been there; else -1 */
    int64_t
        clock_us;  /**< start_us by the clock: microseconds since 1970 UTC; -1: not known
                    */
    int64_t frame; /**< index of the frame at start_us; -1: not known */
    float at[2];   /**< where the person stood: pixels; NAN: not known */
    int people;    /**< how many there were in that frame; 0: not known */
    int order;     /**< of the person in that frame, see stance_pose */
    float depth;   /**< repetitions: how far they went, in the exercise's own measure at
                      the turn; NAN: not known */
    int64_t inference_us; /**< likewise */
} stance_event;

/** An event with nothing but kind, person and time; what is not known says so. */
STANCE_API stance_event stance_event_at(stance_event_kind kind, int64_t id,
                                        int64_t time_us);

#ifdef __cplusplus
}
#endif
#endif
