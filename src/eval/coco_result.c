/* SPDX-License-Identifier: Apache-2.0 */
/*
 * COCO's form of results: a flat list of x, y, score for each person, a box, a score.
 *
 * Numbers are rounded when they are made and not when they are written. A multiple of a
 * hundredth, written with two decimals and read again, is the very same number.
 *
 * The box is written although the form does without it: a reader of COCO's results takes
 * the size of a person from it, and without it from the span of the points, in which a
 * point that was not given lies at 0, 0.
 *
 * Source: https://cocodataset.org/#format-results
 */
#include "eval/coco_result.h"

#include <math.h>

enum { PLACE_DECIMALS = 2, SCORE_DECIMALS = 6 };

static double rounded(double value, double scale)
{
    return isfinite(value) ? nearbyint(value * scale) / scale : 0;
}

static double place(double value)
{
    return rounded(value, 100);
}

static double unit(double score)
{
    return rounded(!(score > 0) ? 0 : score > 1 ? 1 : score, 1e6);
}

bool st_coco_make(st_coco_result *result, const stance_skeleton *skeleton,
                  const stance_pose *pose, double *points)
{
    *result = (st_coco_result){.category_id = ST_COCO_PERSON,
                               .score = unit((double)pose->score),
                               .n_points = skeleton->n_keypoints,
                               .points = points};
    bool any = false;
    for (int i = 0; i < 4; i++)
        result->box[i] = place((double)pose->box[i]);
    for (size_t k = 0; k < skeleton->n_keypoints; k++) {
        const stance_keypoint *point = &pose->keypoints[k];
        bool given = stance_keypoint_given(point);
        any |= given;
        points[3 * k] = given ? place((double)point->x) : 0;
        points[3 * k + 1] = given ? place((double)point->y) : 0;
        points[3 * k + 2] = given ? unit((double)point->score) : 0;
    }
    return any;
}

void st_coco_write(st_json_writer *w, const st_coco_result *result)
{
    st_json_begin_object(w, NULL, true);
    st_json_write_int(w, "image_id", result->image_id);
    st_json_write_int(w, "category_id", result->category_id);
    if (result->n_points > 0) {
        st_json_begin_array(w, "keypoints", true);
        for (size_t i = 0; i < 3 * result->n_points; i++)
            st_json_write_number(w, NULL, result->points[i],
                                 i % 3 == 2 ? SCORE_DECIMALS : PLACE_DECIMALS);
        st_json_end_array(w);
    }
    st_json_write_number(w, "score", result->score, SCORE_DECIMALS);
    st_json_begin_array(w, "bbox", true);
    for (int i = 0; i < 4; i++)
        st_json_write_number(w, NULL, result->box[i], PLACE_DECIMALS);
    st_json_end_array(w);
    st_json_end_object(w);
}
