/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions as SQL that is answered at the same speed everywhere in a large table.
 *
 * A page begins where the last one ended, at a time and, among equal times, a number;
 * nothing is skipped by counting. Each kind, place and label asked for, or each run, is a
 * walk of its own along an index, beginning exactly there; the database merges the walks
 * (UNION ALL in the order of an index) and stops when the page is full. What does not
 * lead a walk only leaves rows out: its columns stand behind a plus, so that no database
 * is led to collect and sort instead.
 *
 * Texts never become part of a statement; what is formatted into it are numbers.
 */
#include "store/select.h"

#include <string.h>

#include "base/status.h"

enum {
    MOST_RUN_EVENTS = 50000, /* a run of more is rather searched by what happened in it */
    VALUE_PLACE = 0,         /* $1 */
    VALUE_LABEL = 1,         /* $2 */
    VALUE_SOURCE = 2,        /* $3 */
};

/* ---- cursors and patterns ---- */

bool st_cursor_read(const char *cursor, const char *name, int64_t *numbers, int n)
{
    size_t length = strlen(name);
    if (strncmp(cursor, name, length) != 0)
        return false;
    cursor += length;
    for (int i = 0; i < n; i++) {
        int64_t number = 0;
        if (*cursor++ != ':' || *cursor == '\0')
            return false;
        for (; *cursor >= '0' && *cursor <= '9'; cursor++) {
            if (number > INT64_MAX / 10 - 1)
                return false;
            number = number * 10 + (*cursor - '0');
        }
        numbers[i] = number;
    }
    return *cursor == '\0';
}

int st_cursor_fail(const char *cursor, const char *name, stance_error *err)
{
    return st_fail(err, STANCE_EINVAL,
                   "expected a cursor that the same question gave ('%s:...'), found "
                   "'%.80s'",
                   name, cursor);
}

int st_select_check_limit(const stance_event_query *query, stance_error *err)
{
    size_t n = query->limit;
    return n < 1 || n > STANCE_EVENT_PAGE_MAX
               ? st_fail(err, STANCE_EINVAL, "expected a page of 1 to %d, found %zu",
                         STANCE_EVENT_PAGE_MAX, n)
               : 0;
}

char *st_pattern(const char *pattern)
{
    st_text text = {0};
    st_text_add(&text, "");
    for (const char *c = pattern; *c; c++) {
        if (*c == '*' || *c == '?')
            st_text_add(&text, *c == '*' ? "%" : "_");
        else if (strchr("%_!", *c))
            st_text_printf(&text, "!%c", *c);
        else
            st_text_add_bytes(&text, c, 1);
    }
    if (text.failed)
        st_text_clear(&text);
    return text.text;
}

static int read_cursor(st_select *s, stance_error *err)
{
    const char *cursor = s->query->after;
    int64_t numbers[2] = {0};
    if (!cursor || *cursor == '\0')
        return 0;
    bool by_time = s->query->order == STANCE_EVENT_BY_TIME;
    const char *name = by_time ? "time" : "number";
    if (!st_cursor_read(cursor, name, numbers, by_time ? 2 : 1))
        return st_cursor_fail(cursor, name, err);
    s->placed = true;
    s->at_us = numbers[0];
    s->number = numbers[by_time];
    return 0;
}

/* ---- what a question names ---- */

static void add_what_condition(st_text *sql, const stance_event_query *q)
{
    const char *and = " WHERE ";
    st_text_add(sql, "SELECT what FROM stance_what");
    if (q->kinds) {
        st_text_printf(sql, "%skind IN (-1", and);
        for (int k = 0; k < 32; k++)
            if (q->kinds >> k & 1)
                st_text_printf(sql, ",%d", k);
        st_text_add(sql, ")");
        and = " AND ";
    }
    if (q->place) {
        st_text_printf(sql, "%splace = $1", and);
        and = " AND ";
    }
    if (q->label)
        st_text_printf(sql, "%slabel = $2", and);
}

static void add_run_condition(st_text *sql, const stance_event_query *q)
{
    st_text_add(sql, "SELECT run FROM stance_run WHERE source LIKE $3 ESCAPE '!'");
    if (q->run > 0)
        st_text_printf(sql, " AND run = %lld", (long long)q->run);
}

static int take_id(void *user, const st_cell *cells, size_t n, stance_error *err)
{
    (void)err;
    st_ids *ids = user;
    if (ids->n == ST_SELECT_IDS)
        ids->many = true;
    else if (n == 1 && cells[0].type == ST_CELL_INT)
        ids->at[ids->n++] = cells[0].i;
    return 0;
}

