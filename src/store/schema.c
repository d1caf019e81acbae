/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of the events database, as the steps that lead to them (docs/events.md).
 *
 * A step that was once released is never changed; what is new is another step. All of
 * them are applied in one transaction, so a database is never in between, and two
 * programs that open an empty one at the same time do not meet.
 *
 * Kind, place and label have few different combinations: they stand in a table of their
 * own (stance_what), and each event has its number. One index by that number and time
 * then serves every question about kinds, places and labels. at_us is what events are
 * ordered by and searched by time: clock time, or what stands in for it where the clock
 * is not known (store.h). What was added later (depth) stands at the end of table and
 * view: PostgreSQL adds nothing in between.
 */
#include <string.h>

#include "base/status.h"
#include "store/store.h"

/* Of stance_run, behind its number. */
#define RUN_COLUMNS                              \
    " source TEXT NOT NULL,"                     \
    " model TEXT,"                               \
    " settings TEXT,"                            \
    " clock_us BIGINT," /* of the first frame */ \
    " began_us BIGINT NOT NULL,"                 \
    " ended_us BIGINT,"                          \
    " complete INTEGER NOT NULL DEFAULT 0,"      \
    " frames BIGINT,"                            \
    " events BIGINT NOT NULL DEFAULT 0)"

/* Of stance_event, behind its number and run. */
#define EVENT_COLUMNS                                        \
    " what BIGINT NOT NULL REFERENCES stance_what,"          \
    " person BIGINT NOT NULL," /* 0: nobody in particular */ \
    " at_us BIGINT NOT NULL,"                                \
    " start_us BIGINT NOT NULL,"                             \
    " turn_us BIGINT,"                                       \
    " end_us BIGINT," /* NULL: start_us */                   \
    " stay_us BIGINT,"                                       \
    " frame BIGINT,"                                         \
    " x REAL, y REAL,"                                       \
    " people INTEGER,"                                       \
    " ordinal INTEGER,"                                      \
    " inference_us BIGINT)"

#define EVENT_INDEXES                                                           \
    "CREATE INDEX stance_event_by_time ON stance_event (at_us@TIE@)",           \
        "CREATE INDEX stance_event_by_what ON stance_event (what, at_us@TIE@)", \
        "CREATE INDEX stance_event_by_run ON stance_event (run, at_us@TIE@)",   \
        "CREATE INDEX stance_event_by_person ON stance_event (person, at_us@TIE@)"

#define EVENTS_VIEW                                                       \
    "CREATE VIEW stance_events AS SELECT e.event AS event, e.run AS run," \
    " r.source AS source, w.name AS kind, NULLIF(e.person, 0) AS person," \
    " NULLIF(w.place, '') AS place, NULLIF(w.label, '') AS label,"        \
    " e.start_us AS start_us, e.turn_us AS turn_us,"                      \
    " COALESCE(e.end_us, e.start_us) AS end_us, e.stay_us AS stay_us,"    \
    " CASE WHEN e.at_us <> e.start_us THEN e.at_us END AS clock_us,"      \
    " e.frame AS frame, e.x AS x, e.y AS y, e.people AS people,"          \
    " e.ordinal AS ordinal, e.inference_us AS inference_us"               \
    " FROM stance_event e JOIN stance_what w ON w.what = e.what"          \
    " JOIN stance_run r ON r.run = e.run"

/* The same with the times of st_event_stand_in(), and when the run began.
 * @param more columns behind those */
#define EVENTS_VIEW_3(more)                                               \
    "VIEW stance_events AS SELECT e.event AS event, e.run AS run,"        \
    " r.source AS source, w.name AS kind, NULLIF(e.person, 0) AS person," \
    " NULLIF(w.place, '') AS place, NULLIF(w.label, '') AS label,"        \
    " e.start_us AS start_us, e.turn_us AS turn_us,"                      \
    " COALESCE(e.end_us, e.start_us) AS end_us, e.stay_us AS stay_us,"    \
    " CASE WHEN e.at_us <> r.began_us + e.start_us / 1000 THEN e.at_us"   \
    " END AS clock_us,"                                                   \
    " e.frame AS frame, e.x AS x, e.y AS y, e.people AS people,"          \
    " e.ordinal AS ordinal, e.inference_us AS inference_us,"              \
    " r.began_us AS run_began_us" more                                    \
    " FROM stance_event e JOIN stance_what w ON w.what = e.what"          \
    " JOIN stance_run r ON r.run = e.run"

