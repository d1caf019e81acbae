/* SPDX-License-Identifier: Apache-2.0 */
/*
 * COCO's results: an array with an object for each person, of any length. Objects with
 * one image_id are one frame, whose number that is.
 *
 * A point at 0, 0 was not given. Objects of another category than 1, people, are left
 * out. Results whose images go back are sorted.
 *
 * Source: https://cocodataset.org/#format-results
 */
#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/status.h"
#include "posefile/rows.h"
#include "json/json_stream.h"

typedef struct coco_row {
    int64_t image;
    float score, box[4];
    float points[]; /* x, y, score of each */
} coco_row;

typedef struct reader {
    st_json_stream stream;
    st_rows rows;
    int64_t n_objects, n_left_out;
    bool ended, said, boxes; /* boxes: the objects have them */
    stance_skeleton box;
} reader;

static bool looks(const char *text, size_t n)
{
    size_t i = 0;
    while (i < n && strchr(" \t\r\n", text[i]))
        i++;
    return i < n && text[i] == '[';
}

/* ---- an object ---- */

static int take_numbers(const st_json *json, const st_json_value *list, size_t n,
                        float *out, stance_error *err)
{
    int rc = 0;
    for (size_t i = 0; i < n && rc == 0; i++) {
        double value = 0;
        rc = st_json_at_number(json, list, i, -ST_MAX_PLACE, ST_MAX_PLACE, &value, err);
        out[i] = (float)value;
    }
    return rc;
}

/* @param row NULL: only look at it */
static int take_object(const stance_posefile *file, const st_json *json, bool *wanted,
                       coco_row *row, stance_error *err)
{
    const reader *r = file->self;
    const st_json_value *root = st_json_root(json), *points = NULL, *box = NULL;
    size_t n = 3 * file->stream.skeleton->n_keypoints;
    int64_t category = 0;
    double score = 0;
    int rc =
        st_json_get_int(json, root, "image_id", true, 0, ST_MAX_INDEX, &row->image, err);
    if (rc == 0)
        rc = st_json_get_int(json, root, "category_id", true, INT64_MIN, INT64_MAX,
                             &category, err);
    *wanted = category == 1;
    if (rc < 0 || !*wanted)
        return rc;
    rc = st_json_get_number(json, root, "score", true, -1e300, 1e300, &score, err);
    if (rc == 0 && n > 0)
        rc = st_json_get_array(json, root, "keypoints", true, n, n, &points, err);
    if (rc == 0 && n > 0)
        rc = take_numbers(json, points, n, row->points, err);
    if (rc == 0 && r->boxes)
        rc = st_json_get_array(json, root, "bbox", true, 4, 4, &box, err);
    if (rc == 0 && r->boxes)
        rc = take_numbers(json, box, 4, row->box, err);
    row->score = (float)fmax(0, fmin(1, score));
    return rc;
}

static int next_object(stance_posefile *file, st_json **json, stance_error *err)
{
    reader *r = file->self;
    char place[32];
    *json = NULL;
    if (r->ended)
        return STANCE_END;
    int rc = st_json_stream_element(&r->stream, err);
    if (rc == STANCE_END) {
        r->ended = true;
        rc = st_json_stream_end(&r->stream, err);
        return rc < 0 ? rc : STANCE_END;
    }
    snprintf(place, sizeof(place), "[%lld]", (long long)r->n_objects++);
    if (rc == 0)
        rc = st_json_stream_take(&r->stream, place, json, err);
    if (rc == 0 && st_json_type_of(st_json_root(*json)) != ST_JSON_OBJECT) {
        rc = st_json_fail(*json, st_json_root(*json), err, "expected an object");
        st_json_close(json);
    }
    return rc;
}

static int read_row(stance_posefile *file, void *row, stance_error *err)
{
    reader *r = file->self;
    for (;;) {
        st_json *json;
        bool wanted = false;
        int rc = next_object(file, &json, err);
        if (rc != 0)
            return rc;
        rc = take_object(file, json, &wanted, row, err);
        st_json_close(&json);
        if (rc < 0 || wanted)
            return rc;
        r->n_left_out++;
    }
}

/* ---- opening ---- */

static int begin_list(stance_posefile *file, stance_error *err)
{
    reader *r = file->self;
    r->stream.depth = 0;
    r->n_objects = r->n_left_out = 0;
    r->ended = false;
    return st_json_stream_enter(&r->stream, '[', err);
}

static int go_back(stance_posefile *file, stance_error *err)
{
    int rc = st_reader_go(&file->reader, file->first_place, 1, err);
    return rc == 0 ? begin_list(file, err) : rc;
}

