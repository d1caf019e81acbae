/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Marker trajectories (.trc) of one person: metres, centimetres, millimetres, or pixels
 * as sink_trc.c writes them. Names of markers that are no known layout make one of their
 * own.
 *
 * Source: OpenSim, "Marker (.trc) Files".
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/number.h"
#include "base/status.h"
#include "posefile/posefile.h"

enum { CELLS = 2 + 3 * STANCE_KEYPOINTS_MAX + 8 };

typedef struct reader {
    st_text line;
    char *cells[CELLS];
    size_t n;
    double to_metres;  /* 0: pixels */
    int64_t id, first; /* first: what the file's numbers of frames begin at */
    bool begun;
} reader;

static bool looks(const char *text, size_t n)
{
    return n >= 12 && strncmp(text, "PathFileType", 12) == 0;
}

/* Split the line at its tabs, blanks around cells left out. */
static int next_line(stance_posefile *file, stance_error *err)
{
    reader *r = file->self;
    int rc = st_reader_line(&file->reader, &r->line, ST_MAX_LINE, err);
    if (rc != 0)
        return rc;
    char *c = r->line.text;
    for (r->n = 0; c && r->n < CELLS; r->n++) {
        char *cell = c + strspn(c, " ");
        c = strchr(c, '\t');
        if (c)
            *c++ = '\0';
        for (size_t n = strlen(cell); n > 0 && cell[n - 1] == ' '; n--)
            cell[n - 1] = '\0';
        r->cells[r->n] = cell;
    }
    return 0;
}

static const char *cell_at(const reader *r, size_t i)
{
    return i < r->n ? r->cells[i] : "";
}

static int need_line(stance_posefile *file, const char *what, stance_error *err)
{
    int rc = next_line(file, err);
    return rc == STANCE_END
               ? st_posefile_fail(file, err, "expected %s, found the end of the file",
                                  what)
               : rc;
}

/* ---- the header ---- */

static int take_units(stance_posefile *file, const char *units, stance_error *err)
{
    static const struct {
        const char *name;
        double to_metres;
    } known[] = {{"m", 1},      {"mm", 0.001}, {"cm", 0.01},
                 {"meters", 1}, {"px", 0},     {"pixels", 0}};
    reader *r = file->self;
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
        if (strcmp(units, known[i].name) == 0) {
            r->to_metres = known[i].to_metres;
            if (r->to_metres == 0 && file->stream.height == 0)
                st_log(STANCE_LOG_WARN, "posefile",
                       "%s: pixels whose y is up; without --size, the picture's height "
                       "is taken to be 0",
                       file->path);
            return 0;
        }
    return st_posefile_fail(file, err, "Units: expected m, cm, mm or px, found '%.20s'",
                            units);
}

/* The second line names what the third one has. */
static int take_values(stance_posefile *file, stance_error *err)
{
    enum { KEYS = 16, LENGTH = 32 };
    reader *r = file->self;
    char keys[KEYS][LENGTH];
    double rate = 0, frames = -1;
    int rc = need_line(file, "DataRate and more", err);
    size_t n = r->n < KEYS ? r->n : KEYS;
    bool units = false;
    for (size_t i = 0; i < n && rc == 0; i++)
        snprintf(keys[i], LENGTH, "%s", r->cells[i]);
    if (rc == 0)
        rc = need_line(file, "the values of DataRate and more", err);
    for (size_t i = 0; i < n && rc == 0; i++) {
        const char *cell = cell_at(r, i);
        if (strcmp(keys[i], "Units") == 0) {
            rc = take_units(file, cell, err);
            units = true;
        } else if (strcmp(keys[i], "DataRate") == 0 &&
                   (!st_number_read(cell, &rate) || rate < 0 || rate > 1e5)) {
            rc = st_posefile_fail(file, err, "DataRate: expected a rate, found '%.20s'",
                                  cell);
        } else if (strcmp(keys[i], "NumFrames") == 0) {
            st_number_read(cell, &frames);
        }
    }
    if (rc == 0 && !units)
        rc = st_posefile_fail(file, err, "expected Units among the values, found none");
    if (rate > 0)
        st_posefile_set_fps(&file->stream, rate);
    file->stream.stills = false;
    if (frames >= 0 && frames < 1e15)
        file->stream.n_frames = (int64_t)frames;
    return rc;
}

static int take_markers(stance_posefile *file, stance_error *err)
{
    reader *r = file->self;
    const char *names[STANCE_KEYPOINTS_MAX];
    size_t n = 0;
    int rc = need_line(file, "Frame#, Time and the markers", err);
    if (rc < 0)
        return rc;
    if (strcmp(cell_at(r, 0), "Frame#") != 0 || strcmp(cell_at(r, 1), "Time") != 0)
        return st_posefile_fail(file, err, "expected Frame# and Time, found '%.20s'",
                                cell_at(r, 0));
    for (size_t i = 2; i < r->n && n < STANCE_KEYPOINTS_MAX; i += 3)
        if (*r->cells[i])
            names[n++] = r->cells[i];
    rc = n > 0 ? st_skeleton_make(&file->skeleton, "markers", names, n,
                                  &file->stream.skeleton)
               : STANCE_EINVAL;
    if (rc == STANCE_ENOMEM)
        return st_fail_memory(err);
    return rc < 0 ? st_posefile_fail(file, err,
                                     "expected from 1 to %d markers, all named "
                                     "differently, a name every three columns",
                                     STANCE_KEYPOINTS_MAX)
                  : 0;
}

