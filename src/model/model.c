/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening a network: card, engine and decoder put together and held against each other.
 *
 * What can be wrong between a card and a network is found in model_ports.c.
 */
#include "model/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cores.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/option.h"
#include "base/status.h"
#include "model/model_private.h"

#define FIELD(name) offsetof(stance_model_settings, name)

static const stance_choice crops[] = {
    {"follow", STANCE_CROP_FOLLOW, "where the person was in the frame before"},
    {"whole", STANCE_CROP_WHOLE, "the whole picture every time"},
    {0},
};

const stance_option st_model_options[] = {
    {.name = "model",
     .letter = 'm',
     .type = STANCE_OPTION_STRING,
     .offset = FIELD(model),
     .preset = STANCE_MODEL_DEFAULT,
     .value_name = "NAME|FILE",
     .help =
         "network: a name from 'stance models list', its file, or one of single, fast, "
         "balanced, accurate, 3d, which take the best that is here; 'truth': what is "
         "true "
         "of drawn people"},
    {.name = "card",
     .type = STANCE_OPTION_STRING,
     .offset = FIELD(card),
     .value_name = "FILE",
     .help = "model card for a network file that no known card describes"},
    {.name = "people",
     .letter = 'p',
     .type = STANCE_OPTION_STRING,
     .offset = FIELD(people),
     .value_name = "one|all|N",
     .help = "how many people to look for; not given: as the network can"},
    {.name = "device",
     .letter = 'd',
     .type = STANCE_OPTION_STRING,
     .offset = FIELD(device),
     .preset = "CPU",
     .value_name = "NAME",
     .help = "what the network runs on: CPU, GPU, NPU, AUTO; see 'stance devices'"},
    {.name = "engine",
     .type = STANCE_OPTION_STRING,
     .offset = FIELD(engine),
     .preset = "openvino",
     .value_name = "NAME",
     .help = "what runs the network: openvino, or replay (recorded tensors)"},
    {.name = "region",
     .type = STANCE_OPTION_RECT,
     .offset = FIELD(region),
     .unit = "px",
     .help = "look only at this part of the upright picture"},
    {.name = "crop",
     .type = STANCE_OPTION_CHOICE,
     .offset = FIELD(crop),
     .preset = "follow",
     .choices = crops,
     .help = "where a single-person network looks in the next frame"},
    {.name = "detector",
     .type = STANCE_OPTION_STRING,
     .offset = FIELD(detector),
     .value_name = "NAME",
     .help = "network that finds people for one that looks at each of them; not given: "
             "the best that is here where several people are asked for"},
    {.name = "detect-every",
     .type = STANCE_OPTION_INT,
     .offset = FIELD(detect_every),
     .preset = "5",
     .min = 1,
     .max = 1000000,
     .unit = "frames",
     .value_name = "N",
     .help =
         "how often the detector looks; in between people are where they were, and it "
         "looks at once when somebody is lost or nobody is there"},
    {.name = "input-size",
     .type = STANCE_OPTION_STRING,
     .offset = FIELD(input_size),
     .value_name = "WxH",
     .help =
         "pixels that the network looks at, where it leaves that open: more for small "
         "people, fewer for speed"},
    {.name = "min-score",
     .type = STANCE_OPTION_NUMBER,
     .offset = FIELD(min_score),
     .min = 0,
     .max = 1,
     .help = "a pose whose score is lower is nobody; not given: by the network"},
    {.name = "infer-threads",
     .type = STANCE_OPTION_INT,
     .offset = FIELD(threads),
     .preset = "0",
     .min = 0,
     .max = 64,
     .value_name = "N",
     .help = "threads that infer, at one look or at several side by side; 0: by the "
             "machine, never by --threads"},
    {.name = "infer-streams",
     .type = STANCE_OPTION_INT,
     .offset = FIELD(streams),
     .preset = "0",
     .min = 0,
     .max = ST_MOST_SLOTS,
     .value_name = "N",
     .help = "looks side by side, over which those threads are shared out; 0: one for a "
             "live input or a single picture, else as is fastest, which is measured "
             "when a network is first used"},
    {.name = "offline",
     .type = STANCE_OPTION_BOOL,
     .offset = FIELD(offline),
     .preset = "no",
     .help = "never download a network, also not one that is named"},
    {.name = "cache",
     .type = STANCE_OPTION_BOOL,
     .offset = FIELD(cache),
     .preset = "yes",
     .help = "keep compiled networks in the cache folder: the next start is faster"},
    {.name = "record",
     .type = STANCE_OPTION_STRING,
     .offset = FIELD(record),
     .value_name = "FILE",
     .help = "write the network's outputs to a file, for the engine replay"},
    {.name = "replay",
     .type = STANCE_OPTION_STRING,
     .offset = FIELD(replay),
     .value_name = "FILE",
     .help = "file of recorded outputs for the engine replay"},
    {0},
};

