/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_MODEL_RUNNER_PRIVATE_H
#define ST_MODEL_RUNNER_PRIVATE_H

#include "frame/frame.h"
#include "model/model_private.h"

/* What runner.c and runner_several.c share. */

enum { ST_MOST_BOXES = 128 };

struct stance_runner {
    stance_model *model;
    st_request *request;
    st_sampler *sampler;
    st_recorder *recorder;
    float *floats[ST_MAX_TENSORS];    /* outputs of other types, as floats; else NULL */
    size_t n_floats[ST_MAX_TENSORS];  /* room for them */
    stance_poses raw;                 /* with the outputs' own points */
    stance_poses coco;                /* for the crop: with COCO's */
    stance_runner *detector;          /* NULL: none; else also what follows */
    stance_poses found, one;          /* the detector's boxes; one person looked at */
    stance_pose boxes[ST_MOST_BOXES]; /* where people are looked for; points unused */
    size_t n_boxes;
    int64_t since_detection; /* frames */
    bool lost;               /* somebody was: look for people at once */
    bool following;          /* `crop` holds where the person will be */
    st_square crop;
    stance_runner_times times;
};

/** A part of the source in source pixels, of the input's shape; may reach outside. */
typedef struct st_rect {
    double x, y, w, h;
} st_rect;

/** The smallest part of the input's shape that holds a region (x, y, w, h), which is in
 * its middle. */
st_rect st_runner_fit(const stance_model *model, const double region[4]);

/** Run the network on one part of the frame. @param region what is outside is padding
 * @param out in source pixels, not yet sifted */
int st_runner_infer(stance_runner *runner, const stance_frame *frame, const st_rect *crop,
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
