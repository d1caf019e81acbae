/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Motion of one person (.bvh), as the places of its joints: turns are carried out from
 * the root down (forward kinematics), with the channels in the order that the file names.
 *
 * Joints with the usual names (LeftUpLeg, LeftArm, ...) become BODY_25's points; those of
 * another skeleton keep their own names. The form says nothing of its unit, which is
 * taken to be the metre.
 *
 * Source: Meredith, Maddock, "Motion Capture File Formats Explained".
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/number.h"
#include "base/status.h"
#include "posefile/posefile.h"

enum { MOST = STANCE_KEYPOINTS_MAX, TOKEN = 128, CHANNELS = 6 };

typedef struct joint {
    char name[TOKEN];
    int parent; /* -1: the root */
    bool end;   /* an End Site: no name, no channels */
    double offset[3];
    int n_channels;
    char channels[CHANNELS]; /* 'X', 'Y', 'Z': place; 'x', 'y', 'z': turn */
} joint;

typedef struct reader {
    joint joints[MOST];
    size_t n;
    int point[MOST]; /* the keypoint that the joint is; -1: none */
    int64_t n_rows, id;
    double frame_time_s;
    char token[TOKEN];
} reader;

static bool looks(const char *text, size_t n)
{
    size_t i = 0;
    while (i < n && strchr(" \t\r\n", text[i]))
        i++;
    return n - i >= 9 && strncmp(text + i, "HIERARCHY", 9) == 0;
}

/* ---- words ---- */

/* The next word into r->token; "" at the end of the file. */
static int next_token(stance_posefile *file, stance_error *err)
{
    reader *r = file->self;
    size_t n = 0;
    int c;
    while ((c = st_reader_peek(&file->reader)) == ' ' || c == '\t' || c == '\r' ||
           c == '\n')
        st_reader_pass(&file->reader);
    while ((c = st_reader_peek(&file->reader)) >= 0 && !(c <= ' ') && n < TOKEN - 1) {
        r->token[n++] = (char)c;
        st_reader_pass(&file->reader);
    }
    r->token[n] = '\0';
    if (c >= 0 && c < ' ' && c != '\t' && c != '\r' && c != '\n')
        st_reader_pass(&file->reader); /* a control character: no endless loop */
    return c < 0 ? st_reader_check(&file->reader, err) : 0;
}

static int fail_token(const stance_posefile *file, const char *expected,
                      stance_error *err)
{
    const reader *r = file->self;
    return st_fail(err, STANCE_EINPUT, "%s:%lld: expected %s, found %s%.60s%s",
                   file->reader.name, (long long)file->reader.line, expected,
                   *r->token ? "'" : "", *r->token ? r->token : "the end of the file",
                   *r->token ? "'" : "");
}

static int expect(stance_posefile *file, const char *word, stance_error *err)
{
    const reader *r = file->self;
    int rc = next_token(file, err);
    return rc == 0 && strcmp(r->token, word) != 0 ? fail_token(file, word, err) : rc;
}

static int next_number(stance_posefile *file, double most, double *out, stance_error *err)
{
    const reader *r = file->self;
    int rc = next_token(file, err);
    if (rc == 0 && (!st_number_read(r->token, out) || fabs(*out) > most))
        rc = fail_token(file, "a number", err);
    return rc;
}

/* ---- the hierarchy ---- */

static int take_channels(stance_posefile *file, joint *j, stance_error *err)
{
    const reader *r = file->self;
    double n = 0;
    int rc = next_number(file, ST_MAX_PLACE, &n, err);
    if (rc == 0 && (n < 0 || n > CHANNELS || floor(n) != n))
        rc = fail_token(file, "a number of channels up to 6", err);
    j->n_channels = rc == 0 ? (int)n : 0;
    for (int i = 0; i < j->n_channels && rc == 0; i++) {
        rc = next_token(file, err);
        char axis = r->token[0];
        bool place = strcmp(r->token + (axis != 0), "position") == 0;
        bool turn = strcmp(r->token + (axis != 0), "rotation") == 0;
        if (rc == 0 && (axis < 'X' || axis > 'Z' || (!place && !turn)))
            rc = fail_token(file, "a channel such as Xposition or Zrotation", err);
        j->channels[i] = (char)(place ? axis : axis + ('a' - 'A'));
    }
    return rc;
}

/* Behind ROOT, JOINT or End: its name and the bracket. */
static int begin_joint(stance_posefile *file, int parent, bool end, stance_error *err)
{
    reader *r = file->self;
    if (r->n == MOST)
        return fail_token(file, "at most 256 joints", err);
    joint *j = &r->joints[r->n];
    *j = (joint){.parent = parent, .end = end};
    int rc = next_token(file, err);
    if (rc == 0 && (!*r->token || (end && strcmp(r->token, "Site") != 0)))
        rc = fail_token(file, end ? "Site" : "a joint's name", err);
    memcpy(j->name, end ? r->joints[parent].name : r->token, TOKEN);
    if (end) {
        j->name[TOKEN - 1 - strlen("_end")] = '\0';
        strcat(j->name, "_end");
    }
    r->n++;
    return rc == 0 ? expect(file, "{", err) : rc;
}

