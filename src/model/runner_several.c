/* SPDX-License-Identifier: Apache-2.0 */
/*
 * People found by a detector, and a network for one that looks at each of them.
 *
 * The detector looks every few frames (--detect-every), and at once when nobody is there
 * or somebody was lost. In between people are looked for where their points were. A
 * network that says itself where to look next (BlazePose) is believed until it loses the
 * person; with others the detector's boxes are the better ones whenever there are new
 * ones.
 *
 * People are looked at side by side (runner_work.c).
 */
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "model/runner_private.h"
#include "pose/box.h"

enum { MOST_UNSEEN = 2 }; /* detections in a row that may miss somebody */

/* ---- whom to look at ---- */

/* The part of the picture that shows somebody: a quarter more than the box, as the
 * networks were trained with. */
static st_view around(const stance_model *model, const float box[4])
{
    const double margin = 1.25;
    const double more[4] = {box[0] - box[2] * (margin - 1) / 2,
                            box[1] - box[3] * (margin - 1) / 2, box[2] * margin,
                            box[3] * margin};
    return st_runner_fit(model, more);
}

/* The detector's `i`-th person as somebody to look at. */
static st_followed as_followed(const stance_runner *runner, size_t i)
{
    const stance_model *model = runner->model;
    const st_decoder_class *finder = runner->detector->model->decoder;
    const stance_pose *pose = &runner->found.people[i];
    st_followed f = {.score = pose->score};
    memcpy(f.box, pose->box, sizeof(f.box));
    if (!model->decoder->view || !finder->view ||
        !finder->view(&runner->detector->raw.people[i], &f.view))
        f.view = around(model, f.box);
    return f;
}

/* The detected person that somebody followed is; detections that are somebody's already
 * are left out. */
static size_t find_again(const stance_runner *runner, const st_followed *f,
                         const bool *taken)
{
    size_t best = runner->found.n;
    double most = 0.5;
    for (size_t i = 0; i < runner->found.n; i++) {
        double share = taken[i] ? 0 : st_box_overlap(runner->found.people[i].box, f->box);
        if (share > most) {
            most = share;
            best = i;
        }
    }
    return best;
}

/* Those followed come first, so that with few places nobody takes theirs. */
static void merge(stance_runner *runner)
{
    bool taken[STANCE_PEOPLE_MAX] = {false};
    bool believed = runner->model->decoder->view != NULL;
    size_t n = 0;
    for (size_t i = 0; i < runner->n_followed; i++) {
        st_followed f = runner->followed[i];
        size_t found = find_again(runner, &f, taken);
        if (found < runner->found.n) {
            taken[found] = true;
            if (!believed)
                f = as_followed(runner, found);
        } else if (!believed && ++f.unseen >= MOST_UNSEEN) {
            continue;
        }
        runner->followed[n++] = f;
    }
    for (size_t i = 0; i < runner->found.n && n < ST_MOST_FOLLOWED; i++)
        if (!taken[i])
            runner->followed[n++] = as_followed(runner, i);
    runner->n_followed = n;
}

static int detect(stance_runner *runner, const stance_frame *frame, stance_error *err)
{
    int rc = stance_runner_run(runner->detector, frame, &runner->found, err);
    const stance_runner_times *t = &runner->detector->times;
    runner->times.preprocess_us += t->preprocess_us;
    runner->times.inference_us += t->inference_us;
    runner->times.postprocess_us += t->postprocess_us;
    runner->times.inferences += t->inferences;
    if (rc < 0)
        return rc;
    merge(runner);
    runner->since_detection = 0;
    runner->lost = false;
    return 0;
}

/* ---- looking ---- */

/* Two looks may end at one person: all points near those of somebody kept already. */
static bool is_double(const stance_poses *kept, size_t n, const stance_pose *pose)
{
    for (size_t i = 0; i < n; i++) {
        const stance_pose *other = &kept->people[i];
        double size = (double)other->box[2] * (double)other->box[3];
        double smaller = fmin(size, (double)pose->box[2] * (double)pose->box[3]);
        double area = fmax(size, 1);
        if (st_box_common(other->box, pose->box) > 0.5 * smaller &&
            stance_oks(kept->skeleton, pose->keypoints, other->keypoints, area) > 0.6)
            return true;
    }
    return false;
}

/* Points, box and score; storage stays where it is. */
static void take_pose(stance_pose *to, const stance_pose *pose, size_t n_points)
{
    memcpy(to->keypoints, pose->keypoints, n_points * sizeof(*pose->keypoints));
    memcpy(to->box, pose->box, sizeof(pose->box));
    to->score = pose->score;
}

/* Where somebody is looked for in the next frame: where the network says, or what the
 * points span and what there is of a person beyond them. */
static void follow(const stance_runner *runner, const stance_pose *pose, st_followed *f)
{
    const stance_model *model = runner->model;
    const float *b = pose->box;
    const float next[4] = {b[0] - 0.06F * b[2], b[1] - 0.08F * b[3], 1.12F * b[2],
                           1.13F * b[3]};
    memcpy(f->box, next, sizeof(next));
    if (!model->decoder->view) {
        f->view = around(model, next);
        return;
    }
    if (runner->raw.n > 0 && model->decoder->view(&runner->raw.people[0], &f->view)) {
        const float square[4] = {(float)f->view.x, (float)f->view.y, (float)f->view.w,
                                 (float)f->view.h};
        memcpy(f->box, square, sizeof(square));
    }
}

/* An iteration over the people to look at. */
typedef struct looks {
    const stance_frame *frame;
    const double *region;
    const st_followed *people;
    size_t n, begun, ended;
    int64_t counted_us; /* until when inferences are in the times */
} looks;

