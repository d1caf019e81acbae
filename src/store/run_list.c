/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages of runs: which inputs were looked at, when, and what came of it.
 */
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "store/event_db.h"
#include "store/select.h"

typedef struct whole_runs {
    stance_event_runs list; /* first: what the caller sees */
    size_t most;
} whole_runs;

void stance_event_runs_free(stance_event_runs **runs)
{
    stance_event_runs *list = *runs;
    if (!list)
        return;
    for (size_t i = 0; i < list->n; i++) {
        st_free((char *)list->runs[i].source);
        st_free((char *)list->runs[i].model);
        st_free((char *)list->runs[i].settings);
    }
    st_free(list->runs);
    st_free(list);
    *runs = NULL;
}

static bool copy_text(const st_cell *cell, const char **out)
{
    *out = cell->type == ST_CELL_TEXT ? st_strdup(cell->text) : NULL;
    return *out || cell->type != ST_CELL_TEXT;
}

static int64_t int_or(const st_cell *cell, int64_t otherwise)
{
    return cell->type == ST_CELL_INT ? cell->i : otherwise;
}

static int take_run(void *user, const st_cell *c, size_t n, stance_error *err)
{
    whole_runs *w = user;
    if (n != 10 || c[1].type != ST_CELL_TEXT)
        return st_fail(err, STANCE_EINPUT,
                       "the database is damaged: a run has no source");
    if (w->list.n == w->most) {
        w->list.more = true;
        return 0;
    }
    stance_event_run *run = &w->list.runs[w->list.n++];
    *run = (stance_event_run){.run = int_or(&c[0], 0),
                              .clock_us = int_or(&c[4], -1),
                              .began_us = int_or(&c[5], -1),
                              .ended_us = int_or(&c[6], -1),
                              .complete = int_or(&c[7], 0) != 0,
                              .frames = int_or(&c[8], -1),
                              .events = int_or(&c[9], 0)};
    bool copied = copy_text(&c[1], &run->source);
    copied = copy_text(&c[2], &run->model) && copied;
    copied = copy_text(&c[3], &run->settings) && copied;
    return copied ? 0 : st_fail_memory(err);
}

static void add_conditions(st_text *sql, const stance_event_query *q, int64_t after)
{
    const char *beyond = q->newest_first ? "<" : ">";
    if (after > 0)
        st_text_printf(sql, " AND run %s %lld", beyond, (long long)after);
    if (q->run > 0)
        st_text_printf(sql, " AND run = %lld", (long long)q->run);
    if (q->source)
        st_text_add(sql, " AND source LIKE $1 ESCAPE '!'");
    if (q->since_us != INT64_MIN)
        st_text_printf(sql, " AND began_us >= %lld", (long long)q->since_us);
    if (q->until_us != INT64_MAX)
        st_text_printf(sql, " AND began_us < %lld", (long long)q->until_us);
    st_text_printf(sql, " ORDER BY run%s LIMIT %zu", q->newest_first ? " DESC" : "",
                   q->limit + 1);
}

int stance_event_db_runs(stance_event_db *db, const stance_event_query *q,
                         stance_event_runs **runs, stance_error *err)
{
    st_text sql = {0};
    char *pattern = NULL;
    int64_t after = 0;
    *runs = NULL;
    int rc = st_event_db_check_reads(db, err);
    if (rc == 0)
        rc = st_select_check_limit(q, err);
    if (rc < 0)
        return rc;
    whole_runs *w = st_alloc(sizeof(*w));
    *runs = (stance_event_runs *)w;
    if (!w)
        return st_fail_memory(err);
    if (q->after && *q->after && !st_cursor_read(q->after, "run", &after, 1)) {
        rc = st_cursor_fail(q->after, "run", err);
        goto out;
    }
    w->most = q->limit;
    w->list.runs = st_alloc_array(q->limit, sizeof(*w->list.runs));
    pattern = st_pattern(q->source ? q->source : "");
    st_text_add(&sql, "SELECT run, source, model, settings, clock_us, began_us, "
                      "ended_us, complete, frames, events FROM stance_run WHERE 1 = 1");
    add_conditions(&sql, q, after);
    if (!w->list.runs || !pattern || sql.failed)
        rc = st_fail_memory(err);
    const st_cell value = st_cell_text(pattern);
    if (rc == 0)
        rc = st_store_run(&db->store, sql.text, &value, 1, take_run, w, err);
    if (rc == 0 && w->list.n > 0)
        snprintf(w->list.next, sizeof(w->list.next), "run:%lld",
                 (long long)w->list.runs[w->list.n - 1].run);
out:
    st_text_clear(&sql);
    st_free(pattern);
    if (rc < 0)
        stance_event_runs_free(runs);
    return rc;
}
