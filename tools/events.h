/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOLS_EVENTS_H
#define TOOLS_EVENTS_H

#include "tools.h"

/* What `stance events` asks for (events_which.c), writes, and where to (events_print.c,
 * events_out.c). */

/** Which events; its options are a group of their own. */
typedef struct events_which {
    char *since, *until, *place, *label, *source, *after;
    int kinds;
    int64_t person, run, limit;
    bool newest;
} events_which;

extern const stance_option events_which_options[];

/** As a question to the database; `limit` is the caller's. @param runs runs are asked
 * for, not their events */
int events_which_query(const events_which *which, bool runs, stance_event_query *query,
                       stance_error *err);

typedef enum events_format {
    EVENTS_TEXT,
    EVENTS_JSON,
    EVENTS_NDJSON,
    EVENTS_CSV
} events_format;

/** Rows made into text, page by page; start with {.format = ...}, end with free(). */
typedef struct events_printer {
    events_format format;
    bool one_run; /**< the source is known: no column for it */
    bool follows; /**< column widths are chosen for what may come */
    bool begun;
    int widths[16]; /**< of the columns of text */
    json_text json; /**< what is made and not yet written is json.text */
} events_printer;

void events_print_page(events_printer *p, const stance_event_page *page);
/** The end, with the cursor of what comes behind; NULL: nothing does. */
void events_print_end(events_printer *p, const char *next);
void events_print_runs(events_printer *p, const stance_event_runs *runs);
void events_print_counts(events_printer *p, const int64_t counts[STANCE_EVENT_COUNT]);

/** Standard output, or a file that has its name when it is complete. */
typedef struct events_out {
    FILE *file;
    char *path, *part; /**< NULL: standard output */
    bool in_place;
} events_out;

int events_out_open(events_out *out, const char *path, stance_error *err);
/** Write all of the text and empty it. @return 0; STANCE_END: nobody reads it any more;
 * STANCE_EOUTPUT */
int events_out_write(events_out *out, text *t, stance_error *err);
/** True when nobody reads standard output any more. */
bool events_out_is_closed(const events_out *out);
int events_out_commit(events_out *out, stance_error *err);
/** Remove what was not committed. */
void events_out_close(events_out *out);

#endif
