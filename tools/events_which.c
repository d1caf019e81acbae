/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which events are meant: one table for `stance events` and for the server's addresses.
 */
#define _XOPEN_SOURCE 700 /* clock_gettime */

#include <stddef.h>
#include <time.h>

#include "events.h"

#define FIELD(field) offsetof(events_which, field)

static const stance_choice kinds[] = {
    {"enter", 1 << STANCE_EVENT_ENTER, "came into the picture"},
    {"exit", 1 << STANCE_EVENT_EXIT, "left the picture"},
    {"dwell", 1 << STANCE_EVENT_DWELL, "stayed for the time asked for"},
    {"zone", 1 << STANCE_EVENT_ZONE, "went into a zone or out of it"},
    {"line", 1 << STANCE_EVENT_LINE, "crossed a line"},
    {"fall", 1 << STANCE_EVENT_FALL, "fell"},
    {"rep", 1 << STANCE_EVENT_REP, "one repetition of an exercise"},
    {"gap", 1 << STANCE_EVENT_GAP, "a camera or stream was lost, and is back"},
    {"posture", 1 << STANCE_EVENT_POSTURE, "a posture that lasts"},
    {0},
};

const stance_option events_which_options[] = {
    {.name = "since",
     .type = STANCE_OPTION_STRING,
     .offset = FIELD(since),
     .value_name = "TIME",
     .help = "from then on: 2026-11-21T20:00:00Z, 2026-11-21, -2h, '10m ago', by the "
             "clock, or, of files that tell no clock time, by when they were looked at; "
             "with --run also a time in the stream, 1:30"},
    {.name = "until",
     .type = STANCE_OPTION_STRING,
     .offset = FIELD(until),
     .value_name = "TIME",
     .help = "before then, likewise"},
    {.name = "kind",
     .letter = 'k',
     .type = STANCE_OPTION_FLAGS,
     .offset = FIELD(kinds),
     .choices = kinds,
     .help = "only these kinds"},
    {.name = "person",
     .type = STANCE_OPTION_INT,
     .offset = FIELD(person),
     .preset = "-1",
     .min = -1,
     .max = 1e15,
     .help = "only the person of this id; -1: all"},
    {.name = "place",
     .type = STANCE_OPTION_STRING,
     .offset = FIELD(place),
     .value_name = "NAME",
     .help = "only this zone or line"},
    {.name = "label",
     .type = STANCE_OPTION_STRING,
     .offset = FIELD(label),
     .value_name = "NAME",
     .help = "only with this label: in, out, left, right, squat, ..."},
    {.name = "run",
     .type = STANCE_OPTION_INT,
     .offset = FIELD(run),
     .preset = "0",
     .min = 0,
     .max = 1e15,
     .help = "only the run of this number, see --runs; 0: all"},
    {.name = "source",
     .type = STANCE_OPTION_STRING,
     .offset = FIELD(source),
     .value_name = "PATTERN",
     .help = "only runs of inputs that fit, such as 'camera:*'"},
    {.name = "newest",
     .letter = 'n',
     .type = STANCE_OPTION_BOOL,
     .offset = FIELD(newest),
     .preset = "no",
     .help = "the newest first"},
    {.name = "limit",
     .letter = 'l',
     .type = STANCE_OPTION_INT,
     .offset = FIELD(limit),
     .preset = "0",
     .min = 0,
     .max = 1e15,
     .help =
         "at most so many; 0: 100 to look at (10 before following), all as ndjson, csv "
         "or into a file"},
    {.name = "after",
     .letter = 'a',
     .type = STANCE_OPTION_STRING,
     .offset = FIELD(after),
     .value_name = "CURSOR",
     .help = "only what comes behind this: what an earlier page said"},
    {0},
};

static int read_time(const char *option, const char *given, bool one_run, int64_t *clock,
                     int64_t *stream, stance_error *err)
{
    int64_t us;
    bool is_clock;
    stance_error inner;
    if (!given)
        return 0;
    if (stance_clock_parse(given, wall_us(), &us, &is_clock, &inner) < 0)
        return fail(err, STANCE_EINVAL, "%s: %s", option, inner.message);
    if (!is_clock && !one_run)
        return fail(
            err, STANCE_EINVAL,
            "%s %s: a time in the stream needs --run N, and says nothing of --runs; "
            "expected a clock time such "
            "as 2026-11-21T20:00:00Z or -2h",
            option, given);
    *(is_clock ? clock : stream) = us;
    return 0;
}

int events_which_query(const events_which *s, bool runs, stance_event_query *q,
                       stance_error *err)
{
    stance_event_query_defaults(q);
    bool one_run = s->run > 0 && !runs;
    int rc = read_time("--since", s->since, one_run, &q->since_us, &q->from_us, err);
    if (rc == 0)
        rc = read_time("--until", s->until, one_run, &q->until_us, &q->to_us, err);
    q->newest_first = s->newest;
    q->kinds = (unsigned)s->kinds;
    q->person = s->person;
    q->run = s->run;
    q->source = s->source;
    q->place = s->place;
    q->label = s->label;
    q->after = s->after;
    return rc;
}
