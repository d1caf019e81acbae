/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events in an SQLite file.
 *
 * The journal is a write-ahead log: who reads, in this program or another, sees whole
 * transactions and waits for nobody, and whatever kills the writer, the file stays whole.
 * Each commit is forced to the disk (synchronous=FULL; the usual NORMAL would leave the
 * last ones to the system's memory, and a power cut would take more than the second that
 * is promised). That is paid once in half a second, and nobody notices.
 *
 * A file that somebody else made is recognised by its application id before anything in
 * it is touched. What is opened for reading may come from anywhere: its schema is not
 * trusted to call anything.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/status.h"
#include "store/store.h"

enum {
    APPLICATION = 0x73746576, /* "stev", in the file's header */
    WAIT_MS = 10000,          /* for another program's transaction */
    JOURNAL_BYTES = 64 << 20, /* that stay on the disk when it was longer */
};

typedef struct sqlite_store {
    const char *path;
    sqlite3 *db;
    sqlite3_stmt *insert;
    bool write;
    int code; /* of the last error */
} sqlite_store;

static bool sqlite_takes(const char *address)
{
    return !stance_event_db_is_server(address);
}

static int fail(sqlite_store *s, int code, stance_error *err)
{
    s->code = code;
    if (code == SQLITE_NOMEM)
        return st_fail_memory(err);
    int status = s->write ? STANCE_EOUTPUT : STANCE_EINPUT;
    if (code == SQLITE_NOTADB)
        return st_fail(err, status, "%s: expected an events database, found another file",
                       s->path);
    if (code == SQLITE_CORRUPT)
        return st_fail(err, status,
                       "%s: the database is damaged (%s); 'sqlite3 FILE .recover' may "
                       "save what is left",
                       s->path, s->db ? sqlite3_errmsg(s->db) : "");
    return st_fail(err, status, "%s: could not be %s: %s", s->path,
                   s->write ? "written" : "read",
                   s->db ? sqlite3_errmsg(s->db) : sqlite3_errstr(code));
}

/* ---- statements ---- */

static int bind(sqlite3_stmt *stmt, int at, const st_cell *value)
{
    switch (value->type) {
    case ST_CELL_INT:
        return sqlite3_bind_int64(stmt, at, value->i);
    case ST_CELL_REAL:
        return sqlite3_bind_double(stmt, at, value->r);
    case ST_CELL_TEXT:
        return sqlite3_bind_text(stmt, at, value->text, -1, SQLITE_STATIC);
    default:
        return sqlite3_bind_null(stmt, at);
    }
}

/* Each $N by its name: SQLite numbers names by where they first stand. */
static int bind_all(sqlite3_stmt *stmt, const st_cell *values, size_t n)
{
    int code = SQLITE_OK;
    for (size_t i = 0; i < n && code == SQLITE_OK; i++) {
        char name[24];
        snprintf(name, sizeof(name), "$%zu", i + 1);
        int at = sqlite3_bind_parameter_index(stmt, name);
        if (at > 0)
            code = bind(stmt, at, &values[i]);
    }
    return code;
}

static void take_row(sqlite3_stmt *stmt, st_cell *cells, int n)
{
    for (int i = 0; i < n; i++) {
        cells[i] = (st_cell){.type = ST_CELL_NULL};
        switch (sqlite3_column_type(stmt, i)) {
        case SQLITE_INTEGER:
            cells[i] = st_cell_int(sqlite3_column_int64(stmt, i));
            break;
        case SQLITE_FLOAT:
            cells[i] =
                (st_cell){.type = ST_CELL_REAL, .r = sqlite3_column_double(stmt, i)};
            break;
        case SQLITE_TEXT:
            cells[i] = st_cell_text((const char *)sqlite3_column_text(stmt, i));
            break;
        default:
            break;
        }
    }
}

static int sqlite_run(void *self, const char *sql, const st_cell *values, size_t n_values,
                      st_row_fn row, void *user, stance_error *err)
{
    enum { MOST_COLUMNS = 32 };
    sqlite_store *s = self;
    st_cell cells[MOST_COLUMNS];
    sqlite3_stmt *stmt = NULL;
    s->code = 0;
    int rc = 0, code = sqlite3_prepare_v2(s->db, sql, -1, &stmt, NULL);
    if (code == SQLITE_OK)
        code = bind_all(stmt, values, n_values);
    if (code == SQLITE_OK) {
        int n = sqlite3_column_count(stmt);
        n = n < MOST_COLUMNS ? n : MOST_COLUMNS;
        while ((code = sqlite3_step(stmt)) == SQLITE_ROW && rc == 0) {
            if (!row)
                continue;
            take_row(stmt, cells, n);
            rc = row(user, cells, (size_t)n, err);
        }
    }
    if (rc == 0 && code != SQLITE_DONE)
        rc = fail(s, code, err);
    sqlite3_finalize(stmt);
    return rc;
}

