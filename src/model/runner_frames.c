/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames of a clip, and pictures: what has to be looked at.
 *
 * Where one person is followed, what a frame has to be looked at is known for certain
 * only when the one before is done (aim.h). Before that it is begun with what is likely,
 * and looked at again in the rare case that this was wrong.
 *
 * A still picture is looked at whole, then once more on the crop found.
 */
#include <string.h>

#include "base/status.h"
#include "model/model.h"
#include "model/runner_private.h"

/* Somebody is followed: by a network for one person, if that was not switched off. */
static bool follows(const stance_model *model)
{
    return model->settings->crop == STANCE_CROP_FOLLOW && !model->info.several;
}

/* What the pose found asks for; its score does not matter for the rule, which speaks of
 * COCO's points. */
static int want(st_slot *slot, st_job *job, stance_error *err)
{
    const stance_skeleton *coco = stance_skeleton_find("coco17");
    const stance_poses *poses = &job->seen;
    job->wanted = (st_target){0};
    if (!follows(slot->runner->model) || poses->n == 0)
        return 0;
    const stance_pose *pose = &poses->people[0];
    if (poses->skeleton != coco) {
        if (stance_poses_convert(&slot->coco, poses, coco) < 0)
            return st_fail_memory(err);
        pose = &slot->coco.people[0];
    }
    job->wanted.square = st_movenet_crop_next(pose, job->region, &job->wanted.following);
    return 0;
}

/* The square, and what the input's shape adds to it. */
static st_view view_of(const stance_model *model, const st_target *target,
                       const double region[4])
{
    const st_square *s = &target->square;
    const double square[4] = {s->x, s->y, s->side, s->side};
    return st_runner_fit(model, target->following ? square : region);
}

/* ---- for those who do the work ---- */

st_target st_runner_likely(const stance_runner *runner, const st_job *job, bool first,
                           bool behind_cut)
{
    if (job->place || job->moment != STANCE_MOMENT_NEXT || behind_cut)
        return (st_target){0};
    return first ? runner->aim.next : runner->aim.later;
}

static int look(st_slot *slot, st_job *job, const st_target *target, stance_error *err)
{
    st_view view = view_of(slot->runner->model, target, job->region);
    int rc = st_slot_look(slot, job, &view, err);
    return rc == 0 ? want(slot, job, err) : rc;
}

int st_runner_do(st_slot *slot, st_job *job, stance_error *err)
{
    if (job->place)
        return st_slot_look(slot, job, job->place, err);
    int rc = look(slot, job, &job->target, err);
    if (rc == 0 && job->moment == STANCE_MOMENT_STILL && job->wanted.following) {
        st_target crop = job->wanted;
        rc = look(slot, job, &crop, err);
    }
    return rc;
}

bool st_runner_settle(stance_runner *runner, const st_job *job)
{
    if (job->place || job->moment == STANCE_MOMENT_STILL || job->rc < 0)
        return true;
    if (job->moment == STANCE_MOMENT_CUT)
        st_aim_reset(&runner->aim);
    if (!st_target_same(&job->target, &runner->aim.next))
        return false;
    if (follows(runner->model))
        st_aim_move(&runner->aim, job->wanted, job->region);
    return true;
}

/* ---- for those who have it done ---- */

st_aim st_runner_aim(const stance_runner *runner)
{
    return runner->aim;
}

void st_runner_aim_at(stance_runner *runner, st_aim aim)
{
    runner->aim = aim;
}

size_t stance_runner_ahead(const stance_runner *runner)
{
    return runner->model->ahead ? st_work_room(runner) : 0;
}

int stance_runner_begin(stance_runner *runner, const stance_frame *frame,
                        stance_moment moment, stance_error *err)
{
    double region[4];
    if (runner->detector)
        return st_fail(err, STANCE_EINVAL, "expected a network without a detector");
    int rc = st_runner_region(runner->model, frame, region, err);
    return rc == 0 ? st_work_begin(runner, frame, region, moment, NULL, err) : rc;
}

int stance_runner_end(stance_runner *runner, stance_poses *out, stance_error *err)
{
    out->n = 0;
    runner->times = (stance_runner_times){0};
    int rc = st_work_end(runner, out, err);
    if (rc < 0) {
        out->n = 0;
        return rc;
    }
    runner->times.people_seen = st_runner_keep_people(runner->model, out);
    return 0;
}
