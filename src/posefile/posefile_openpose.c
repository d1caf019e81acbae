/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenPose's output: a folder with a JSON file for each frame, or one of its files.
 *
 * Frames come in the order of the numbers in their names; where names have none, they are
 * pictures. A folder with the frames of two videos is refused: which belong together is
 * not for a reader to guess. BODY_25 and COCO's 18 points are told apart by their number.
 * A point at 0, 0 was not found. Hands and faces are passed over.
 *
 * Source: OpenPose, doc/02_output.md.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/status.h"
#include "posefile/posefile.h"
#include "json/json.h"

static const char ending[] = "_keypoints.json";

enum { DIGITS = 12 }; /* that frames of videos have in their names */

typedef struct entry {
    size_t name;    /* where it begins in `names` */
    int64_t number; /* -1: it has none */
} entry;

typedef struct reader {
    st_text names; /* of the files, NULs between */
    entry *at;
    size_t n, capacity, next;
    bool numbered;
    st_text path;
    stance_skeleton box; /* nobody in any frame */
} reader;

static bool looks(const char *text, size_t n)
{
    return memmem(text, n, "\"pose_keypoints_2d\"", 19) != NULL ||
           (memmem(text, n, "\"version\"", 9) && memmem(text, n, "\"people\"", 8) &&
            !memmem(text, n, "\"stance/", 8));
}

/* ---- the folder ---- */

/* The number of "walk_000000000012_keypoints.json"; -1: it has none.
 * @param digits how many it has; may be NULL */
static int64_t number_of(const char *name, size_t *digits)
{
    size_t n = strlen(name) - strlen(ending), first = n;
    int64_t number = 0;
    while (first > 0 && name[first - 1] >= '0' && name[first - 1] <= '9')
        first--;
    if (digits)
        *digits = n - first;
    if (first == n || n - first > 15 || (first > 0 && name[first - 1] != '_'))
        return -1;
    for (size_t i = first; i < n; i++)
        number = 10 * number + (name[i] - '0');
    return number;
}

static int add_name(void *user, const char *path, const char *name)
{
    reader *r = user;
    size_t n = strlen(name), m = strlen(ending);
    (void)path;
    if (n < m || strcmp(name + n - m, ending) != 0)
        return 0;
    if (r->n == r->capacity) {
        size_t more = r->capacity ? 2 * r->capacity : 64;
        entry *grown = st_realloc_array(r->at, more, sizeof(*grown));
        if (!grown)
            return STANCE_ENOMEM;
        r->at = grown;
        r->capacity = more;
    }
    r->at[r->n++] = (entry){r->names.length, number_of(name, NULL)};
    st_text_add_bytes(&r->names, name, n + 1);
    return r->names.failed ? STANCE_ENOMEM : 0;
}

static const char *name_at(const reader *r, size_t i)
{
    return r->names.text + r->at[i].name;
}

/* A list of one; its name may be any. */
static int take_one_file(stance_posefile *file, stance_error *err)
{
    reader *r = file->self;
    const char *name = st_path_name(file->path);
    r->at = st_alloc(sizeof(*r->at));
    if (!r->at)
        return st_fail_memory(err);
    st_text_add_bytes(&r->names, name, strlen(name) + 1);
    r->n = r->capacity = 1;
    size_t n = strlen(name), m = strlen(ending);
    bool named = n > m && strcmp(name + n - m, ending) == 0;
    r->at[0].number = named ? number_of(name, NULL) : -1;
    r->numbered = r->at[0].number >= 0;
    return r->names.failed ? st_fail_memory(err) : 0;
}

static int by_number(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return x->name < y->name ? -1 : x->name > y->name;
}

