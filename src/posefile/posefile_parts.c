/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What readers of pose files need of frames, times and people.
 */
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/status.h"
#include "pose/poses.h"
#include "posefile/posefile.h"

/* ---- times ---- */

void st_posefile_set_fps(stance_stream *stream, double fps)
{
    double whole = nearbyint(fps), film = nearbyint(fps * 1.001);
    if (!(fps > 0)) {
        stream->fps_num = 0, stream->fps_den = 1;
    } else if (fabs(fps - whole) < 5e-4 || fps > 2000) {
        stream->fps_num = (int)fmax(whole, 1), stream->fps_den = 1;
    } else if (fabs(fps - film / 1.001) < 6e-4) {
        stream->fps_num = (int)film * 1000, stream->fps_den = 1001;
    } else {
        stream->fps_num = (int)fmax(nearbyint(fps * 1e5), 1), stream->fps_den = 100000;
    }
}

int64_t st_posefile_time_us(const stance_posefile *file, int64_t index)
{
    const stance_stream *s = &file->stream;
    if (s->stills || s->fps_num <= 0)
        return 0;
    double us = (double)index * 1e6 * s->fps_den / s->fps_num;
    return us > (double)ST_MAX_TIME_US ? ST_MAX_TIME_US : llround(us);
}

void st_posefile_plain_stream(stance_posefile *file, const stance_skeleton *skeleton)
{
    const stance_posefile_settings *s = &file->settings;
    stance_stream *stream = &file->stream;
    stream->width = s->width;
    stream->height = s->height;
    st_posefile_set_fps(stream, s->fps);
    stream->stills = !(s->fps > 0);
    stream->skeleton = skeleton;
}

/* ---- points ---- */

int st_posefile_asked_skeleton(const stance_posefile *file, size_t n_points,
                               const stance_skeleton **skeleton, stance_error *err)
{
    const char *name = file->settings.skeleton;
    *skeleton = name ? stance_skeleton_find(name) : NULL;
    if (*skeleton && (*skeleton)->n_keypoints != n_points)
        return st_fail(err, STANCE_EINVAL,
                       "%s: skeleton %s has %zu points, and the file has %zu", file->path,
                       name, (*skeleton)->n_keypoints, n_points);
    return 0;
}

void st_posefile_box_of_points(const stance_skeleton *skeleton, stance_pose *pose)
{
    float low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};
    for (size_t k = 0; k < skeleton->n_keypoints; k++) {
        const stance_keypoint *point = &pose->keypoints[k];
        if (!stance_keypoint_given(point))
            continue;
        low[0] = fminf(low[0], point->x), high[0] = fmaxf(high[0], point->x);
        low[1] = fminf(low[1], point->y), high[1] = fmaxf(high[1], point->y);
    }
    bool any = low[0] <= high[0];
    for (int i = 0; i < 2; i++) {
        pose->box[i] = any ? low[i] : 0;
        pose->box[2 + i] = any ? high[i] - low[i] : 0;
    }
}

float st_posefile_score_of_points(const stance_skeleton *skeleton,
                                  const stance_pose *pose)
{
    double sum = 0;
    size_t n = 0;
    for (size_t k = 0; k < skeleton->n_keypoints; k++)
        if (stance_keypoint_given(&pose->keypoints[k])) {
            sum += (double)pose->keypoints[k].score;
            n++;
        }
    return n > 0 ? (float)(sum / (double)n) : 0;
}

void st_posefile_set_metres(const stance_skeleton *skeleton, stance_pose *pose,
                            const double (*at)[3])
{
    int left = stance_skeleton_point(skeleton, "left_hip");
    int right = stance_skeleton_point(skeleton, "right_hip");
    double hips[3] = {0};
    if (left >= 0 && right >= 0 && !isnan(at[left][0]) && !isnan(at[right][0]))
        for (int i = 0; i < 3; i++)
            hips[i] = (at[left][i] + at[right][i]) / 2;
    if (fabs(hips[0]) + fabs(hips[1]) + fabs(hips[2]) < 1e-5)
        hips[0] = hips[1] = hips[2] = 0; /* they are the origin: it is not known where */
    for (int i = 0; i < 3; i++)
        pose->position[i] = (float)(i == 0 ? hips[i] : -hips[i]);
    for (size_t k = 0; k < skeleton->n_keypoints; k++)
        for (int i = 0; i < 3 && !isnan(at[k][0]); i++)
            pose->keypoints[k].world[i] =
                (float)(i == 0 ? at[k][i] - hips[i] : hips[i] - at[k][i]);
}

int64_t st_posefile_id_of_name(const char *path)
{
    const char *name = st_path_name(path), *end = st_path_ending(path), *at = end;
    int64_t id = 0, unit = 1;
    while (at > name && at[-1] >= '0' && at[-1] <= '9' && end - at < 15) {
        id += unit * (*--at - '0');
        unit *= 10;
    }
    return at - name >= 3 && at < end && strncmp(at - 3, "_id", 3) == 0 ? id : 0;
}

/* ---- frames and people ---- */

void st_posefile_begin_frame(stance_posefile *file, int64_t index, int64_t pts_us)
{
    file->frame = (stance_frame){.width = file->stream.width,
                                 .height = file->stream.height,
                                 .index = index,
                                 .pts_us = pts_us};
    const stance_stream *s = &file->stream;
    if (!s->stills && s->fps_num > 0)
        file->frame.duration_us = llround(1e6 * s->fps_den / s->fps_num);
    file->interpolated = false;
    file->poses.n = 0;
    file->poses.skeleton = file->stream.skeleton;
}

/* Room for more people, with those that are there. */
static int grow(stance_posefile *file, size_t n, stance_error *err)
{
    const stance_skeleton *skeleton = file->stream.skeleton;
    size_t k = skeleton->n_keypoints, had = file->poses.n;
    stance_poses more = {0};
    if (stance_poses_reset(&more, skeleton, n) < 0) {
        stance_poses_clear(&more);
        return st_fail_memory(err);
    }
    for (size_t i = 0; i < had; i++) {
        stance_keypoint *points = more.people[i].keypoints;
        if (k > 0)
            memcpy(points, file->poses.people[i].keypoints, k * sizeof(*points));
        more.people[i] = file->poses.people[i];
        more.people[i].keypoints = points;
    }
    more.n = had;
    stance_poses_clear(&file->poses);
    file->poses = more;
    return 0;
}

int st_posefile_add_person(stance_posefile *file, stance_pose **out, stance_error *err)
{
    stance_poses *poses = &file->poses;
    size_t k = file->stream.skeleton->n_keypoints, n = poses->n;
    if (n == STANCE_PEOPLE_MAX)
        return st_posefile_fail(file, err, "expected at most %d people in a frame",
                                STANCE_PEOPLE_MAX);
    if (n == poses->capacity || (n + 1) * k > poses->keypoint_capacity) {
        size_t more = n < 4 ? 8 : 2 * n;
        int rc = grow(file, more < STANCE_PEOPLE_MAX ? more : STANCE_PEOPLE_MAX, err);
        if (rc < 0)
            return rc;
    }
    stance_pose *pose = *out = &poses->people[n];
    *pose = (stance_pose){.keypoints = k > 0 ? poses->keypoints + n * k : NULL};
    st_keypoints_clear(pose->keypoints, k);
    poses->skeleton = file->stream.skeleton;
    poses->n = n + 1;
    return 0;
}
