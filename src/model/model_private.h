/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_MODEL_PRIVATE_H
#define ST_MODEL_PRIVATE_H

#include "base/limits.h"
#include "decode/decode.h"
#include "engine/engine.h"
#include "model/model_find.h"

enum { ST_MOST_SLOTS = 8 };

/* An open model; written by model.c while it opens, then only read. */
struct stance_model {
    const stance_model_settings *settings; /* the caller's, or the detector's */
    const stance_model_alias *alias;       /* NULL: a network was named */
    const char *const *choices; /* networks to choose from; NULL: one was named */
    st_model_found found;
    const st_card *card;
    const st_engine_class *engine;
    st_net *net;
    const st_decoder_class *decoder;
    st_decode_about about; /* what the decoder is told */
    stance_skeleton own;   /* the outputs' own points, where they are others */
    const char *own_names[ST_MAX_CARD_POINTS];
    st_sample_spec input; /* the card's, with the network's own type */
    stance_lack *lack;    /* it is not to be opened, only said what is lacking; NULL */
    bool detects;         /* finds people for another network */
    bool ahead;           /* a frame can be begun before the one before is ended */
    size_t n_slots;       /* looks that may be on their way at once */
    size_t n_outputs;
    size_t
        outputs[ST_MAX_TENSORS]; /* the engine's number of each of the card's outputs */
    bool open_outputs;           /* some have a size that only a run tells */
    stance_model_info info;
    stance_model *detector; /* NULL: none */
    stance_model_settings detector_settings;
    bool single; /* results are in the single form */
    size_t people_max;
    double min_score; /* pose score from which somebody is there */
};

/** What finds people where nobody says; as stance_model_alias.detectors. */
extern const char *const *const st_model_detectors;

/** The input's size: the card's, or that of --input-size. */
int st_model_choose_size(stance_model *model, stance_error *err);

/** Hold the network's input and outputs against the card. STANCE_EMODEL */
int st_model_check_input(stance_model *model, stance_error *err);
int st_model_check_outputs(stance_model *model, stance_error *err);

/** Fill a decoder's view of one output; `data` is left to the caller. What has a size
 * that only a run tells has n = 0 until then. */
void st_model_describe_output(const st_tensor_info *info, st_output *output);

#endif
