/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_STORE_SELECT_H
#define ST_STORE_SELECT_H

#include "store/store.h"

/** The columns that st_select_page() asks for; behind them the depth, or NULL where the
 * tables do not have it yet. */
#define ST_SELECT_COLUMNS                                                                \
    "event, run, what, person, at_us, start_us, turn_us, end_us, stay_us, frame, x, y, " \
    "people, ordinal, inference_us"
enum { ST_SELECT_N_COLUMNS = 16, ST_SELECT_IDS = 64, ST_SELECT_VALUES = 3 };

/** Rows of a small table that a question is about. */
typedef struct st_ids {
    bool all;  /* there is no such condition */
    bool many; /* more than there is room for: they are asked for within the statement */
    size_t n;
    int64_t at[ST_SELECT_IDS];
} st_ids;

/** A question as a statement; zero-initialise, st_select_clear(). */
typedef struct st_select {
    const stance_event_query *query;
    const st_store *store;
    st_ids whats, runs;
    bool none;   /* nothing can fit */
    bool by_run; /* walk along the runs, though kinds are asked for as well */
    bool placed;
    int64_t at_us, number; /* the cursor, where `placed` */
    size_t n_walks;
    char *pattern; /* the source's, in SQL's form */
    st_cell values[ST_SELECT_VALUES];
    st_text sql;
} st_select;

/** Check a question, and look up what it names. */
int st_select_open(st_select *select, const st_store *store,
                   const stance_event_query *query, stance_error *err);
/** Make `sql`: one page and one event more. */
int st_select_page(st_select *select, stance_error *err);
/** Make `sql`: kind and number of events. */
int st_select_count(st_select *select, stance_error *err);
void st_select_clear(st_select *select);

/** Read "NAME:1" (n = 1) or "NAME:1:2" (n = 2). */
bool st_cursor_read(const char *cursor, const char *name, int64_t *numbers, int n);
int st_cursor_fail(const char *cursor, const char *name, stance_error *err);
/** STANCE_EINVAL for a page that is empty or too large. */
int st_select_check_limit(const stance_event_query *query, stance_error *err);
/** A pattern with * and ? in the form of LIKE ... ESCAPE '!'; NULL: out of memory. */
char *st_pattern(const char *pattern);

#endif
