/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each job writes, and under which name; and what may not be written.
 *
 * With one input, -o and --json name files; with several, or a folder, they name folders
 * that mirror the inputs' places. Pictures together are the exception: one JSON file for
 * all. Everything is settled here before the first frame is read, so that a clash in a
 * long batch is told at its start.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "formats.h"
#include "jobs.h"

static const char *const video_endings[] = {".mp4",  ".mkv", ".mov",
                                            ".webm", ".avi", ".gif"};
static const char *const picture_endings[] = {".jpg", ".jpeg", ".png", ".webp",
                                              ".bmp", ".tif",  ".tiff"};

/* The ending that an annotated copy of `place` has. */
static const char *ending_for(const char *place, bool picture)
{
    const char *own = path_ending(place);
    const char *const *list = picture ? picture_endings : video_endings;
    size_t n = picture ? sizeof(picture_endings) / sizeof(*picture_endings)
                       : sizeof(video_endings) / sizeof(*video_endings);
    for (size_t i = 0; i < n; i++)
        if (strcasecmp(own, list[i]) == 0)
            return own;
    return list[0];
}

/* "a/walk.mov" -> "a/walk" + suffix + ending */
static char *renamed(const char *place, const char *suffix, const char *ending)
{
    size_t stem = (size_t)(path_ending(place) - place);
    return must_format("%.*s%s%s", (int)stem, place, suffix, ending);
}

static bool names_folder(const char *path)
{
    size_t n = strlen(path);
    return path_is_folder(path) || (n > 0 && path[n - 1] == '/');
}

static bool is_video_name(const char *path)
{
    return stance_input_is_video_name(path);
}

static bool is_picture_name(const char *path)
{
    return stance_input_is_picture_name(path) && !is_video_name(path);
}

static bool is_json_name(const char *path)
{
    return strcasecmp(path_ending(path), ".json") == 0;
}

/* ---- refusing names of the wrong kind ---- */

static int check_folder_name(const char *option, const char *path, stance_error *err)
{
    if (path_is_folder(path) || path[strlen(path) - 1] == '/')
        return 0;
    if (strcmp(path, "-") == 0)
        return fail(err, STANCE_EINVAL,
                    "%s -: expected a folder for several inputs, found standard output",
                    option);
    if (is_video_name(path) || is_picture_name(path) || is_format_name(path))
        return fail(err, STANCE_EINVAL,
                    "%s %s: expected a folder for several inputs, found a file's name",
                    option, path);
    return 0;
}

static int check_output_name(const char *path, bool picture, stance_error *err)
{
    if (strcmp(path, "-") == 0)
        return fail(err, STANCE_EINVAL,
                    "-o -: only JSON can go to standard output (--json -); expected a "
                    "file name");
    if (is_json_name(path))
        return fail(err, STANCE_EINVAL,
                    "-o %s: -o names the annotated %s; for joints as JSON: --json %s",
                    path, picture ? "picture" : "video", path);
    if (picture && is_video_name(path))
        return fail(err, STANCE_EINVAL,
                    "-o %s: expected a picture's name such as out.jpg for a picture, "
                    "found a video's",
                    path);
    if (!picture && is_picture_name(path))
        return fail(err, STANCE_EINVAL,
                    "-o %s: expected a video's name such as out.mp4 for a video, found a "
                    "picture's",
                    path);
    return 0;
}

static int check_json_name(const char *option, const char *path, stance_error *err)
{
    if (is_video_name(path) || is_picture_name(path))
        return fail(err, STANCE_EINVAL,
                    "%s %s: expected a name for JSON such as out.json, found a %s's",
                    option, path, is_video_name(path) ? "video" : "picture");
    return 0;
}

/* Reports are pages, plots are drawings: a name that says otherwise is a slip. */
static int check_page_name(const char *option, const char *path, const char *ending,
                           stance_error *err)
{
    if (is_video_name(path) || is_picture_name(path) || is_format_name(path))
        return fail(err, STANCE_EINVAL,
                    "%s %s: expected a name such as out%s, found another kind of file's",
                    option, path, ending);
    return 0;
}

