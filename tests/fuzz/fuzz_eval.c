/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as labels, and behind the first line "---" as results. What is taken keeps
 * what the measures rely on, and every figure is in its range; what is refused says why.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "eval/results.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char between[] = "\n---\n";

static void expect(bool good)
{
    if (!good)
        abort();
}

static void check_truth(const st_eval_truth *truth)
{
    expect(truth->skeleton->n_keypoints >= 1 &&
           truth->skeleton->n_keypoints <= STANCE_KEYPOINTS_MAX);
    expect(truth->n_chosen <= truth->n_images && truth->n_categories >= 1);
    for (size_t i = 1; i < truth->n_images; i++)
        expect(truth->images[i - 1].id < truth->images[i].id);
    for (size_t i = 0; i < truth->n_people; i++) {
        const st_eval_image *image =
            st_eval_truth_image(truth, truth->people[i].image_id);
        expect(image && image->chosen);
    }
}

static int by_category_and_image(const void *a, const void *b)
{
    const st_eval_found *x = a, *y = b;
    if (x->category_id != y->category_id)
        return x->category_id < y->category_id ? -1 : 1;
    return x->image_id < y->image_id ? -1 : x->image_id > y->image_id;
}

static void measure(const st_eval_truth *truth, st_eval_results *results)
{
    double figures[STANCE_EVAL_AP_COUNT];
    stance_eval_pck pck;
    bool may = true;
    if (results->n > 0)
        qsort(results->found, results->n, sizeof(*results->found), by_category_and_image);
    const st_eval_data tables = {truth->skeleton, truth->sigmas,  truth->people,
                                 truth->n_people, truth->points,  results->found,
                                 results->n,      results->points};
    for (size_t i = 0; i < truth->n_people; i++)
        may = may && !isnan(truth->people[i].area);
    for (size_t k = 0; k < truth->skeleton->n_keypoints; k++)
        may = may && truth->sigmas[k] > 0;
    if (may) {
        expect(st_eval_ap(&tables, figures, NULL) == 0);
        for (size_t i = 0; i < STANCE_EVAL_AP_COUNT; i++)
            expect(figures[i] == -1 || (figures[i] >= 0 && figures[i] <= 1 + 1e-9));
    }
    for (int size = STANCE_EVAL_BOX; size <= STANCE_EVAL_HEAD; size++) {
        const stance_eval_pck_settings settings = {.size = size, .threshold = 0.2};
        expect(st_eval_pck(&tables, &settings, &pck, NULL) == 0);
        expect(pck.share == -1 || (pck.share >= 0 && pck.share <= 1));
        expect(pck.n_matched <= pck.n_people);
    }
}

static void try_results(const st_eval_truth *truth, const char *text, size_t n)
{
    st_eval_results results = {0};
    st_json *json = NULL;
    stance_error err = {0};
    int rc = st_json_parse(text, n, "results", STANCE_EINPUT, &json, &err);
    if (rc == 0)
        rc = st_eval_results_take(&results, truth, json, &err);
    expect(rc == 0 || (rc == STANCE_EINPUT && err.message[0] && results.n == 0));
    measure(truth, &results);
    st_eval_results_clear(&results);
    st_json_close(&json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const only[] = {"file_name=*"};
    const stance_eval_settings settings = {.only = only, .n_only = size % 2};
    const char *text = (const char *)data;
    const char *cut = size > 0 ? memmem(text, size, between, strlen(between)) : NULL;
    size_t n_labels = cut ? (size_t)(cut - text) : size;
    size_t skip = cut ? n_labels + strlen(between) : size;
    st_eval_truth truth = {0};
    st_json *json = NULL;
    stance_error err = {0};
    int rc = st_json_parse(text, n_labels, "labels", STANCE_EINPUT, &json, &err);
    if (rc == 0)
        rc = st_eval_truth_take(&truth, json, &settings, &err);
    expect(rc == 0 ||
           ((rc == STANCE_EINPUT || rc == STANCE_EINVAL) && err.message[0] != '\0'));
    if (rc == 0) {
        check_truth(&truth);
        try_results(&truth, text + skip, size - skip);
    }
    st_eval_truth_clear(&truth);
    st_json_close(&json);
    return 0;
}
