/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `stance worker`: what `stance serve` keeps running for single pictures, so that the
 * network is not opened for each of them. Not a command for people.
 *
 * A line on standard input is a picture: INPUT, a tab, the file for joints, a tab, the
 * file for the annotated picture, or nothing. For each a line of JSON on standard error
 * says what came of it. The end of standard input is its end. All of these lie in the
 * folder that --output names, and no other can be opened.
 */
#define _XOPEN_SOURCE 700 /* getline */

#include <stdlib.h>
#include <string.h>

#include "run_fence.h"
#include "tools.h"

typedef struct worker {
    const stance_settings *settings;
    stance_run *run;
} worker;

/* @param line taken apart */
static int look_at(worker *w, char *line, stance_error *err)
{
    char *json = strchr(line, '\t'), *drawn = json ? strchr(json + 1, '\t') : NULL;
    stance_output outputs[2] = {{stance_sink_find("json"), json ? json + 1 : NULL},
                                {stance_sink_find("picture"), drawn ? drawn + 1 : NULL}};
    const char *input = line;
    if (!drawn)
        return fail(err, STANCE_EINVAL, "expected INPUT, JSON and PICTURE, tabs between");
    *json = *drawn = '\0';
    int rc = w->run ? 0 : stance_run_open(&w->run, w->settings, err);
    if (rc == 0)
        rc = stance_run_input(w->run, &input, 1, outputs, *(drawn + 1) ? 2 : 1, NULL,
                              NULL, err);
    return rc;
}

static void tell(int rc, const stance_error *err)
{
    json_text j = {0};
    json_open(&j, NULL, '{');
    json_open(&j, "done", '{');
    json_int(&j, "exit", stance_status_exit(rc));
    json_string(&j, "error", rc == 0 || rc == STANCE_ELOST ? NULL : err->message);
    json_close(&j, '{');
    json_close(&j, '{');
    text_add(&j.text, "\n");
    say_raw(j.text.data);
    free(j.text.data);
}

/* Before there are threads. */
static void fence_worker(const run_settings *s)
{
    fence f = {0};
    run_prepare(s, &s->library);
    run_fence_networks(&f, s);
    if (s->own.output)
        strings_add(&f.write, s->own.output);
    run_fence_in(&f);
    fence_clear(&f);
}

static int work(const run_settings *s)
{
    worker w = {.settings = &s->library};
    char *line = NULL;
    size_t size = 0;
    ssize_t n;
    fence_worker(s);
    while ((n = getline(&line, &size, stdin)) > 0) {
        stance_error err = {0};
        if (line[n - 1] == '\n')
            line[n - 1] = '\0';
        int rc = look_at(&w, line, &err);
        tell(rc, &err);
    }
    free(line);
    stance_run_close(&w.run);
    return 0;
}

int cmd_worker(int argc, char **argv)
{
    run_settings s;
    stance_error err;
    bool help;
    int rc = run_settings_read(&s, argc, argv, &help, &err);
    say_set(&s.own.say);
    s.library.model.streams = 1; /* all threads are for the one picture */
    int status = rc < 0 ? say_error("worker", &err) : work(&s);
    run_settings_clear(&s);
    return status;
}
