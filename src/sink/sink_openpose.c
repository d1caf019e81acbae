/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenPose's output (docs/output.md), last stage of the flow: a folder with a small JSON
 * file for each frame, NAME_000000000012_keypoints.json, with an empty list of people
 * where nobody is, so that the numbers have no holes.
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

enum { DIGITS = 12 };

typedef struct openpose_sink {
    const char *folder;
    const stance_stream *stream;
    const stance_skeleton *skeleton;
    stance_poses converted;
    st_text name, part; /* of the file at hand, and of what it is until it is whole */
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

/* FOLDER/NAME_NUMBER_keypoints.json; a picture's own name has no number behind it. */
static void name_file(openpose_sink *s, const stance_frame *frame)
{
    const char *whole = frame->file ? frame->file : s->stream->source;
    const char *name = st_path_name(whole);
    size_t n = (size_t)(st_path_ending(whole) - name);
    bool slash = *s->folder && s->folder[strlen(s->folder) - 1] == '/';
    s->name.length = 0;
    st_text_printf(&s->name, "%s%s", s->folder, slash ? "" : "/");
    for (size_t i = 0; i < n; i++) /* "mannequin:walk?people=2" */
        st_text_add_bytes(&s->name, strchr(":?*|<>\\\"", name[i]) ? "-" : &name[i], 1);
    if (!frame->file)
        st_text_printf(&s->name, "%s%0*lld", n > 0 ? "_" : "", DIGITS,
                       (long long)frame->index);
    st_text_add(&s->name, "_keypoints.json");
    s->part.length = 0;
    st_text_printf(&s->part, "%s.part", s->name.text);
}

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
    name_file(s, result->frame);
    if (s->name.failed || s->part.failed)
        return st_fail_memory(err);
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
        int rc = st_fail(err, STANCE_EOUTPUT, "%s: could not be written: %s",
                         s->name.text, strerror(errno));
        if (file)
            remove(s->part.text);
        return rc;
    }
    return 0;
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
}

const stance_sink_class st_sink_openpose = {
    .name = "openpose",
    .help = "a folder of OpenPose's JSON files, one a frame",
    .size = sizeof(openpose_sink),
    .open = open_sink,
    .begin = begin,
    .frame = on_frame,
    .end = end,
    .close = close_sink,
};
