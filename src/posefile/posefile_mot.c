/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MOTChallenge's files: detections (det.txt, the id is -1), results of trackers, and
 * labels (gt.txt). A box a line, no points; frames count from 1.
 *
 * Labels are in the order of the ids, so a file whose frames go back is read once to its
 * end and sorted. Lines of labels that are to be left out (their score is 0) and that are
 * no pedestrian (class other than 1 in eight columns or more) are left out. Where the
 * sequence's seqinfo.ini lies beside the folder, it tells size and rate.
 *
 * Source: https://motchallenge.net/instructions/; Milan et al., MOT16, section 4.
 */
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/number.h"
#include "base/status.h"
#include "posefile/rows.h"

enum { COLUMNS_LEAST = 6, COLUMNS_MOST = 64, INFO_MOST = 1 << 16 };

typedef struct mot_row {
    int64_t frame; /* from 0 */
    int64_t id;
    float box[4], score;
} mot_row;

typedef struct reader {
    st_text line;
    st_rows rows;
    bool said, labels;
    int64_t n_left_out;
    stance_skeleton skeleton;
} reader;

static bool looks(const char *text, size_t n)
{
    size_t commas = 0, i = 0;
    for (; i < n && text[i] != '\n' && text[i] != '\r'; i++) {
        if (!strchr("0123456789.,-+eE ", text[i]))
            return false;
        commas += text[i] == ',';
    }
    return commas >= COLUMNS_LEAST - 1;
}

/* ---- a line ---- */

static size_t split(char *line, char **cells)
{
    size_t n = 0;
    for (char *c = line; c && n < COLUMNS_MOST; n++) {
        cells[n] = c;
        c = strchr(c, ',');
        if (c)
            *c++ = '\0';
        cells[n] += strspn(cells[n], " \t");
        cells[n][strcspn(cells[n], " \t\r")] = '\0';
    }
    return n;
}

static int take_line(const stance_posefile *file, char *line, bool *wanted, mot_row *row,
                     stance_error *err)
{
    const reader *r = file->self;
    static const char *const names[] = {"frame", "id",     "left", "top",
                                        "width", "height", "score"};
    char *cells[COLUMNS_MOST];
    double values[8] = {0};
    size_t n = split(line, cells);
    if (n < COLUMNS_LEAST)
        return st_posefile_fail(file, err,
                                "expected frame, id, left, top, width, height and more, "
                                "found %zu of them",
                                n);
    values[6] = values[7] = 1; /* no score, no class */
    for (size_t i = 0; i < n && i < 7; i++)
        if (!st_number_read(cells[i], &values[i]) || fabs(values[i]) > ST_MAX_PLACE)
            return st_posefile_fail(file, err, "%s: expected a number, found '%.40s'",
                                    names[i], cells[i]);
    if (n > 7)
        st_number_read(cells[7], &values[7]);
    if (values[0] < 1 || floor(values[0]) != values[0])
        return st_posefile_fail(
            file, err, "frame: expected a whole number from 1, found '%.40s'", cells[0]);
    if (floor(values[1]) != values[1])
        return st_posefile_fail(file, err, "id: expected a whole number, found '%.40s'",
                                cells[1]);
    bool label = r->labels || (n >= 8 && n <= 9);
    *wanted = !label || (values[6] != 0 && (n < 8 || values[7] == 1 || values[7] == -1));
    *row = (mot_row){.frame = (int64_t)values[0] - 1,
                     .id = values[1] > 0 ? (int64_t)values[1] : 0,
                     .score = (float)fmax(0, fmin(1, values[6]))};
    for (int i = 0; i < 4; i++)
        row->box[i] = (float)values[2 + i];
    return 0;
}

/* The next line that counts. */
static int read_row(stance_posefile *file, void *row, stance_error *err)
{
    reader *r = file->self;
    for (;;) {
        bool wanted;
        int rc = st_reader_line(&file->reader, &r->line, ST_MAX_LINE, err);
        if (rc != 0)
            return rc;
        if (strspn(r->line.text, " \t") == r->line.length)
            continue;
        rc = take_line(file, r->line.text, &wanted, row, err);
        if (rc < 0 || wanted)
            return rc;
        r->n_left_out++;
    }
}

/* ---- opening ---- */

