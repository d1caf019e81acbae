/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events on a PostgreSQL server, by libpq.
 *
 * Several programs may write to one database. Within its transaction each holds a lock of
 * its own making, so that numbers are given in the order of commits: whoever follows by
 * number misses nothing. Many events are sent as one COPY, in PostgreSQL's text form.
 *
 * A connection that is lost is what may pass: the server restarts, the network is gone
 * for a moment. The writer then waits and calls `again`.
 */
#include <libpq-fe.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/status.h"
#include "store/store.h"

enum { TYPE_INT8 = 20, TYPE_INT2 = 21, TYPE_INT4 = 23, TYPE_FLOAT4 = 700 };
enum {
    TYPE_FLOAT8 = 701,
    TYPE_BOOL = 16,
    TYPE_TEXT = 25,
    TYPE_NUMERIC = 1700
}; /* pg_type.h */

typedef struct postgresql_store {
    const char *address;
    char *shown;
    PGconn *connection;
    bool write;
    bool lost;     /* the connection, as the last error told */
    bool may_pass; /* the last error */
    st_text copy;  /* rows on their way */
} postgresql_store;

static bool postgresql_takes(const char *address)
{
    return stance_event_db_is_server(address);
}

/* The first line of what the server or libpq says, without "ERROR:  ". */
static int first_line(const char *message, const char **start)
{
    static const char *const heads[] = {"ERROR:  ", "FATAL:  "};
    for (size_t i = 0; i < 2; i++)
        if (strncmp(message, heads[i], strlen(heads[i])) == 0)
            message += strlen(heads[i]);
    *start = message;
    return (int)strcspn(message, "\n");
}

static int fail_words(const postgresql_store *s, const char *message, stance_error *err)
{
    const char *start;
    int n = first_line(message, &start);
    return st_fail(err, s->write ? STANCE_EOUTPUT : STANCE_EINPUT,
                   "%s: could not be %s: %.*s", s->shown, s->write ? "written" : "read",
                   n, start);
}

/* Classes of SQLSTATE that pass by themselves: connection, resources, the operator's
 * restart, and transactions that met (PostgreSQL's manual, appendix A). */
static bool state_may_pass(const char *state)
{
    static const char *const classes[] = {"08", "53", "57", "40", "55"};
    for (size_t i = 0; state && i < sizeof(classes) / sizeof(*classes); i++)
        if (strncmp(state, classes[i], 2) == 0)
            return true;
    return false;
}

static int fail(postgresql_store *s, const PGresult *result, stance_error *err)
{
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    /* An error without a state is libpq's own: it cannot talk to the server. */
    s->lost = PQstatus(s->connection) != CONNECTION_OK || !state;
    s->may_pass = s->lost || state_may_pass(state);
    return fail_words(s, PQerrorMessage(s->connection), err);
}

/* ---- statements ---- */

static bool is_int(Oid type)
{
    return type == TYPE_INT8 || type == TYPE_INT4 || type == TYPE_INT2;
}

static bool is_real(Oid type)
{
    return type == TYPE_FLOAT8 || type == TYPE_FLOAT4 || type == TYPE_NUMERIC;
}

/* Numbers come as text with a point, whatever the locale. */
static double real_of(const char *text)
{
    char local[64];
    snprintf(local, sizeof(local), "%s", text);
    char *point = strchr(local, '.');
    if (point)
        *point = *localeconv()->decimal_point;
    return strtod(local, NULL);
}

static void take_row(const PGresult *result, int row, st_cell *cells, int n)
{
    for (int i = 0; i < n; i++) {
        const char *text = PQgetvalue(result, row, i);
        Oid type = PQftype(result, i);
        if (PQgetisnull(result, row, i))
            cells[i] = (st_cell){.type = ST_CELL_NULL};
        else if (is_int(type))
            cells[i] = st_cell_int(strtoll(text, NULL, 10));
        else if (is_real(type))
            cells[i] = (st_cell){.type = ST_CELL_REAL, .r = real_of(text)};
        else if (type == TYPE_BOOL)
            cells[i] = st_cell_int(*text == 't');
        else
            cells[i] = st_cell_text(text);
    }
}

