/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The routes of the API, and what its handlers have in common.
 */
#define _XOPEN_SOURCE 700 /* gmtime_r */

#include "api.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char json[] = "application/json";
static const char events[] = "text/event-stream";
static const char mjpeg[] = "multipart/x-mixed-replace";

/* clang-format off */
const api_route api_routes[] = {
    {"POST", "/api/pose", api_post_pose, "pose", "look at a picture", json, "Poses", 200, true, API_OPTIONS},
    {"GET", "/api/jobs", api_list_jobs, "listJobs", "the newest jobs first", json, "Jobs", 200, false, API_PAGES},
    {"POST", "/api/jobs", api_post_job, "addJob", "work on a video or picture", json, "Job", 202, true, API_OPTIONS},
    {"GET", "/api/jobs/{id}", api_get_job, "getJob", "how far a job is", json, "Job", 200, false, API_NONE},
    {"DELETE", "/api/jobs/{id}", api_delete_job, "deleteJob", "remove a job and its results", NULL, NULL, 204, false, API_NONE},
    {"POST", "/api/jobs/{id}/cancel", api_cancel_job, "cancelJob", "end a job", json, "Job", 200, false, API_NONE},
    {"GET", "/api/jobs/{id}/progress", api_follow_job, "followJob", "how far a job is, as it goes", events, NULL, 200, false, API_NONE},
    {"GET", "/api/jobs/{id}/json", api_get_part, "getJobJson", "its joints", json, "Poses", 200, false, API_NONE},
    {"GET", "/api/jobs/{id}/csv", api_get_part, "getJobCsv", "its joints as a table", "text/csv", NULL, 200, false, API_NONE},
    {"GET", "/api/jobs/{id}/video", api_get_part, "getJobVideo", "the annotated video", "video/mp4", NULL, 200, false, API_NONE},
    {"GET", "/api/jobs/{id}/picture", api_get_part, "getJobPicture", "the annotated picture", "image/jpeg", NULL, 200, false, API_NONE},
    {"GET", "/api/jobs/{id}/input", api_get_part, "getJobInput", "the upload, with --keep-inputs", "application/octet-stream", NULL, 200, false, API_NONE},
    {"GET", "/api/jobs/{id}/screenshots/{n}", api_get_screenshot, "getScreenshot", "a screenshot, from 1 on", "image/jpeg", NULL, 200, false, API_NONE},
    {"GET", "/api/streams", api_list_streams, "listStreams", "live sources, the oldest first", json, "Streams", 200, false, API_NONE},
    {"POST", "/api/streams", api_post_stream, "addStream", "look at a live source", json, "Stream", 201, false, API_SOURCE},
    {"GET", "/api/streams/{id}", api_get_stream, "getStream", "how a live source is", json, "Stream", 200, false, API_NONE},
    {"DELETE", "/api/streams/{id}", api_delete_stream, "deleteStream", "end a live source", NULL, NULL, 204, false, API_NONE},
    {"POST", "/api/streams/{id}/pause", api_pause_stream, "pauseStream", "close the source for a while", json, "Stream", 200, false, API_NONE},
    {"POST", "/api/streams/{id}/start", api_start_stream, "startStream", "go on, with other options where some are given", json, "Stream", 200, false, API_LIVE},
    {"GET", "/api/streams/{id}/joints", api_stream_joints, "followJoints", "its joints as they come; also as a WebSocket", events, NULL, 200, false, API_NONE},
    {"GET", "/api/streams/{id}/video_feed", api_stream_video, "watchStream", "its annotated pictures as they come", mjpeg, NULL, 200, false, API_NONE},
    {"GET", "/api/streams/{id}/picture", api_stream_picture, "getStreamPicture", "the newest annotated picture", "image/jpeg", NULL, 200, false, API_NONE},
    {"GET", "/video_feed", api_video_feed, "watch", "annotated pictures of the oldest live source", mjpeg, NULL, 200, false, API_NONE},
    {"GET", "/api/events", api_events, "getEvents", "what happened", json, "Events", 200, false, API_EVENTS},
    {"GET", "/api/events/live", api_events_live, "followEvents", "what happens from now on", events, NULL, 200, false, API_EVENTS},
    {"GET", "/detections", api_detections, "getDetections", "the newest events in numbered pages", json, "Events", 200, false, API_NUMBERED},
    {"GET", "/api/models", api_models, "getModels", "networks", json, "Models", 200, false, API_NONE},
    {"POST", "/api/models/{name}/fetch", api_fetch_model, "fetchModel", "download a network, and tell how far it is", events, NULL, 200, false, API_NONE},
    {"GET", "/api/options", api_options, "getOptions", "options that requests may set", json, "Options", 200, false, API_NONE},
    {"GET", "/api/version", api_version, "getVersion", "which stance this is", json, "Version", 200, false, API_NONE},
    {"POST", "/api/session", api_begin_session, "beginSession", "a cookie in place of the token, for pages", NULL, NULL, 204, false, API_NONE},
    {"DELETE", "/api/session", api_end_session, "endSession", "the end of that cookie", NULL, NULL, 204, false, API_NONE},
    {"GET", "/api/openapi.json", api_openapi, "getDescription", "this description", json, NULL, 200, false, API_NONE},
    {"GET", "/healthz", api_health, "getHealth", "whether it is well", "text/plain", NULL, 200, false, API_NONE},
    {"GET", "/metrics", api_metrics, "getMetrics", "figures in Prometheus' form", "text/plain", NULL, 200, false, API_NONE},
    {0},
};
/* clang-format on */

