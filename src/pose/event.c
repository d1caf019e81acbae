/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words for what happens.
 */
#include "stance/event.h"

#include <math.h>

static const char *const names[STANCE_EVENT_COUNT] = {
    [STANCE_EVENT_REP] = "rep",         [STANCE_EVENT_FALL] = "fall",
    [STANCE_EVENT_ENTER] = "enter",     [STANCE_EVENT_EXIT] = "exit",
    [STANCE_EVENT_POSTURE] = "posture", [STANCE_EVENT_DWELL] = "dwell",
    [STANCE_EVENT_ZONE] = "zone",       [STANCE_EVENT_LINE] = "line",
    [STANCE_EVENT_GAP] = "gap",
};

const char *stance_event_kind_name(stance_event_kind kind)
{
    return (unsigned)kind < STANCE_EVENT_COUNT ? names[kind] : NULL;
}

stance_event stance_event_at(stance_event_kind kind, int64_t id, int64_t time_us)
{
    return (stance_event){.kind = kind,
                          .id = id,
                          .start_us = time_us,
                          .turn_us = -1,
                          .end_us = time_us,
                          .stay_us = -1,
                          .clock_us = -1,
                          .frame = -1,
                          .at = {NAN, NAN},
                          .depth = NAN};
}
