/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_EVAL_COCO_RESULT_H
#define ST_EVAL_COCO_RESULT_H

#include "stance/pose.h"
#include "json/json.h"

/* One person found, in the form that COCO's results have. */
typedef struct st_coco_result {
    int64_t image_id, category_id;
    double score;
    double box[4]; /* x, y, width, height */
    size_t n_points;
    const double *points; /* x, y, score of each; 0, 0, 0: not given */
} st_coco_result;

/** The category of people. */
#define ST_COCO_PERSON 1

/**
 * The numbers of a pose, rounded as they are written: what is scored from memory and what
 * is scored from a file is the same to the last bit.
 *
 * @param points room for 3 numbers a keypoint; kept by the result
 * @return false: the pose has no points, and is no result
 */
bool st_coco_make(st_coco_result *result, const stance_skeleton *skeleton,
                  const stance_pose *pose, double *points);

/** An object in one line. */
void st_coco_write(st_json_writer *w, const st_coco_result *result);

#endif
