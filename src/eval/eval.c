/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An evaluation: labels read, results read or added, measures asked for.
 *
 * It stands beside the flow and not in it: who runs a network hands in the poses. The
 * measures (ap.c, pck.c) see tables that are sorted here and know nothing of files.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/status.h"
#include "eval/results.h"

struct stance_eval {
    st_eval_truth truth;
    char *path;
    st_eval_results results;
    stance_poses converted;
    double *points; /* of one pose */
};

int stance_eval_open(stance_eval **out, const char *labels,
                     const stance_eval_settings *settings, stance_error *err)
{
    st_json *json = NULL;
    *out = NULL;
    stance_eval *eval = st_alloc(sizeof(*eval));
    if (!eval)
        return st_fail_memory(err);
    int rc = st_json_open(labels, ST_MAX_LABEL_BYTES, STANCE_EINPUT, &json, err);
    if (rc == 0)
        rc = st_eval_truth_take(&eval->truth, json, settings, err);
    if (rc == STANCE_EINVAL)
        st_fail_prefix(err, "%s", labels);
    st_json_close(&json);
    if (rc == 0) {
        eval->path = st_strdup(labels);
        eval->points =
            st_alloc_array(3 * eval->truth.skeleton->n_keypoints, sizeof(double));
        if (!eval->path || !eval->points)
            rc = st_fail_memory(err);
    }
    if (rc == 0)
        *out = eval;
    else
        stance_eval_close(&eval);
    return rc;
}

void stance_eval_close(stance_eval **eval)
{
    stance_eval *e = *eval;
    if (!e)
        return;
    st_eval_truth_clear(&e->truth);
    st_eval_results_clear(&e->results);
    stance_poses_clear(&e->converted);
    st_free(e->points);
    st_free(e->path);
    st_free(e);
    *eval = NULL;
}

/* ---- tables for the measures ---- */

