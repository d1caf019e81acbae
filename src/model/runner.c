/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a frame to the poses in it: crop, network, decoder, and back to source pixels.
 *
 * The runner remembers the crop that the person in this frame asks for in the next one.
 * The crop is a square of the source; the affine map that fills the network's input also
 * takes the keypoints back, so that the two can never disagree.
 */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/status.h"
#include "frame/frame.h"
#include "model/runner_private.h"

static const float box_score = 0.2f; /* points from here on make the box */

/* ---- opening ---- */

/* Room for an output's numbers as floats. */
static int make_floats(stance_runner *runner, size_t i, const st_tensor_info *info)
{
    int64_t n = st_tensor_count(info);
    if (info->type == ST_TENSOR_F32 || n <= (int64_t)runner->n_floats[i])
        return 0;
    float *floats = st_realloc_array(runner->floats[i], (size_t)n, sizeof(float));
    if (!floats)
        return STANCE_ENOMEM;
    runner->floats[i] = floats;
    runner->n_floats[i] = (size_t)n;
    return 0;
}

static int open_outputs(stance_runner *runner, stance_error *err)
{
    const stance_model *model = runner->model;
    for (size_t i = 0; i < model->n_outputs; i++)
        if (make_floats(runner, i, model->engine->output(model->net, model->outputs[i])) <
            0)
            return st_fail_memory(err);
    return 0;
}

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
    runner->sampler = st_sampler_new(&model->input);
    int rc = runner->sampler ? open_outputs(runner, err) : st_fail_memory(err);
    if (rc == 0)
        rc = model->engine->request_open(&runner->request, model->net, err);
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
    if (runner->recorder && st_recorder_close(&runner->recorder, &err) < 0)
        st_log(STANCE_LOG_ERROR, "model", "--record: %s", err.message);
    if (runner->request)
        runner->model->engine->request_close(runner->request);
    for (size_t i = 0; i < ST_MAX_TENSORS; i++)
        st_free(runner->floats[i]);
    stance_poses_clear(&runner->raw);
    stance_poses_clear(&runner->coco);
    stance_poses_clear(&runner->found);
    stance_poses_clear(&runner->one);
    stance_runner_close(&runner->detector);
    st_sampler_free(&runner->sampler);
    st_free(runner);
}

void stance_runner_reset(stance_runner *runner)
{
    runner->following = false;
    runner->n_boxes = 0;
    runner->lost = true;
}

stance_runner_times stance_runner_last_times(const stance_runner *runner)
{
    return runner->times;
}

/* ---- one inference ---- */

/* Whole numbers stand for (value - zero) x scale. */
static void to_floats(const st_tensor *tensor, const st_card_output *card, float *out)
{
    size_t n = (size_t)st_tensor_count(&tensor->info);
    float scale = (float)card->scale, zero = (float)card->zero;
    switch (tensor->info.type) {
    case ST_TENSOR_U8:
        for (size_t i = 0; i < n; i++)
            out[i] = ((float)((const uint8_t *)tensor->data)[i] - zero) * scale;
        break;
    case ST_TENSOR_I32:
        for (size_t i = 0; i < n; i++)
            out[i] = ((float)((const int32_t *)tensor->data)[i] - zero) * scale;
        break;
    case ST_TENSOR_I64:
        for (size_t i = 0; i < n; i++)
            out[i] = ((float)((const int64_t *)tensor->data)[i] - zero) * scale;
        break;
    case ST_TENSOR_F32:
        memcpy(out, tensor->data, n * sizeof(float));
        break;
    }
}

static int record(stance_runner *runner, stance_error *err)
{
    const st_engine_class *engine = runner->model->engine;
    const st_tensor *outputs[ST_MAX_TENSORS];
    size_t n = engine->n_outputs(runner->model->net);
    if (!runner->recorder)
        return 0;
    for (size_t i = 0; i < n; i++)
        outputs[i] = engine->request_output(runner->request, i);
    return st_recorder_add(runner->recorder, outputs, n, err);
}

static int decode(stance_runner *runner, stance_poses *out, stance_error *err)
{
    const stance_model *model = runner->model;
    bool same = model->about.skeleton == model->info.skeleton;
    st_output outputs[ST_MAX_TENSORS];
    for (size_t i = 0; i < model->n_outputs; i++) {
        const st_tensor *tensor =
            model->engine->request_output(runner->request, model->outputs[i]);
        st_model_describe_output(&tensor->info, &outputs[i]);
        if (make_floats(runner, i, &tensor->info) < 0)
            return st_fail_memory(err);
        if (runner->floats[i])
            to_floats(tensor, &model->card->outputs[i], runner->floats[i]);
        outputs[i].data = runner->floats[i] ? runner->floats[i] : tensor->data;
    }
    int rc = 0;
    if (model->open_outputs)
        rc = model->decoder->check(outputs, model->n_outputs, &model->about, err);
    if (rc < 0)
        return st_fail_prefix(err, "%s", model->card->name);
    rc = model->decoder->run(outputs, model->n_outputs, &model->about,
                             same ? out : &runner->raw);
    if (rc == 0 && !same)
        rc = stance_poses_convert(out, &runner->raw, model->info.skeleton);
    return rc < 0 ? st_fail_memory(err) : 0;
}

