/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables of poses, wide and long (docs/output.md); told apart by the column "keypoint".
 * Columns may stand in any order, and those that are not known are passed over.
 *
 * Rows of one frame stand together. In the long form the points of a person stand
 * together, and the next person begins with another id or where a point comes again.
 * Which points there are is known only at the end of a long table: a file is read over
 * once for that; of a pipe, the layout has to be named.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/number.h"
#include "base/status.h"
#include "posefile/csv_columns.h"

typedef struct reader {
    st_csv csv;
    st_csv_columns columns;
    bool has_row;                    /* a row is read and not yet handed out */
    int64_t index;                   /* of the row's frame */
    bool seen[STANCE_KEYPOINTS_MAX]; /* of the person at hand */
    int64_t person_id;
} reader;

static bool looks(const char *text, size_t n)
{
    const char *end = memchr(text, '\n', n);
    return memmem(text, end ? (size_t)(end - text) : n, "frame_index", 11) != NULL;
}

/* ---- cells ---- */

static int fail_cell(const stance_posefile *file, size_t column, const char *expected,
                     stance_error *err)
{
    const reader *r = file->self;
    return st_fail(err, STANCE_EINPUT, "%s:%lld: column %zu: expected %s, found '%.40s'",
                   file->reader.name, (long long)r->csv.line, column + 1, expected,
                   st_csv_cell(&r->csv, column));
}

/* A number; an empty cell, or one that is no column, leaves *out as it is. */
static int get_number(const stance_posefile *file, size_t column, double min, double max,
                      float *out, stance_error *err)
{
    const reader *r = file->self;
    const char *cell = st_csv_cell(&r->csv, column);
    double value;
    if (!*cell)
        return 0;
    if (!st_number_read(cell, &value) || value < min || value > max) {
        char expected[64];
        snprintf(expected, sizeof(expected), "a number from %g to %g", min, max);
        return fail_cell(file, column, expected, err);
    }
    *out = (float)value;
    return 0;
}

static int get_place(const stance_posefile *file, size_t column, float *out,
                     stance_error *err)
{
    return get_number(file, column, -ST_MAX_PLACE, ST_MAX_PLACE, out, err);
}

static int get_index(const stance_posefile *file, size_t column, int64_t *out,
                     stance_error *err)
{
    const reader *r = file->self;
    int64_t value;
    if (!st_number_read_int(st_csv_cell(&r->csv, column), &value) || value < 0 ||
        value > ST_MAX_INDEX)
        return fail_cell(file, column, "a whole number from 0", err);
    *out = value;
    return 0;
}

static int get_mark(const stance_posefile *file, size_t column, bool *out,
                    stance_error *err)
{
    const reader *r = file->self;
    const char *cell = st_csv_cell(&r->csv, column);
    static const char *const yes[] = {"1", "true", "True", "TRUE"};
    static const char *const no[] = {"", "0", "false", "False", "FALSE"};
    for (size_t i = 0; i < 4; i++)
        if (strcmp(cell, yes[i]) == 0) {
            *out = true;
            return 0;
        }
    for (size_t i = 0; i < 5; i++)
        if (strcmp(cell, no[i]) == 0)
            return 0;
    return fail_cell(file, column, "1 or nothing", err);
}

static int get_visibility(const stance_posefile *file, size_t column,
                          stance_visibility *out, stance_error *err)
{
    static const char *const names[] = {"", "visible", "hidden-by-self",
                                        "hidden-by-others", "outside"};
    const reader *r = file->self;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (strcmp(st_csv_cell(&r->csv, column), names[i]) == 0) {
            *out = (stance_visibility)i;
            return 0;
        }
    return fail_cell(file, column,
                     "visible, hidden-by-self, hidden-by-others, outside or nothing",
                     err);
}

/* ---- rows ---- */

static int next_row(stance_posefile *file, stance_error *err)
{
    reader *r = file->self;
    int64_t last = r->index;
    int rc = st_csv_row(&r->csv, err);
    if (rc == 0)
        rc = get_index(file, r->columns.frame_index, &r->index, err);
    if (rc == 0 && r->index < last)
        rc = fail_cell(file, r->columns.frame_index,
                       "rows in the order of frame_index (sort them first)", err);
    r->has_row = rc == 0;
    return rc;
}

/* Nothing but the frame: nobody was found in it. */
static bool says_nobody(const reader *r)
{
    const st_csv_columns *c = &r->columns;
    for (size_t i = 0; i < r->csv.n; i++)
        if (i != c->frame_index && i != c->timestamp && i != c->file &&
            *st_csv_cell(&r->csv, i))
            return false;
    return true;
}