#define NAME "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

static bool fits_method(const http_request *r, const char *method)
{
    return strcmp(r->method, method) == 0 ||
           (strcmp(r->method, "HEAD") == 0 && strcmp(method, "GET") == 0);
}

bool api_fits_path(const char *pattern, const char *path, char id[JOB_ID + 1])
{
    id[0] = '\0';
    while (*pattern) {
        if (strncmp(pattern, "{id}", 4) == 0) {
            if (strspn(path, "0123456789abcdef") != JOB_ID)
                return false;
            memcpy(id, path, JOB_ID);
            id[JOB_ID] = '\0';
            path += JOB_ID;
            pattern += 4;
        } else if (strncmp(pattern, "{n}", 3) == 0) {
            size_t n = strspn(path, "0123456789");
            if (n < 1 || n > 6)
                return false;
            path += n;
            pattern += 3;
        } else if (strncmp(pattern, "{name}", 6) == 0) {
            size_t n = strspn(path, NAME);
            if (n < 1 || n > 100)
                return false;
            path += n;
            pattern += 6;
        } else if (*pattern++ != *path++) {
            return false;
        }
    }
    return *path == '\0';
}

void api_answer(http_request *r)
{
    char id[JOB_ID + 1];
    text methods = {0}; /* that the address takes */
    for (const api_route *route = api_routes; route->method; route++) {
        if (!api_fits_path(route->path, r->path, id))
            continue;
        if (fits_method(r, route->method)) {
            free(methods.data);
            route->answer(r, id[0] ? id : NULL);
            return;
        }
        text_addf(&methods, "%s%s", methods.n ? ", " : "",
                  strcmp(route->method, "GET") == 0 ? "GET, HEAD" : route->method);
    }
    if (methods.n)
        http_refuse_method(r, methods.data);
    else
        http_problem(r, 404, "Not there", "there is nothing at this address");
    free(methods.data);
}

void api_add_time(json_text *j, const char *key, int64_t us)
{
    char line[40] = "";
    time_t s = (time_t)(us / 1000000);
    struct tm t;
    if (us > 0 && gmtime_r(&s, &t))
        strftime(line, sizeof(line), "%Y-%m-%dT%H:%M:%SZ", &t);
    json_string(j, key, us > 0 ? line : NULL);
}

bool api_begin_stream(http_request *r)
{
    server *s = r->user;
    if (atomic_fetch_add(&s->n_streams, 1) < HTTP_THREADS * 5 / 8)
        return true;
    atomic_fetch_sub(&s->n_streams, 1);
    http_problem(r, 429, "Busy",
                 "as many clients as this server takes are following; try "
                 "again later");
    return false;
}

void api_end_stream(http_request *r)
{
    atomic_fetch_sub(&((server *)r->user)->n_streams, 1);
}

bool api_is_one_of(const char *name, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(name, *list) == 0)
            return true;
    return false;
}

bool api_read_options(http_request *r, job_options *options, const char *const *own)
{
    enum { MOST = 64 };
    char *names[MOST], *values[MOST];
    stance_error err;
    int rc = 0;
    size_t n = http_queries(r, names, values, MOST);
    for (size_t i = 0; i < n; i++) {
        if (rc == 0 && !api_is_one_of(names[i], own))
            rc = job_options_set(options, names[i], values[i], &err);
        free(names[i]);
        free(values[i]);
    }
    if (rc < 0)
        http_problem(r, 400, "Option", "%s", err.message);
    return rc == 0;
}

void api_reply_error(http_request *r, const stance_error *err)
{
    switch (err->code) {
    case STANCE_EINVAL:
        http_problem(r, 400, "Request", "%s", err->message);
        break;
    case STANCE_END:
        http_problem(r, 413, "Too large", "%s", err->message);
        break;
    case STANCE_EMODEL:
    case STANCE_EINPUT:
        http_problem(r, 422, "Input", "%s", err->message);
        break;
    case STANCE_EOUTPUT:
        http_problem(r, 507, "Storage", "%s", err->message);
        break;
    default:
        http_problem(r, 500, "Error", "%s", err->message);
        break;
    }
}