static int look_up(st_select *s, const st_store *store, st_ids *ids, stance_error *err)
{
    st_text_printf(&s->sql, " LIMIT %d", ST_SELECT_IDS + 1);
    if (s->sql.failed)
        return st_fail_memory(err);
    int rc =
        st_store_run(store, s->sql.text, s->values, ST_SELECT_VALUES, take_id, ids, err);
    s->sql.length = 0;
    s->none = s->none || ids->n == 0;
    return rc;
}

static int look_up_runs(st_select *s, const st_store *store, stance_error *err)
{
    const stance_event_query *q = s->query;
    s->runs.all = !q->source && q->run <= 0;
    if (q->source) {
        add_run_condition(&s->sql, q);
        return look_up(s, store, &s->runs, err);
    }
    s->runs.n = q->run > 0;
    s->runs.at[0] = q->run;
    return 0;
}

/* Whether walks along the runs see less than walks along what is asked for. */
static int weigh_runs(st_select *s, const st_store *store, stance_error *err)
{
    int64_t events = 0;
    if (s->whats.all || s->whats.many || s->runs.all || s->runs.many)
        return 0;
    st_text_add(&s->sql,
                "SELECT CAST(sum(events) AS BIGINT) FROM stance_run WHERE run IN (-1");
    for (size_t i = 0; i < s->runs.n; i++)
        st_text_printf(&s->sql, ",%lld", (long long)s->runs.at[i]);
    st_text_add(&s->sql, ")");
    if (s->sql.failed)
        return st_fail_memory(err);
    int rc = st_store_int(store, s->sql.text, NULL, 0, &events, err);
    s->sql.length = 0;
    s->by_run = events <= MOST_RUN_EVENTS;
    return rc;
}

int st_select_open(st_select *s, const st_store *store, const stance_event_query *q,
                   stance_error *err)
{
    s->query = q;
    s->store = store;
    int rc = st_select_check_limit(q, err);
    if (rc < 0)
        return rc;
    s->pattern = st_pattern(q->source ? q->source : "");
    if (!s->pattern)
        return st_fail_memory(err);
    s->values[VALUE_PLACE] = st_cell_text(q->place ? q->place : "");
    s->values[VALUE_LABEL] = st_cell_text(q->label ? q->label : "");
    s->values[VALUE_SOURCE] = st_cell_text(s->pattern);
    rc = read_cursor(s, err);
    s->whats.all = !q->kinds && !q->place && !q->label;
    if (rc == 0 && !s->whats.all) {
        add_what_condition(&s->sql, q);
        rc = look_up(s, store, &s->whats, err);
    }
    if (rc == 0)
        rc = look_up_runs(s, store, err);
    return rc == 0 ? weigh_runs(s, store, err) : rc;
}

void st_select_clear(st_select *s)
{
    st_text_clear(&s->sql);
    st_free(s->pattern);
    s->pattern = NULL;
}

/* ---- statements ---- */

typedef enum leader { LEAD_NONE, LEAD_WHAT, LEAD_RUN, LEAD_PERSON } leader;

static void add_ids(st_text *sql, const char *column, const char *plus, const st_ids *ids)
{
    st_text_printf(sql, " AND %s%s IN (-1", plus, column);
    for (size_t i = 0; i < ids->n; i++)
        st_text_printf(sql, ",%lld", (long long)ids->at[i]);
    st_text_add(sql, ")");
}

/* Conditions that lead no walk. @param plus "+" or "", before columns with an index */
static void add_rest(st_select *s, leader lead, const char *plus)
{
    const stance_event_query *q = s->query;
    st_text *sql = &s->sql;
    if (lead != LEAD_WHAT && s->whats.many) {
        st_text_printf(sql, " AND %swhat IN (", plus);
        add_what_condition(sql, q);
        st_text_add(sql, ")");
    } else if (lead != LEAD_WHAT && !s->whats.all) {
        add_ids(sql, "what", plus, &s->whats);
    }
    if (lead != LEAD_RUN && s->runs.many) {
        st_text_printf(sql, " AND %srun IN (", plus);
        add_run_condition(sql, q);
        st_text_add(sql, ")");
    } else if (lead != LEAD_RUN && !s->runs.all) {
        add_ids(sql, "run", plus, &s->runs);
    }
    if (lead != LEAD_PERSON && q->person >= 0)
        st_text_printf(sql, " AND %sperson = %lld", plus, (long long)q->person);
    if (q->from_us != INT64_MIN)
        st_text_printf(sql, " AND start_us >= %lld", (long long)q->from_us);
    if (q->to_us != INT64_MAX)
        st_text_printf(sql, " AND start_us < %lld", (long long)q->to_us);
}

