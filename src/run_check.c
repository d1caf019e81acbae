/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a run would refuse, said without running: for those who hand out work that is done
 * later, by somebody else.
 *
 * Nothing is decided here. Each stage is asked what it would ask itself when it opens, so
 * that the words are the same. What only the input's own pictures tell (a region outside
 * of them, a length) is left to the run.
 */
#include "base/status.h"
#include "model/model.h"
#include "people.h"
#include "pipeline.h"
#include "sink/sink.h"
#include "source/source.h"
#include "stance/run.h"

/* The network, and what depends on it. */
static int check_model(const stance_settings *settings, const stance_stream *stream,
                       stance_lack *lack, stance_error *err)
{
    stance_model_settings own = settings->model;
    stance_model *model;
    own.everybody = st_people_chooses(settings);
    int rc = st_model_plan(&model, &own, lack, err);
    if (rc == 0 && settings->flow.fast && stream && !stream->stills)
        rc = st_pipeline_check_fast(stream, stance_model_get_info(model), err);
    stance_model_close(&model);
    return rc;
}

static int check_tracker(const stance_settings *settings, stance_error *err)
{
    stance_tracker *tracker = NULL;
    int rc = settings->track.tracker == STANCE_TRACKER_OFF
                 ? 0
                 : stance_tracker_open(&tracker, &settings->track, err);
    stance_tracker_close(&tracker);
    return rc;
}

int stance_run_check(const stance_settings *settings, const char *input,
                     const stance_output *outputs, size_t n_outputs, stance_lack *lack,
                     stance_error *err)
{
    stance_input_kind kind = input ? stance_input_guess(input) : STANCE_INPUT_VIDEO;
    const stance_stream about = {
        .source = input,
        .width = 1, /* it is going to be known */
        .height = 1,
        .live = kind == STANCE_INPUT_LIVE || settings->source.live == STANCE_LIVE_YES,
        .stills = kind == STANCE_INPUT_PICTURE,
    };
    const stance_stream *stream = input ? &about : NULL;
    bool truth = st_model_is_truth(&settings->model);
    *lack = (stance_lack){0};
    int rc = st_source_check(&settings->source, err);
    if (rc == 0)
        rc = st_people_check(settings, stream, err);
    if (rc == 0)
        rc = check_tracker(settings, err);
    for (size_t i = 0; i < n_outputs && rc == 0; i++)
        if (outputs[i].sink->check)
            rc = outputs[i].sink->check(outputs[i].target, settings, stream, err);
    if (rc == 0 && truth && input && !stance_input_is_drawn(input))
        rc = st_pipeline_no_truth(input, true, err);
    return rc < 0 || truth ? rc : check_model(settings, stream, lack, err);
}
