/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_EVAL_RESULTS_H
#define ST_EVAL_RESULTS_H

#include "eval/coco_result.h"
#include "eval/truth.h"

/** Poses found, in the order in which they came. Zero-initialise. */
typedef struct st_eval_results {
    st_eval_found *found; /**< number: its place here, where its points are */
    double *points;
    size_t n, capacity;
    size_t n_left_out;
} st_eval_results;

void st_eval_results_clear(st_eval_results *results);

/** One more, where its image is looked at and its category is known; else it is counted
 * as left out. @param area of the person, for ranges of sizes */
int st_eval_results_add(st_eval_results *results, const st_eval_truth *truth,
                        const st_coco_result *result, double area, stance_error *err);

/** All of a document; on error nothing is added. */
int st_eval_results_take(st_eval_results *results, const st_eval_truth *truth,
                         const st_json *json, stance_error *err);

#endif
