/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /api/jobs: videos and pictures that are worked on in the background.
 */
#define _XOPEN_SOURCE 700 /* nanosleep */

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "api.h"

enum { TELL_MS = 300 };

static const char *const own[] = {"path", "name", NULL};

/* Joints always; what happens and what people do where that was looked for. */
static void add_parts(const job_queue *jobs, json_text *j, const char *id)
{
    static const struct {
        const char *name;
        job_part part;
    } parts[] = {{"json", PART_JSON},
                 {"csv", PART_CSV},
                 {"events", PART_EVENTS},
                 {"report", PART_REPORT}};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        char *path = job_queue_path(jobs, id, parts[i].part);
        char *at = must_format("/api/jobs/%s/%s", id, parts[i].name);
        if (i < 2 || access(path, F_OK) == 0)
            json_string(j, parts[i].name, at);
        free(at);
        free(path);
    }
}

static void add_job(const job_queue *jobs, json_text *j, const job_row *row, double fps)
{
    json_open(j, NULL, '{');
    json_string(j, "id", row->id);
    json_string(j, "state", job_state_name(row->state));
    json_string(j, "name", row->name);
    json_string(j, "kind", row->picture ? "picture" : "video");
    json_int(j, "frames", row->frames);
    if (row->n_frames >= 0)
        json_int(j, "frame_count", row->n_frames);
    else
        json_string(j, "frame_count", NULL);
    if (row->state == JOB_RUNNING)
        json_number(j, "fps", fps, 1);
    api_add_time(j, "created", row->created_us);
    api_add_time(j, "started", row->started_us);
    api_add_time(j, "ended", row->ended_us);
    json_string(j, "error", row->error);
    if (row->state == JOB_DONE) {
        size_t shots;
        free(job_queue_screenshot(jobs, row->id, 0, &shots));
        json_int(j, "screenshots", (int64_t)shots);
        char *at =
            must_format("/api/jobs/%s/%s", row->id, row->picture ? "picture" : "video");
        json_open(j, "results", '{');
        if (job_queue_draws(jobs))
            json_string(j, row->picture ? "picture" : "video", at);
        free(at);
        add_parts(jobs, j, row->id);
        if (job_queue_keeps_inputs(jobs)) {
            at = must_format("/api/jobs/%s/input", row->id);
            json_string(j, "input", at);
            free(at);
        }
        json_close(j, '{');
    }
    json_close(j, '{');
}

static void reply_job(http_request *r, int status, const char *id)
{
    job_queue *jobs = ((server *)r->user)->jobs;
    job_row row = {0};
    json_text j = {0};
    stance_error err;
    double fps;
    int rc = job_queue_get(jobs, id, &row, &fps, &err);
    if (rc < 0) {
        api_reply_error(r, &err);
    } else if (rc == STANCE_END) {
        http_problem(r, 404, "No such job", "there is no job of that id (any more)");
    } else {
        char *location = must_format("/api/jobs/%s", id);
        add_job(jobs, &j, &row, fps);
        http_reply_json(r, status, &j, status == 202 ? location : NULL);
        free(location);
    }
    free(j.text.data);
    job_row_clear(&row);
}

/* A file that the server has already, or the body. @param name JOB_NAME bytes */
static int take_input(http_request *r, job_queue *jobs, const char *id, char *name,
                      stance_error *err)
{
    char *path = http_query(r, "path");
    char *input = job_queue_path(jobs, id, PART_INPUT);
    int64_t taken;
    int rc = room_take(job_queue_room(jobs), path ? 0 : r->length, &taken, err);
    if (rc == 0)
        rc = path ? job_queue_link(jobs, id, path, name, err)
                  : http_store_body(r, input, taken, name, JOB_NAME, err);
    room_give(job_queue_room(jobs), taken);
    char *called = http_query(r, "name");
    if (called && *called)
        snprintf(name, JOB_NAME, "%s", base_name(called));
    free(called);
    free(input);
    free(path);
    return rc;
}

/* Before the upload is taken. */
static int check_options(const server *serv, const job_options *options,
                         stance_error *err)
{
    const char *lines = job_options_lines(options);
    if (arguments_sets(lines, "every-s") && !job_queue_draws(serv->jobs))
        return fail(err, STANCE_EINVAL,
                    "every-s: this server draws no pictures (--store keypoints)");
    return run_check_job(serv->checks, lines, NULL, err);
}

/* Some options are for moving pictures only. */
static int check_input(const server *serv, const char *id, const job_options *options,
                       stance_error *err)
{
    char *input = job_queue_path(serv->jobs, id, PART_INPUT);
    int rc = run_check_job(serv->checks, job_options_lines(options), input, err);
    free(input);
    return rc;
}

