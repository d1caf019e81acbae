/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `stance run`: inputs to jobs, jobs to outputs, one library run for all of them.
 *
 * The model is opened once, with the first job that needs it. Each job gets its verdict;
 * one that fails does not stop the others, but a model that cannot be had does, and so
 * does the user. The exit status is that of the first job that failed, or 130 when the
 * user broke off.
 */
#define _XOPEN_SOURCE 700 /* clock_gettime */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "elsewhere.h"
#include "formats.h"
#include "jobs.h"
#include "report.h"
#include "run_fence.h"
#include "stop.h"

typedef struct batch {
    const run_settings *settings;
    job_list jobs;
    stance_run *run; /* NULL until a job needs it */
    json_text stats; /* of --stats-json */
    const char *label;
    stance_settings library; /* those of the run; strings are borrowed */
    char *prefix;            /* "[2/5] " */
    int64_t began_us;
    int first_rc; /* of the first job that failed */
    size_t n_done, n_failed, n_left_out;
} batch;

static void on_progress(void *user, const stance_progress *progress)
{
    const batch *b = user;
    text line = {0};
    if (say_progress_is_json()) {
        progress_json(&line, b->label, progress);
        say_raw(line.data);
    } else {
        text_add(&line, b->prefix);
        progress_line(&line, b->label, progress, seconds_since(b->began_us));
        say_progress(line.data);
    }
    free(line.data);
}

/* ---- verdicts ---- */

static void say_verdict_json(const job *j, int rc, const char *message,
                             const stance_summary *summary, stance_log_level level)
{
    if (!say_wants(level))
        return;
    json_text v = {0};
    json_open(&v, NULL, '{');
    json_string(&v, "level",
                level == STANCE_LOG_ERROR  ? "error"
                : level == STANCE_LOG_WARN ? "warning"
                                           : "info");
    json_string(&v, "part", "run");
    json_string(&v, "message", message);
    json_string(&v, "input", j->label);
    json_int(&v, "exit", stance_status_exit(rc));
    json_int(&v, "frames", summary->frames_out);
    if (rc == 0 || rc == STANCE_ELOST || rc == STANCE_EINTERRUPTED) {
        json_string(&v, "output",
                    j->video             ? j->video
                    : j->pictures.n == 1 ? j->pictures.at[0]
                                         : NULL);
        json_string(&v, "json", j->json);
    }
    json_close(&v, '{');
    text_add(&v.text, "\n");
    say_raw(v.text.data);
    free(v.text.data);
}

static void say_verdict(const batch *b, const job *j, int rc,
                        const stance_summary *summary, const stance_stats *stats,
                        const stance_error *err)
{
    text words = {0}, outputs = {0};
    const stance_settings *library = &b->settings->library;
    bool kept = rc == 0 || rc == STANCE_ELOST || rc == STANCE_EINTERRUPTED;
    stance_log_level level = rc == 0 ? STANCE_LOG_INFO
                             : kept  ? STANCE_LOG_WARN
                                     : STANCE_LOG_ERROR;
    text_add(&words, b->prefix);
    if (kept) {
        text_addf(&words, "%s: %s", j->label,
                  rc == STANCE_EINTERRUPTED ? "interrupted after " : "");
        report_words(&words, j->kind == JOB_PICTURES ? "picture" : "frame", summary,
                     stats, library->follow.follow || library->watch.zones);
        if (rc != STANCE_EINTERRUPTED || summary->frames_out > 0)
            outputs_words(&outputs, j);
        if (outputs.n)
            text_addf(&words, "; written: %s", outputs.data);
    } else {
        text_addf(&words, "%s%s", *b->prefix ? "failed: " : "", err->message);
    }
    if (say_is_json())
        say_verdict_json(j, rc, words.data, summary, level);
    else
        say(level, "run", "%s", words.data);
    free(words.data);
    free(outputs.data);
}