static int compare_found(const void *a, const void *b)
{
    const st_eval_found *x = a, *y = b;
    if (x->category_id != y->category_id)
        return x->category_id < y->category_id ? -1 : 1;
    if (x->image_id != y->image_id)
        return x->image_id < y->image_id ? -1 : 1;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

/* @param sorted returned, st_free() */
static int make_data(const stance_eval *eval, st_eval_data *data, st_eval_found **sorted,
                     stance_error *err)
{
    const st_eval_results *results = &eval->results;
    *sorted = st_alloc_array(results->n + 1, sizeof(**sorted));
    if (!*sorted)
        return st_fail_memory(err);
    if (results->n > 0) {
        memcpy(*sorted, results->found, results->n * sizeof(**sorted));
        qsort(*sorted, results->n, sizeof(**sorted), compare_found);
    }
    *data = (st_eval_data){
        .skeleton = eval->truth.skeleton,
        .sigmas = eval->truth.sigmas,
        .people = eval->truth.people,
        .n_people = eval->truth.n_people,
        .people_points = eval->truth.points,
        .found = *sorted,
        .n_found = results->n,
        .found_points = results->points,
    };
    return 0;
}

static size_t count_beyond(const stance_eval *eval)
{
    st_eval_data data;
    st_eval_found *sorted = NULL;
    size_t n = 0;
    if (make_data(eval, &data, &sorted, NULL) == 0)
        for (st_eval_scene scene = {0}; st_eval_next(&data, &scene);)
            if (scene.n_found > ST_EVAL_MOST_FOUND)
                n += scene.n_found - ST_EVAL_MOST_FOUND;
    st_free(sorted);
    return n;
}

stance_eval_info stance_eval_get_info(const stance_eval *eval)
{
    const st_eval_truth *truth = &eval->truth;
    stance_eval_info info = {.form = truth->form,
                             .skeleton = truth->skeleton,
                             .n_images = truth->n_chosen,
                             .n_images_left_out = truth->n_images - truth->n_chosen,
                             .n_found = eval->results.n,
                             .n_found_left_out = eval->results.n_left_out,
                             .n_found_beyond = count_beyond(eval),
                             .has_areas = true,
                             .has_zero_id = truth->has_zero_id};
    for (size_t i = 0; i < truth->n_people; i++) {
        const st_eval_person *person = &truth->people[i];
        info.n_people += st_eval_counts(person);
        info.n_crowds += person->crowd;
        info.n_unlabelled += !person->crowd && person->n_labelled == 0;
        info.has_areas = info.has_areas && !isnan(person->area);
    }
    return info;
}

/* ---- images ---- */

bool stance_eval_image_at(const stance_eval *eval, size_t n, stance_eval_image *image)
{
    if (n >= eval->truth.n_chosen)
        return false;
    const st_eval_image *own = &eval->truth.images[eval->truth.chosen[n]];
    *image =
        (stance_eval_image){own->id, own->file, own->width, own->height, own->n_people};
    return true;
}

int stance_eval_boxes(const stance_eval *eval, size_t n, float (*boxes)[4], size_t most,
                      size_t *count, stance_error *err)
{
    stance_eval_image image;
    *count = 0;
    if (!stance_eval_image_at(eval, n, &image))
        return st_fail(err, STANCE_EINVAL, "there is no image %zu", n);
    if (image.n_people > most)
        return st_fail(err, STANCE_EINPUT,
                       "%s: image %lld: expected at most %zu labelled people, found %zu",
                       eval->path, (long long)image.id, most, image.n_people);
    for (size_t i = 0; i < eval->truth.n_people; i++) {
        const st_eval_person *person = &eval->truth.people[i];
        if (person->image_id != image.id || !st_eval_counts(person))
            continue;
        if (isnan(person->box[0]))
            return st_fail(err, STANCE_EINPUT,
                           "%s: annotation %lld: expected a bbox, found none", eval->path,
                           (long long)person->id);
        for (int k = 0; k < 4; k++)
            boxes[*count][k] = (float)person->box[k];
        ++*count;
    }
    return 0;
}

/* ---- results ---- */

int stance_eval_read_results(stance_eval *eval, const char *path, stance_error *err)
{
    st_json *json = NULL;
    int rc = st_json_open(path, ST_MAX_LABEL_BYTES, STANCE_EINPUT, &json, err);
    if (rc == 0)
        rc = st_eval_results_take(&eval->results, &eval->truth, json, err);
    st_json_close(&json);
    return rc;
}

int stance_eval_add(stance_eval *eval, size_t n, const stance_poses *poses,
                    stance_error *err)
{
    const stance_skeleton *skeleton = eval->truth.skeleton;
    stance_eval_image image;
    int rc = 0;
    if (!stance_eval_image_at(eval, n, &image))
        return st_fail(err, STANCE_EINVAL, "there is no image %zu", n);
    if (poses->n > 0 && poses->skeleton != skeleton) {
        rc = stance_poses_convert(&eval->converted, poses, skeleton);
        if (rc < 0)
            return st_fail(err, rc, "%s", stance_status_text(rc));
        poses = &eval->converted;
    }
    for (size_t i = 0; i < poses->n && rc == 0; i++) {
        st_coco_result result;
        if (!st_coco_make(&result, skeleton, &poses->people[i], eval->points))
            continue;
        result.image_id = image.id;
        result.category_id = eval->truth.categories[0];
        rc = st_eval_results_add(&eval->results, &eval->truth, &result,
                                 result.box[2] * result.box[3], err);
    }
    return rc;
}

static void write_results(const stance_eval *eval, FILE *file)
{
    const st_eval_results *results = &eval->results;
    size_t n_points = eval->truth.skeleton->n_keypoints;
    st_json_writer w = {.file = file, .indent = true};
    st_json_begin_array(&w, NULL, false);
    for (size_t i = 0; i < results->n; i++) {
        const st_eval_found *found = &results->found[i];
        st_coco_result result = {.image_id = found->image_id,
                                 .category_id = found->category_id,
                                 .score = found->score,
                                 .n_points = n_points,
                                 .points = results->points + 3 * n_points * i};
        memcpy(result.box, found->box, sizeof(result.box));
        st_coco_write(&w, &result);
    }
    st_json_end_array(&w);
}

int stance_eval_save(const stance_eval *eval, const char *path, stance_error *err)
{
    st_out_file out = {0};
    int rc = st_out_file_open(&out, path, err);
    if (rc == 0) {
        errno = 0;
        FILE *file = fopen(out.part_path, "wb");
        bool ok = file != NULL;
        if (file)
            write_results(eval, file);
        if (file)
            ok = !ferror(file);
        if (file && fclose(file) != 0)
            ok = false;
        rc = ok ? st_out_file_commit(&out, err)
                : st_fail(err, STANCE_EOUTPUT, "%s: could not be written: %s", path,
                          errno ? strerror(errno) : "write error");
    }
    st_out_file_close(&out);
    return rc;
}

/* ---- measures ---- */

int stance_eval_ap(const stance_eval *eval, double *figures, stance_error *err)
{
    const st_eval_truth *truth = &eval->truth;
    st_eval_data data;
    st_eval_found *sorted = NULL;
    for (size_t i = 0; i < truth->n_people; i++)
        if (isnan(truth->people[i].area))
            return st_fail(err, STANCE_EINPUT,
                           "%s: average precision needs the area of everybody, and "
                           "annotation %lld has none; --measure pck does without",
                           eval->path, (long long)truth->people[i].id);
    for (size_t k = 0; k < truth->skeleton->n_keypoints; k++)
        if (!(truth->sigmas[k] > 0))
            return st_fail(err, STANCE_EINPUT,
                           "%s: average precision needs the sigma of every point, and "
                           "no known skeleton has '%s'; --measure pck does without",
                           eval->path, truth->skeleton->names[k]);
    int rc = make_data(eval, &data, &sorted, err);
    if (rc == 0)
        rc = st_eval_ap(&data, figures, err);
    st_free(sorted);
    return rc;
}

int stance_eval_pck_of(const stance_eval *eval, const stance_eval_pck_settings *settings,
                       stance_eval_pck *pck, stance_error *err)
{
    stance_eval_pck_settings s = *settings;
    st_eval_data data;
    st_eval_found *sorted = NULL;
    if (s.size < STANCE_EVAL_BOX || s.size > STANCE_EVAL_HEAD)
        return st_fail(err, STANCE_EINVAL, "there is no size %d", s.size);
    if (isnan(s.threshold))
        s.threshold = s.size == STANCE_EVAL_HEAD ? 0.5 : 0.2;
    int rc = make_data(eval, &data, &sorted, err);
    if (rc == 0)
        rc = st_eval_pck(&data, &s, pck, err);
    if (rc == 0 && pck->n_people == 0 && pck->n_sizeless > 0)
        rc = st_fail(err, STANCE_EINPUT,
                     "%s: nobody has %s labelled, which distances are measured with",
                     eval->path,
                     s.size == STANCE_EVAL_BOX     ? "a box"
                     : s.size == STANCE_EVAL_TORSO ? "left shoulder and right hip"
                                                   : "a head (neck and head top)");
    st_free(sorted);
    return rc;
}
