/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_STREAM_H
#define SERVER_STREAM_H

#include "arguments.h"
#include "feed.h"
#include "folders.h"
#include "serve.h"

/*
 * One live source, looked at by a child: cameras, streams, clips that begin again, drawn
 * people, or pictures that a browser sends.
 *
 * The child writes joints as lines and annotated pictures as JPEGs; the newest of each
 * stand in a feed. A source that is lost is tried again with growing pauses.
 * Threads: any, where nothing else is said.
 */

typedef enum stream_kind {
    STREAM_DRAWN,  /**< mannequin:SCENE */
    STREAM_FILE,   /**< begins again at its end */
    STREAM_CAMERA, /**< of this machine */
    STREAM_HTTP,   /**< fetched by the server, the child sees no network */
    STREAM_RTSP,   /**< and other protocols that the child speaks itself */
    STREAM_PUSHED, /**< JPEGs by stream_push() */
} stream_kind;

typedef struct stream_source {
    stream_kind kind;
    char *address; /**< what `stance run` is given; NULL: pictures are pushed */
    char *shown;   /**< the same without passwords */
    bool trusted;  /**< the operator named it */
} stream_source;

/** Free what is in it. */
void stream_source_clear(stream_source *source);

/** Who may be asked for a redirected address. @return 0 or STANCE_EINVAL */
typedef int (*stream_may_ask)(void *user, const char *url, stance_error *err);

typedef enum stream_state {
    STREAM_STARTING,
    STREAM_RUNNING,
    STREAM_LOST,   /**< tried again after a pause */
    STREAM_PAUSED, /**< the source is closed */
    STREAM_FAILED, /**< trying again would not help */
} stream_state;

const char *stream_state_name(stream_state state);

typedef struct stream_facts {
    stream_state state;
    int64_t since_us; /**< when it was made, wall clock */
    int64_t frames, dropped;
    int64_t gaps;
    double fps;
    double latency_ms, latency_most_ms; /**< of the last frames; -1: none yet */
    double retry_s;                     /**< lost: until it is tried again */
    char *error;                        /**< free(); NULL: none */
    char *options;                      /**< free() */
} stream_facts;

typedef struct stream stream;

/** The command line of the child that looks at one; arguments_clear().
 * @param pictures where annotated ones go; NULL: none are wanted */
arguments stream_arguments(const serve_settings *settings, const stream_source *source,
                           const char *pictures, const char *options);

/**
 * Begin.
 *
 * @param source taken over, whatever is returned
 * @param options "name=value" lines
 * @param drawn annotated pictures are wanted
 */
int stream_open(stream **s, const serve_settings *settings, stream_source source,
                const char *options, bool drawn, stance_error *err);
/** Ask it to end; does not wait. */
void stream_end(stream *s);
/** Wait until nobody looks at the source any more. */
void stream_wait(stream *s);
/** Wait for its end and free it. Nobody may use it any more. */
void stream_close(stream **s);

const char *stream_id(const stream *s);
const stream_source *stream_get_source(const stream *s);
void stream_get_facts(stream *s, stream_facts *facts);
void stream_facts_clear(stream_facts *facts);
void stream_pause(stream *s);
/** Go on, at once also when it waits to be tried again. @param options NULL: as before */
void stream_start(stream *s, const char *options);

feed *stream_rows(stream *s);
/** JPEGs; none come where they were not wanted. */
feed *stream_pictures(stream *s);

/** The newest picture to look at; one that still waits is dropped. @return false: it has
 * ended, or takes none */
bool stream_push(stream *s, const char *jpeg, size_t n);

#endif