static void say_stats(batch *b, const job *j, int rc, const stance_summary *summary,
                      const stance_stats *stats)
{
    const program_settings *own = &b->settings->own;
    if (own->stats_json)
        report_json(&b->stats, NULL, j->label, summary, stats, rc);
    if (!own->stats)
        return;
    text table = {0};
    if (say_is_json()) {
        json_text line = {0};
        json_open(&line, NULL, '{');
        json_string(&line, "level", "info");
        json_string(&line, "part", "stats");
        report_json(&line, "stats", j->label, summary, stats, rc);
        json_close(&line, '{');
        table = line.text;
        text_add(&table, "\n");
    } else {
        report_table(&table, j->label, summary, stats);
    }
    say_raw(table.data);
    free(table.data);
}

/* ---- one job ---- */

/* At most: annotated, joints, truth, events twice, report, plot, screenshots, window. */
enum { MOST_OUTPUTS = 9 };

static int add_output(stance_output *outputs, size_t *n, const char *sink,
                      const char *target, stance_error *err)
{
    const stance_sink_class *class = stance_sink_find(sink);
    if (!class)
        return fail(err, STANCE_EINVAL, "this build of stance has no output '%s'%s", sink,
                    strcmp(sink, "show") == 0 ? ": it was built without SDL2" : "");
    outputs[(*n)++] = (stance_output){class, target};
    return 0;
}

static int choose_outputs(const batch *b, const job *j, stance_output *outputs, size_t *n,
                          stance_error *err)
{
    int rc = 0;
    if (j->video)
        rc = add_output(outputs, n, "video", j->video, err);
    if (j->pictures.n)
        outputs[(*n)++] =
            (stance_output){&placed_pictures_sink, (const char *)(const void *)j};
    if (rc == 0 && j->json)
        rc = add_output(outputs, n, format_of(b->settings->own.format, j->json)->sink,
                        j->json, err);
    if (rc == 0 && j->truth)
        rc = add_output(outputs, n, "truth", j->truth, err);
    if (rc == 0 && b->settings->own.events)
        rc = add_output(outputs, n, "events", b->settings->own.events, err);
    if (rc == 0 && j->events_json)
        rc = add_output(outputs, n, "events-json", j->events_json, err);
    if (rc == 0 && j->report)
        rc = add_output(outputs, n, "report", j->report, err);
    if (rc == 0 && j->plot)
        rc = add_output(outputs, n, "plot", j->plot, err);
    if (rc == 0 && j->screenshots)
        rc = add_output(outputs, n, "screenshots", j->screenshots, err);
    if (rc == 0 && b->settings->own.show)
        rc = add_output(outputs, n, "show", j->label, err);
    return rc;
}

/* The job after this one may be opened meanwhile. */
static void say_next(const batch *b, size_t n)
{
    stance_output outputs[MOST_OUTPUTS];
    size_t n_outputs = 0;
    stance_error err;
    const job *j = n + 1 < b->jobs.n ? &b->jobs.at[n + 1] : NULL;
    if (j && j->err.code == 0 && j->kind == JOB_VIDEO &&
        !b->settings->own.skip_existing &&
        choose_outputs(b, j, outputs, &n_outputs, &err) == 0)
        stance_run_next(b->run, (const char *const *)j->inputs.at, j->inputs.n, outputs,
                        n_outputs);
}

/* Where only one picture at a time comes, all threads are for that one. */
static bool one_at_a_time(const batch *b)
{
    bool live = true;
    for (size_t i = 0; i < b->jobs.n; i++)
        live &= b->jobs.at[i].kind == JOB_LIVE;
    const job *first = &b->jobs.at[0];
    return live || b->library.source.live == STANCE_LIVE_YES ||
           (b->jobs.n == 1 && first->kind == JOB_PICTURES && first->inputs.n == 1);
}

static void choose_settings(batch *b)
{
    b->library = b->settings->library;
    if (b->jobs.n && b->library.model.streams == 0 && one_at_a_time(b))
        b->library.model.streams = 1;
}

static int open_run(batch *b, stance_error *err)
{
    if (b->run)
        return 0;
    int rc = stance_run_open(&b->run, &b->library, err);
    if (rc < 0)
        return rc;
    stance_run_on_progress(b->run, on_progress, b);
    stop_watch(b->run);
    return 0;
}