/* ---- opening ---- */

/* Threads that infer one frame, when nobody said: decoding and encoding need some too. */
/* One inference gains little from more than a few threads. */
static int default_threads(bool side_by_side)
{
    const int most = side_by_side ? 2 * ST_MOST_SLOTS : 4;
    int cores = st_cores();
    return cores < most ? cores : most;
}

/* --people: how many at most. */
static int read_people(stance_model *model, stance_error *err)
{
    const char *text = model->settings->people;
    char *end = NULL;
    model->people_max = STANCE_PEOPLE_MAX;
    if (!text || strcmp(text, "all") == 0)
        return 0;
    if (strcmp(text, "one") == 0) {
        model->people_max = 1;
        if (model->decoder->boxes)
            return st_fail(
                err, STANCE_EINVAL,
                "--people one: %s finds boxes of people, not the joints of one",
                model->card->name);
        return 0;
    }
    long n = strtol(text, &end, 10);
    if (*end || end == text || n < 1 || n > STANCE_PEOPLE_MAX)
        return st_fail(err, STANCE_EINVAL,
                       "--people: expected one, all or a number from 1 to %d, found '%s'",
                       STANCE_PEOPLE_MAX, text);
    model->people_max = (size_t)n;
    return 0;
}

/* One person gives the single form of the JSON: asked for, or all that there can be. */
static void choose_form(stance_model *model)
{
    const char *text = model->settings->people;
    model->single = text ? strcmp(text, "one") == 0 : !model->info.several;
    if (model->settings->everybody)
        model->people_max = STANCE_PEOPLE_MAX;
    else if (model->single)
        model->people_max = 1;
}

/* A detector of one's own: by --detector, by an alias, by the card. NULL and no choices:
 * none was named. */
static const char *name_detector(const stance_model *model, const char *const **choices)
{
    const char *option = model->settings->detector;
    *choices = !option && model->alias ? model->alias->detectors : NULL;
    return option ? option : *choices ? NULL : model->card->detector;
}

static int plan_model(stance_model **out, const stance_model_settings *settings,
                      const char *const *choices, bool detects, stance_lack *lack,
                      stance_error *err);

static int fail_detector(const stance_model *model, stance_error *err)
{
    return st_fail_prefix(err, "%s looks at one person and needs a detector",
                          model->card->name);
}

/* A network for one person is shown several by another that finds them; some networks
 * for one need another that finds that one. */
static int plan_detector(stance_model *model, stance_error *err)
{
    const stance_model_settings *s = model->settings;
    const char *const *choices;
    const char *name = name_detector(model, &choices);
    bool asked = s->everybody || (s->people && model->people_max > 1);
    bool chosen = s->detector || choices;
    if (model->card->several && s->detector)
        return st_fail(err, STANCE_EINVAL,
                       "--detector %s: %s finds several people by itself; expected a "
                       "network for one",
                       s->detector, model->card->name);
    if (model->card->several || (!asked && !name && !choices))
        return 0;
    if (!name && !choices)
        choices = st_model_detectors;
    if (model->engine == &st_engine_replay)
        return st_fail(err, STANCE_EINVAL,
                       "--people, --detector: %s finds one person, and another network "
                       "those to look "
                       "at: a recording is that of one network",
                       model->card->name);
    model->detector_settings = *s;
    model->detector_settings.model = (char *)(uintptr_t)name;
    model->detector_settings.card = model->detector_settings.people = NULL;
    model->detector_settings.everybody = false;
    model->detector_settings.input_size = model->detector_settings.record =
        model->detector_settings.detector = NULL;
    model->detector_settings.min_score = NAN;
    int rc = plan_model(&model->detector, &model->detector_settings, choices, true,
                        model->lack, err);
    if (rc < 0)
        return fail_detector(model, err);
    if (!model->detector->decoder->boxes)
        return st_fail(
            err, STANCE_EINVAL,
            "--detector %s: expected a network that finds boxes of people, such "
            "as %s",
            model->detector->card->name, st_model_detectors[0]);
    model->info.several = asked || chosen;
    model->info.detector = model->detector->info.name;
    return 0;
}