static int take_hierarchy(stance_posefile *file, stance_error *err)
{
    reader *r = file->self;
    int rc = expect(file, "HIERARCHY", err);
    if (rc == 0)
        rc = expect(file, "ROOT", err);
    if (rc == 0)
        rc = begin_joint(file, -1, false, err);
    for (int at = 0;
         rc == 0 && at >= 0;) { /* `at` is the joint whose brackets these are */
        rc = next_token(file, err);
        joint *j = &r->joints[at];
        if (rc < 0)
            break;
        if (strcmp(r->token, "OFFSET") == 0) {
            for (int i = 0; i < 3 && rc == 0; i++)
                rc = next_number(file, ST_MAX_PLACE, &j->offset[i], err);
        } else if (strcmp(r->token, "CHANNELS") == 0 && !j->end) {
            rc = take_channels(file, j, err);
        } else if (strcmp(r->token, "JOINT") == 0 && !j->end) {
            rc = begin_joint(file, at, false, err);
            at = (int)r->n - 1;
        } else if (strcmp(r->token, "End") == 0 && !j->end) {
            rc = begin_joint(file, at, true, err);
            at = (int)r->n - 1;
        } else if (strcmp(r->token, "}") == 0) {
            at = j->parent;
        } else {
            rc = fail_token(file, "OFFSET, CHANNELS, JOINT, End Site or '}'", err);
        }
    }
    return rc;
}

static int take_motion(stance_posefile *file, stance_error *err)
{
    reader *r = file->self;
    double rows = 0;
    int rc = expect(file, "MOTION", err);
    if (rc == 0)
        rc = expect(file, "Frames:", err);
    if (rc == 0)
        rc = next_number(file, (double)ST_MAX_INDEX, &rows, err);
    if (rc == 0 && (rows < 0 || floor(rows) != rows))
        rc = fail_token(file, "a number of frames", err);
    if (rc == 0)
        rc = expect(file, "Frame", err);
    if (rc == 0)
        rc = expect(file, "Time:", err);
    if (rc == 0)
        rc = next_number(file, 1e5, &r->frame_time_s, err);
    if (rc == 0 && r->frame_time_s < 1e-5)
        rc = fail_token(file, "seconds above 0", err);
    r->n_rows = rc == 0 ? (int64_t)rows : 0;
    return rc;
}

/* ---- which joint is which point ---- */

static const struct {
    const char *joint, *point;
} usual[] = {
    {"LeftUpLeg", "left_hip"},
    {"LeftLeg", "left_knee"},
    {"LeftFoot", "left_ankle"},
    {"RightUpLeg", "right_hip"},
    {"RightLeg", "right_knee"},
    {"RightFoot", "right_ankle"},
    {"LeftArm", "left_shoulder"},
    {"LeftForeArm", "left_elbow"},
    {"LeftHand", "left_wrist"},
    {"RightArm", "right_shoulder"},
    {"RightForeArm", "right_elbow"},
    {"RightHand", "right_wrist"},
    /* Those above make a body; these may be there. */
    {"Hips", "mid_hip"},
    {"Neck", "neck"},
    {"LeftFoot_end", "left_big_toe"},
    {"RightFoot_end", "right_big_toe"},
};

enum { N_USUAL = sizeof(usual) / sizeof(*usual), N_NEEDED = 12 };

static int find_joint(const reader *r, const char *name)
{
    for (size_t i = 0; i < r->n; i++)
        if (strcmp(r->joints[i].name, name) == 0)
            return (int)i;
    return -1;
}

/* An end that lies on its joint says nothing. */
static bool is_empty_end(const joint *j)
{
    return j->end && j->offset[0] == 0 && j->offset[1] == 0 && j->offset[2] == 0;
}