enum { MOST_VALUES = 16, MOST_COLUMNS = 32, NUMBER_SIZE = 32 };

/* A number as text, in the server's notation. */
static void number_text(char text[NUMBER_SIZE], const st_cell *value)
{
    if (value->type == ST_CELL_INT) {
        snprintf(text, NUMBER_SIZE, "%lld", (long long)value->i);
        return;
    }
    snprintf(text, NUMBER_SIZE, "%.9g", value->r); /* what a float needs */
    char *comma = strchr(text, ',');
    if (comma)
        *comma = '.';
}

static PGresult *send(const postgresql_store *s, const char *sql, const st_cell *values,
                      size_t n)
{
    const char *texts[MOST_VALUES];
    char numbers[MOST_VALUES][NUMBER_SIZE];
    Oid types[MOST_VALUES];
    for (size_t i = 0; i < n; i++) {
        texts[i] = values[i].type == ST_CELL_TEXT ? values[i].text : numbers[i];
        types[i] = values[i].type == ST_CELL_INT    ? TYPE_INT8
                   : values[i].type == ST_CELL_TEXT ? TYPE_TEXT
                                                    : 0;
        if (values[i].type == ST_CELL_NULL)
            texts[i] = NULL;
        else if (values[i].type != ST_CELL_TEXT)
            number_text(numbers[i], &values[i]);
    }
    return n == 0 ? PQexec(s->connection, sql)
                  : PQexecParams(s->connection, sql, (int)n, types, texts, NULL, NULL, 0);
}

static int postgresql_run(void *self, const char *sql, const st_cell *values,
                          size_t n_values, st_row_fn row, void *user, stance_error *err)
{
    postgresql_store *s = self;
    st_cell cells[MOST_COLUMNS];
    if (n_values > MOST_VALUES)
        return st_fail(err, STANCE_EINVAL, "too many values for one statement");
    s->may_pass = false;
    PGresult *result = send(s, sql, values, n_values);
    ExecStatusType status = PQresultStatus(result);
    int rc = 0;
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        rc = fail(s, result, err);
    int n = rc == 0 ? PQnfields(result) : 0;
    n = n < MOST_COLUMNS ? n : MOST_COLUMNS;
    for (int i = 0; rc == 0 && row && i < PQntuples(result); i++) {
        take_row(result, i, cells, n);
        rc = row(user, cells, (size_t)n, err);
    }
    PQclear(result);
    return rc;
}

/* ---- many events ---- */

static int send_copy(postgresql_store *s, stance_error *err)
{
    if (s->copy.failed)
        return st_fail_memory(err);
    int rc = PQputCopyData(s->connection, s->copy.text, (int)s->copy.length) == 1
                 ? 0
                 : fail(s, NULL, err);
    s->copy.length = 0;
    return rc;
}

static int end_copy(postgresql_store *s, int rc, stance_error *err)
{
    if (PQputCopyEnd(s->connection, rc < 0 ? "broken off" : NULL) != 1 && rc == 0)
        rc = fail(s, NULL, err);
    for (PGresult *result; (result = PQgetResult(s->connection)); PQclear(result)) {
        if (rc == 0 && PQresultStatus(result) != PGRES_COMMAND_OK)
            rc = fail(s, result, err);
        if (PQstatus(s->connection) != CONNECTION_OK) {
            PQclear(result);
            break;
        }
    }
    return rc;
}

static int postgresql_add(void *self, const st_event_record *records, size_t n,
                          stance_error *err)
{
    enum { ENOUGH = 1 << 16 }; /* bytes to be sent at once */
    postgresql_store *s = self;
    PGresult *result =
        PQexec(s->connection, "COPY stance_event (" ST_EVENT_COLUMNS ") FROM STDIN");
    int rc = PQresultStatus(result) == PGRES_COPY_IN ? 0 : fail(s, result, err);
    PQclear(result);
    if (rc < 0)
        return rc;
    s->copy.length = 0;
    for (size_t i = 0; i < n && rc == 0; i++) {
        st_cell cells[ST_EVENT_N_COLUMNS];
        st_event_cells(&records[i], cells);
        for (size_t k = 0; k < ST_EVENT_N_COLUMNS; k++) {
            char number[NUMBER_SIZE] = "\\N";
            if (cells[k].type != ST_CELL_NULL)
                number_text(number, &cells[k]);
            st_text_add(&s->copy, number);
            st_text_add(&s->copy, k + 1 < ST_EVENT_N_COLUMNS ? "\t" : "\n");
        }
        if (s->copy.length >= ENOUGH || i + 1 == n)
            rc = send_copy(s, err);
    }
    return end_copy(s, rc, err);
}

