/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables as text: cells with commas between, in quotes where they hold any of them.
 *
 * Semicolons and tabs are taken as well where the first row has them and no comma, and
 * line ends of any system.
 *
 * Source: RFC 4180.
 */
#include "posefile/csv_table.h"

#include <string.h>

#include "base/limits.h"
#include "base/status.h"

static int fail(const st_csv *csv, stance_error *err, const char *message)
{
    return st_fail(err, STANCE_EINPUT, "%s:%lld: %s", csv->reader->name,
                   (long long)csv->line, message);
}

static void add(st_csv *csv, int c)
{
    st_text_add_bytes(&csv->text, &(char){(char)c}, 1);
}

static int begin_cell(st_csv *csv, stance_error *err)
{
    if (csv->n == ST_CSV_COLUMNS)
        return fail(csv, err, "expected at most 4096 columns");
    if (csv->n == csv->capacity) {
        size_t more = csv->capacity ? 2 * csv->capacity : 64;
        size_t *grown = st_realloc_array(csv->at, more, sizeof(*grown));
        if (!grown)
            return st_fail_memory(err);
        csv->at = grown;
        csv->capacity = more;
    }
    csv->at[csv->n++] = csv->text.length;
    return 0;
}

/* Between quotes, the first of which is passed. */
static int take_quoted(st_csv *csv, stance_error *err)
{
    st_reader *r = csv->reader;
    for (;;) {
        int c = st_reader_peek(r);
        int rc = c < 0 ? st_reader_check(r, err) : 0;
        if (rc < 0)
            return rc;
        if (c < 0 || csv->text.length > ST_MAX_LINE)
            return fail(csv, err, "expected a closing '\"'");
        st_reader_pass(r);
        if (c == '"') {
            if (st_reader_peek(r) != '"')
                return 0;
            st_reader_pass(r);
        }
        if (c == '\0')
            return fail(csv, err, "expected text, found a NUL");
        add(csv, c);
    }
}

/* The first row tells what stands between cells. */
static bool is_delimiter(st_csv *csv, int c)
{
    if (!csv->delimiter && c != 0 && strchr(",;\t", c))
        csv->delimiter = (char)c;
    return csv->delimiter && c == csv->delimiter;
}

/* To the end of the cell. @return 0: another follows; STANCE_END: the row ends */
static int take_cell(st_csv *csv, stance_error *err)
{
    st_reader *r = csv->reader;
    int rc = begin_cell(csv, err);
    if (rc == 0 && st_reader_peek(r) == '"') {
        st_reader_pass(r);
        rc = take_quoted(csv, err);
    }
    while (rc == 0) {
        int c = st_reader_peek(r);
        if (c < 0)
            rc = st_reader_check(r, err) < 0 ? st_reader_check(r, err) : STANCE_END;
        else if (c == '\0')
            rc = fail(csv, err, "expected text, found a NUL");
        else if (csv->text.length > ST_MAX_LINE)
            rc = fail(csv, err, "expected a shorter row");
        if (rc != 0)
            break;
        st_reader_pass(r);
        if (c == '\n' || (c == '\r' && st_reader_peek(r) != '\n'))
            rc = STANCE_END;
        else if (c != '\r' && is_delimiter(csv, c))
            break;
        else if (c != '\r')
            add(csv, c);
    }
    add(csv, '\0');
    return rc;
}

int st_csv_row(st_csv *csv, stance_error *err)
{
    bool empty;
    do {
        int rc = 0;
        csv->n = csv->text.length = 0;
        csv->line = csv->reader->line;
        if (st_reader_peek(csv->reader) < 0) {
            rc = st_reader_check(csv->reader, err);
            return rc < 0 ? rc : STANCE_END;
        }
        while (rc == 0)
            rc = take_cell(csv, err);
        if (rc < 0)
            return rc;
        empty = csv->n == 1 && csv->text.length == 1;
    } while (empty);
    return csv->text.failed ? st_fail_memory(err) : 0;
}

void st_csv_clear(st_csv *csv)
{
    st_text_clear(&csv->text);
    st_free(csv->at);
    csv->at = NULL;
    csv->n = csv->capacity = 0;
}