static int sqlite_add(void *self, const st_event_record *records, size_t n,
                      stance_error *err)
{
    sqlite_store *s = self;
    static const char sql[] =
        "INSERT INTO stance_event (" ST_EVENT_COLUMNS ") "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    int code = SQLITE_OK;
    if (!s->insert)
        code = sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->insert,
                                  NULL);
    for (size_t i = 0; i < n && code == SQLITE_OK; i++) {
        st_cell cells[ST_EVENT_N_COLUMNS];
        st_event_cells(&records[i], cells);
        for (int k = 0; k < ST_EVENT_N_COLUMNS && code == SQLITE_OK; k++)
            code = bind(s->insert, k + 1, &cells[k]);
        if (code == SQLITE_OK)
            code = sqlite3_step(s->insert);
        int reset = sqlite3_reset(s->insert);
        code = code == SQLITE_DONE ? reset : code;
    }
    return code == SQLITE_OK ? 0 : fail(s, code, err);
}

/* ---- opening ---- */

/* SQLite takes any file of a few bytes for an empty database, and would write over it.
 * Looked at through SQLite's own descriptor: to close another one of the same file would
 * take away the locks that this process has on it, by whatever handle. */
static bool is_foreign(const sqlite_store *s)
{
    static const char head[] = "SQLite format 3"; /* and its NUL */
    char found[sizeof(head)] = "";
    sqlite3_file *file = NULL;
    if (sqlite3_file_control(s->db, "main", SQLITE_FCNTL_FILE_POINTER, &file) !=
            SQLITE_OK ||
        !file || !file->pMethods)
        return false;
    /* Not by its size: of a file of one byte SQLite says that it is empty. */
    if (file->pMethods->xRead(file, found, 1, 0) != SQLITE_OK)
        return false;
    return file->pMethods->xRead(file, found, sizeof(found), 0) != SQLITE_OK ||
           memcmp(found, head, sizeof(head)) != 0;
}

/* What sort of file this is, told by its header, before anything is changed. */
static int check_file(sqlite_store *s, stance_error *err)
{
    if (is_foreign(s))
        return fail(s, SQLITE_NOTADB, err);
    st_store store = {.class = &st_store_sqlite, .self = s};
    int64_t application = 0, things = 0;
    int rc = st_store_int(&store, "PRAGMA application_id", NULL, 0, &application, err);
    if (rc == 0)
        rc = st_store_int(&store, "SELECT count(*) FROM sqlite_master", NULL, 0, &things,
                          err);
    if (rc < 0 || application == APPLICATION)
        return rc;
    if (s->write && application == 0 && things == 0)
        return 0; /* a new file, or one that was begun and not filled */
    return st_fail(err, s->write ? STANCE_EOUTPUT : STANCE_EINPUT,
                   "%s: expected an events database, found %s", s->path,
                   things ? "another SQLite database" : "an empty file");
}

static int run_plain(sqlite_store *s, const char *sql, stance_error *err)
{
    return sqlite_run(s, sql, NULL, 0, NULL, NULL, err);
}

static int take_journal(void *user, const st_cell *cells, size_t n, stance_error *err)
{
    (void)err;
    *(bool *)user =
        n == 1 && cells[0].type == ST_CELL_TEXT && strcmp(cells[0].text, "wal") == 0;
    return 0;
}

static int open_to_write(sqlite_store *s, stance_error *err)
{
    bool wal = false;
    char limit[64];
    snprintf(limit, sizeof(limit), "PRAGMA journal_size_limit = %d", JOURNAL_BYTES);
    int code = sqlite3_open_v2(
        s->path, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
        NULL);
    if (code != SQLITE_OK)
        return fail(s, code, err);
    sqlite3_busy_timeout(s->db, WAIT_MS);
    int rc = check_file(s, err);
    if (rc == 0)
        rc = sqlite_run(s, "PRAGMA journal_mode = WAL", NULL, 0, take_journal, &wal, err);
    if (rc == 0 && !wal)
        st_log(STANCE_LOG_WARN, "events",
               "%s: this file system allows no write-ahead log; who reads the events "
               "will keep the run waiting",
               s->path);
    if (rc == 0)
        rc = run_plain(s, "PRAGMA synchronous = FULL", err);
    if (rc == 0)
        rc = run_plain(s, "PRAGMA foreign_keys = ON", err);
    return rc == 0 ? run_plain(s, limit, err) : rc;
}

