/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_API_H
#define SERVER_API_H

#include <stdatomic.h>

#include "http.h"
#include "job_queue.h"
#include "run_check.h"
#include "stream_list.h"

/* What the API's files share: the routes are in api.c, a file for each kind of thing. */

struct server {
    const serve_settings *settings;
    http_server *http;
    job_queue *jobs;
    run_checks *checks;
    stream_list *streams;
    char *token, *address;
    int data; /* holds the folder; -1: not */
    int64_t started_us;
    atomic_bool ending; /* streams of events end */
    atomic_int n_streams;
    atomic_bool fetching; /* a network */
};

/** Answers every request. */
void api_answer(http_request *r);

/** Options out of the query: every parameter that is not `own`. False: it was refused,
 * and the reply is sent. @param own names ended by NULL that are the handler's */
bool api_read_options(http_request *r, job_options *options, const char *const *own);
/** Streams of events keep a thread each: some have to be left for other requests. False:
 * there are as many as there may be, and the reply is sent. */
bool api_begin_stream(http_request *r);
void api_end_stream(http_request *r);
/** @param list ended by NULL */
bool api_is_one_of(const char *name, const char *const *list);
/** @param id filled where the pattern has "{id}" */
bool api_fits_path(const char *pattern, const char *path, char id[JOB_ID + 1]);
/** True for an option that makes sense for a source without an end. */
bool api_is_live_option(const char *name);
/** False: an option of the query makes no sense for one, and that is replied. */
bool api_fits_live(http_request *r);
/** A time as JSON; null where it is 0. */
void api_add_time(json_text *j, const char *key, int64_t us);
/** Reply to what could not be done. */
void api_reply_error(http_request *r, const stance_error *err);

/* ---- routes ---- */

typedef enum api_parameters {
    API_NONE,
    API_OPTIONS, /**< of a run */
    API_SOURCE,  /**< of a live one, with its source */
    API_LIVE,    /**< of a live one */
    API_PAGES,
    API_EVENTS,
    API_NUMBERED
} api_parameters;

/** Something that can be asked for: how it is answered, and how it is described. */
typedef struct api_route {
    const char *method, *path; /**< "{id}" stands for a job's or stream's id, "{n}" for a
                                 number, "{name}" for a name */
    /** Replies exactly once. @param id NULL where the path has none */
    void (*answer)(http_request *r, const char *id);
    const char *name, *summary;
    const char *type, *schema; /**< of the answer; schema NULL: any */
    int status;
    bool file; /**< the body is a file */
    api_parameters parameters;
} api_route;

/** Those of one path stand together. A table ends with a NULL method. */
extern const api_route api_routes[];

/* api_pose.c */
void api_post_pose(http_request *r, const char *id);

/* api_jobs.c */
void api_post_job(http_request *r, const char *id);
void api_list_jobs(http_request *r, const char *id);
void api_get_job(http_request *r, const char *id);
void api_delete_job(http_request *r, const char *id);
void api_cancel_job(http_request *r, const char *id);
void api_follow_job(http_request *r, const char *id);
/** Which part, the last word of the path says. */
void api_get_part(http_request *r, const char *id);
void api_get_screenshot(http_request *r, const char *id);

/* api_events.c */
void api_events(http_request *r, const char *id);
void api_events_live(http_request *r, const char *id);
void api_detections(http_request *r, const char *id);

/* api_about.c */
void api_version(http_request *r, const char *id);
void api_health(http_request *r, const char *id);
void api_metrics(http_request *r, const char *id);
void api_options(http_request *r, const char *id);

/* api_streams.c */
void api_post_stream(http_request *r, const char *id);
void api_list_streams(http_request *r, const char *id);
void api_get_stream(http_request *r, const char *id);
void api_pause_stream(http_request *r, const char *id);
void api_start_stream(http_request *r, const char *id);
void api_delete_stream(http_request *r, const char *id);
void api_stream_video(http_request *r, const char *id);
void api_stream_joints(http_request *r, const char *id);
void api_stream_picture(http_request *r, const char *id);
void api_video_feed(http_request *r, const char *id);

/* api_sockets.c: see http_sockets */
void *api_socket_accept(http_request *r);
bool api_socket_open(void *session, http_socket *socket);
bool api_socket_message(void *session, const char *bytes, size_t n);
void api_socket_close(void *session);

/* api_models.c */
void api_models(http_request *r, const char *id);
void api_fetch_model(http_request *r, const char *id);

/* api_openapi.c */
void api_openapi(http_request *r, const char *id);

#endif
