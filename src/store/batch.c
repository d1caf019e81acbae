/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events that are written together, in one transaction.
 *
 * A run counts its events in the same transaction. When a connection is lost while a
 * commit is under way, nobody knows whether it arrived; the count tells, so that nothing
 * is lost and nothing is written twice. Only the handle that began a run adds to it.
 *
 * Numbers of words that were found or made are kept for later batches. Those made in a
 * transaction that failed are forgotten.
 */
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "store/writer.h"

/* ---- collecting ---- */

static const char *some(const char *text)
{
    return text ? text : "";
}

static bool is_word(const st_word *word, const stance_event *event)
{
    return word->kind == (int)event->kind &&
           strcmp(word->place, some(event->place)) == 0 &&
           strcmp(word->label, some(event->label)) == 0;
}

/* The place of the event's words, ST_BATCH_WORDS: no room. */
static size_t find_word(st_batch *batch, const stance_event *event)
{
    size_t i = 0;
    while (i < batch->n_words && !is_word(&batch->words[i], event))
        i++;
    if (i == batch->n_words && batch->n == 0 && i == ST_BATCH_WORDS)
        i = batch->n_words = 0; /* nothing refers to them: begin anew */
    if (i == batch->n_words && i < ST_BATCH_WORDS) {
        st_word *word = &batch->words[batch->n_words++];
        *word = (st_word){.kind = (int)event->kind};
        snprintf(word->place, sizeof(word->place), "%s", some(event->place));
        snprintf(word->label, sizeof(word->label), "%s", some(event->label));
    }
    return i;
}

static bool has_run(const st_batch *batch, int64_t run, size_t *at)
{
    for (*at = 0; *at < batch->n_runs; ++*at)
        if (batch->runs[*at].run == run)
            return true;
    return false;
}

bool st_batch_add(st_batch *batch, int64_t run, const stance_event *event)
{
    size_t at;
    if (batch->n == ST_BATCH_EVENTS)
        return false;
    if (!has_run(batch, run, &at)) {
        if (at == ST_BATCH_RUNS && batch->n > 0)
            return false;
        if (at == ST_BATCH_RUNS)
            at = batch->n_runs = 0;
        batch->runs[batch->n_runs++] = (st_batch_run){.run = run, .stored = -1};
    }
    size_t word = find_word(batch, event);
    if (word == ST_BATCH_WORDS)
        return false;
    batch->word_of[batch->n] = (unsigned short)word;
    batch->events[batch->n++] = (st_event_record){.run = run, .event = *event};
    batch->runs[at].pending++;
    return true;
}

static void empty(st_batch *batch)
{
    batch->n = 0;
    for (size_t i = 0; i < batch->n_runs; i++) {
        batch->runs[i].stored += batch->runs[i].pending;
        batch->runs[i].pending = 0;
    }
}

/* ---- writing ---- */

static int find_what(const st_store *store, st_word *word, stance_error *err)
{
    const char *name = stance_event_kind_name((stance_event_kind)word->kind);
    const st_cell values[] = {st_cell_int(word->kind), st_cell_text(word->place),
                              st_cell_text(word->label), st_cell_text(name)};
    int rc = st_store_int(
        store,
        "SELECT what FROM stance_what WHERE kind = $1 AND place = $2 AND label = $3",
        values, 3, &word->what, err);
    if (rc == 0 && word->what == 0)
        rc = st_store_int(store,
                          "INSERT INTO stance_what (kind, place, label, name) "
                          "VALUES ($1, $2, $3, $4) RETURNING what",
                          values, 4, &word->what, err);
    return rc;
}

static int take_run(void *user, const st_cell *cells, size_t n, stance_error *err)
{
    (void)err;
    st_batch_run *run = user;
    if (n == 2 && cells[0].type == ST_CELL_INT && cells[1].type == ST_CELL_INT) {
        run->stored = cells[0].i;
        run->began_us = cells[1].i;
    }
    return 0;
}

/* The number of a run's events in the database, and when it began. */
static int look_up_run(const st_store *store, st_batch_run *run, stance_error *err)
{
    const st_cell value = st_cell_int(run->run);
    run->stored = -1;
    int rc = st_store_run(store, "SELECT events, began_us FROM stance_run WHERE run = $1",
                          &value, 1, take_run, run, err);
    if (rc == 0 && run->stored < 0)
        rc = st_fail(err, STANCE_EOUTPUT,
                     "%s: run %lld, which events are added to, was deleted", store->shown,
                     (long long)run->run);
    return rc;
}

static int count_events(const st_store *store, st_batch_run *run, stance_error *err)
{
    if (run->pending == 0)
        return 0;
    const st_cell values[] = {st_cell_int(run->pending), st_cell_int(run->run)};
    int rc = run->stored < 0 ? look_up_run(store, run, err) : 0;
    if (rc == 0)
        rc = st_store_run(store,
                          "UPDATE stance_run SET events = events + $1 WHERE run = $2",
                          values, 2, NULL, NULL, err);
    return rc;
}

static int write_all(st_batch *batch, const st_store *store, stance_error *err)
{
    int rc = 0;
    for (size_t i = 0; i < batch->n_words && rc == 0; i++)
        if (batch->words[i].what == 0)
            rc = find_what(store, &batch->words[i], err);
    for (size_t i = 0; i < batch->n_runs && rc == 0; i++)
        rc = count_events(store, &batch->runs[i], err);
    for (size_t i = 0; i < batch->n && rc == 0; i++) {
        st_event_record *record = &batch->events[i];
        size_t run;
        has_run(batch, record->run, &run);
        record->what = batch->words[batch->word_of[i]].what;
        record->at_us = st_event_at(&record->event, batch->runs[run].began_us);
    }
    return rc == 0 ? store->class->add(store->self, batch->events, batch->n, err) : rc;
}

int st_batch_write(st_batch *batch, const st_store *store, stance_error *err)
{
    if (batch->n == 0)
        return 0;
    int rc = st_store_begin(store, err);
    if (rc == 0)
        rc = write_all(batch, store, err);
    if (rc == 0)
        rc = st_store_commit(store, err);
    if (rc == 0) {
        empty(batch);
        return 0;
    }
    for (size_t i = 0; i < batch->n_words; i++)
        batch->words[i].what = 0;
    return rc;
}

int st_batch_look(st_batch *batch, const st_store *store, stance_error *err)
{
    for (size_t i = 0; i < batch->n_runs; i++) {
        const st_batch_run *run = &batch->runs[i];
        st_batch_run now = *run;
        if (run->pending == 0 || run->stored < 0)
            continue;
        int rc = look_up_run(store, &now, err);
        if (rc == 0 && now.stored == run->stored + run->pending)
            empty(batch); /* all runs or none: it was one transaction */
        return rc;
    }
    return 0;
}
