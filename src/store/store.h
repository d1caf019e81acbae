/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_STORE_H
#define ST_STORE_H

#include "base/memory.h"
#include "stance/event_db.h"

/*
 * Inside the events database. A kind of database is one file that ends in a const
 * st_store_class; it runs statements and knows nothing of events but how to insert many.
 * Schema, writing and reading are SQL that all kinds understand.
 */

typedef enum st_cell_type {
    ST_CELL_NULL,
    ST_CELL_INT,
    ST_CELL_REAL,
    ST_CELL_TEXT
} st_cell_type;

/** A value of a statement, or of a row it gives. */
typedef struct st_cell {
    st_cell_type type;
    int64_t i;
    double r;
    const char *text; /**< of a row: until the callback returns */
} st_cell;

/** @return 0; anything else ends the statement and is returned by run */
typedef int (*st_row_fn)(void *user, const st_cell *cells, size_t n, stance_error *err);

/** An event on its way to the database; strings of the event are not looked at. */
typedef struct st_event_record {
    int64_t run;
    int64_t what;  /**< of stance_what: kind, place and label */
    int64_t at_us; /**< st_event_at() */
    stance_event event;
} st_event_record;

/**
 * What stands in for the clock time of an event where that is not known: when its run
 * began, and a thousandth of the time in the stream, so that the events of a clip stand
 * together and in their order, and all of them at a time at which the clip came in.
 */
int64_t st_event_stand_in(int64_t began_us, int64_t start_us);
/** The time by which an event is stored and found. A clock time that happens to be the
 * one that stands in is told from it by a microsecond. */
int64_t st_event_at(const stance_event *event, int64_t began_us);
/** The clock time of an event that was found at `at_us`; -1: not known. */
int64_t st_event_clock(int64_t at_us, int64_t began_us, int64_t start_us);

/** The columns of stance_event that `add` fills, in this order. */
#define ST_EVENT_COLUMNS                                                          \
    "run, what, person, at_us, start_us, turn_us, end_us, stay_us, frame, x, y, " \
    "people, ordinal, inference_us, depth"
enum { ST_EVENT_N_COLUMNS = 15 };
/** The values of those columns. */
void st_event_cells(const st_event_record *record, st_cell cells[ST_EVENT_N_COLUMNS]);

typedef struct st_store_class {
    const char *name, *help;
    size_t size;       /**< private bytes, zeroed */
    const char *begin; /**< begins a transaction that will write */
    const char *lock; /**< then keeps other writers out until its end; NULL: begin does */
    const char *exists; /**< gives 1 where the schema's tables are there */
    const char *first;  /**< with the first migration; NULL: nothing */
    const char *key;    /**< what declares a column that numbers its rows */
    const char *tie;    /**< in an index, behind the last column: the number of the row,
                           where    an index does not have it anyway */
    bool inner_order; /**< of the parts of a UNION ALL: its order alone would make it sort
                       */
    bool (*takes)(const char *address);
    /** @param address kept. Errors name it as st_address_shown() does. On an error
     * `close` is called as well. */
    int (*open)(void *self, const char *address, bool write, stance_error *err);
    /** Run one statement, in which $1, $2, ... stand for `values`. @param row NULL: rows
     * are not wanted */
    int (*run)(void *self, const char *sql, const st_cell *values, size_t n_values,
               st_row_fn row, void *user, stance_error *err);
    /** Insert events, within a transaction. */
    int (*add)(void *self, const st_event_record *records, size_t n, stance_error *err);
    /** True when what just failed may succeed later. */
    bool (*may_pass)(void *self);
    /** Before another try: connect again where the connection was lost. NULL: nothing */
    int (*again)(void *self, stance_error *err);
    void (*close)(void *self);
} st_store_class;

extern const st_store_class st_store_sqlite;
#ifdef ST_HAVE_LIBPQ
extern const st_store_class st_store_postgresql;
#endif

/** An open database. */
typedef struct st_store {
    const st_store_class *class;
    void *self;
    char *shown;     /**< its address without a password */
    int64_t version; /**< of its tables; who reads may meet older ones */
} st_store;

/** Open and bring the schema up to date (write) or check it (read).
 * @param address kept. Always st_store_close(). */
int st_store_open(st_store *store, const char *address, bool write, stance_error *err);
void st_store_close(st_store *store);

int st_store_run(const st_store *store, const char *sql, const st_cell *values, size_t n,
                 st_row_fn row, void *user, stance_error *err);
/** A statement that gives one whole number; `*out` is kept where it gives nothing. */
int st_store_int(const st_store *store, const char *sql, const st_cell *values, size_t n,
                 int64_t *out, stance_error *err);
int st_store_begin(const st_store *store, stance_error *err);
int st_store_commit(const st_store *store, stance_error *err);
void st_store_rollback(const st_store *store);

static inline st_cell st_cell_int(int64_t i)
{
    return (st_cell){.type = ST_CELL_INT, .i = i};
}
/** NULL stands for below 0: not known. */
static inline st_cell st_cell_known(int64_t i)
{
    return (st_cell){.type = i < 0 ? ST_CELL_NULL : ST_CELL_INT, .i = i};
}
/** @param text kept; NULL is NULL */
static inline st_cell st_cell_text(const char *text)
{
    return (st_cell){.type = text ? ST_CELL_TEXT : ST_CELL_NULL, .text = text};
}

/* ---- schema.c ---- */

/** A step to the next version of the schema: statements, in which @KEY@ and @TIE@ stand
 * for the class's, ended by NULL. */
typedef struct st_migration {
    const char *const *statements;
    const char *only;    /**< name of the class that needs it; NULL: all of them */
    bool reads_the_same; /**< who only reads can do without it */
} st_migration;

/** From here on the tables have the column `depth`. */
enum { ST_VERSION_WITH_DEPTH = 5 };

/** What brings an empty database to version 1, 2, ... */
extern const st_migration st_migrations[];
extern const size_t st_n_migrations;

/** Apply what is missing of `n` steps, all or nothing; write: STANCE_EOUTPUT for a
 * version above n. */
int st_schema_update(st_store *store, const st_migration *steps, size_t n,
                     stance_error *err);
/** STANCE_EINPUT unless the version is `n`, or all that is missing reads the same. */
int st_schema_check(st_store *store, const st_migration *steps, size_t n,
                    stance_error *err);

/* ---- address.c ---- */

/** A copy of an address without the password in it; NULL: out of memory. st_free(). */
char *st_address_shown(const char *address);
/** True when the password may have a '/' or '@' in it, so that others may take parts of
 * it for the host, and name them. */
bool st_address_is_unclear(const char *address);

#endif
