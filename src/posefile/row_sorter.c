/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sorting more rows than fit into memory: full parts are sorted and written to a file
 * that has no name, and then merged, the part with the smallest frame first.
 *
 * Rows of one frame keep their order: within a part qsort compares their numbers too, and
 * of two parts the earlier one goes first.
 */
#include "posefile/row_sorter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/status.h"

enum { PART_BYTES = 32 << 20, MOST_PARTS = 4096 };

/* Where a part goes on in the file, and its next row. */
typedef struct part {
    long at;
    size_t left;
    char *row;
} part;

/* A row in memory: its number is behind it, for the order. */
struct st_row_sorter {
    size_t size, step, limit;
    char *rows;
    size_t n, capacity, next;
    int64_t n_all;
    FILE *file; /* NULL: all are in memory */
    part *parts;
    size_t n_parts;
    bool merging;
};

st_row_sorter *st_row_sorter_new(size_t size)
{
    st_row_sorter *s = st_alloc(sizeof(*s));
    if (!s)
        return NULL;
    s->size = size;
    s->step = size + sizeof(int64_t);
    s->limit = PART_BYTES / s->step;
    return s;
}

void st_row_sorter_limit(st_row_sorter *s, size_t n_rows)
{
    s->limit = n_rows;
}

void st_row_sorter_free(st_row_sorter **sorter)
{
    st_row_sorter *s = *sorter;
    if (!s)
        return;
    for (size_t i = 0; i < s->n_parts; i++)
        st_free(s->parts[i].row);
    if (s->file)
        fclose(s->file);
    st_free(s->parts);
    st_free(s->rows);
    st_free(s);
    *sorter = NULL;
}

static int64_t frame_of(const char *row)
{
    int64_t frame;
    memcpy(&frame, row, sizeof(frame));
    return frame;
}

/* Frame, then number; the size of a row is in front of the comparison's data. */
static int compare(const void *a, const void *b, void *user)
{
    const st_row_sorter *s = user;
    int64_t x = frame_of(a), y = frame_of(b);
    if (x == y) {
        x = frame_of((const char *)a + s->size);
        y = frame_of((const char *)b + s->size);
    }
    return x < y ? -1 : x > y;
}

static int fail_disk(stance_error *err)
{
    return st_fail(err, STANCE_EINPUT, "rows could not be sorted on disk (TMPDIR): %s",
                   strerror(errno));
}

static int write_part(st_row_sorter *s, stance_error *err)
{
    qsort_r(s->rows, s->n, s->step, compare, s);
    if (s->n_parts == MOST_PARTS)
        return st_fail(err, STANCE_EINPUT, "too many rows to be sorted");
    int rc = s->file ? 0 : st_file_temporary(&s->file, err);
    if (rc < 0)
        return rc;
    part *grown = st_realloc_array(s->parts, s->n_parts + 1, sizeof(*grown));
    if (!grown)
        return st_fail_memory(err);
    s->parts = grown;
    if (fseek(s->file, 0, SEEK_END) != 0)
        return fail_disk(err);
    s->parts[s->n_parts++] = (part){.at = ftell(s->file), .left = s->n};
    if (fwrite(s->rows, s->step, s->n, s->file) != s->n || fflush(s->file) != 0)
        return fail_disk(err);
    s->n = 0;
    return 0;
}

int st_row_sorter_add(st_row_sorter *s, const void *row, stance_error *err)
{
    int rc = s->n >= s->limit ? write_part(s, err) : 0;
    if (rc < 0)
        return rc;
    if (s->n == s->capacity) {
        size_t more = s->capacity ? 2 * s->capacity : 256;
        more = more < s->limit ? more : s->limit;
        char *grown = st_realloc_array(s->rows, more, s->step);
        if (!grown)
            return st_fail_memory(err);
        s->rows = grown;
        s->capacity = more;
    }
    char *at = s->rows + s->n * s->step;
    memcpy(at, row, s->size);
    memcpy(at + s->size, &s->n_all, sizeof(s->n_all));
    s->n++;
    s->n_all++;
    return 0;
}

/* Read a part's next row. Parts are many and rows few in a frame, so that the file's own
 * buffer is of use only now and then; a merge is bounded by the disk. */
static int read_row(st_row_sorter *s, part *p, stance_error *err)
{
    if (p->left == 0) {
        st_free(p->row);
        p->row = NULL;
        return 0;
    }
    if (fseek(s->file, p->at, SEEK_SET) != 0 || fread(p->row, s->step, 1, s->file) != 1)
        return fail_disk(err);
    p->at += (long)s->step;
    p->left--;
    return 0;
}

static int begin_merge(st_row_sorter *s, stance_error *err)
{
    s->merging = true;
    if (!s->file) {
        if (s->n > 0)
            qsort_r(s->rows, s->n, s->step, compare, s);
        return 0;
    }
    int rc = s->n > 0 ? write_part(s, err) : 0;
    st_free(s->rows);
    s->rows = NULL;
    s->n = s->capacity = 0;
    for (size_t i = 0; i < s->n_parts && rc == 0; i++) {
        s->parts[i].row = st_alloc(s->step);
        rc = s->parts[i].row ? read_row(s, &s->parts[i], err) : st_fail_memory(err);
    }
    return rc;
}

int st_row_sorter_next(st_row_sorter *s, void *row, stance_error *err)
{
    int rc = s->merging ? 0 : begin_merge(s, err);
    if (rc < 0)
        return rc;
    if (!s->file) {
        if (s->next == s->n)
            return STANCE_END;
        memcpy(row, s->rows + s->next++ * s->step, s->size);
        return 0;
    }
    part *first = NULL;
    for (size_t i = 0; i < s->n_parts; i++)
        if (s->parts[i].row &&
            (!first || frame_of(s->parts[i].row) < frame_of(first->row)))
            first = &s->parts[i];
    if (!first)
        return STANCE_END;
    memcpy(row, first->row, s->size);
    return read_row(s, first, err);
}
