/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_EVAL_DATA_H
#define ST_EVAL_DATA_H

#include "stance/eval.h"

/*
 * What the measures see: plain numbers in tables, sorted by category and image. Points
 * are in tables beside, three numbers each: x, y, and the label's visibility or the
 * pose's score.
 */

/** Somebody labelled, or a region of the labels. */
typedef struct st_eval_person {
    int64_t id, image_id, category_id;
    size_t number;      /**< place of the points in their table */
    double area;        /**< pixels; NAN: not labelled */
    double box[4];      /**< x, y, width, height; NAN: not labelled */
    double head;        /**< size of the head in pixels; NAN: not labelled */
    int64_t n_labelled; /**< points, as the labels say */
    bool crowd;
} st_eval_person;

/** A pose found. */
typedef struct st_eval_found {
    int64_t image_id, category_id;
    size_t number;
    double score, area;
    double box[4];
} st_eval_found;

typedef struct st_eval_data {
    const stance_skeleton *skeleton;
    const double *sigmas;         /**< of each point; 0: not known */
    const st_eval_person *people; /**< by category, image, number */
    size_t n_people;
    const double *people_points;
    const st_eval_found *found; /**< by category, image, falling score, number */
    size_t n_found;
    const double *found_points;
} st_eval_data;

/** One category in one image: parts of the tables above. */
typedef struct st_eval_scene {
    int64_t category_id, image_id;
    const st_eval_person *people;
    size_t n_people;
    const st_eval_found *found;
    size_t n_found;
    size_t next_person, next_found; /**< where the one after it begins */
} st_eval_scene;

/** The scene after this one, in order of category and image; begin with zeros. @return
 * false past the end */
bool st_eval_next(const st_eval_data *data, st_eval_scene *scene);

/** True for somebody who is to be found: no crowd, and with labelled points. */
bool st_eval_counts(const st_eval_person *person);

/** AP looks at so many poses of an image. */
enum { ST_EVAL_MOST_FOUND = 20 };

int st_eval_ap(const st_eval_data *data, double figures[STANCE_EVAL_AP_COUNT],
               stance_error *err);
/** Similarity of a pose and a person, 0 to 1 (oks.c). */
double st_eval_oks(const st_eval_data *data, const st_eval_found *found,
                   const st_eval_person *person);

/** @param settings with the threshold set */
int st_eval_pck(const st_eval_data *data, const stance_eval_pck_settings *settings,
                stance_eval_pck *pck, stance_error *err);

#endif
