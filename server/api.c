/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The routes of the API, and what its handlers have in common.
 */
#define _XOPEN_SOURCE 700 /* gmtime_r */

#include "api.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "child.h"
#include "folders.h"
#include "page.h"

/* clang-format off */
/* What is given. */
#define JSON(of) {.type = "application/json", .schema = (of)}
#define LINES(of) {.type = "application/x-ndjson", .schema = (of), .event = "line"}
#define EVENT(called, of) {.type = "text/event-stream", .schema = (of), .event = (called)}
#define BYTES(of) {.type = (of)}
#define CSV BYTES("text/csv")
#define PLAIN BYTES("text/plain")
#define JPEG BYTES("image/jpeg")
#define MJPEG BYTES("multipart/x-mixed-replace")

const api_route api_routes[] = {
    {"POST", "/api/pose", api_post_pose, "pose", "look at a picture", 200, .gives = {JSON("Poses"), JPEG}, .parameters = API_OPTIONS, .problems = "400 406 413 422 507", .takes_file = true,
     .more = "The annotated picture is given where the Accept header names image/jpeg, with more weight than JSON."},
    {"GET", "/api/jobs", api_list_jobs, "listJobs", "the newest jobs first", 200, .gives = {JSON("Jobs")}, .parameters = API_PAGES, .problems = "400"},
    {"POST", "/api/jobs", api_post_job, "addJob", "work on a video or picture", 202, .gives = {JSON("Job")}, .parameters = API_JOB, .problems = "400 413 507", .takes_file = true,
     .more = "Without a body where 'path' names a file that the server has."},
    {"GET", "/api/jobs/{id}", api_get_job, "getJob", "how far a job is", 200, .gives = {JSON("Job")}, .problems = "404"},
    {"DELETE", "/api/jobs/{id}", api_delete_job, "deleteJob", "remove a job and its results", 204,
     .more = "Also where there is none of that id."},
    {"POST", "/api/jobs/{id}/cancel", api_cancel_job, "cancelJob", "end a job", 200, .gives = {JSON("Job")}, .problems = "404 409"},
    {"GET", "/api/jobs/{id}/progress", api_follow_job, "followJob", "how far a job is, as it goes", 200, .gives = {EVENT("progress", "Job"), EVENT("end", "Job")}, .problems = "404"},
    {"GET", "/api/jobs/{id}/json", api_get_part, "getJobJson", "its joints", 200, .gives = {JSON("Poses")}, .problems = "404 409", .gives_file = true},
    {"GET", "/api/jobs/{id}/csv", api_get_part, "getJobCsv", "its joints as a table", 200, .gives = {CSV}, .problems = "404 409", .gives_file = true},
    {"GET", "/api/jobs/{id}/events", api_get_part, "getJobEvents", "what happens in a video", 200, .gives = {JSON("JobEvents")}, .problems = "404 409", .gives_file = true},
    {"GET", "/api/jobs/{id}/report", api_get_part, "getJobReport", "what people do in a video, as a page", 200, .gives = {BYTES("text/html")}, .problems = "404 409", .gives_file = true},
    {"GET", "/api/jobs/{id}/video", api_get_part, "getJobVideo", "the annotated video", 200, .gives = {BYTES("video/mp4")}, .problems = "404 409", .gives_file = true},
    {"GET", "/api/jobs/{id}/picture", api_get_part, "getJobPicture", "the annotated picture", 200, .gives = {JPEG}, .problems = "404 409", .gives_file = true},
    {"GET", "/api/jobs/{id}/input", api_get_part, "getJobInput", "the upload, with --keep-inputs", 200, .gives = {BYTES("application/octet-stream"), BYTES("video/*"), BYTES("image/*")}, .problems = "404 409", .gives_file = true},
    {"GET", "/api/jobs/{id}/screenshots/{n}", api_get_screenshot, "getScreenshot", "a screenshot, from 1 on", 200, .gives = {JPEG}, .problems = "404", .gives_file = true},
    {"GET", "/api/streams", api_list_streams, "listStreams", "live sources, the oldest first", 200, .gives = {JSON("Streams")}},
    {"POST", "/api/streams", api_post_stream, "addStream", "look at a live source", 201, .gives = {JSON("Stream")}, .parameters = API_SOURCE, .problems = "400"},
    {"GET", "/api/streams/{id}", api_get_stream, "getStream", "how a live source is", 200, .gives = {JSON("Stream")}, .problems = "404"},
    {"DELETE", "/api/streams/{id}", api_delete_stream, "deleteStream", "end a live source", 204, .problems = "404"},
    {"POST", "/api/streams/{id}/pause", api_pause_stream, "pauseStream", "close the source for a while", 200, .gives = {JSON("Stream")}, .problems = "404"},
    {"POST", "/api/streams/{id}/start", api_start_stream, "startStream", "go on, with other options where some are given", 200, .gives = {JSON("Stream")}, .parameters = API_LIVE, .problems = "400 404"},
    {"GET", "/api/streams/{id}/joints", api_stream_joints, "followJoints", "its joints as they come", 200, .gives = {EVENT("joints", "Frame")}, .problems = "404", .socket = true,
     .more = "As a WebSocket, each message of the server is the text of a Frame; what the client sends is passed over."},
    {"GET", "/api/streams/{id}/video_feed", api_stream_video, "watchStream", "its annotated pictures as they come", 200, .gives = {MJPEG}, .problems = "404"},
    {"GET", "/api/streams/{id}/picture", api_stream_picture, "getStreamPicture", "the newest annotated picture", 200, .gives = {JPEG}, .problems = "404 409"},
    {"GET", "/video_feed", api_video_feed, "watch", "annotated pictures of the oldest live source", 200, .gives = {MJPEG}, .problems = "404"},
    {"GET", "/api/push", api_push, "push", "send pictures, get their joints", 101, .parameters = API_LIVE, .problems = "400", .socket = true,
     .more = "A WebSocket, and nothing else. Each message of the client is a JPEG of at most 16 MB, each of the server the text of a Frame, whose frame_index counts the client's "
             "messages from 0. Only the newest picture that waits is looked at."},
    {"GET", "/api/events", api_events, "getEvents", "what happened", 200, .gives = {JSON("Events"), LINES("Event"), CSV}, .parameters = API_EVENTS, .problems = "400 404 503",
     .more = "JSON is a page; 'format' has all of them sent, as lines or as a table (RFC 4180)."},
    {"GET", "/api/events/live", api_events_live, "followEvents", "what happens from now on", 200, .gives = {EVENT("event", "Event")}, .parameters = API_FOLLOWED, .problems = "400 404 503"},
    {"GET", "/detections", api_detections, "getDetections", "the newest events in numbered pages", 200, .gives = {JSON("Events")}, .parameters = API_NUMBERED, .problems = "400 404 503",
     .more = "They reach the newest 10,000 events; 'next' is the 'after' of /api/events?newest=yes."},
    {"GET", "/api/models", api_models, "getModels", "networks", 200, .gives = {JSON("Models")}},
    {"POST", "/api/models/{name}/fetch", api_fetch_model, "fetchModel", "download a network, and tell how far it is", 200, .gives = {EVENT("progress", "Transfer"), EVENT("end", "Fetched")}, .problems = "403 404"},
    {"GET", "/api/skeletons", api_skeletons, "getSkeletons", "names of joints, and bones between them", 200, .gives = {JSON("Skeletons")}},
    {"GET", "/api/options", api_options, "getOptions", "options that requests may set", 200, .gives = {JSON("Options")}},
    {"GET", "/api/version", api_version, "getVersion", "which stance this is", 200, .gives = {JSON("Version")}},
    {"POST", "/api/session", api_begin_session, "beginSession", "a cookie in place of the token, for pages", 204,
     .more = "It stands for the token in what a browser asks for, until the server ends."},
    {"DELETE", "/api/session", api_end_session, "endSession", "the end of that cookie", 204, .problems = NULL},
    {"GET", "/api/openapi.json", api_openapi, "getDescription", "this description", 200, .gives = {JSON("Description")}},
    {"GET", "/healthz", api_health, "getHealth", "whether it is well", 200, .gives = {PLAIN}, .problems = "503"},
    {"GET", "/metrics", api_metrics, "getMetrics", "figures in Prometheus' form", 200, .gives = {PLAIN}, .problems = "503"},
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
    else if (page_is_at(r->path) && !fits_method(r, "GET"))
        http_refuse_method(r, "GET, HEAD");
    else if (!page_reply(r))
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

bool api_knows_all(http_request *r, const char *const *own)
{
    enum { MOST = 64 };
    char *names[MOST], *values[MOST], *other = NULL;
    size_t n = http_queries(r, names, values, MOST);
    for (size_t i = 0; i < n; i++) {
        if (!other && !api_is_one_of(names[i], own))
            other = must_copy(names[i]);
        free(names[i]);
        free(values[i]);
    }
    if (other)
        http_problem(r, 400, "Option", "there is no option '%s' here", other);
    bool all = !other;
    free(other);
    return all;
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
    /* Where the server keeps things is nobody's business. */
    char *data = folder_of_data(((server *)r->user)->settings->data);
    char *why = child_hide(must_copy(err->message), data);
    switch (err->code) {
    case STANCE_EINVAL:
        http_problem(r, 400, "Request", "%s", why);
        break;
    case STANCE_END:
        http_problem(r, 413, "Too large", "%s", why);
        break;
    case STANCE_EMODEL:
    case STANCE_EINPUT:
        http_problem(r, 422, "Input", "%s", why);
        break;
    case STANCE_EOUTPUT:
        http_problem(r, 507, "Storage", "%s", why);
        break;
    default:
        http_problem(r, 500, "Error", "%s", why);
        break;
    }
    free(why);
    free(data);
}
