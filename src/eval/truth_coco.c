/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Labels in COCO's form: an object with images, categories and annotations.
 *
 * What the measures can do without may be missing: files of other data sets have no
 * areas, no crowds, no counts. What is there has to be right. An image that is listed
 * twice is one; a person who is listed twice is an error.
 *
 * Source: https://cocodataset.org/#format-data, and pycocotools for what is optional.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/status.h"
#include "eval/truth.h"

enum { MOST_CATEGORIES = 1000 };

/* ---- categories ---- */

static int compare_ids(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static int take_names(st_eval_truth *truth, const st_json *json,
                      const st_json_value *points, stance_error *err)
{
    const char *names[STANCE_KEYPOINTS_MAX];
    size_t n = st_json_count(points);
    int rc = 0;
    for (size_t k = 0; k < n && rc == 0; k++)
        rc = st_json_at_text(json, points, k, &names[k], err);
    for (size_t k = 0; k < n && rc == 0; k++)
        for (size_t i = 0; i < k && rc == 0; i++)
            if (strcmp(names[i], names[k]) == 0)
                rc = st_json_fail(json, points, err,
                                  "expected different names, found '%s' twice", names[k]);
    return rc == 0 ? st_eval_name_points(truth, names, n, err) : rc;
}

/* Another category has to have the first one's points. */
static int check_names(const st_json *json, const st_json_value *first,
                       const st_json_value *points, stance_error *err)
{
    size_t n = st_json_count(points);
    bool same = n == st_json_count(first);
    for (size_t k = 0; k < n && same; k++) {
        const char *a = "", *b = "";
        int rc = st_json_at_text(json, points, k, &a, err);
        if (rc == 0)
            rc = st_json_at_text(json, first, k, &b, err);
        if (rc < 0)
            return rc;
        same = strcmp(a, b) == 0;
    }
    return same ? 0
                : st_json_fail(json, points, err,
                               "expected the same keypoints in all categories that "
                               "have any");
}

static int take_categories(st_eval_truth *truth, const st_json *json,
                           const stance_eval_settings *settings, stance_error *err)
{
    const st_json_value *list, *first = NULL;
    int rc = st_json_get_array(json, st_json_root(json), "categories", true, 1,
                               MOST_CATEGORIES, &list, err);
    if (rc < 0)
        return rc;
    truth->categories = st_alloc_array(st_json_count(list), sizeof(int64_t));
    if (!truth->categories)
        return st_fail_memory(err);
    const stance_skeleton *assumed =
        settings->skeleton ? stance_skeleton_find(settings->skeleton) : NULL;
    if (settings->skeleton && !assumed)
        return st_fail(err, STANCE_EINVAL, "--skeleton: there is no skeleton '%s'",
                       settings->skeleton);
    for (size_t i = 0; i < st_json_count(list) && rc == 0; i++) {
        const st_json_value *category = st_json_at(list, i), *points = NULL;
        int64_t id = 0;
        if (st_json_type_of(category) != ST_JSON_OBJECT)
            return st_json_fail(json, category, err, "expected an object");
        rc = st_json_get_int(json, category, "id", true, INT64_MIN, INT64_MAX, &id, err);
        if (rc == 0)
            rc = st_json_get_array(json, category, "keypoints", false, 0,
                                   STANCE_KEYPOINTS_MAX, &points, err);
        bool named = rc == 0 && points && st_json_count(points) > 0;
        if (named)
            rc = first ? check_names(json, first, points, err)
                       : take_names(truth, json, points, err);
        first = named && !first ? points : first;
        if (named || assumed)
            truth->categories[truth->n_categories++] = id;
    }
    if (rc == 0 && !first && assumed)
        rc = st_eval_use_skeleton(truth, assumed, err);
    if (rc == 0 && truth->n_categories == 0)
        rc = st_json_fail(json, list, err,
                          "expected a category with the names of its keypoints, found "
                          "none (--skeleton says what they are)");
    if (rc == 0)
        qsort(truth->categories, truth->n_categories, sizeof(int64_t), compare_ids);
    for (size_t i = 1; i < truth->n_categories && rc == 0; i++)
        if (truth->categories[i] == truth->categories[i - 1])
            rc = st_json_fail(json, list, err, "expected one of id %lld, found two",
                              (long long)truth->categories[i]);
    return rc;
}

/* ---- images ---- */

static int take_image(st_eval_image *image, const st_json *json,
                      const st_json_value *object, stance_error *err)
{
    const char *file = NULL;
    int64_t width = 0, height = 0;
    if (st_json_type_of(object) != ST_JSON_OBJECT)
        return st_json_fail(json, object, err, "expected an object");
    int rc =
        st_json_get_int(json, object, "id", true, INT64_MIN, INT64_MAX, &image->id, err);
    if (rc == 0)
        rc = st_json_get_text(json, object, "file_name", false, &file, err);
    if (rc == 0)
        rc = st_json_get_int(json, object, "width", false, 0, ST_MAX_PLACE, &width, err);
    if (rc == 0)
        rc =
            st_json_get_int(json, object, "height", false, 0, ST_MAX_PLACE, &height, err);
    image->width = (int)width;
    image->height = (int)height;
    if (rc == 0 && file && !(image->file = st_strdup(file)))
        rc = st_fail_memory(err);
    return rc;
}

static int take_images(st_eval_truth *truth, const st_json *json,
                       const stance_eval_settings *settings, bool *known,
                       stance_error *err)
{
    const st_json_value *list;
    int rc = st_json_get_array(json, st_json_root(json), "images", true, 0, ST_MAX_LABELS,
                               &list, err);
    if (rc < 0)
        return rc;
    truth->images = st_alloc_array(st_json_count(list) + 1, sizeof(*truth->images));
    if (!truth->images)
        return st_fail_memory(err);
    for (size_t i = 0; i < st_json_count(list) && rc == 0; i++) {
        st_eval_image *image = &truth->images[truth->n_images++];
        rc = take_image(image, json, st_json_at(list, i), err);
        if (rc == 0)
            image->chosen = st_eval_fits(st_json_at(list, i), settings, known);
    }
    return rc == 0 ? st_eval_sort_images(truth, json, err) : rc;
}

/* ---- people ---- */

/* Yes or no as COCO writes it, 0 or 1, or as others do. */
static int take_crowd(const st_json *json, const st_json_value *object, bool *crowd,
                      stance_error *err)
{
    const st_json_value *value = st_json_member(object, "iscrowd");
    int64_t number = 0;
    if (value && st_json_type_of(value) == ST_JSON_BOOL)
        return st_json_get_bool(json, object, "iscrowd", false, crowd, err);
    int rc = st_json_get_int(json, object, "iscrowd", false, 0, 1, &number, err);
    *crowd = number != 0;
    return rc;
}

static int take_box(const st_json *json, const st_json_value *object, double box[4],
                    stance_error *err)
{
    const st_json_value *list;
    int rc = st_json_get_array(json, object, "bbox", false, 0, 4, &list, err);
    for (int i = 0; i < 4; i++)
        box[i] = NAN;
    if (rc < 0 || !list || st_json_count(list) == 0)
        return rc;
    if (st_json_count(list) != 4)
        return st_json_fail(json, list, err,
                            "expected x, y, width, height, found %zu numbers",
                            st_json_count(list));
    return st_eval_take_numbers(json, list, box, 4, err);
}

/* @param points zeros, filled where there are any */
static int take_points(const st_json *json, const st_json_value *object, size_t n_points,
                       double *points, int64_t *n_labelled, stance_error *err)
{
    const st_json_value *list;
    int rc = st_json_get_array(json, object, "keypoints", false, 0,
                               3 * STANCE_KEYPOINTS_MAX, &list, err);
    if (rc == 0 && list && st_json_count(list) > 0 && st_json_count(list) != 3 * n_points)
        rc = st_json_fail(json, list, err,
                          "expected %zu numbers (x, y, visibility of %zu points), found "
                          "%zu",
                          3 * n_points, n_points, st_json_count(list));
    if (rc == 0 && list && st_json_count(list) > 0)
        rc = st_eval_take_numbers(json, list, points, 3 * n_points, err);
    if (rc < 0)
        return rc;
    *n_labelled = 0;
    for (size_t k = 0; k < n_points; k++)
        *n_labelled += points[3 * k + 2] > 0;
    rc = st_json_get_int(json, object, "num_keypoints", false, 0, 1 << 20, n_labelled,
                         err);
    if (rc == 0 && *n_labelled > 0 && (!list || st_json_count(list) == 0))
        rc = st_json_fail(json, object, err,
                          "keypoints: expected some, as num_keypoints is %lld, found "
                          "none",
                          (long long)*n_labelled);
    return rc;
}

static int take_rest(st_eval_truth *truth, st_eval_person *person, const st_json *json,
                     const st_json_value *object, stance_error *err)
{
    size_t n_points = truth->skeleton->n_keypoints;
    double *points = truth->points + 3 * n_points * person->number;
    bool any = false;
    int rc = st_json_get_number(json, object, "area", false, 0, ST_MAX_PLACE * 1e9,
                                &person->area, err);
    if (rc == 0)
        rc = take_crowd(json, object, &person->crowd, err);
    if (rc == 0)
        rc = take_box(json, object, person->box, err);
    if (rc == 0)
        rc = take_points(json, object, n_points, points, &person->n_labelled, err);
    for (size_t k = 0; k < n_points; k++)
        any |= points[3 * k + 2] > 0;
    if (rc == 0 && !any && isnan(person->box[0]))
        rc = st_json_fail(json, object, err,
                          "expected a bbox where no keypoints are labelled");
    return rc;
}

/* @param taken set to false for what is of another category */
static int take_person(st_eval_truth *truth, st_eval_person *person, const st_json *json,
                       const st_json_value *object, bool *taken, stance_error *err)
{
    if (st_json_type_of(object) != ST_JSON_OBJECT)
        return st_json_fail(json, object, err, "expected an object");
    int rc =
        st_json_get_int(json, object, "id", true, INT64_MIN, INT64_MAX, &person->id, err);
    if (rc == 0)
        rc = st_json_get_int(json, object, "image_id", true, INT64_MIN, INT64_MAX,
                             &person->image_id, err);
    if (rc == 0)
        rc = st_json_get_int(json, object, "category_id", true, INT64_MIN, INT64_MAX,
                             &person->category_id, err);
    if (rc < 0)
        return rc;
    if (!st_eval_truth_image(truth, person->image_id))
        return st_json_fail(json, object, err,
                            "image_id: expected that of one of %zu images, found %lld",
                            truth->n_images, (long long)person->image_id);
    *taken = bsearch(&person->category_id, truth->categories, truth->n_categories,
                     sizeof(int64_t), compare_ids) != NULL;
    return *taken ? take_rest(truth, person, json, object, err) : 0;
}

static int check_ids(int64_t *ids, size_t n, const st_json *json,
                     const st_json_value *list, stance_error *err)
{
    if (n > 0)
        qsort(ids, n, sizeof(*ids), compare_ids);
    for (size_t i = 1; i < n; i++)
        if (ids[i] == ids[i - 1])
            return st_json_fail(json, list, err, "expected one of id %lld, found two",
                                (long long)ids[i]);
    return 0;
}

static int take_people(st_eval_truth *truth, const st_json *json, stance_error *err)
{
    const st_json_value *list;
    int rc = st_json_get_array(json, st_json_root(json), "annotations", true, 0,
                               ST_MAX_LABELS, &list, err);
    size_t n = rc == 0 ? st_json_count(list) : 0;
    if (rc == 0)
        rc = st_eval_truth_room(truth, n, err);
    int64_t *ids = st_alloc_array(n + 1, sizeof(*ids));
    if (rc == 0 && !ids)
        rc = st_fail_memory(err);
    for (size_t i = 0; i < n && rc == 0; i++) {
        bool taken = false;
        st_eval_person *person = &truth->people[truth->n_people];
        *person = (st_eval_person){.number = truth->n_people, .area = NAN, .head = NAN};
        rc = take_person(truth, person, json, st_json_at(list, i), &taken, err);
        ids[i] = person->id;
        truth->n_people += rc == 0 && taken;
    }
    if (rc == 0)
        rc = check_ids(ids, n, json, list, err);
    st_free(ids);
    return rc;
}

int st_eval_take_coco(st_eval_truth *truth, const st_json *json,
                      const stance_eval_settings *settings, bool *known,
                      stance_error *err)
{
    int rc = take_categories(truth, json, settings, err);
    if (rc == 0)
        rc = take_images(truth, json, settings, known, err);
    return rc == 0 ? take_people(truth, json, err) : rc;
}
