/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Labels of both forms: which images are looked at, and the tables put in order.
 */
#include "eval/truth.h"

#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/status.h"

enum { MOST_MEMBER = 256 }; /* bytes of a member's name */

/* ---- choosing images ---- */

/* A member's value as one would type it; false: it is no text, number, or yes and no. */
static bool value_text(const st_json_value *object, const char *member, char *text,
                       size_t size)
{
    const st_json_value *value = st_json_member(object, member);
    const char *words = "";
    double number = 0;
    bool yes = false;
    if (!value)
        return false;
    switch (st_json_type_of(value)) {
    case ST_JSON_TEXT:
        st_json_get_text(NULL, object, member, false, &words, NULL);
        snprintf(text, size, "%s", words);
        return true;
    case ST_JSON_BOOL:
        st_json_get_bool(NULL, object, member, false, &yes, NULL);
        snprintf(text, size, "%s", yes ? "true" : "false");
        return true;
    case ST_JSON_NUMBER:
        st_json_get_number(NULL, object, member, false, -INFINITY, INFINITY, &number,
                           NULL);
        snprintf(text, size, number == floor(number) ? "%.0f" : "%g", number);
        return true;
    default:
        return false;
    }
}

bool st_eval_fits(const st_json_value *image, const stance_eval_settings *settings,
                  bool *known)
{
    bool fits = true;
    for (size_t i = 0; i < settings->n_only; i++) {
        char text[ST_MAX_PATH], member[MOST_MEMBER];
        const char *rule = settings->only[i], *pattern = strchr(rule, '=') + 1;
        snprintf(member, sizeof(member), "%.*s", (int)(pattern - 1 - rule), rule);
        bool has = value_text(image, member, text, sizeof(text));
        known[i] |= has;
        fits = fits && has && fnmatch(pattern, text, 0) == 0;
    }
    return fits;
}

static int check_only(const stance_eval_settings *settings, stance_error *err)
{
    for (size_t i = 0; i < settings->n_only; i++) {
        const char *rule = settings->only[i];
        const char *equals = strchr(rule, '=');
        if (!equals || equals == rule || equals - rule >= MOST_MEMBER)
            return st_fail(err, STANCE_EINVAL,
                           "--only: expected MEMBER=PATTERN, such as file_name=0000*, "
                           "found '%s'",
                           rule);
    }
    return 0;
}

/* ---- tables ---- */

int st_eval_truth_room(st_eval_truth *truth, size_t n, stance_error *err)
{
    size_t n_points = truth->skeleton->n_keypoints;
    truth->people = st_alloc_array(n + 1, sizeof(*truth->people));
    truth->points = st_alloc_array(n + 1, 3 * n_points * sizeof(*truth->points));
    return truth->people && truth->points ? 0 : st_fail_memory(err);
}

int st_eval_take_numbers(const st_json *json, const st_json_value *array, double *numbers,
                         size_t n, stance_error *err)
{
    int rc = 0;
    for (size_t i = 0; i < n && rc == 0; i++)
        rc = st_json_at_number(json, array, i, -ST_MAX_PLACE, ST_MAX_PLACE, &numbers[i],
                               err);
    return rc;
}

