/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STANCE_EVENT_DB_H
#define STANCE_EVENT_DB_H

#include "stance/common.h"
#include "stance/event.h"

/*
 * The events database: what happened, kept in an SQLite file or on a PostgreSQL server.
 *
 * One handle either writes or reads. Any number may be open on one database, in any
 * number of programs; who reads never waits for who writes. Events belong to runs: an
 * input looked at once. docs/events.md has the tables and the guarantees.
 */

#ifdef __cplusplus
extern "C" {
#endif

typedef struct stance_event_db stance_event_db;

typedef enum stance_event_db_mode {
    STANCE_EVENT_DB_READ,
    STANCE_EVENT_DB_WRITE, /**< made where there is none, brought up to date if older */
} stance_event_db_mode;

/** True for the address of a server ("postgresql://..."), false for a file's path. Any
 * thread. */
STANCE_API bool stance_event_db_is_server(const char *address);

/**
 * Open an events database.
 *
 * @param db      returned, stance_event_db_close()
 * @param address path of a file, or postgresql://[user[:password]@][host]/[database];
 *                errors show it without the password; borrowed
 * @return 0; STANCE_EINPUT (reading) or STANCE_EOUTPUT (writing): there is none, it is
 * something else, damaged, or made by a newer stance; STANCE_EINVAL: this build knows no
 * such address; STANCE_ENOMEM
 */
STANCE_API int stance_event_db_open(stance_event_db **db, const char *address,
                                    stance_event_db_mode mode, stance_error *err);

/**
 * Write what is pending, and close.
 *
 * @return 0, or the error that kept events from being written, which no earlier call told
 */
STANCE_API int stance_event_db_close(stance_event_db **db, stance_error *err);

/* ---- writing --------------------------------------------------------------------------
 *
 * Events are handed to one thread, which writes them together: after half a second, or
 * when there are thousands. Where that fails, the next call tells. A server that went
 * away for a moment is waited for: nothing is lost and nothing is written twice; after
 * half a minute it is an error. Threads: one call at a time per handle.
 */

/** An input looked at once. Strings are UTF-8. */
typedef struct stance_event_run {
    int64_t run;          /**< its number in the database, from 1 */
    const char *source;   /**< the input as it was named */
    const char *model;    /**< the network's name; NULL: none */
    const char *settings; /**< options other than the defaults, "name = value" a line;
                             NULL: not kept */
    int64_t clock_us;     /**< of the first frame: microseconds since 1970 UTC; -1: not
                             known */
    int64_t began_us;     /**< when the run began, likewise */
    int64_t ended_us;     /**< -1: it is still going on, or was cut off */
    int64_t frames;       /**< looked at; -1: not ended */
    int64_t events;       /**< stored for it so far */
    bool complete;        /**< the input ended, or an option ended it */
} stance_event_run;

/**
 * Begin a run.
 *
 * @param info source, model, settings, clock_us and began_us count; borrowed
 * @param run  set to its number
 */
STANCE_API int stance_event_db_begin(stance_event_db *db, const stance_event_run *info,
                                     int64_t *run, stance_error *err);

/** Store one event of a run. Waits where thousands are pending. @param event borrowed
 * @return 0; STANCE_EINVAL: a number or text out of range; STANCE_EOUTPUT: this or an
 * earlier event could not be written, and none will be */
STANCE_API int stance_event_db_add(stance_event_db *db, int64_t run,
                                   const stance_event *event, stance_error *err);

/** End a run. @param info run, frames, ended_us and complete count; borrowed */
STANCE_API int stance_event_db_end(stance_event_db *db, const stance_event_run *info,
                                   stance_error *err);

/** Come back when all that was added is stored. */
STANCE_API int stance_event_db_flush(stance_event_db *db, stance_error *err);

/* ---- reading --------------------------------------------------------------------------
 *
 * Threads: one call at a time per handle.
 */

/** The order of events, each with the number in the database where times are equal. */
typedef enum stance_event_order {
    STANCE_EVENT_BY_TIME,   /**< clock time; where that is not known, when the run
                               began, and within it the time in the stream */
    STANCE_EVENT_BY_NUMBER, /**< as they were stored: to follow what is new */
} stance_event_order;

enum { STANCE_EVENT_PAGE_MAX = 10000, STANCE_EVENT_CURSOR_SIZE = 64 };

/** Which events; stance_event_query_defaults(): all of them. Strings are borrowed. */
typedef struct stance_event_query {
    stance_event_order order;
    bool newest_first;  /**< the other way round */
    const char *after;  /**< a cursor: only what comes behind it in this order and
                           direction; NULL: from the start */
    size_t limit;       /**< events or runs of a page, 1 to STANCE_EVENT_PAGE_MAX */
    int64_t since_us;   /**< from here on by the clock, or, where an event's clock time
                           is not known, by when its run began; INT64_MIN: any */
    int64_t until_us;   /**< before this, likewise; INT64_MAX: any */
    int64_t from_us;    /**< stream time from here on; INT64_MIN: any */
    int64_t to_us;      /**< stream time before this; INT64_MAX: any */
    unsigned kinds;     /**< bits 1u << stance_event_kind; 0: all */
    int64_t person;     /**< id; -1: all */
    int64_t run;        /**< number; 0: all */
    const char *source; /**< the run's source: a pattern with * and ?; NULL: all */
    const char *place;  /**< the whole name; NULL: all */
    const char *label;  /**< likewise */
    void *reserved[4];
} stance_event_query;

STANCE_API void stance_event_query_defaults(stance_event_query *query);

/** A stored event. */
typedef struct stance_event_row {
    int64_t number; /**< in the database, from 1; later ones are higher */
    int64_t run;
    const char *source; /**< of the run */
    const char *kind; /**< its name; event.kind is STANCE_EVENT_COUNT for one that a newer
                         stance wrote */
    stance_event event;
    int64_t at_us;    /**< what it is ordered by: its clock time, or what stands in */
    int64_t began_us; /**< when its run began: microseconds since 1970 UTC; -1: not known
                       */
} stance_event_row;

/** Some events in order; strings live as long as the page. */
typedef struct stance_event_page {
    stance_event_row *rows;
    size_t n;
    bool more;                           /**< there are others behind the last one */
    char next[STANCE_EVENT_CURSOR_SIZE]; /**< cursor behind the last one, for
                                            query.after; "" when n is 0 */
} stance_event_page;

/**
 * Read one page. Takes no longer deep in the database than at its start.
 *
 * @param page returned, stance_event_page_free()
 * @return 0, STANCE_EINVAL (a cursor that is none, or of the other order; a limit out of
 * range; opened for writing), STANCE_EINPUT or STANCE_ENOMEM
 */
STANCE_API int stance_event_db_query(stance_event_db *db, const stance_event_query *query,
                                     stance_event_page **page, stance_error *err);
STANCE_API void stance_event_page_free(stance_event_page **page);

/** The cursor behind a row, for query.after. */
STANCE_API void stance_event_cursor(const stance_event_query *query,
                                    const stance_event_row *row,
                                    char cursor[STANCE_EVENT_CURSOR_SIZE]);

/** Count events by kind; order, cursor and limit do not matter. Looks at all of them:
 * seconds for ten millions. */
STANCE_API int stance_event_db_count(stance_event_db *db, const stance_event_query *query,
                                     int64_t counts[STANCE_EVENT_COUNT],
                                     stance_error *err);

/** The highest number stored, 0: none. To follow: ask for it, then for what is behind it
 * by number. */
STANCE_API int stance_event_db_latest(stance_event_db *db, int64_t *number,
                                      stance_error *err);

/** Some runs in order of their numbers; strings live as long as the list. */
typedef struct stance_event_runs {
    stance_event_run *runs;
    size_t n;
    bool more;
    char next[STANCE_EVENT_CURSOR_SIZE];
} stance_event_runs;

/** Read a page of runs. Of the query count run, source, newest_first, after, limit, and
 * since_us and until_us for when they began. @param runs returned,
 * stance_event_runs_free() @return as stance_event_db_query() */
STANCE_API int stance_event_db_runs(stance_event_db *db, const stance_event_query *query,
                                    stance_event_runs **runs, stance_error *err);
STANCE_API void stance_event_runs_free(stance_event_runs **runs);

/* ---- times ----------------------------------------------------------------------------
 */

enum { STANCE_CLOCK_SIZE = 40 };

/** Microseconds since 1970 UTC as RFC 3339, in UTC: "2026-11-21T20:00:00.25Z".
 * @param text "" for a time outside the years 0 to 9999. Any thread. */
STANCE_API void stance_clock_text(int64_t clock_us, char text[STANCE_CLOCK_SIZE]);

/**
 * Read a time as people type it.
 *
 * Clock times: "2026-11-21T20:00:00Z", with a blank for T, a fraction, an offset such as
 * +01:00 or none (UTC), without seconds, or a date alone; "-2h", "10m ago" and the like
 * (s, m, h, d, w) before `now_us`; "now". Stream times: "90", "12.5", "1:30",
 * "01:02:03.5".
 *
 * @param is_clock set: which of the two it is
 * @return 0 or STANCE_EINVAL
 */
STANCE_API int stance_clock_parse(const char *text, int64_t now_us, int64_t *time_us,
                                  bool *is_clock, stance_error *err);

#ifdef __cplusplus
}
#endif
#endif
