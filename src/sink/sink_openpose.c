/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenPose's output (docs/output.md), last stage of the flow: a folder with a small JSON
 * file for each frame, NAME_000000000012_keypoints.json, with an empty list of people
 * where nobody is, so that the numbers have no holes.
 *
 * A folder is for one video: what an earlier run left of it is removed, and a folder with
 * another one's frames is refused. Pictures each have a file of their own name.
 *
 * Its readers know two layouts by the number of points, BODY_25 and COCO's 18; poses of
 * others are converted to BODY_25. What is not given is 0, 0, 0 there.
 *
 * Source: OpenPose, doc/02_output.md.
 */
#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/status.h"
#include "sink/loss.h"
#include "sink/sink.h"
#include "sink/utf8.h"
#include "json/json.h"

static const char ending[] = "_keypoints.json";

enum { DIGITS = 12 };

/* Names of pictures that were written, as 64-bit hashes: 0 is a free place. */
typedef struct name_set {
    uint64_t *at;
    size_t n, size; /* size: a power of two */
} name_set;

typedef struct openpose_sink {
    const char *folder;
    const stance_stream *stream;
    const stance_skeleton *skeleton;
    stance_poses converted;
    st_text name, part; /* of the file at hand, and of what it is until it is whole */
    name_set written;
    bool cleared; /* an earlier run's frames are gone */
    st_loss loss;
} openpose_sink;

static int open_sink(void *self, const char *target, const stance_settings *settings,
                     stance_error *err)
{
    (void)settings;
    openpose_sink *s = self;
    s->folder = target;
    s->loss = (st_loss){.format = "OpenPose's form",
                        .holds = ST_HOLDS_POINTS | ST_HOLDS_SCORES | ST_HOLDS_IDS |
                                 ST_HOLDS_FILES};
    if (strcmp(target, "-") == 0)
        return st_fail(err, STANCE_EINVAL,
                       "OpenPose's form is a folder of files; expected its name, found "
                       "standard output");
    return st_make_folders(target, err);
}

static int begin(void *self, const stance_stream *stream, stance_error *err)
{
    openpose_sink *s = self;
    (void)err;
    bool own = strcmp(stream->skeleton->name, "body25") == 0 ||
               strcmp(stream->skeleton->name, "openpose18") == 0;
    s->stream = stream;
    s->skeleton = own ? stream->skeleton : stance_skeleton_find("body25");
    return 0;
}

/* ---- names ---- */

/* "walk", "mannequin-walk-people=2" */
static void add_stem(st_text *text, const char *whole)
{
    const char *name = st_path_name(whole), *end = st_path_ending(whole);
    for (; name < end; name++)
        st_text_add_bytes(text, strchr(":?*|<>\\\"", *name) ? "-" : name, 1);
}

/* FOLDER/NAME_NUMBER_keypoints.json; a picture's own name has no number behind it. */
static int name_file(openpose_sink *s, const stance_frame *frame, stance_error *err)
{
    bool slash = *s->folder && s->folder[strlen(s->folder) - 1] == '/';
    s->name.length = 0;
    st_text_printf(&s->name, "%s%s", s->folder, slash ? "" : "/");
    size_t before = s->name.length;
    add_stem(&s->name, frame->file ? frame->file : s->stream->source);
    if (!frame->file)
        st_text_printf(&s->name, "%s%0*lld", s->name.length > before ? "_" : "", DIGITS,
                       (long long)frame->index);
    st_text_add(&s->name, ending);
    s->part.length = 0;
    st_text_printf(&s->part, "%s.part", s->name.text);
    return s->name.failed || s->part.failed ? st_fail_memory(err) : 0;
}

/* The free place of a hash, or where it is. */
static uint64_t *place_of(const name_set *set, uint64_t hash)
{
    size_t i = hash & (set->size - 1);
    while (set->at[i] && set->at[i] != hash)
        i = (i + 1) & (set->size - 1);
    return &set->at[i];
}

static int grow(name_set *set, stance_error *err)
{
    name_set more = {.n = set->n, .size = set->size ? 2 * set->size : 64};
    more.at = st_alloc_array(more.size, sizeof(*more.at));
    if (!more.at)
        return st_fail_memory(err);
    for (size_t i = 0; i < set->size; i++)
        if (set->at[i])
            *place_of(&more, set->at[i]) = set->at[i];
    st_free(set->at);
    *set = more;
    return 0;
}

