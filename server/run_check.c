/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line of a child, read as the child would read it, and held against what is
 * on this machine.
 */
#include "run_check.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "child.h"
#include "child_says.h"
#include "job_work.h"
#include "pictures.h"
#include "run_options.h"

enum { MEGA = 1000000, REMEMBERED = 32, MINUTE_US = 60 * MEGA, DEVICE_S = 30 };

static const char ANYWHERE[] = "CPU"; /* the device that is always there */

/* A question whose answer was yes. */
typedef struct good {
    char *question; /* NULL: none */
    int64_t until_us;
} good;

struct run_checks {
    const serve_settings *settings;
    pthread_mutex_t lock; /* guards what follows */
    good known[REMEMBERED];
    size_t next;
};

run_checks *run_checks_new(const serve_settings *settings)
{
    run_checks *c = must_alloc(1, sizeof(*c));
    *c = (run_checks){.settings = settings};
    pthread_mutex_init(&c->lock, NULL);
    return c;
}

void run_checks_free(run_checks **out)
{
    run_checks *c = *out;
    *out = NULL;
    if (!c)
        return;
    for (size_t i = 0; i < REMEMBERED; i++)
        free(c->known[i].question);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

/* ---- what was found good ---- */

static bool is_known(run_checks *c, const char *question)
{
    bool found = false;
    pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < REMEMBERED && !found; i++)
        found = c->known[i].question && c->known[i].until_us > steady_us() &&
                strcmp(c->known[i].question, question) == 0;
    pthread_mutex_unlock(&c->lock);
    return found;
}

static void remember(run_checks *c, const char *question)
{
    pthread_mutex_lock(&c->lock);
    good *g = &c->known[c->next++ % REMEMBERED];
    free(g->question);
    *g = (good){must_copy(question), steady_us() + MINUTE_US};
    pthread_mutex_unlock(&c->lock);
}

/* ---- asking ---- */

static bool is_picture(const char *input)
{
    return input && stance_input_guess(input) == STANCE_INPUT_PICTURE;
}

/* What drives a device is loaded to find out whether it is there, and is no part of a
 * server: a child looks. */
static int check_device(const run_checks *c, const char *device, stance_error *err)
{
    const child_limits limits = {.memory_bytes = c->settings->max_memory_mb * MEGA,
                                 .wall_s = DEVICE_S};
    const char *const argv[] = {"devices", "--has", device, "--log-format=json", NULL};
    const char *why;
    child one;
    char *line;
    int rc = child_start(&one, argv, &limits, CHILD_TRUSTED, err);
    if (rc < 0)
        return rc;
    fail(err, STANCE_EENGINE, "device %s: whether it is there cannot be found out",
         device);
    while ((line = child_line(&one, NULL, NULL)) != NULL) {
        child_says says = child_says_read(line);
        if (says.error[0])
            fail(err, STANCE_EENGINE, "%s", says.error);
        free(line);
    }
    return child_end(&one, &why) == 0 ? 0 : STANCE_EENGINE;
}

static int check_settings(const run_settings *s, const char *input, stance_lack *lack,
                          stance_error *err)
{
    stance_output outputs[2];
    size_t n = 0;
    if (s->own.output && !is_picture(input))
        outputs[n++] = (stance_output){stance_sink_find("video"), s->own.output};
    if (s->own.screenshots)
        outputs[n++] =
            (stance_output){stance_sink_find("screenshots"), s->own.screenshots};
    return stance_run_check(&s->library, input, outputs, n, lack, err);
}

/* How to get what is lacking: by this API, where that is allowed. */
static int explain(const run_checks *c, const stance_lack *lack, stance_error *err)
{
    const stance_error said = *err;
    if (!lack->fetchable)
        return fail(err, STANCE_EMODEL, "%s", said.message);
    if (c->settings->fetch)
        return fail(err, STANCE_EMODEL,
                    "%s; POST /api/models/%s/fetch downloads it, then ask again",
                    said.message, lack->model);
    return fail(err, STANCE_EMODEL,
                "%s, and this server downloads none (--no-fetch): whoever runs it can, "
                "by 'stance models fetch %s'",
                said.message, lack->model);
}

/* @param a cleared @param hidden of `input`: not for the client to see; NULL: all is */
static int check(const run_checks *c, arguments *a, const char *input, const char *hidden,
                 stance_error *err)
{
    run_settings s;
    stance_lack lack = {0};
    bool help;
    const char *const *argv = arguments_end(a);
    int rc = run_settings_read(&s, (int)a->list.n, (char **)(uintptr_t)argv, &help, err);
    if (rc == 0 && strcmp(s.library.model.device, ANYWHERE) != 0) {
        rc = check_device(c, s.library.model.device, err);
        if (rc == 0)
            rc = stance_options_set(run_groups(), &s, "device", ANYWHERE, err);
    }
    if (rc == 0)
        rc = check_settings(&s, input, &lack, err);
    run_settings_clear(&s);
    arguments_clear(a);
    if (rc == 0)
        return 0;
    if (hidden) {
        char *words = child_hide(must_copy(err->message), hidden);
        fail(err, rc, "%s", words);
        free(words);
    }
    if (*lack.model)
        return explain(c, &lack, err);
    if (rc != STANCE_ENOMEM) /* an unknown network or device is the request's mistake */
        err->code = STANCE_EINVAL;
    return err->code;
}

static const char *kind_of(const char *input)
{
    return !input ? "unknown" : is_picture(input) ? "picture" : "video";
}

int run_check_job(run_checks *c, const char *options, const char *input,
                  stance_error *err)
{
    char *question = must_format("job %s\n%s", kind_of(input), options);
    int rc = 0;
    if (!is_known(c, question)) {
        const job_work work = {.settings = c->settings,
                               .input = input ? input : "upload",
                               .name = "upload",
                               .folder = ".",
                               .options = options,
                               .picture = is_picture(input),
                               .drawn = c->settings->store != SERVE_STORE_KEYPOINTS};
        arguments a = job_work_arguments(&work);
        rc = check(c, &a, input, input, err);
        if (rc == 0)
            remember(c, question);
    }
    free(question);
    return rc;
}

int run_check_picture(run_checks *c, const char *options, const char *input,
                      stance_error *err)
{
    char *question = must_format("pose %s\n%s", kind_of(input), options);
    int rc = 0;
    if (!is_known(c, question)) {
        arguments a = pictures_arguments(c->settings, options);
        rc = check(c, &a, input, input, err);
        if (rc == 0)
            remember(c, question);
    }
    free(question);
    return rc;
}

/* Streams are few: nothing is remembered. */
int run_check_stream(run_checks *c, const char *options, const stream_source *source,
                     bool drawn, stance_error *err)
{
    const char *into = drawn ? "live.mjpeg" : NULL;
    arguments a = stream_arguments(c->settings, source, into, options);
    return check(c, &a, source->address ? source->address : "-", source->address, err);
}