static int check_parent(const char *path, stance_error *err)
{
    char *folder = path_folder(path);
    int rc = 0;
    if (strcmp(path, "-") != 0 && !path_is_folder(folder))
        rc = fail(err, STANCE_EOUTPUT, "%s: cannot be written: there is no folder '%s'",
                  path, folder);
    free(folder);
    return rc;
}

static int check_events_name(const char *path, stance_error *err)
{
    if (is_video_name(path) || is_picture_name(path) || is_json_name(path) ||
        strcmp(path, "-") == 0)
        return fail(
            err, STANCE_EINVAL,
            "--events %s: expected a database's name such as events.db; for JSON: "
            "--events-json FILE",
            path);
    return check_parent(path, err);
}

/* ---- naming ---- */

static bool is_clip(const job *j, const run_settings *s)
{
    return j->inputs.n > 1 && !isnan(s->library.source.sequence_fps);
}

/* Nothing was named: beside each other in the current folder. */
static void name_by_input(job *j, const job_list *jobs, const run_settings *s)
{
    const char *place = j->places.at[0];
    const format_row *form = format_of(s->own.format, NULL);
    const char *ending = form->folder ? ".openpose" : form->ending;
    if (j->kind == JOB_PICTURES && (j->inputs.n > 1 || jobs->folders)) {
        j->json = must_format("%s.pose%s", jobs->title, ending);
        if (is_clip(j, s))
            j->video = must_format("%s.pose.mp4", jobs->title);
        j->folder = must_format("%s.pose", jobs->title);
        for (size_t i = 0; i < j->inputs.n && !j->video; i++) {
            const char *at = j->places.at[i];
            char *name = renamed(at, "", ending_for(at, true));
            char *path = path_join(j->folder, name);
            strings_add(&j->pictures, path);
            free(path);
            free(name);
        }
        return;
    }
    bool picture = j->kind == JOB_PICTURES;
    char *out = renamed(place, ".pose", ending_for(place, picture));
    j->json = renamed(place, ".pose", ending);
    if (picture)
        strings_add(&j->pictures, out);
    else
        j->video = must_copy(out);
    free(out);
}

/* A job's place in the folder `dir`. */
static char *placed(const char *dir, const char *place, const char *ending)
{
    char *name = renamed(place, "", ending), *path = path_join(dir, name);
    free(name);
    return path;
}

static int name_output(job *j, const job_list *jobs, const run_settings *s,
                       stance_error *err)
{
    const char *out = s->own.output;
    bool pictures = j->kind == JOB_PICTURES;
    bool clip = is_clip(j, s) && is_video_name(out);
    bool folder = !clip && (jobs->folders || j->inputs.n > 1 || names_folder(out));
    int rc =
        folder
            ? (jobs->folders || j->inputs.n > 1 ? check_folder_name("-o", out, err) : 0)
            : check_output_name(out, pictures && !clip, err);
    if (rc == 0 && !folder)
        rc = check_parent(out, err);
    if (rc < 0)
        return rc;
    if (clip) {
        j->video = must_copy(out);
    } else if (!pictures) {
        const char *place = j->places.at[0];
        j->video = folder ? placed(out, place, ending_for(place, false)) : must_copy(out);
    } else {
        j->folder = must_copy(out);
        for (size_t i = 0; i < j->inputs.n; i++) {
            const char *place = j->places.at[i];
            char *path =
                folder ? placed(out, place, ending_for(place, true)) : must_copy(out);
            strings_add(&j->pictures, path);
            free(path);
        }
    }
    return 0;
}

/* True when the job is the only one that writes: then --json is a file. */
static bool alone(const job *j, const job_list *jobs)
{
    for (size_t i = 0; i < jobs->n; i++)
        if (&jobs->at[i] != j && jobs->at[i].err.code == 0)
            return false;
    return j->kind == JOB_PICTURES || !jobs->folders;
}

