/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `stance convert`: files of poses from one form to another.
 *
 * The library reads and writes; here the names are looked at and the outcome is said.
 */
#define _XOPEN_SOURCE 700 /* clock_gettime */

#include "cmd_convert.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "formats.h"
#include "jobs.h"
#include "report.h"
#include "run_fence.h"
#include "stop.h"

typedef struct convert_settings {
    stance_settings library; /* of people: who is who, smoothing, events */
    char *events, *events_json, *report, *plot;
    char *output, *skeleton, *from_skeleton, *size;
    int from, to;
    double fps;
    bool fence;
    say_settings say;
} convert_settings;

#define OWN(field) offsetof(convert_settings, field)

static const stance_option rows[] = {
    {.name = "output",
     .letter = 'o',
     .type = STANCE_OPTION_STRING,
     .offset = OWN(output),
     .value_name = "FILE",
     .help = "what is written; '-': standard output; a folder for openpose"},
    {.name = "from",
     .type = STANCE_OPTION_CHOICE,
     .offset = OWN(from),
     .preset = "auto",
     .choices = pose_formats,
     .help = "form of what is read; auto: by its ending and first bytes"},
    {.name = "to",
     .type = STANCE_OPTION_CHOICE,
     .offset = OWN(to),
     .preset = "auto",
     .choices = pose_formats,
     .help = "form of what is written; auto: by the ending (.ndjson, .csv, .txt, .trc, "
             ".bvh), else stance's own JSON"},
    {.name = "skeleton",
     .type = STANCE_OPTION_STRING,
     .offset = OWN(skeleton),
     .value_name = "NAME",
     .help = "convert the points to another layout: coco17, body25, halpe26, ..."},
    {.name = "from-skeleton",
     .type = STANCE_OPTION_STRING,
     .offset = OWN(from_skeleton),
     .value_name = "NAME",
     .help = "what the points are where they have no names (coco, openpose), or where "
             "a long table comes through a pipe"},
    {.name = "fps",
     .type = STANCE_OPTION_NUMBER,
     .offset = OWN(fps),
     .min = 0.001,
     .max = 100000,
     .help = "frames a second, for forms without times (coco, openpose, mot)"},
    {.name = "size",
     .type = STANCE_OPTION_STRING,
     .offset = OWN(size),
     .value_name = "WxH",
     .help = "pixels of the picture, such as 1920x1080, for forms that do not say it"},
    {.name = "events",
     .type = STANCE_OPTION_STRING,
     .offset = OWN(events),
     .value_name = "ADDRESS",
     .help = "add what happens to a database, as 'stance run' does"},
    {.name = "events-json",
     .type = STANCE_OPTION_STRING,
     .offset = OWN(events_json),
     .value_name = "FILE",
     .help = "what happens as JSON; '-': standard output"},
    {.name = "report",
     .type = STANCE_OPTION_STRING,
     .offset = OWN(report),
     .value_name = "FILE",
     .help = "with --analyse: what people do as a page of HTML, with tables and charts"},
    {.name = "plot",
     .type = STANCE_OPTION_STRING,
     .offset = OWN(plot),
     .value_name = "FILE",
     .help = "with --analyse: the charts alone, as SVG"},
    {.name = "fence",
     .type = STANCE_OPTION_BOOL,
     .offset = OWN(fence),
     .preset = "no",
     .help = "give up all rights that this work does not need, as a file by a stranger "
             "is read"},
    {0},
};

/* The library's tables of people; there are no pictures to look for cuts in. */
const stance_option_group *convert_groups(void)
{
    static const char *const people[] = {"Identities",     "Whom to follow",
                                         "Smoothing",      "Zones and events",
                                         "What people do", NULL};
    enum { MOST = 8 };
    static stance_option_group all[MOST]; /* filled by the first call, before threads */
    static stance_option follow[MOST];
    size_t n = 1;
    if (all[0].title)
        return all;
    for (size_t i = 0; people[i]; i++)
        for (const stance_option_group *g = stance_settings_groups(); g->title; g++)
            if (strcmp(g->title, people[i]) == 0)
                all[n++] =
                    (stance_option_group){g->title, g->rows, g->offset + OWN(library)};
    const stance_option *row = all[2].rows;
    for (size_t k = 0; row->name && k < MOST - 1; row++)
        if (strcmp(row->name, "cuts") != 0)
            follow[k++] = *row;
    all[2].rows = follow;
    all[n] = (stance_option_group){"Messages", say_options, OWN(say)};
    all[0] = (stance_option_group){"Options", rows, 0};
    return all;
}

