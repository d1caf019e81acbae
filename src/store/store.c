/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds of databases, and statements on whichever it is.
 *
 * A new kind is one file that ends in a const st_store_class and one line here.
 */
#include "store/store.h"

#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "base/status.h"

static const st_store_class *const classes[] = {
#ifdef ST_HAVE_LIBPQ
    &st_store_postgresql,
#endif
    &st_store_sqlite, /* a file's path: everything that is no address */
};

bool stance_event_db_is_server(const char *address)
{
    return strncmp(address, "postgresql://", 13) == 0 ||
           strncmp(address, "postgres://", 11) == 0;
}

static const st_store_class *find_class(const char *address)
{
    for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++)
        if (classes[i]->takes(address))
            return classes[i];
    return NULL;
}

int st_store_open(st_store *store, const char *address, bool write, stance_error *err)
{
    *store = (st_store){.shown = st_address_shown(address)};
    if (!store->shown)
        return st_fail_memory(err);
    store->class = find_class(address);
    if (!store->class)
        return st_fail(err, STANCE_EINVAL,
                       "%s: expected a file; this build of stance has no PostgreSQL",
                       store->shown);
    store->self = st_alloc(store->class->size);
    if (!store->self)
        return st_fail_memory(err);
    int rc = store->class->open(store->self, address, write, err);
    if (rc == 0)
        rc = write ? st_schema_update(store, st_migrations, st_n_migrations, err)
                   : st_schema_check(store, st_migrations, st_n_migrations, err);
    return rc;
}

void st_store_close(st_store *store)
{
    if (store->self)
        store->class->close(store->self);
    st_free(store->self);
    st_free(store->shown);
    *store = (st_store){0};
}

int st_store_run(const st_store *store, const char *sql, const st_cell *values, size_t n,
                 st_row_fn row, void *user, stance_error *err)
{
    return store->class->run(store->self, sql, values, n, row, user, err);
}

static int take_int(void *user, const st_cell *cells, size_t n, stance_error *err)
{
    (void)err;
    if (n > 0 && cells[0].type == ST_CELL_INT)
        *(int64_t *)user = cells[0].i;
    return 0;
}

int st_store_int(const st_store *store, const char *sql, const st_cell *values, size_t n,
                 int64_t *out, stance_error *err)
{
    return st_store_run(store, sql, values, n, take_int, out, err);
}

int st_store_begin(const st_store *store, stance_error *err)
{
    int rc = st_store_run(store, store->class->begin, NULL, 0, NULL, NULL, err);
    if (rc == 0 && store->class->lock)
        rc = st_store_run(store, store->class->lock, NULL, 0, NULL, NULL, err);
    return rc;
}

int st_store_commit(const st_store *store, stance_error *err)
{
    return st_store_run(store, "COMMIT", NULL, 0, NULL, NULL, err);
}

void st_store_rollback(const st_store *store)
{
    st_store_run(store, "ROLLBACK", NULL, 0, NULL, NULL, NULL);
}

static st_cell real(float value)
{
    return (st_cell){.type = isfinite(value) ? ST_CELL_REAL : ST_CELL_NULL, .r = value};
}

/* 0 stands for not known. */
static st_cell counted(int64_t n)
{
    return (st_cell){.type = n > 0 ? ST_CELL_INT : ST_CELL_NULL, .i = n};
}

/* What a file says may be any number. */
static int64_t within(int64_t us)
{
    return us >= 0 && us <= ST_MAX_EVENT_TIME_US ? us : 0;
}

int64_t st_event_stand_in(int64_t began_us, int64_t start_us)
{
    return within(began_us) + within(start_us) / 1000;
}

int64_t st_event_at(const stance_event *event, int64_t began_us)
{
    int64_t stand_in_us = st_event_stand_in(began_us, event->start_us);
    if (event->clock_us < 0)
        return stand_in_us;
    return event->clock_us + (event->clock_us == stand_in_us);
}

int64_t st_event_clock(int64_t at_us, int64_t began_us, int64_t start_us)
{
    bool known = at_us != start_us && /* as versions 1 and 2 of the tables have it */
                 at_us != st_event_stand_in(began_us, start_us);
    return known ? at_us : -1;
}

void st_event_cells(const st_event_record *record, st_cell cells[ST_EVENT_N_COLUMNS])
{
    const stance_event *e = &record->event;
    const st_cell all[ST_EVENT_N_COLUMNS] = {
        st_cell_int(record->run),
        st_cell_int(record->what),
        st_cell_int(e->id),
        st_cell_int(record->at_us),
        st_cell_int(e->start_us),
        st_cell_known(e->turn_us),
        st_cell_known(e->end_us == e->start_us ? -1 : e->end_us),
        st_cell_known(e->stay_us),
        st_cell_known(e->frame),
        real(e->at[0]),
        real(e->at[1]),
        counted(e->people),
        counted(e->order),
        counted(e->inference_us),
        real(e->depth),
    };
    memcpy(cells, all, sizeof(all));
}