static int begin_frame(stance_posefile *file, stance_error *err)
{
    reader *r = file->self;
    const char *time = st_csv_cell(&r->csv, r->columns.timestamp);
    const char *name = st_csv_cell(&r->csv, r->columns.file);
    double ms = 0;
    bool timed = !file->stream.stills && *time;
    if (timed && (!st_number_read(time, &ms) || fabs(ms) > (double)ST_MAX_TIME_US / 1000))
        return fail_cell(file, r->columns.timestamp, "milliseconds", err);
    if (!timed && !file->stream.stills && file->stream.fps_num <= 0)
        return fail_cell(file, r->columns.timestamp, "milliseconds", err);
    st_posefile_begin_frame(
        file, r->index, timed ? llround(ms * 1000) : st_posefile_time_us(file, r->index));
    if (*name) {
        file->file_name.length = 0;
        st_text_add(&file->file_name, name);
        file->frame.file = file->file_name.text;
    }
    return file->file_name.failed ? st_fail_memory(err) : 0;
}

static int take_about_person(stance_posefile *file, stance_pose *pose, stance_error *err)
{
    const reader *r = file->self;
    const st_csv_columns *c = &r->columns;
    pose->score = NAN;
    pose->box[0] = NAN;
    int rc = *st_csv_cell(&r->csv, c->id) ? get_index(file, c->id, &pose->id, err) : 0;
    if (rc == 0)
        rc = get_number(file, c->score, 0, 1, &pose->score, err);
    for (int i = 0; i < 4 && rc == 0; i++)
        rc = get_place(file, c->box[i], &pose->box[i], err);
    for (int i = 0; i < 3 && rc == 0; i++)
        rc = get_place(file, c->position[i], &pose->position[i], err);
    return rc == 0 ? get_mark(file, c->interpolated, &pose->interpolated, err) : rc;
}

static int take_place(stance_posefile *file, const st_csv_point *column,
                      stance_keypoint *point, stance_error *err)
{
    point->score = NAN;
    int rc = get_place(file, column->x, &point->x, err);
    if (rc == 0)
        rc = get_place(file, column->y, &point->y, err);
    if (rc == 0)
        rc = get_number(file, column->score, 0, 1, &point->score, err);
    bool given = stance_keypoint_given(point);
    if (isnan(point->score))
        point->score = given ? 1 : 0; /* it says that it is there, and no more */
    if (!given)
        point->x = point->y = NAN, point->score = 0;
    return rc;
}

static int take_long_point(stance_posefile *file, stance_pose *pose, stance_error *err)
{
    reader *r = file->self;
    const st_csv_columns *c = &r->columns;
    const char *name = st_csv_cell(&r->csv, c->keypoint);
    int k = stance_skeleton_point(file->stream.skeleton, name);
    if (!*name)
        return 0;
    if (k < 0)
        return fail_cell(file, c->keypoint, "the name of a keypoint of the layout", err);
    stance_keypoint *point = &pose->keypoints[k];
    r->seen[k] = true;
    int rc = take_place(file, &c->place, point, err);
    if (rc == 0)
        rc = get_place(file, c->z, &point->z, err);
    for (int i = 0; i < 3 && rc == 0; i++)
        rc = get_place(file, c->world[i], &point->world[i], err);
    for (int i = 0; i < 2 && rc == 0; i++)
        rc = get_place(file, c->raw[i], &point->raw[i], err);
    if (rc == 0)
        rc = get_visibility(file, c->visibility, &point->visibility, err);
    return rc == 0 ? get_mark(file, c->swapped, &point->swapped, err) : rc;
}

/* True when a row of the long form goes on with the person before it. */
static bool goes_on(const stance_posefile *file)
{
    const reader *r = file->self;
    const char *name = st_csv_cell(&r->csv, r->columns.keypoint);
    int64_t id = 0;
    st_number_read_int(st_csv_cell(&r->csv, r->columns.id), &id);
    int k = stance_skeleton_point(file->stream.skeleton, name);
    return file->poses.n > 0 && id == r->person_id && k >= 0 && !r->seen[k];
}

/* What follows from the points where the table does not say it. */
static void complete_people(stance_posefile *file)
{
    for (size_t i = 0; i < file->poses.n; i++) {
        stance_pose *pose = &file->poses.people[i];
        if (isnan(pose->box[0]))
            st_posefile_box_of_points(file->stream.skeleton, pose);
        if (isnan(pose->score))
            pose->score = st_posefile_score_of_points(file->stream.skeleton, pose);
    }
}