/* ---- checking what was asked ---- */

/* "1920x1080" */
static int read_size(const char *words, int *width, int *height, stance_error *err)
{
    char *end;
    *width = *height = 0;
    if (!words)
        return 0;
    long w = strtol(words, &end, 10), h = *end == 'x' ? strtol(end + 1, &end, 10) : 0;
    if (*end || w < 1 || h < 1 || w > STANCE_FRAME_SIDE_MAX || h > STANCE_FRAME_SIDE_MAX)
        return fail(err, STANCE_EINVAL,
                    "--size: expected WIDTHxHEIGHT such as 1920x1080, found '%s'", words);
    *width = (int)w;
    *height = (int)h;
    return 0;
}

/* Events and reports go to files of their own; a database is added to, and never the
 * poses' file. */
static int check_others(const char *in, const convert_settings *s, stance_error *err)
{
    enum { N = 5 };
    const char *const names[N] = {s->output, s->events_json, s->report, s->plot,
                                  s->events};
    static const char *const options[N] = {"-o", "--events-json", "--report", "--plot",
                                           "--events"};
    for (int i = 0; i < N; i++) {
        if (!names[i])
            continue;
        bool standard = strcmp(names[i], "-") == 0;
        if (!standard && path_same(in, names[i]))
            return fail(err, STANCE_EINVAL,
                        "%s: is read and cannot also be written; name another file for "
                        "%s",
                        names[i], options[i]);
        for (int k = 0; k < i; k++)
            if (names[k] && (strcmp(names[i], names[k]) == 0 ||
                             (!standard && path_same(names[i], names[k]))))
                return fail(err, STANCE_EINVAL,
                            "%s and %s: expected two outputs, found one", options[k],
                            options[i]);
    }
    return 0;
}

static int check_names(const char *in, const convert_settings *s, const format_row *to,
                       stance_error *err)
{
    const char *out = s->output;
    bool standard = strcmp(out, "-") == 0;
    if (standard && to->several)
        return fail(err, STANCE_EINVAL,
                    "-o -: %s writes files of its own; expected a name, found standard "
                    "output",
                    to->name);
    if (!standard && path_same(in, out))
        return fail(err, STANCE_EINVAL,
                    "%s: is read and cannot also be written; name another output", out);
    if (!standard && !to->folder && path_is_folder(out))
        return fail(err, STANCE_EINVAL,
                    "-o %s: expected the name of a file, found a folder%s", out,
                    s->to == FORMAT_AUTO ? "; for OpenPose's form: --to openpose" : "");
    return 0;
}

/* ---- converting ---- */

typedef struct watcher {
    const char *in;
    int64_t began_us;
} watcher;

static void on_progress(void *user, const stance_progress *progress)
{
    const watcher *w = user;
    text line = {0};
    progress_line(&line, w->in, progress, seconds_since(w->began_us));
    say_progress(line.data);
    free(line.data);
}

static bool stopped(void *user)
{
    (void)user;
    return stop_asked();
}

static void say_done(const char *in, const convert_settings *s, int rc,
                     const stance_summary *summary, double took_s)
{
    text words = {0};
    const char *out = s->output        ? s->output
                      : s->events_json ? s->events_json
                      : s->report      ? s->report
                      : s->plot        ? s->plot
                                       : "the events database";
    text_addf(&words, "%s: %s%lld frames in ", in,
              rc == STANCE_EINTERRUPTED ? "interrupted after " : "",
              (long long)summary->frames_out);
    add_seconds(&words, took_s);
    text_addf(&words, "; written: %s", strcmp(out, "-") == 0 ? "standard output" : out);
    if (rc == 0 && !summary->complete)
        text_add(&words, "; what was read is not complete itself");
    say(rc == 0 && summary->complete ? STANCE_LOG_INFO : STANCE_LOG_WARN, "convert", "%s",
        words.data);
    free(words.data);
}

