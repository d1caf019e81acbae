/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_EVAL_TRUTH_H
#define ST_EVAL_TRUTH_H

#include "eval/eval_data.h"
#include "json/json.h"

/* Labels in memory, whatever their form was: truth_coco.c and truth_mpii.c fill them. */

typedef struct st_eval_image {
    int64_t id;
    char *file; /* NULL: not named */
    int width, height;
    size_t n_people;
    bool chosen; /* is looked at */
} st_eval_image;

typedef struct st_eval_truth {
    stance_eval_form form;
    st_eval_image *images; /* by id, no two of one id */
    size_t n_images;
    size_t *chosen; /* numbers of those that are looked at */
    size_t n_chosen;
    int64_t *categories; /* by id */
    size_t n_categories;
    const stance_skeleton *skeleton;
    stance_skeleton own; /* where no known one has these points */
    double *sigmas;
    st_eval_person *people; /* in images that are looked at; by category, image, number */
    size_t n_people;
    double *points;
    bool has_zero_id;
} st_eval_truth;

/**
 * Take labels from a document.
 *
 * @param truth zeros; st_eval_truth_clear() in any case
 * @return 0, STANCE_EINPUT, STANCE_EINVAL, STANCE_ENOMEM
 */
int st_eval_truth_take(st_eval_truth *truth, const st_json *json,
                       const stance_eval_settings *settings, stance_error *err);
void st_eval_truth_clear(st_eval_truth *truth);

/** NULL: no image of that id. */
st_eval_image *st_eval_truth_image(const st_eval_truth *truth, int64_t id);

/* ---- for the two forms ---- */

/** @param known see st_eval_fits() */
int st_eval_take_coco(st_eval_truth *truth, const st_json *json,
                      const stance_eval_settings *settings, bool *known,
                      stance_error *err);
int st_eval_take_mpii(st_eval_truth *truth, const st_json *json,
                      const stance_eval_settings *settings, bool *known,
                      stance_error *err);

/** Does an image's object fit what is looked at? @param known set where it has such a
 * member; as many as settings->n_only */
bool st_eval_fits(const st_json_value *image, const stance_eval_settings *settings,
                  bool *known);

/** Put the images in order; one that is listed twice is one. */
int st_eval_sort_images(st_eval_truth *truth, const st_json *json, stance_error *err);

/** Room for so many people with the skeleton's points. */
int st_eval_truth_room(st_eval_truth *truth, size_t n, stance_error *err);

/** The known skeleton with these points, or one of the labels' own (names.c). Names are
 * compared without regard to case, with '_' for blanks and dashes. */
int st_eval_name_points(st_eval_truth *truth, const char *const *names, size_t n,
                        stance_error *err);
int st_eval_use_skeleton(st_eval_truth *truth, const stance_skeleton *skeleton,
                         stance_error *err);

/** Numbers of an array into a table. */
int st_eval_take_numbers(const st_json *json, const st_json_value *array, double *numbers,
                         size_t n, stance_error *err);

#endif