/* The layout by the number of points, where it is not named. */
static int choose_skeleton(stance_posefile *file, const st_json *first, stance_error *err)
{
    reader *r = file->self;
    const st_json_value *root = st_json_root(first), *list = NULL;
    const stance_skeleton *skeleton = NULL;
    int rc = st_json_get_array(first, root, "keypoints", false, 0,
                               3 * (size_t)STANCE_KEYPOINTS_MAX, &list, err);
    size_t n = rc == 0 && list ? st_json_count(list) / 3 : 0;
    if (rc == 0)
        rc = n > 0 ? st_posefile_asked_skeleton(file, n, &skeleton, err) : 0;
    for (size_t i = 0; n > 0 && !skeleton && stance_skeleton_at(i); i++)
        if (stance_skeleton_at(i)->n_keypoints == n)
            skeleton = stance_skeleton_at(i);
    if (rc == 0 && n > 0 && !skeleton)
        rc = st_json_fail(first, list, err,
                          "expected the points of a known layout, such as COCO's 17, "
                          "found %zu",
                          n);
    r->box = (stance_skeleton){.name = "box"};
    file->stream.skeleton = n > 0 && rc == 0 ? skeleton : &r->box;
    r->boxes = st_json_member(root, "bbox") != NULL;
    return rc;
}

static int open_coco(stance_posefile *file, stance_error *err)
{
    reader *r = file->self;
    st_json *first = NULL;
    r->stream.reader = &file->reader;
    st_posefile_plain_stream(file, stance_skeleton_find("coco17"));
    int rc = begin_list(file, err);
    if (rc == 0)
        rc = next_object(file, &first, err);
    if (rc == 0)
        rc = choose_skeleton(file, first, err);
    r->rows = (st_rows){.size = sizeof(coco_row) +
                                3 * sizeof(float) * file->stream.skeleton->n_keypoints,
                        .read = read_row,
                        .again = go_back};
    if (rc == 0 && file->reader.seekable) {
        rc = go_back(file, err);
        if (rc == 0)
            rc = st_rows_open(&r->rows, file, err);
    } else if (rc >= 0) { /* the first object is already read */
        bool wanted = false;
        int open_rc = st_rows_open(&r->rows, file, err);
        if (rc == 0 && open_rc == 0)
            rc = take_object(file, first, &wanted, r->rows.row, err);
        r->rows.has_row = r->rows.begun = wanted;
        rc = open_rc < 0 ? open_rc : rc == STANCE_END ? 0 : rc;
    }
    st_json_close(&first);
    return rc;
}

/* ---- frames ---- */

static int add_person(stance_posefile *file, const coco_row *row, stance_error *err)
{
    const stance_skeleton *skeleton = file->stream.skeleton;
    const reader *r = file->self;
    stance_pose *pose;
    int rc = st_posefile_add_person(file, &pose, err);
    if (rc < 0)
        return rc;
    for (size_t k = 0; k < skeleton->n_keypoints; k++) {
        const float *p = row->points + 3 * k;
        if (p[0] == 0 && p[1] == 0)
            continue;
        pose->keypoints[k].x = p[0];
        pose->keypoints[k].y = p[1];
        pose->keypoints[k].score = fmaxf(0, fminf(1, p[2]));
    }
    pose->score = row->score;
    memcpy(pose->box, row->box, sizeof(pose->box));
    if (!r->boxes)
        st_posefile_box_of_points(skeleton, pose);
    return 0;
}

static int next_coco(stance_posefile *file, stance_error *err)
{
    reader *r = file->self;
    int rc = st_rows_look(&r->rows, file, err);
    if (rc == STANCE_END && r->n_left_out > 0 && !r->said) {
        r->said = true;
        st_log(STANCE_LOG_INFO, "posefile",
               "%s: %lld results of another category than 1 (people) were left out",
               file->path, (long long)r->n_left_out);
    }
    if (rc != 0)
        return rc;
    const coco_row *row = r->rows.row;
    const int64_t image = row->image;
    st_posefile_begin_frame(file, image, st_posefile_time_us(file, image));
    while (rc == 0 && row->image == image) {
        rc = add_person(file, row, err);
        if (rc < 0)
            return rc;
        st_rows_take(&r->rows);
        rc = st_rows_look(&r->rows, file, err);
    }
    return rc == STANCE_END ? 0 : rc;
}

static void close_coco(stance_posefile *file)
{
    reader *r = file->self;
    st_json_stream_clear(&r->stream);
    st_rows_close(&r->rows);
}

const st_posefile_class st_posefile_coco = {
    .name = "coco",
    .help = "COCO's results",
    .endings = "",
    .size = sizeof(reader),
    .looks = looks,
    .open = open_coco,
    .next = next_coco,
    .close = close_coco,
};
