/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Object keypoint similarity with the rules that the COCO evaluation has beside the
 * formula, and the walk over the tables that all measures make.
 *
 * Sums are made in numpy's order. A mean that meets a threshold exactly (half of the
 * points perfect, the others far off) then meets it here as it does in pycocotools.
 *
 * Source: pycocotools, COCOeval.computeOks.
 */
#include <float.h>
#include <math.h>

#include "eval/eval_data.h"

static double part_of(const double *values, size_t n)
{
    double sum = 0, lanes[8];
    if (n < 8) {
        for (size_t i = 0; i < n; i++)
            sum += values[i];
        return sum;
    }
    size_t whole = n - n % 8;
    for (size_t i = 0; i < whole; i++)
        lanes[i % 8] = i < 8 ? values[i] : lanes[i % 8] + values[i];
    sum = ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) +
          ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
    for (size_t i = whole; i < n; i++)
        sum += values[i];
    return sum;
}

static double sum_of(const double *values, size_t n)
{
    if (n <= 128)
        return part_of(values, n);
    size_t half = n / 2 - n / 2 % 8;
    return part_of(values, half) + part_of(values + half, n - half);
}

/* How far outside of [low, high] a place is. */
static double outside(double at, double low, double high)
{
    return fmax(0, low - at) + fmax(0, at - high);
}

double st_eval_oks(const st_eval_data *data, const st_eval_found *found,
                   const st_eval_person *person)
{
    size_t n_points = data->skeleton->n_keypoints, n_labelled = 0, n = 0;
    const double *truth = data->people_points + 3 * n_points * person->number;
    const double *pose = data->found_points + 3 * n_points * found->number;
    const double *box = person->box;
    double likeness[STANCE_KEYPOINTS_MAX];
    for (size_t k = 0; k < n_points; k++)
        n_labelled += truth[3 * k + 2] > 0;
    for (size_t k = 0; k < n_points; k++) {
        const double *t = truth + 3 * k, *p = pose + 3 * k;
        double dx = p[0] - t[0], dy = p[1] - t[1];
        if (n_labelled > 0 && !(t[2] > 0))
            continue;
        if (n_labelled == 0) { /* nobody knows better than: near the box, doubled */
            dx = outside(p[0], box[0] - box[2], box[0] + box[2] * 2);
            dy = outside(p[1], box[1] - box[3], box[1] + box[3] * 2);
        }
        double reach = data->sigmas[k] * 2;
        double e =
            (dx * dx + dy * dy) / (reach * reach) / (person->area + DBL_EPSILON) / 2;
        likeness[n++] = exp(-e);
    }
    return sum_of(likeness, n) / (double)n;
}

/* ---- the walk ---- */

static bool is_after(int64_t category, int64_t image, int64_t other_category,
                     int64_t other_image)
{
    return category != other_category ? category > other_category : image > other_image;
}

bool st_eval_next(const st_eval_data *data, st_eval_scene *scene)
{
    const size_t from_p = scene->next_person, from_f = scene->next_found;
    size_t p = from_p, f = from_f;
    bool more_people = p < data->n_people, more_found = f < data->n_found;
    if (!more_people && !more_found)
        return false;
    const st_eval_person *person = more_people ? &data->people[p] : NULL;
    const st_eval_found *found = more_found ? &data->found[f] : NULL;
    bool by_person =
        more_people && !(more_found && is_after(person->category_id, person->image_id,
                                                found->category_id, found->image_id));
    *scene = (st_eval_scene){.category_id =
                                 by_person ? person->category_id : found->category_id,
                             .image_id = by_person ? person->image_id : found->image_id,
                             .people = person,
                             .found = found};
    while (p < data->n_people && data->people[p].category_id == scene->category_id &&
           data->people[p].image_id == scene->image_id)
        p++;
    while (f < data->n_found && data->found[f].category_id == scene->category_id &&
           data->found[f].image_id == scene->image_id)
        f++;
    scene->n_people = p - from_p;
    scene->n_found = f - from_f;
    scene->next_person = p;
    scene->next_found = f;
    return true;
}

bool st_eval_counts(const st_eval_person *person)
{
    return !person->crowd && person->n_labelled != 0;
}