/* ---- on another machine ---- */

static bool is_stopped(void *user)
{
    (void)user;
    return stop_asked();
}

static int run_there(batch *b, const job *j, stance_summary *summary, stance_stats *stats,
                     stance_error *err)
{
    b->label = j->label;
    b->began_us = steady_us();
    const elsewhere where = {.settings = b->settings,
                             .on_progress = on_progress,
                             .is_stopped = is_stopped,
                             .user = b};
    int rc = elsewhere_run(&where, j, summary, err);
    stats->wall_us = steady_us() - b->began_us;
    say_progress("");
    return rc;
}

static int run_job(batch *b, size_t n, stance_summary *summary, stance_stats *stats,
                   stance_error *err)
{
    const job *j = &b->jobs.at[n];
    stance_output outputs[MOST_OUTPUTS];
    size_t n_outputs = 0;
    if (j->err.code < 0) {
        *err = j->err;
        return err->code;
    }
    int rc = choose_outputs(b, j, outputs, &n_outputs, err);
    if (rc == 0)
        rc = outputs_make_folders(j, err);
    if (rc == 0 && b->settings->own.server)
        return run_there(b, j, summary, stats, err);
    if (rc == 0)
        rc = open_run(b, err);
    if (rc < 0)
        return rc;
    say_next(b, n);
    b->label = j->label;
    b->began_us = steady_us();
    text opening = {0};
    text_addf(&opening, "%s%s: opening", b->prefix, j->label);
    say_progress(opening.data);
    free(opening.data);
    rc = stance_run_input(b->run, (const char *const *)j->inputs.at, j->inputs.n, outputs,
                          n_outputs, summary, stats, err);
    say_progress("");
    return rc;
}

/* True when no further job can succeed. */
static bool hopeless(const batch *b, int rc)
{
    bool model = rc == STANCE_EMODEL || rc == STANCE_EENGINE || rc == STANCE_ENOMEM;
    return model && b->run && !stance_run_model(b->run, NULL);
}

/* @return false: do not go on */
static bool do_job(batch *b, size_t n)
{
    job *j = &b->jobs.at[n];
    stance_summary summary = {0};
    stance_stats stats = {0};
    stance_error err = {0};
    free(b->prefix);
    b->prefix =
        b->jobs.n > 1 ? must_format("[%zu/%zu] ", n + 1, b->jobs.n) : must_copy("");
    if (b->settings->own.skip_existing && j->err.code == 0 &&
        outputs_exist(j, b->settings)) {
        b->n_left_out++;
        say(STANCE_LOG_INFO, "run", "%s%s: left out, its outputs are there", b->prefix,
            j->label);
        return true;
    }
    uint64_t before = outputs_mark(j);
    int rc = run_job(b, n, &summary, &stats, &err);
    if (say_progress_is_json() && (rc == 0 || rc == STANCE_ELOST))
        on_progress(b, &(stance_progress){.frames = summary.frames_out,
                                          .n_frames = summary.frames_out,
                                          .duration_us = -1,
                                          .dropped = summary.dropped,
                                          .latency_us = -1});
    if (rc == STANCE_EINTERRUPTED)
        outputs_set_aside(j, b->settings, before);
    say_verdict(b, j, rc, &summary, &stats, &err);
    say_stats(b, j, rc, &summary, &stats);
    if (rc == 0)
        b->n_done++;
    else if (rc != STANCE_EINTERRUPTED)
        b->n_failed++;
    if (rc != 0 && (b->first_rc == 0 || rc == STANCE_EINTERRUPTED))
        b->first_rc = rc;
    return !hopeless(b, rc);
}

/* ---- all jobs ---- */