static int choose_points(stance_posefile *file, stance_error *err)
{
    reader *r = file->self;
    const stance_skeleton *body = stance_skeleton_find("body25");
    const char *names[MOST];
    size_t n = 0;
    bool all = true;
    for (size_t i = 0; i < MOST; i++)
        r->point[i] = -1;
    for (int i = 0; i < N_NEEDED; i++)
        all = all && find_joint(r, usual[i].joint) >= 0;
    for (int i = 0; i < N_USUAL && all; i++) {
        int j = find_joint(r, usual[i].joint);
        if (j >= 0 && !is_empty_end(&r->joints[j]))
            r->point[j] = stance_skeleton_point(body, usual[i].point);
    }
    if (all) {
        file->stream.skeleton = body;
        return 0;
    }
    for (size_t i = 0; i < r->n; i++)
        if (!is_empty_end(&r->joints[i])) {
            r->point[i] = (int)n;
            names[n++] = r->joints[i].name;
        }
    int rc =
        st_skeleton_make(&file->skeleton, "joints", names, n, &file->stream.skeleton);
    if (rc == STANCE_ENOMEM)
        return st_fail_memory(err);
    return rc < 0 ? st_fail(err, STANCE_EINPUT,
                            "%s: expected joints with different names, found one twice",
                            file->path)
                  : 0;
}

static int open_bvh(stance_posefile *file, stance_error *err)
{
    reader *r = file->self;
    st_posefile_plain_stream(file, NULL);
    int rc = take_hierarchy(file, err);
    if (rc == 0)
        rc = take_motion(file, err);
    if (rc == 0)
        rc = choose_points(file, err);
    if (rc < 0)
        return rc;
    st_posefile_set_fps(&file->stream, 1 / r->frame_time_s);
    file->stream.stills = false;
    file->stream.single = true;
    file->stream.n_frames = r->n_rows;
    r->id = st_posefile_id_of_name(file->path);
    return 0;
}

/* ---- motion ---- */

/* A turn about an axis of its own, put behind those before. */
static void turn(double m[3][3], char axis, double deg)
{
    double c = cos(deg * (M_PI / 180)), s = sin(deg * (M_PI / 180));
    int a = axis == 'x' ? 1 : axis == 'y' ? 2 : 0, b = (a + 1) % 3;
    for (int i = 0; i < 3; i++) { /* a, b: the axes that move into one another */
        double p = m[i][a], q = m[i][b];
        m[i][a] = p * c + q * s;
        m[i][b] = q * c - p * s;
    }
}

static int place_joints(stance_posefile *file, double (*at)[3], stance_error *err)
{
    reader *r = file->self;
    double room[MOST][3][3];
    int rc = 0;
    for (size_t j = 0; j < r->n && rc == 0; j++) {
        const joint *one = &r->joints[j];
        double move[3] = {one->offset[0], one->offset[1], one->offset[2]};
        double own[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
        for (int i = 0; i < one->n_channels && rc == 0; i++) {
            char channel = one->channels[i];
            double value = 0;
            rc = next_number(file, ST_MAX_PLACE, &value, err);
            if (channel <= 'Z')
                move[channel - 'X'] =
                    value + (one->parent < 0 ? one->offset[channel - 'X'] : 0);
            else
                turn(own, channel, value);
        }
        for (int i = 0; i < 3; i++) {
            const double(*above)[3] = one->parent < 0 ? NULL : room[one->parent];
            at[j][i] = above ? at[one->parent][i] + above[i][0] * move[0] +
                                   above[i][1] * move[1] + above[i][2] * move[2]
                             : move[i];
            for (int k = 0; k < 3; k++)
                room[j][i][k] = above
                                    ? above[i][0] * own[0][k] + above[i][1] * own[1][k] +
                                          above[i][2] * own[2][k]
                                    : own[i][k];
        }
    }
    return rc;
}

static int next_bvh(stance_posefile *file, stance_error *err)
{
    const reader *r = file->self;
    const stance_skeleton *skeleton = file->stream.skeleton;
    double at[MOST][3], points[MOST][3];
    stance_pose *pose;
    if (file->n_frames == r->n_rows) {
        int rc = next_token(file, err);
        return rc < 0      ? rc
               : *r->token ? fail_token(file, "no more rows than the file says", err)
                           : STANCE_END;
    }
    int rc = place_joints(file, at, err);
    if (rc < 0)
        return rc;
    st_posefile_begin_frame(file, file->n_frames,
                            llround((double)file->n_frames * r->frame_time_s * 1e6));
    rc = st_posefile_add_person(file, &pose, err);
    if (rc < 0)
        return rc;
    for (size_t k = 0; k < skeleton->n_keypoints; k++)
        points[k][0] = points[k][1] = points[k][2] = NAN;
    for (size_t j = 0; j < r->n; j++)
        if (r->point[j] >= 0)
            memcpy(points[r->point[j]], at[j], sizeof(at[j]));
    pose->id = r->id;
    pose->score = 1;
    st_posefile_set_metres(skeleton, pose, (const double(*)[3])points);
    return 0;
}

const st_posefile_class st_posefile_bvh = {
    .name = "bvh",
    .help = "motion of one person, as the places of the joints",
    .endings = ".bvh",
    .size = sizeof(reader),
    .looks = looks,
    .open = open_bvh,
    .next = next_bvh,
};
