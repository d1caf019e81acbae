/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages of events.
 *
 * A page is read in three steps: the events (select.c makes the statement), then the
 * words and the sources that they name, by number. Everything comes from outside: a file
 * may have been made or damaged by anybody, so numbers are checked before they are used.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/status.h"
#include "store/event_db.h"
#include "store/select.h"

/* What a number stands for: a row of stance_what, or a run's source. */
typedef struct named {
    int64_t id;
    int64_t number;             /* the kind, or when the run began; -1: not known */
    char *name, *place, *label; /* name: of the kind, or the source */
} named;

typedef struct names {
    named *at;
    size_t n;
} names;

typedef struct whole_page {
    stance_event_page page; /* first: what the caller sees */
    const st_select *select;
    size_t most;    /* rows to be kept */
    int64_t *whats; /* of each row */
    names words, sources;
} whole_page;

void stance_event_query_defaults(stance_event_query *query)
{
    *query = (stance_event_query){.limit = 100,
                                  .since_us = INT64_MIN,
                                  .until_us = INT64_MAX,
                                  .from_us = INT64_MIN,
                                  .to_us = INT64_MAX,
                                  .person = -1};
}

void stance_event_cursor(const stance_event_query *query, const stance_event_row *row,
                         char cursor[STANCE_EVENT_CURSOR_SIZE])
{
    if (query->order == STANCE_EVENT_BY_NUMBER)
        snprintf(cursor, STANCE_EVENT_CURSOR_SIZE, "number:%lld", (long long)row->number);
    else
        snprintf(cursor, STANCE_EVENT_CURSOR_SIZE, "time:%lld:%lld",
                 (long long)row->at_us, (long long)row->number);
}

/* ---- events ---- */

static int64_t int_or(const st_cell *cell, int64_t otherwise)
{
    return cell->type == ST_CELL_INT ? cell->i : otherwise;
}

static float real_or_nan(const st_cell *cell)
{
    double value = cell->type == ST_CELL_REAL  ? cell->r
                   : cell->type == ST_CELL_INT ? (double)cell->i
                                               : NAN;
    return fabs(value) <= ST_MAX_PLACE ? (float)value : NAN;
}

/* Counts that a damaged file may hold in any size. */
static int small(const st_cell *cell)
{
    return cell->type == ST_CELL_INT && cell->i > 0 && cell->i <= INT32_MAX ? (int)cell->i
                                                                            : 0;
}

/* Behind the row before, or behind the cursor. Where a damaged file gives anything else,
 * whoever reads page by page would go round and round. */
static bool is_behind(const whole_page *w, const stance_event_row *row)
{
    const st_select *s = w->select;
    bool by_time = s->query->order == STANCE_EVENT_BY_TIME;
    int64_t at_us = s->at_us, number = s->number;
    if (row->number <= 0 || row->at_us < 0 || row->event.start_us < 0)
        return false;
    if (w->page.n > 0) {
        at_us = row[-1].at_us;
        number = row[-1].number;
    } else if (!s->placed) {
        return true;
    }
    int64_t now_us = by_time ? row->at_us : at_us;
    if (now_us != at_us)
        return (now_us > at_us) != s->query->newest_first;
    return row->number != number && (row->number > number) != s->query->newest_first;
}

static int take_event(void *user, const st_cell *c, size_t n, stance_error *err)
{
    whole_page *w = user;
    if (n != ST_SELECT_N_COLUMNS)
        return st_fail(err, STANCE_EINPUT, "expected %d columns, found %zu",
                       ST_SELECT_N_COLUMNS, n);
    if (w->page.n == w->most) {
        w->page.more = true;
        return 0;
    }
    w->whats[w->page.n] = int_or(&c[2], 0);
    stance_event_row *row = &w->page.rows[w->page.n];
    int64_t start_us = int_or(&c[5], 0);
    *row = (stance_event_row){
        .number = int_or(&c[0], 0),
        .run = int_or(&c[1], 0),
        .at_us = int_or(&c[4], 0),
        .event = {.id = int_or(&c[3], 0),
                  .start_us = start_us,
                  .turn_us = int_or(&c[6], -1),
                  .end_us = int_or(&c[7], start_us),
                  .stay_us = int_or(&c[8], -1),
                  .clock_us = -1, /* until more is known of the run */
                  .frame = int_or(&c[9], -1),
                  .at = {real_or_nan(&c[10]), real_or_nan(&c[11])},
                  .people = small(&c[12]),
                  .order = small(&c[13]),
                  .inference_us = int_or(&c[14], 0),
                  .depth = real_or_nan(&c[15])},
    };
    if (!is_behind(w, row))
        return st_fail(err, STANCE_EINPUT,
                       "%s: the database is damaged: event %lld is not in order",
                       w->select->store->shown, (long long)row->number);
    w->page.n++;
    return 0;
}

