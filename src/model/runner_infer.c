/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One look: a part of the frame into the network, its outputs through the decoder, and
 * the poses back to source pixels.
 *
 * The affine map that filled the network's input also takes the points back, so that the
 * two can never disagree.
 */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/status.h"
#include "model/runner_private.h"

/* ---- slots ---- */

/* Room for an output's numbers as floats. */
static int make_floats(st_slot *slot, size_t i, const st_tensor_info *info)
{
    int64_t n = st_tensor_count(info);
    if (info->type == ST_TENSOR_F32 || n <= (int64_t)slot->n_floats[i])
        return 0;
    float *floats = st_realloc_array(slot->floats[i], (size_t)n, sizeof(float));
    if (!floats)
        return STANCE_ENOMEM;
    slot->floats[i] = floats;
    slot->n_floats[i] = (size_t)n;
    return 0;
}

int st_slot_open(st_slot *slot, stance_runner *runner, stance_error *err)
{
    const stance_model *model = runner->model;
    slot->runner = runner;
    slot->sampler = st_sampler_new(&model->input);
    if (!slot->sampler)
        return st_fail_memory(err);
    for (size_t i = 0; i < model->n_outputs; i++)
        if (make_floats(slot, i, model->engine->output(model->net, model->outputs[i])) <
            0)
            return st_fail_memory(err);
    return model->engine->request_open(&slot->request, model->net, err);
}

void st_slot_close(st_slot *slot)
{
    if (slot->request)
        slot->runner->model->engine->request_close(slot->request);
    for (size_t i = 0; i < ST_MAX_TENSORS; i++)
        st_free(slot->floats[i]);
    stance_poses_clear(&slot->coco);
    st_sampler_free(&slot->sampler);
}

/* ---- from outputs to poses ---- */

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

static int decode(const stance_model *model, st_slot *slot, stance_poses *poses,
                  stance_error *err)
{
    st_output outputs[ST_MAX_TENSORS];
    for (size_t i = 0; i < model->n_outputs; i++) {
        const st_tensor *tensor =
            model->engine->request_output(slot->request, model->outputs[i]);
        st_model_describe_output(&tensor->info, &outputs[i]);
        if (make_floats(slot, i, &tensor->info) < 0)
            return st_fail_memory(err);
        if (slot->floats[i])
            to_floats(tensor, &model->card->outputs[i], slot->floats[i]);
        outputs[i].data = slot->floats[i] ? slot->floats[i] : tensor->data;
    }
    if (model->open_outputs &&
        model->decoder->check(outputs, model->n_outputs, &model->about, err) < 0)
        return st_fail_prefix(err, "%s", model->card->name);
    int rc = model->decoder->run(outputs, model->n_outputs, &model->about, poses);
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
typedef struct way_back {
    const stance_model *model;
    const st_view *view;
    st_affine map;
} way_back;

static void point_to_source(const way_back *way, stance_keypoint *point)
{
    const stance_model *model = way->model;
    double x, y, turn = way->view->turn;
    float world_x = point->world[0], world_y = point->world[1];
    st_affine_apply(&way->map, (double)point->x * model->input.width,
                    (double)point->y * model->input.height, &x, &y);
    point->x = (float)x;
    point->y = (float)y;
    point->z *= (float)way->view->w;
    point->world[0] = (float)(cos(turn) * world_x - sin(turn) * world_y);
    point->world[1] = (float)(sin(turn) * world_x + cos(turn) * world_y);
}

static void to_source(const way_back *way, stance_poses *poses)
{
    for (size_t i = 0; i < poses->n; i++) {
        stance_pose *pose = &poses->people[i];
        if (way->model->decoder->boxes)
            box_to_source(way->model, &way->map, pose->box);
        for (size_t k = 0; k < poses->skeleton->n_keypoints; k++)
            if (stance_keypoint_given(&pose->keypoints[k]))
                point_to_source(way, &pose->keypoints[k]);
    }
}

/* ---- one look ---- */

static int record(stance_runner *runner, const st_slot *slot, stance_error *err)
{
    const st_engine_class *engine = runner->model->engine;
    const st_tensor *outputs[ST_MAX_TENSORS];
    size_t n = engine->n_outputs(runner->model->net);
    if (!runner->recorder)
        return 0;
    for (size_t i = 0; i < n; i++)
        outputs[i] = engine->request_output(slot->request, i);
    return st_recorder_add(runner->recorder, outputs, n, err);
}

int st_slot_look(st_slot *slot, st_job *job, const st_view *view, stance_error *err)
{
    stance_runner *runner = slot->runner;
    const stance_model *model = runner->model;
    way_back way = {model, view,
                    st_affine_view(view, model->input.width, model->input.height)};
    bool own = model->about.skeleton != model->info.skeleton;
    stance_poses *poses = own ? &job->own : &job->seen;
    int64_t start_us = st_clock_us();
    st_sampler_run(slot->sampler, job->frame, &way.map, job->region,
                   model->engine->request_input(slot->request, 0)->data);
    job->from_us = st_clock_us();
    int rc = model->engine->infer(slot->request, err);
    job->until_us = st_clock_us();
    if (rc == 0)
        rc = record(runner, slot, err);
    if (rc == 0)
        rc = decode(model, slot, poses, err);
    if (rc < 0)
        return rc;
    to_source(&way, poses);
    if (own && stance_poses_convert(&job->seen, poses, model->info.skeleton) < 0)
        return st_fail_memory(err);
    job->times.preprocess_us += job->from_us - start_us;
    job->times.inference_us += job->until_us - job->from_us;
    job->times.postprocess_us += st_clock_us() - job->until_us;
    job->times.inferences++;
    return 0;
}

/* ---- what is made of it ---- */

void st_runner_make_box(stance_pose *pose, size_t n_keypoints)
{
    const float least = 0.2F; /* points from here on make the box */
    float x0 = 0, y0 = 0, x1 = 0, y1 = 0;
    bool any = false;
    for (size_t k = 0; k < n_keypoints; k++) {
        const stance_keypoint *p = &pose->keypoints[k];
        if (!stance_keypoint_given(p) || p->score < least)
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
