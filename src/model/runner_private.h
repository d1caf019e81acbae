/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_MODEL_RUNNER_PRIVATE_H
#define ST_MODEL_RUNNER_PRIVATE_H

#include "frame/frame.h"
#include "model/model_private.h"

/* What runner.c and runner_several.c share. */

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
    bool following;          /* `crop` holds where the person will be */
    st_square crop;
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

/** Wait for a slot's look. @param out in source pixels, not yet sifted; the decoder's own
 * points, where it has others, are in runner->raw */
int st_runner_land(stance_runner *runner, size_t slot, stance_poses *out,
                   stance_error *err);

/** Both, one after the other. */
int st_runner_infer(stance_runner *runner, const stance_frame *frame, const st_view *crop,
                    const double region[4], stance_poses *out, stance_error *err);

/** The box around the points that are sure. */
void st_runner_make_box(stance_pose *pose, size_t n_keypoints);

/** --region, as far as it lies in the picture; STANCE_EINVAL: nowhere. */
int st_runner_region(const stance_model *model, const stance_frame *frame,
                     double region[4], stance_error *err);

/** Find people, and look at each: see runner_several.c. */
int st_runner_several(stance_runner *runner, const stance_frame *frame,
                      const double region[4], stance_poses *out, stance_error *err);

#endif