/* Looks that do not wait for one another can go side by side: several people of one
 * frame, or several frames (runner_frames.c). */
static int most_streams(const stance_model *model)
{
    const stance_model_settings *s = model->settings;
    bool several_people = model->detector && model->people_max > 1;
    if (!(model->ahead || several_people) || s->record) /* records have one order */
        return 1;
    return s->streams > 0 ? (int)s->streams : ST_MOST_SLOTS;
}

static int open_engine(stance_model *model, stance_error *err)
{
    const stance_model_settings *s = model->settings;
    model->ahead = !model->detects && !model->detector;
    int streams = most_streams(model);
    int threads = s->threads > 0 ? (int)s->threads : default_threads(streams > 1);
    if (s->streams == 0 && streams > threads)
        streams = threads;
    char *cache = s->cache ? st_user_folder_path(ST_USER_CACHE) : NULL;
    char *folder = cache ? st_path_join(cache, "compiled") : NULL;
    st_engine_request_settings request = {
        .model_path = model->found.path,
        .weights_path = model->found.weights_path,
        .device = s->device,
        .cache_dir = folder,
        .model_hash = model->found.sha256[0] ? model->found.sha256 : NULL,
        .weights_hash = model->found.weights_sha256,
        .replay_path = s->replay,
        .threads = threads,
        .streams = streams,
        .fewer = s->streams == 0 && streams > 1,
        .width = model->input.width,
        .height = model->input.height,
        .resize = s->input_size != NULL,
    };
    int rc = model->engine->open(&model->net, &request, err);
    model->n_slots = rc == 0 ? model->engine->streams(model->net) : 0;
    st_free(folder);
    st_free(cache);
    return rc;
}

static const stance_skeleton *find_skeleton(const char *name)
{
    return strcmp(name, st_skeleton_box.name) == 0 ? &st_skeleton_box
                                                   : stance_skeleton_find(name);
}

/* Points of the card are the skeleton's, in the outputs' order. */
static int name_points(stance_model *model, stance_error *err)
{
    const st_card *card = model->card;
    const stance_skeleton *skeleton = model->info.skeleton;
    for (size_t i = 0; i < card->n_points; i++)
        if (stance_skeleton_point(skeleton, card->points[i]) < 0)
            return st_fail(err, STANCE_EMODEL,
                           "%s: points: expected names of %s, found '%s'", card->path,
                           skeleton->name, card->points[i]);
    return 0;
}

/* What the decoder fills: the card's points or the skeleton's, and its own extra ones. */
static int make_points(stance_model *model, stance_error *err)
{
    const st_card *card = model->card;
    const stance_skeleton *skeleton = model->info.skeleton;
    const st_decoder_class *decoder = model->decoder;
    size_t n = card->n_points > 0 ? card->n_points : skeleton->n_keypoints;
    model->about = (st_decode_about){skeleton, model->input.width, model->input.height};
    int rc = name_points(model, err);
    if (rc < 0 || (card->n_points == 0 && decoder->n_extra == 0))
        return rc;
    if (n + decoder->n_extra > ST_MAX_CARD_POINTS)
        return st_fail(err, STANCE_EMODEL, "%s: points: expected at most %zu, found %zu",
                       card->path, ST_MAX_CARD_POINTS - decoder->n_extra, n);
    for (size_t i = 0; i < n; i++)
        model->own_names[i] = card->n_points > 0 ? card->points[i] : skeleton->names[i];
    for (size_t i = 0; i < decoder->n_extra; i++)
        model->own_names[n + i] = decoder->extra[i];
    model->own = (stance_skeleton){.name = skeleton->name,
                                   .n_keypoints = n + decoder->n_extra,
                                   .names = model->own_names};
    model->about.skeleton = &model->own;
    return 0;
}