/* @param plus before at_us, where another column gives the order */
static void add_clock(st_select *s, const char *plus)
{
    const stance_event_query *q = s->query;
    if (q->since_us != INT64_MIN)
        st_text_printf(&s->sql, " AND %sat_us >= %lld", plus, (long long)q->since_us);
    if (q->until_us != INT64_MAX)
        st_text_printf(&s->sql, " AND %sat_us < %lld", plus, (long long)q->until_us);
}

static void add_order(st_select *s)
{
    const char *down = s->query->newest_first ? " DESC" : "";
    st_text_printf(&s->sql, " ORDER BY at_us%s, event%s LIMIT %zu", down, down,
                   s->query->limit + 1);
}

static const char *depth_of(const st_select *s)
{
    return s->store->version < ST_VERSION_WITH_DEPTH ? "NULL" : "depth";
}

/* One walk from the cursor on: first what has its very time, then the others. */
static void add_walk(st_select *s, leader lead, const char *column, int64_t id)
{
    const char *beyond = s->query->newest_first ? "<" : ">";
    for (int part = s->placed ? 0 : 1; part < 2; part++) {
        st_text_printf(&s->sql,
                       "%s%sSELECT " ST_SELECT_COLUMNS ", %s FROM stance_event WHERE ",
                       s->sql.length ? " UNION ALL " : "",
                       s->store->class->inner_order ? "(" : "", depth_of(s));
        if (lead == LEAD_NONE)
            st_text_add(&s->sql, "1 = 1");
        else
            st_text_printf(&s->sql, "%s = %lld", column, (long long)id);
        if (part == 0)
            st_text_printf(&s->sql, " AND at_us = %lld AND event %s %lld",
                           (long long)s->at_us, beyond, (long long)s->number);
        else if (s->placed)
            st_text_printf(&s->sql, " AND at_us %s %lld", beyond, (long long)s->at_us);
        add_clock(s, part == 0 ? "+" : "");
        add_rest(s, lead, "+");
        if (s->store->class->inner_order) {
            add_order(s);
            st_text_add(&s->sql, ")");
        }
        s->n_walks++;
    }
}

static void add_walks(st_select *s)
{
    const stance_event_query *q = s->query;
    bool by_what = !s->whats.all && !s->whats.many && !s->by_run;
    if (q->person >= 0) {
        add_walk(s, LEAD_PERSON, "person", q->person);
    } else if (by_what) {
        for (size_t i = 0; i < s->whats.n; i++)
            add_walk(s, LEAD_WHAT, "what", s->whats.at[i]);
    } else if (!s->runs.all && !s->runs.many) {
        for (size_t i = 0; i < s->runs.n; i++)
            add_walk(s, LEAD_RUN, "run", s->runs.at[i]);
    } else {
        add_walk(s, LEAD_NONE, NULL, 0);
    }
}

int st_select_page(st_select *s, stance_error *err)
{
    const char *down = s->query->newest_first ? " DESC" : "";
    s->sql.length = 0;
    if (s->query->order == STANCE_EVENT_BY_TIME) {
        add_walks(s);
        if (s->n_walks > 1 || !s->store->class->inner_order)
            add_order(s);
    } else {
        st_text_printf(&s->sql,
                       "SELECT " ST_SELECT_COLUMNS ", %s FROM stance_event WHERE 1 = 1",
                       depth_of(s));
        if (s->placed)
            st_text_printf(&s->sql, " AND event %s %lld", *down ? "<" : ">",
                           (long long)s->number);
        add_clock(s, "+");
        add_rest(s, LEAD_NONE, "+");
        st_text_printf(&s->sql, " ORDER BY event%s LIMIT %zu", down, s->query->limit + 1);
    }
    return s->sql.failed ? st_fail_memory(err) : 0;
}

int st_select_count(st_select *s, stance_error *err)
{
    s->sql.length = 0;
    st_text_add(&s->sql, "SELECT w.kind, c.n FROM (SELECT what, count(*) AS n FROM "
                         "stance_event WHERE 1 = 1");
    add_clock(s, "");
    add_rest(s, LEAD_NONE, "");
    st_text_add(&s->sql, " GROUP BY what) AS c JOIN stance_what AS w ON w.what = c.what");
    return s->sql.failed ? st_fail_memory(err) : 0;
}
