/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Poses found: COCO's results read, or added one by one.
 *
 * The subtle thing is a person's size. pycocotools takes it from the box where the first
 * result has one, and else from the span of the points, those at 0, 0 among them.
 *
 * Source: https://cocodataset.org/#format-results; pycocotools, COCO.loadRes.
 */
#include "eval/results.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/status.h"

void st_eval_results_clear(st_eval_results *results)
{
    st_free(results->found);
    st_free(results->points);
    *results = (st_eval_results){0};
}

static int grow(st_eval_results *results, size_t n_points, stance_error *err)
{
    size_t more = results->capacity ? 2 * results->capacity : 64;
    st_eval_found *found = st_realloc_array(results->found, more, sizeof(*found));
    if (found)
        results->found = found;
    double *points =
        st_realloc_array(results->points, more, 3 * n_points * sizeof(*points));
    if (points)
        results->points = points;
    if (!found || !points)
        return st_fail_memory(err);
    results->capacity = more;
    return 0;
}

static bool has_category(const st_eval_truth *truth, int64_t id)
{
    for (size_t i = 0; i < truth->n_categories; i++)
        if (truth->categories[i] == id)
            return true;
    return false;
}

int st_eval_results_add(st_eval_results *results, const st_eval_truth *truth,
                        const st_coco_result *result, double area, stance_error *err)
{
    size_t n = 3 * truth->skeleton->n_keypoints;
    const st_eval_image *image = st_eval_truth_image(truth, result->image_id);
    if (!image || !image->chosen || !has_category(truth, result->category_id)) {
        results->n_left_out++;
        return 0;
    }
    if (results->n == results->capacity && grow(results, n / 3, err) < 0)
        return STANCE_ENOMEM;
    st_eval_found *found = &results->found[results->n];
    *found = (st_eval_found){.image_id = result->image_id,
                             .category_id = result->category_id,
                             .number = results->n,
                             .score = result->score,
                             .area = area};
    memcpy(found->box, result->box, sizeof(found->box));
    memcpy(results->points + n * results->n, result->points, n * sizeof(double));
    results->n++;
    return 0;
}

/* ---- reading ---- */

static double span_area(const st_coco_result *result)
{
    double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};
    for (size_t k = 0; k < result->n_points; k++)
        for (size_t i = 0; i < 2; i++) {
            low[i] = fmin(low[i], result->points[3 * k + i]);
            high[i] = fmax(high[i], result->points[3 * k + i]);
        }
    return (high[0] - low[0]) * (high[1] - low[1]);
}

/* @param points room for them */
static int take_one(const st_eval_truth *truth, const st_json *json,
                    const st_json_value *object, bool boxes, double *points,
                    st_coco_result *result, stance_error *err)
{
    const st_json_value *list, *box = NULL;
    size_t n = 3 * truth->skeleton->n_keypoints;
    *result = (st_coco_result){.n_points = n / 3, .points = points};
    if (st_json_type_of(object) != ST_JSON_OBJECT)
        return st_json_fail(json, object, err, "expected an object");
    int rc = st_json_get_int(json, object, "image_id", true, INT64_MIN, INT64_MAX,
                             &result->image_id, err);
    if (rc == 0)
        rc = st_json_get_int(json, object, "category_id", true, INT64_MIN, INT64_MAX,
                             &result->category_id, err);
    if (rc == 0)
        rc = st_json_get_number(json, object, "score", true, -1e300, 1e300,
                                &result->score, err);
    if (rc == 0)
        rc = st_json_get_array(json, object, "keypoints", true, n, n, &list, err);
    if (rc == 0)
        rc = st_eval_take_numbers(json, list, points, n, err);
    if (rc == 0 && boxes)
        rc = st_json_get_array(json, object, "bbox", true, 4, 4, &box, err);
    if (rc == 0 && boxes)
        rc = st_eval_take_numbers(json, box, result->box, 4, err);
    if (rc == 0 && !st_eval_truth_image(truth, result->image_id))
        rc = st_json_fail(json, object, err,
                          "image_id: expected that of one of the labels' %zu images, "
                          "found %lld",
                          truth->n_images, (long long)result->image_id);
    return rc;
}

/* Do the results have boxes? The first one says it for all. */
static int look_at_first(const st_json *json, const st_json_value *list, bool *boxes,
                         stance_error *err)
{
    const st_json_value *first = st_json_at(list, 0), *box = NULL;
    *boxes = false;
    if (!first || st_json_type_of(first) != ST_JSON_OBJECT)
        return 0;
    int rc = st_json_get_array(json, first, "bbox", false, 0, 4, &box, err);
    *boxes = rc == 0 && box && st_json_count(box) > 0;
    if (rc == 0 && !*boxes && st_json_member(first, "segmentation"))
        rc = st_json_fail(json, first, err,
                          "expected a bbox, or no segmentation: masks are not read");
    return rc;
}

int st_eval_results_take(st_eval_results *results, const st_eval_truth *truth,
                         const st_json *json, stance_error *err)
{
    const st_json_value *list = st_json_root(json);
    const st_eval_results before = *results;
    double *points = st_alloc_array(3 * truth->skeleton->n_keypoints, sizeof(*points));
    bool boxes = false;
    int rc = points ? 0 : st_fail_memory(err);
    if (rc == 0 && st_json_type_of(list) != ST_JSON_ARRAY)
        rc = st_json_fail(json, list, err, "expected results: a list of objects");
    if (rc == 0 && st_json_count(list) > ST_MAX_LABELS)
        rc = st_json_fail(json, list, err, "expected at most %d results, found %zu",
                          ST_MAX_LABELS, st_json_count(list));
    if (rc == 0)
        rc = look_at_first(json, list, &boxes, err);
    for (size_t i = 0; rc == 0 && i < st_json_count(list); i++) {
        st_coco_result result;
        rc = take_one(truth, json, st_json_at(list, i), boxes, points, &result, err);
        if (rc == 0)
            rc = st_eval_results_add(
                results, truth, &result,
                boxes ? result.box[2] * result.box[3] : span_area(&result), err);
    }
    if (rc < 0) {
        results->n = before.n;
        results->n_left_out = before.n_left_out;
    }
    st_free(points);
    return rc;
}
