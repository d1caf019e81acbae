/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames that wait for what comes after them, and the gaps that are filled meanwhile.
 *
 * A gap is closed when the person, or the point, is there again: its far end is then the
 * newest frame. What is filled in lies on the line between both ends, by the frames' own
 * times, and is as sure as the less sure end. Nothing is carried across a cut.
 */
#include "track/window.h"

#include "base/memory.h"
#include "pose/between.h"
#include "pose/poses.h"

int st_window_open(st_window *window, size_t capacity)
{
    window->frames = st_alloc_array(capacity, sizeof(*window->frames));
    window->capacity = window->frames ? capacity : 0;
    return window->frames ? 0 : STANCE_ENOMEM;
}

void st_window_close(st_window *window)
{
    for (size_t i = 0; i < window->capacity; i++)
        stance_poses_clear(&window->frames[i].forward);
    st_free(window->frames);
    *window = (st_window){0};
}

st_window_frame *st_window_at(const st_window *window, size_t i)
{
    return &window->frames[(window->first + i) % window->capacity];
}

st_window_frame *st_window_push(st_window *window, stance_poses *poses, int64_t pts_us,
                                int64_t index, bool cut)
{
    st_window_frame *frame = st_window_at(window, window->n++);
    frame->poses = poses;
    frame->pts_us = pts_us;
    frame->index = index;
    frame->cut = cut;
    frame->forward.n = 0;
    return frame;
}

st_window_frame *st_window_pop(st_window *window)
{
    st_window_frame *frame = st_window_at(window, 0);
    window->first = (window->first + 1) % window->capacity;
    window->n--;
    return frame;
}

/* ---- gaps ---- */

/* How far from frame `from` to the newest frame `i` is. */
static double share_at(const st_window *w, size_t from, size_t i)
{
    int64_t start_us = st_window_at(w, from)->pts_us;
    int64_t end_us = st_window_at(w, w->n - 1)->pts_us;
    return end_us > start_us ? (double)(st_window_at(w, i)->pts_us - start_us) /
                                   (double)(end_us - start_us)
                             : 0;
}

/* The last frame before the newest that `has` it; w->n: none, or too long ago, or in
 * another shot. */
static size_t last_with(const st_window *w, int64_t most_us, int64_t id, int point)
{
    const st_window_frame *newest = st_window_at(w, w->n - 1);
    for (size_t i = w->n - 1; i-- > 0;) {
        if (st_window_at(w, i + 1)->cut ||
            newest->pts_us - st_window_at(w, i)->pts_us > most_us)
            return w->n;
        const stance_pose *pose = st_poses_find(st_window_at(w, i)->poses, id);
        if (pose && (point < 0 || stance_keypoint_given(&pose->keypoints[point])))
            return i;
    }
    return w->n;
}

static int fill_person(st_window *w, int64_t most_us, size_t person)
{
    stance_poses *newest = st_window_at(w, w->n - 1)->poses;
    const stance_pose *pose = &newest->people[person];
    size_t from = last_with(w, most_us, pose->id, -1);
    for (size_t i = from + 1; i + 1 < w->n; i++) {
        stance_poses *poses = st_window_at(w, i)->poses;
        int rc = st_poses_append(poses, newest->skeleton);
        if (rc == STANCE_EINVAL) /* as many people as can be: one more is not filled in */
            continue;
        if (rc < 0)
            return rc;
        const stance_pose *before = st_poses_find(st_window_at(w, from)->poses, pose->id);
        st_pose_between(&poses->people[poses->n - 1], before, pose,
                        newest->skeleton->n_keypoints, share_at(w, from, i));
    }
    return 0;
}

static void fill_points(st_window *w, int64_t most_us, const stance_pose *pose,
                        size_t n_points)
{
    for (size_t k = 0; k < n_points; k++) {
        const stance_keypoint *end = &pose->keypoints[k];
        size_t from = stance_keypoint_given(end) && w->n > 1
                          ? last_with(w, most_us, pose->id, (int)k)
                          : w->n;
        for (size_t i = from + 1; i + 1 < w->n; i++) {
            const stance_pose *before =
                st_poses_find(st_window_at(w, from)->poses, pose->id);
            stance_pose *here = st_poses_find(st_window_at(w, i)->poses, pose->id);
            if (here)
                st_point_between(&here->keypoints[k], &before->keypoints[k], end,
                                 share_at(w, from, i));
        }
    }
}

int st_fill_gaps(st_window *window, int64_t most_us)
{
    const stance_poses *newest = st_window_at(window, window->n - 1)->poses;
    int rc = 0;
    for (size_t i = 0; i < newest->n && rc == 0; i++) {
        if (newest->people[i].id <= 0)
            continue;
        rc = fill_person(window, most_us, i);
        if (rc == 0)
            fill_points(window, most_us, &newest->people[i],
                        newest->skeleton->n_keypoints);
    }
    return rc;
}
