/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Labels in MPII's form as the HRNet code passes it on: a list with an entry for each
 * person, of image, joints (16 pairs), joints_vis, center and scale; maybe with headbox
 * (the head's left, top, right, bottom) or head_size.
 *
 * Pictures have no numbers there: they get some from 1, in the order of their names'
 * first use. What is drawn around a person is 200 x scale, and its middle lies 15 x scale
 * below the centre, as in that code.
 *
 * Source: Andriluka et al., "2D human pose estimation: new benchmark and state of the
 * art analysis"; github.com/leoxiaobin/deep-high-resolution-net.pytorch, dataset/mpii.py.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/status.h"
#include "eval/coco_result.h"
#include "eval/truth.h"

/* A name, and where it was first used. */
typedef struct name_place {
    const char *name;
    size_t place;
    int64_t id;
} name_place;

static int by_name(const void *a, const void *b)
{
    const name_place *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order ? order : x->place < y->place ? -1 : x->place > y->place;
}

static int by_place(const void *a, const void *b)
{
    const name_place *x = a, *y = b;
    return x->place < y->place ? -1 : x->place > y->place;
}

static int take_pair(const st_json *json, const st_json_value *object, const char *member,
                     double pair[2], stance_error *err)
{
    const st_json_value *list;
    int rc = st_json_get_array(json, object, member, true, 2, 2, &list, err);
    return rc == 0 ? st_eval_take_numbers(json, list, pair, 2, err) : rc;
}

static int take_joints(const st_json *json, const st_json_value *object, size_t n,
                       st_eval_person *person, double *points, stance_error *err)
{
    const st_json_value *joints, *seen;
    int rc = st_json_get_array(json, object, "joints", true, n, n, &joints, err);
    if (rc == 0)
        rc = st_json_get_array(json, object, "joints_vis", true, n, n, &seen, err);
    for (size_t k = 0; k < n && rc == 0; k++) {
        const st_json_value *joint = st_json_at(joints, k);
        if (st_json_type_of(joint) != ST_JSON_ARRAY || st_json_count(joint) != 2)
            return st_json_fail(json, joint, err, "expected x and y");
        rc = st_eval_take_numbers(json, joint, points + 3 * k, 2, err);
        if (rc == 0)
            rc = st_json_at_number(json, seen, k, 0, 2, &points[3 * k + 2], err);
        person->n_labelled += rc == 0 && points[3 * k + 2] > 0;
    }
    return rc;
}

static int take_head(const st_json *json, const st_json_value *object,
                     st_eval_person *person, stance_error *err)
{
    const st_json_value *box;
    double corners[4];
    int rc = st_json_get_number(json, object, "head_size", false, 0, ST_MAX_PLACE,
                                &person->head, err);
    if (rc == 0)
        rc = st_json_get_array(json, object, "headbox", false, 4, 4, &box, err);
    if (rc < 0 || !box)
        return rc;
    rc = st_eval_take_numbers(json, box, corners, 4, err);
    if (rc == 0)
        person->head = 0.6 * hypot(corners[2] - corners[0], corners[3] - corners[1]);
    return rc;
}

static int take_person(st_eval_truth *truth, const st_json *json,
                       const st_json_value *object, stance_error *err)
{
    size_t n_points = truth->skeleton->n_keypoints;
    st_eval_person *person = &truth->people[truth->n_people];
    double center[2], scale = 0;
    *person = (st_eval_person){.id = (int64_t)truth->n_people + 1,
                               .category_id = ST_COCO_PERSON,
                               .number = truth->n_people,
                               .area = NAN,
                               .head = NAN};
    int rc = take_joints(json, object, n_points, person,
                         truth->points + 3 * n_points * person->number, err);
    if (rc == 0)
        rc = take_pair(json, object, "center", center, err);
    if (rc == 0)
        rc =
            st_json_get_number(json, object, "scale", true, 0, ST_MAX_PLACE, &scale, err);
    if (rc == 0)
        rc = take_head(json, object, person, err);
    if (rc < 0)
        return rc;
    double side = 200 * scale;
    person->box[0] = center[0] - side / 2;
    person->box[1] = center[1] + 15 * scale - side / 2;
    person->box[2] = person->box[3] = side;
    truth->n_people++;
    return 0;
}

/* Numbers for the pictures' names, and a table of them.
 *
 * @param names in the order of the entries; their ids are set */
static int number_images(st_eval_truth *truth, const st_json_value *list,
                         const stance_eval_settings *settings, bool *known,
                         name_place *names, size_t n, stance_error *err)
{
    size_t first = 0;
    truth->images = st_alloc_array(n + 1, sizeof(*truth->images));
    if (!truth->images)
        return st_fail_memory(err);
    if (n > 0)
        qsort(names, n, sizeof(*names), by_name);
    for (size_t i = 0; i < n; i++) { /* for now the place of the first use */
        if (strcmp(names[i].name, names[first].name) != 0)
            first = i;
        names[i].id = (int64_t)names[first].place;
    }
    if (n > 0)
        qsort(names, n, sizeof(*names), by_place);
    for (size_t i = 0; i < n; i++) {
        if ((size_t)names[i].id != i) {
            names[i].id = names[names[i].id].id;
            continue;
        }
        st_eval_image *image = &truth->images[truth->n_images++];
        names[i].id = image->id = (int64_t)truth->n_images;
        image->chosen = st_eval_fits(st_json_at(list, i), settings, known);
        image->file = st_strdup(names[i].name);
        if (!image->file)
            return st_fail_memory(err);
    }
    return 0;
}

int st_eval_take_mpii(st_eval_truth *truth, const st_json *json,
                      const stance_eval_settings *settings, bool *known,
                      stance_error *err)
{
    const st_json_value *list = st_json_root(json);
    size_t n = st_json_count(list);
    name_place *names = st_alloc_array(n + 1, sizeof(*names));
    truth->categories = st_alloc_array(1, sizeof(int64_t));
    int rc = names && truth->categories ? 0 : st_fail_memory(err);
    if (rc == 0 && n > ST_MAX_LABELS)
        rc = st_json_fail(json, list, err, "expected at most %d entries, found %zu",
                          ST_MAX_LABELS, n);
    if (rc == 0) {
        truth->categories[truth->n_categories++] = ST_COCO_PERSON;
        rc = st_eval_use_skeleton(truth, stance_skeleton_find("mpii16"), err);
    }
    for (size_t i = 0; i < n && rc == 0; i++) {
        const st_json_value *object = st_json_at(list, i);
        names[i].place = i;
        rc = st_json_type_of(object) == ST_JSON_OBJECT
                 ? st_json_get_text(json, object, "image", true, &names[i].name, err)
                 : st_json_fail(json, object, err, "expected an object");
    }
    if (rc == 0)
        rc = number_images(truth, list, settings, known, names, n, err);
    if (rc == 0)
        rc = st_eval_truth_room(truth, n, err);
    for (size_t i = 0; i < n && rc == 0; i++) {
        rc = take_person(truth, json, st_json_at(list, i), err);
        if (rc == 0)
            truth->people[i].image_id = names[i].id;
    }
    st_free(names);
    return rc;
}