static int take_row(stance_posefile *file, stance_error *err)
{
    reader *r = file->self;
    const st_csv_columns *c = &r->columns;
    stance_pose *pose;
    if (says_nobody(r))
        return 0;
    if (c->is_long && goes_on(file))
        return take_long_point(file, &file->poses.people[file->poses.n - 1], err);
    int rc = st_posefile_add_person(file, &pose, err);
    if (rc == 0)
        rc = take_about_person(file, pose, err);
    if (rc < 0)
        return rc;
    r->person_id = pose->id;
    memset(r->seen, 0, sizeof(r->seen));
    if (c->is_long)
        return take_long_point(file, pose, err);
    for (size_t k = 0; k < c->n_points && rc == 0; k++)
        rc = take_place(file, &c->points[k], &pose->keypoints[k], err);
    return rc;
}

static int next_csv(stance_posefile *file, stance_error *err)
{
    reader *r = file->self;
    int rc = r->has_row ? 0 : next_row(file, err);
    if (rc == 0)
        rc = begin_frame(file, err);
    while (rc == 0 && r->index == file->frame.index) {
        rc = take_row(file, err);
        if (rc < 0)
            return rc;
        rc = next_row(file, err);
        if (rc == STANCE_END) {
            r->has_row = false;
            complete_people(file);
            return 0;
        }
    }
    complete_people(file);
    return rc;
}

/* ---- opening ---- */

/* Back to the first row behind the header. */
static int go_to_rows(stance_posefile *file, stance_error *err)
{
    reader *r = file->self;
    int rc = st_reader_go(&file->reader, file->first_place, 1, err);
    return rc == 0 ? st_csv_row(&r->csv, err) : rc;
}

static int choose_long_points(stance_posefile *file, stance_error *err)
{
    reader *r = file->self;
    const char *name = file->settings.skeleton;
    int rc;
    if (name) {
        file->stream.skeleton = stance_skeleton_find(name);
        return 0;
    }
    if (!file->reader.seekable)
        return st_fail(err, STANCE_EINPUT,
                       "%s: expected the name of the points' layout, because a pipe "
                       "cannot be read twice: --from-skeleton coco17, ...",
                       file->reader.name);
    st_csv_names names = {0};
    while ((rc = st_csv_row(&r->csv, err)) == 0) {
        const char *cell = st_csv_cell(&r->csv, r->columns.keypoint);
        rc = *cell ? st_csv_names_add(&names, cell) : 0;
        if (rc == STANCE_EINVAL)
            rc = fail_cell(file, r->columns.keypoint, "at most 256 different names", err);
        else if (rc == STANCE_ENOMEM)
            rc = st_fail_memory(err);
        if (rc < 0)
            break;
    }
    if (rc == STANCE_END)
        rc = st_csv_names_layout(&names, file, err);
    st_csv_names_clear(&names);
    return rc == 0 ? go_to_rows(file, err) : rc;
}

static int open_csv(stance_posefile *file, stance_error *err)
{
    reader *r = file->self;
    r->csv.reader = &file->reader;
    st_posefile_plain_stream(file, NULL);
    int rc = st_csv_row(&r->csv, err);
    if (rc == STANCE_END)
        return st_fail(err, STANCE_EINPUT,
                       "%s: expected a first row with the columns' names, found an empty "
                       "file",
                       file->reader.name);
    if (rc == 0)
        rc = st_csv_columns_find(&r->columns, &r->csv, file, err);
    if (rc == 0 && r->columns.is_long)
        rc = choose_long_points(file, err);
    if (rc < 0)
        return rc;
    rc = next_row(file, err); /* whether there are times */
    if (rc < 0)
        return rc;
    if (rc == 0 && *st_csv_cell(&r->csv, r->columns.timestamp))
        file->stream.stills = false;
    return 0;
}

static void close_csv(stance_posefile *file)
{
    reader *r = file->self;
    st_csv_clear(&r->csv);
    st_csv_columns_clear(&r->columns);
}

const st_posefile_class st_posefile_csv = {
    .name = "csv",
    .help = "a table, wide (a row for each person) or long (a row for each keypoint)",
    .endings = ".csv .tsv",
    .size = sizeof(reader),
    .looks = looks,
    .open = open_csv,
    .next = next_csv,
    .close = close_csv,
};
