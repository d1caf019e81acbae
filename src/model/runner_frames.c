/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames side by side: each is begun in a slot of its own and ended in order.
 *
 * Where one person is followed, what a frame has to be looked at is known for certain
 * only when the one before was ended (aim.h). It is begun before that with what is
 * likely, and looked at again in the rare case that this was wrong.
 *
 * A still picture is looked at whole, then once more on the crop found. The second look
 * is begun as soon as anybody comes by, so that it runs beside the others' looks.
 */
#include <string.h>

#include "base/status.h"
#include "model/model.h"
#include "model/runner_private.h"

/* ---- what to look at ---- */

/* Somebody is followed: by a network for one person, if that was not switched off. */
static bool follows(const stance_runner *runner)
{
    return runner->model->settings->crop == STANCE_CROP_FOLLOW &&
           !runner->model->info.several;
}

/* What the pose found asks for; its score does not matter for the rule, which speaks of
 * COCO's points. */
static int want(stance_runner *runner, const stance_poses *poses, const double region[4],
                st_target *target, stance_error *err)
{
    const stance_skeleton *coco = stance_skeleton_find("coco17");
    *target = (st_target){0};
    if (!follows(runner) || poses->n == 0)
        return 0;
    const stance_pose *pose = &poses->people[0];
    if (poses->skeleton != coco) {
        if (stance_poses_convert(&runner->coco, poses, coco) < 0)
            return st_fail_memory(err);
        pose = &runner->coco.people[0];
    }
    target->square = st_movenet_crop_next(pose, region, &target->following);
    return 0;
}

/* The square, and what the input's shape adds to it. */
static st_view view_of(const stance_runner *runner, const st_target *target,
                       const double region[4])
{
    const st_square *s = &target->square;
    const double square[4] = {s->x, s->y, s->side, s->side};
    return st_runner_fit(runner->model, target->following ? square : region);
}

st_aim st_runner_aim(const stance_runner *runner)
{
    return runner->aim;
}

void st_runner_aim_at(stance_runner *runner, st_aim aim)
{
    runner->aim = aim;
}

static int look(stance_runner *runner, size_t slot_number, const st_target *target,
                stance_error *err)
{
    st_slot *slot = &runner->slots[slot_number];
    slot->target = *target;
    st_view view = view_of(runner, target, slot->region);
    return st_runner_launch(runner, slot_number, slot->frame, &view, slot->region, err);
}

/* ---- slots ---- */

/* The n-th on their way. */
static size_t slot_at(const stance_runner *runner, size_t n)
{
    return (runner->first + n) % runner->n_slots;
}

void st_runner_drain(stance_runner *runner)
{
    for (; runner->n_begun > 0; runner->n_begun--) {
        runner->model->engine->wait(runner->slots[runner->first].request, NULL);
        runner->first = slot_at(runner, 1);
    }
    runner->first = 0;
}

/* As far as can be told now, what the next frame to begin has to be looked at. */
static st_target likely(const stance_runner *runner, stance_moment moment)
{
    for (size_t i = 0; i < runner->n_begun; i++) /* behind a cut: from its beginning */
        if (runner->slots[slot_at(runner, i)].moment == STANCE_MOMENT_CUT)
            return (st_target){0};
    if (moment != STANCE_MOMENT_NEXT)
        return (st_target){0};
    return runner->n_begun == 0 ? runner->aim.next : runner->aim.later;
}

size_t stance_runner_ahead(const stance_runner *runner)
{
    return runner->model->ahead ? runner->n_slots : 0;
}

int stance_runner_begin(stance_runner *runner, const stance_frame *frame,
                        stance_moment moment, stance_error *err)
{
    if (runner->n_begun == 0 && runner->model->ahead) {
        runner->first = 0;
        st_runner_take_slots(runner);
    }
    if (runner->n_begun >= runner->n_slots || runner->detector)
        return st_fail(err, STANCE_EINVAL, "expected at most %zu frames on their way",
                       stance_runner_ahead(runner));
    size_t number = slot_at(runner, runner->n_begun);
    st_slot *slot = &runner->slots[number];
    slot->frame = frame;
    slot->moment = moment;
    slot->landed = false;
    slot->times = (stance_runner_times){0};
    int rc = st_runner_region(runner->model, frame, slot->region, err);
    if (rc < 0)
        return rc;
    st_target target = likely(runner, moment);
    rc = look(runner, number, &target, err);
    runner->n_begun += rc == 0;
    return rc;
}

/* ---- ending ---- */

/* A look that was at the wrong place is done again. */
static int end_frame(stance_runner *runner, size_t number, stance_poses *out,
                     stance_error *err)
{
    st_slot *slot = &runner->slots[number];
    st_target wanted;
    int rc = 0;
    if (slot->moment == STANCE_MOMENT_CUT)
        st_aim_reset(&runner->aim);
    if (!st_target_same(&slot->target, &runner->aim.next)) {
        rc = runner->model->engine->wait(slot->request, err);
        if (rc == 0)
            rc = look(runner, number, &runner->aim.next, err);
    }
    if (rc == 0)
        rc = st_runner_land(runner, number, out, err);
    if (rc == 0)
        rc = want(runner, out, slot->region, &wanted, err);
    if (rc == 0 && follows(runner))
        st_aim_move(&runner->aim, wanted, slot->region);
    return rc;
}

/* The first look of a picture is over: the second one, where there is something to see.
 */
static int look_again(stance_runner *runner, size_t number, stance_error *err)
{
    st_slot *slot = &runner->slots[number];
    st_target wanted;
    if (slot->moment != STANCE_MOMENT_STILL || slot->landed)
        return 0;
    int rc = st_runner_land(runner, number, &slot->first, err);
    if (rc == 0)
        rc = want(runner, &slot->first, slot->region, &wanted, err);
    slot->landed = rc == 0;
    slot->target.following = rc == 0 && wanted.following;
    return rc == 0 && wanted.following ? look(runner, number, &wanted, err) : rc;
}

static int end_still(stance_runner *runner, size_t number, stance_poses *out,
                     stance_error *err)
{
    st_slot *slot = &runner->slots[number];
    int rc = 0;
    for (size_t i = 0; i < runner->n_begun && rc == 0 && follows(runner); i++)
        rc = look_again(runner, slot_at(runner, i), err);
    if (rc < 0)
        return rc;
    if (!slot->landed || slot->target.following)
        return st_runner_land(runner, number, out, err);
    stance_poses seen = slot->first;
    slot->first = *out;
    *out = seen;
    return 0;
}

int stance_runner_end(stance_runner *runner, stance_poses *out, stance_error *err)
{
    out->n = 0;
    if (runner->n_begun == 0)
        return st_fail(err, STANCE_EINVAL, "expected a frame on its way, found none");
    size_t number = runner->first;
    const st_slot *slot = &runner->slots[number];
    int rc = slot->moment == STANCE_MOMENT_STILL ? end_still(runner, number, out, err)
                                                 : end_frame(runner, number, out, err);
    runner->times = (stance_runner_times){0};
    st_runner_add_times(runner, number);
    runner->first = slot_at(runner, 1);
    runner->n_begun--;
    if (rc < 0) {
        st_runner_drain(runner);
        out->n = 0;
        return rc;
    }
    runner->times.people_seen = st_runner_keep_people(runner->model, out);
    return 0;
}