/* ---- what their numbers stand for ---- */

static int compare_ids(const void *a, const void *b)
{
    const named *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

static named *find_named(const names *all, int64_t id)
{
    const named key = {.id = id};
    return all->n ? bsearch(&key, all->at, all->n, sizeof(key), compare_ids) : NULL;
}

/* Keep each number once, in order. */
static void sort_names(names *all)
{
    size_t n = 0;
    if (all->n)
        qsort(all->at, all->n, sizeof(*all->at), compare_ids);
    for (size_t i = 0; i < all->n; i++)
        if (n == 0 || all->at[n - 1].id != all->at[i].id)
            all->at[n++] = all->at[i];
    all->n = n;
}

static void clear_names(names *all)
{
    for (size_t i = 0; i < all->n; i++) {
        st_free(all->at[i].name);
        st_free(all->at[i].place);
        st_free(all->at[i].label);
    }
    st_free(all->at);
}

/* number, name, kind or when it began [, place, label] */
static int take_name(void *user, const st_cell *c, size_t n, stance_error *err)
{
    named *name = find_named(user, int_or(&c[0], 0));
    if (!name || name->name || c[1].type != ST_CELL_TEXT)
        return 0;
    name->name = st_strdup(c[1].text);
    name->number = n > 2 ? int_or(&c[2], -1) : -1;
    bool full = name->name != NULL;
    if (n == 5 && c[3].type == ST_CELL_TEXT && *c[3].text)
        full = (name->place = st_strdup(c[3].text)) && full;
    if (n == 5 && c[4].type == ST_CELL_TEXT && *c[4].text)
        full = (name->label = st_strdup(c[4].text)) && full;
    return full ? 0 : st_fail_memory(err);
}

static int read_names(names *all, const st_store *store, const char *select,
                      stance_error *err)
{
    st_text sql = {0};
    sort_names(all);
    if (all->n == 0)
        return 0;
    st_text_printf(&sql, "%s IN (", select);
    for (size_t i = 0; i < all->n; i++)
        st_text_printf(&sql, "%s%lld", i ? "," : "", (long long)all->at[i].id);
    st_text_add(&sql, ")");
    int rc = sql.failed ? st_fail_memory(err)
                        : st_store_run(store, sql.text, NULL, 0, take_name, all, err);
    st_text_clear(&sql);
    return rc;
}

static int name_rows(whole_page *w, const st_store *store, stance_error *err)
{
    size_t n = w->page.n;
    w->words.at = st_alloc_array(n + 1, sizeof(*w->words.at));
    w->sources.at = st_alloc_array(n + 1, sizeof(*w->sources.at));
    if (!w->words.at || !w->sources.at)
        return st_fail_memory(err);
    for (size_t i = 0; i < n; i++) {
        w->words.at[w->words.n++].id = w->whats[i];
        w->sources.at[w->sources.n++].id = w->page.rows[i].run;
    }
    int rc = read_names(
        &w->words, store,
        "SELECT what, name, kind, place, label FROM stance_what WHERE what", err);
    if (rc == 0)
        rc = read_names(&w->sources, store,
                        "SELECT run, source, began_us FROM stance_run WHERE run", err);
    for (size_t i = 0; i < n && rc == 0; i++) {
        stance_event_row *row = &w->page.rows[i];
        const named *word = find_named(&w->words, w->whats[i]);
        const named *source = find_named(&w->sources, row->run);
        if (!word->name || !source->name)
            return st_fail(
                err, STANCE_EINPUT, "%s: the database is damaged: event %lld has no %s",
                store->shown, (long long)row->number, word->name ? "run" : "kind");
        row->kind = word->name;
        row->source = source->name;
        row->began_us = source->number;
        row->event.clock_us =
            st_event_clock(row->at_us, row->began_us, row->event.start_us);
        row->event.kind = stance_event_kind_name((stance_event_kind)word->number)
                              ? (stance_event_kind)word->number
                              : STANCE_EVENT_COUNT;
        row->event.place = word->place;
        row->event.label = word->label;
    }
    return rc;
}

/* ---- pages ---- */

void stance_event_page_free(stance_event_page **page)
{
    whole_page *w = (whole_page *)*page;
    if (!w)
        return;
    clear_names(&w->words);
    clear_names(&w->sources);
    st_free(w->page.rows);
    st_free(w->whats);
    st_free(w);
    *page = NULL;
}

static int read_page(whole_page *w, const st_store *store, st_select *select,
                     stance_error *err)
{
    w->select = select;
    w->most = select->query->limit;
    w->page.rows = st_alloc_array(w->most, sizeof(*w->page.rows));
    w->whats = st_alloc_array(w->most, sizeof(*w->whats));
    if (!w->page.rows || !w->whats)
        return st_fail_memory(err);
    int rc = select->none ? 0 : st_select_page(select, err);
    if (rc == 0 && !select->none)
        rc = st_store_run(store, select->sql.text, select->values, ST_SELECT_VALUES,
                          take_event, w, err);
    if (rc == 0)
        rc = name_rows(w, store, err);
    if (rc == 0 && w->page.n > 0)
        stance_event_cursor(select->query, &w->page.rows[w->page.n - 1], w->page.next);
    return rc;
}

int stance_event_db_query(stance_event_db *db, const stance_event_query *query,
                          stance_event_page **page, stance_error *err)
{
    st_select select = {0};
    *page = NULL;
    int rc = st_event_db_check_reads(db, err);
    whole_page *w = rc == 0 ? st_alloc(sizeof(*w)) : NULL;
    if (rc == 0 && !w)
        rc = st_fail_memory(err);
    if (rc == 0)
        rc = st_select_open(&select, &db->store, query, err);
    if (rc == 0)
        rc = read_page(w, &db->store, &select, err);
    st_select_clear(&select);
    *page = (stance_event_page *)w;
    if (rc < 0)
        stance_event_page_free(page);
    return rc;
}

/* ---- numbers of events ---- */

static int take_count(void *user, const st_cell *c, size_t n, stance_error *err)
{
    (void)err;
    int64_t *counts = user;
    if (n == 2 && stance_event_kind_name((stance_event_kind)int_or(&c[0], -1)))
        counts[c[0].i] += int_or(&c[1], 0);
    return 0;
}

int stance_event_db_count(stance_event_db *db, const stance_event_query *query,
                          int64_t counts[STANCE_EVENT_COUNT], stance_error *err)
{
    st_select select = {0};
    stance_event_query all = *query;
    memset(counts, 0, STANCE_EVENT_COUNT * sizeof(*counts));
    all.after = NULL;
    all.limit = 1;
    int rc = st_event_db_check_reads(db, err);
    if (rc == 0)
        rc = st_select_open(&select, &db->store, &all, err);
    if (rc == 0 && !select.none)
        rc = st_select_count(&select, err);
    if (rc == 0 && !select.none)
        rc = st_store_run(&db->store, select.sql.text, select.values, ST_SELECT_VALUES,
                          take_count, counts, err);
    st_select_clear(&select);
    return rc;
}

int stance_event_db_latest(stance_event_db *db, int64_t *number, stance_error *err)
{
    int rc = st_event_db_check_reads(db, err);
    *number = 0;
    return rc == 0 ? st_store_int(&db->store, "SELECT max(event) FROM stance_event", NULL,
                                  0, number, err)
                   : rc;
}
