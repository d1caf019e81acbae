/* SPDX-License-Identifier: Apache-2.0 */
/* Every keypoint layout by mirror symmetry, every conversion there and back. */
#include "test.h"

#include <math.h>
#include <string.h>

#include "stance/pose.h"

static bool has_edge(const stance_skeleton *s, int a, int b)
{
    for (size_t i = 0; i < s->n_edges; i++)
        if ((s->edges[i][0] == a && s->edges[i][1] == b) ||
            (s->edges[i][0] == b && s->edges[i][1] == a))
            return true;
    return false;
}

/* "left_x" for "right_x" and the other way round; others stay. */
static void swap_side(const char *name, char *out, size_t size)
{
    if (strncmp(name, "left_", 5) == 0)
        snprintf(out, size, "right_%s", name + 5);
    else if (strncmp(name, "right_", 6) == 0)
        snprintf(out, size, "left_%s", name + 6);
    else
        snprintf(out, size, "%s", name);
}

/* COCO-WholeBody's sigmas of feet and face were measured on each side. */
static bool measured_by_side(const stance_skeleton *s, size_t k)
{
    return strcmp(s->name, "wholebody133") == 0 && k >= 17 && k < 17 + 6 + 68;
}

static void left_and_right_mirror_each_other(void **state)
{
    const stance_skeleton *s;
    (void)state;
    for (size_t n = 0; (s = stance_skeleton_at(n)); n++) {
        assert_true(s->n_keypoints > 0 && s->n_keypoints <= STANCE_KEYPOINTS_MAX);
        for (size_t k = 0; k < s->n_keypoints; k++) {
            char other[64];
            int m = s->mirror[k];
            swap_side(s->names[k], other, sizeof(other));
            if (strcmp(s->names[m], other) != 0)
                fail_msg("%s: %s mirrors %s", s->name, s->names[k], s->names[m]);
            assert_int_equal(s->mirror[m], k);
            assert_int_equal(stance_skeleton_point(s, s->names[k]), k);
            if (!measured_by_side(s, k))
                assert_near(s->sigmas[m], s->sigmas[k], 0);
            assert_true(s->sigmas[k] > 0.005 && s->sigmas[k] < 0.2);
        }
        for (size_t i = 0; i < s->n_edges; i++) {
            int a = s->edges[i][0], b = s->edges[i][1];
            assert_true(a != b && a < (int)s->n_keypoints && b < (int)s->n_keypoints);
            if (!has_edge(s, s->mirror[a], s->mirror[b]))
                fail_msg("%s: the bone %s to %s has no mirror image", s->name,
                         s->names[a], s->names[b]);
        }
        assert_ptr_equal(stance_skeleton_find(s->name), s);
    }
    assert_null(stance_skeleton_find("coco18"));
    assert_int_equal(stance_skeleton_point(stance_skeleton_at(0), "tail"), -1);
}

/* All points lie on the left for "left_", on the right for "right_". */
static void fill(stance_poses *poses, const stance_skeleton *s)
{
    assert_int_equal(stance_poses_reset(poses, s, 2), 0);
    for (size_t i = 0; i < 2; i++) {
        poses->people[i].id = (int64_t)i + 7;
        poses->people[i].score = 0.5F;
        for (size_t k = 0; k < s->n_keypoints; k++) {
            double side = strncmp(s->names[k], "left_", 5) == 0    ? 1
                          : strncmp(s->names[k], "right_", 6) == 0 ? -1
                                                                   : 0;
            poses->people[i].keypoints[k] =
                (stance_keypoint){.x = (float)(100 * side + (double)strlen(s->names[k])),
                                  .y = (float)strlen(s->names[k]) * 3,
                                  .z = NAN,
                                  .score = 0.25F + 0.01F * (float)strlen(s->names[k])};
        }
    }
}

static bool is_middle(const char *name)
{
    return strcmp(name, "neck") == 0 || strcmp(name, "mid_hip") == 0 ||
           strcmp(name, "pelvis") == 0;
}

/* The same place by another name; in fill() its x tells the name's length. */
static bool has_middle(const stance_skeleton *s, const char *name)
{
    return strcmp(name, "neck") != 0 && (stance_skeleton_point(s, "mid_hip") >= 0 ||
                                         stance_skeleton_point(s, "pelvis") >= 0);
}

/* "left_" and this: what a middle lies between; the right one's name is longer by one. */
static const char *shoulders_or_hips(const char *middle)
{
    return strcmp(middle, "neck") == 0 ? "left_shoulder" : "left_hip";
}

/* A point on the left has x above 50 after any conversion, on the right below -50. */
static void expect_own_sides(const stance_poses *poses)
{
    const stance_skeleton *s = poses->skeleton;
    for (size_t k = 0; k < s->n_keypoints; k++) {
        const stance_keypoint *p = &poses->people[1].keypoints[k];
        if (!stance_keypoint_given(p))
            continue;
        double side = strncmp(s->names[k], "left_", 5) == 0    ? 1
                      : strncmp(s->names[k], "right_", 6) == 0 ? -1
                                                               : 0;
        if (side == 0 ? fabsf(p->x) > 50 : p->x * side < 50)
            fail_msg("%s: %s at %g", s->name, s->names[k], p->x);
    }
}