/* Pictures of one name, in different folders, would be written over one another. */
static int check_once(openpose_sink *s, const char *picture, stance_error *err)
{
    name_set *set = &s->written;
    uint64_t hash = 14695981039346656037U; /* FNV-1a */
    for (const char *c = s->name.text; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 1099511628211U;
    hash |= hash == 0;
    int rc = 2 * set->n >= set->size ? grow(set, err) : 0;
    if (rc < 0)
        return rc;
    uint64_t *place = place_of(set, hash);
    if (*place)
        return st_fail(err, STANCE_EINVAL,
                       "%s: would be written twice, now for %s: expected pictures of "
                       "different names",
                       s->name.text, picture);
    *place = hash;
    set->n++;
    return 0;
}

/* ---- what an earlier run left ---- */

typedef struct leftovers {
    const char *folder;
    st_text stem;
    bool remove;
    stance_error *err;
} leftovers;

/* STEM_DIGITS_keypoints.json goes; another one is somebody else's. */
static int clear_one(void *user, const char *path, const char *name)
{
    leftovers *left = user;
    size_t n = strlen(name), m = strlen(ending), k = left->stem.length;
    if (n < m || strcmp(name + n - m, ending) != 0)
        return 0;
    const char *digits = name + k + (k > 0);
    bool own = n > m + k + (k > 0) && strncmp(name, left->stem.text, k) == 0 &&
               (k == 0 || name[k] == '_') &&
               digits + strspn(digits, "0123456789") == name + n - m;
    if (!own)
        return st_fail(left->err, STANCE_EINVAL,
                       "%s: a folder is for one input, and this one has %s of another: "
                       "expected an empty folder, or the name of a new one",
                       left->folder, name);
    if (left->remove && remove(path) != 0)
        return st_fail(left->err, STANCE_EOUTPUT,
                       "%s: is an earlier run's and cannot be removed: %s", path,
                       strerror(errno));
    return 0;
}

static int clear_folder(openpose_sink *s, stance_error *err)
{
    leftovers left = {.folder = s->folder, .err = err};
    st_text_add(&left.stem, ""); /* not NULL */
    add_stem(&left.stem, s->stream->source);
    int rc = left.stem.failed ? st_fail_memory(err) : 0;
    for (int pass = 0; pass < 2 && rc == 0; pass++) {
        left.remove = pass == 1;
        rc = st_folder_each(s->folder, clear_one, &left, err);
    }
    st_text_clear(&left.stem);
    s->cleared = true;
    return rc;
}

/* ---- a file ---- */

static void write_points(st_json_writer *w, const stance_pose *pose, size_t n)
{
    st_json_begin_array(w, "pose_keypoints_2d", true);
    for (size_t k = 0; k < n; k++) {
        const stance_keypoint *point = &pose->keypoints[k];
        bool given = stance_keypoint_given(point);
        st_json_write_number(w, NULL, given ? (double)point->x : 0, 2);
        st_json_write_number(w, NULL, given ? (double)point->y : 0, 2);
        st_json_write_number(w, NULL, given ? (double)point->score : 0, 4);
    }
    st_json_end_array(w);
}

static void write_people(st_json_writer *w, const stance_poses *poses,
                         const stance_skeleton *skeleton)
{
    static const char *const others[] = {
        "face_keypoints_2d",       "hand_left_keypoints_2d", "hand_right_keypoints_2d",
        "pose_keypoints_3d",       "face_keypoints_3d",      "hand_left_keypoints_3d",
        "hand_right_keypoints_3d",
    };
    st_json_begin_object(w, NULL, true);
    st_json_write_number(w, "version", 1.3, 1);
    st_json_begin_array(w, "people", true);
    for (size_t i = 0; i < poses->n; i++) {
        const stance_pose *pose = &poses->people[i];
        st_json_begin_object(w, NULL, true);
        st_json_begin_array(w, "person_id", true);
        st_json_write_int(w, NULL, pose->id > 0 ? pose->id : -1);
        st_json_end_array(w);
        write_points(w, pose, skeleton->n_keypoints);
        for (size_t k = 0; k < sizeof(others) / sizeof(*others); k++) {
            st_json_begin_array(w, others[k], true);
            st_json_end_array(w);
        }
        st_json_end_object(w);
    }
    st_json_end_array(w);
    st_json_end_object(w);
}

static int on_frame(void *self, const stance_result *result, stance_error *err)
{
    openpose_sink *s = self;
    const stance_poses *poses = result->poses;
    st_loss_look(&s->loss, s->stream, result);
    if (poses->n > 0 && s->skeleton != s->stream->skeleton) {
        if (stance_poses_convert(&s->converted, poses, s->skeleton) < 0)
            return st_fail_memory(err);
        poses = &s->converted;
    }
    const char *picture = result->frame->file;
    int rc = name_file(s, result->frame, err);
    if (rc == 0 && picture)
        rc = check_once(s, picture, err);
    else if (rc == 0 && !s->cleared)
        rc = clear_folder(s, err);
    if (rc < 0)
        return rc;
    errno = 0;
    FILE *file = fopen(s->part.text, "wb");
    bool good = file != NULL;
    if (file) {
        st_json_writer w = {.file = file};
        write_people(&w, poses, s->skeleton);
        good = !ferror(file);
        good = fclose(file) == 0 && good;
    }
    if (!good || rename(s->part.text, s->name.text) != 0) {
        rc = st_fail(err, STANCE_EOUTPUT, "%s: could not be written: %s", s->name.text,
                     strerror(errno));
        if (file)
            remove(s->part.text);
    }
    return rc;
}

static int end(void *self, const stance_summary *summary, stance_error *err)
{
    const openpose_sink *s = self;
    (void)summary;
    (void)err;
    st_loss_say(&s->loss, s->folder);
    return 0;
}

static void close_sink(void *self)
{
    openpose_sink *s = self;
    stance_poses_clear(&s->converted);
    st_text_clear(&s->name);
    st_text_clear(&s->part);
    st_free(s->written.at);
}

const stance_sink_class st_sink_openpose = {
    .name = "openpose",
    .help = "a folder of OpenPose's JSON files, one a frame",
    .size = sizeof(openpose_sink),
    .only_poses = true,
    .open = open_sink,
    .begin = begin,
    .frame = on_frame,
    .end = end,
    .close = close_sink,
};
