/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_MODEL_RUNNER_PRIVATE_H
#define ST_MODEL_RUNNER_PRIVATE_H

#include "frame/frame.h"
#include <pthread.h>
#include <stdatomic.h>

#include "model/aim.h"
#include "model/model_private.h"

/* What the files of the runner share: runner.c opens it, runner_frames.c says where to
 * look for whom is followed, runner_several.c looks at several people, runner_work.c has
 * it done by threads side by side, runner_infer.c looks. */

enum { ST_MOST_FOLLOWED = 128, ST_MOST_JOBS = 2 * ST_MOST_SLOTS };

/* What a thread needs to look. */
typedef struct st_slot {
    stance_runner *runner;
    pthread_t thread;
    bool running; /* it has a thread of its own, not yet joined */
    st_request *request;
    st_sampler *sampler;
    float *floats[ST_MAX_TENSORS];   /* outputs of other types, as floats; else NULL */
    size_t n_floats[ST_MAX_TENSORS]; /* room for them */
    stance_poses coco;               /* for the crop: with COCO's points */
} st_slot;

typedef enum st_job_state {
    ST_JOB_WAITS,
    ST_JOB_TAKEN, /* a thread looks */
    ST_JOB_SEEN,  /* whether at the right place, is not known yet */
    ST_JOB_DONE
} st_job_state;

/* A frame, or somebody in it, to be looked at. */
typedef struct st_job {
    const stance_frame *frame; /* the caller's, until the end */
    double region[4];
    stance_moment moment;
    const st_view *place; /* the caller's too; NULL: where the aim says */
    st_job_state state;
    st_target target, wanted; /* what is looked at, and what the pose asks for next */
    stance_poses seen, own;   /* in source pixels; own: where the outputs' points are
                                 others than the model's */
    stance_runner_times times;
    int64_t from_us, until_us; /* of the inference */
    int rc;
    stance_error err;
} st_job;

/* Somebody who is looked at, frame after frame. */
typedef struct st_followed {
    st_view view;
    float box[4]; /* about where, to tell who was found again */
    float score;  /* the detector's */
    int unseen;   /* detections in a row that did not find them */
} st_followed;

struct stance_runner {
    stance_model *model;
    st_recorder *recorder;
    stance_poses raw;        /* of the frame ended last, with the outputs' own points */
    stance_runner *detector; /* NULL: none; else also what follows */
    stance_poses found, one; /* the detector's people; one person looked at */
    st_followed followed[ST_MOST_FOLLOWED];
    size_t n_followed;
    int64_t since_detection; /* frames */
    bool lost;               /* somebody was: look for people at once */
    stance_runner_times times;
    int64_t from_us, until_us; /* of the inference of what was ended last */

    /* The first slot is the caller's, the others are threads. */
    st_slot slots[ST_MOST_SLOTS];
    atomic_size_t n_open; /* slots that look, or are ready to */
    bool widened;
    /* Guards the jobs and what is below; nothing else is locked while it is held. */
    pthread_mutex_t lock;
    pthread_cond_t more, done; /* a job waits; one was looked at */
    st_job jobs[ST_MOST_JOBS]; /* a ring, in the order in which they were begun */
    size_t first, n_jobs, n_done;
    bool dropping, closing;
    st_aim aim; /* for the first job that is not done */
};

/* ---- looking: runner_infer.c ---- */

int st_slot_open(st_slot *slot, stance_runner *runner, stance_error *err);
void st_slot_close(st_slot *slot);

/** Look at a part of the job's frame. Adds to the job's times; what is seen is in source
 * pixels and not yet sifted. What is outside of its region is padding. */
int st_slot_look(st_slot *slot, st_job *job, const st_view *view, stance_error *err);

/* ---- having it done: runner_work.c ---- */

/** Jobs that may be begun before the first is ended. */
size_t st_work_room(const stance_runner *runner);

/** @param place what to look at, kept until the end; NULL: where the aim says
 * @return as stance_runner_begin() */
int st_work_begin(stance_runner *runner, const stance_frame *frame,
                  const double region[4], stance_moment moment, const st_view *place,
                  stance_error *err);

/** Wait for the job begun first; what it took is added to the runner's times. On error
 * the others are let go. */
int st_work_end(stance_runner *runner, stance_poses *out, stance_error *err);

/** Let go of all jobs. */
void st_work_drop(stance_runner *runner);

void st_work_open(stance_runner *runner);
void st_work_close(stance_runner *runner);

/* ---- where: runner_frames.c ---- */

/** What a job has to look at, as far as can be told now. Locked.
 * @param first all before it are done: that is certain
 * @param behind_cut one of those that are not done begins a new shot */
st_target st_runner_likely(const stance_runner *runner, const st_job *job, bool first,
                           bool behind_cut);

/** All looks that a job takes. */
int st_runner_do(st_slot *slot, st_job *job, stance_error *err);

/** All before it are done. Locked. @return false: it looked at the wrong place */
bool st_runner_settle(stance_runner *runner, const st_job *job);

/** The smallest part of the input's shape that holds a region (x, y, w, h), which is in
 * its middle. */
st_view st_runner_fit(const stance_model *model, const double region[4]);

/** --region, as far as it lies in the picture; STANCE_EINVAL: nowhere. */
int st_runner_region(const stance_model *model, const stance_frame *frame,
                     double region[4], stance_error *err);

/* ---- what is made of it: runner.c ---- */

/** People whose score is too low are nobody; the best ones stay where there are too many
 * (decoders give them best first). @return how many there were */
int st_runner_keep_people(const stance_model *model, stance_poses *poses);

/** The box around the points that are sure. */
void st_runner_make_box(stance_pose *pose, size_t n_keypoints);

/** Find people, and look at each: see runner_several.c. */
int st_runner_several(stance_runner *runner, const stance_frame *frame,
                      const double region[4], stance_poses *out, stance_error *err);

#endif