/* Poses, events twice, a report and a plot. */
enum { MOST_OUTPUTS = 5 };

static size_t choose_outputs(const convert_settings *s,
                             stance_output outputs[MOST_OUTPUTS])
{
    size_t n = 0;
    if (s->output)
        outputs[n++] = (stance_output){
            stance_sink_find(format_of(s->to, s->output)->sink), s->output};
    if (s->events)
        outputs[n++] = (stance_output){stance_sink_find("events"), s->events};
    if (s->events_json)
        outputs[n++] = (stance_output){stance_sink_find("events-json"), s->events_json};
    if (s->report)
        outputs[n++] = (stance_output){stance_sink_find("report"), s->report};
    if (s->plot)
        outputs[n++] = (stance_output){stance_sink_find("plot"), s->plot};
    return n;
}

static int convert(const char *in, const convert_settings *s, bool identify,
                   stance_error *err)
{
    stance_output outputs[MOST_OUTPUTS];
    watcher w = {in, steady_us()};
    stance_convert_settings settings = {
        .in = {.format = s->from == FORMAT_AUTO ? NULL : format_of(s->from, NULL)->name,
               .skeleton = s->from_skeleton,
               .fps = isnan(s->fps) ? 0 : s->fps,
               .stop = stopped},
        .skeleton = s->skeleton,
        .settings = &s->library,
        .identify = identify,
        .on_progress = on_progress,
        .user = &w,
    };
    stance_summary summary;
    int rc = read_size(s->size, &settings.in.width, &settings.in.height, err);
    if (rc == 0)
        rc = check_others(in, s, err);
    if (rc == 0 && s->output)
        rc = check_names(in, s, format_of(s->to, s->output), err);
    if (rc < 0)
        return rc;
    rc =
        stance_convert(in, &settings, outputs, choose_outputs(s, outputs), &summary, err);
    say_progress("");
    if (rc == 0 || rc == STANCE_EINTERRUPTED)
        say_done(in, s, rc, &summary, seconds_since(w.began_us));
    return rc;
}

/* Before there are threads, and before the input is opened. */
static void fence_convert(const char *in, const convert_settings *s)
{
    fence f = {0};
    strings_add(&f.read, in);
    fence_write_at(&f, s->output);
    fence_write_at(&f, s->events_json);
    fence_write_at(&f, s->report);
    fence_write_at(&f, s->plot);
    run_fence_events(&f, s->events);
    run_fence_in(&f);
    fence_clear(&f);
}

static int with_line(const cli_line *line, void *settings)
{
    const convert_settings *s = settings;
    stance_error err;
    if (line->words.n != 1)
        return say_misuse("expected one file to read, found %zu; see 'stance convert "
                          "--help'",
                          line->words.n);
    if (!s->output && !s->events && !s->events_json && !s->report && !s->plot)
        return say_misuse("expected what to write: -o FILE");
    static const cli_need needs[] = {
        {"cutoff", "smooth=zero-phase"},
        {"raw", "smooth"},
        {"outside", "zone"},
        {"stand margin line", "zone events events-json"},
        {"dwell min-life", "events events-json"},
        {0},
    };
    bool identify = cli_is_given(line, "tracker");
    if (check_analysed(line, &s->library, &err) < 0 ||
        cli_check_needs(line, needs, convert_groups(), s, &err) < 0)
        return say_error("convert", &err);
    for (size_t i = 0; i < line->n_given && !identify; i++)
        if (strncmp(line->given[i].row->name, "track-", 6) == 0)
            return say_misuse("--%s: does nothing without --tracker",
                              line->given[i].row->name);
    if (s->fence)
        fence_convert(line->words.at[0], s);
    int rc = convert(line->words.at[0], s, identify, &err);
    return rc < 0 && rc != STANCE_EINTERRUPTED ? say_error("convert", &err)
                                               : stance_status_exit(rc);
}

int cmd_convert(int argc, char **argv)
{
    convert_settings s = {0};
    stop_install();
    return command_run(argc, argv, &s, with_line);
}
