/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a frame to the poses in it: where to look, and who of those found is kept.
 *
 * The runner remembers the square of the source that the person in this frame asks for in
 * the next one. Looking itself is runner_infer.c; several people looked at one by one are
 * runner_several.c.
 */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/status.h"
#include "frame/frame.h"
#include "model/runner_private.h"

/* ---- opening ---- */

static int open_recorder(stance_runner *runner, stance_error *err)
{
    const stance_model *model = runner->model;
    st_tensor_info outputs[ST_MAX_TENSORS];
    size_t n = model->engine->n_outputs(model->net);
    if (!model->settings->record)
        return 0;
    for (size_t i = 0; i < n; i++)
        outputs[i] = *model->engine->output(model->net, i);
    return st_recorder_open(&runner->recorder, model->settings->record,
                            model->engine->input(model->net, 0), 1, outputs, n, err);
}

int stance_runner_open(stance_runner **out, stance_model *model, stance_error *err)
{
    *out = NULL;
    stance_runner *runner = st_alloc(sizeof(*runner));
    if (!runner)
        return st_fail_memory(err);
    runner->model = model;
    int rc = 0;
    for (size_t i = 0; i < model->n_slots && rc == 0; i++)
        rc = st_slot_open(&runner->slots[i], model, err);
    if (rc == 0)
        rc = open_recorder(runner, err);
    if (rc == 0 && model->detector)
        rc = stance_runner_open(&runner->detector, model->detector, err);
    stance_runner_reset(runner);
    if (rc < 0)
        stance_runner_close(&runner);
    *out = runner;
    return rc;
}

/* Nothing may be on its way when slots are used anew. */
static void drain(stance_runner *runner)
{
    const stance_model *model = runner->model;
    for (; runner->n_begun > 0; runner->n_begun--) {
        model->engine->wait(runner->slots[runner->first].request, NULL);
        runner->first = (runner->first + 1) % model->n_slots;
    }
    runner->first = 0;
}

void stance_runner_close(stance_runner **out)
{
    stance_runner *runner = *out;
    *out = NULL;
    if (!runner)
        return;
    stance_error err;
    if (runner->recorder && st_recorder_close(&runner->recorder, &err) < 0)
        st_log(STANCE_LOG_ERROR, "model", "--record: %s", err.message);
    drain(runner);
    for (size_t i = 0; i < runner->model->n_slots; i++)
        st_slot_close(&runner->slots[i], runner->model);
    stance_poses_clear(&runner->raw);
    stance_poses_clear(&runner->coco);
    stance_poses_clear(&runner->found);
    stance_poses_clear(&runner->one);
    stance_runner_close(&runner->detector);
    st_free(runner);
}

void stance_runner_reset(stance_runner *runner)
{
    drain(runner);
    runner->following = false;
    runner->n_followed = 0;
    runner->lost = true;
}

stance_runner_times stance_runner_last_times(const stance_runner *runner)
{
    return runner->times;
}

/* ---- where to look ---- */

/* All that is looked at, in the middle of the input. */
st_view st_runner_fit(const stance_model *model, const double region[4])
{
    double width = model->input.width, height = model->input.height;
    st_view r = {.w = region[2], .h = region[3]};
    if (region[2] * height > region[3] * width)
        r.h = region[2] * height / width;
    else
        r.w = region[3] * width / height;
    r.x = region[0] + (region[2] - r.w) / 2;
    r.y = region[1] + (region[3] - r.h) / 2;
    return r;
}

/* Where the runner looks next: the square that the person asks for, and what the input's
 * shape adds to it. */
static st_view crop_of(const stance_runner *runner, const double region[4])
{
    const st_square *s = &runner->crop;
    const double square[4] = {s->x, s->y, s->side, s->side};
    return st_runner_fit(runner->model, runner->following ? square : region);
}

/* ---- one frame ---- */

/* People whose score is too low are nobody; the best ones stay where there are too many
 * (decoders give them best first).
 * @return how many there were */
static int keep_people(const stance_model *model, stance_poses *poses)
{
    size_t n = 0, seen = 0;
    for (size_t i = 0; i < poses->n; i++) {
        if ((double)poses->people[i].score < model->min_score ||
            seen++ >= model->people_max)
            continue;
        if (n != i) {
            stance_pose kept = poses->people[i];
            poses->people[i] = poses->people[n];
            poses->people[n] = kept;
        }
        if (!model->decoder->boxes)
            st_runner_make_box(&poses->people[n], poses->skeleton->n_keypoints);
        n++;
    }
    poses->n = n;
    return (int)seen;
}

