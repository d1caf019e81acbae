/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_MODEL_RUNNER_PRIVATE_H
#define ST_MODEL_RUNNER_PRIVATE_H

#include "frame/frame.h"
#include <pthread.h>
#include <stdatomic.h>

#include "model/aim.h"
#include "model/model_private.h"

/* What the files of the runner share: runner.c opens it, runner_frames.c has frames on
 * their way, runner_several.c looks at several people, runner_infer.c looks. */

enum { ST_MOST_FOLLOWED = 128 };

/* Room for one look on its way through the network. */
typedef struct st_slot {
    st_request *request;
    st_sampler *sampler;
    float *floats[ST_MAX_TENSORS];   /* outputs of other types, as floats; else NULL */
    size_t n_floats[ST_MAX_TENSORS]; /* room for them */
    st_view view;                    /* what is looked at, and the way back */
    st_affine map;
    int64_t started_us, preprocess_us;
    /* Of a frame on its way, begun and not yet ended: */
    const stance_frame *frame; /* the caller's, until then */
    double region[4];
    stance_moment moment;
    st_target target;          /* what its look is at */
    bool landed;               /* a picture's first look was */
    stance_poses first;        /* and what it saw */
    stance_runner_times times; /* of its looks so far */
} st_slot;

/* Somebody who is looked at, frame after frame. */
typedef struct st_followed {
    st_view view;
    float box[4]; /* about where, to tell who was found again */
    float score;  /* the detector's */
    int unseen;   /* detections in a row that did not find them */
} st_followed;

struct stance_runner {
    stance_model *model;
    st_slot slots[ST_MOST_SLOTS];
    st_recorder *recorder;
    stance_poses raw;        /* with the outputs' own points */
    stance_poses coco;       /* for the crop: with COCO's */
    stance_runner *detector; /* NULL: none; else also what follows */
    stance_poses found, one; /* the detector's people; one person looked at */
    st_followed followed[ST_MOST_FOLLOWED];
    size_t n_followed;
    int64_t since_detection; /* frames */
    bool lost;               /* somebody was: look for people at once */
    st_aim aim;
    /* Slots beyond the first are opened by `widener`, while the first is in use. */
    pthread_t widener;
    bool widening;         /* it was started and not yet joined */
    atomic_size_t n_open;  /* the others read it only while nothing is on its way */
    size_t n_slots;        /* in use */
    size_t first, n_begun; /* slots on their way, by stance_runner_begin() */
    stance_runner_times times;
    int64_t landed_us; /* when the last look was done with */
};

/** The smallest part of the input's shape that holds a region (x, y, w, h), which is in
 * its middle. */
st_view st_runner_fit(const stance_model *model, const double region[4]);

int st_slot_open(st_slot *slot, const stance_model *model, stance_error *err);
void st_slot_close(st_slot *slot, const stance_model *model);

/** Begin to look at a part of the frame. @param region what is outside is padding */
int st_runner_launch(stance_runner *runner, size_t slot, const stance_frame *frame,
                     const st_view *view, const double region[4], stance_error *err);

/** Wait for a slot's look; adds to the slot's times. @param out in source pixels, not yet
 * sifted; the decoder's own points, where it has others, are in runner->raw */
int st_runner_land(stance_runner *runner, size_t slot, stance_poses *out,
                   stance_error *err);

/** Take what a slot's looks took. */
void st_runner_add_times(stance_runner *runner, size_t slot);

/** Use the slots that have been opened meanwhile; while nothing is on its way. */
void st_runner_take_slots(stance_runner *runner);

/** Let go of frames on their way. */
void st_runner_drain(stance_runner *runner);

/** People whose score is too low are nobody; the best ones stay where there are too many
 * (decoders give them best first). @return how many there were */
int st_runner_keep_people(const stance_model *model, stance_poses *poses);

/** The box around the points that are sure. */
void st_runner_make_box(stance_pose *pose, size_t n_keypoints);

/** --region, as far as it lies in the picture; STANCE_EINVAL: nowhere. */
int st_runner_region(const stance_model *model, const stance_frame *frame,
                     double region[4], stance_error *err);

/** Find people, and look at each: see runner_several.c. */
int st_runner_several(stance_runner *runner, const stance_frame *frame,
                      const double region[4], stance_poses *out, stance_error *err);

#endif
