/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_API_H
#define SERVER_API_H

#include <stdatomic.h>

#include "http.h"
#include "job_queue.h"
#include "run_check.h"
#include "stream_list.h"

/* What the API's files share: the routes are in api.c, a file for each kind of thing. */

enum {
    JOBS_PAGE = 50,
    JOBS_MOST_PAGE = 200,
    EVENTS_PAGE = 50,
    EVENTS_MOST_PAGE = 1000,
};

struct server {
    const serve_settings *settings;
    http_server *http;
    job_queue *jobs;
    run_checks *checks;
    stream_list *streams;
    stance_event_db *events; /* kept open, see server.c; NULL: no file */
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
/** @return false: the query has a parameter of another name, and that is replied
 * @param own names ended by NULL */
bool api_knows_all(http_request *r, const char *const *own);
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
/** Begin to look at a source, which is taken over, if the options fit it.
 * @param drawn its annotated pictures are wanted as well
 * @return held; NULL: that was replied */
stream *api_open_stream(http_request *r, stream_source source, const job_options *options,
                        bool drawn);
/** A time as JSON; null where it is 0. */
void api_add_time(json_text *j, const char *key, int64_t us);
/** Reply to what could not be done. */
void api_reply_error(http_request *r, const stance_error *err);

/* ---- routes ---- */

typedef enum api_parameters {
    API_NONE,
    API_OPTIONS, /**< of a run */
    API_JOB,     /**< of a run, with a file's path and name */
    API_SOURCE,  /**< of a live one, with its source */
    API_LIVE,    /**< of a live one */
    API_PAGES,
    API_EVENTS,
    API_FOLLOWED, /**< events from now on */
    API_NUMBERED  /**< events in numbered pages */
} api_parameters;

/** What a body can be. */
typedef struct api_content {
    const char *type;
    const char *schema; /**< of JSON; NULL: bytes or text */
    const char *event;  /**< of a text/event-stream: the schema is that of this event's
                           data;  of lines: that of each line */
} api_content;

enum { API_CONTENTS = 3 };

/** Something that can be asked for: how it is answered, and how it is described. */
typedef struct api_route {
    const char *method, *path; /**< "{id}" stands for a job's or stream's id, "{n}" for a
                                 number, "{name}" for a name */
    /** Replies exactly once. @param id NULL where the path has none */
    void (*answer)(http_request *r, const char *id);
    const char *name, *summary;
    int status;                      /**< when all is well */
    api_content gives[API_CONTENTS]; /**< of one type stand together; {0}: no body */
    api_parameters parameters;
    const char *problems; /**< "404 409": statuses that others have not; NULL: none */
    bool takes_file;      /**< the body is a file */
    bool gives_file;      /**< also in part, or not at all */
    bool socket;          /**< a WebSocket as well */
    const char *more;     /**< what else has to be known; NULL: nothing */
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
/** Whether an option of `stance events` can be given there. */
bool api_is_event_option(api_parameters parameters, const char *name);
void api_events(http_request *r, const char *id);
void api_events_live(http_request *r, const char *id);
void api_detections(http_request *r, const char *id);

/* api_about.c */
void api_begin_session(http_request *r, const char *id);
void api_end_session(http_request *r, const char *id);
void api_version(http_request *r, const char *id);
void api_health(http_request *r, const char *id);
void api_metrics(http_request *r, const char *id);
void api_skeletons(http_request *r, const char *id);
void api_options(http_request *r, const char *id);

/* api_streams.c */
/** A stream_kind's. NULL behind the last */
const char *api_stream_kind(int kind);
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
/** /api/push asked for without being one. */
void api_push(http_request *r, const char *id);
void *api_socket_accept(http_request *r);
bool api_socket_open(void *session, http_socket *socket);
bool api_socket_message(void *session, const char *bytes, size_t n);
void api_socket_close(void *session);

/* api_models.c */
/** A stance_store_state's, and what a network finds. NULL behind the last */
const char *api_model_state(int state);
const char *api_model_finds(int finds);
void api_models(http_request *r, const char *id);
void api_fetch_model(http_request *r, const char *id);

/* api_openapi.c */
void api_openapi(http_request *r, const char *id);

#endif