static void points_come_back(void **state)
{
    const stance_skeleton *a, *b;
    (void)state;
    stance_poses from, there, back;
    stance_poses_init(&from);
    stance_poses_init(&there);
    stance_poses_init(&back);
    for (size_t i = 0; (a = stance_skeleton_at(i)); i++)
        for (size_t j = 0; (b = stance_skeleton_at(j)); j++) {
            fill(&from, a);
            assert_int_equal(stance_poses_convert(&there, &from, b), 0);
            expect_own_sides(&there);
            assert_int_equal(stance_poses_convert(&back, &there, a), 0);
            expect_own_sides(&back);
            assert_int_equal(back.n, 2);
            assert_int_equal(back.people[1].id, 8);
            size_t shared = 0;
            for (size_t k = 0; k < a->n_keypoints; k++) {
                const stance_keypoint *p = &back.people[1].keypoints[k];
                if (stance_skeleton_point(b, a->names[k]) < 0) {
                    if (!is_middle(a->names[k]))
                        assert_false(stance_keypoint_given(p));
                    else if (!has_middle(b, a->names[k]))
                        assert_near(p->x,
                                    (double)strlen(shoulders_or_hips(a->names[k])) + 0.5,
                                    0);
                    continue;
                }
                shared++;
                assert_near(p->x, from.people[1].keypoints[k].x, 0);
                assert_near(p->score, from.people[1].keypoints[k].score, 0);
            }
            assert_true(shared >= 12); /* shoulders to ankles */
        }
    stance_poses_clear(&from);
    stance_poses_clear(&there);
    stance_poses_clear(&back);
}

static void the_neck_is_between_the_shoulders(void **state)
{
    (void)state;
    const stance_skeleton *coco = stance_skeleton_find("coco17");
    const stance_skeleton *openpose = stance_skeleton_find("openpose18");
    stance_poses from, to;
    stance_poses_init(&from);
    stance_poses_init(&to);
    fill(&from, coco);
    stance_keypoint *left = &from.people[0].keypoints[5], *right = left + 1;
    *left = (stance_keypoint){.x = 10, .y = 20, .score = 0.9F};
    *right = (stance_keypoint){.x = 30, .y = 26, .score = 0.6F};
    assert_int_equal(stance_poses_convert(&to, &from, openpose), 0);
    const stance_keypoint *neck = &to.people[0].keypoints[1];
    assert_near(neck->x, 20, 0);
    assert_near(neck->y, 23, 0);
    assert_near(neck->score, 0.6, 1e-6);
    left->x = NAN;
    assert_int_equal(stance_poses_convert(&to, &from, openpose), 0);
    assert_false(stance_keypoint_given(&to.people[0].keypoints[1]));
    stance_poses_clear(&from);
    stance_poses_clear(&to);
}

static void the_pelvis_is_between_the_hips(void **state)
{
    (void)state;
    const stance_skeleton *coco = stance_skeleton_find("coco17");
    const stance_skeleton *body25 = stance_skeleton_find("body25");
    const stance_skeleton *halpe = stance_skeleton_find("halpe26");
    stance_poses from, to, other;
    stance_poses_init(&from);
    stance_poses_init(&to);
    stance_poses_init(&other);
    fill(&from, coco);
    stance_keypoint *left = &from.people[0].keypoints[11], *right = left + 1;
    *left = (stance_keypoint){.x = 10, .y = 20, .score = 0.9F};
    *right = (stance_keypoint){.x = 30, .y = 26, .score = 0.6F};
    assert_int_equal(stance_poses_convert(&to, &from, body25), 0);
    const stance_keypoint *hip =
        &to.people[0].keypoints[stance_skeleton_point(body25, "mid_hip")];
    assert_near(hip->x, 20, 0);
    assert_near(hip->y, 23, 0);
    assert_near(hip->score, 0.6, 1e-6);
    to.people[0].keypoints[8].x = 21; /* its own from here on, by either name */
    assert_int_equal(stance_poses_convert(&other, &to, halpe), 0);
    hip = &other.people[0].keypoints[stance_skeleton_point(halpe, "pelvis")];
    assert_near(hip->x, 21, 0);
    from.n = 0;
    assert_int_equal(stance_poses_convert(&to, &from, body25), 0);
    assert_int_equal(to.n, 0);
    stance_poses_clear(&from);
    stance_poses_clear(&to);
    stance_poses_clear(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(left_and_right_mirror_each_other),
        cmocka_unit_test(points_come_back),
        cmocka_unit_test(the_neck_is_between_the_shoulders),
        cmocka_unit_test(the_pelvis_is_between_the_hips),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