static int open_trc(stance_posefile *file, stance_error *err)
{
    reader *r = file->self;
    st_posefile_plain_stream(file, NULL);
    int rc = need_line(file, "PathFileType", err);
    if (rc == 0 && strcmp(cell_at(r, 0), "PathFileType") != 0)
        rc = st_posefile_fail(file, err, "expected PathFileType, found '%.20s'",
                              cell_at(r, 0));
    if (rc == 0)
        rc = take_values(file, err);
    if (rc == 0)
        rc = take_markers(file, err);
    if (rc == 0)
        rc = need_line(file, "X1, Y1, Z1, ...", err);
    file->stream.single = true;
    r->id = st_posefile_id_of_name(file->path);
    return rc;
}

/* ---- rows ---- */

/* One marker; NAN where its cells are empty. */
static int take_marker(const stance_posefile *file, size_t k, double at[3],
                       stance_error *err)
{
    const reader *r = file->self;
    for (size_t i = 0; i < 3; i++) {
        const char *cell = cell_at(r, 2 + 3 * k + i);
        bool empty = !*cell || strcmp(cell, "NaN") == 0 || strcmp(cell, "nan") == 0;
        at[i] = NAN;
        if (!empty && (!st_number_read(cell, &at[i]) || fabs(at[i]) > ST_MAX_PLACE))
            return st_posefile_fail(file, err, "%s: expected a number, found '%.20s'",
                                    file->stream.skeleton->names[k], cell);
    }
    if (isnan(at[0]) || isnan(at[1]) || isnan(at[2]))
        at[0] = at[1] = at[2] = NAN;
    return 0;
}

static void set_points(const stance_posefile *file, stance_pose *pose, double (*at)[3])
{
    const reader *r = file->self;
    const stance_skeleton *skeleton = file->stream.skeleton;
    pose->id = r->id;
    pose->score = 1;
    for (size_t k = 0; k < skeleton->n_keypoints; k++) {
        stance_keypoint *point = &pose->keypoints[k];
        for (int i = 0; i < 3 && r->to_metres > 0; i++)
            at[k][i] *= r->to_metres;
        if (r->to_metres == 0 && !isnan(at[k][0])) {
            point->x = (float)at[k][0];
            point->y = (float)(file->stream.height - at[k][1]);
            point->score = 1;
        }
    }
    if (r->to_metres > 0)
        st_posefile_set_metres(skeleton, pose, (const double(*)[3])at);
    st_posefile_box_of_points(skeleton, pose);
}

static int next_trc(stance_posefile *file, stance_error *err)
{
    reader *r = file->self;
    size_t n = file->stream.skeleton->n_keypoints;
    double at[STANCE_KEYPOINTS_MAX][3], time_s;
    int64_t number;
    bool any = false;
    int rc;
    do
        rc = next_line(file, err);
    while (rc == 0 && r->n == 1 && !*r->cells[0]);
    if (rc != 0)
        return rc;
    if (!st_number_read_int(cell_at(r, 0), &number) || number < 0 ||
        number > ST_MAX_INDEX)
        return st_posefile_fail(file, err, "Frame#: expected a number, found '%.20s'",
                                cell_at(r, 0));
    if (!st_number_read(cell_at(r, 1), &time_s) ||
        fabs(time_s) > (double)ST_MAX_TIME_US / 1e6)
        return st_posefile_fail(file, err, "Time: expected seconds, found '%.20s'",
                                cell_at(r, 1));
    if (!r->begun)
        r->first = number > 0;
    r->begun = true;
    int64_t index = number - r->first;
    st_posefile_begin_frame(file, index > 0 ? index : 0, llround(time_s * 1e6));
    for (size_t k = 0; k < n && rc == 0; k++) {
        rc = take_marker(file, k, at[k], err);
        any = any || !isnan(at[k][0]);
    }
    stance_pose *pose;
    if (rc == 0 && any)
        rc = st_posefile_add_person(file, &pose, err);
    if (rc == 0 && any)
        set_points(file, pose, at);
    return rc;
}

static void close_trc(stance_posefile *file)
{
    reader *r = file->self;
    st_text_clear(&r->line);
}

const st_posefile_class st_posefile_trc = {
    .name = "trc",
    .help = "marker trajectories of one person",
    .endings = ".trc",
    .size = sizeof(reader),
    .looks = looks,
    .open = open_trc,
    .next = next_trc,
    .close = close_trc,
};