/* Names were found in their own order, and stay in it where they are pictures'. */
static int sort_names(const stance_posefile *file, stance_error *err)
{
    reader *r = file->self;
    r->numbered = true;
    for (size_t i = 0; i < r->n; i++)
        r->numbered = r->numbered && r->at[i].number >= 0;
    if (r->numbered)
        qsort(r->at, r->n, sizeof(*r->at), by_number);
    for (size_t i = 1; i < r->n && r->numbered; i++) {
        size_t digits[2];
        if (r->at[i].number != r->at[i - 1].number)
            continue;
        number_of(name_at(r, i - 1), &digits[0]);
        number_of(name_at(r, i), &digits[1]);
        if (digits[0] == DIGITS && digits[1] == DIGITS)
            return st_fail(err, STANCE_EINPUT,
                           "%s: expected the frames of one video, found two of number "
                           "%lld: %s and %s",
                           file->path, (long long)r->at[i].number, name_at(r, i - 1),
                           name_at(r, i));
        r->numbered = false; /* "red_1" and "blue_1": pictures */
    }
    for (size_t i = 0; i < r->n && !r->numbered; i++)
        r->at[i].number = 0;
    if (!r->numbered)
        qsort(r->at, r->n, sizeof(*r->at), by_number);
    return 0;
}

static int list_folder(stance_posefile *file, stance_error *err)
{
    reader *r = file->self;
    int rc = st_folder_each(file->path, add_name, r, err);
    if (rc == STANCE_ENOMEM)
        return st_fail_memory(err);
    if (rc == 0 && r->n == 0)
        rc = st_fail(err, STANCE_EINPUT,
                     "%s: expected a folder of OpenPose's files (NAME%s), found none",
                     file->path, ending);
    return rc < 0 ? rc : sort_names(file, err);
}

/* ---- a file ---- */

static int open_file(stance_posefile *file, size_t i, st_json **json,
                     const st_json_value **people, stance_error *err)
{
    reader *r = file->self;
    r->path.length = 0;
    if (file->reader.buffer) /* one file, and not a folder */
        st_text_add(&r->path, file->path);
    else
        st_text_printf(&r->path, "%s/%s", file->path, name_at(r, i));
    *json = NULL;
    int rc = r->path.failed ? st_fail_memory(err)
                            : st_json_open(r->path.text, ST_MAX_JSON_VALUE, STANCE_EINPUT,
                                           json, err);
    if (rc == 0 && st_json_type_of(st_json_root(*json)) != ST_JSON_OBJECT)
        rc = st_json_fail(*json, st_json_root(*json), err, "expected an object");
    if (rc == 0)
        rc = st_json_get_array(*json, st_json_root(*json), "people", true, 0,
                               STANCE_PEOPLE_MAX, people, err);
    return rc;
}

static int get_points(const st_json *json, const st_json_value *person,
                      const st_json_value **list, stance_error *err)
{
    if (st_json_type_of(person) != ST_JSON_OBJECT)
        return st_json_fail(json, person, err, "expected an object");
    return st_json_get_array(json, person, "pose_keypoints_2d", true, 0,
                             3 * (size_t)STANCE_KEYPOINTS_MAX, list, err);
}

static int choose_skeleton(stance_posefile *file, const st_json *json,
                           const st_json_value *people, stance_error *err)
{
    const st_json_value *list;
    const stance_skeleton *skeleton;
    int rc = get_points(json, st_json_at(people, 0), &list, err);
    size_t n = rc == 0 ? st_json_count(list) / 3 : 0;
    if (rc == 0)
        rc = st_posefile_asked_skeleton(file, n, &skeleton, err);
    if (rc < 0)
        return rc;
    if (!skeleton)
        skeleton = stance_skeleton_find(n == 25   ? "body25"
                                        : n == 18 ? "openpose18"
                                        : n == 15 ? "mpi15"
                                                  : "");
    if (!skeleton)
        return st_json_fail(json, list, err,
                            "expected 25 points (BODY_25), 18 (COCO) or 15 (MPI), found "
                            "%zu",
                            n);
    file->stream.skeleton = skeleton;
    return 0;
}

/* The layout is known from the first person there is. */
static int open_openpose(stance_posefile *file, stance_error *err)
{
    reader *r = file->self;
    st_posefile_plain_stream(file, NULL);
    r->box = (stance_skeleton){.name = "box"};
    int rc = file->reader.buffer ? take_one_file(file, err) : list_folder(file, err);
    if (rc == 0 && strcmp(file->path, "-") == 0)
        rc = st_fail(err, STANCE_EINVAL,
                     "OpenPose's form is a folder of files; expected its name, found "
                     "standard input");
    for (size_t i = 0; i < r->n && rc == 0 && !file->stream.skeleton; i++) {
        const st_json_value *people;
        st_json *json;
        const stance_posefile_settings *s = &file->settings;
        if (s->stop && s->stop(s->user))
            return st_fail(err, STANCE_EINTERRUPTED, "%s: interrupted", file->path);
        rc = open_file(file, i, &json, &people, err);
        if (rc == 0 && st_json_count(people) > 0)
            rc = choose_skeleton(file, json, people, err);
        st_json_close(&json);
    }
    if (!file->stream.skeleton)
        file->stream.skeleton = &r->box;
    if (!r->numbered)
        file->stream.stills = true;
    file->stream.n_frames = (int64_t)r->n;
    return rc;
}