/* @param json what --json or --truth was given @param name set to the job's own */
static int name_json(const job *j, const job_list *jobs, const char *option,
                     const char *json, const format_row *form, char **name,
                     stance_error *err)
{
    bool together = j->kind == JOB_PICTURES && (j->inputs.n > 1 || jobs->folders);
    bool file = alone(j, jobs) && (form->folder || !names_folder(json));
    int rc =
        file ? check_json_name(option, json, err) : check_folder_name(option, json, err);
    if (rc == 0 && file)
        rc = check_parent(json, err);
    if (rc < 0)
        return rc;
    *name = file       ? must_copy(json)
            : together ? placed(json, jobs->title, form->ending)
                       : placed(json, j->places.at[0], form->ending);
    if (strcmp(*name, "-") == 0 && form->several)
        return fail(err, STANCE_EINVAL,
                    "%s -: --format %s writes files of its own; expected a name, found "
                    "standard output",
                    option, form->name);
    return 0;
}

/* @param path what --report or --plot was given @param name set to the job's own */
static int name_page(const job *j, const job_list *jobs, const char *option,
                     const char *path, const char *ending, char **name, stance_error *err)
{
    bool file = alone(j, jobs) && !names_folder(path);
    int rc = file ? check_page_name(option, path, ending, err)
                  : check_folder_name(option, path, err);
    if (rc == 0 && !file && strcasecmp(path_ending(path), ending) == 0 &&
        !names_folder(path))
        rc = fail(err, STANCE_EINVAL,
                  "%s %s: expected a folder for several inputs, found a file's name",
                  option, path);
    if (rc == 0 && file)
        rc = check_parent(path, err);
    if (rc == 0)
        *name = file ? must_copy(path) : placed(path, j->places.at[0], ending);
    return rc;
}

static int name_job(job *j, const job_list *jobs, const run_settings *s,
                    stance_error *err)
{
    const program_settings *own = &s->own;
    j->events = own->events;
    if (!run_names_outputs(own)) {
        if (j->kind == JOB_LIVE)
            return fail(err, STANCE_EINVAL,
                        "%s: live input needs an output to be named (-o live.mp4, --json "
                        "live.json, --events events.db) or a window (--show)",
                        j->label);
        name_by_input(j, jobs, s);
        return 0;
    }
    int rc = own->output ? name_output(j, jobs, s, err) : 0;
    if (rc == 0 && own->json)
        rc = name_json(j, jobs, "--json", own->json, format_of(own->format, own->json),
                       &j->json, err);
    if (rc == 0 && own->truth)
        rc = name_json(j, jobs, "--truth", own->truth, format_of(FORMAT_STANCE, NULL),
                       &j->truth, err);
    if (rc == 0 && own->events_json)
        rc = name_json(j, jobs, "--events-json", own->events_json,
                       format_of(FORMAT_STANCE, NULL), &j->events_json, err);
    if (rc == 0 && own->report)
        rc = name_page(j, jobs, "--report", own->report, ".html", &j->report, err);
    if (rc == 0 && own->plot)
        rc = name_page(j, jobs, "--plot", own->plot, ".svg", &j->plot, err);
    if (rc == 0 && own->events && !stance_event_db_is_server(own->events))
        rc = check_events_name(own->events, err);
    if (own->screenshots) /* of each of several videos into a folder of its own */
        j->screenshots = alone(j, jobs) ? must_copy(own->screenshots)
                                        : placed(own->screenshots, j->places.at[0], "");
    return rc;
}

int outputs_name(job_list *jobs, const run_settings *s, stance_error *err)
{
    const program_settings *own = &s->own;
    size_t to_stdout = own->stats_json && strcmp(own->stats_json, "-") == 0;
    for (size_t i = 0; i < jobs->n; i++) {
        job *j = &jobs->at[i];
        if (j->err.code < 0)
            continue;
        int rc = name_job(j, jobs, s, err);
        if (rc < 0)
            return rc;
        to_stdout += j->json && strcmp(j->json, "-") == 0;
        to_stdout += j->truth && strcmp(j->truth, "-") == 0;
        to_stdout += j->events_json && strcmp(j->events_json, "-") == 0;
        to_stdout += j->report && strcmp(j->report, "-") == 0;
        to_stdout += j->plot && strcmp(j->plot, "-") == 0;
    }
    if (to_stdout > 1)
        return fail(
            err, STANCE_EINVAL,
            "--json -, --truth -, --events-json -, --report -, --plot - and --stats-json "
            "-: only one can go to standard output");
    return outputs_check(jobs, s, err);
}