/* The next one's pose, which stays until the call after; NULL: the network saw nobody. */
static int look_at_next(stance_runner *runner, looks *l, stance_pose **pose,
                        stance_error *err)
{
    int rc = 0;
    *pose = NULL;
    for (; rc == 0 && l->begun < l->n && l->begun < l->ended + st_work_room(runner);
         l->begun += rc == 0)
        rc = st_work_begin(runner, l->frame, l->region, STANCE_MOMENT_NEXT,
                           &l->people[l->begun].view, err);
    if (rc == 0)
        rc = st_work_end(runner, &runner->one, err);
    if (rc < 0)
        return rc;
    l->ended++;
    int64_t took_us = runner->until_us - runner->from_us;
    /* Of inferences side by side, each is counted from where the one before ended, so
     * that together they are the frame's. */
    int64_t from_us = runner->from_us > l->counted_us ? runner->from_us : l->counted_us;
    int64_t new_us = runner->until_us > from_us ? runner->until_us - from_us : 0;
    runner->times.inference_us += new_us - took_us;
    l->counted_us = from_us + new_us;
    if (runner->one.n > 0) {
        *pose = &runner->one.people[0];
        (*pose)->inference_us = took_us;
        st_runner_make_box(*pose, runner->model->info.skeleton->n_keypoints);
    }
    return rc;
}

static int look_at_each(stance_runner *runner, const stance_frame *frame,
                        const double region[4], stance_poses *out, stance_error *err)
{
    const stance_model *model = runner->model;
    size_t n_points = model->info.skeleton->n_keypoints, kept = 0;
    looks l = {frame, region, runner->followed, .n = runner->n_followed};
    l.n = l.n < model->people_max ? l.n : model->people_max;
    if (stance_poses_reset(out, model->info.skeleton, l.n) < 0)
        return st_fail_memory(err);
    for (size_t i = 0; i < l.n; i++) {
        stance_pose *pose;
        int rc = look_at_next(runner, &l, &pose, err);
        if (rc < 0)
            return rc;
        if (!pose || (double)pose->score < model->min_score) {
            runner->lost = true;
            continue;
        }
        if (is_double(out, kept, pose))
            continue;
        /* Whoever is looked at later stands behind this place in the list. */
        st_followed f = runner->followed[i];
        follow(runner, pose, &f);
        if (model->decoder->view) /* what found them is long ago */
            f.score = 1;
        runner->followed[kept] = f;
        take_pose(&out->people[kept], pose, n_points);
        out->people[kept].score *= f.score;
        out->people[kept].inference_us = pose->inference_us;
        out->people[kept].order = (int)kept + 1;
        kept++;
    }
    /* Whether those beyond --people are people, nobody has looked. */
    runner->times.people_seen =
        (int)(runner->n_followed > l.n ? runner->n_followed : kept);
    out->n = runner->n_followed = kept;
    return 0;
}

/* Every few frames, for those who came in; at once where nobody is followed or somebody
 * was lost. Where nobody more is wanted, and the network corrects itself, there is
 * nothing to look for. */
static bool is_time_to_detect(const stance_runner *runner)
{
    const stance_model *model = runner->model;
    if (runner->lost || runner->n_followed == 0 ||
        model->settings->crop == STANCE_CROP_WHOLE)
        return true;
    if (model->decoder->view && runner->n_followed >= model->people_max)
        return false;
    return runner->since_detection >= model->settings->detect_every;
}

int st_runner_several(stance_runner *runner, const stance_frame *frame,
                      const double region[4], stance_poses *out, stance_error *err)
{
    int rc = 0;
    runner->since_detection++;
    if (is_time_to_detect(runner))
        rc = detect(runner, frame, err);
    return rc < 0 ? rc : look_at_each(runner, frame, region, out, err);
}

/* Up to ST_MOST_FOLLOWED of them. */
static int look_at_boxes(stance_runner *runner, const stance_frame *frame,
                         const double region[4], const float (*boxes)[4], size_t n,
                         stance_pose *out, stance_error *err)
{
    looks l = {frame, region, runner->followed, .n = n};
    int rc = 0;
    for (size_t i = 0; i < n; i++)
        runner->followed[i] = (st_followed){.view = around(runner->model, boxes[i])};
    for (size_t i = 0; i < n && rc == 0; i++) {
        stance_pose *pose;
        rc = look_at_next(runner, &l, &pose, err);
        if (rc == 0 && pose)
            take_pose(&out[i], pose, runner->model->info.skeleton->n_keypoints);
    }
    return rc;
}

int stance_runner_look(stance_runner *runner, const stance_frame *frame,
                       const float (*boxes)[4], size_t n, stance_poses *out,
                       stance_error *err)
{
    const stance_model *model = runner->model;
    double region[4];
    stance_runner_reset(runner);
    runner->times = (stance_runner_times){0};
    out->n = 0;
    if (model->card->several)
        return st_fail(err, STANCE_EINVAL,
                       "%s finds several people by itself; expected a network for one",
                       model->card->name);
    int rc = st_runner_region(model, frame, region, err);
    if (rc == 0 && stance_poses_reset(out, model->info.skeleton, n) < 0)
        rc = st_fail_memory(err);
    for (size_t i = 0, some; i < n && rc == 0; i += some) {
        some = n - i < ST_MOST_FOLLOWED ? n - i : ST_MOST_FOLLOWED;
        rc = look_at_boxes(runner, frame, region, boxes + i, some, out->people + i, err);
    }
    if (rc < 0)
        out->n = 0;
    return rc;
}