static int take_points(stance_pose *pose, const st_json *json, const st_json_value *list,
                       stance_error *err)
{
    size_t n = st_json_count(list);
    int rc = 0;
    for (size_t k = 0; k < n / 3 && rc == 0; k++) {
        double values[3] = {0};
        for (size_t i = 0; i < 3 && rc == 0; i++)
            rc = st_json_at_number(json, list, 3 * k + i, -ST_MAX_PLACE, ST_MAX_PLACE,
                                   &values[i], err);
        if (values[0] == 0 && values[1] == 0)
            continue;
        pose->keypoints[k].x = (float)values[0];
        pose->keypoints[k].y = (float)values[1];
        pose->keypoints[k].score = (float)fmax(0, fmin(1, values[2]));
    }
    return rc;
}

static int take_person(stance_posefile *file, const st_json *json,
                       const st_json_value *person, stance_error *err)
{
    const stance_skeleton *skeleton = file->stream.skeleton;
    const st_json_value *list, *ids = NULL;
    stance_pose *pose;
    double id = -1;
    int rc = get_points(json, person, &list, err);
    if (rc == 0 && st_json_count(list) != 3 * skeleton->n_keypoints)
        rc = st_json_fail(json, list, err,
                          "expected 3 numbers for each of %zu points, "
                          "found %zu numbers",
                          skeleton->n_keypoints, st_json_count(list));
    if (rc == 0)
        rc = st_posefile_add_person(file, &pose, err);
    if (rc == 0)
        rc = st_json_get_array(json, person, "person_id", false, 0, 16, &ids, err);
    if (rc == 0 && ids && st_json_count(ids) > 0)
        rc = st_json_at_number(json, ids, 0, -1, (double)ST_MAX_INDEX, &id, err);
    if (rc == 0)
        rc = take_points(pose, json, list, err);
    if (rc < 0)
        return rc;
    pose->id = id > 0 ? (int64_t)id : 0;
    pose->score = st_posefile_score_of_points(skeleton, pose);
    st_posefile_box_of_points(skeleton, pose);
    return 0;
}

static int next_openpose(stance_posefile *file, stance_error *err)
{
    reader *r = file->self;
    const st_json_value *people;
    st_json *json;
    if (r->next == r->n)
        return STANCE_END;
    const char *name = name_at(r, r->next);
    int64_t index = r->numbered ? r->at[r->next].number : (int64_t)r->next;
    int rc = open_file(file, r->next, &json, &people, err);
    st_posefile_begin_frame(file, index, st_posefile_time_us(file, index));
    for (size_t i = 0; rc == 0 && i < st_json_count(people); i++)
        rc = take_person(file, json, st_json_at(people, i), err);
    st_json_close(&json);
    if (!r->numbered && rc == 0) {
        file->file_name.length = 0;
        st_text_printf(&file->file_name, "%.*s",
                       (int)(strlen(name) - (file->reader.buffer ? 0 : strlen(ending))),
                       name);
        file->frame.file = file->file_name.text;
        rc = file->file_name.failed ? st_fail_memory(err) : 0;
    }
    r->next++;
    return rc;
}

static void close_openpose(stance_posefile *file)
{
    reader *r = file->self;
    st_text_clear(&r->names);
    st_text_clear(&r->path);
    st_free(r->at);
}

const st_posefile_class st_posefile_openpose = {
    .name = "openpose",
    .help = "a folder of OpenPose's JSON files, one a frame",
    .endings = "",
    .size = sizeof(reader),
    .folder = true,
    .looks = looks,
    .open = open_openpose,
    .next = next_openpose,
    .close = close_openpose,
};