static int go_back(stance_posefile *file, stance_error *err)
{
    ((reader *)file->self)->n_left_out = 0;
    return st_reader_go(&file->reader, file->first_place, 1, err);
}

/* A member of seqinfo.ini; 0: it is not there. */
static double info_number(const char *text, const char *name)
{
    char value[32];
    double number = 0;
    const char *at = strstr(text, name);
    if (!at || (at > text && at[-1] != '\n'))
        return 0;
    at += strlen(name);
    snprintf(value, sizeof(value), "%.*s", (int)strcspn(at, " \r\n"), at);
    return st_number_read(value, &number) && number > 0 ? number : 0;
}

/* SEQUENCE/seqinfo.ini of SEQUENCE/det/det.txt; what it says fills what was not given. */
static int read_info(stance_posefile *file, stance_error *err)
{
    char *text = NULL, *folder = st_path_folder(file->path);
    char *path = folder ? st_path_join(folder, "../seqinfo.ini") : NULL;
    stance_posefile_settings *s = &file->settings;
    size_t n;
    int rc = folder && path ? 0 : st_fail_memory(err);
    if (rc == 0 && st_file_size(path) >= 0 &&
        st_file_read(path, INFO_MOST, STANCE_EINPUT, &text, &n, NULL) == 0) {
        double fps = info_number(text, "frameRate="), w = info_number(text, "imWidth="),
               h = info_number(text, "imHeight=");
        if (!(s->fps > 0) && fps <= 1000)
            s->fps = fps;
        if (s->width == 0 && w >= 1 && w <= ST_MAX_FRAME_SIDE && h >= 1 &&
            h <= ST_MAX_FRAME_SIDE)
            s->width = (int)w, s->height = (int)h;
        st_log(STANCE_LOG_DEBUG, "posefile", "%s: rate and size are taken from it", path);
    }
    st_free(text);
    st_free(path);
    st_free(folder);
    return rc;
}

static int open_mot(stance_posefile *file, stance_error *err)
{
    reader *r = file->self;
    r->labels = strcmp(st_path_name(file->path), "gt.txt") == 0;
    r->skeleton = (stance_skeleton){.name = "box"};
    int rc = strcmp(file->path, "-") == 0 ? 0 : read_info(file, err);
    r->rows = (st_rows){.size = sizeof(mot_row), .read = read_row, .again = go_back};
    st_posefile_plain_stream(file, &r->skeleton);
    return rc == 0 ? st_rows_open(&r->rows, file, err) : rc;
}

/* ---- frames ---- */

static void say_left_out(const stance_posefile *file)
{
    reader *r = file->self;
    if (r->n_left_out > 0 && !r->said)
        st_log(STANCE_LOG_INFO, "posefile",
               "%s: %lld lines of labels that do not count (score 0, or no pedestrian) "
               "were left out",
               file->path, (long long)r->n_left_out);
    r->said = true;
}

static int next_mot(stance_posefile *file, stance_error *err)
{
    reader *r = file->self;
    int rc = st_rows_look(&r->rows, file, err);
    if (rc == STANCE_END)
        say_left_out(file);
    if (rc != 0)
        return rc;
    const mot_row *row = r->rows.row;
    const int64_t frame = row->frame;
    st_posefile_begin_frame(file, frame, st_posefile_time_us(file, frame));
    while (rc == 0 && row->frame == frame) {
        stance_pose *pose;
        rc = st_posefile_add_person(file, &pose, err);
        if (rc < 0)
            return rc;
        pose->id = row->id;
        pose->score = row->score;
        memcpy(pose->box, row->box, sizeof(pose->box));
        st_rows_take(&r->rows);
        rc = st_rows_look(&r->rows, file, err);
    }
    return rc == STANCE_END ? 0 : rc;
}

static void close_mot(stance_posefile *file)
{
    reader *r = file->self;
    st_text_clear(&r->line);
    st_rows_close(&r->rows);
}

const st_posefile_class st_posefile_mot = {
    .name = "mot",
    .help = "MOTChallenge's boxes: det.txt, gt.txt, and results of trackers",
    .endings = ".txt",
    .size = sizeof(reader),
    .looks = looks,
    .open = open_mot,
    .next = next_mot,
    .close = close_mot,
};
