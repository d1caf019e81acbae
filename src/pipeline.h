/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_PIPELINE_H
#define ST_PIPELINE_H

#include <stdatomic.h>

#include "opening.h"
#include "stance/run.h"

/** What one input's way through the stages needs. All borrowed. */
typedef struct st_pipeline_request {
    const stance_settings *settings;
    const char *const *inputs;
    size_t n_inputs;
    const stance_output *outputs;
    size_t n_outputs;
    /** Wait for the model and hand out the run's runner. */
    int (*get_runner)(void *user, stance_model **model, stance_runner **runner,
                      stance_error *err);
    void (*on_progress)(void *user, const stance_progress *progress); /**< may be NULL */
    void *user, *progress_user;
    st_opening **opened; /**< ahead of its turn; NULL in it: it was not. Taken */
    atomic_bool *halt; /**< set by whoever wants this input to end, the stages included */
    const atomic_bool *stop;  /**< the user asked for the end */
    const atomic_bool *pause; /**< hold before the next frame */
} st_pipeline_request;

/** How its source is opened. */
st_source_request st_pipeline_source(const st_pipeline_request *request);

/** What run_check.c refuses before anything is opened, too. STANCE_EINVAL
 * @param as_model the truth was asked for in place of a network */
int st_pipeline_no_truth(const char *input, bool as_model, stance_error *err);
/** --fast with a clip that is no picture: whether the network is one for it. */
int st_pipeline_check_fast(const stance_stream *stream, const stance_model_info *info,
                           stance_error *err);

/** See stance_run_input(). */
int st_pipeline_run(const st_pipeline_request *request, stance_summary *summary,
                    stance_stats *stats, stance_error *err);

#endif