static const char *const version_1[] = {
    "CREATE TABLE stance_schema (version BIGINT NOT NULL)",
    "INSERT INTO stance_schema (version) VALUES (0)",
    "CREATE TABLE stance_run ( run @KEY@," RUN_COLUMNS,
    "CREATE TABLE stance_what ("
    " what @KEY@,"
    " kind INTEGER NOT NULL," /* stance_event_kind */
    " name TEXT NOT NULL,"    /* of the kind */
    " place TEXT NOT NULL,"   /* '': none */
    " label TEXT NOT NULL,"   /* '': none */
    " UNIQUE (kind, place, label))",
    "CREATE TABLE stance_event ( event @KEY@,"
    " run BIGINT NOT NULL REFERENCES stance_run ON DELETE CASCADE," EVENT_COLUMNS,
    EVENT_INDEXES,
    EVENTS_VIEW,
    NULL,
};

/* SQLite numbers new rows from the highest that is there, so that who deletes the newest
 * has their numbers given again, behind the back of who follows; AUTOINCREMENT forbids.
 * It cannot be added to a table: both are copied, in an order in which no key leads
 * nowhere. Renaming a table renames what refers to it. */
static const char *const version_2_sqlite[] = {
    "DROP VIEW stance_events",
    "CREATE TABLE new_run ( run INTEGER PRIMARY KEY AUTOINCREMENT," RUN_COLUMNS,
    "INSERT INTO new_run SELECT * FROM stance_run",
    "CREATE TABLE new_event ( event INTEGER PRIMARY KEY AUTOINCREMENT,"
    " run BIGINT NOT NULL REFERENCES new_run ON DELETE CASCADE," EVENT_COLUMNS,
    "INSERT INTO new_event SELECT * FROM stance_event",
    "DROP TABLE stance_event",
    "DROP TABLE stance_run",
    "ALTER TABLE new_run RENAME TO stance_run",
    "ALTER TABLE new_event RENAME TO stance_event",
    EVENT_INDEXES,
    EVENTS_VIEW,
    NULL,
};

/* Where the clock is not known, at_us was the time in the stream: events of files came
 * before all others, mixed, and no question about clock times found them. */
#define MOVE_EVENTS                                                         \
    "UPDATE stance_event SET at_us = start_us / 1000 +"                     \
    " (SELECT r.began_us FROM stance_run r WHERE r.run = stance_event.run)" \
    " WHERE at_us = start_us"

static const char *const version_3_sqlite[] = {
    MOVE_EVENTS,
    "DROP VIEW stance_events",
    "CREATE " EVENTS_VIEW_3(""),
    NULL,
};

/* Not dropped: views that somebody made of it would be in the way. */
static const char *const version_4_postgresql[] = {
    MOVE_EVENTS,
    "CREATE OR REPLACE " EVENTS_VIEW_3(""),
    NULL,
};

/* How far a repetition went: ST_VERSION_WITH_DEPTH. */
static const char *const version_5[] = {
    "ALTER TABLE stance_event ADD COLUMN depth REAL",
    NULL,
};

static const char *const version_6_sqlite[] = {
    "DROP VIEW stance_events",
    "CREATE " EVENTS_VIEW_3(", e.depth AS depth"),
    NULL,
};

static const char *const version_7_postgresql[] = {
    "CREATE OR REPLACE " EVENTS_VIEW_3(", e.depth AS depth"),
    NULL,
};

/* Who reads recognises both forms of at_us, takes a missing depth as not known, and so
 * can do without the later ones. */
