/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run: the settings and the model that all its inputs share.
 *
 * The model is opened on a thread of its own, so that the first input is opened
 * meanwhile: both take some tenths of a second. Whoever first needs the model waits for
 * that thread. Inputs go one after the other through pipeline.c.
 */
#include <pthread.h>
#include <stdatomic.h>

#include "base/memory.h"
#include "base/status.h"
#include "model/model.h"
#include "people.h"
#include "pipeline.h"

struct stance_run {
    const stance_settings *settings;
    stance_model_settings model_settings; /* borrows the strings of the others */
    pthread_t opener;
    bool truth;   /* no model: poses are the source's own truth */
    bool opening; /* the opener thread was started and not yet joined */
    /* Written by the opener, read only after it was joined. */
    stance_model *model;
    int model_rc;
    stance_error model_err;
    stance_runner *runner;   /* opened with the first input */
    st_opening *next;        /* the next input, opened while the one before it runs */
    st_source_request after; /* what comes after the input that runs next */
    bool has_after;
    atomic_bool stop, pause, halt;
    void (*on_progress)(void *user, const stance_progress *progress);
    void *progress_user;
};

static void *open_model(void *arg)
{
    stance_run *run = arg;
    run->model_rc = stance_model_open(&run->model, &run->model_settings, &run->model_err);
    return NULL;
}

int stance_run_open(stance_run **out, const stance_settings *settings, stance_error *err)
{
    *out = NULL;
    stance_run *run = st_alloc(sizeof(*run));
    if (!run)
        return st_fail_memory(err);
    run->settings = settings;
    run->model_settings = settings->model;
    run->model_settings.everybody = st_people_chooses(settings);
    run->truth = st_model_is_truth(&settings->model);
    if (run->truth) /* there is nothing to open */
        goto out;
    if (settings->flow.threads == 1)
        open_model(run);
    else if (pthread_create(&run->opener, NULL, open_model, run) == 0)
        run->opening = true;
    else
        open_model(run); /* no thread to be had: slower, not wrong */
out:
    *out = run;
    return 0;
}

stance_model *stance_run_model(stance_run *run, stance_error *err)
{
    if (run->opening) {
        pthread_join(run->opener, NULL);
        run->opening = false;
    }
    if (!run->model && !run->truth && err)
        *err = run->model_err;
    return run->model;
}

static int get_runner(void *user, stance_model **model, stance_runner **runner,
                      stance_error *err)
{
    stance_run *run = user;
    *runner = NULL;
    *model = stance_run_model(run, err);
    if (run->truth)
        return 0;
    if (!*model)
        return run->model_rc;
    if (!run->runner) {
        int rc = stance_runner_open(&run->runner, *model, err);
        if (rc < 0)
            return rc;
        st_model_say_choice(*model); /* not before: the input may have been wrong */
    }
    stance_runner_reset(run->runner);
    *runner = run->runner;
    return 0;
}

void stance_run_on_progress(stance_run *run,
                            void (*fn)(void *user, const stance_progress *progress),
                            void *user)
{
    run->on_progress = fn;
    run->progress_user = user;
}

static st_pipeline_request make_request(stance_run *run, const char *const *inputs,
                                        size_t n_inputs, const stance_output *outputs,
                                        size_t n_outputs)
{
    return (st_pipeline_request){
        .settings = run->settings,
        .inputs = inputs,
        .n_inputs = n_inputs,
        .outputs = outputs,
        .n_outputs = n_outputs,
        .get_runner = get_runner,
        .user = run,
        .on_progress = run->on_progress,
        .progress_user = run->progress_user,
        .halt = &run->halt,
        .stop = &run->stop,
        .pause = &run->pause,
    };
}

int stance_run_input(stance_run *run, const char *const *inputs, size_t n_inputs,
                     const stance_output *outputs, size_t n_outputs,
                     stance_summary *summary, stance_stats *stats, stance_error *err)
{
    stance_summary own_summary;
    stance_stats own_stats;
    if (n_inputs == 0)
        return st_fail(err, STANCE_EINVAL, "expected an input, found none");
    if (atomic_load(&run->halt)) /* which broke off what was opened meanwhile as well */
        st_opening_close(&run->next);
    atomic_store(&run->halt, false);
    if (atomic_load(
            &run->stop)) /* stop sets stop first, then halt: neither order loses it */
        atomic_store(&run->halt, true);
    st_pipeline_request request = make_request(run, inputs, n_inputs, outputs, n_outputs);
    st_opening *this_one = run->next;
    request.opened = &this_one;
    run->next = run->has_after ? st_opening_begin(&run->after) : NULL;
    run->has_after = false;
    int rc = st_pipeline_run(&request, summary ? summary : &own_summary,
                             stats ? stats : &own_stats, err);
    st_opening_close(&this_one);
    return rc;
}

void stance_run_next(stance_run *run, const char *const *inputs, size_t n_inputs,
                     const stance_output *outputs, size_t n_outputs)
{
    st_pipeline_request request = make_request(run, inputs, n_inputs, outputs, n_outputs);
    run->after = st_pipeline_source(&request);
    run->has_after = n_inputs > 0 && run->settings->flow.threads != 1 &&
                     !st_people_looks_first(run->settings);
}

void stance_run_stop(stance_run *run)
{
    atomic_store(&run->stop, true);
    atomic_store(&run->halt, true);
}

void stance_run_pause(stance_run *run, bool pause)
{
    atomic_store(&run->pause, pause);
}

void stance_run_close(stance_run **run)
{
    if (!*run)
        return;
    stance_run_model(*run, NULL); /* waits for the opener */
    st_opening_close(&(*run)->next);
    stance_runner_close(&(*run)->runner);
    stance_model_close(&(*run)->model);
    st_free(*run);
    *run = NULL;
}
