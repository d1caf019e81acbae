/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several people with a network for one: a detector says where they are, and the network
 * looks at each of them.
 *
 * The detector looks every few frames, and at once when somebody was lost. In between
 * people are looked for where their points were. Whoever comes in is thus found a few
 * frames late at most (--detect-every).
 */
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "model/runner_private.h"

static int detect(stance_runner *runner, const stance_frame *frame, stance_error *err)
{
    int rc = stance_runner_run(runner->detector, frame, &runner->found, err);
    const stance_runner_times *t = &runner->detector->times;
    runner->times.preprocess_us += t->preprocess_us;
    runner->times.inference_us += t->inference_us;
    runner->times.postprocess_us += t->postprocess_us;
    runner->times.inferences += t->inferences;
    runner->n_boxes = 0;
    for (size_t i = 0; rc == 0 && i < runner->found.n && i < ST_MOST_BOXES; i++)
        runner->boxes[runner->n_boxes++] = runner->found.people[i];
    runner->since_detection = 0;
    runner->lost = false;
    return rc;
}

/* The part of the picture that shows somebody: a quarter more than the box, as the
 * networks were trained with. */
static st_rect around(const stance_model *model, const float box[4])
{
    const double margin = 1.25;
    const double more[4] = {box[0] - box[2] * (margin - 1) / 2,
                            box[1] - box[3] * (margin - 1) / 2, box[2] * margin,
                            box[3] * margin};
    return st_runner_fit(model, more);
}

/* Share of the smaller box that two have in common. */
static double common_share(const float a[4], const float b[4])
{
    double w = fmin(a[0] + a[2], b[0] + b[2]) - fmax(a[0], b[0]);
    double h = fmin(a[1] + a[3], b[1] + b[3]) - fmax(a[1], b[1]);
    double smaller = fmin((double)a[2] * a[3], (double)b[2] * b[3]);
    return w > 0 && h > 0 && smaller > 0 ? w * h / smaller : 0;
}

/* Two looks may end at one person: all points near those of somebody kept already. */
static bool is_double(const stance_poses *kept, size_t n, const stance_pose *pose)
{
    for (size_t i = 0; i < n; i++) {
        const stance_pose *other = &kept->people[i];
        double area = fmax((double)other->box[2] * other->box[3], 1);
        if (common_share(other->box, pose->box) > 0.5 &&
            stance_oks(kept->skeleton, pose->keypoints, other->keypoints, area) > 0.9)
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

/* The network's view of one box. @return its pose, until the next look; NULL: nobody */
static int look_at(stance_runner *runner, const stance_frame *frame,
                   const double region[4], const float box[4], stance_pose **pose,
                   stance_error *err)
{
    st_rect crop = around(runner->model, box);
    int rc = st_runner_infer(runner, frame, &crop, region, &runner->one, err);
    *pose = rc == 0 && runner->one.n > 0 ? &runner->one.people[0] : NULL;
    if (*pose)
        st_runner_make_box(*pose, runner->model->info.skeleton->n_keypoints);
    return rc;
}

static int look_at_each(stance_runner *runner, const stance_frame *frame,
                        const double region[4], stance_poses *out, stance_error *err)
{
    const stance_model *model = runner->model;
    size_t n = runner->n_boxes < model->people_max ? runner->n_boxes : model->people_max;
    size_t n_points = model->info.skeleton->n_keypoints, kept = 0;
    if (stance_poses_reset(out, model->info.skeleton, n) < 0)
        return st_fail_memory(err);
    for (size_t i = 0; i < n; i++) {
        stance_pose *pose;
        int rc = look_at(runner, frame, region, runner->boxes[i].box, &pose, err);
        if (rc < 0)
            return rc;
        if (!pose || (double)pose->score < model->min_score) {
            runner->lost = true;
            continue;
        }
        if (is_double(out, kept, pose))
            continue;
        take_pose(&out->people[kept], pose, n_points);
        out->people[kept].score *= runner->boxes[i].score;
        runner->boxes[kept].score = runner->boxes[i].score;
        kept++;
    }
    out->n = kept;
    /* The next frame's boxes: what the points span, and what there is of a person beyond
     * them. */
    runner->n_boxes = kept;
    for (size_t i = 0; i < kept; i++) {
        const float *b = out->people[i].box;
        const float next[4] = {b[0] - 0.06F * b[2], b[1] - 0.08F * b[3], 1.12F * b[2],
                               1.13F * b[3]};
        memcpy(runner->boxes[i].box, next, sizeof(next));
    }
    return 0;
}

int st_runner_several(stance_runner *runner, const stance_frame *frame,
                      const double region[4], stance_poses *out, stance_error *err)
{
    runner->since_detection++;
    int rc = 0;
    if (runner->lost || runner->since_detection >= runner->model->settings->detect_every)
        rc = detect(runner, frame, err);
    return rc < 0 ? rc : look_at_each(runner, frame, region, out, err);
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
    if (rc == 0)
        rc = stance_poses_reset(out, model->info.skeleton, n);
    for (size_t i = 0; i < n && rc == 0; i++) {
        stance_pose *pose;
        rc = look_at(runner, frame, region, boxes[i], &pose, err);
        if (rc == 0 && pose)
            take_pose(&out->people[i], pose, model->info.skeleton->n_keypoints);
    }
    if (rc < 0)
        out->n = 0;
    return rc;
}