static void box_to_source(const stance_model *model, const st_affine *map, float box[4])
{
    double w = model->input.width, h = model->input.height, x0, y0, x1, y1;
    st_affine_apply(map, box[0] * w, box[1] * h, &x0, &y0);
    st_affine_apply(map, (box[0] + box[2]) * w, (box[1] + box[3]) * h, &x1, &y1);
    const float moved[4] = {(float)x0, (float)y0, (float)(x1 - x0), (float)(y1 - y0)};
    memcpy(box, moved, sizeof(moved));
}

/* From fractions of the input to source pixels. */
static void to_source(const stance_model *model, const st_affine *map,
                      stance_poses *poses)
{
    for (size_t i = 0; i < poses->n && model->decoder->boxes; i++)
        box_to_source(model, map, poses->people[i].box);
    for (size_t i = 0; i < poses->n; i++)
        for (size_t k = 0; k < poses->skeleton->n_keypoints; k++) {
            stance_keypoint *point = &poses->people[i].keypoints[k];
            double x, y;
            if (!stance_keypoint_given(point))
                continue;
            st_affine_apply(map, (double)point->x * model->input.width,
                            (double)point->y * model->input.height, &x, &y);
            point->x = (float)x;
            point->y = (float)y;
        }
}

/* All that is looked at, in the middle of the input. */
st_rect st_runner_fit(const stance_model *model, const double region[4])
{
    double width = model->input.width, height = model->input.height;
    st_rect r = {.w = region[2], .h = region[3]};
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
static st_rect crop_of(const stance_runner *runner, const double region[4])
{
    const st_square *s = &runner->crop;
    const double square[4] = {s->x, s->y, s->side, s->side};
    return st_runner_fit(runner->model, runner->following ? square : region);
}

/* Look at one part of the frame. */
int st_runner_infer(stance_runner *runner, const stance_frame *frame, const st_rect *crop,
                    const double region[4], stance_poses *out, stance_error *err)
{
    const stance_model *model = runner->model;
    int64_t start_us = st_clock_us();
    st_tensor *input = model->engine->request_input(runner->request, 0);
    st_affine map = st_affine_crop(crop->x, crop->y, crop->w, crop->h, model->input.width,
                                   model->input.height);
    st_sampler_run(runner->sampler, frame, &map, region, input->data);
    int64_t filled_us = st_clock_us();
    int rc = model->engine->run(runner->request, err);
    int64_t inferred_us = st_clock_us();
    if (rc == 0)
        rc = record(runner, err);
    if (rc == 0)
        rc = decode(runner, out, err);
    if (rc == 0)
        to_source(model, &map, out);
    runner->times.preprocess_us += filled_us - start_us;
    runner->times.inference_us += inferred_us - filled_us;
    runner->times.postprocess_us += st_clock_us() - inferred_us;
    runner->times.inferences++;
    return rc;
}

/* ---- what is made of it ---- */

void st_runner_make_box(stance_pose *pose, size_t n_keypoints)
{
    float x0 = 0, y0 = 0, x1 = 0, y1 = 0;
    bool any = false;
    for (size_t k = 0; k < n_keypoints; k++) {
        const stance_keypoint *p = &pose->keypoints[k];
        if (!stance_keypoint_given(p) || p->score < box_score)
            continue;
        x0 = any ? fminf(x0, p->x) : p->x;
        y0 = any ? fminf(y0, p->y) : p->y;
        x1 = any ? fmaxf(x1, p->x) : p->x;
        y1 = any ? fmaxf(y1, p->y) : p->y;
        any = true;
    }
    float box[4] = {x0, y0, x1 - x0, y1 - y0};
    memcpy(pose->box, box, sizeof(box));
}

/* People whose score is too low are nobody; the best ones stay where there are too many
 * (decoders give them best first). */
static void keep_people(const stance_model *model, stance_poses *poses)
{
    size_t n = 0;
    for (size_t i = 0; i < poses->n && n < model->people_max; i++) {
        if ((double)poses->people[i].score < model->min_score)
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
        st_rect crop = crop_of(runner, region);
        rc = st_runner_infer(runner, frame, &crop, region, out, err);
    }
    if (rc == 0)
        rc = follow(runner, out, region, err);
    if (rc == 0)
        keep_people(runner->model, out);
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
        st_rect crop = crop_of(runner, region);
        rc = st_runner_infer(runner, frame, &crop, region, out, err);
        if (rc == 0 && look == 0)
            rc = follow(runner, out, region, err);
    }
    if (rc == 0)
        keep_people(runner->model, out);
    else
        out->n = 0;
    runner->following = false;
    return rc;
}
