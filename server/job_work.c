/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A child that runs `stance run` on an upload, and what it says while it does.
 */
#include "job_work.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "child_says.h"
#include "job_events.h"

#define EVENTS_FILE "result.events.json"
#define UNSTORED_FILE "unstored" /* is there until its events are in the database */

enum { MEGA = 1000000, LOOK_US = 3000000 };

void job_watch_init(job_watch *watch)
{
    atomic_store(&watch->cancel, false);
    atomic_store(&watch->frames, 0);
    atomic_store(&watch->n_frames, -1);
    atomic_store(&watch->fps, 0);
}

/* ---- arguments ---- */

static void add_file(arguments *a, const job_work *w, const char *name)
{
    arguments_add(a, must_format("%s/%s", w->folder, name));
}

/* Pictures have no time, and nothing happens in them; who is not followed does nothing
 * that could be told of them. */
static bool has_report(const job_work *w)
{
    return arguments_sets(w->options, "analyse") && !w->picture &&
           !strstr(w->options, "analyse=none\n") && !strstr(w->options, "tracker=off\n");
}

/* Without a database events are for who asked for analyses. */
static bool has_events(const job_work *w)
{
    return (w->settings->events && !w->picture) || has_report(w);
}

/* Before there are events: whoever is killed from here on finds it afterwards. */
static void note_unstored(const job_work *w)
{
    if (!w->settings->events || !has_events(w))
        return;
    char *path = must_format("%s/" UNSTORED_FILE, w->folder);
    FILE *file = fopen(path, "w");
    if (file)
        fclose(file);
    free(path);
}

arguments job_work_arguments(const job_work *w)
{
    arguments a = {0};
    const serve_settings *s = w->settings;
    arguments_add(&a, must_copy("run"));
    arguments_add(&a, must_format("--input=%s", w->input));
    arguments_add(&a, must_copy("--json"));
    add_file(&a, w, "result.json");
    if (w->drawn) {
        arguments_add(&a, must_copy("--output"));
        add_file(&a, w, w->picture ? "result.jpg" : "result.mp4");
    }
    if (arguments_sets(w->options, "every-s")) {
        arguments_add(&a, must_copy("--screenshots"));
        add_file(&a, w, "screenshots");
        arguments_add(&a, must_copy("--screenshot-format=jpg"));
    }
    if (has_events(w)) {
        arguments_add(&a, must_copy("--events-json"));
        add_file(&a, w, EVENTS_FILE);
    }
    if (has_report(w)) {
        arguments_add(&a, must_copy("--report"));
        add_file(&a, w, REPORT_FILE);
    }
    arguments_add(&a, must_format("--max-megapixels=%lld", (long long)s->max_megapixels));
    arguments_add(&a, must_format("--max-duration=%lld", (long long)s->max_duration_s));
    arguments_add(&a, must_format("--name=%s", *w->name ? w->name : "upload"));
    arguments_add(&a, must_copy("--untrusted"));
    arguments_add(&a, must_copy("--offline"));
    arguments_add(&a, must_copy("--log-format=json"));
    arguments_add(&a, must_copy("--progress=json"));
    arguments_add_options(&a, w->options, w->settings);
    if (has_report(w) && !w->drawn) /* the last one counts: no picture in the report */
        arguments_add(&a, must_copy("--background=black"));
    return a;
}

static arguments convert_arguments(const job_work *w)
{
    arguments a = {0};
    arguments_add(&a, must_copy("convert"));
    add_file(&a, w, "result.json");
    arguments_add(&a, must_copy("--output"));
    add_file(&a, w, "result.csv");
    arguments_add(&a, must_copy("--log-format=json"));
    return a;
}

/* ---- a child at work ---- */

typedef struct ear {
    const job_work *work;
    job_watch *watch;
    char *error; /* what it said last that went wrong */
    int64_t looked_us;
    bool full;
} ear;

/* What all jobs have, as this one adds to it, is not looked at too often: they may be
 * many. */
static bool is_full(ear *e)
{
    if (!e->full && steady_us() - e->looked_us > LOOK_US) {
        e->looked_us = steady_us();
        e->full = room_left(e->work->room) <= 0;
    }
    return e->full;
}

static bool is_over(void *user)
{
    ear *e = user;
    return (e->watch && atomic_load(&e->watch->cancel)) || is_full(e);
}

static void hear(ear *e, const char *line)
{
    child_says says = child_says_read(line);
    if (says.progress && e->watch) {
        atomic_store(&e->watch->frames, says.frames);
        atomic_store(&e->watch->n_frames, says.n_frames);
        atomic_store(&e->watch->fps, says.fps);
    }
    if (says.error[0]) {
        free(e->error);
        e->error = must_copy(says.error);
    }
}

static int run_child(const job_work *w, arguments a, char **error)
{
    const serve_settings *s = w->settings;
    const int64_t most = s->max_disk_mb * MEGA, left = room_left(w->room);
    const child_limits limits = {.cpu_s = sysconf(_SC_NPROCESSORS_ONLN) * s->max_seconds,
                                 .memory_bytes = s->max_memory_mb * MEGA,
                                 .file_bytes = most < left ? most : left,
                                 .wall_s = s->max_seconds};
    ear e = {.work = w, .watch = w->watch};
    const char *why = NULL;
    stance_error err;
    child c;
    char *line;
    int status = -1;
    if (child_start(&c, arguments_end(&a), &limits, 0, &err) < 0) {
        e.error = must_copy(err.message);
    } else {
        while ((line = child_line(&c, is_over, &e)) != NULL) {
            hear(&e, line);
            free(line);
        }
        status = child_end(&c, &why);
    }
    if (e.full)
        why = "there is no room left for its results (--max-total)";
    if (!why && status == 5)
        why = "the file is damaged: some of its frames are missing";
    if (why || (status != 0 && !e.error)) {
        free(e.error);
        e.error = must_copy(why ? why : "it failed without a word");
    }
    e.error = child_hide(child_hide(e.error, w->input), w->folder);
    *error = e.error;
    arguments_clear(&a);
    return status;
}

int job_work_store_events(const job_work *w, int64_t began_us, int64_t ended_us,
                          bool *stored, stance_error *err)
{
    int rc = 0;
    char *path = must_format("%s/" EVENTS_FILE, w->folder);
    char *note = must_format("%s/" UNSTORED_FILE, w->folder);
    bool there = w->settings->events && access(note, F_OK) == 0;
    if (there)
        rc =
            job_events_store(w->settings->events, path, w->name, began_us, ended_us, err);
    if (rc != STANCE_AGAIN)
        remove(note);
    *stored = there && rc == 0;
    free(note);
    free(path);
    return rc;
}

/* Events come last: of a job that does not end well nothing is stored. */
int job_work_do(const job_work *w, char **error)
{
    int64_t began_us = wall_us();
    note_unstored(w);
    arguments run = job_work_arguments(w);
    arguments_add_cache(&run, w->picture ? "picture job" : "job", w->options);
    int status = run_child(w, run, error);
    if (w->csv && (status == 0 || status == 5)) {
        char *trouble;
        if (run_child(w, convert_arguments(w), &trouble) == 0) {
            free(trouble);
        } else {
            status = -1;
            free(*error);
            *error = trouble;
        }
    }
    stance_error err;
    bool stored;
    if ((status == 0 || status == 5) &&
        job_work_store_events(w, began_us, wall_us(), &stored, &err) != 0)
        say(STANCE_LOG_WARN, "serve", "events of a job are not stored%s: %s",
            err.code == STANCE_AGAIN ? " yet" : "", err.message);
    return status;
}