/* "file:PATH?immutable=1": on a medium that nobody can write to there is nothing to share
 * with a writer, and no place for the files with which that is done. */
static char *immutable_uri(const char *path)
{
    st_text uri = {0};
    st_text_add(&uri, "file:");
    for (const char *c = path; *c; c++) {
        if (strchr("%?#", *c))
            st_text_printf(&uri, "%%%02x", (unsigned char)*c);
        else
            st_text_add_bytes(&uri, c, 1);
    }
    st_text_add(&uri, "?immutable=1");
    if (uri.failed)
        st_text_clear(&uri);
    return uri.text;
}

static int open_immutable(sqlite_store *s, stance_error *err)
{
    char *uri = immutable_uri(s->path), *log = st_format("%s-wal", s->path);
    int rc = !uri || !log ? st_fail_memory(err) : 0;
    if (rc == 0 && st_file_size(log) > 0)
        rc = st_fail(err, STANCE_EINPUT,
                     "%s: events that were not yet brought into the file lie in %s-wal, "
                     "and the folder cannot be written to; copy both to another place "
                     "and read them there",
                     s->path, st_path_name(s->path));
    if (rc == 0) {
        sqlite3_close(s->db);
        s->db = NULL;
        int code = sqlite3_open_v2(
            uri, &s->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX,
            NULL);
        rc = code == SQLITE_OK ? check_file(s, err) : fail(s, code, err);
    }
    st_free(uri);
    st_free(log);
    return rc;
}

/* Opened so that it could be written to: the last one to close then tidies up the log. */
static int open_to_read(sqlite_store *s, stance_error *err)
{
    int code = sqlite3_open_v2(s->path, &s->db,
                               SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    int rc = 0;
    if (code == SQLITE_OK) {
        sqlite3_busy_timeout(s->db, WAIT_MS);
        rc = check_file(s, err);
        code = rc < 0 ? s->code : SQLITE_OK;
    } else {
        rc = fail(s, code, err);
    }
    if (rc < 0 && (code == SQLITE_CANTOPEN || code == SQLITE_READONLY))
        rc = open_immutable(s, err);
    if (rc == 0)
        rc = run_plain(s, "PRAGMA trusted_schema = OFF", err);
    if (rc == 0) /* a pattern means the same on a server */
        rc = run_plain(s, "PRAGMA case_sensitive_like = ON", err);
    return rc == 0 ? run_plain(s, "PRAGMA query_only = ON", err) : rc;
}

static int sqlite_open(void *self, const char *address, bool write, stance_error *err)
{
    sqlite_store *s = self;
    st_file_kind kind = st_file_kind_of(address);
    s->path = address;
    s->write = write;
    if (kind == ST_FILE_FOLDER || kind == ST_FILE_OTHER)
        return st_fail(err, write ? STANCE_EOUTPUT : STANCE_EINPUT,
                       "%s: expected an events database, found %s", address,
                       kind == ST_FILE_FOLDER ? "a folder" : "no regular file");
    if (!write && kind == ST_FILE_ABSENT)
        return st_fail(err, STANCE_EINPUT, "%s: there is no such file", address);
    return write ? open_to_write(s, err) : open_to_read(s, err);
}

static bool sqlite_may_pass(void *self)
{
    const sqlite_store *s = self;
    return (s->code & 0xff) == SQLITE_BUSY || (s->code & 0xff) == SQLITE_LOCKED;
}

static void sqlite_close(void *self)
{
    sqlite_store *s = self;
    sqlite3_finalize(s->insert);
    sqlite3_close(s->db);
    s->db = NULL;
    s->insert = NULL;
}

const st_store_class st_store_sqlite = {
    .name = "sqlite",
    .help = "a file",
    .size = sizeof(sqlite_store),
    .begin = "BEGIN IMMEDIATE",
    .exists = "SELECT count(*) FROM sqlite_master WHERE name = 'stance_schema'",
    .first = "PRAGMA application_id = 1937007990", /* APPLICATION */
    .key = "INTEGER PRIMARY KEY",
    .tie = "", /* an index ends in the number of the row anyway */
    .takes = sqlite_takes,
    .open = sqlite_open,
    .run = sqlite_run,
    .add = sqlite_add,
    .may_pass = sqlite_may_pass,
    .close = sqlite_close,
};
