/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The events database: opening, and what is checked before it is stored.
 *
 * It stands beside the flow: a sink hands in what was noticed (sink_events.c), and the
 * program and its server read. Who writes has a thread for it (writer.c); who reads asks
 * on the caller's own thread (query.c).
 */
#include "store/event_db.h"

#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "base/status.h"

int stance_event_db_open(stance_event_db **out, const char *address,
                         stance_event_db_mode mode, stance_error *err)
{
    *out = NULL;
    stance_event_db *db = st_alloc(sizeof(*db));
    if (!db)
        return st_fail_memory(err);
    db->address = st_strdup(address);
    int rc = db->address ? 0 : st_fail_memory(err);
    if (rc == 0)
        rc = st_store_open(&db->store, db->address, mode == STANCE_EVENT_DB_WRITE, err);
    if (rc == 0 && mode == STANCE_EVENT_DB_WRITE)
        rc = st_writer_open(&db->writer, &db->store, &st_writer_defaults, err);
    if (rc == 0)
        *out = db;
    else
        stance_event_db_close(&db, NULL);
    return rc;
}

int stance_event_db_close(stance_event_db **db, stance_error *err)
{
    stance_event_db *d = *db;
    if (!d)
        return 0;
    int rc = st_writer_close(&d->writer, err);
    st_store_close(&d->store);
    st_free(d->address);
    st_free(d);
    *db = NULL;
    return rc;
}

static int check_writes(const stance_event_db *db, stance_error *err)
{
    return db->writer ? 0
                      : st_fail(err, STANCE_EINVAL, "%s: was opened for reading",
                                db->store.shown);
}

int st_event_db_check_reads(const stance_event_db *db, stance_error *err)
{
    return db->writer ? st_fail(err, STANCE_EINVAL, "%s: was opened for writing",
                                db->store.shown)
                      : 0;
}

int stance_event_db_begin(stance_event_db *db, const stance_event_run *info, int64_t *run,
                          stance_error *err)
{
    int rc = check_writes(db, err);
    *run = 0;
    if (rc < 0)
        return rc;
    if (!info->source)
        return st_fail(err, STANCE_EINVAL, "a run of events needs a source");
    return st_writer_begin_run(db->writer, info, run, err);
}

int stance_event_db_end(stance_event_db *db, const stance_event_run *info,
                        stance_error *err)
{
    int rc = check_writes(db, err);
    return rc < 0 ? rc : st_writer_end_run(db->writer, info, err);
}

int stance_event_db_flush(stance_event_db *db, stance_error *err)
{
    int rc = check_writes(db, err);
    return rc < 0 ? rc : st_writer_flush(db->writer, err);
}

static bool fits(const char *text)
{
    return !text || strlen(text) <= ST_MAX_EVENT_TEXT;
}

/* At most 30,000 years, so that sums of times stay numbers. */
static bool is_time(int64_t us)
{
    return us >= -1 && us <= ST_MAX_EVENT_TIME_US;
}

static const char *wrong(const stance_event *e)
{
    if (!stance_event_kind_name(e->kind))
        return "of a known kind";
    if (e->id < 0)
        return "of a person with an id from 0";
    if (e->start_us < 0 || e->end_us < e->start_us || !is_time(e->end_us) ||
        !is_time(e->turn_us) || !is_time(e->stay_us) || !is_time(e->clock_us) ||
        !is_time(e->inference_us))
        return "with times from 0 that are in order";
    if (!fits(e->label) || !fits(e->place))
        return "with label and place of at most 255 bytes";
    if (e->frame < -1 || e->people < 0 || e->order < 0)
        return "with counts from 0";
    if (fabsf(e->at[0]) > ST_MAX_PLACE || fabsf(e->at[1]) > ST_MAX_PLACE)
        return "at a place near the picture";
    if (fabsf(e->depth) > ST_MAX_PLACE)
        return "with a depth that is a measure";
    return NULL;
}

int stance_event_db_add(stance_event_db *db, int64_t run, const stance_event *event,
                        stance_error *err)
{
    int rc = check_writes(db, err);
    const char *expected = rc == 0 ? wrong(event) : NULL;
    if (expected)
        rc =
            st_fail(err, STANCE_EINVAL,
                    "%s: expected an event %s, found kind %d of person %lld from %lld to "
                    "%lld us",
                    db->store.shown, expected, (int)event->kind, (long long)event->id,
                    (long long)event->start_us, (long long)event->end_us);
    return rc < 0 ? rc : st_writer_add(db->writer, run, event, err);
}
