/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a frame to the poses in it: opening and closing, and what all ways have in common.
 *
 * What a network that finds everybody, or follows one person, has to look at is told by
 * runner_frames.c; one that is shown each person by a detector is runner_several.c.
 */
#include <math.h>
#include <string.h>

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
    st_work_open(runner);
    int rc = st_slot_open(&runner->slots[0], runner, err);
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

void stance_runner_close(stance_runner **out)
{
    stance_runner *runner = *out;
    *out = NULL;
    if (!runner)
        return;
    stance_error err;
    st_work_close(runner);
    if (runner->recorder && st_recorder_close(&runner->recorder, &err) < 0)
        st_log(STANCE_LOG_ERROR, "model", "--record: %s", err.message);
    stance_poses_clear(&runner->raw);
    stance_poses_clear(&runner->found);
    stance_poses_clear(&runner->one);
    stance_runner_close(&runner->detector);
    st_free(runner);
}

void stance_runner_reset(stance_runner *runner)
{
    st_work_drop(runner);
    st_aim_reset(&runner->aim);
    runner->n_followed = 0;
    runner->lost = true;
}

stance_runner_times stance_runner_last_times(const stance_runner *runner)
{
    return runner->times;
}

/* ---- one frame ---- */

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

int st_runner_keep_people(const stance_model *model, stance_poses *poses)
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

/* Found by a detector and looked at one by one: nothing is on its way before or after. */
static int run_several(stance_runner *runner, const stance_frame *frame,
                       stance_poses *out, stance_error *err)
{
    double region[4];
    runner->times = (stance_runner_times){0};
    int rc = st_runner_region(runner->model, frame, region, err);
    if (rc == 0)
        rc = st_runner_several(runner, frame, region, out, err);
    if (rc < 0)
        out->n = 0;
    return rc;
}

int stance_runner_run(stance_runner *runner, const stance_frame *frame, stance_poses *out,
                      stance_error *err)
{
    if (runner->detector)
        return run_several(runner, frame, out, err);
    out->n = 0;
    int rc = stance_runner_begin(runner, frame, STANCE_MOMENT_NEXT, err);
    return rc == 0 ? stance_runner_end(runner, out, err) : rc;
}

int stance_runner_still(stance_runner *runner, const stance_frame *frame,
                        stance_poses *out, stance_error *err)
{
    stance_runner_reset(runner); /* nobody is where somebody was in another picture */
    if (runner->detector)
        return run_several(runner, frame, out, err);
    out->n = 0;
    int rc = stance_runner_begin(runner, frame, STANCE_MOMENT_STILL, err);
    return rc == 0 ? stance_runner_end(runner, out, err) : rc;
}