int st_runner_region(const stance_model *model, const stance_frame *frame,
                     double region[4], stance_error *err)
{
    const int *r = model->settings->region;
    double x0 = 0, y0 = 0, x1 = frame->width, y1 = frame->height;
    if (r[2] > 0 && r[3] > 0) {
        x0 = fmax(x0, r[0]);
        y0 = fmax(y0, r[1]);
        x1 = fmin(x1, (double)r[0] + r[2]);
        y1 = fmin(y1, (double)r[1] + r[3]);
    }
    if (x1 <= x0 || y1 <= y0)
        return st_fail(err, STANCE_EINVAL,
                       "--region %d,%d,%d,%d: expected a part of the %dx%d picture", r[0],
                       r[1], r[2], r[3], frame->width, frame->height);
    region[0] = x0;
    region[1] = y0;
    region[2] = x1 - x0;
    region[3] = y1 - y0;
    return 0;
}

/* Where to look next; the score of the whole pose does not matter for the rule, which
 * speaks of COCO's points. */
static int follow(stance_runner *runner, const stance_poses *poses,
                  const double region[4], stance_error *err)
{
    const stance_skeleton *coco = stance_skeleton_find("coco17");
    runner->following = false;
    if (runner->model->settings->crop != STANCE_CROP_FOLLOW ||
        runner->model->info.several || poses->n == 0)
        return 0;
    const stance_pose *pose = &poses->people[0];
    if (poses->skeleton != coco) {
        if (stance_poses_convert(&runner->coco, poses, coco) < 0)
            return st_fail_memory(err);
        pose = &runner->coco.people[0];
    }
    runner->crop = st_movenet_crop_next(pose, region, &runner->following);
    return 0;
}

int stance_runner_run(stance_runner *runner, const stance_frame *frame, stance_poses *out,
                      stance_error *err)
{
    double region[4];
    runner->times = (stance_runner_times){0};
    int rc = st_runner_region(runner->model, frame, region, err);
    if (rc == 0 && runner->detector) {
        rc = st_runner_several(runner, frame, region, out, err);
        if (rc < 0)
            out->n = 0;
        return rc;
    }
    if (rc == 0) {
        st_view crop = crop_of(runner, region);
        rc = st_runner_infer(runner, frame, &crop, region, out, err);
    }
    if (rc == 0)
        rc = follow(runner, out, region, err);
    if (rc == 0)
        runner->times.people_seen = keep_people(runner->model, out);
    else
        out->n = 0;
    return rc;
}

int stance_runner_still(stance_runner *runner, const stance_frame *frame,
                        stance_poses *out, stance_error *err)
{
    double region[4];
    if (runner->detector) { /* nobody is where somebody was in another picture */
        stance_runner_reset(runner);
        return stance_runner_run(runner, frame, out, err);
    }
    runner->times = (stance_runner_times){0};
    int rc = st_runner_region(runner->model, frame, region, err);
    runner->following = false;
    for (int look = 0; look < 2 && rc == 0 && (look == 0 || runner->following); look++) {
        st_view crop = crop_of(runner, region);
        rc = st_runner_infer(runner, frame, &crop, region, out, err);
        if (rc == 0 && look == 0)
            rc = follow(runner, out, region, err);
    }
    if (rc == 0)
        runner->times.people_seen = keep_people(runner->model, out);
    else
        out->n = 0;
    runner->following = false;
    return rc;
}

/* ---- frames side by side ---- */

size_t stance_runner_ahead(const stance_runner *runner)
{
    return runner->model->ahead ? runner->model->n_slots : 0;
}

int stance_runner_begin(stance_runner *runner, const stance_frame *frame,
                        stance_error *err)
{
    double region[4];
    if (runner->n_begun >= stance_runner_ahead(runner))
        return st_fail(err, STANCE_EINVAL, "expected at most %zu frames on their way",
                       stance_runner_ahead(runner));
    int rc = st_runner_region(runner->model, frame, region, err);
    if (rc < 0)
        return rc;
    st_view view = st_runner_fit(runner->model, region);
    size_t slot = (runner->first + runner->n_begun) % runner->model->n_slots;
    rc = st_runner_launch(runner, slot, frame, &view, region, err);
    runner->n_begun += rc == 0;
    return rc;
}

int stance_runner_end(stance_runner *runner, stance_poses *out, stance_error *err)
{
    out->n = 0;
    if (runner->n_begun == 0)
        return st_fail(err, STANCE_EINVAL, "expected a frame on its way, found none");
    runner->times = (stance_runner_times){0};
    const st_slot *slot = &runner->slots[runner->first];
    int rc = st_runner_land(runner, runner->first, out, err);
    if (rc == 0) /* its own, whatever others went on beside it */
        runner->times.inference_us = runner->model->engine->took_us(slot->request);
    runner->first = (runner->first + 1) % runner->model->n_slots;
    runner->n_begun--;
    if (rc == 0)
        runner->times.people_seen = keep_people(runner->model, out);
    else
        out->n = 0;
    return rc;
}
