/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which column of a table is what, and which points there are.
 */
#include "posefile/csv_columns.h"

#include <stdio.h>
#include <string.h>

#include "base/status.h"

/* ---- names of points ---- */

int st_csv_names_add(st_csv_names *names, const char *name)
{
    for (size_t i = 0; i < names->n; i++)
        if (strcmp(names->at[i], name) == 0)
            return 0;
    if (names->n == STANCE_KEYPOINTS_MAX)
        return STANCE_EINVAL;
    names->at[names->n] = st_strdup(name);
    if (!names->at[names->n])
        return STANCE_ENOMEM;
    names->n++;
    return 0;
}

void st_csv_names_clear(st_csv_names *names)
{
    for (size_t i = 0; i < names->n; i++)
        st_free(names->at[i]);
    names->n = 0;
}

int st_csv_names_layout(const st_csv_names *names, stance_posefile *file,
                        stance_error *err)
{
    const stance_skeleton *s;
    for (size_t i = 0; (s = stance_skeleton_at(i)); i++) {
        size_t k = 0;
        while (s->n_keypoints == names->n && k < names->n &&
               stance_skeleton_point(s, names->at[k]) >= 0)
            k++;
        if (names->n > 0 && k == names->n && s->n_keypoints == k) {
            file->stream.skeleton = s;
            return 0;
        }
    }
    int rc = st_skeleton_make(&file->skeleton, names->n > 0 ? "own" : "box",
                              (const char *const *)names->at, names->n,
                              &file->stream.skeleton);
    return rc < 0 ? st_fail_memory(err) : 0; /* they are not too many, and differ */
}

/* ---- columns ---- */

static size_t find(const st_csv *header, const char *name)
{
    for (size_t i = 0; i < header->n; i++)
        if (strcmp(st_csv_cell(header, i), name) == 0)
            return i;
    return ST_CSV_COLUMNS;
}

static size_t find_of_point(const st_csv *header, const char *point, const char *part)
{
    char name[256];
    snprintf(name, sizeof(name), "%s%s", point, part);
    return find(header, name);
}

/* The points of a wide table are those with a column NAME_x and one NAME_y. */
static int collect_points(const st_csv *header, st_csv_names *names)
{
    int rc = 0;
    for (size_t i = 0; i < header->n && rc == 0; i++) {
        const char *cell = st_csv_cell(header, i);
        size_t n = strlen(cell);
        char name[200];
        if (n < 3 || n >= sizeof(name) || strcmp(cell + n - 2, "_x") != 0 ||
            strcmp(cell, "box_x") == 0)
            continue;
        snprintf(name, sizeof(name), "%.*s", (int)(n - 2), cell);
        if (find_of_point(header, name, "_y") < ST_CSV_COLUMNS)
            rc = st_csv_names_add(names, name);
    }
    return rc;
}

static int find_points(st_csv_columns *c, const st_csv *header, stance_posefile *file,
                       stance_error *err)
{
    st_csv_names names = {0};
    int rc = collect_points(header, &names);
    if (rc == 0)
        rc = st_csv_names_layout(&names, file, err);
    else
        rc = rc == STANCE_EINVAL ? st_fail(err, STANCE_EINPUT,
                                           "%s: expected columns of at most %d points",
                                           header->reader->name, STANCE_KEYPOINTS_MAX)
                                 : st_fail_memory(err);
    st_csv_names_clear(&names);
    if (rc < 0)
        return rc;
    const stance_skeleton *skeleton = file->stream.skeleton;
    c->n_points = skeleton->n_keypoints;
    c->points = st_alloc_array(c->n_points ? c->n_points : 1, sizeof(*c->points));
    if (!c->points)
        return st_fail_memory(err);
    for (size_t k = 0; k < c->n_points; k++)
        c->points[k] =
            (st_csv_point){find_of_point(header, skeleton->names[k], "_x"),
                           find_of_point(header, skeleton->names[k], "_y"),
                           find_of_point(header, skeleton->names[k], "_score")};
    return 0;
}

int st_csv_columns_find(st_csv_columns *c, const st_csv *header, stance_posefile *file,
                        stance_error *err)
{
    *c = (st_csv_columns){
        .frame_index = find(header, "frame_index"),
        .timestamp = find(header, "timestamp_ms"),
        .file = find(header, "file"),
        .id = find(header, "id"),
        .score = find(header, "score"),
        .box = {find(header, "box_x"), find(header, "box_y"), find(header, "box_w"),
                find(header, "box_h")},
        .position = {find(header, "position_x"), find(header, "position_y"),
                     find(header, "position_z")},
        .interpolated = find(header, "interpolated"),
        .keypoint = find(header, "keypoint"),
        .z = find(header, "z"),
        .world = {find(header, "world_x"), find(header, "world_y"),
                  find(header, "world_z")},
        .raw = {find(header, "raw_x"), find(header, "raw_y")},
        .visibility = find(header, "visibility"),
        .swapped = find(header, "swapped"),
        .place = {find(header, "x"), find(header, "y"), find(header, "keypoint_score")},
    };
    c->is_long = c->keypoint < ST_CSV_COLUMNS;
    if (c->frame_index == ST_CSV_COLUMNS)
        return st_fail(err, STANCE_EINPUT,
                       "%s: expected a column frame_index in the first row, found none",
                       header->reader->name);
    if (c->is_long && (c->place.x == ST_CSV_COLUMNS || c->place.y == ST_CSV_COLUMNS))
        return st_fail(err, STANCE_EINPUT,
                       "%s: expected columns x and y beside keypoint, found them missing",
                       header->reader->name);
    return c->is_long ? 0 : find_points(c, header, file, err);
}

void st_csv_columns_clear(st_csv_columns *c)
{
    st_free(c->points);
    c->points = NULL;
}