static int plan_parts(stance_model *model, stance_error *err)
{
    const stance_model_settings *s = model->settings;
    model->engine = st_engine_find(s->engine ? s->engine : "");
    if (!model->engine)
        return st_fail(err, STANCE_EINVAL,
                       "--engine: expected openvino or replay, found '%s'", s->engine);
    int rc = st_model_find(&model->found, s, model->choices, model->lack, err);
    if (rc < 0)
        return rc;
    const st_card *card = model->card = model->found.card;
    rc = st_model_choose_size(model, err);
    if (rc < 0)
        return rc;
    model->decoder = st_decoder_find(card->decoder);
    model->info = (stance_model_info){
        .name = card->name,
        .skeleton = find_skeleton(card->skeleton),
        .several = card->several,
        .input_width = model->input.width,
        .input_height = model->input.height,
        .engine = model->engine->name,
        .file = model->found.path ? model->found.path : s->replay,
    };
    if (!model->decoder || !model->info.skeleton)
        return st_fail(err, STANCE_EMODEL, "%s: expected a known %s, found '%s'",
                       card->path, model->decoder ? "skeleton" : "decoder",
                       model->decoder ? card->skeleton : card->decoder);
    if (model->decoder->boxes != (model->info.skeleton == &st_skeleton_box))
        return st_fail(err, STANCE_EMODEL, "%s: decoder '%s' expects %s skeleton '%s'",
                       card->path, card->decoder,
                       model->decoder->boxes ? "the" : "another one than the",
                       st_skeleton_box.name);
    rc = make_points(model, err);
    if (rc < 0)
        return rc;
    model->min_score = isnan(s->min_score) ? model->decoder->min_score : s->min_score;
    rc = read_people(model, err);
    if (rc == 0)
        rc = plan_detector(model, err);
    if (rc == 0)
        choose_form(model);
    return rc;
}

/* The detector's first, as it was planned first. */
static int open_nets(stance_model *model, stance_error *err)
{
    int rc = model->detector ? open_nets(model->detector, err) : 0;
    if (rc < 0)
        return fail_detector(model, err);
    rc = open_engine(model, err);
    if (rc == 0)
        rc = st_model_check_input(model, err);
    if (rc == 0)
        rc = st_model_check_outputs(model, err);
    if (rc == 0)
        model->info.device = model->engine->device(model->net);
    return rc;
}

static int plan_model(stance_model **out, const stance_model_settings *settings,
                      const char *const *choices, bool detects, stance_lack *lack,
                      stance_error *err)
{
    *out = NULL;
    stance_model *model = st_alloc(sizeof(*model));
    if (!model)
        return st_fail_memory(err);
    model->settings = settings;
    model->detects = detects;
    model->lack = lack;
    if (!detects && settings->model && !settings->card)
        model->alias = stance_model_alias_find(settings->model);
    model->choices = model->alias ? model->alias->models : choices;
    int rc = plan_parts(model, err);
    if (rc < 0)
        stance_model_close(&model);
    *out = model;
    return rc;
}

int stance_model_open(stance_model **model, const stance_model_settings *settings,
                      stance_error *err)
{
    int rc = plan_model(model, settings, NULL, false, NULL, err);
    if (rc == 0)
        rc = open_nets(*model, err);
    if (rc < 0)
        stance_model_close(model);
    return rc;
}

int st_model_plan(stance_model **model, const stance_model_settings *settings,
                  stance_lack *lack, stance_error *err)
{
    *lack = (stance_lack){0};
    int rc = plan_model(model, settings, NULL, false, lack, err);
    const st_engine_class *engine = rc == 0 ? (*model)->engine : NULL;
    if (engine && engine->check)
        rc = engine->check(settings->device, err);
    if (rc < 0)
        stance_model_close(model);
    return rc;
}

void stance_model_close(stance_model **out)
{
    stance_model *model = *out;
    *out = NULL;
    if (!model)
        return;
    stance_model_close(&model->detector);
    if (model->net)
        model->engine->close(model->net);
    st_model_found_clear(&model->found);
    st_free(model);
}

const stance_model_info *stance_model_get_info(const stance_model *model)
{
    return &model->info;
}

bool st_model_is_truth(const stance_model_settings *settings)
{
    return settings->model && strcmp(settings->model, STANCE_MODEL_TRUTH) == 0;
}

bool st_model_single(const stance_model *model)
{
    return model->single;
}