static int write_stats(batch *b, const char *path, stance_error *err)
{
    text_add(&b->stats.text, "\n");
    if (strcmp(path, "-") == 0)
        return print_out(b->stats.text.data) == 0
                   ? 0
                   : fail(err, STANCE_EOUTPUT, "standard output: cannot be written");
    bool in_place = path_is_special(path);
    char *part = must_format("%s%s", path, in_place ? "" : ".part");
    FILE *file = fopen(part, "w");
    bool ok = file && fputs(b->stats.text.data, file) != EOF;
    if (file && fclose(file) == EOF)
        ok = false;
    if (ok && !in_place)
        ok = rename(part, path) == 0;
    int rc = ok ? 0
                : fail(err, STANCE_EOUTPUT, "%s: the statistics cannot be written: %s",
                       path, strerror(errno));
    if (!ok && file && !in_place)
        remove(part);
    free(part);
    return rc;
}

static void say_batch_end(const batch *b)
{
    size_t n = b->jobs.n;
    if (n < 2)
        return;
    text words = {0};
    text_addf(&words, "%zu of %zu inputs done", b->n_done, n);
    if (b->n_left_out)
        text_addf(&words, ", %zu left out", b->n_left_out);
    if (b->n_failed)
        text_addf(&words, ", %zu failed", b->n_failed);
    size_t rest = n - b->n_done - b->n_left_out - b->n_failed;
    if (rest)
        text_addf(&words, ", %zu not finished", rest);
    say(STANCE_LOG_INFO, "run", "%s", words.data);
    free(words.data);
}

static int run_jobs(batch *b)
{
    const char *stats_path = b->settings->own.stats_json;
    stance_error err;
    bool go_on = true;
    b->stats.pretty = true;
    if (b->jobs.n > 1)
        json_open(&b->stats, NULL, '[');
    for (size_t i = 0; i < b->jobs.n && go_on; i++) {
        if (stop_asked()) {
            b->first_rc = STANCE_EINTERRUPTED;
            break;
        }
        go_on = do_job(b, i);
    }
    if (b->jobs.n > 1)
        json_close(&b->stats, '[');
    say_batch_end(b);
    if (stats_path && b->stats.text.n && write_stats(b, stats_path, &err) < 0) {
        say_error("run", &err);
        if (b->first_rc == 0)
            b->first_rc = err.code;
    }
    return stance_status_exit(b->first_rc);
}

/* A window asks the desktop's message bus to keep the screen awake. Where there is none,
 * SDL has one started for it, and waits for that, now and then for ever. Said through the
 * environment, which may only be changed before there are threads. */
static void start_no_message_bus(void)
{
    const char *folder = getenv("XDG_RUNTIME_DIR");
    char *bus = must_format("%s/bus", folder ? folder : "");
    if (!getenv("DBUS_SESSION_BUS_ADDRESS") && (!folder || access(bus, F_OK) != 0))
        setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:", 1);
    free(bus);
}

static int run(const run_settings *s)
{
    batch b = {.settings = s, .prefix = must_copy("")};
    const char *const leave_out[2] = {s->own.output, s->own.json};
    stance_error err;
    stop_install();
    if (s->own.show)
        start_no_message_bus();
    jobs_collect(&b.jobs, &s->inputs, leave_out);
    int rc = outputs_name(&b.jobs, s, &err);
    choose_settings(&b);
    if (rc == 0 && run_is_fenced(s))
        run_fence_up(s, &b.library, &b.jobs);
    int status = rc < 0 ? say_error("run", &err) : run_jobs(&b);
    stop_watch(NULL);
    stance_run_close(&b.run);
    jobs_clear(&b.jobs);
    free(b.stats.text.data);
    free(b.prefix);
    return status;
}

static int print_config(const run_settings *s)
{
    text config = {0};
    run_settings_print(&config, s);
    int status = print_out(config.data);
    free(config.data);
    return status;
}

int cmd_run(int argc, char **argv)
{
    run_settings s;
    stance_error err;
    bool help;
    int status, rc = run_settings_read(&s, argc, argv, &help, &err);
    say_set(&s.own.say);
    if (rc < 0)
        status = say_error("run", &err);
    else if (help)
        status = command_print_help("run");
    else if (s.own.print_config)
        status = print_config(&s);
    else if (s.inputs.n == 0)
        status = say_misuse("no input was given; try 'stance run walk.mp4', or see "
                            "'stance run --help'");
    else
        status = run(&s);
    run_settings_clear(&s);
    return status;
}