/* ---- connecting ---- */

static void receive_notice(void *user, const char *message)
{
    (void)user;
    const char *start;
    int n = first_line(message, &start);
    st_log(STANCE_LOG_DEBUG, "events", "server: %.*s", n, start);
}

/* Questions are walks along an index and short: nothing is gained by compiling them, by
 * more processes, or by reading the whole table, however old its statistics are. */
static const char to_write[] = "SET jit = off";
static const char to_read[] =
    "SET jit = off; SET max_parallel_workers_per_gather = 0; SET enable_seqscan = off; "
    "SET enable_bitmapscan = off; SET default_transaction_read_only = on";

/* Why there is no connection. What libpq says of an address that it does not understand,
 * or misunderstands, quotes it. */
static int fail_connection(const postgresql_store *s, stance_error *err)
{
    const char *start = "the server could not be reached by this address; in a password, "
                        "'%' is written %25, '/' %2F, '@' %40";
    PQconninfoOption *parts = PQconninfoParse(s->address, NULL);
    int n = (int)strlen(start);
    if (parts && !st_address_is_unclear(s->address))
        n = first_line(PQerrorMessage(s->connection), &start);
    PQconninfoFree(parts);
    return st_fail(err, s->write ? STANCE_EOUTPUT : STANCE_EINPUT, "%s: %.*s", s->shown,
                   n, start);
}

static int connect_to(postgresql_store *s, stance_error *err)
{
    /* What the address says counts more than what stands before it here. */
    static const char *const names[] = {"fallback_application_name", "connect_timeout",
                                        "tcp_user_timeout",          "dbname",
                                        "client_encoding",           NULL};
    const char *const values[] = {"stance", "10", "15000", s->address, "UTF8", NULL};
    s->connection = PQconnectdbParams(names, values, 1);
    if (!s->connection)
        return st_fail_memory(err);
    if (PQstatus(s->connection) != CONNECTION_OK) {
        s->lost = s->may_pass = true;
        return fail_connection(s, err);
    }
    s->lost = false;
    PQsetNoticeProcessor(s->connection, receive_notice, NULL);
    return postgresql_run(s, s->write ? to_write : to_read, NULL, 0, NULL, NULL, err);
}

static int postgresql_open(void *self, const char *address, bool write, stance_error *err)
{
    postgresql_store *s = self;
    s->address = address;
    s->write = write;
    s->shown = st_address_shown(address);
    return s->shown ? connect_to(s, err) : st_fail_memory(err);
}

static bool postgresql_may_pass(void *self)
{
    const postgresql_store *s = self;
    return s->may_pass;
}

static int postgresql_again(void *self, stance_error *err)
{
    postgresql_store *s = self;
    if (!s->lost)
        return 0;
    PQfinish(s->connection);
    s->connection = NULL;
    return connect_to(s, err);
}

static void postgresql_close(void *self)
{
    postgresql_store *s = self;
    PQfinish(s->connection);
    s->connection = NULL;
    st_text_clear(&s->copy);
    st_free(s->shown);
    s->shown = NULL;
}

const st_store_class st_store_postgresql = {
    .name = "postgresql",
    .help = "a server",
    .size = sizeof(postgresql_store),
    .begin = "BEGIN",
    .lock = "SELECT pg_advisory_xact_lock(1937007990)", /* "stev" as a number */
    .exists = "SELECT CASE WHEN to_regclass('stance_schema') IS NULL THEN 0 ELSE 1 END",
    .key = "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
    .tie = ", event",
    .inner_order = true,
    .takes = postgresql_takes,
    .open = postgresql_open,
    .run = postgresql_run,
    .add = postgresql_add,
    .may_pass = postgresql_may_pass,
    .again = postgresql_again,
    .close = postgresql_close,
};
