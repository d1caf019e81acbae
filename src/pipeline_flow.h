/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_PIPELINE_FLOW_H
#define ST_PIPELINE_FLOW_H

#include <pthread.h>

#include "base/histogram.h"
#include "base/queue.h"
#include "opening.h"
#include "outputs.h"
#include "people.h"
#include "pipeline.h"
#include "pose/spool.h"
#include "sink/draw.h"
#include "source/source.h"
#include "track/cut.h"

/* What travels: a frame with (later) its poses, or a packet of sound. */
typedef struct st_item {
    stance_frame *frame;
    st_packet *packet;
    stance_poses *poses;
    bool cut;    /* a new shot begins */
    bool filled; /* nobody looked: it is between two frames that were looked at */
    int64_t since_us, inference_us; /* since when it is on its way; at the network */
} st_item;

enum { ST_MOST_BEGUN = 16 /* frames at inference at once */ };

/* How a stage ended. */
typedef struct st_verdict {
    int rc;
    stance_error err;
} st_verdict;

typedef struct st_fast st_fast; /* --fast: pipeline_fast.c */

/* One input in flight. pipeline.c opens and closes the parts; pipeline_flow.c runs them,
 * and each of its steps has a file of its own. */
typedef struct st_flow {
    const st_pipeline_request *request;
    stance_stream stream;
    st_opening *opening;
    st_source *source;             /* its */
    stance_runner *runner;         /* NULL: poses are the truth */
    const stance_model_info *info; /* of the network; NULL: it is the truth */
    st_outputs outputs;
    stance_poses truth; /* of the frame at the sinks */
    st_people *people;
    st_spool *spool; /* of an input that is looked at twice; NULL: of no other */
    bool looked;     /* the second time */
    int64_t longest; /* known then */
    st_fast *fast;   /* NULL: the network looks at every frame */
    bool finds_cuts;
    st_cut cut; /* inference thread */
    st_draw *draw;
    st_draw_place places[2 * ST_PLACES_MOST]; /* zones and lines */
    size_t n_places;
    st_frame_pool *pictures; /* for annotated pictures of the stream's size */

    st_queue *decoded, *inferred;
    st_queue *free_poses; /* lists that no item holds */
    stance_poses *lists;
    size_t n_lists;
    pthread_t decoder, inferer;
    bool decoder_runs, inferer_runs;

    /* Each written by one stage's thread and read after it was joined. */
    st_verdict decode, infer, deliver;
    bool ended;              /* the source came to its end before anybody stopped it */
    _Atomic int64_t dropped; /* decode thread */
    int people_seen;         /* inference thread, as the two below */
    int64_t n_looked;
    st_item one;        /* inferred, on its way out */
    int64_t frames_out; /* caller's thread, as all below */
    int64_t interpolated;
    st_item *waiting; /* a ring: frames and sound until it is known what comes next */
    size_t waiting_capacity, first_waiting, n_waiting;
    size_t people_most;
    int64_t last_progress_us, fps_since_us, fps_frames;
    double fps;
    int64_t cpu_us; /* when it began */
    st_histogram times[STANCE_STAGE_COUNT], latency;
    int64_t busy_us[3];
} st_flow;

/** Make the queues; the stream must be known. @return 0 or STANCE_ENOMEM */
int st_flow_open(st_flow *p, stance_error *err);

/** Make the lists of poses; p->people must be open. @return 0 or STANCE_ENOMEM */
int st_flow_open_poses(st_flow *p, stance_error *err);

/** Begin to decode on a thread of its own, before the model is there. False: no thread.
 */
bool st_flow_start_decoding(st_flow *p);

/** Run to the end: on threads when decoding was started on one, else on the caller's. */
void st_flow_run(st_flow *p);

/** Let everybody let go: a stage failed, or the user ended the run at a sink. */
void st_flow_halt(st_flow *p);

/** Join the threads and free what is left between them. */
void st_flow_settle(st_flow *p);

/** Free queues and lists. */
void st_flow_close(st_flow *p);

/* ---- what the steps share ---- */

bool st_flow_halted(const st_flow *p);
void st_item_clear(st_flow *p, st_item *it);

/** The second step: an item goes in; it, or others before it, come out.
 * @param it taken, in any case
 * @return 0, STANCE_END or an error */
int st_flow_infer(st_flow *p, st_item *it);
/** The next that is inferred. @return 0; STANCE_AGAIN: none until more go in; an error */
int st_flow_inferred(st_flow *p, st_item *it);
/** Nothing more goes in. */
int st_flow_infer_rest(st_flow *p);
/** All of that as a thread, from the queue `decoded` to `inferred`. */
void *st_flow_infer_thread(void *flow);

/* Looks at frames, begun and ended in the same order. */
size_t st_flow_most_begun(const st_flow *p);
int st_flow_begin_look(st_flow *p, st_item *it);
int st_flow_end_look(st_flow *p, st_item *it);
void st_flow_drop_looks(st_flow *p);
/** A list for the item's poses, where it has none. @return 0 or STANCE_END */
int st_flow_take_poses(st_flow *p, st_item *it);

/** @param fast returned, st_fast_close() @return 0 or STANCE_ENOMEM */
int st_fast_open(st_fast **fast, st_flow *p, stance_error *err);
void st_fast_close(st_fast **fast);
/** Frames that may be inside at once. */
size_t st_fast_most(void);
/** @param it taken, in any case. Take out first what can be. */
int st_fast_push(st_fast *fast, st_item *it);
int st_fast_finish(st_fast *fast);
/** @return 0; STANCE_AGAIN: none until more go in; or an error */
int st_fast_pop(st_fast *fast, st_item *it);

/** The third step. @param it taken, in any case @return 0, STANCE_END or an error */
int st_flow_deliver(st_flow *p, st_item *it);
/** What still waits, when nothing more comes. */
int st_flow_deliver_rest(st_flow *p);
/** What is known only at the end; also where a sink, or an option, ended the run. */
int st_flow_tell_end(st_flow *p);

#endif
