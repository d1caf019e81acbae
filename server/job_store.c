/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Jobs in SQLite. The journal is a write-ahead log, so that a server that is killed finds
 * a whole list when it starts again.
 */
#include "job_store.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

struct job_store {
    /* Guards the connection; SQLite is not asked under any other lock. */
    pthread_mutex_t lock;
    sqlite3 *db;
    char *path;
};

static const char *const state_names[] = {"queued", "running", "done", "failed",
                                          "cancelled"};

#define COLUMNS                                                                  \
    "number, id, state, picture, name, options, error, created_us, started_us, " \
    "ended_us, frames, n_frames"

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS jobs("
    "number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, "
    "state INTEGER NOT NULL, picture INTEGER NOT NULL, name TEXT NOT NULL, "
    "options TEXT NOT NULL, error TEXT, created_us INTEGER NOT NULL, "
    "started_us INTEGER NOT NULL, ended_us INTEGER NOT NULL, "
    "frames INTEGER NOT NULL, n_frames INTEGER NOT NULL);"
    "CREATE INDEX IF NOT EXISTS jobs_by_state ON jobs(state, number);";

const char *job_state_name(job_state state)
{
    return state_names[state];
}

void job_row_clear(job_row *row)
{
    free(row->options);
    free(row->error);
    *row = (job_row){0};
}

static int fail_store(const job_store *store, stance_error *err)
{
    return fail(err, STANCE_EOUTPUT, "%s: %s", store->path, sqlite3_errmsg(store->db));
}

static int run(const job_store *store, const char *sql, stance_error *err)
{
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK
               ? 0
               : fail_store(store, err);
}

int job_store_open(job_store **out, const char *path, stance_error *err)
{
    job_store *store = must_alloc(1, sizeof(*store));
    *store = (job_store){.path = must_copy(path)};
    pthread_mutex_init(&store->lock, NULL);
    int rc = sqlite3_open(path, &store->db) == SQLITE_OK ? 0 : fail_store(store, err);
    if (rc == 0) {
        sqlite3_busy_timeout(store->db, 5000);
        rc = run(store, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;", err);
    }
    if (rc == 0)
        rc = run(store, schema, err);
    if (rc == 0)
        rc = run(store,
                 "UPDATE jobs SET state = 0, started_us = 0, frames = 0 WHERE state = 1",
                 err);
    if (rc < 0)
        job_store_close(&store);
    *out = store;
    return rc;
}

void job_store_close(job_store **out)
{
    job_store *store = *out;
    *out = NULL;
    if (!store)
        return;
    sqlite3_close(store->db);
    pthread_mutex_destroy(&store->lock);
    free(store->path);
    free(store);
}

/* ---- statements ---- */

static sqlite3_stmt *prepare(job_store *store, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    pthread_mutex_lock(&store->lock);
    sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);
    return statement; /* NULL is no statement to step, which is an error */
}

/* @return 0, STANCE_END (no row) or an error; the row is read meanwhile */
static int step(job_store *store, sqlite3_stmt *statement, stance_error *err)
{
    int code = statement ? sqlite3_step(statement) : SQLITE_ERROR;
    return code == SQLITE_ROW    ? 0
           : code == SQLITE_DONE ? STANCE_END
                                 : fail_store(store, err);
}

static void finish(job_store *store, sqlite3_stmt *statement)
{
    sqlite3_finalize(statement);
    pthread_mutex_unlock(&store->lock);
}

static char *copy_text(sqlite3_stmt *statement, int column)
{
    const char *string = (const char *)sqlite3_column_text(statement, column);
    return string ? must_copy(string) : NULL;
}

static void read_row(sqlite3_stmt *s, job_row *row)
{
    *row = (job_row){.number = sqlite3_column_int64(s, 0),
                     .state = (job_state)sqlite3_column_int(s, 2),
                     .picture = sqlite3_column_int(s, 3) != 0,
                     .options = copy_text(s, 5),
                     .error = copy_text(s, 6),
                     .created_us = sqlite3_column_int64(s, 7),
                     .started_us = sqlite3_column_int64(s, 8),
                     .ended_us = sqlite3_column_int64(s, 9),
                     .frames = sqlite3_column_int64(s, 10),
                     .n_frames = sqlite3_column_int64(s, 11)};
    const char *id = (const char *)sqlite3_column_text(s, 1);
    const char *name = (const char *)sqlite3_column_text(s, 4);
    snprintf(row->id, sizeof(row->id), "%s", id ? id : "");
    snprintf(row->name, sizeof(row->name), "%s", name ? name : "");
}

static void bind_text(sqlite3_stmt *s, int at, const char *string)
{
    sqlite3_bind_text(s, at, string, -1, SQLITE_STATIC);
}

/* What changes, from place 1 on; @return the place after */
static int bind_changing(sqlite3_stmt *s, const job_row *row)
{
    sqlite3_bind_int(s, 1, row->state);
    bind_text(s, 2, row->error);
    sqlite3_bind_int64(s, 3, row->started_us);
    sqlite3_bind_int64(s, 4, row->ended_us);
    sqlite3_bind_int64(s, 5, row->frames);
    sqlite3_bind_int64(s, 6, row->n_frames);
    return 7;
}

/* ---- jobs ---- */

int job_store_add(job_store *store, job_row *row, int64_t most, stance_error *err)
{
    sqlite3_stmt *s = prepare(
        store,
        "INSERT INTO jobs(state, error, started_us, ended_us, frames, n_frames, id, "
        "picture, name, options, created_us) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? "
        "WHERE (SELECT count(*) FROM jobs WHERE state = 0) < ?");
    int rc = s ? 0 : fail_store(store, err);
    if (rc == 0) {
        int at = bind_changing(s, row);
        bind_text(s, at++, row->id);
        sqlite3_bind_int(s, at++, row->picture);
        bind_text(s, at++, row->name);
        bind_text(s, at++, row->options ? row->options : "");
        sqlite3_bind_int64(s, at++, row->created_us);
        sqlite3_bind_int64(s, at, most);
        rc = step(store, s, err);
    }
    if (rc == STANCE_END) {
        rc = sqlite3_changes(store->db) > 0 ? 0 : STANCE_AGAIN;
        row->number = sqlite3_last_insert_rowid(store->db);
    }
    finish(store, s);
    return rc;
}

int job_store_take(job_store *store, job_row *row, stance_error *err)
{
    sqlite3_stmt *s = prepare(
        store, "UPDATE jobs SET state = 1 WHERE number = (SELECT min(number) FROM jobs "
               "WHERE state = 0) RETURNING " COLUMNS);
    int rc = step(store, s, err);
    if (rc == 0) {
        read_row(s, row);
        if (sqlite3_step(s) != SQLITE_DONE) { /* its end, which commits */
            job_row_clear(row);
            rc = fail_store(store, err);
        }
    }
    finish(store, s);
    return rc;
}

int job_store_update(job_store *store, const job_row *row, stance_error *err)
{
    sqlite3_stmt *s =
        prepare(store, "UPDATE jobs SET state = ?, error = ?, started_us = ?, "
                       "ended_us = ?, frames = ?, n_frames = ? WHERE id = ?");
    if (s)
        bind_text(s, bind_changing(s, row), row->id);
    int rc = step(store, s, err);
    if (rc == STANCE_END)
        rc = sqlite3_changes(store->db) > 0 ? 0 : STANCE_END;
    finish(store, s);
    return rc;
}

int job_store_cancel(job_store *store, const char *id, int64_t now_us, stance_error *err)
{
    sqlite3_stmt *s = prepare(
        store, "UPDATE jobs SET state = 4, ended_us = ? WHERE id = ? AND state < 2");
    if (s) {
        sqlite3_bind_int64(s, 1, now_us);
        bind_text(s, 2, id);
    }
    int rc = step(store, s, err);
    if (rc == STANCE_END)
        rc = sqlite3_changes(store->db) > 0 ? 0 : STANCE_END;
    finish(store, s);
    return rc;
}

int job_store_get(job_store *store, const char *id, job_row *row, stance_error *err)
{
    sqlite3_stmt *s = prepare(store, "SELECT " COLUMNS " FROM jobs WHERE id = ?");
    if (s)
        bind_text(s, 1, id);
    int rc = step(store, s, err);
    if (rc == 0)
        read_row(s, row);
    finish(store, s);
    return rc;
}

int job_store_remove(job_store *store, const char *id, stance_error *err)
{
    sqlite3_stmt *s = prepare(store, "DELETE FROM jobs WHERE id = ?");
    if (s)
        bind_text(s, 1, id);
    int rc = step(store, s, err);
    finish(store, s);
    return rc == STANCE_END ? 0 : rc;
}

int job_store_list(job_store *store, int64_t before, job_row *rows, int most,
                   stance_error *err)
{
    sqlite3_stmt *s =
        prepare(store, "SELECT " COLUMNS " FROM jobs WHERE ?1 = 0 OR number < ?1 "
                       "ORDER BY number DESC LIMIT ?2");
    int rc = 0, n = 0;
    if (s) {
        sqlite3_bind_int64(s, 1, before);
        sqlite3_bind_int(s, 2, most);
    }
    while (n < most && (rc = step(store, s, err)) == 0)
        read_row(s, &rows[n++]);
    finish(store, s);
    return rc < 0 ? rc : n;
}

int job_store_old(job_store *store, int64_t before_us, job_row *row, stance_error *err)
{
    sqlite3_stmt *s =
        prepare(store, "SELECT " COLUMNS " FROM jobs WHERE state > 1 AND ended_us < ? "
                       "ORDER BY ended_us LIMIT 1");
    if (s)
        sqlite3_bind_int64(s, 1, before_us);
    int rc = step(store, s, err);
    if (rc == 0)
        read_row(s, row);
    finish(store, s);
    return rc;
}

int job_store_count(job_store *store, int64_t counts[JOB_CANCELLED + 1],
                    stance_error *err)
{
    sqlite3_stmt *s = prepare(store, "SELECT state, count(*) FROM jobs GROUP BY state");
    int rc;
    memset(counts, 0, (JOB_CANCELLED + 1) * sizeof(*counts));
    while ((rc = step(store, s, err)) == 0) {
        int state = sqlite3_column_int(s, 0);
        if (state >= 0 && state <= JOB_CANCELLED)
            counts[state] = sqlite3_column_int64(s, 1);
    }
    finish(store, s);
    return rc == STANCE_END ? 0 : rc;
}