void api_post_job(http_request *r, const char *no_id)
{
    (void)no_id;
    const server *serv = r->user;
    job_queue *jobs = serv->jobs;
    job_options options = {0};
    char id[JOB_ID + 1], name[JOB_NAME];
    stance_error err;
    if (!api_read_options(r, &options, own))
        goto out;
    int rc = check_options(serv, &options, &err);
    if (rc == 0)
        rc = job_queue_begin(jobs, id, &err);
    if (rc == 0) {
        rc = take_input(r, jobs, id, name, &err);
        if (rc == 0)
            rc = check_input(serv, id, &options, &err);
        if (rc == 0)
            rc = job_queue_add(jobs, id, name, &options, &err);
        else
            job_queue_remove(jobs, id, &(stance_error){0});
    }
    if (rc == STANCE_AGAIN)
        http_problem(r, 429, "Busy",
                     "as many jobs as this server keeps are waiting; try "
                     "again later");
    else if (rc != 0)
        api_reply_error(r, &err);
    else
        reply_job(r, 202, id);
out:
    job_options_clear(&options);
}

void api_list_jobs(http_request *r, const char *no_id)
{
    (void)no_id;
    static const char *const pages[] = {"before", "limit", NULL};
    job_queue *jobs = ((server *)r->user)->jobs;
    job_row *rows = must_alloc(JOBS_MOST_PAGE, sizeof(*rows));
    double *fps = must_alloc(JOBS_MOST_PAGE, sizeof(*fps));
    stance_error err;
    int64_t from, most;
    if (!api_knows_all(r, pages))
        goto out;
    if (!http_query_number(r, "before", 0, INT64_MAX, 0, &from) ||
        !http_query_number(r, "limit", 1, JOBS_MOST_PAGE, JOBS_PAGE, &most)) {
        http_problem(r, 400, "Page",
                     "expected limit=1 to %d and before=NUMBER, as 'next' "
                     "of the page before says",
                     JOBS_MOST_PAGE);
        goto out;
    }
    int n = job_queue_list(jobs, from, rows, fps, (int)most, &err);
    if (n < 0) {
        api_reply_error(r, &err);
        goto out;
    }
    json_text j = {0};
    json_open(&j, NULL, '{');
    json_open(&j, "jobs", '[');
    for (int i = 0; i < n; i++)
        add_job(jobs, &j, &rows[i], fps[i]);
    json_close(&j, '[');
    if (n == most)
        json_int(&j, "next", rows[n - 1].number);
    else
        json_string(&j, "next", NULL);
    json_close(&j, '{');
    http_reply_json(r, 200, &j, NULL);
    free(j.text.data);
    for (int i = 0; i < n; i++)
        job_row_clear(&rows[i]);
out:
    free(fps);
    free(rows);
}

/* ---- one job ---- */

/* Until it has ended, or the client is gone. */
void api_follow_job(http_request *r, const char *id)
{
    job_queue *jobs = ((server *)r->user)->jobs;
    bool goes_on = true;
    job_row first = {0};
    stance_error none;
    double no_fps;
    int there = job_queue_get(jobs, id, &first, &no_fps, &none);
    job_row_clear(&first);
    if (there != 0) {
        http_problem(r, 404, "No such job", "there is no job of that id (any more)");
        return;
    }
    if (!api_begin_stream(r))
        return;
    http_begin_events(r);
    while (goes_on) {
        job_row row = {0};
        json_text j = {0};
        stance_error err;
        double fps;
        if (job_queue_get(jobs, id, &row, &fps, &err) != 0)
            break;
        bool ended = row.state > JOB_RUNNING;
        add_job(jobs, &j, &row, fps);
        goes_on = http_send_event(r, ended ? "end" : "progress", NULL, j.text.data) &&
                  !ended && !((server *)r->user)->ending;
        free(j.text.data);
        job_row_clear(&row);
        if (goes_on)
            nap_ms(TELL_MS);
    }
    api_end_stream(r);
}

/* For browsers, which play what they know by its type; what it really is was found out by
 * looking into it. */
static const char *type_of_name(const char *name)
{
    static const char *const types[][2] = {
        {".mp4", "video/mp4"},        {".m4v", "video/mp4"},
        {".mov", "video/quicktime"},  {".webm", "video/webm"},
        {".mkv", "video/x-matroska"}, {".avi", "video/x-msvideo"},
        {".jpg", "image/jpeg"},       {".jpeg", "image/jpeg"},
        {".png", "image/png"},        {".webp", "image/webp"}};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof(types) / sizeof(types[0]); i++)
        if (strcasecmp(dot, types[i][0]) == 0)
            return types[i][1];
    return "application/octet-stream";
}

