/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A network against its card: the size of its input, and inputs and outputs as the card
 * has them.
 *
 * Everything that can be wrong between the two (sizes, types, outputs) is found here, at
 * opening, so that a runner only computes.
 */
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "model/model_private.h"

/* ---- the size of the input ---- */

/* --input-size WxH. */
int st_model_choose_size(stance_model *model, stance_error *err)
{
    const st_card *card = model->card;
    const char *text = model->settings->input_size;
    long most = ST_MAX_INPUT_SIDE, width, height;
    char *end;
    model->input = card->input;
    if (!text)
        return 0;
    width = strtol(text, &end, 10);
    bool good = end != text && *end == 'x';
    const char *rest = good ? end + 1 : text;
    height = strtol(rest, &end, 10);
    good &= end != rest && *end == '\0';
    if (!good || width < 16 || height < 16 || width > most || height > most)
        return st_fail(
            err, STANCE_EINVAL,
            "--input-size: expected WIDTHxHEIGHT, 16 to %ld pixels each, found "
            "'%s'",
            most, text);
    if (width == card->input.width && height == card->input.height)
        return 0;
    if (card->size_step == 0)
        return st_fail(err, STANCE_EINVAL,
                       "--input-size %s: %s looks at %dx%d pixels and at nothing else",
                       text, card->name, card->input.width, card->input.height);
    if (width % card->size_step || height % card->size_step)
        return st_fail(err, STANCE_EINVAL, "--input-size %s: %s expects multiples of %d",
                       text, card->name, card->size_step);
    model->input.width = (int)width;
    model->input.height = (int)height;
    return 0;
}

/* ---- inputs and outputs ---- */

static void shape_text(const st_tensor_info *info, char *text, size_t size)
{
    size_t n = (size_t)snprintf(text, size, "%s", info->rank ? "" : "one value");
    for (size_t i = 0; i < info->rank && n < size; i++)
        n += (size_t)snprintf(text + n, size - n, "%s%lld", i ? "x" : "",
                              (long long)info->dims[i]);
}

int st_model_check_input(stance_model *model, stance_error *err)
{
    const st_card *card = model->card;
    if (model->engine->n_inputs(model->net) != 1)
        return st_fail(err, STANCE_EMODEL,
                       "%s: expected a network with one input, found "
                       "%zu",
                       card->name, model->engine->n_inputs(model->net));
    const st_tensor_info *in = model->engine->input(model->net, 0);
    int64_t w = model->input.width, h = model->input.height;
    int64_t expected[2][4] = {{1, h, w, 3}, {1, 3, h, w}};
    const int64_t *dims = expected[card->input.layout == ST_SAMPLE_NCHW];
    bool same = in->rank == 4;
    for (size_t i = 0; i < 4 && same; i++)
        same = in->dims[i] == dims[i];
    if (!same) {
        char found[128];
        shape_text(in, found, sizeof(found));
        return st_fail(err, STANCE_EMODEL,
                       "%s: expected an input of %lldx%lldx%lldx%lld, found %s",
                       card->name, (long long)dims[0], (long long)dims[1],
                       (long long)dims[2], (long long)dims[3], found);
    }
    if (in->type != ST_TENSOR_U8 && in->type != ST_TENSOR_F32)
        return st_fail(err, STANCE_EMODEL, "%s: expected an input of u8 or f32, found %s",
                       card->name, st_tensor_type_name(in->type));
    st_sample_type type = in->type == ST_TENSOR_U8 ? ST_SAMPLE_U8 : ST_SAMPLE_F32;
    if (card->type_given && type != card->input.type)
        return st_fail(err, STANCE_EMODEL, "%s: expected an input of %s, found %s",
                       card->name, card->input.type == ST_SAMPLE_U8 ? "u8" : "f32",
                       st_tensor_type_name(in->type));
    model->input.type = type;
    return 0;
}

/* The engine's number of an output of the card: by name, or by place. */
static size_t find_output(const stance_model *model, size_t place)
{
    const char *name = model->card->outputs[place].name;
    size_t n = model->engine->n_outputs(model->net);
    if (!name)
        return place;
    for (size_t i = 0; i < n; i++)
        if (strcmp(model->engine->output(model->net, i)->name, name) == 0)
            return i;
    return n;
}

static int check_output(stance_model *model, size_t place, stance_error *err)
{
    const st_card_output *expected = &model->card->outputs[place];
    size_t i = find_output(model, place);
    if (i >= model->engine->n_outputs(model->net))
        return st_fail(err, STANCE_EMODEL, "%s: expected an output %s, found none of it",
                       model->card->name, expected->name ? expected->name : "more");
    const st_tensor_info *info = model->engine->output(model->net, i);
    bool same = expected->rank == 0 || expected->rank == info->rank;
    for (size_t k = 0; k < expected->rank && same; k++)
        same = expected->dims[k] < 0 || expected->dims[k] == info->dims[k];
    if (!same || st_tensor_count(info) == 0) {
        char found[128];
        shape_text(info, found, sizeof(found));
        return st_fail(err, STANCE_EMODEL,
                       "%s: output %zu: expected the shape of its card, found %s",
                       model->card->name, place, found);
    }
    model->outputs[place] = i;
    return 0;
}

void st_model_describe_output(const st_tensor_info *info, st_output *output)
{
    int64_t n = st_tensor_count(info);
    *output =
        (st_output){.name = info->name, .n = n > 0 ? (size_t)n : 0, .rank = info->rank};
    memcpy(output->dims, info->dims, sizeof(output->dims));
}

int st_model_check_outputs(stance_model *model, stance_error *err)
{
    st_output outputs[ST_MAX_TENSORS];
    int rc = 0;
    model->n_outputs = model->card->n_outputs;
    for (size_t i = 0; i < model->n_outputs && rc == 0; i++) {
        rc = check_output(model, i, err);
        if (rc < 0)
            break;
        const st_tensor_info *info = model->engine->output(model->net, model->outputs[i]);
        st_model_describe_output(info, &outputs[i]);
        model->open_outputs |= st_tensor_count(info) < 0;
    }
    if (rc == 0)
        rc = model->decoder->check(outputs, model->n_outputs, &model->about, err);
    return rc < 0 ? st_fail_prefix(err, "%s", model->card->name) : 0;
}
