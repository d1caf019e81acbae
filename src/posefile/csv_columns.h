/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_POSEFILE_CSV_COLUMNS_H
#define ST_POSEFILE_CSV_COLUMNS_H

#include "posefile/csv_table.h"
#include "posefile/posefile.h"

/** Numbers of columns; one that is not there is beyond the last. */
typedef struct st_csv_point {
    size_t x, y, score;
} st_csv_point;

typedef struct st_csv_columns {
    bool is_long;
    size_t frame_index, timestamp, file, id, score, box[4], position[3], interpolated;
    /* long */
    size_t keypoint, z, world[3], raw[2], visibility, swapped;
    st_csv_point place;
    /* wide: of each point of the layout */
    st_csv_point *points;
    size_t n_points;
} st_csv_columns;

/** From the first row; of a wide table the layout too (file->stream.skeleton). */
int st_csv_columns_find(st_csv_columns *columns, const st_csv *header,
                        stance_posefile *file, stance_error *err);
void st_csv_columns_clear(st_csv_columns *columns);

/** Names of points, each once, in the order in which they were met. */
typedef struct st_csv_names {
    char *at[STANCE_KEYPOINTS_MAX];
    size_t n;
} st_csv_names;

/** @return 0, STANCE_EINVAL (too many) or STANCE_ENOMEM */
int st_csv_names_add(st_csv_names *names, const char *name);
/** The layout that they are, in any order, or one made of them. */
int st_csv_names_layout(const st_csv_names *names, stance_posefile *file,
                        stance_error *err);
void st_csv_names_clear(st_csv_names *names);

#endif