/* @param type NULL: the upload, as it came */
static void reply_part(http_request *r, const job_queue *jobs, const job_row *row,
                       job_part part, const char *type, const char *ending)
{
    const char *dot = strrchr(row->name, '.'),
               *called = *row->name ? row->name : "upload";
    size_t stem = dot ? (size_t)(dot - row->name) : strlen(row->name);
    char *path = job_queue_path(jobs, row->id, part);
    char *name = type ? must_format("%.*s.pose.%s", (int)(stem ? stem : 3),
                                    stem ? row->name : "job", ending)
                      : must_copy(called);
    http_reply_file(r, path, type ? type : type_of_name(called), name);
    free(name);
    free(path);
}

/* Why a job has no results, and what to do. */
static void reply_not_done(http_request *r, const job_row *row)
{
    switch (row->state) {
    case JOB_QUEUED:
        http_problem(r, 409, "Not done",
                     "the job waits for its turn; /api/jobs/%s/progress tells when its "
                     "results are there",
                     row->id);
        break;
    case JOB_RUNNING:
        http_problem(
            r, 409, "Not done",
            "the job is at work, %lld frames so far; /api/jobs/%s/progress tells "
            "when its results are there",
            (long long)row->frames, row->id);
        break;
    case JOB_CANCELLED:
        http_problem(r, 409, "Cancelled",
                     "the job was cancelled: there are no results, and there will be "
                     "none");
        break;
    default:
        http_problem(r, 409, "Failed", "the job failed, and has no results: %s",
                     row->error ? row->error : "nothing is known of why");
        break;
    }
}

/* @param row filled, job_row_clear() in any case @return false: there is no such job, or
 * it is not done, and that is replied */
static bool find_done(http_request *r, const char *id, job_row *row)
{
    stance_error err;
    double fps;
    *row = (job_row){0};
    int rc = job_queue_get(((server *)r->user)->jobs, id, row, &fps, &err);
    if (rc < 0)
        api_reply_error(r, &err);
    else if (rc == STANCE_END)
        http_problem(r, 404, "No such job", "there is no job of that id (any more)");
    else if (row->state != JOB_DONE)
        reply_not_done(r, row);
    return rc == 0 && row->state == JOB_DONE;
}

void api_get_part(http_request *r, const char *id)
{
    const char *part = strrchr(r->path, '/') + 1;
    static const struct {
        const char *name, *type, *ending;
        job_part part;
    } parts[] = {{"json", "application/json", "json", PART_JSON},
                 {"csv", "text/csv", "csv", PART_CSV},
                 {"events", "application/json", "events.json", PART_EVENTS},
                 {"report", "text/html", "html", PART_REPORT},
                 {"video", "video/mp4", "mp4", PART_VIDEO},
                 {"picture", "image/jpeg", "jpg", PART_PICTURE},
                 {"input", NULL, NULL, PART_INPUT}};
    job_row row;
    size_t i = 0; /* routes lead here with these names only */
    while (strcmp(parts[i].name, part) != 0)
        i++;
    if (find_done(r, id, &row))
        reply_part(r, ((server *)r->user)->jobs, &row, parts[i].part, parts[i].type,
                   parts[i].ending);
    job_row_clear(&row);
}

void api_get_screenshot(http_request *r, const char *id)
{
    job_queue *jobs = ((server *)r->user)->jobs;
    size_t n = strtoul(strrchr(r->path, '/') + 1, NULL, 10);
    job_row row;
    bool done = find_done(r, id, &row);
    job_row_clear(&row);
    if (!done)
        return;
    char *path = job_queue_screenshot(jobs, id, n, NULL);
    if (path)
        http_reply_file(r, path, "image/jpeg", base_name(path));
    else
        http_problem(r, 404, "Not there",
                     "there is no such screenshot; 'screenshots' of "
                     "the job says how many there are");
    free(path);
}

void api_cancel_job(http_request *r, const char *id)
{
    stance_error err;
    job_row row = {0};
    double fps;
    job_queue *jobs = ((server *)r->user)->jobs;
    int rc = job_queue_cancel(jobs, id, &err);
    if (rc < 0)
        api_reply_error(r, &err);
    else if (rc == STANCE_END && job_queue_get(jobs, id, &row, &fps, &err) == 0)
        http_problem(r, 409, "Not to be cancelled", "the job neither waits nor runs");
    else
        reply_job(r, 200, id); /* or that there is none */
    job_row_clear(&row);
}

void api_delete_job(http_request *r, const char *id)
{
    stance_error err;
    if (job_queue_remove(((server *)r->user)->jobs, id, &err) < 0)
        api_reply_error(r, &err);
    else
        http_reply_text(r, 204, "application/json", "");
}

void api_get_job(http_request *r, const char *id)
{
    reply_job(r, 200, id);
}