const st_migration st_migrations[] = {
    {.statements = version_1},
    {.statements = version_2_sqlite, .only = "sqlite", .reads_the_same = true},
    {.statements = version_3_sqlite, .only = "sqlite", .reads_the_same = true},
    {.statements = version_4_postgresql, .only = "postgresql", .reads_the_same = true},
    {.statements = version_5, .reads_the_same = true},
    {.statements = version_6_sqlite, .only = "sqlite", .reads_the_same = true},
    {.statements = version_7_postgresql, .only = "postgresql", .reads_the_same = true},
};
const size_t st_n_migrations = sizeof(st_migrations) / sizeof(*st_migrations);

static int read_version(const st_store *store, int64_t *version, stance_error *err)
{
    int64_t there = 0;
    *version = 0;
    int rc = st_store_int(store, store->class->exists, NULL, 0, &there, err);
    if (rc == 0 && there)
        rc = st_store_int(store, "SELECT version FROM stance_schema", NULL, 0, version,
                          err);
    return rc;
}

static int fail_newer(const st_store *store, int code, int64_t version, size_t n,
                      stance_error *err)
{
    return st_fail(err, code,
                   "%s: was made by a newer stance: expected version %zu of the tables "
                   "or below, found %lld",
                   store->shown, n, (long long)version);
}

/* Replace @KEY@ and @TIE@. */
static void add_statement(st_text *sql, const st_store_class *class, const char *from)
{
    sql->length = 0;
    for (const char *at; (at = strchr(from, '@')); from = at + 5) {
        st_text_add_bytes(sql, from, (size_t)(at - from));
        st_text_add(sql, strncmp(at, "@KEY@", 5) == 0 ? class->key : class->tie);
    }
    st_text_add(sql, from);
}

static int apply(const st_store *store, const st_migration *step, st_text *sql,
                 stance_error *err)
{
    int rc = 0;
    if (step->only && strcmp(step->only, store->class->name) != 0)
        return 0;
    for (const char *const *s = step->statements; *s && rc == 0; s++) {
        add_statement(sql, store->class, *s);
        rc = sql->failed ? st_fail_memory(err)
                         : st_store_run(store, sql->text, NULL, 0, NULL, NULL, err);
    }
    return rc;
}

int st_schema_update(st_store *store, const st_migration *steps, size_t n,
                     stance_error *err)
{
    st_text sql = {0};
    int64_t version;
    int rc = read_version(store, &version, err);
    store->version = (int64_t)n;
    if (rc < 0 || version == (int64_t)n)
        return rc;
    if (version > (int64_t)n)
        return fail_newer(store, STANCE_EOUTPUT, version, n, err);
    rc = st_store_begin(store, err);
    if (rc < 0)
        return rc;
    rc = read_version(store, &version, err); /* another program may have been faster */
    if (rc == 0 && version == 0 && store->class->first)
        rc = st_store_run(store, store->class->first, NULL, 0, NULL, NULL, err);
    for (int64_t v = version; v < (int64_t)n && rc == 0; v++)
        rc = apply(store, &steps[v], &sql, err);
    if (rc == 0)
        rc = st_store_run(store, "UPDATE stance_schema SET version = $1",
                          &(st_cell){.type = ST_CELL_INT, .i = (int64_t)n}, 1, NULL, NULL,
                          err);
    if (rc == 0)
        rc = st_store_commit(store, err);
    if (rc < 0)
        st_store_rollback(store);
    st_text_clear(&sql);
    return rc;
}

int st_schema_check(st_store *store, const st_migration *steps, size_t n,
                    stance_error *err)
{
    int64_t version;
    int rc = read_version(store, &version, err);
    if (rc < 0)
        return rc;
    if (version == 0)
        return st_fail(err, STANCE_EINPUT,
                       "%s: expected an events database, found none of its tables",
                       store->shown);
    if (version > (int64_t)n)
        return fail_newer(store, STANCE_EINPUT, version, n, err);
    store->version = version;
    while (n > (size_t)version && steps[n - 1].reads_the_same)
        n--;
    if (version < (int64_t)n)
        return st_fail(
            err, STANCE_EINPUT,
            "%s: is of version %lld of the tables, expected %zu; writing to it "
            "once ('stance run --events') brings it up to date",
            store->shown, (long long)version, n);
    return 0;
}