static int compare_image(const void *a, const void *b)
{
    const st_eval_image *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

static int compare_person(const void *a, const void *b)
{
    const st_eval_person *x = a, *y = b;
    if (x->category_id != y->category_id)
        return x->category_id < y->category_id ? -1 : 1;
    if (x->image_id != y->image_id)
        return x->image_id < y->image_id ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

st_eval_image *st_eval_truth_image(const st_eval_truth *truth, int64_t id)
{
    st_eval_image key = {.id = id};
    return truth->n_images == 0 ? NULL
                                : bsearch(&key, truth->images, truth->n_images,
                                          sizeof(*truth->images), compare_image);
}

int st_eval_sort_images(st_eval_truth *truth, const st_json *json, stance_error *err)
{
    st_eval_image *images = truth->images;
    size_t n = 0;
    if (truth->n_images > 0)
        qsort(images, truth->n_images, sizeof(*images), compare_image);
    int rc = 0;
    for (size_t i = 0; i < truth->n_images; i++) {
        if (n == 0 || images[n - 1].id != images[i].id) {
            images[n++] = images[i];
            continue;
        }
        const char *a = images[n - 1].file, *b = images[i].file;
        if (rc == 0 && strcmp(a ? a : "", b ? b : "") != 0)
            rc = st_json_fail(json, st_json_root(json), err,
                              "images: expected one of id %lld, found '%s' and '%s'",
                              (long long)images[i].id, a ? a : "", b ? b : "");
        st_free(images[i].file);
    }
    truth->n_images = n;
    return rc;
}

static int choose_images(st_eval_truth *truth, stance_error *err)
{
    truth->chosen = st_alloc_array(truth->n_images + 1, sizeof(*truth->chosen));
    if (!truth->chosen)
        return st_fail_memory(err);
    for (size_t i = 0; i < truth->n_images; i++)
        if (truth->images[i].chosen)
            truth->chosen[truth->n_chosen++] = i;
    return 0;
}

static int fail_only(const st_eval_truth *truth, const stance_eval_settings *settings,
                     const bool *known, stance_error *err)
{
    for (size_t i = 0; i < settings->n_only; i++)
        if (!known[i])
            return st_fail(err, STANCE_EINVAL,
                           "--only %s: none of %zu images has such a member",
                           settings->only[i], truth->n_images);
    return st_fail(err, STANCE_EINVAL, "--only %s: fits none of %zu images",
                   settings->only[0], truth->n_images);
}

/* Of images that are not looked at nothing is kept. */
static void keep_people(st_eval_truth *truth)
{
    size_t n = 0;
    for (size_t i = 0; i < truth->n_people; i++) {
        const st_eval_person *person = &truth->people[i];
        st_eval_image *image = st_eval_truth_image(truth, person->image_id);
        if (!image || !image->chosen)
            continue;
        image->n_people += st_eval_counts(person);
        truth->has_zero_id |=
            truth->form == STANCE_EVAL_COCO && person->id == 0 && st_eval_counts(person);
        truth->people[n++] = *person;
    }
    truth->n_people = n;
    if (n > 0)
        qsort(truth->people, n, sizeof(*truth->people), compare_person);
}

int st_eval_truth_take(st_eval_truth *truth, const st_json *json,
                       const stance_eval_settings *settings, stance_error *err)
{
    static const stance_eval_settings usual = {0};
    const st_json_value *root = st_json_root(json);
    st_json_type type = st_json_type_of(root);
    settings = settings ? settings : &usual;
    int rc = check_only(settings, err);
    bool *known = st_alloc_array(settings->n_only + 1, sizeof(*known));
    if (rc == 0 && !known)
        rc = st_fail_memory(err);
    if (rc == 0 && type != ST_JSON_OBJECT && type != ST_JSON_ARRAY)
        rc = st_json_fail(json, root, err,
                          "expected labels: an object with images, annotations and "
                          "categories (COCO), or a list with image and joints (MPII)");
    if (rc == 0) {
        truth->form = type == ST_JSON_OBJECT ? STANCE_EVAL_COCO : STANCE_EVAL_MPII;
        rc = type == ST_JSON_OBJECT
                 ? st_eval_take_coco(truth, json, settings, known, err)
                 : st_eval_take_mpii(truth, json, settings, known, err);
    }
    if (rc == 0)
        rc = choose_images(truth, err);
    if (rc == 0 && truth->n_chosen == 0 && settings->n_only > 0)
        rc = fail_only(truth, settings, known, err);
    if (rc == 0)
        keep_people(truth);
    st_free(known);
    return rc;
}

void st_eval_truth_clear(st_eval_truth *truth)
{
    for (size_t i = 0; i < truth->n_images; i++)
        st_free(truth->images[i].file);
    for (size_t k = 0; k < truth->own.n_keypoints && truth->own.names; k++)
        st_free((void *)(uintptr_t)truth->own.names[k]);
    st_free((void *)(uintptr_t)truth->own.names);
    st_free((void *)(uintptr_t)truth->own.mirror);
    st_free((void *)(uintptr_t)truth->own.sigmas);
    st_free(truth->images);
    st_free(truth->chosen);
    st_free(truth->categories);
    st_free(truth->sigmas);
    st_free(truth->people);
    st_free(truth->points);
    *truth = (st_eval_truth){0};
}
